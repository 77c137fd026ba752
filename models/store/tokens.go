package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/access"
)

// errUserThere refuses to invite who is a user already.
var errUserThere = &models.Error{Code: models.CodeConflict, Message: "This person is a user already", Field: "email"}

// ChangePassword sets a new hash; see access.LoginStore.
func (s *Store) ChangePassword(ctx context.Context, c access.PasswordChange) (ended []models.LoginSession, err error) {
	err = s.transact(ctx, func(ctx context.Context, t *tx) (err error) {
		db := t.on(ctx).Model(&models.User{}).Where("id = ? AND password_hash = ?", c.UserID, c.Old)
		changed := db.UpdateColumns(map[string]any{"password_hash": c.New, "updated_at": c.Now})
		if err := one(changed, models.ErrUnauthorized); err != nil {
			return err
		}
		if ended, err = t.endSessions(ctx, c.UserID, c.Session); err != nil {
			return err
		}
		return t.voidTokens(ctx, c.UserID, c.Now, models.TokenPasswordReset, models.TokenInvitation)
	})
	return ended, err
}

// SetTOTP sets or takes away a second factor; see access.LoginStore.
func (s *Store) SetTOTP(ctx context.Context, f access.Factor) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		var secret any
		if len(f.Secret) > 0 {
			secret = f.Secret
		}
		set := t.on(ctx).Model(&models.User{}).Where("id = ? AND password_hash = ?", f.UserID, f.PasswordHash).
			UpdateColumns(map[string]any{"totp_secret": secret, "totp_step": f.Step, "updated_at": f.Now})
		if err := one(set, models.ErrUnauthorized); err != nil {
			return err
		}
		if err := t.on(ctx).Where("user_id = ?", f.UserID).Delete(&models.RecoveryCode{}).Error; err != nil {
			return err
		}
		if len(f.Codes) == 0 {
			return nil
		}
		rows := make([]models.RecoveryCode, 0, len(f.Codes))
		for _, c := range f.Codes {
			c.AccountID, c.UserID, c.CreatedAt = f.AccountID, f.UserID, f.Now
			rows = append(rows, c)
		}
		return t.on(ctx).Create(&rows).Error
	})
}

// good begins a statement on a token that may be used.
func (q queries) good(ctx context.Context, hash []byte, kind string, now time.Time) *gorm.DB {
	return q.on(ctx).Model(&models.LoginToken{}).
		Where("token_hash = ? AND kind = ? AND used_at IS NULL AND expires_at > ?", hash, kind, now)
}

// LoginToken finds an unused one; see access.LoginStore.
func (q queries) LoginToken(ctx context.Context, hash []byte, kind string, now time.Time) (access.Candidate, error) {
	var token models.LoginToken
	if err := q.good(ctx, hash, kind, now).Take(&token).Error; err != nil {
		return access.Candidate{}, err
	}
	return q.active(ctx, token.UserID)
}

// active finds a user who is not disabled.
func (q queries) active(ctx context.Context, userID int64) (access.Candidate, error) {
	var u models.User
	if err := q.on(ctx).Where("id = ? AND disabled_at IS NULL", userID).Take(&u).Error; err != nil {
		return access.Candidate{}, err
	}
	return q.withAccount(ctx, u)
}

// Redeem uses a token up; see access.LoginStore.
func (s *Store) Redeem(ctx context.Context, r access.Redemption) (access.Candidate, error) {
	var who access.Candidate
	err := s.transact(ctx, func(ctx context.Context, t *tx) (err error) {
		who, err = t.redeem(ctx, r)
		return err
	})
	return who, err
}

func (t *tx) redeem(ctx context.Context, r access.Redemption) (access.Candidate, error) {
	var token models.LoginToken
	if err := t.good(ctx, r.Hash, r.Kind, r.Now).Take(&token).Error; err != nil {
		return access.Candidate{}, err
	}
	// Of several at once, one finds the token unused when its turn comes.
	if err := one(t.good(ctx, r.Hash, r.Kind, r.Now).UpdateColumn("used_at", r.Now), models.ErrNotFound); err != nil {
		return access.Candidate{}, err
	}
	columns := map[string]any{"password_hash": r.PasswordHash, "updated_at": r.Now}
	if r.Name != "" {
		columns["name"] = r.Name
	}
	user := t.on(ctx).Model(&models.User{}).Where("id = ? AND disabled_at IS NULL", token.UserID)
	if err := one(user.UpdateColumns(columns), models.ErrNotFound); err != nil {
		return access.Candidate{}, err
	}
	if _, err := t.endSessions(ctx, token.UserID, 0); err != nil {
		return access.Candidate{}, err
	}
	if err := t.voidTokens(ctx, token.UserID, r.Now, models.TokenPasswordReset, models.TokenInvitation); err != nil {
		return access.Candidate{}, err
	}
	return t.active(ctx, token.UserID)
}

// voidTokens takes back what is under way to a user.
func (t *tx) voidTokens(ctx context.Context, userID int64, now time.Time, kinds ...string) error {
	return t.on(ctx).Model(&models.LoginToken{}).Where("user_id = ? AND kind IN ? AND used_at IS NULL", userID, kinds).
		UpdateColumn("used_at", now).Error
}

// Invite inserts a user or renews the invitation; see access.LoginStore.
func (s *Store) Invite(ctx context.Context, i *access.Invitation) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		if err := t.invited(ctx, &i.User); err != nil {
			return err
		}
		i.Token.ID, i.Token.UserID = 0, i.User.ID
		if err := t.voidTokens(ctx, i.User.ID, i.Token.CreatedAt, models.TokenInvitation); err != nil {
			return err
		}
		if err := t.on(ctx).Create(&i.Token).Error; err != nil || i.Job == nil {
			return err
		}
		return t.queueJob(ctx, i.Job)
	})
}

// invited inserts the user, or finds and renews the one who never came.
func (t *tx) invited(ctx context.Context, u *models.User) error {
	var known []models.User
	err := t.on(ctx).Clauses(locked).Where("account_id = ? AND email = ?", u.AccountID, u.Email).Limit(1).Find(&known).Error
	switch {
	case err != nil:
		return err
	case len(known) == 0:
		return t.enrol(ctx, u)
	case known[0].PasswordHash != "" || known[0].DisabledAt != nil:
		return errUserThere
	}
	known[0].Name, known[0].Role, known[0].UpdatedAt = u.Name, u.Role, u.UpdatedAt
	*u = known[0]
	return t.on(ctx).Model(u).Select("name", "role", "updated_at").UpdateColumns(u).Error
}

// enrol inserts a user as a member of the account and of its sandbox.
func (t *tx) enrol(ctx context.Context, u *models.User) error {
	u.ID = 0
	if err := t.on(ctx).Create(u).Error; err != nil {
		return err
	}
	var sandbox models.Account
	if err := t.on(ctx).Where("live_id = ?", u.AccountID).Take(&sandbox).Error; err != nil {
		return err
	}
	return t.on(ctx).Create(&[]models.Member{
		{AccountID: u.AccountID, UserID: u.ID}, {AccountID: sandbox.ID, UserID: u.ID},
	}).Error
}

// AddTokens inserts tokens; see access.LoginStore.
func (s *Store) AddTokens(ctx context.Context, tokens []models.LoginToken, letters []models.Job) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		for i := range tokens {
			token := tokens[i]
			if err := t.voidTokens(ctx, token.UserID, token.CreatedAt, token.Kind); err != nil {
				return err
			}
			if err := t.on(ctx).Create(&token).Error; err != nil {
				return err
			}
		}
		for i := range letters {
			letter := letters[i]
			if err := t.queueJob(ctx, &letter); err != nil {
				return err
			}
		}
		return nil
	})
}
