package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parley/models"
)

// valid begins a statement on the account's keys that are not revoked.
func (q queries) valid(ctx context.Context, who models.Principal) *gorm.DB {
	return q.of(ctx, who).Where("revoked_at IS NULL")
}

// Keys lists; see chat.TeamReader.
func (q queries) Keys(ctx context.Context, who models.Principal, p models.Page) (models.List[models.APIKey], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.APIKey]{}, err
	}
	list, err := window[models.APIKey](q.valid(ctx, who), p, "created_at DESC, id DESC")
	if err != nil {
		return list, err
	}
	return list, q.furnishKeys(ctx, who, list.Rows)
}

// KeyByUID finds one; see chat.TeamReader.
func (q queries) KeyByUID(ctx context.Context, who models.Principal, key models.UID) (models.APIKey, error) {
	return q.oneKey(ctx, who, "uid = ?", key)
}

// OwnKey finds the one that acts; see chat.TeamReader.
func (q queries) OwnKey(ctx context.Context, who models.Principal) (models.APIKey, error) {
	return q.oneKey(ctx, who, "id = ?", who.KeyID)
}

func (q queries) oneKey(ctx context.Context, who models.Principal, condition string, value any) (models.APIKey, error) {
	var k models.APIKey
	if err := confineTeam(who); err != nil {
		return k, err
	}
	if err := q.valid(ctx, who).Where(condition, value).Take(&k).Error; err != nil {
		return k, err
	}
	rows := []models.APIKey{k}
	err := q.furnishKeys(ctx, who, rows)
	return rows[0], err
}

// furnishKeys loads the keys' makers.
func (q queries) furnishKeys(ctx context.Context, who models.Principal, keys []models.APIKey) error {
	users, err := q.membersByID(ctx, who, collect(keys, func(k *models.APIKey) []*int64 { return []*int64{&k.UserID} }))
	for i := range keys {
		keys[i].User = users[keys[i].UserID]
	}
	return err
}

// CreateAPIKey inserts; see chat.TeamTx.
func (t *tx) CreateAPIKey(ctx context.Context, who models.Principal, k *models.APIKey) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	k.ID, k.AccountID, k.UserID = 0, who.AccountID, who.UserID
	return t.on(ctx).Create(k).Error
}

// RevokeKey ends a key; see chat.TeamTx.
func (t *tx) RevokeKey(ctx context.Context, who models.Principal, key models.UID, at time.Time) (models.APIKey, error) {
	k, err := t.KeyByUID(ctx, who, key)
	if err != nil {
		return k, err
	}
	err = found(t.valid(ctx, who).Model(&models.APIKey{}).Where("id = ?", k.ID).UpdateColumn("revoked_at", at))
	k.RevokedAt = &at
	return k, err
}
