package store

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

// lockedWhole keeps a row from being changed and from being referred to anew.
var lockedWhole = clause.Locking{Strength: "UPDATE"}

// noContact puts the contact's own error in place of the general one.
func noContact(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return chat.ErrContactNotFound
	}
	return err
}

// contactBy begins a statement on the contact that ref names.
func (q queries) contactBy(ctx context.Context, who models.Principal, ref chat.ContactRef) *gorm.DB {
	db := q.of(ctx, who)
	switch {
	case ref.UID != nil:
		return db.Where("uid = ?", *ref.UID)
	case ref.Phone != "":
		return db.Where("phone = ?", ref.Phone)
	case ref.ExternalID != "":
		return db.Where("external_id = ?", ref.ExternalID)
	default:
		return db.Where("email = ?", ref.Email)
	}
}

// Contact finds one; see chat.ContactReader.
func (q queries) Contact(ctx context.Context, who models.Principal, ref chat.ContactRef) (models.Contact, error) {
	var c models.Contact
	if err := confineTeam(who); err != nil {
		return c, err
	}
	err := q.contactBy(ctx, who, ref).Take(&c).Error
	return c, noContact(err)
}

// LockContact reads and locks; see chat.ContactTx.
func (t *tx) LockContact(ctx context.Context, who models.Principal, ref chat.ContactRef) (models.Contact, error) {
	var c models.Contact
	if err := confineTeam(who); err != nil {
		return c, err
	}
	err := t.contactBy(ctx, who, ref).Clauses(lockedWhole).Take(&c).Error
	return c, noContact(err)
}

// CreateContact inserts; see chat.ContactTx.
func (t *tx) CreateContact(ctx context.Context, who models.Principal, c *models.Contact) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	c.AccountID = who.AccountID
	return t.on(ctx).Create(c).Error
}

// contactColumns are those that UpdateContact writes.
var contactColumns = []string{
	"phone", "email", "first_name", "last_name", "preferred_channel", "status", "metadata", "external_id",
	"last_contacted", "updated_at",
}

// UpdateContact writes what may change; see chat.ContactTx.
func (t *tx) UpdateContact(ctx context.Context, who models.Principal, c *models.Contact) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	done := t.of(ctx, who).Model(&models.Contact{}).Where("id = ?", c.ID).Select(contactColumns).UpdateColumns(c)
	if done.Error == nil && done.RowsAffected == 0 {
		return chat.ErrContactNotFound
	}
	return done.Error
}

// threads begins a statement on a contact's conversations on a channel.
func (t *tx) threads(ctx context.Context, who models.Principal, tq chat.ThreadQuery) *gorm.DB {
	db := t.of(ctx, who).Where("contact_id = ?", tq.ContactID)
	if tq.Channel != "" {
		db = db.Where("channel = ?", tq.Channel)
	}
	if tq.ChannelID != nil {
		db = db.Where("channel_id = ?", *tq.ChannelID)
	}
	if !tq.Any {
		db = db.Where("status = ?", models.StatusOpen)
	}
	return db
}

// LatestConversation finds the newest; see chat.ContactTx.
func (t *tx) LatestConversation(ctx context.Context, who models.Principal, tq chat.ThreadQuery) (models.Conversation, error) {
	var c models.Conversation
	if err := confineTeam(who); err != nil {
		return c, err
	}
	err := t.threads(ctx, who, tq).Order("last_message_at DESC, id DESC").Limit(1).Take(&c).Error
	return c, noConversation(err)
}

// MessageByExternalID finds what was delivered before; see chat.ContactTx.
func (t *tx) MessageByExternalID(
	ctx context.Context, who models.Principal, tq chat.ThreadQuery, externalID string,
) (models.Message, error) {
	var m models.Message
	if err := confineTeam(who); err != nil {
		return m, err
	}
	conversations := t.threads(ctx, who, tq).Model(&models.Conversation{}).Select("id")
	err := t.of(ctx, who).Where("conversation_id IN (?) AND external_id = ?", conversations, externalID).
		Order("id").Limit(1).Take(&m).Error
	if err != nil {
		return m, err
	}
	rows := []models.Message{m}
	err = t.complete(ctx, who, rows, nil)
	return rows[0], err
}

// oneThread are the channels of the index conversations_one_open.
var oneThread = []models.Channel{models.ChannelWhatsApp, models.ChannelInstagram, models.ChannelSMS}

// RivalConversations lists what cannot be open twice; see chat.ContactTx.
func (t *tx) RivalConversations(ctx context.Context, who models.Principal, from, into int64) ([]models.UID, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	open := func(contact int64) *gorm.DB {
		return t.of(ctx, who).Model(&models.Conversation{}).
			Where("contact_id = ? AND status = ? AND channel IN ?", contact, models.StatusOpen, oneThread)
	}
	var rivals []models.UID
	err := open(from).Where("channel IN (?)", open(into).Select("channel")).Order("id").Pluck("uid", &rivals).Error
	return rivals, err
}

// AbsorbContact moves what belongs to from; see chat.ContactTx.
func (t *tx) AbsorbContact(ctx context.Context, who models.Principal, from, into int64) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	for _, row := range []any{&models.Conversation{}, &models.Event{}, &models.WebhookDelivery{}, &models.ContactAddress{}} {
		err := t.of(ctx, who).Model(row).Where("contact_id = ?", from).UpdateColumn("contact_id", into).Error
		if err != nil {
			return err
		}
	}
	return touched(t.of(ctx, who).Where("id = ?", from).Delete(&models.Contact{}), chat.ErrContactNotFound)
}
