package models

import (
	"strings"
	"time"
)

// AuthorKind says who wrote a message.
type AuthorKind string

// The kinds of author.
const (
	ByContact   AuthorKind = "contact"
	ByUser      AuthorKind = "user"
	ByAssistant AuthorKind = "assistant"
	BySystem    AuthorKind = "system"
)

// MessageType is what a message is made of.
type MessageType string

// The types of message.
const (
	TypeText     MessageType = "text"
	TypeImage    MessageType = "image"
	TypeFile     MessageType = "file"
	TypeAudio    MessageType = "audio"
	TypeVideo    MessageType = "video"
	TypeTemplate MessageType = "template"
)

// MessageStatus is how far a message has come.
type MessageStatus string

// The statuses of a message: received for the customer's, the others for the team's.
const (
	MessageReceived  MessageStatus = "received"
	MessageSent      MessageStatus = "sent"
	MessageDelivered MessageStatus = "delivered"
	MessageRead      MessageStatus = "read"
	MessageFailed    MessageStatus = "failed"
)

// Message is one entry of a conversation. Seq orders all of them; PublicSeq numbers
// those the visitor may see without holes and is nil for internal notes.
type Message struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	ConversationID int64
	Seq            int64
	PublicSeq      *int64
	AuthorKind     AuthorKind
	UserID         *int64
	AssistantID    *int64
	Author         string
	MessageType    MessageType
	Content        string
	Internal       bool
	Status         MessageStatus
	FailureReason  *string
	ClientID       *string
	// Speaker is "caller" or "ai" on voice; FromAddress is the customer's e-mail or
	// number where the channel carries it; ExternalID is the channel's own id.
	Speaker     *string
	FromAddress *string
	ExternalID  *string
	// Citations are the articles that an assistant's message rests on.
	Citations []Citation `gorm:"serializer:json"`
	DeletedAt *time.Time `gorm:"index:-"`
	CreatedAt time.Time

	Attachments []Attachment `gorm:"-"`
	// UserUID is UserID's outward identity, ConversationUID the conversation's, both
	// loaded with the message.
	UserUID *UID `gorm:"-"`
	// UserAvatar is the picture of the user who wrote, loaded with the message.
	UserAvatar      *string `gorm:"-"`
	ConversationUID UID     `gorm:"-"`
	// Contact is whom the conversation is with, loaded with what a search found.
	Contact *Contact `gorm:"-"`
}

// Attachment is a file. Until MessageID is set it waits for the message that takes it.
type Attachment struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	ConversationID *int64
	MessageID      *int64
	UserID         *int64
	StorageKey     string
	Filename       string
	ContentType    string
	Size           int64
	Width          *int
	Height         *int
	CreatedAt      time.Time
}

// Preview is the beginning of a text on one line, at most PreviewLength+1 code
// points: the one more tells an encoder that something was cut.
func Preview(content string) string {
	r := []rune(strings.Join(strings.Fields(content), " "))
	if len(r) > PreviewLength+1 {
		r = r[:PreviewLength+1]
	}
	return string(r)
}
