package chat

import (
	"context"
	"time"

	"parley/models"
)

// JobAnswer has an assistant answer a visitor's message, which its payload names. The
// store queues it with the message, in the same transaction.
const JobAnswer = "assistant.answer"

// payloadAgain marks a job for a message that was given up once, because a person took over.
const payloadAgain = "again"

// AnswerJob is the job that has a message answered. A message has one at a time.
func AnswerJob(m models.Message) *models.Job {
	id := models.FormatID(models.PrefixMessage, m.UID)
	return &models.Job{
		AccountID: m.AccountID, Kind: JobAnswer, UniqueKey: &id, RunAt: m.CreatedAt, CreatedAt: m.CreatedAt,
		Payload: map[string]any{"message": id},
	}
}

// AnswerReader reads what assistants did for visitors.
type AnswerReader interface {
	// AskedMessage finds a message: its own row, and its conversation's identity.
	AskedMessage(ctx context.Context, who models.Principal, message models.UID) (models.Message, error)
	// CountAnswers counts questions that assistants took up, and what the answers cost.
	CountAnswers(ctx context.Context, who models.Principal, q AnswerQuery) (number int64, cost float64, err error)
	// AssistantUsage counts those of a span, its end excluded.
	AssistantUsage(ctx context.Context, who models.Principal, from, to time.Time) (models.AssistantUsage, error)
}

// AnswerQuery selects questions since a time; the zero value of a field does not filter.
type AnswerQuery struct {
	ConversationID, ContactID int64
	// Verified goes with ContactID: it selects those of conversations whose visitor has
	// shown who he is, or those of the others.
	Verified bool
	Since    time.Time
	// Answered leaves out those that got no answer.
	Answered bool
}

// AnswerTx keeps account of them.
type AnswerTx interface {
	// TakeQuestion stores a, unless there is a row for the message, which it loads then.
	TakeQuestion(ctx context.Context, who models.Principal, a *models.AssistantAnswer) error
	// UpdateAnswer writes outcome, tokens, cost, model and updated_at.
	UpdateAnswer(ctx context.Context, who models.Principal, a *models.AssistantAnswer) error
}
