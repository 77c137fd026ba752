package store

import (
	"context"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

// noChannel puts the channel account's own error in place of the general one.
func noChannel(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return chat.ErrChannelNotFound
	}
	return err
}

// Channels lists; see chat.ChannelReader.
func (q queries) Channels(ctx context.Context, who models.Principal, p models.Page) (models.List[models.ChannelAccount], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.ChannelAccount]{}, err
	}
	return window[models.ChannelAccount](q.of(ctx, who), p, "created_at, id")
}

// Channel finds one; see chat.ChannelReader.
func (q queries) Channel(ctx context.Context, who models.Principal, channel models.UID) (models.ChannelAccount, error) {
	return q.channel(who, q.of(ctx, who).Where("uid = ?", channel))
}

func (q queries) channel(who models.Principal, db *gorm.DB) (models.ChannelAccount, error) {
	var c models.ChannelAccount
	if err := confineTeam(who); err != nil {
		return c, err
	}
	err := db.Order("created_at, id").Limit(1).Take(&c).Error
	return c, noChannel(err)
}

// ChannelByUID finds one of any account; see chat.ChannelStore.
func (q queries) ChannelByUID(ctx context.Context, channel models.UID) (models.ChannelAccount, error) {
	var c models.ChannelAccount
	err := q.on(ctx).Where("uid = ?", channel).Take(&c).Error
	return c, noChannel(err)
}

// ChannelByAddress finds one of an account; see chat.ChannelStore.
func (q queries) ChannelByAddress(
	ctx context.Context, accountID int64, kind models.Channel, address string,
) (models.ChannelAccount, error) {
	var c models.ChannelAccount
	err := q.on(ctx).Where("account_id = ? AND kind = ? AND address = ?", accountID, kind, address).Take(&c).Error
	return c, noChannel(err)
}

// ChannelsOfKind lists those of all accounts; see chat.ChannelStore.
func (q queries) ChannelsOfKind(ctx context.Context, kind models.Channel) ([]models.ChannelAccount, error) {
	rows := []models.ChannelAccount{}
	err := q.on(ctx).Where("kind = ? AND disabled_at IS NULL", kind).Order("id").Find(&rows).Error
	return rows, err
}

// OldestAccount finds the first live one; see chat.ChannelStore.
func (q queries) OldestAccount(ctx context.Context) (models.Account, error) {
	var a models.Account
	err := q.on(ctx).Where("live_id IS NULL").Order("id").Limit(1).Take(&a).Error
	return a, err
}

// LockChannel reads and locks; see chat.ChannelTx.
func (t *tx) LockChannel(ctx context.Context, who models.Principal, channel models.UID) (models.ChannelAccount, error) {
	return t.channel(who, t.of(ctx, who).Clauses(locked).Where("uid = ?", channel))
}

// ChannelOf finds by id, or the kind's default; see chat.ChannelTx.
func (t *tx) ChannelOf(ctx context.Context, who models.Principal, id *int64, kind models.Channel) (models.ChannelAccount, error) {
	if id != nil {
		return t.channel(who, t.of(ctx, who).Where("id = ?", *id))
	}
	return t.channel(who, t.of(ctx, who).Where("kind = ? AND disabled_at IS NULL", kind))
}

// ChannelKnowing finds one that has a name for the contact; see chat.ChannelTx.
func (t *tx) ChannelKnowing(
	ctx context.Context, who models.Principal, contactID int64, kind models.Channel,
) (models.ChannelAccount, error) {
	var c models.ChannelAccount
	if err := confineTeam(who); err != nil {
		return c, err
	}
	known := t.of(ctx, who).Model(&models.ContactAddress{}).Select("max(channel_id)").Where("contact_id = ?", contactID).
		Where("channel_id IN (?)", t.of(ctx, who).Model(&models.ChannelAccount{}).Select("id").Where("kind = ? AND disabled_at IS NULL", kind))
	err := t.of(ctx, who).Where("id = (?)", known).Take(&c).Error
	return c, noChannel(err)
}

// CreateChannel inserts; see chat.ChannelTx.
func (t *tx) CreateChannel(ctx context.Context, who models.Principal, c *models.ChannelAccount) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	c.ID, c.AccountID = 0, who.AccountID
	return t.on(ctx).Create(c).Error
}

// UpdateChannel writes what may change; see chat.ChannelTx.
func (t *tx) UpdateChannel(ctx context.Context, who models.Principal, c *models.ChannelAccount) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Model(&models.ChannelAccount{}).Where("id = ?", c.ID).
		Select("name", "address", "secrets", "settings", "disabled_at", "updated_at").UpdateColumns(c), chat.ErrChannelNotFound)
}

// DeleteChannel deletes; see chat.ChannelTx. What contacts are called there goes with it.
func (t *tx) DeleteChannel(ctx context.Context, who models.Principal, channelID int64) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	for _, row := range []any{&models.Conversation{}, &models.MessagePart{}} {
		err := t.of(ctx, who).Model(row).Where("channel_id = ?", channelID).UpdateColumn("channel_id", nil).Error
		if err != nil {
			return err
		}
	}
	return touched(t.of(ctx, who).Where("id = ?", channelID).Delete(&models.ChannelAccount{}), chat.ErrChannelNotFound)
}

// ContactAddress finds what a contact is called; see chat.ChannelTx.
func (t *tx) ContactAddress(ctx context.Context, who models.Principal, contactID, channelID int64) (string, error) {
	if err := confineTeam(who); err != nil {
		return "", err
	}
	var found []string
	err := t.of(ctx, who).Model(&models.ContactAddress{}).Where("contact_id = ? AND channel_id = ?", contactID, channelID).
		Order("id DESC").Limit(1).Pluck("address", &found).Error
	if err != nil || len(found) == 0 {
		return "", err
	}
	return found[0], nil
}

// LockContactByAddress finds who is called so; see chat.ChannelTx.
func (t *tx) LockContactByAddress(ctx context.Context, who models.Principal, channelID int64, address string) (models.Contact, error) {
	var c models.Contact
	if err := confineTeam(who); err != nil {
		return c, err
	}
	called := t.of(ctx, who).Model(&models.ContactAddress{}).Select("contact_id").
		Where("channel_id = ? AND address = ?", channelID, address)
	err := t.of(ctx, who).Clauses(lockedWhole).Where("id IN (?)", called).Take(&c).Error
	return c, noContact(err)
}

// AddContactAddress inserts; see chat.ChannelTx.
func (t *tx) AddContactAddress(ctx context.Context, who models.Principal, a *models.ContactAddress) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	a.ID, a.AccountID = 0, who.AccountID
	return t.on(ctx).Create(a).Error
}

// ChannelPlace reads how far; see chat.ChannelReader.
func (q queries) ChannelPlace(ctx context.Context, who models.Principal, channelID int64) (string, error) {
	if err := confineTeam(who); err != nil {
		return "", err
	}
	var rows []models.ChannelPlace
	err := q.of(ctx, who).Where("channel_id = ?", channelID).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].Place, nil
}

// KeepChannelPlace notes how far; see chat.ChannelTx.
func (t *tx) KeepChannelPlace(ctx context.Context, who models.Principal, p models.ChannelPlace) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	p.AccountID = who.AccountID
	return t.on(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}, {Name: "channel_id"}}, DoUpdates: clause.AssignmentColumns([]string{"place", "updated_at"}),
	}).Create(&p).Error
}

// ConversationByReferences finds a thread; see chat.ChannelTx.
func (t *tx) ConversationByReferences(
	ctx context.Context, who models.Principal, tq chat.ThreadQuery, ids []string,
) (models.Conversation, error) {
	var c models.Conversation
	if err := confineTeam(who); err != nil {
		return c, err
	}
	said := t.of(ctx, who).Model(&models.Message{}).Select("conversation_id").
		Where("conversation_id IN (?) AND external_id IN ?", t.threads(ctx, who, tq).Model(&models.Conversation{}).Select("id"), ids)
	err := t.of(ctx, who).Where("id IN (?)", said).Order("last_message_at DESC, id DESC").Limit(1).Take(&c).Error
	return c, noConversation(err)
}
