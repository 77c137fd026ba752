package chat

import (
	"context"
	"time"

	"parley/models"
)

// VisitorReader reads what belongs to visitors, and what their widget shows.
type VisitorReader interface {
	// Standings lists a contact's verified conversations on a site, the newest last
	// message first, each with how much of it the visitor has not read.
	Standings(ctx context.Context, who models.Principal, siteID, contactID int64, limit int) ([]models.Standing, error)
	// PushSubscriptions lists the browsers to tell of a conversation, the newest first.
	PushSubscriptions(ctx context.Context, who models.Principal, conversationID int64) ([]models.PushSubscription, error)
	// PushSubscription finds one of them.
	PushSubscription(ctx context.Context, who models.Principal, subscription models.UID) (models.PushSubscription, error)
	// PushKey is the program's pair of keys; models.ErrNotFound before it was made.
	PushKey(ctx context.Context) (models.PushKey, error)
	// UsersByUID finds users of the account who are not disabled, in no order.
	UsersByUID(ctx context.Context, who models.Principal, users []models.UID) ([]models.User, error)
	// HasArticles says whether there is a published article.
	HasArticles(ctx context.Context, who models.Principal) (bool, error)
	// ConversationCounts counts for the views of a user.
	ConversationCounts(ctx context.Context, who models.Principal) (ConversationCounts, error)
}

// VisitorTx changes it.
type VisitorTx interface {
	// KeepPushSubscription inserts, or replaces the one with the same endpoint, and
	// deletes the oldest beyond most.
	KeepPushSubscription(ctx context.Context, who models.Principal, p *models.PushSubscription, most int) error
	// DropPushSubscription deletes the one with this endpoint, if it is there.
	DropPushSubscription(ctx context.Context, who models.Principal, conversationID int64, endpointHash []byte) error
	// KeepPushKey inserts the pair of keys, unless there is one.
	KeepPushKey(ctx context.Context, k models.PushKey) error
	// AddMentions notes that users were named in a conversation.
	AddMentions(ctx context.Context, who models.Principal, conversationID int64, users []int64, at time.Time) error
}

// ConversationCounts are how many conversations each view of a user has. All but
// Closed and Archived are of open ones.
type ConversationCounts struct {
	Open, Mine, Unassigned, Mentioned, Closed, Archived int64
	// Unread are those with unread messages that wait for the user: theirs or nobody's,
	// and no assistant answers them.
	Unread int64

	Channels map[models.Channel]int64
	// Sites are by identity, Labels by name.
	Sites  map[models.UID]int64
	Labels map[string]int64
}

// PushKeys is a pair of keys to sign pushes with.
type PushKeys struct {
	Public, Private string
}

// Push is a message for one browser.
type Push struct {
	Target  models.PushTarget
	Keys    PushKeys
	Payload []byte
	// Topic, up to 32 characters, makes it replace an earlier one that has not arrived.
	Topic string
}

// Pusher sends pushes to browsers.
type Pusher interface {
	// NewKeys makes a pair of keys.
	NewKeys() (PushKeys, error)
	// Check refuses a target that nothing can be sent to, with an error that blames one of
	// its fields.
	Check(ctx context.Context, t models.PushTarget) error
	// Push sends; gone says that the browser does not want it any more.
	Push(ctx context.Context, p Push) (gone bool, err error)
}
