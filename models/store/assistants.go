package store

import (
	"context"
	"time"

	"parley/models"
	"parley/models/chat"
)

// Assistants lists; see chat.AssistantReader.
func (q queries) Assistants(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Assistant], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Assistant]{}, err
	}
	return window[models.Assistant](q.of(ctx, who).Where("deleted_at IS NULL"), p, "created_at DESC, id DESC")
}

// AssistantByID finds one; see chat.AssistantReader.
func (q queries) AssistantByID(ctx context.Context, who models.Principal, id int64) (models.Assistant, error) {
	var a models.Assistant
	if err := confineTeam(who); err != nil {
		return a, err
	}
	return a, q.of(ctx, who).Where("id = ?", id).Take(&a).Error
}

// CreateAssistant inserts; see chat.AssistantTx.
func (t *tx) CreateAssistant(ctx context.Context, who models.Principal, a *models.Assistant) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	a.ID, a.AccountID = 0, who.AccountID
	return t.on(ctx).Create(a).Error
}

// LockAssistant reads and locks; see chat.AssistantTx.
func (t *tx) LockAssistant(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error) {
	var a models.Assistant
	if err := confineTeam(who); err != nil {
		return a, err
	}
	return a, t.of(ctx, who).Clauses(locked).Where("uid = ? AND deleted_at IS NULL", assistant).Take(&a).Error
}

// UpdateAssistant writes; see chat.AssistantTx.
func (t *tx) UpdateAssistant(ctx context.Context, who models.Principal, a *models.Assistant) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.of(ctx, who).Model(&models.Assistant{}).Where("id = ?", a.ID).
		Select("name", "draft", "published", "published_at", "updated_at").UpdateColumns(a))
}

// RetireAssistant marks one as deleted; see chat.AssistantTx.
func (t *tx) RetireAssistant(ctx context.Context, who models.Principal, id int64, now time.Time) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	err := t.of(ctx, who).Model(&models.Site{}).Where("assistant_id = ?", id).UpdateColumn("assistant_id", nil).Error
	if err != nil {
		return err
	}
	return found(t.of(ctx, who).Model(&models.Assistant{}).Where("id = ?", id).UpdateColumn("deleted_at", now))
}

// AssistantSessions lists; see chat.AssistantReader.
func (q queries) AssistantSessions(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Session], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Session]{}, err
	}
	list, err := window[models.Session](q.of(ctx, who).Where("deleted_at IS NULL AND NOT one_shot"), p, "created_at DESC, id DESC")
	if err != nil {
		return list, err
	}
	return list, q.nameAssistants(ctx, who, list.Rows)
}

// nameAssistants loads the assistants' outward identities.
func (q queries) nameAssistants(ctx context.Context, who models.Principal, rows []models.Session) error {
	ids := make([]int64, len(rows))
	for i, s := range rows {
		ids[i] = s.AssistantID
	}
	assistants, err := byID(q.on(ctx), who.AccountID, ids, func(a *models.Assistant) int64 { return a.ID })
	for i := range rows {
		rows[i].AssistantUID = assistants[rows[i].AssistantID].UID
	}
	return err
}

// AssistantSession finds one; see chat.AssistantReader.
func (q queries) AssistantSession(ctx context.Context, who models.Principal, session models.UID) (models.Session, error) {
	return q.session(ctx, who, false, "uid = ? AND deleted_at IS NULL", session)
}

// AssistantSessionByID finds one; see chat.AssistantReader.
func (q queries) AssistantSessionByID(ctx context.Context, who models.Principal, id int64) (models.Session, error) {
	return q.session(ctx, who, false, "id = ?", id)
}

// LockSession reads and locks; see chat.AssistantTx.
func (t *tx) LockSession(ctx context.Context, who models.Principal, session models.UID) (models.Session, error) {
	return t.session(ctx, who, true, "uid = ? AND deleted_at IS NULL", session)
}

func (q queries) session(ctx context.Context, who models.Principal, lock bool, where string, id any) (models.Session, error) {
	rows := make([]models.Session, 1)
	if err := confineTeam(who); err != nil {
		return rows[0], err
	}
	db := q.of(ctx, who)
	if lock {
		db = db.Clauses(locked)
	}
	if err := db.Where(where, id).Take(&rows[0]).Error; err != nil {
		return rows[0], err
	}
	err := q.nameAssistants(ctx, who, rows)
	return rows[0], err
}

// ConversationByID finds one; see chat.AssistantReader.
func (q queries) ConversationByID(ctx context.Context, who models.Principal, id int64) (models.Conversation, error) {
	var c models.Conversation
	if err := confineTeam(who); err != nil {
		return c, err
	}
	return c, noConversation(q.of(ctx, who).Where("id = ?", id).Take(&c).Error)
}

// CreateSession inserts; see chat.AssistantTx.
func (t *tx) CreateSession(ctx context.Context, who models.Principal, s *models.Session) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	s.ID, s.AccountID = 0, who.AccountID
	return t.on(ctx).Create(s).Error
}

// UpdateSession writes; see chat.AssistantTx.
func (t *tx) UpdateSession(ctx context.Context, who models.Principal, s *models.Session) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Model(&models.Session{}).Where("id = ?", s.ID).
		Select("status", "deleted_at", "updated_at").UpdateColumns(s), chat.ErrSessionNotFound)
}
