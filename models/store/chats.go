package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// finished are chats that came to an answer.
const finished = "status = 'active'"

// Chats lists; see chat.AssistantReader.
func (q queries) Chats(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Chat], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Chat]{}, err
	}
	list, err := window[models.Chat](q.of(ctx, who).Where(finished), p, "created_at DESC, id DESC")
	if err != nil {
		return list, err
	}
	return list, q.nameSessions(ctx, who, list.Rows)
}

// nameSessions loads the sessions' outward identities.
func (q queries) nameSessions(ctx context.Context, who models.Principal, rows []models.Chat) error {
	ids := make([]int64, len(rows))
	for i, c := range rows {
		ids[i] = c.SessionID
	}
	sessions, err := byID(q.on(ctx), who.AccountID, ids, func(s *models.Session) int64 { return s.ID })
	for i := range rows {
		rows[i].SessionUID = sessions[rows[i].SessionID].UID
	}
	return err
}

// Chat finds one; see chat.AssistantReader.
func (q queries) Chat(ctx context.Context, who models.Principal, uid models.UID) (models.Chat, error) {
	return q.oneChat(ctx, who, q.of(ctx, who).Where("uid = ? AND "+finished, uid))
}

// ChatEvenDeleted finds one; see chat.AssistantReader.
func (q queries) ChatEvenDeleted(ctx context.Context, who models.Principal, uid models.UID) (models.Chat, error) {
	return q.oneChat(ctx, who, q.of(ctx, who).Where("uid = ?", uid))
}

// RunningChat finds one; see chat.AssistantTx.
func (t *tx) RunningChat(ctx context.Context, who models.Principal, sessionID int64) (models.Chat, error) {
	return t.oneChat(ctx, who, t.of(ctx, who).Where("session_id = ? AND status = 'running'", sessionID))
}

func (q queries) oneChat(ctx context.Context, who models.Principal, db *gorm.DB) (models.Chat, error) {
	rows := make([]models.Chat, 1)
	if err := confineTeam(who); err != nil {
		return rows[0], err
	}
	if err := db.Take(&rows[0]).Error; err != nil {
		return rows[0], err
	}
	err := q.nameSessions(ctx, who, rows)
	return rows[0], err
}

// LastChat finds one; see chat.AssistantReader.
func (q queries) LastChat(ctx context.Context, who models.Principal, sessionID int64) (models.Chat, error) {
	return q.oneChat(ctx, who, q.of(ctx, who).Where("session_id = ? AND status IN ('active', 'deleted')", sessionID).Order("id DESC"))
}

// onPath is the condition that a message belongs to no chat that lies off a path. The
// chats of a session run one after the other and store their messages at one go, so only
// the nearest that begins at a message or before it can hold it.
const onPath = `NOT EXISTS (
  SELECT 1 FROM (
    SELECT id, last_seq FROM chats WHERE account_id = @account AND session_id = @session AND first_seq <= messages.seq
    ORDER BY first_seq DESC LIMIT 1
  ) AS nearest
  WHERE nearest.last_seq >= messages.seq AND nearest.id NOT IN (
    WITH RECURSIVE path (id, previous_id, places) AS (
      SELECT id, previous_id, 1 FROM chats WHERE account_id = @account AND id = @chat
      UNION ALL
      SELECT c.id, c.previous_id, path.places + CASE WHEN c.status = 'deleted' THEN 0 ELSE 1 END
      FROM path JOIN chats c ON c.account_id = @account AND c.id = path.previous_id WHERE path.places < @places
    ) SELECT id FROM path))`

// along keeps the messages on a path.
func along(db *gorm.DB, who models.Principal, p chat.Path) *gorm.DB {
	return db.Where(onPath, map[string]any{"account": who.AccountID, "session": p.Session, "chat": p.Chat, "places": chat.MaxPath})
}

// CreateChat inserts; see chat.AssistantTx.
func (t *tx) CreateChat(ctx context.Context, who models.Principal, c *models.Chat) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	c.ID, c.AccountID = 0, who.AccountID
	return t.on(ctx).Create(c).Error
}

// UpdateChat writes; see chat.AssistantTx.
func (t *tx) UpdateChat(ctx context.Context, who models.Principal, c *models.Chat) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Model(&models.Chat{}).Where("id = ?", c.ID).
		Select("*").Omit("id", "uid", "account_id", "session_id", "previous_id", "input", "created_at").
		UpdateColumns(c), chat.ErrChatNotFound)
}

// DropChat deletes; see chat.AssistantTx.
func (t *tx) DropChat(ctx context.Context, who models.Principal, id int64) (bool, error) {
	if err := confineTeam(who); err != nil {
		return false, err
	}
	done := t.of(ctx, who).Where("id = ? AND status = 'running'", id).Delete(&models.Chat{})
	return done.RowsAffected > 0, done.Error
}

// HideChats marks; see chat.AssistantTx. A running one comes to nothing.
func (t *tx) HideChats(ctx context.Context, who models.Principal, sessionID int64, now time.Time) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	err := t.of(ctx, who).Where("session_id = ? AND status = 'running'", sessionID).Delete(&models.Chat{}).Error
	if err != nil {
		return err
	}
	return t.of(ctx, who).Model(&models.Chat{}).Where("session_id = ? AND "+finished, sessionID).
		UpdateColumns(map[string]any{"status": models.ChatDeleted, "deleted_at": now, "updated_at": now}).Error
}

// HideMessages hides; see chat.AssistantTx.
func (t *tx) HideMessages(ctx context.Context, who models.Principal, conversationID int64, span chat.Span, now time.Time) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	err := t.of(ctx, who).Model(&models.Message{}).
		Where("conversation_id = ? AND seq BETWEEN ? AND ? AND deleted_at IS NULL", conversationID, span.First, span.Last).
		UpdateColumn("deleted_at", now).Error
	if err != nil {
		return err
	}
	return t.recount(ctx, who, conversationID, now)
}

// recount mends what a conversation says of its messages.
func (t *tx) recount(ctx context.Context, who models.Principal, conversationID int64, now time.Time) error {
	shown := func() *gorm.DB {
		return t.of(ctx, who).Model(&models.Message{}).
			Where("conversation_id = ? AND NOT internal AND deleted_at IS NULL", conversationID)
	}
	var c models.Conversation
	if err := t.of(ctx, who).Select("id, agent_read_seq").Where("id = ?", conversationID).Take(&c).Error; err != nil {
		return noConversation(err)
	}
	var count, unread int64
	if err := shown().Count(&count).Error; err != nil {
		return err
	}
	if err := shown().Where("author_kind = ? AND public_seq > ?", models.ByContact, c.AgentReadSeq).Count(&unread).Error; err != nil {
		return err
	}
	var newest []models.Message
	if err := shown().Order("public_seq DESC").Limit(1).Find(&newest).Error; err != nil {
		return err
	}
	set := map[string]any{"message_count": count, "unread_count": unread, "last_message_preview": "", "updated_at": now}
	if len(newest) > 0 {
		set["last_message_preview"] = models.Preview(newest[0].Content)
		set["last_message_by"] = newest[0].AuthorKind
	}
	return t.of(ctx, who).Model(&models.Conversation{}).Where("id = ?", conversationID).UpdateColumns(set).Error
}
