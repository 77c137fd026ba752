package models

import "time"

// Assistant answers by itself. Draft is what is being edited, Published what
// sessions use; nil until it is published for the first time.
type Assistant struct {
	ID          int64
	UID         UID `gorm:"column:uid"`
	AccountID   int64
	Name        string
	Draft       map[string]any `gorm:"serializer:json"`
	Published   map[string]any `gorm:"serializer:json"`
	PublishedAt *time.Time
	CreatedAt   time.Time
	UpdatedAt   time.Time
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
	Overrides      map[string]any `gorm:"serializer:json"`
	ExpiresAt      time.Time
	DeletedAt      *time.Time
	CreatedAt      time.Time
	UpdatedAt      time.Time
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
	// Cost is in US dollars.
	Cost      float64
	FirstSeq  *int64
	LastSeq   *int64
	DeletedAt *time.Time
	CreatedAt time.Time
	UpdatedAt time.Time
}
