package store

import (
	"context"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// members begins a statement on the users of the principal's account; those of a
// sandbox are its live account's.
func (q queries) members(ctx context.Context, who models.Principal) *gorm.DB {
	return q.on(ctx).Where("id IN (?)",
		q.on(ctx).Model(&models.Member{}).Select("user_id").Where("account_id = ?", who.AccountID))
}

// membersByID loads users of the account.
func (q queries) membersByID(ctx context.Context, who models.Principal, ids []int64) (map[int64]*models.User, error) {
	found := make(map[int64]*models.User, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var users []models.User
	err := q.members(ctx, who).Where("id IN ?", ids).Find(&users).Error
	for i := range users {
		found[users[i].ID] = &users[i]
	}
	return found, err
}

// Users lists the team; see chat.Reader.
func (q queries) Users(ctx context.Context, who models.Principal, p models.Page) (models.List[models.User], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.User]{}, err
	}
	return window[models.User](q.members(ctx, who), p, "created_at, id")
}

// UserByUID finds a user of the account; see chat.Reader.
func (q queries) UserByUID(ctx context.Context, who models.Principal, user models.UID) (models.User, error) {
	var u models.User
	if err := confineTeam(who); err != nil {
		return u, err
	}
	err := q.members(ctx, who).Where("uid = ?", user).Take(&u).Error
	return u, err
}

// contactOrders are the closed set of orders, each total.
var contactOrders = map[chat.ContactSort]string{
	chat.ContactsByCreatedDesc: "created_at DESC, id DESC",
	chat.ContactsByCreatedAsc:  "created_at, id",
	chat.ContactsByUpdatedDesc: "updated_at DESC, id DESC",
	chat.ContactsByUpdatedAsc:  "updated_at, id",
	// Those that nobody has contacted yet come last.
	chat.ContactsByContactedDesc: "last_contacted DESC NULLS LAST, id DESC",
	chat.ContactsByContactedAsc:  "last_contacted NULLS LAST, id",
}

// Contacts lists; see chat.Reader.
func (q queries) Contacts(ctx context.Context, who models.Principal, cq chat.ContactQuery) (models.List[models.Contact], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Contact]{}, err
	}
	db := q.of(ctx, who)
	if cq.Status != "" {
		db = db.Where("status = ?", cq.Status)
	}
	order, known := contactOrders[cq.Sort]
	if !known {
		order = contactOrders[chat.ContactsByCreatedDesc]
	}
	if cq.Search != "" {
		return q.search(who, cq.Search).people(ctx, selection{who.AccountID, db, order, cq.Page})
	}
	return window[models.Contact](db, cq.Page, order)
}
