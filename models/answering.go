package models

import "time"

// HandoffReason is why an assistant left a conversation to people.
type HandoffReason string

// The reasons: the visitor asked for a person, nothing was found (or the model failed),
// the conversation had its turns, a budget is used up, somebody of the team is there.
const (
	HandoffAsked    HandoffReason = "asked"
	HandoffNoAnswer HandoffReason = "no_answer"
	HandoffTurns    HandoffReason = "turns"
	HandoffBudget   HandoffReason = "budget"
	HandoffAgent    HandoffReason = "agent"
)

// HandoffReasons lists every reason.
func HandoffReasons() []HandoffReason {
	return []HandoffReason{HandoffAsked, HandoffNoAnswer, HandoffTurns, HandoffBudget, HandoffAgent}
}

// Assisted says whether an assistant answers in the conversation now: it is switched on
// there, and no person has the conversation.
func (c Conversation) Assisted() bool {
	return c.AssistantActive && !c.TakenOver && c.AssignedTo == nil
}

// AssistantLimits bound an assistant on sites; nil is the default of a limit that has one,
// and no bound otherwise.
type AssistantLimits struct {
	// Turns is how many answers one conversation gets before a person goes on.
	Turns *int `json:"turns,omitempty"`
	// VisitorDay is how many questions of one visitor are taken up in a day.
	VisitorDay *int `json:"visitor_day,omitempty"`
	// Month is how many questions of all visitors are taken up in a month, and MonthCost what
	// the answers may cost, in US dollars. Both count for the whole account.
	Month     *int     `json:"month,omitempty"`
	MonthCost *float64 `json:"month_cost,omitempty"`
}

// Defaults of AssistantLimits.
const (
	DefaultTurns      = 30
	DefaultVisitorDay = 100
)

// MaxTurns is how many answers a conversation gets.
func (l AssistantLimits) MaxTurns() int64 { return limitOr(l.Turns, DefaultTurns) }

// MaxVisitorDay is how many questions a visitor may ask in a day.
func (l AssistantLimits) MaxVisitorDay() int64 { return limitOr(l.VisitorDay, DefaultVisitorDay) }

func limitOr(given *int, otherwise int64) int64 {
	if given == nil {
		return otherwise
	}
	return int64(*given)
}

// AnswerOutcome is what became of a question.
type AnswerOutcome string

// The outcomes. A question is moot when another message came before its answer.
const (
	AnswerAsked     AnswerOutcome = "asked"
	AnswerAnswered  AnswerOutcome = "answered"
	AnswerHandedOff AnswerOutcome = "handed_off"
	AnswerMoot      AnswerOutcome = "moot"
	AnswerFailed    AnswerOutcome = "failed"
)

// AssistantAnswer is a visitor's message that an assistant took up, and what that cost.
// ConversationID is nil once the conversation was erased; QuestionSeq is the message.
type AssistantAnswer struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	AssistantID    int64
	ConversationID *int64
	QuestionSeq    int64
	Outcome        AnswerOutcome
	InputTokens    int64
	OutputTokens   int64
	// Cost is in US dollars; it follows from the tokens and the assistant's price.
	Cost      float64
	Model     string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// AssistantUsage is what assistants did for visitors in a span.
type AssistantUsage struct {
	// Questions were taken up; Answered got an answer.
	Questions, Answered       int64
	InputTokens, OutputTokens int64
	// Cost is in US dollars.
	Cost float64
	// Handoffs counts conversations that were handed off, by reason.
	Handoffs map[HandoffReason]int64
}
