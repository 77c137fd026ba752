package models

import "time"

// ChannelAccount is a configured way in and out: a number, a page or a mailbox.
type ChannelAccount struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	Kind      Channel
	Name      string
	// Address is the team's own number, page or e-mail address: what tells the accounts
	// of one kind apart.
	Address string
	// Secrets are those settings that are secret, as JSON, sealed under SECRET_KEY.
	Secrets    []byte
	Settings   map[string]any `gorm:"serializer:json"`
	DisabledAt *time.Time
	CreatedAt  time.Time
	UpdatedAt  time.Time

	// SecretNames are the secrets that are set, loaded with the account when asked for.
	SecretNames []string `gorm:"-"`
}

// TableName keeps the table's name short.
func (ChannelAccount) TableName() string { return "channels" }

// Addressing is what a kind of channel calls a contact by.
type Addressing string

// The ways to call a contact: by its phone, by its e-mail address, or by an id that
// means something to one channel account alone, kept as a ContactAddress.
const (
	ByPhone  Addressing = "phone"
	ByEmail  Addressing = "email"
	ByHandle Addressing = "handle"
)

// ChannelKind says what an account of a kind of channel needs: the form that a person
// fills in, and the addresses that the provider is to call.
type ChannelKind struct {
	Kind       Channel
	Label      string
	Addressing Addressing
	Fields     []ChannelField
	Hooks      []ChannelHook
}

// ChannelField is one setting. Every value is a text.
type ChannelField struct {
	Name    string
	Label   string
	Help    string
	Example string
	// Secret values are kept sealed and never shown again. A Generated one is made when it
	// is left out.
	Secret, Required, Generated bool
	// Options are the values to choose from; Pattern is a regular expression that a value
	// matches whole. Without either everything goes.
	Options []string
	Pattern string
	// Multiline values, such as signatures, may have line breaks.
	Multiline bool
}

// ChannelHook is an address that the provider calls.
type ChannelHook struct {
	Name  string
	Label string
	// Help says where the provider wants the address.
	Help string
	// MaxBytes bounds the body of a call; 1 MiB where nothing is said.
	MaxBytes int64
}

// MessagePart is what a channel carries of a message at once. What is too long for the
// provider, or has more files than it takes, goes in several.
type MessagePart struct {
	ID int64
	// UID goes with the part where the provider gives it back, so that what it tells of
	// the part is understood even when its own id of it was not noted.
	UID       UID `gorm:"column:uid"`
	AccountID int64
	MessageID int64
	// ChannelID is the channel account; nil when that is gone.
	ChannelID *int64
	Ordinal   int
	// ExternalID is the provider's id; nil until the part was handed over.
	ExternalID *string
	Status     MessageStatus
	CreatedAt  time.Time
}

// ContactAddress is what one channel account calls a contact by, where that is neither
// its phone nor its e-mail address.
type ContactAddress struct {
	ID        int64
	AccountID int64
	ContactID int64
	ChannelID int64
	Address   string
	CreatedAt time.Time
}

// ChannelPlace is how far what came to a channel account was read, for those that are
// looked into. Only the account's carrier knows what it says.
type ChannelPlace struct {
	AccountID int64 `gorm:"primaryKey"`
	ChannelID int64 `gorm:"primaryKey"`
	Place     string
	UpdatedAt time.Time
}

// statusRanks order how far a message of the team has come; a failed one goes nowhere.
var statusRanks = map[MessageStatus]int{MessageSent: 1, MessageDelivered: 2, MessageRead: 3}

// Leads says whether a message of the team may go from s to next: sent, delivered, read,
// or from sent to failed, and never back.
func (s MessageStatus) Leads(next MessageStatus) bool {
	if next == MessageFailed {
		return s == MessageSent
	}
	return statusRanks[s] > 0 && statusRanks[next] > statusRanks[s]
}

// PartsStatus is how far a message has come whose parts have come this far: as far as
// the last of them, and failed with the first that failed.
func PartsStatus(parts []MessagePart) MessageStatus {
	least := MessageRead
	for _, p := range parts {
		switch {
		case p.Status == MessageFailed:
			return MessageFailed
		case p.ExternalID == nil:
			least = MessageSent
		case statusRanks[p.Status] < statusRanks[least]:
			least = p.Status
		}
	}
	return least
}
