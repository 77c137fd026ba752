package models

import "time"

// DefaultNoticeMinutes is after how long an answer is told of by e-mail on a new site.
const DefaultNoticeMinutes = 2

// Notices say what a user wants letters about. The zero value wants none.
type Notices struct {
	// NewConversation is every conversation that a customer begins, Assigned those that
	// somebody gives to the user, Mentioned notes that say @ and the user's name.
	NewConversation bool `json:"new_conversation"`
	Assigned        bool `json:"assigned"`
	Mentioned       bool `json:"mentioned"`
	// WaitingMinutes is after how long a customer who waits for an answer is told of; 0
	// is never.
	WaitingMinutes int `json:"waiting_minutes"`
}

// VisitorNotice is a letter that told a visitor who was away of the team's answer.
type VisitorNotice struct {
	ID int64
	// UID is in the id of the letter, by which an answer to it finds the conversation.
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	ConversationID int64
	Email          string
	// Kind is NoticeAnswer or NoticeTranscript.
	Kind string
	// ReadSeq is how far the visitor had read.
	ReadSeq   int64
	CreatedAt time.Time
}

// MailStop is an address that wants no notices of an account.
type MailStop struct {
	AccountID int64  `gorm:"primaryKey"`
	Email     string `gorm:"primaryKey"`
	CreatedAt time.Time
}
