package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"parley/models"
)

// Standings lists; see chat.VisitorReader.
func (q queries) Standings(
	ctx context.Context, who models.Principal, siteID, contactID int64, limit int,
) ([]models.Standing, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	var rows []models.Conversation
	err := q.of(ctx, who).Where("contact_id = ? AND site_id = ? AND verified", contactID, siteID).
		Order("last_message_at DESC, id DESC").Limit(limit).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	ids := make([]int64, len(rows))
	for i, c := range rows {
		ids[i] = c.ID
	}
	unread, err := q.numbers(ctx, `SELECT c.id, count(*) AS number FROM conversations c
JOIN messages m ON m.conversation_id = c.id AND m.public_seq > c.visitor_read_seq AND m.author_kind <> 'contact' AND m.deleted_at IS NULL
WHERE c.id IN ? GROUP BY c.id`, ids)
	all := make([]models.Standing, len(rows))
	for i, c := range rows {
		all[i] = models.Standing{Conversation: c, Unread: unread[c.ID]}
	}
	return all, err
}

// PushSubscriptions lists; see chat.VisitorReader.
func (q queries) PushSubscriptions(
	ctx context.Context, who models.Principal, conversationID int64,
) ([]models.PushSubscription, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	var rows []models.PushSubscription
	err := q.of(ctx, who).Where("conversation_id = ?", conversationID).Order("id DESC").Find(&rows).Error
	return rows, err
}

// PushSubscription finds one; see chat.VisitorReader.
func (q queries) PushSubscription(
	ctx context.Context, who models.Principal, subscription models.UID,
) (models.PushSubscription, error) {
	var p models.PushSubscription
	if err := confineTeam(who); err != nil {
		return p, err
	}
	err := q.of(ctx, who).Where("uid = ?", subscription).Take(&p).Error
	return p, err
}

// KeepPushSubscription inserts; see chat.VisitorTx. A browser that subscribes again
// counts as new, so the old row goes first.
func (t *tx) KeepPushSubscription(ctx context.Context, who models.Principal, p *models.PushSubscription, most int) error {
	if err := t.owns(ctx, who, p.ConversationID); err != nil {
		return err
	}
	if err := t.DropPushSubscription(ctx, who, p.ConversationID, p.EndpointHash); err != nil {
		return err
	}
	p.ID, p.AccountID = 0, who.AccountID
	if err := t.on(ctx).Create(p).Error; err != nil {
		return err
	}
	newest := t.of(ctx, who).Model(&models.PushSubscription{}).Select("id").
		Where("conversation_id = ?", p.ConversationID).Order("id DESC").Limit(most)
	return t.of(ctx, who).Where("conversation_id = ? AND id NOT IN (?)", p.ConversationID, newest).
		Delete(&models.PushSubscription{}).Error
}

// DropPushSubscription deletes; see chat.VisitorTx.
func (t *tx) DropPushSubscription(ctx context.Context, who models.Principal, conversationID int64, endpointHash []byte) error {
	if err := t.owns(ctx, who, conversationID); err != nil {
		return err
	}
	return t.of(ctx, who).Where("conversation_id = ? AND endpoint_hash = ?", conversationID, endpointHash).
		Delete(&models.PushSubscription{}).Error
}

// onlyPushKey is the id of the one row of push_keys.
const onlyPushKey = 1

// PushKey reads the pair of keys; see chat.VisitorReader.
func (q queries) PushKey(ctx context.Context) (models.PushKey, error) {
	var k models.PushKey
	err := q.on(ctx).Where("id = ?", onlyPushKey).Take(&k).Error
	return k, err
}

// KeepPushKey inserts; see chat.VisitorTx.
func (t *tx) KeepPushKey(ctx context.Context, k models.PushKey) error {
	k.ID = onlyPushKey
	return t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&k).Error
}

// UsersByUID finds; see chat.VisitorReader.
func (q queries) UsersByUID(ctx context.Context, who models.Principal, users []models.UID) ([]models.User, error) {
	if err := confineTeam(who); err != nil || len(users) == 0 {
		return nil, err
	}
	var rows []models.User
	err := q.members(ctx, who).Where("uid IN ? AND disabled_at IS NULL", users).Find(&rows).Error
	return rows, err
}

// HasArticles looks for one; see chat.VisitorReader.
func (q queries) HasArticles(ctx context.Context, who models.Principal) (there bool, err error) {
	if err := confine(who); err != nil {
		return false, err
	}
	err = scan(q.on(ctx).Raw("SELECT EXISTS (SELECT 1 FROM articles WHERE account_id = ? AND published)", who.AccountID), &there)
	return there, err
}

// AddMentions inserts; see chat.VisitorTx. Naming somebody again changes nothing.
func (t *tx) AddMentions(ctx context.Context, who models.Principal, conversationID int64, users []int64, at time.Time) error {
	if err := t.owns(ctx, who, conversationID); err != nil || len(users) == 0 {
		return err
	}
	rows := make([]models.Mention, len(users))
	for i, user := range users {
		rows[i] = models.Mention{AccountID: who.AccountID, UserID: user, ConversationID: conversationID, CreatedAt: at}
	}
	return t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error
}
