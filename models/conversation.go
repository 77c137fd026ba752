package models

import "time"

// Channel is the way a conversation's messages travel.
type Channel string

// The channels.
const (
	ChannelChat      Channel = "chat"
	ChannelWhatsApp  Channel = "whatsapp"
	ChannelInstagram Channel = "instagram"
	ChannelSMS       Channel = "sms"
	ChannelEmail     Channel = "email"
	ChannelVoice     Channel = "voice"
	ChannelAPI       Channel = "api"
)

// Valid says whether there is such a channel.
func (c Channel) Valid() bool {
	switch c {
	case ChannelChat, ChannelWhatsApp, ChannelInstagram, ChannelSMS, ChannelEmail, ChannelVoice, ChannelAPI:
		return true
	}
	return false
}

// Outside says whether messages on the channel have to be carried out of the program.
func (c Channel) Outside() bool { return c.Valid() && c != ChannelChat && c != ChannelAPI }

// OneThread says whether the channel knows nothing but the customer's address, so that
// a contact has one open conversation there, which later messages continue.
func (c Channel) OneThread() bool {
	return c == ChannelWhatsApp || c == ChannelInstagram || c == ChannelSMS
}

// ConversationStatus is where a conversation stands.
type ConversationStatus string

// The statuses: open → closed → archived; a new message of the visitor leads back
// to open.
const (
	StatusOpen     ConversationStatus = "open"
	StatusClosed   ConversationStatus = "closed"
	StatusArchived ConversationStatus = "archived"
)

// Priority is how urgent the team finds a conversation.
type Priority string

// The priorities.
const (
	PriorityLow    Priority = "low"
	PriorityNormal Priority = "normal"
	PriorityHigh   Priority = "high"
	PriorityUrgent Priority = "urgent"
)

// ResolutionReason says why a conversation was closed.
type ResolutionReason string

// The reasons.
const (
	ReasonIssueResolved ResolutionReason = "issue_resolved"
	ReasonNotIssue      ResolutionReason = "not_issue"
	ReasonDuplicate     ResolutionReason = "duplicate"
	ReasonSpam          ResolutionReason = "spam"
)

// WebPage is where on a website a conversation began.
type WebPage struct {
	URL      string `json:"url,omitempty"`
	Title    string `json:"title,omitempty"`
	Referrer string `json:"referrer,omitempty"`
}

// Conversation is one thread between a contact and the team.
type Conversation struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	ContactID int64
	SiteID    *int64
	ChannelID *int64
	Channel   Channel
	Subject   *string
	Status    ConversationStatus
	Priority  Priority
	// AssignedTo is the user who answers.
	AssignedTo      *int64
	AssistantActive bool
	// TakenOver says that a person silenced the assistant.
	TakenOver bool
	// HandoffReason is why the assistant fell silent here, and HandedOffAt when; nil
	// where it never did, or was given the conversation back, which was at AssistantSince.
	HandoffReason  *HandoffReason
	HandedOffAt    *time.Time
	AssistantSince *time.Time

	// VisitorHash is the SHA-256 of the visitor token, StartClientID the client id of
	// the call that started the conversation.
	VisitorHash   []byte
	StartClientID *string
	// AuthorName is the name the visitor gave in this conversation; Verified says that
	// a signed identity stands behind it.
	AuthorName string
	Verified   bool
	Page       *WebPage `gorm:"serializer:json"`
	Locale     string
	Custom     map[string]any `gorm:"serializer:json"`

	// Seq numbers every message, PublicSeq those that the visitor may see.
	Seq       int64
	PublicSeq int64
	// MessageCount counts public messages, UnreadCount those of the visitor that no
	// agent has read.
	MessageCount int64
	UnreadCount  int64
	// AgentReadSeq and VisitorReadSeq are public sequence numbers.
	AgentReadSeq   int64
	VisitorReadSeq int64

	// TickAt is the time of the newest message of any kind: the next one is later.
	TickAt             time.Time
	LastMessageAt      time.Time
	LastMessagePreview string
	LastMessageBy      AuthorKind
	FirstResponseAt    *time.Time
	ClosedAt           *time.Time
	// ReopenedAt is when a message of the contact last led back to open.
	ReopenedAt       *time.Time
	ResolutionReason *ResolutionReason
	// ResolveCount tells the resolves apart: each may be rated once.
	ResolveCount int64
	SurveyAsked  bool
	Rating       *int
	CreatedAt    time.Time
	UpdatedAt    time.Time

	// Contact, Assignee and Labels are loaded with the conversation when asked for;
	// labels are sorted by name.
	Contact  *Contact `gorm:"-"`
	Assignee *User    `gorm:"-"`
	Labels   []string `gorm:"-"`
	// AccountUID and ChannelUID are outward identities, loaded for the inbox.
	AccountUID UID `gorm:"-"`
	ChannelUID UID `gorm:"-"`
}

// Label is a word the team sorts conversations by. NameKey, which the store makes
// of Name, is what tells labels apart: case does not.
type Label struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	Name      string
	NameKey   string
	Color     *string
	CreatedAt time.Time
}

// ConversationLabel puts a label on a conversation.
type ConversationLabel struct {
	AccountID      int64
	ConversationID int64 `gorm:"primaryKey"`
	LabelID        int64 `gorm:"primaryKey"`
}

// Rating is the visitor's verdict on one resolve.
type Rating struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	ConversationID int64
	ResolveCount   int64
	Score          int
	Comment        *string
	CreatedAt      time.Time
}
