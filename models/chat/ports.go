package chat

import (
	"context"
	"io"
	"time"

	"parley/models"
)

// Store keeps the domain. Every method that takes a Principal sees and changes rows
// of its account alone; a zero principal gets models.ErrForbidden. A row that is
// missing, or another account's, is models.ErrNotFound (ErrConversationNotFound for
// conversations). A broken unique index is an error of code models.CodeConflict; a
// database that cannot be reached, or is full, is models.ErrUnavailable.
type Store interface {
	Reader
	SearchIndexer
	EventKeeper
	Replies
	FileSweeper
	WebhookStore
	ChannelStore
	NoticeStore
	// InTx runs fn in one transaction: committed when fn returns nil, undone otherwise.
	// fn may run again after a deadlock or a serialization failure, so it changes
	// nothing but the database and its own variables.
	InTx(ctx context.Context, fn func(ctx context.Context, tx Tx) error) error
	// Post stores one message in a transaction of its own, or in one that it shares
	// with concurrent posts to other conversations. See Tx.Post.
	Post(ctx context.Context, who models.Principal, e Entry) (Posted, error)
	// ConversationByVisitor finds the conversation that a visitor token started on a
	// site, by the token's hash: its own row, nothing more.
	ConversationByVisitor(ctx context.Context, siteID int64, hash []byte) (models.Conversation, error)
	// Sequence gives every committed event without a place the next one of its
	// account, in the order of their ids, and returns the accounts' new heads. One
	// caller at a time does it, on any node; the others wait.
	Sequence(ctx context.Context) ([]Head, error)
}

// Reader reads.
type Reader interface {
	SearchReader
	ReportReader
	EventReader
	ContactReader
	DeskReader
	KnowledgeReader
	WebhookReader
	ChannelReader
	InboxReader
	AssistantReader
	VisitorReader
	CopilotReader
	AnswerReader
	// Conversation finds one by uid, with contact, assignee and labels. A visitor
	// finds only the own one.
	Conversation(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error)
	// Conversations lists those that q selects; a contact that the account does not
	// have is an error that blames "contact_id".
	Conversations(ctx context.Context, who models.Principal, q ConversationQuery) (models.List[models.Conversation], error)
	// Messages lists by place in the conversation, notes included, with attachments.
	Messages(ctx context.Context, who models.Principal, q MessageQuery) (models.List[models.Message], error)
	// Transcript lists public messages of one conversation, oldest first.
	Transcript(ctx context.Context, who models.Principal, q TranscriptQuery) ([]models.Message, error)
	// Attachment finds one file of one message by their integer ids. For a visitor only
	// files of public messages of the own conversation exist.
	Attachment(ctx context.Context, who models.Principal, messageID, attachmentID int64) (models.Attachment, error)
	Users(ctx context.Context, who models.Principal, p models.Page) (models.List[models.User], error)
	// UserByUID finds a user of the account, or of the account whose sandbox it is.
	UserByUID(ctx context.Context, who models.Principal, user models.UID) (models.User, error)
	Contacts(ctx context.Context, who models.Principal, q ContactQuery) (models.List[models.Contact], error)
	// EventsAfter lists the log from after pos, oldest first, with the rows the events
	// speak of. It is empty when nothing follows.
	EventsAfter(ctx context.Context, who models.Principal, pos int64, limit int) ([]models.Event, error)
	// EventSpan is the first place that the account's log holds and the last one given;
	// 0, 0 when none was ever given. When all are forgotten, first is the next one.
	EventSpan(ctx context.Context, who models.Principal) (first, last int64, err error)
	// PublicSeqs is the newest public sequence number of each conversation, and
	// EventPositions the newest place in the log of each account, by id. They serve
	// the sweep, which compares them with what this node's sockets have; ids that do
	// not exist are missing from the answer.
	PublicSeqs(ctx context.Context, conversationIDs []int64) (map[int64]int64, error)
	EventPositions(ctx context.Context, accountIDs []int64) (map[int64]int64, error)
	TeamReader
}

// Tx is a transaction.
type Tx interface {
	Reader
	ContactTx
	JobTx
	DeskTx
	EventTx
	AssistantTx
	AnswerTx
	KnowledgeTx
	WebhookTx
	ChannelTx
	NoticeTx
	VisitorTx
	// Post gives the message its numbers and time, and inserts it with its
	// attachments and its events (message.received, message.sent or note.created; and
	// conversation.reopened when a contact's message reopens, which also clears closed_at,
	// resolution_reason and survey_asked). The same client id of the
	// same kind of author in the same conversation returns the first message with
	// Replayed set, and changes nothing. To a blocked contact nothing but notes is
	// written: ErrBlocked for its own messages, ErrContactBlocked for others. A message
	// that a channel has to carry outside comes with a JobSend, and a visitor's message that
	// an assistant is to answer with a JobAnswer.
	Post(ctx context.Context, who models.Principal, e Entry) (Posted, error)
	// LockConversation reads a conversation and keeps others from changing it until
	// the end of the transaction.
	LockConversation(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error)
	CreateConversation(ctx context.Context, who models.Principal, c *models.Conversation) error
	// UpdateConversation writes the named columns of c, and updated_at.
	UpdateConversation(ctx context.Context, who models.Principal, c *models.Conversation, columns ...string) error
	// FindOrCreateContact inserts c, or, when its e-mail or external id is known,
	// loads the known contact into c unchanged.
	FindOrCreateContact(ctx context.Context, who models.Principal, c *models.Contact) (created bool, err error)
	// ChangeLabels adds and removes labels by name, making new ones; names that are
	// there already, or are not there, change nothing.
	ChangeLabels(ctx context.Context, who models.Principal, conversationID int64, change LabelChange) error
	AddEvent(ctx context.Context, who models.Principal, e *models.Event) error
	CreateRating(ctx context.Context, who models.Principal, r *models.Rating) error
	// ReadMessages turns the team's sent and delivered messages of a conversation, up to
	// a public number, into read ones; newest is the id of the last it changed, or 0.
	ReadMessages(ctx context.Context, who models.Principal, conversationID, upTo int64) (newest int64, err error)
	// UnreadAfter counts the contact's messages above a public number.
	UnreadAfter(ctx context.Context, who models.Principal, conversationID, seq int64) (int64, error)
	// CreateAttachment inserts a file that waits for its message.
	CreateAttachment(ctx context.Context, who models.Principal, a *models.Attachment) error
	TeamTx
}

// Entry is a message on its way into the store.
type Entry struct {
	Conversation models.UID
	// Message carries UID, AuthorKind, UserID, AssistantID, Author, MessageType,
	// Content, Internal, Status, ClientID, Speaker, FromAddress, ExternalID and Citations; the
	// store fills in the rest.
	Message models.Message
	// Files are new rows, and Attachments uids of rows that wait; both become the
	// message's. An unknown, foreign or used one is an error that blames "attachments".
	Files       []models.Attachment
	Attachments []models.UID
	Now         time.Time
}

// Posted is a message in the store.
type Posted struct {
	// Message is complete, with its attachments.
	Message  models.Message
	Reopened bool
	Replayed bool
	// Queued says that a job was queued, which carries the message outside or answers it.
	Queued bool
	// Silenced says that the message silenced an assistant; Status is the conversation's, and
	// empty of a message that was there already.
	Silenced bool
	Status   models.ConversationStatus
}

// Head is the newest place in an account's event log.
type Head struct {
	AccountID int64
	Pos       int64
}

// ConversationQuery selects conversations; the zero value of a field does not filter.
type ConversationQuery struct {
	Status     models.ConversationStatus
	Channel    models.Channel
	Priority   models.Priority
	Label      string
	AssignedTo *models.UID
	Unassigned bool
	Contact    *models.UID
	// Site is where it began; Mentioned asks for those whose notes name the principal.
	Site      *models.UID
	Mentioned bool
	// Search is a substring of the subject, the contact's name, e-mail or phone, or any
	// message, in any case.
	Search string
	Sort   ConversationSort
	Page   models.Page
}

// ConversationSort orders conversations.
type ConversationSort string

// The orders; the first is the default.
const (
	SortLastMessageDesc ConversationSort = "last_message_at:desc"
	SortLastMessageAsc  ConversationSort = "last_message_at:asc"
	SortCreatedDesc     ConversationSort = "created_at:desc"
	SortCreatedAsc      ConversationSort = "created_at:asc"
)

// MessageQuery selects a page of a conversation's messages.
type MessageQuery struct {
	Conversation models.UID
	Descending   bool
	Page         models.Page
}

// TranscriptQuery selects public messages of the conversation with this id: those
// later than Since, numbered above After, up to Until and on the Path, as far as these
// are given. Of them it takes the oldest Limit or the newest Newest; 0 means all.
type TranscriptQuery struct {
	ConversationID int64
	Since          *time.Time
	After, Until   int64
	Limit, Newest  int
	Path           *Path
}

// Path leads to a chat of a session from the one before it, and so on. Messages of other
// chats are not on it: who goes on from an earlier chat goes on as if the later ones had
// not been. What belongs to no chat, such as a person's answer, is. It goes back as far
// as MaxPath chats that were not deleted.
type Path struct{ Session, Chat int64 }

// MaxPath bounds a Path: each chat is two messages at least, so that these many are all
// that an assistant is given.
const MaxPath = contextTurns / 2

// ContactQuery selects contacts; Search is a substring of name, e-mail or phone.
type ContactQuery struct {
	Search string
	Status models.ContactStatus
	Sort   ContactSort
	Page   models.Page
}

// ContactSort orders contacts.
type ContactSort string

// The orders; the first is the default.
const (
	ContactsByCreatedDesc   ContactSort = "created_at:desc"
	ContactsByCreatedAsc    ContactSort = "created_at:asc"
	ContactsByUpdatedDesc   ContactSort = "updated_at:desc"
	ContactsByUpdatedAsc    ContactSort = "updated_at:asc"
	ContactsByContactedDesc ContactSort = "last_contacted:desc"
	ContactsByContactedAsc  ContactSort = "last_contacted:asc"
)

// LabelChange is what to do with a conversation's labels.
type LabelChange struct {
	Add    []string
	Remove []string
	// Clear removes every label that is not in Add.
	Clear bool
}

// Bell tells sockets on every node that something was committed. Ring never blocks
// and never fails: a lost doorbell is found by the sweep.
type Bell interface {
	Ring(d models.Doorbell)
}

// Identities check the signed identity of a visitor.
type Identities interface {
	// VerifyIdentity says whether hash is the lower-case hex HMAC-SHA256 of id under
	// the site's identity secret.
	VerifyIdentity(site models.Site, id, hash string) bool
	// ReadIdentityToken reads what a JWT says that is signed with it (HS256) and has not
	// expired; false when it is not one.
	ReadIdentityToken(site models.Site, token string) (models.IdentityClaims, bool)
}

// Blobs keep the bytes of attachments under random keys.
type Blobs interface {
	// Put stores size bytes of r; a key is written once.
	Put(ctx context.Context, key string, r io.Reader, size int64) error
	// Open gives the bytes; models.ErrNotFound when there are none.
	Open(ctx context.Context, key string) (io.ReadSeekCloser, error)
	// Delete forgets the bytes; deleting nothing is no error.
	Delete(ctx context.Context, key string) error
}
