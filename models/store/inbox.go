package store

import (
	"context"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// inboxStatus is where a conversation stands, in SQL: word for word the expression of
// the index conversations_inbox, or no database would use it.
const inboxStatus = `CASE WHEN status = 'archived' THEN 'closed' WHEN status = 'closed' THEN 'resolved' ` +
	`WHEN taken_over OR assigned_to IS NOT NULL THEN 'in_progress' ` +
	`WHEN last_message_by <> 'contact' THEN 'awaiting_contact' ELSE 'open' END`

// Inbox lists; see chat.InboxReader.
func (q queries) Inbox(ctx context.Context, who models.Principal, iq chat.InboxQuery) ([]models.Conversation, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	if err := q.knowsContact(ctx, who, iq.Contact); err != nil {
		return nil, err
	}
	from := selection{
		who.AccountID, q.inboxFilter(ctx, who, iq), conversationOrders[chat.SortLastMessageDesc], models.Page{Limit: iq.Limit},
	}
	if iq.Search != "" {
		list, err := q.search(who, iq.Search).talks(ctx, from)
		if err != nil {
			return nil, err
		}
		return list.Rows, q.furnishInbox(ctx, who, list.Rows)
	}
	rows := []models.Conversation{}
	if err := from.rows.Order(from.order).Limit(iq.Limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	return rows, q.furnishInbox(ctx, who, rows)
}

// inboxFilter begins a statement on the conversations that the query selects.
func (q queries) inboxFilter(ctx context.Context, who models.Principal, iq chat.InboxQuery) *gorm.DB {
	db := q.filter(ctx, who, chat.ConversationQuery{Contact: iq.Contact})
	if iq.Conversation != nil {
		db = db.Where("uid = ?", *iq.Conversation)
	}
	if iq.Status != "" {
		db = db.Where("("+inboxStatus+") = ?", iq.Status)
	}
	if iq.HumanManaged != nil {
		managed := "taken_over OR assigned_to IS NOT NULL"
		if !*iq.HumanManaged {
			managed = "NOT taken_over AND assigned_to IS NULL"
		}
		db = db.Where("(" + managed + ")")
	}
	if iq.After != nil {
		db = db.Where("(last_message_at, id) < (?, ?)", iq.After.LastMessageAt.UTC(), iq.After.ID)
	}
	return db
}

// furnishInbox loads what the inbox shows with conversations of one account.
func (q queries) furnishInbox(ctx context.Context, who models.Principal, rows []models.Conversation) error {
	if len(rows) == 0 {
		return nil
	}
	account, err := q.Account(ctx, who)
	if err != nil {
		return err
	}
	contacts, err := byID(q.on(ctx), who.AccountID,
		collect(rows, func(c *models.Conversation) []*int64 { return []*int64{&c.ContactID} }),
		func(c *models.Contact) int64 { return c.ID })
	if err != nil {
		return err
	}
	users, err := q.membersByID(ctx, who,
		collect(rows, func(c *models.Conversation) []*int64 { return []*int64{c.AssignedTo} }))
	if err != nil {
		return err
	}
	channels, err := byID(q.on(ctx), who.AccountID,
		collect(rows, func(c *models.Conversation) []*int64 { return []*int64{c.ChannelID} }),
		func(c *models.ChannelAccount) int64 { return c.ID })
	for i := range rows {
		c := &rows[i]
		c.Contact, c.AccountUID = contacts[c.ContactID], account.UID
		c.ChannelUID = models.UnconfiguredChannel(account.UID, c.Channel)
		if c.ChannelID != nil && channels[*c.ChannelID] != nil {
			c.ChannelUID = channels[*c.ChannelID].UID
		}
		if c.AssignedTo != nil {
			c.Assignee = users[*c.AssignedTo]
		}
	}
	return err
}

// ChannelAccounts lists; see chat.InboxReader.
func (q queries) ChannelAccounts(ctx context.Context, who models.Principal) ([]models.ChannelAccount, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	rows := []models.ChannelAccount{}
	err := q.of(ctx, who).Where("disabled_at IS NULL").Order("kind, name, id").Find(&rows).Error
	return rows, err
}

// ChannelAccount finds one; see chat.InboxReader.
func (q queries) ChannelAccount(ctx context.Context, who models.Principal, channel models.UID) (models.ChannelAccount, error) {
	var c models.ChannelAccount
	if err := confineTeam(who); err != nil {
		return c, err
	}
	err := q.of(ctx, who).Where("uid = ?", channel).Take(&c).Error
	return c, err
}

// HasAssistant looks for one; see chat.InboxReader.
func (q queries) HasAssistant(ctx context.Context, who models.Principal, conversationID int64) (bool, error) {
	if err := confineTeam(who); err != nil {
		return false, err
	}
	site := q.of(ctx, who).Model(&models.Conversation{}).Select("site_id").Where("id = ?", conversationID)
	published := q.of(ctx, who).Model(&models.Assistant{}).Select("id").Where("published_at IS NOT NULL AND deleted_at IS NULL")
	var sites, sessions int64
	err := q.of(ctx, who).Model(&models.Site{}).Where("id = (?) AND assistant_id IN (?)", site, published).Count(&sites).Error
	if err != nil || sites > 0 {
		return sites > 0, err
	}
	err = q.of(ctx, who).Model(&models.Session{}).Where("conversation_id = ?", conversationID).Count(&sessions).Error
	return sessions > 0, err
}
