// Package realtime keeps the sockets of visitors and agents up to date.
//
// The database is the truth, doorbells are hints. Every socket holds a cursor, and
// one path serves first load, reconnect, doorbell, a bus that came back, and the
// sweep: read after the cursor, send in order, advance. A lost doorbell costs a
// delay, never a message.
//
// A Hub is the doorbell of this node: it rings the local sockets, then the Bus tells
// the other nodes. Sockets serves the two endpoints on top of it. The order of
// construction is bus, hub, the chat service (whose Bell the hub is), sockets; then
// Sockets.Run, and Sockets.Drain before Run is cancelled.
//
// A websocket connection never leaves its handler: fasthttp pools connections, so
// that one used after its handler returned writes into another visitor's socket.
// Everybody else knows the peer alone, which forgets the connection in time.
package realtime

import (
	"context"
	"time"

	"parley/models"
	"parley/models/chat"
)

// Chat is what sockets need of the one service. Readers of the log and of
// transcripts page: what is missing after a full page is asked for again.
type Chat interface {
	Post(ctx context.Context, who models.Principal, conversation models.UID, d chat.Draft) (models.Message, error)
	MarkRead(ctx context.Context, who models.Principal, conversation models.UID, seq int64) (models.Conversation, error)
	Typing(ctx context.Context, who models.Principal, conversation models.UID, active bool) (models.Conversation, error)
	Conversation(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error)
	Transcript(ctx context.Context, who models.Principal, q chat.TranscriptQuery) ([]models.Message, error)
	EventsAfter(ctx context.Context, who models.Principal, pos int64, limit int) ([]models.Event, error)
	EventSpan(ctx context.Context, who models.Principal) (first, last int64, err error)
	PublicSeqs(ctx context.Context, conversationIDs []int64) (map[int64]int64, error)
	EventPositions(ctx context.Context, accountIDs []int64) (map[int64]int64, error)
}

// Access turns credentials into principals.
type Access interface {
	// Site finds a site by its public key, or fails with an error of code unauthorized.
	Site(ctx context.Context, siteKey string) (models.Site, error)
	OriginAllowed(site models.Site, origin string) bool
	// Visitor finds who holds a visitor token, or fails with one of code not_found.
	Visitor(ctx context.Context, site models.Site, token string) (models.Principal, error)
	// Key finds who acts with an API key, or fails with one of code unauthorized.
	Key(ctx context.Context, key string) (models.Principal, error)
	// StillStands says whether the credential behind an open socket is still good.
	StillStands(ctx context.Context, who models.Principal) bool
}

// Limiter counts what visitors do against the limits of the Chat surface.
type Limiter interface {
	// TakeUpgrade counts a socket that opens.
	TakeUpgrade(ctx context.Context, site models.Site, ip string) Verdict
	// TakeSend counts a message, with the same counters as POST messages.
	TakeSend(ctx context.Context, s Sender) Verdict
}

// Sender is whom a message counts for.
type Sender struct {
	SiteID int64
	// TokenHash is the hash (models.TokenHash) of the token the visitor came with.
	TokenHash      []byte
	ConversationID int64
	IP             string
}

// Verdict is a Limiter's decision.
type Verdict struct {
	Allowed bool
	// RetryAfter is how long a refused caller should wait.
	RetryAfter time.Duration
	// Headers hands over the response headers that tell of the limit; nil for none.
	Headers func(set func(name, value string))
}
