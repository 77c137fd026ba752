package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

// AskedMessage finds one; see chat.AnswerReader.
func (q queries) AskedMessage(ctx context.Context, who models.Principal, message models.UID) (models.Message, error) {
	var m models.Message
	if err := confineTeam(who); err != nil {
		return m, err
	}
	if err := q.of(ctx, who).Where("uid = ? AND deleted_at IS NULL", message).Take(&m).Error; err != nil {
		return m, err
	}
	uids, err := q.uids(q.of(ctx, who).Model(&models.Conversation{}), []int64{m.ConversationID})
	m.ConversationUID = uids[m.ConversationID]
	return m, err
}

// CountAnswers counts; see chat.AnswerReader.
func (q queries) CountAnswers(ctx context.Context, who models.Principal, aq chat.AnswerQuery) (int64, float64, error) {
	if err := confineTeam(who); err != nil {
		return 0, 0, err
	}
	rows := q.of(ctx, who).Model(&models.AssistantAnswer{}).Select("count(*) AS number, coalesce(sum(cost), 0) AS cost").
		Where("created_at >= ?", aq.Since.UTC())
	if aq.ConversationID != 0 {
		rows = rows.Where("conversation_id = ?", aq.ConversationID)
	}
	if aq.ContactID != 0 {
		rows = rows.Where("conversation_id IN (?)", q.spoken(ctx, who, aq.ContactID))
	}
	if aq.Except.ConversationID != 0 {
		rows = rows.Where("NOT (coalesce(conversation_id, 0) = ? AND question_seq = ?)", aq.Except.ConversationID, aq.Except.Seq)
	}
	if aq.Answered {
		rows = rows.Where("outcome = ?", models.AnswerAnswered)
	}
	var sum struct {
		Number int64
		Cost   float64
	}
	err := rows.Scan(&sum).Error
	return sum.Number, sum.Cost, err
}

// AssistantUsage counts; see chat.AnswerReader.
func (q queries) AssistantUsage(ctx context.Context, who models.Principal, from, to time.Time) (models.AssistantUsage, error) {
	usage := models.AssistantUsage{Handoffs: map[models.HandoffReason]int64{}}
	if err := confineTeam(who); err != nil {
		return usage, err
	}
	var sum struct {
		Questions, Answered       int64
		InputTokens, OutputTokens int64
		Cost                      float64
	}
	err := q.of(ctx, who).Model(&models.AssistantAnswer{}).
		Select("count(*) AS questions, count(CASE WHEN outcome = 'answered' THEN 1 END) AS answered, "+
			"coalesce(sum(input_tokens), 0) AS input_tokens, coalesce(sum(output_tokens), 0) AS output_tokens, coalesce(sum(cost), 0) AS cost").
		Where("created_at >= ? AND created_at < ?", from.UTC(), to.UTC()).Scan(&sum).Error
	if err != nil {
		return usage, err
	}
	usage.Questions, usage.Answered, usage.Cost = sum.Questions, sum.Answered, sum.Cost
	usage.InputTokens, usage.OutputTokens = sum.InputTokens, sum.OutputTokens
	var reasons []struct {
		HandoffReason models.HandoffReason
		Number        int64
	}
	err = q.of(ctx, who).Model(&models.Conversation{}).Select("handoff_reason, count(*) AS number").
		Where("handed_off_at >= ? AND handed_off_at < ? AND handoff_reason IS NOT NULL", from.UTC(), to.UTC()).
		Group("handoff_reason").Scan(&reasons).Error
	for _, r := range reasons {
		usage.Handoffs[r.HandoffReason] = r.Number
	}
	return usage, err
}

// TakeQuestion inserts or loads; see chat.AnswerTx.
func (t *tx) TakeQuestion(ctx context.Context, who models.Principal, a *models.AssistantAnswer) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	a.ID, a.AccountID = 0, who.AccountID
	made := t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(a)
	if made.Error != nil || made.RowsAffected > 0 {
		return made.Error
	}
	conversation, seq := a.ConversationID, a.QuestionSeq
	*a = models.AssistantAnswer{}
	return t.of(ctx, who).Where("conversation_id = ? AND question_seq = ?", conversation, seq).Take(a).Error
}

// UpdateAnswer writes; see chat.AnswerTx.
func (t *tx) UpdateAnswer(ctx context.Context, who models.Principal, a *models.AssistantAnswer) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return found(t.of(ctx, who).Model(&models.AssistantAnswer{}).Where("id = ?", a.ID).
		Select("outcome", "input_tokens", "output_tokens", "cost", "model", "updated_at").UpdateColumns(a))
}
