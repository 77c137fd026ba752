package access

import (
	"context"
	"errors"
	"net/mail"
	"strings"
	"time"
	"unicode/utf8"

	"parley/models"
)

// How long the tokens in mails are good.
const (
	invitationTime = 7 * 24 * time.Hour
	resetTime      = time.Hour
)

// ErrToken refuses a token that is unknown, used or over.
var ErrToken = models.Invalid("token", "This link has been used already or is over")

// Invite asks for a new user.
type Invite struct {
	Email string
	Name  string
	Role  models.Role
}

// Invited is a new user. AcceptURL is where the person comes in; it is empty when a
// mail with it is under way.
type Invited struct {
	User      models.User
	AcceptURL string
	ExpiresAt time.Time
}

// Invite makes a user who has no password yet, and sends the person a mail to choose
// one; without mail the inviter gets the link to pass on. Who was invited before and
// never came gets a new link, and the old one is void.
func (s *Service) Invite(ctx context.Context, who models.Principal, in Invite) (Invited, error) {
	if err := checkInvite(who, &in); err != nil {
		return Invited{}, err
	}
	inviter, err := s.store.Member(ctx, who.AccountID, who.UserID)
	if err != nil {
		return Invited{}, err
	}
	now := models.Now(s.now())
	secret := newSecret("inv_")
	row := Invitation{
		User: models.User{
			UID: models.NewUID(), AccountID: inviter.Account.ID, Email: in.Email, Name: in.Name, Role: in.Role,
			Availability: models.AvailabilityOffline, CreatedAt: now, UpdatedAt: now,
		},
		Token: models.LoginToken{
			UID: models.NewUID(), AccountID: inviter.Account.ID, Kind: models.TokenInvitation,
			TokenHash: models.TokenHash(secret), CreatedAt: now, ExpiresAt: now.Add(invitationTime),
		},
	}
	answer := Invited{ExpiresAt: row.Token.ExpiresAt}
	if s.mailer == nil {
		answer.AcceptURL = s.link(invitationPage, secret)
	} else if row.Job, err = s.letter(inviter.Account.ID, letterOf{
		template: letterInvitation, To: in.Email, Name: in.Name, By: inviter.User.Name, Account: inviter.Account.Name, Secret: secret,
	}); err != nil {
		return Invited{}, err
	}
	if err := s.store.Invite(ctx, &row); err != nil {
		return Invited{}, err
	}
	s.poke()
	answer.User = row.User
	return answer, nil
}

// checkInvite says whether this principal may invite that user.
func checkInvite(who models.Principal, in *Invite) error {
	in.Email, in.Name = NormalEmail(in.Email), strings.TrimSpace(in.Name)
	if a, err := mail.ParseAddress(in.Email); err != nil || a.Address != in.Email || len(in.Email) > 254 {
		return models.Invalid("email", "Invalid email address")
	}
	if n := utf8.RuneCountInString(in.Name); n < 1 || n > 100 {
		return models.Invalid("name", "The name must have 1 to 100 characters")
	}
	switch {
	case in.Role != models.RoleOwner && in.Role != models.RoleAdmin && in.Role != models.RoleAgent:
		return models.Invalid("role", "The role must be owner, admin or agent")
	case !who.IsTeam() || !who.May(models.ScopeAdminWrite):
		return models.ErrForbidden.With("required_permission", string(models.ScopeAdminWrite))
	case in.Role == models.RoleOwner && who.Role != models.RoleOwner:
		return models.ErrForbidden
	}
	return nil
}

// Accept is an invited person who comes.
type Accept struct {
	Token    string
	Name     string
	Password string
	From     Browser
}

// Accept uses an invitation up, sets the person's password and begins a session.
func (s *Service) Accept(ctx context.Context, in Accept) (SignedIn, error) {
	in.Name = strings.TrimSpace(in.Name)
	if utf8.RuneCountInString(in.Name) > 100 {
		return SignedIn{}, models.Invalid("name", "The name must have 1 to 100 characters")
	}
	who, err := s.redeem(ctx, models.TokenInvitation, in.Token, in.Password, in.Name)
	if err != nil {
		return SignedIn{}, err
	}
	return s.begin(ctx, who, Login{}, in.From)
}

// redeem uses a token up for a new password. What is no token costs no hash.
func (s *Service) redeem(ctx context.Context, kind, token, password, name string) (Candidate, error) {
	if err := checkPassword("password", password); err != nil {
		return Candidate{}, err
	}
	now, hash := models.Now(s.now()), models.TokenHash(token)
	if _, err := s.store.LoginToken(ctx, hash, kind, now); err != nil {
		return Candidate{}, used(err)
	}
	hashed, err := s.passwords.hash(ctx, password)
	if err != nil {
		return Candidate{}, err
	}
	who, err := s.store.Redeem(ctx, Redemption{Hash: hash, Kind: kind, Name: name, PasswordHash: hashed, Now: now})
	return who, used(err)
}

func used(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return ErrToken
	}
	return err
}
