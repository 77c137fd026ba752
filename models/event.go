package models

import "time"

// EventType names a change that others are told of.
type EventType string

// The events.
const (
	EventMessageReceived      EventType = "message.received"
	EventMessageSent          EventType = "message.sent"
	EventMessageDelivered     EventType = "message.delivered"
	EventMessageRead          EventType = "message.read"
	EventNoteCreated          EventType = "note.created"
	EventConversationCreated  EventType = "conversation.created"
	EventConversationUpdated  EventType = "conversation.updated"
	EventConversationAssigned EventType = "conversation.assigned"
	EventConversationResolved EventType = "conversation.resolved"
	EventConversationReopened EventType = "conversation.reopened"
	EventContactCreated       EventType = "contact.created"
	EventContactUpdated       EventType = "contact.updated"
	EventContactDeleted       EventType = "contact.deleted"
	EventChatCreated          EventType = "chat.created"
	EventChatDeleted          EventType = "chat.deleted"
	EventRatingCreated        EventType = "rating.created"
)

// EventAll stands, in a webhook's choice, for every event but note.created.
const EventAll EventType = "*"

// EventTypes lists every event.
func EventTypes() []EventType {
	return []EventType{
		EventMessageReceived, EventMessageSent, EventMessageDelivered, EventMessageRead, EventNoteCreated,
		EventConversationCreated, EventConversationUpdated, EventConversationAssigned, EventConversationResolved,
		EventConversationReopened, EventContactCreated, EventContactUpdated, EventContactDeleted,
		EventChatCreated, EventChatDeleted, EventRatingCreated,
	}
}

// Event is one row of the account's log, written in the transaction of the change
// it tells of. Pos is its place in the log, dense per account and given after the
// commit by the sequencer: a reader that follows Pos never skips a late commit.
type Event struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	Type           EventType
	Pos            *int64
	ActorKind      PrincipalKind
	ActorUserID    *int64
	ConversationID *int64
	ContactID      *int64
	MessageID      *int64
	// Detail holds what the rows above cannot tell: the values before and after.
	Detail    map[string]any `gorm:"serializer:json"`
	CreatedAt time.Time

	// The rows the event speaks of, loaded for readers of the log; nil when erased.
	Conversation *Conversation `gorm:"-"`
	Contact      *Contact      `gorm:"-"`
	Message      *Message      `gorm:"-"`
	AccountUID   UID           `gorm:"-"`
}

// DoorbellKind says what rang.
type DoorbellKind string

// The doorbells: a committed message, a changed conversation, read marks, new places
// in the event log, and things that pass and are never stored.
const (
	BellMessage      DoorbellKind = "message"
	BellConversation DoorbellKind = "conversation"
	BellRead         DoorbellKind = "read"
	BellEvents       DoorbellKind = "events"
	BellTyping       DoorbellKind = "typing"
	BellDelta        DoorbellKind = "delta"
	BellRevoked      DoorbellKind = "revoked"
	// BellViewing tells the team that one of them looks at a conversation.
	BellViewing DoorbellKind = "viewing"
	// BellPage tells the team that a visitor is on another page.
	BellPage DoorbellKind = "page"
)

// Doorbell tells sockets, on every node, that there is something to read. It is a
// hint and may be lost: the database is the truth.
type Doorbell struct {
	Kind           DoorbellKind
	AccountID      int64
	ConversationID int64
	// ConversationUID names the conversation to agents (typing, delta, page).
	ConversationUID UID
	// Seq is the conversation's newest public sequence number (message), or the one
	// read up to (read). Pos is the account's newest place in the event log (events).
	Seq int64
	Pos int64
	// Message is the public message itself, so that the common case needs no query.
	Message *Message
	// Status and Survey are the conversation's (conversation).
	Status ConversationStatus
	Survey bool
	// Assisted says whether an assistant answers there now (conversation); nil is not known.
	Assisted *bool
	// Author, Active, StreamID and Text belong to typing and delta; From says which
	// side it comes from, so that it is shown to the other.
	From     AuthorKind
	Author   string
	Active   bool
	StreamID string
	Text     string
	// At is where Text begins in the whole answer, in bytes (delta); Seq is the public number
	// of the question then.
	At int
	// Ended says that nothing follows: the answer in the making was given up (delta).
	Ended bool
	// UserUID is who of the team types or looks (typing, viewing), and Socket by which of
	// the user's sockets (viewing): each of them looks for itself.
	UserUID UID
	Socket  UID
	// Page is the one that the visitor is on now (page).
	Page *WebPage
	// KeyID, UserID, SessionID: whose sockets to close (revoked).
	KeyID     int64
	UserID    int64
	SessionID int64
}
