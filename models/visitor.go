package models

import "time"

// The kinds of letter that a VisitorNotice keeps.
const (
	// NoticeAnswer tells a visitor who is away of an answer.
	NoticeAnswer = "answer"
	// NoticeTranscript is a transcript that the visitor asked for.
	NoticeTranscript = "transcript"
)

// PushKey is the program's own pair of keys for web push (VAPID, RFC 8292): every
// browser that subscribes ties itself to it, so it is made once.
type PushKey struct {
	ID int64
	// Public is base64url; Private is sealed.
	Public    string
	Private   []byte `gorm:"not null"`
	CreatedAt time.Time
}

// PushSubscription is a browser that a visitor wants to be told in.
type PushSubscription struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	ConversationID int64
	// EndpointHash tells endpoints apart; Sealed is a PushTarget.
	EndpointHash []byte `gorm:"not null"`
	Sealed       []byte `gorm:"not null"`
	CreatedAt    time.Time
}

// PushTarget is where a push goes, and what it is encrypted for (RFC 8291), as the
// browser gave it.
type PushTarget struct {
	Endpoint string `json:"endpoint"`
	P256DH   string `json:"p256dh"`
	Auth     string `json:"auth"`
}

// Mention says that a note in a conversation named a user.
type Mention struct {
	AccountID      int64
	UserID         int64 `gorm:"primaryKey"`
	ConversationID int64 `gorm:"primaryKey"`
	CreatedAt      time.Time
}

// Standing is a conversation of a visitor as the visitor's list shows it.
type Standing struct {
	Conversation Conversation
	// Unread counts the team's public messages that the visitor has not read.
	Unread int64
}

// IdentityClaims are what a site's signature says of a person. Email and Name may be
// empty.
type IdentityClaims struct {
	ID    string
	Email string
	Name  string
}
