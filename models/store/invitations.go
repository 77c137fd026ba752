package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/access"
)

// absent begins a statement on the users of an account who were invited and have not come.
func (q queries) absent(ctx context.Context, accountID int64) *gorm.DB {
	return q.on(ctx).Model(&models.User{}).Where("account_id = ? AND password_hash = '' AND disabled_at IS NULL AND id IN (?)",
		accountID, q.open(ctx, accountID).Select("user_id"))
}

// open begins a statement on the invitations of an account that nobody has used.
func (q queries) open(ctx context.Context, accountID int64) *gorm.DB {
	return q.on(ctx).Model(&models.LoginToken{}).Where("account_id = ? AND kind = ? AND used_at IS NULL", accountID, models.TokenInvitation)
}

// Invitations lists; see access.LoginStore.
func (q queries) Invitations(ctx context.Context, accountID int64, p models.Page) (models.List[access.Pending], error) {
	tokens, err := window[models.LoginToken](q.open(ctx, accountID).Where("user_id IN (?)", q.absent(ctx, accountID).Select("id")), p, "created_at DESC, id DESC")
	list := models.List[access.Pending]{Page: tokens.Page, Total: tokens.Total, Rows: []access.Pending{}}
	if err != nil {
		return list, err
	}
	ids := make([]int64, 0, len(tokens.Rows))
	for _, token := range tokens.Rows {
		ids = append(ids, token.UserID)
	}
	users, err := byID(q.on(ctx), accountID, ids, func(u *models.User) int64 { return u.ID })
	for _, token := range tokens.Rows {
		if user := users[token.UserID]; user != nil {
			list.Rows = append(list.Rows, access.Pending{User: *user, Token: token})
		}
	}
	return list, err
}

// Invitee finds one; see access.LoginStore.
func (q queries) Invitee(ctx context.Context, accountID int64, user models.UID) (models.User, error) {
	var u models.User
	err := q.absent(ctx, accountID).Where("uid = ?", user).Take(&u).Error
	return u, err
}

// Uninvite deletes or disables; see access.LoginStore.
func (s *Store) Uninvite(ctx context.Context, accountID int64, user models.UID, now time.Time) error {
	err := s.uninvite(ctx, accountID, user, func(ctx context.Context, t *tx, u *models.User) error {
		for _, row := range []any{&models.LoginToken{}, &models.Member{}} {
			if err := t.on(ctx).Where("user_id = ?", u.ID).Delete(row).Error; err != nil {
				return err
			}
		}
		return t.on(ctx).Delete(u).Error
	})
	if !errors.Is(err, errDangling) {
		return err
	}
	// Something names the user already, a conversation that was assigned for one.
	return s.uninvite(ctx, accountID, user, func(ctx context.Context, t *tx, u *models.User) error {
		if err := t.voidTokens(ctx, u.ID, now, models.TokenInvitation); err != nil {
			return err
		}
		return t.on(ctx).Model(u).UpdateColumns(map[string]any{"disabled_at": now, "updated_at": now}).Error
	})
}

func (s *Store) uninvite(ctx context.Context, accountID int64, user models.UID, act func(context.Context, *tx, *models.User) error) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		var u models.User
		if err := t.absent(ctx, accountID).Clauses(locked).Where("uid = ?", user).Take(&u).Error; err != nil {
			return err
		}
		return act(ctx, t, &u)
	})
}
