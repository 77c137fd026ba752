package models

import (
	"maps"
	"math"
	"time"
)

// Assistant answers by itself. Draft is what is being edited, Published what sessions
// use; nil until it is published for the first time. Name is that of what sessions use.
type Assistant struct {
	ID          int64
	UID         UID `gorm:"column:uid"`
	AccountID   int64
	Name        string
	Draft       *AssistantSettings `gorm:"serializer:json"`
	Published   *AssistantSettings `gorm:"serializer:json"`
	PublishedAt *time.Time
	// DeletedAt is when it was deleted: what it has said stays its own.
	DeletedAt *time.Time `gorm:"index:-"`
	CreatedAt time.Time
	UpdatedAt time.Time
}

// AssistantSettings are what makes an assistant.
type AssistantSettings struct {
	Name         string            `json:"name"`
	FirstMessage string            `json:"first_message,omitempty"`
	SystemPrompt string            `json:"system_prompt,omitempty"`
	Model        ModelSettings     `json:"model"`
	Variables    map[string]string `json:"variables,omitempty"`
	// Knowledge lets it answer from the account's articles, Handoff offer a person.
	Knowledge bool             `json:"knowledge"`
	Handoff   bool             `json:"handoff"`
	Server    *AssistantServer `json:"server,omitempty"`
	Price     Price            `json:"price"`
	// Limits bound what it answers to the visitors of sites.
	Limits AssistantLimits `json:"limits"`
}

// ModelSettings are what an assistant asks of a model. The zero value is the engine's
// own choice; nil settings are the model's.
type ModelSettings struct {
	Provider    string   `json:"provider,omitempty"`
	Model       string   `json:"model,omitempty"`
	Temperature *float64 `json:"temperature,omitempty"`
	MaxTokens   *int     `json:"max_tokens,omitempty"`
}

// AssistantServer is whom to tell of an assistant's chats.
type AssistantServer struct {
	URL    string      `json:"url"`
	Events []EventType `json:"events"`
}

// Price is what a million tokens cost, in US dollars.
type Price struct {
	Input  float64 `json:"input"`
	Output float64 `json:"output"`
}

// Cost is that of one answer, in US dollars, to the billionth.
func (p Price) Cost(inputTokens, outputTokens int64) float64 {
	const million, billion = 1e6, 1e9
	cost := (float64(inputTokens)*p.Input + float64(outputTokens)*p.Output) / million
	return math.Round(cost*billion) / billion
}

// Overrides are what a session or a chat changes of its assistant, for itself; nil
// leaves it as it is. Variables are put over the assistant's, one by one.
type Overrides struct {
	Variables    map[string]string `json:"variables,omitempty"`
	FirstMessage *string           `json:"first_message,omitempty"`
	SystemPrompt *string           `json:"system_prompt,omitempty"`
	Model        ModelSettings     `json:"model"`
}

// Over are the settings with the overrides put over them.
func (o Overrides) Over(s AssistantSettings) AssistantSettings {
	merged := maps.Clone(s.Variables)
	if merged == nil {
		merged = map[string]string{}
	}
	maps.Copy(merged, o.Variables)
	s.Variables = merged
	if o.FirstMessage != nil {
		s.FirstMessage = *o.FirstMessage
	}
	if o.SystemPrompt != nil {
		s.SystemPrompt = *o.SystemPrompt
	}
	s.Model = o.Model.over(s.Model)
	return s
}

func (m ModelSettings) over(base ModelSettings) ModelSettings {
	if m.Provider != "" {
		base.Provider = m.Provider
	}
	if m.Model != "" {
		base.Model = m.Model
	}
	if m.Temperature != nil {
		base.Temperature = m.Temperature
	}
	if m.MaxTokens != nil {
		base.MaxTokens = m.MaxTokens
	}
	return base
}

// SessionStatus is where a session stands.
type SessionStatus string

// The statuses of a session.
const (
	SessionActive  SessionStatus = "active"
	SessionExpired SessionStatus = "expired"
	SessionDeleted SessionStatus = "deleted"
)

// Session is a conversation of the channel api with an assistant. OneShot says that
// it was made for a single chat.
type Session struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	ConversationID int64
	AssistantID    int64
	Name           string
	Status         SessionStatus
	OneShot        bool
	Overrides      *Overrides `gorm:"serializer:json"`
	ExpiresAt      time.Time
	DeletedAt      *time.Time `gorm:"index:-"`
	CreatedAt      time.Time
	UpdatedAt      time.Time

	// AssistantUID is the assistant's outward identity, loaded with the session;
	// Messages is what was said, where it is asked for.
	AssistantUID UID        `gorm:"-"`
	Messages     []ChatTurn `gorm:"-"`
}

// StatusAt is where the session stands: its time runs out by itself.
func (s Session) StatusAt(now time.Time) SessionStatus {
	if s.Status == SessionActive && !now.Before(s.ExpiresAt) {
		return SessionExpired
	}
	return s.Status
}

// ChatStatus is where a chat stands.
type ChatStatus string

// The statuses of a chat.
const (
	ChatRunning ChatStatus = "running"
	ChatActive  ChatStatus = "active"
	ChatFailed  ChatStatus = "failed"
	ChatDeleted ChatStatus = "deleted"
)

// The roles of a turn.
const (
	RoleOfUser      = "user"
	RoleOfAssistant = "assistant"
	RoleOfSystem    = "system"
)

// ChatTurn is one line of a chat's input or output.
type ChatTurn struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

// Chat is one turn of a session with its answer. FirstSeq to LastSeq are its
// messages in the conversation.
type Chat struct {
	ID         int64
	UID        UID `gorm:"column:uid"`
	AccountID  int64
	SessionID  int64
	PreviousID *int64
	Input      []ChatTurn `gorm:"serializer:json"`
	Output     []ChatTurn `gorm:"serializer:json"`
	Status     ChatStatus
	// Cost is in US dollars; it follows from the tokens and the assistant's price.
	Cost         float64
	InputTokens  int64
	OutputTokens int64
	FirstSeq     *int64
	LastSeq      *int64
	// LeaseUntil bounds how long a running chat may keep others of its session waiting.
	LeaseUntil *time.Time
	DeletedAt  *time.Time `gorm:"index:-"`
	CreatedAt  time.Time
	UpdatedAt  time.Time

	// SessionUID is the session's outward identity, loaded with the chat.
	SessionUID UID `gorm:"-"`
}
