package access

import (
	"context"
	"time"

	"parley/models"
)

// LoginStore keeps what lets people in. What is not there is models.ErrNotFound.
type LoginStore interface {
	// LoginUsers finds whose e-mail address it is, with their accounts, the oldest
	// first: nobody who is disabled. Who was invited and never came has no password.
	LoginUsers(ctx context.Context, email string) ([]Candidate, error)
	// Member finds a user of the account, or of the account whose sandbox it is, by id.
	Member(ctx context.Context, accountID, userID int64) (Candidate, error)
	// CreateLogin inserts a session, and marks the second factor that was used, if all
	// that was checked is still so; otherwise it is models.ErrUnauthorized. Old
	// sessions of the user go, and so does an invitation: the person is there.
	CreateLogin(ctx context.Context, l *Login) error
	// SessionByHash and SessionByID find a session with its user.
	SessionByHash(ctx context.Context, hash []byte) (Standing, error)
	SessionByID(ctx context.Context, id int64) (Standing, error)
	// TouchSession notes when a session was used last.
	TouchSession(ctx context.Context, id int64, at time.Time) error
	// Sessions lists a user's sessions that were used after a time and are not over,
	// the newest first.
	Sessions(ctx context.Context, userID int64, q SessionQuery) (models.List[models.LoginSession], error)
	// EndSession deletes one session of a user, and EndSessions all but one of them.
	EndSession(ctx context.Context, userID int64, session models.UID) (models.LoginSession, error)
	EndSessions(ctx context.Context, userID, except int64) ([]models.LoginSession, error)
	// ChangePassword puts a new hash in the place of the one that was checked, ends the
	// user's other sessions and takes back the tokens that are under way. When the hash
	// is another one by now it is models.ErrUnauthorized. It returns what it ended.
	ChangePassword(ctx context.Context, c PasswordChange) (ended []models.LoginSession, err error)
	// SetTOTP sets a user's second factor and the recovery codes; an empty secret takes
	// both away. The password must still be the one that was checked.
	SetTOTP(ctx context.Context, f Factor) error
	// LoginToken finds an unused token that is not over, with its user.
	LoginToken(ctx context.Context, hash []byte, kind string, now time.Time) (Candidate, error)
	// Redeem uses a token up, once whoever tries, sets the user's password (and name, if
	// one is given), ends all sessions and takes back the other tokens. A token that is
	// used or over is models.ErrNotFound.
	Redeem(ctx context.Context, r Redemption) (Candidate, error)
	// Invite inserts a user who has no password yet, as a member of the account and its
	// sandbox, with a token; or renews the token of one who never came. Somebody who is
	// there already is an error of code conflict.
	Invite(ctx context.Context, i *Invitation) error
	// Invitations lists those of an account whose users never came, the newest first, and
	// Invitee finds the user of one by identity.
	Invitations(ctx context.Context, accountID int64, p models.Page) (models.List[Pending], error)
	Invitee(ctx context.Context, accountID int64, user models.UID) (models.User, error)
	// Uninvite deletes such a user with the token; where something names the user already,
	// it disables the user and takes the token back.
	Uninvite(ctx context.Context, accountID int64, user models.UID, now time.Time) error
	// AddTokens inserts tokens and takes back those of the same kind, with the jobs
	// that send them.
	AddTokens(ctx context.Context, tokens []models.LoginToken, jobs []models.Job) error
	// QueueJob queues work; where the same kind has the unique key already, nothing happens.
	QueueJob(ctx context.Context, j *models.Job) error
	// FirstAccount finds the oldest account.
	FirstAccount(ctx context.Context) (models.Account, error)
}

// Candidate is a user with the live account.
type Candidate struct {
	User    models.User
	Account models.Account
}

// Standing is a login session with what it lets its holder do.
type Standing struct {
	Session models.LoginSession
	User    models.User
	// SandboxID is the sandbox of the user's account.
	SandboxID int64
}

// SessionQuery selects sessions.
type SessionQuery struct {
	UsedAfter, Now time.Time
	Page           models.Page
}

// Login is a session on its way into the store, with what was checked.
type Login struct {
	Session models.LoginSession
	// PasswordHash and TOTPSecret are as they were when they were checked.
	PasswordHash string
	TOTPSecret   []byte
	// TOTPStep is the time step of the code that was given; 0 for none. RecoveryHash is
	// that of the recovery code, nil for none.
	TOTPStep     int64
	RecoveryHash []byte
	// UsedAfter is how long ago a session may have been used last to be kept.
	UsedAfter time.Time
}

// PasswordChange is a new password of a user. Session is the one that stays.
type PasswordChange struct {
	UserID, Session int64
	Old, New        string
	Now             time.Time
}

// Factor is a second factor on its way into the store. Secret is sealed.
type Factor struct {
	AccountID, UserID int64
	PasswordHash      string
	Secret            []byte
	Step              int64
	Codes             []models.RecoveryCode
	Now               time.Time
}

// Redemption is a token that is used.
type Redemption struct {
	Hash         []byte
	Kind         string
	Name         string
	PasswordHash string
	Now          time.Time
}

// Invitation is a new user with the token that lets the person in.
type Invitation struct {
	User  models.User
	Token models.LoginToken
	// Job sends the token; nil sends nothing.
	Job *models.Job
}

// Bell tells sockets on every node; see chat.Bell.
type Bell interface {
	Ring(d models.Doorbell)
}

// Mailer sends mail.
type Mailer interface {
	Send(ctx context.Context, m models.Mail) error
}
