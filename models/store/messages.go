package store

import (
	"context"
	"maps"
	"slices"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// Messages lists by place, notes included; see chat.Reader.
func (q queries) Messages(ctx context.Context, who models.Principal, mq chat.MessageQuery) (models.List[models.Message], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Message]{}, err
	}
	var c models.Conversation
	if err := q.of(ctx, who).Select("id").Where("uid = ?", mq.Conversation).Take(&c).Error; err != nil {
		return models.List[models.Message]{}, noConversation(err)
	}
	order := "seq"
	if mq.Descending {
		order = "seq DESC"
	}
	db := q.of(ctx, who).Where("conversation_id = ? AND deleted_at IS NULL", c.ID)
	list, err := window[models.Message](db, mq.Page, order)
	if err != nil {
		return list, err
	}
	return list, q.complete(ctx, who, list.Rows, map[int64]models.UID{c.ID: mq.Conversation})
}

// Transcript lists public messages; see chat.Reader.
func (q queries) Transcript(ctx context.Context, who models.Principal, tq chat.TranscriptQuery) ([]models.Message, error) {
	if err := confine(who); err != nil {
		return nil, err
	}
	if !reaches(who, tq.ConversationID) {
		return nil, models.ErrConversationNotFound
	}
	rows := []models.Message{}
	if err := selected(q.of(ctx, who), who, tq).Find(&rows).Error; err != nil {
		return nil, err
	}
	if tq.Newest > 0 {
		slices.Reverse(rows)
	}
	known := map[int64]models.UID{}
	if who.ConversationID == tq.ConversationID && who.ConversationUID != (models.UID{}) {
		known[who.ConversationID] = who.ConversationUID
	}
	return rows, q.complete(ctx, who, rows, known)
}

// selected are the messages of a transcript, the newest first if only those are wanted.
func selected(db *gorm.DB, who models.Principal, tq chat.TranscriptQuery) *gorm.DB {
	db = db.Where("conversation_id = ? AND NOT internal AND deleted_at IS NULL", tq.ConversationID)
	if tq.Since != nil {
		db = db.Where("created_at > ?", tq.Since.UTC())
	}
	if tq.After > 0 {
		db = db.Where("public_seq > ?", tq.After)
	}
	if tq.Until > 0 {
		db = db.Where("public_seq <= ?", tq.Until)
	}
	if tq.Path != nil {
		db = along(db, who, *tq.Path)
	}
	if tq.Newest > 0 {
		return db.Order("public_seq DESC").Limit(tq.Newest)
	}
	if tq.Limit > 0 {
		db = db.Limit(tq.Limit)
	}
	return db.Order("public_seq")
}

// complete loads attachments, and the outward identities of users and of the
// conversations that are not known yet.
func (q queries) complete(ctx context.Context, who models.Principal, rows []models.Message, known map[int64]models.UID) error {
	if len(rows) == 0 {
		return nil
	}
	if err := q.attach(ctx, who, rows); err != nil {
		return err
	}
	users, err := q.writers(ctx,
		collect(rows, func(m *models.Message) []*int64 { return []*int64{m.UserID} }))
	if err != nil {
		return err
	}
	unknown := slices.DeleteFunc(collect(rows, func(m *models.Message) []*int64 { return []*int64{&m.ConversationID} }),
		func(id int64) bool { return known[id] != models.UID{} })
	conversations, err := q.uids(q.of(ctx, who).Model(&models.Conversation{}), unknown)
	maps.Copy(conversations, known)
	for i := range rows {
		m := &rows[i]
		m.ConversationUID = conversations[m.ConversationID]
		if m.UserID != nil {
			writer := users[*m.UserID]
			m.UserUID, m.UserAvatar = &writer.UID, writer.Avatar
		}
	}
	return err
}

// writers loads what a message shows of the users who wrote.
func (q queries) writers(ctx context.Context, ids []int64) (map[int64]models.User, error) {
	found := make(map[int64]models.User, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []models.User
	err := q.on(ctx).Select("id, uid, avatar").Where("id IN ?", ids).Find(&rows).Error
	for _, u := range rows {
		found[u.ID] = u
	}
	return found, err
}

// uids looks up outward identities by id.
func (q queries) uids(db *gorm.DB, ids []int64) (map[int64]models.UID, error) {
	found := make(map[int64]models.UID, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []struct {
		ID  int64
		UID models.UID `gorm:"column:uid"`
	}
	err := db.Select("id, uid").Where("id IN ?", ids).Find(&rows).Error
	for _, r := range rows {
		found[r.ID] = r.UID
	}
	return found, err
}

// attach loads the messages' files.
func (q queries) attach(ctx context.Context, who models.Principal, rows []models.Message) error {
	place := make(map[int64]*models.Message, len(rows))
	ids := make([]int64, len(rows))
	for i := range rows {
		rows[i].Attachments = []models.Attachment{}
		place[rows[i].ID], ids[i] = &rows[i], rows[i].ID
	}
	var files []models.Attachment
	err := q.of(ctx, who).Where("message_id IN ?", ids).Order("id").Find(&files).Error
	for _, f := range files {
		m := place[*f.MessageID]
		m.Attachments = append(m.Attachments, f)
	}
	return err
}

// Attachment finds one file; see chat.Reader.
func (q queries) Attachment(ctx context.Context, who models.Principal, messageID, attachmentID int64) (models.Attachment, error) {
	var a models.Attachment
	if err := confine(who); err != nil {
		return a, err
	}
	db := q.of(ctx, who).Where("id = ? AND message_id = ?", attachmentID, messageID)
	if who.Kind == models.KindVisitor {
		db = db.Where("message_id IN (?)", q.of(ctx, who).Model(&models.Message{}).Select("id").
			Where("id = ? AND conversation_id = ? AND NOT internal", messageID, who.ConversationID))
	}
	err := db.Take(&a).Error
	return a, err
}

// ReadMessages marks the team's messages as read; see chat.Tx.
func (t *tx) ReadMessages(ctx context.Context, who models.Principal, conversationID, upTo int64) (int64, error) {
	if err := t.owns(ctx, who, conversationID); err != nil {
		return 0, err
	}
	unread := t.of(ctx, who).Model(&models.Message{}).
		Where("conversation_id = ? AND public_seq <= ? AND author_kind <> ?", conversationID, upTo, models.ByContact).
		Where("status IN ?", []models.MessageStatus{models.MessageSent, models.MessageDelivered}).
		Session(&gorm.Session{})
	var newest []int64
	err := unread.Order("public_seq DESC").Limit(1).Pluck("id", &newest).Error
	if err != nil || len(newest) == 0 {
		return 0, err
	}
	return newest[0], unread.UpdateColumn("status", models.MessageRead).Error
}

// UnreadAfter counts the contact's messages; see chat.Tx.
func (t *tx) UnreadAfter(ctx context.Context, who models.Principal, conversationID, seq int64) (int64, error) {
	if err := t.owns(ctx, who, conversationID); err != nil {
		return 0, err
	}
	var unread int64
	err := t.of(ctx, who).Model(&models.Message{}).
		Where("conversation_id = ? AND public_seq > ? AND author_kind = ?", conversationID, seq, models.ByContact).
		Count(&unread).Error
	return unread, err
}
