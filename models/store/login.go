package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/access"
)

// LoginUsers finds by e-mail; see access.LoginStore.
func (q queries) LoginUsers(ctx context.Context, email string) ([]access.Candidate, error) {
	var users []models.User
	err := q.on(ctx).Where("email = ? AND disabled_at IS NULL", email).Order("id").Limit(100).Find(&users).Error
	if err != nil || len(users) == 0 {
		return nil, err
	}
	ids := make([]int64, 0, len(users))
	for _, u := range users {
		ids = append(ids, u.AccountID)
	}
	var accounts []models.Account
	if err := q.on(ctx).Where("id IN ?", ids).Find(&accounts).Error; err != nil {
		return nil, err
	}
	byID := map[int64]models.Account{}
	for _, a := range accounts {
		byID[a.ID] = a
	}
	found := make([]access.Candidate, 0, len(users))
	for _, u := range users {
		found = append(found, access.Candidate{User: u, Account: byID[u.AccountID]})
	}
	return found, nil
}

// Member finds a user of an account; see access.LoginStore.
func (q queries) Member(ctx context.Context, accountID, userID int64) (access.Candidate, error) {
	var u models.User
	if err := q.members(ctx, models.System(accountID)).Where("id = ?", userID).Take(&u).Error; err != nil {
		return access.Candidate{}, err
	}
	return q.withAccount(ctx, u)
}

func (q queries) withAccount(ctx context.Context, u models.User) (access.Candidate, error) {
	c := access.Candidate{User: u}
	err := q.on(ctx).Where("id = ?", u.AccountID).Take(&c.Account).Error
	return c, err
}

// FirstAccount finds the oldest; see access.LoginStore.
func (q queries) FirstAccount(ctx context.Context) (models.Account, error) {
	var a models.Account
	err := q.on(ctx).Where("live_id IS NULL").Order("id").Limit(1).Take(&a).Error
	return a, err
}

// SessionByHash finds a session; see access.LoginStore.
func (q queries) SessionByHash(ctx context.Context, hash []byte) (access.Standing, error) {
	return q.standing(ctx, "token_hash = ?", hash)
}

// SessionByID finds a session; see access.LoginStore.
func (q queries) SessionByID(ctx context.Context, id int64) (access.Standing, error) {
	return q.standing(ctx, "id = ?", id)
}

func (q queries) standing(ctx context.Context, condition string, value any) (access.Standing, error) {
	var st access.Standing
	if err := q.on(ctx).Where(condition, value).Take(&st.Session).Error; err != nil {
		return st, err
	}
	if err := q.on(ctx).Where("id = ?", st.Session.UserID).Take(&st.User).Error; err != nil {
		return st, err
	}
	sandbox, err := q.Sandbox(ctx, models.Account{ID: st.User.AccountID})
	st.SandboxID = sandbox.ID
	return st, err
}

// TouchSession notes the last use; see access.LoginStore.
func (s *Store) TouchSession(ctx context.Context, id int64, at time.Time) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		return t.on(ctx).Model(&models.LoginSession{}).Where("id = ?", id).UpdateColumn("last_seen_at", at).Error
	})
}

// Sessions lists; see access.LoginStore.
func (q queries) Sessions(ctx context.Context, userID int64, sq access.SessionQuery) (models.List[models.LoginSession], error) {
	db := q.on(ctx).Where("user_id = ? AND last_seen_at > ? AND expires_at > ?", userID, sq.UsedAfter, sq.Now)
	return window[models.LoginSession](db, sq.Page, "created_at DESC, id DESC")
}

// CreateLogin inserts a session; see access.LoginStore.
func (s *Store) CreateLogin(ctx context.Context, l *access.Login) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		if err := t.stillSo(ctx, l); err != nil {
			return err
		}
		old := t.on(ctx).Where("user_id = ? AND (expires_at <= ? OR last_seen_at <= ?)",
			l.Session.UserID, l.Session.CreatedAt, l.UsedAfter).Delete(&models.LoginSession{})
		if old.Error != nil {
			return old.Error
		}
		if err := t.voidTokens(ctx, l.Session.UserID, l.Session.CreatedAt, models.TokenInvitation); err != nil {
			return err
		}
		l.Session.ID = 0
		return t.on(ctx).Create(&l.Session).Error
	})
}

// stillSo marks the user as seen and the code as used, if the user, the password and
// the second factor are still those that were checked.
func (t *tx) stillSo(ctx context.Context, l *access.Login) error {
	columns := map[string]any{"last_seen_at": l.Session.CreatedAt}
	db := t.on(ctx).Model(&models.User{}).Where("id = ? AND disabled_at IS NULL AND password_hash = ?", l.Session.UserID, l.PasswordHash)
	if len(l.TOTPSecret) == 0 {
		db = db.Where("totp_secret IS NULL")
	} else {
		db = db.Where("totp_secret = ?", l.TOTPSecret)
	}
	if l.TOTPStep > 0 {
		db, columns["totp_step"] = db.Where("totp_step < ?", l.TOTPStep), l.TOTPStep
	}
	if err := one(db.UpdateColumns(columns), models.ErrUnauthorized); err != nil {
		return err
	}
	if l.RecoveryHash == nil {
		return nil
	}
	return one(t.on(ctx).Model(&models.RecoveryCode{}).
		Where("user_id = ? AND code_hash = ? AND used_at IS NULL", l.Session.UserID, l.RecoveryHash).
		UpdateColumn("used_at", l.Session.CreatedAt), access.ErrTOTP)
}

// one is the error unless exactly one row was changed.
func one(result *gorm.DB, none error) error {
	if result.Error == nil && result.RowsAffected != 1 {
		return none
	}
	return result.Error
}

// EndSession deletes one; see access.LoginStore.
func (s *Store) EndSession(ctx context.Context, userID int64, session models.UID) (models.LoginSession, error) {
	var ended models.LoginSession
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		ended = models.LoginSession{}
		if err := t.on(ctx).Where("user_id = ? AND uid = ?", userID, session).Take(&ended).Error; err != nil {
			return err
		}
		return t.on(ctx).Where("id = ?", ended.ID).Delete(&models.LoginSession{}).Error
	})
	return ended, err
}

// EndSessions deletes all but one; see access.LoginStore.
func (s *Store) EndSessions(ctx context.Context, userID, except int64) ([]models.LoginSession, error) {
	var ended []models.LoginSession
	err := s.transact(ctx, func(ctx context.Context, t *tx) (err error) {
		ended, err = t.endSessions(ctx, userID, except)
		return err
	})
	return ended, err
}

func (t *tx) endSessions(ctx context.Context, userID, except int64) ([]models.LoginSession, error) {
	var ended []models.LoginSession
	if err := t.on(ctx).Where("user_id = ? AND id <> ?", userID, except).Find(&ended).Error; err != nil {
		return nil, err
	}
	return ended, t.on(ctx).Where("user_id = ? AND id <> ?", userID, except).Delete(&models.LoginSession{}).Error
}
