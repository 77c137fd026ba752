package store

import (
	"context"
	"time"

	"parley/models"
	"parley/models/access"
)

// SiteByKey finds a site; see access.Store.
func (q queries) SiteByKey(ctx context.Context, key string) (models.Site, error) {
	var s models.Site
	err := q.on(ctx).Where("site_key = ?", key).Take(&s).Error
	return s, err
}

// ConversationByVisitor finds by a visitor token's hash; see access.Store.
func (q queries) ConversationByVisitor(ctx context.Context, siteID int64, hash []byte) (models.Conversation, error) {
	var c models.Conversation
	err := q.on(ctx).Where("site_id = ? AND visitor_hash = ?", siteID, hash).Take(&c).Error
	return c, noConversation(err)
}

// SiteConversation finds by uid; see access.Store.
func (q queries) SiteConversation(ctx context.Context, siteID int64, uid models.UID) (models.Conversation, error) {
	var c models.Conversation
	err := q.on(ctx).Where("site_id = ? AND uid = ?", siteID, uid).Take(&c).Error
	return c, noConversation(err)
}

// KeyByHash finds a key with its maker; see access.Store.
func (q queries) KeyByHash(ctx context.Context, hash []byte) (models.APIKey, models.User, error) {
	return q.key(ctx, "key_hash = ?", hash)
}

// KeyByID finds a key with its maker; see access.Store.
func (q queries) KeyByID(ctx context.Context, id int64) (models.APIKey, models.User, error) {
	return q.key(ctx, "id = ?", id)
}

func (q queries) key(ctx context.Context, condition string, value any) (models.APIKey, models.User, error) {
	var k models.APIKey
	var u models.User
	if err := q.on(ctx).Where(condition, value).Take(&k).Error; err != nil {
		return k, u, err
	}
	err := q.on(ctx).Where("id = ?", k.UserID).Take(&u).Error
	return k, u, err
}

// HasAccount says whether there is any; see access.Store.
func (q queries) HasAccount(ctx context.Context) (bool, error) {
	var there bool
	err := scan(q.on(ctx).Raw("SELECT EXISTS (SELECT 1 FROM accounts)"), &there)
	return there, err
}

// LiveAccount finds an account; see access.Store.
func (q queries) LiveAccount(ctx context.Context, uid *models.UID) (models.Account, error) {
	var rows []models.Account
	db := q.on(ctx).Where("live_id IS NULL")
	if uid != nil {
		db = db.Where("uid = ?", *uid)
	}
	if err := db.Order("id").Limit(2).Find(&rows).Error; err != nil {
		return models.Account{}, err
	}
	if len(rows) != 1 {
		return models.Account{}, models.ErrNotFound
	}
	return rows[0], nil
}

// Sandbox finds an account's; see access.Store.
func (q queries) Sandbox(ctx context.Context, account models.Account) (models.Account, error) {
	var a models.Account
	err := q.on(ctx).Where("live_id = ?", account.ID).Take(&a).Error
	return a, err
}

// Owner finds the first one; see access.Store.
func (q queries) Owner(ctx context.Context, account models.Account) (models.User, error) {
	var u models.User
	err := q.members(ctx, models.System(account.ID)).Where("role = ?", models.RoleOwner).Order("id").Limit(1).Take(&u).Error
	return u, err
}

// FirstSite finds the oldest one; see access.Store.
func (q queries) FirstSite(ctx context.Context) (models.Site, error) {
	var s models.Site
	live := q.on(ctx).Model(&models.Account{}).Select("id").Where("live_id IS NULL")
	err := q.on(ctx).Where("account_id IN (?)", live).Order("account_id, id").Limit(1).Take(&s).Error
	return s, err
}

// TouchKey notes the last use; see access.Store.
func (s *Store) TouchKey(ctx context.Context, id int64, at time.Time) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		return t.on(ctx).Model(&models.APIKey{}).Where("id = ?", id).UpdateColumn("last_used_at", models.Now(at)).Error
	})
}

// CreateKey inserts a key; see access.Store.
func (s *Store) CreateKey(ctx context.Context, k *models.APIKey) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error { return t.on(ctx).Create(k).Error })
}

// CreateAccount inserts an account with all that it begins with; see access.Store.
func (s *Store) CreateAccount(ctx context.Context, rows *access.AccountRows) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		if err := t.allowAccount(ctx, rows.First); err != nil {
			return err
		}
		if err := t.createAccounts(ctx, rows); err != nil {
			return err
		}
		if err := t.settle(ctx, rows.Live.ID, rows.Owner.ID, &rows.LiveSite, rows.LiveKeys); err != nil {
			return err
		}
		return t.settle(ctx, rows.Sandbox.ID, rows.Owner.ID, &rows.SandboxSite, rows.SandboxKeys)
	})
}

// errNotFirst is what those who come second get.
var errNotFirst = models.Fail(models.CodeConflict, "There is an account already")

// allowAccount refuses a first account beside another one. Nodes that ask at once
// queue up for the lock, and see what the one before them has made.
func (t *tx) allowAccount(ctx context.Context, first bool) error {
	if !first {
		return nil
	}
	if !t.serial() {
		if err := t.on(ctx).Exec("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE").Error; err != nil {
			return err
		}
	}
	taken, err := t.HasAccount(ctx)
	if err == nil && taken {
		return errNotFirst
	}
	return err
}

// createAccounts inserts both accounts and the owner. A transaction may run twice, so
// ids of the first time are forgotten.
func (t *tx) createAccounts(ctx context.Context, rows *access.AccountRows) error {
	rows.Live.ID, rows.Sandbox.ID, rows.Owner.ID = 0, 0, 0
	rows.Live.LiveID = nil
	if err := t.on(ctx).Create(&rows.Live).Error; err != nil {
		return err
	}
	rows.Sandbox.LiveID = &rows.Live.ID
	if err := t.on(ctx).Create(&rows.Sandbox).Error; err != nil {
		return err
	}
	rows.Owner.AccountID = rows.Live.ID
	return t.on(ctx).Create(&rows.Owner).Error
}

// settle makes the owner a member of an account, and inserts its site and keys.
func (t *tx) settle(ctx context.Context, accountID, userID int64, site *models.Site, keys []models.APIKey) error {
	if err := t.on(ctx).Create(&models.Member{AccountID: accountID, UserID: userID}).Error; err != nil {
		return err
	}
	site.ID, site.AccountID = 0, accountID
	if err := t.on(ctx).Create(site).Error; err != nil {
		return err
	}
	for i := range keys {
		keys[i].ID, keys[i].AccountID, keys[i].UserID = 0, accountID, userID
	}
	if len(keys) == 0 {
		return nil
	}
	return t.on(ctx).Create(&keys).Error
}
