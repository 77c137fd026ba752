package store

import (
	"context"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// EraseContact deletes a contact and what was said; see chat.ContactTx.
func (t *tx) EraseContact(ctx context.Context, who models.Principal, contactID int64) ([]string, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	// Held, so that nobody posts to a conversation that is about to go.
	var conversations []int64
	err := t.of(ctx, who).Model(&models.Conversation{}).Clauses(lockedWhole).
		Where("contact_id = ?", contactID).Order("uid").Pluck("id", &conversations).Error
	if err != nil {
		return nil, err
	}
	var keys []string
	err = t.of(ctx, who).Model(&models.Attachment{}).Where("conversation_id IN (?)", t.spoken(ctx, who, contactID)).
		Order("id").Pluck("storage_key", &keys).Error
	if err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context, models.Principal, int64) error{
		t.forgetEvents, t.deleteTurns, t.deleteTalk,
	} {
		if err := step(ctx, who, contactID); err != nil {
			return nil, err
		}
	}
	return keys, touched(t.of(ctx, who).Where("id = ?", contactID).Delete(&models.Contact{}), chat.ErrContactNotFound)
}

// spoken are the ids of a contact's conversations.
func (q queries) spoken(ctx context.Context, who models.Principal, contactID int64) *gorm.DB {
	return q.of(ctx, who).Model(&models.Conversation{}).Select("id").Where("contact_id = ?", contactID)
}

// forgetEvents leaves of events that something happened, and deletes what was, or is
// to be, sent of them.
func (t *tx) forgetEvents(ctx context.Context, who models.Principal, contactID int64) error {
	about := func() *gorm.DB {
		return t.of(ctx, who).Model(&models.Event{}).
			Where("(contact_id = ? OR conversation_id IN (?))", contactID, t.spoken(ctx, who, contactID))
	}
	// A delivery may outlive its event in the log.
	err := t.of(ctx, who).Where("(contact_id = ? OR event_id IN (?))", contactID, about().Select("id")).
		Delete(&models.WebhookDelivery{}).Error
	if err != nil {
		return err
	}
	return about().UpdateColumns(map[string]any{
		"conversation_id": nil, "contact_id": nil, "message_id": nil, "detail": nil,
	}).Error
}

// deleteTurns deletes an assistant's memory of the conversations.
func (t *tx) deleteTurns(ctx context.Context, who models.Principal, contactID int64) error {
	sessions := func() *gorm.DB {
		return t.of(ctx, who).Where("conversation_id IN (?)", t.spoken(ctx, who, contactID))
	}
	chats := t.of(ctx, who).Where("session_id IN (?)", sessions().Model(&models.Session{}).Select("id")).Session(&gorm.Session{})
	// A chat may follow another one, which would hold it.
	if err := chats.Model(&models.Chat{}).UpdateColumn("previous_id", nil).Error; err != nil {
		return err
	}
	if err := chats.Delete(&models.Chat{}).Error; err != nil {
		return err
	}
	return sessions().Delete(&models.Session{}).Error
}

// deleteTalk deletes the conversations with everything in them.
func (t *tx) deleteTalk(ctx context.Context, who models.Principal, contactID int64) error {
	// What answers cost counts on, whoever got them.
	err := t.of(ctx, who).Model(&models.AssistantAnswer{}).Where("conversation_id IN (?)", t.spoken(ctx, who, contactID)).
		UpdateColumn("conversation_id", nil).Error
	if err != nil {
		return err
	}
	for _, row := range []any{
		&models.Rating{}, &models.ConversationLabel{}, &models.Attachment{}, &models.Message{},
	} {
		err := t.of(ctx, who).Where("conversation_id IN (?)", t.spoken(ctx, who, contactID)).Delete(row).Error
		if err != nil {
			return err
		}
	}
	return t.of(ctx, who).Where("contact_id = ?", contactID).Delete(&models.Conversation{}).Error
}

// Dossier gathers everything of a contact; see chat.ContactReader.
func (q queries) Dossier(ctx context.Context, who models.Principal, ref chat.ContactRef) (models.Dossier, error) {
	d := models.Dossier{
		Conversations: []models.Conversation{}, Messages: map[int64][]models.Message{}, Ratings: map[int64][]models.Rating{},
	}
	var err error
	if d.Contact, err = q.Contact(ctx, who, ref); err != nil {
		return d, err
	}
	if err := q.of(ctx, who).Where("contact_id = ?", d.Contact.ID).Order("id").Find(&d.Conversations).Error; err != nil {
		return d, err
	}
	if err := q.furnish(ctx, who, d.Conversations); err != nil {
		return d, err
	}
	if err := q.of(ctx, who).Where("contact_id = ?", d.Contact.ID).Order("id").Find(&d.Addresses).Error; err != nil {
		return d, err
	}
	var messages []models.Message
	err = q.of(ctx, who).Where("conversation_id IN (?) AND deleted_at IS NULL", q.spoken(ctx, who, d.Contact.ID)).Order("conversation_id, seq").Find(&messages).Error
	if err != nil {
		return d, err
	}
	if err := q.completeMany(ctx, who, messages, d.Conversations); err != nil {
		return d, err
	}
	for _, m := range messages {
		d.Messages[m.ConversationID] = append(d.Messages[m.ConversationID], m)
	}
	var ratings []models.Rating
	err = q.of(ctx, who).Where("conversation_id IN (?)", q.spoken(ctx, who, d.Contact.ID)).Order("id").Find(&ratings).Error
	for _, r := range ratings {
		d.Ratings[r.ConversationID] = append(d.Ratings[r.ConversationID], r)
	}
	return d, err
}

// completeMany is complete for any number of messages: a statement names only so many
// ids.
func (q queries) completeMany(ctx context.Context, who models.Principal, rows []models.Message, of []models.Conversation) error {
	known := make(map[int64]models.UID, len(of))
	for _, c := range of {
		known[c.ID] = c.UID
	}
	for len(rows) > 0 {
		n := min(len(rows), chunks)
		if err := q.complete(ctx, who, rows[:n], known); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}
