package store

import (
	"context"
	"slices"
	"time"

	"parley/models"
)

// MessageByUID reads a message with its files; see chat.PartTx.
func (t *tx) MessageByUID(ctx context.Context, who models.Principal, message models.UID) (models.Message, error) {
	var m models.Message
	if err := confineTeam(who); err != nil {
		return m, err
	}
	if err := t.of(ctx, who).Where("uid = ? AND deleted_at IS NULL", message).Take(&m).Error; err != nil {
		return m, err
	}
	rows := []models.Message{m}
	err := t.complete(ctx, who, rows, nil)
	return rows[0], err
}

// LockMessage reads and locks; see chat.PartTx.
func (t *tx) LockMessage(ctx context.Context, who models.Principal, messageID int64) (models.Message, error) {
	var m models.Message
	if err := confineTeam(who); err != nil {
		return m, err
	}
	err := t.of(ctx, who).Clauses(locked).Where("id = ?", messageID).Take(&m).Error
	return m, err
}

// UpdateMessage writes how far a message has come; see chat.PartTx.
func (t *tx) UpdateMessage(ctx context.Context, who models.Principal, m *models.Message) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.of(ctx, who).Model(&models.Message{}).Where("id = ?", m.ID).
		Select("status", "failure_reason", "external_id").UpdateColumns(m))
}

// UnsentBefore looks for what is to go first; see chat.PartTx.
func (t *tx) UnsentBefore(ctx context.Context, who models.Principal, m models.Message) (models.UID, error) {
	var earlier models.Message
	if err := confineTeam(who); err != nil {
		return earlier.UID, err
	}
	err := t.of(ctx, who).Select("uid").
		Where("conversation_id = ? AND seq < ? AND NOT internal AND author_kind <> ?", m.ConversationID, m.Seq, models.ByContact).
		Where("status = ? AND external_id IS NULL AND deleted_at IS NULL", models.MessageSent).
		Order("seq DESC").Limit(1).Take(&earlier).Error
	return earlier.UID, err
}

// JobDue says when a job is due; see chat.PartTx.
func (t *tx) JobDue(ctx context.Context, who models.Principal, kind, uniqueKey string) (time.Time, error) {
	var j models.Job
	if err := confineTeam(who); err != nil {
		return j.RunAt, err
	}
	err := t.of(ctx, who).Select("run_at").Where("kind = ? AND unique_key = ?", kind, uniqueKey).Take(&j).Error
	return j.RunAt, err
}

// ExternalIDs are what came before; see chat.PartTx.
func (t *tx) ExternalIDs(ctx context.Context, who models.Principal, m models.Message, limit int) ([]string, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	var ids []string
	err := t.of(ctx, who).Model(&models.Message{}).
		Where("conversation_id = ? AND seq < ? AND external_id IS NOT NULL", m.ConversationID, m.Seq).
		Order("seq DESC").Limit(limit).Pluck("external_id", &ids).Error
	slices.Reverse(ids)
	return ids, err
}

// MessageParts lists; see chat.PartTx.
func (t *tx) MessageParts(ctx context.Context, who models.Principal, messageID int64) ([]models.MessagePart, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	var parts []models.MessagePart
	err := t.of(ctx, who).Where("message_id = ?", messageID).Order("ordinal").Find(&parts).Error
	return parts, err
}

// CreateMessageParts inserts; see chat.PartTx.
func (t *tx) CreateMessageParts(ctx context.Context, who models.Principal, parts []models.MessagePart) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	for i := range parts {
		parts[i].ID, parts[i].AccountID = 0, who.AccountID
	}
	return t.on(ctx).Create(&parts).Error
}

// UpdateMessagePart writes how far a part has come; see chat.PartTx.
func (t *tx) UpdateMessagePart(ctx context.Context, who models.Principal, p *models.MessagePart) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.of(ctx, who).Model(&models.MessagePart{}).Where("id = ?", p.ID).
		Select("status", "external_id").UpdateColumns(p))
}

// MessagePart finds one; see chat.PartTx.
func (t *tx) MessagePart(
	ctx context.Context, who models.Principal, channelID int64, externalID string, uid models.UID,
) (models.MessagePart, error) {
	var p models.MessagePart
	if err := confineTeam(who); err != nil {
		return p, err
	}
	// Two queries, each by its own index: the reference is needed only until the id is noted.
	var rows []models.MessagePart
	err := t.of(ctx, who).Where("channel_id = ? AND external_id = ?", channelID, externalID).Limit(1).Find(&rows).Error
	if err == nil && len(rows) == 0 {
		err = t.of(ctx, who).Where("channel_id = ? AND uid = ? AND external_id IS NULL", channelID, uid).Limit(1).Find(&rows).Error
	}
	if err != nil {
		return p, err
	}
	if len(rows) == 0 {
		return p, models.ErrNotFound
	}
	return rows[0], nil
}
