package chat

import (
	"context"
	"io"
	"net/url"
	"time"

	"parley/models"
)

// Carrier takes messages of one kind of channel to a provider, and understands what the
// provider tells. One serves all accounts of its kind at once and keeps nothing between
// calls. What it cannot do now but may be able to do later is a *CarrierError with
// Temporary set, or any error that is none.
type Carrier interface {
	// Kind says what the channel is and what its accounts need.
	Kind() models.ChannelKind
	// Address is what tells an account apart from others of the kind, such as its number,
	// by settings that have the right form. An error is a models.Error that blames
	// "settings.NAME".
	Address(values map[string]string) (string, error)
	// Test asks the provider whether it lets the account in, and says what it found.
	Test(ctx context.Context, line Line) (found string, err error)
	// Divide cuts a message into what the provider takes at once: one piece at least, and
	// the same ones each time. An error is final, and its text told to the team.
	Divide(line Line, o Outgoing) ([]Piece, error)
	// Send hands over one piece and gives the provider's id of it.
	Send(ctx context.Context, line Line, p Parcel) (externalID string, err error)
	// Receive checks that the provider sent a request, and reads it. A request that does
	// not come from there is ErrHookForged, one that makes no sense a models.Error.
	Receive(ctx context.Context, line Line, r HookRequest) (Report, error)
}

// Fetcher is a Carrier whose provider tells of files and has them fetched.
type Fetcher interface {
	// Fetch opens a file; the caller closes it.
	Fetch(ctx context.Context, line Line, m Media) (io.ReadCloser, error)
}

// Profiler is a Carrier that can ask what a contact is called.
type Profiler interface {
	Profile(ctx context.Context, line Line, address string) (name string, err error)
}

// Line is a channel account, ready for use.
type Line struct {
	Account models.ChannelAccount
	// Values are all settings by name, the secret ones included.
	Values map[string]string
	// Hooks are the public addresses that the provider calls, by name.
	Hooks map[string]string
}

// Outgoing is a message on its way out.
type Outgoing struct {
	Message      models.Message
	Conversation models.Conversation
	Contact      models.Contact
	// To is the contact's address on the channel.
	To string
	// References are the channel's ids of what was said in the conversation before, the
	// oldest first: what threads hang by.
	References []string
	// Open gives the bytes of one of the message's files; Link is a public address of it,
	// good for a day, for providers that fetch.
	Open func(ctx context.Context, a models.Attachment) (io.ReadSeekCloser, error)
	Link func(a models.Attachment) string
}

// Piece is as much of a message as a provider takes at once.
type Piece struct {
	Text  string
	Files []models.Attachment
}

// Parcel is one piece of a message on its way to the provider.
type Parcel struct {
	Outgoing
	Piece
	// Reference names the piece. A provider that takes a word of ours and gives it back
	// gets this one, so that a Receipt tells of a piece whose own id was not noted; one
	// that takes an idempotency key gets it too. It is the same on each try.
	Reference string
}

// CarrierError says why a provider did not take a message.
type CarrierError struct {
	// Reason is a sentence for the team, with what the provider says.
	Reason string
	// Temporary ones are worth another try, not before After has passed.
	Temporary bool
	After     time.Duration
	// Err is the cause, for the log.
	Err error
}

// Error implements error.
func (e *CarrierError) Error() string {
	if e.Err != nil {
		return e.Reason + ": " + e.Err.Error()
	}
	return e.Reason
}

// RetryAfter says how long to wait at least before another try; see jobs.Patient.
func (e *CarrierError) RetryAfter() time.Duration { return e.After }

// Unwrap gives the cause.
func (e *CarrierError) Unwrap() error { return e.Err }

// HookRequest is a provider's call of one of our addresses, as it came.
type HookRequest struct {
	// Hook is which of the kind's hooks was called.
	Hook   string
	Method string
	// URL is the whole public address, with its query as it was written.
	URL   string
	Query url.Values
	// Header gives the first value of a header.
	Header func(name string) string
	Body   []byte
}

// ErrHookForged refuses a call that the provider did not sign.
var ErrHookForged = models.Fail(models.CodeForbidden, "The signature of this request is missing or wrong")

// Report is what a provider tells: messages of customers, in their order, and what became
// of ours. Answer is what it wants to hear.
type Report struct {
	Arrivals []Arrival
	Receipts []Receipt
	Answer   HookAnswer
}

// HookAnswer is the body of a successful answer; the zero one is empty.
type HookAnswer struct {
	ContentType string
	Body        string
}

// Arrival is a message of a customer.
type Arrival struct {
	// Through is the address of the account that it came through, where one hook serves
	// several; "" is the account that was called.
	Through string `json:"-"`
	// From is the customer's address: E.164, an e-mail address, or a handle, as the
	// kind's Addressing says. Name is what the provider calls the customer.
	From    string `json:"from"`
	Name    string `json:"name,omitempty"`
	Subject string `json:"subject,omitempty"`
	Content string `json:"content,omitempty"`
	// ExternalID is the provider's id: the same one is taken in once.
	ExternalID string `json:"external_id"`
	// References are the ids of earlier messages that this one answers; it goes to the
	// conversation in which one of them is.
	References []string `json:"references,omitempty"`
	// Media are files to be fetched, Files those that came with the message.
	Media []Media  `json:"media,omitempty"`
	Files []Upload `json:"-"`
}

// Media is a file that the provider has.
type Media struct {
	// Ref is what the carrier finds it by.
	Ref         string `json:"ref"`
	Filename    string `json:"filename,omitempty"`
	ContentType string `json:"content_type,omitempty"`
}

// Receipt tells what became of a piece that was sent: delivered, read, or failed for a
// reason. It is found by the provider's id, or by the Reference that the parcel had.
type Receipt struct {
	// Through is as that of an Arrival.
	Through    string
	ExternalID string
	Reference  string
	Status     models.MessageStatus
	Reason     string
}

// Seals encrypt secrets that must be used again.
type Seals interface {
	Seal(secret []byte) ([]byte, error)
	Open(sealed []byte) ([]byte, error)
}

// FileLinks make public addresses of files.
type FileLinks interface {
	// FileLink is an address of a file that works until then, without any credential.
	FileLink(a models.Attachment, until time.Time) string
	// ReadFileLink reads the last part of such an address; false when it is not one, or its
	// time is over.
	ReadFileLink(token string) (accountID int64, file models.UID, ok bool)
}

// ChannelReader reads channel accounts. One that is not there, or is another account's,
// is ErrChannelNotFound.
type ChannelReader interface {
	// Channels lists, the oldest first.
	Channels(ctx context.Context, who models.Principal, p models.Page) (models.List[models.ChannelAccount], error)
	Channel(ctx context.Context, who models.Principal, channel models.UID) (models.ChannelAccount, error)
	// ChannelPlace is how far what came to an account was read; "" at first.
	ChannelPlace(ctx context.Context, who models.Principal, channelID int64) (string, error)
}

// ChannelStore finds channel accounts for the program itself, across all accounts.
type ChannelStore interface {
	// ChannelByUID finds one whosever it is.
	ChannelByUID(ctx context.Context, channel models.UID) (models.ChannelAccount, error)
	// ChannelByAddress finds one of an account.
	ChannelByAddress(ctx context.Context, accountID int64, kind models.Channel, address string) (models.ChannelAccount, error)
	// ChannelsOfKind lists all that are switched on.
	ChannelsOfKind(ctx context.Context, kind models.Channel) ([]models.ChannelAccount, error)
	// OldestAccount is the first live account; models.ErrNotFound when there is none.
	OldestAccount(ctx context.Context) (models.Account, error)
}

// ChannelTx changes channel accounts, and keeps what travels through them.
type ChannelTx interface {
	ChannelReader
	PartTx
	// LockChannel reads an account and keeps others from changing it.
	LockChannel(ctx context.Context, who models.Principal, channel models.UID) (models.ChannelAccount, error)
	// CreateChannel inserts; an address that the kind has already in this account is a
	// conflict.
	CreateChannel(ctx context.Context, who models.Principal, c *models.ChannelAccount) error
	// UpdateChannel writes name, address, secrets, settings, disabled_at and updated_at.
	UpdateChannel(ctx context.Context, who models.Principal, c *models.ChannelAccount) error
	// DeleteChannel deletes an account. Its conversations stay, and belong to none.
	DeleteChannel(ctx context.Context, who models.Principal, channelID int64) error
	// ChannelOf is the account with this id, or, when id is nil, the oldest one of the kind
	// that is switched on.
	ChannelOf(ctx context.Context, who models.Principal, id *int64, kind models.Channel) (models.ChannelAccount, error)
	// ChannelKnowing is the newest account of the kind, switched on, that has an address of
	// the contact.
	ChannelKnowing(ctx context.Context, who models.Principal, contactID int64, kind models.Channel) (models.ChannelAccount, error)
	// ContactAddress is what a channel account calls a contact; "" when it does not know it.
	ContactAddress(ctx context.Context, who models.Principal, contactID, channelID int64) (string, error)
	// LockContactByAddress finds whom a channel account calls so, as LockContact does.
	LockContactByAddress(ctx context.Context, who models.Principal, channelID int64, address string) (models.Contact, error)
	AddContactAddress(ctx context.Context, who models.Principal, a *models.ContactAddress) error
	// KeepChannelPlace notes how far what came to an account was read.
	KeepChannelPlace(ctx context.Context, who models.Principal, p models.ChannelPlace) error
	// ConversationByReferences is the contact's conversation on the channel that has one of
	// these messages, by the channel's ids.
	ConversationByReferences(ctx context.Context, who models.Principal, q ThreadQuery, ids []string) (models.Conversation, error)
}

// PartTx keeps how far messages have come.
type PartTx interface {
	// MessageByUID reads a message with its files.
	MessageByUID(ctx context.Context, who models.Principal, message models.UID) (models.Message, error)
	// LockMessage reads a message's own row and keeps others from changing it.
	LockMessage(ctx context.Context, who models.Principal, messageID int64) (models.Message, error)
	// UpdateMessage writes status, failure_reason and external_id.
	UpdateMessage(ctx context.Context, who models.Principal, m *models.Message) error
	// UnsentBefore is the last message before m in its conversation that is still to be
	// handed over; models.ErrNotFound when there is none.
	UnsentBefore(ctx context.Context, who models.Principal, m models.Message) (models.UID, error)
	// JobDue says when a job is due; models.ErrNotFound when there is none.
	JobDue(ctx context.Context, who models.Principal, kind, uniqueKey string) (time.Time, error)
	// ExternalIDs are the channel's ids of what was said before a place, the last ones,
	// oldest first.
	ExternalIDs(ctx context.Context, who models.Principal, m models.Message, limit int) ([]string, error)
	// MessageParts lists a message's parts in their order.
	MessageParts(ctx context.Context, who models.Principal, messageID int64) ([]models.MessagePart, error)
	CreateMessageParts(ctx context.Context, who models.Principal, parts []models.MessagePart) error
	// UpdateMessagePart writes status and external_id.
	UpdateMessagePart(ctx context.Context, who models.Principal, p *models.MessagePart) error
	// MessagePart finds one that a channel account sent, by the provider's id, or else by
	// the uid.
	MessagePart(ctx context.Context, who models.Principal, channelID int64, externalID string, uid models.UID) (models.MessagePart, error)
}

// ErrChannelNotFound is for channel accounts.
var ErrChannelNotFound = models.Fail(models.CodeNotFound, "Channel not found")
