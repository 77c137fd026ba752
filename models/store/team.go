package store

import (
	"context"

	"gorm.io/gorm/clause"

	"parley/models"
)

// held keeps a row from being changed, and lets others hold it too.
var held = clause.Locking{Strength: "SHARE"}

// Account finds the principal's; see chat.TeamReader.
func (q queries) Account(ctx context.Context, who models.Principal) (models.Account, error) {
	var a models.Account
	if err := confine(who); err != nil {
		return a, err
	}
	err := q.on(ctx).Where("id = ?", who.AccountID).Take(&a).Error
	return a, err
}

// LockAccount reads and locks; see chat.TeamTx.
func (t *tx) LockAccount(ctx context.Context, who models.Principal) (models.Account, error) {
	var a models.Account
	if err := confineTeam(who); err != nil {
		return a, err
	}
	err := t.on(ctx).Clauses(locked).Where("id = ?", who.AccountID).Take(&a).Error
	return a, err
}

// UpdateAccount writes what an account calls itself; see chat.TeamTx.
func (t *tx) UpdateAccount(ctx context.Context, who models.Principal, a *models.Account) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.on(ctx).Model(&models.Account{}).Where("id = ?", who.AccountID).
		Select("name", "time_zone", "updated_at").UpdateColumns(a))
}

// CreateUser inserts a user with the memberships; see chat.TeamTx.
func (t *tx) CreateUser(ctx context.Context, who models.Principal, u *models.User) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	u.AccountID = who.AccountID
	if err := t.on(ctx).Create(u).Error; err != nil {
		return err
	}
	accounts, err := t.family(ctx, who)
	if err != nil {
		return err
	}
	members := make([]models.Member, len(accounts))
	for i, id := range accounts {
		members[i] = models.Member{AccountID: id, UserID: u.ID}
	}
	return t.on(ctx).Create(&members).Error
}

// family is the principal's account and its sandbox.
func (q queries) family(ctx context.Context, who models.Principal) ([]int64, error) {
	var ids []int64
	err := q.on(ctx).Model(&models.Account{}).Where("(id = ? OR live_id = ?)", who.AccountID, who.AccountID).
		Order("id").Pluck("id", &ids).Error
	return ids, err
}

// UpdateUser writes what may change of a user; see chat.TeamTx.
func (t *tx) UpdateUser(ctx context.Context, who models.Principal, u *models.User) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.of(ctx, who).Model(&models.User{}).Where("id = ?", u.ID).
		Select("name", "role", "availability", "avatar", "notices", "disabled_at", "updated_at").UpdateColumns(u))
}

// HoldUser reads and holds; see chat.TeamTx.
func (t *tx) HoldUser(ctx context.Context, who models.Principal, user models.UID) (models.User, error) {
	var u models.User
	if err := confineTeam(who); err != nil {
		return u, err
	}
	err := t.members(ctx, who).Clauses(held).Where("uid = ?", user).Take(&u).Error
	return u, err
}

// OtherOwners counts; see chat.TeamTx.
func (t *tx) OtherOwners(ctx context.Context, who models.Principal, userID int64) (int64, error) {
	var n int64
	if err := confineTeam(who); err != nil {
		return n, err
	}
	err := t.of(ctx, who).Model(&models.User{}).
		Where("role = ? AND disabled_at IS NULL AND id <> ?", models.RoleOwner, userID).Count(&n).Error
	return n, err
}

// EndSessions deletes a user's; see chat.TeamTx.
func (t *tx) EndSessions(ctx context.Context, who models.Principal, userID int64) error {
	return t.deleteOfUser(ctx, who, userID, &models.LoginSession{})
}

// DeleteLoginTokens deletes a user's; see chat.TeamTx.
func (t *tx) DeleteLoginTokens(ctx context.Context, who models.Principal, userID int64) error {
	return t.deleteOfUser(ctx, who, userID, &models.LoginToken{})
}

func (t *tx) deleteOfUser(ctx context.Context, who models.Principal, userID int64, row any) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	accounts, err := t.family(ctx, who)
	if err != nil {
		return err
	}
	return t.on(ctx).Where("account_id IN ? AND user_id = ?", accounts, userID).Delete(row).Error
}

// Unassign takes conversations from a user; see chat.TeamTx.
func (t *tx) Unassign(ctx context.Context, who models.Principal, userID int64, e models.Event) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	accounts, err := t.family(ctx, who)
	if err != nil {
		return err
	}
	var rows []models.Conversation
	// In the order in which posts lock them, or the two could wait for each other.
	err = t.on(ctx).Clauses(locked).Select("id", "account_id", "contact_id").
		Where("account_id IN ? AND assigned_to = ?", accounts, userID).Order("id").Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return err
	}
	err = t.on(ctx).Model(&models.Conversation{}).Where("account_id IN ? AND assigned_to = ?", accounts, userID).
		Select("assigned_to", "updated_at").UpdateColumns(&models.Conversation{UpdatedAt: e.CreatedAt}).Error
	if err != nil {
		return err
	}
	return t.on(ctx).CreateInBatches(t.tell(who, rows, e), chunks).Error
}

// tell is the event once for each conversation, in the log of its account.
func (t *tx) tell(who models.Principal, rows []models.Conversation, e models.Event) []models.Event {
	events := make([]models.Event, len(rows))
	for i := range rows {
		one := e
		one.UID = models.NewUID()
		one.ConversationID, one.ContactID = &rows[i].ID, &rows[i].ContactID
		t.sign(who, &one)
		one.AccountID = rows[i].AccountID
		events[i] = one
	}
	return events
}
