package realtime

import (
	"context"
	"log/slog"
	"time"

	"parley/models"
	"parley/models/chat"
)

// typingPause is how often an unbroken typing is passed on.
const typingPause = 2 * time.Second

// arrival is what a visitor's request told before the upgrade.
type arrival struct {
	origin string
	ip     string
	// site is set when the request named it, until hello.
	site *models.Site
}

// visitor is the party of a visitor socket.
type visitor struct {
	s         *Sockets
	p         *peer
	arrival   *arrival
	who       models.Principal
	tokenHash []byte
	typing    typist
	joined    bool
}

// typist coalesces what one client says about typing.
type typist struct {
	active bool
	last   time.Time
}

// says whether a change is worth passing on.
func (t *typist) says(active bool, now time.Time) bool {
	if active == t.active && (!active || now.Sub(t.last) < typingPause) {
		return false
	}
	t.active, t.last = active, now
	return true
}

// visitorCodes are how credentials that do not fit close a visitor's socket.
var visitorCodes = map[models.Code]int{
	models.CodeUnauthorized: CloseUnauthorized, models.CodeForbidden: CloseForbidden,
	models.CodeNotFound: CloseNotFound, models.CodeRateLimited: CloseTooMany,
}

// hello implements party.
func (v *visitor) hello(ctx context.Context, in inbound) error {
	if in.Type != "hello" {
		return refusal{CloseBadFrame, reasonBadFrame}
	}
	if err := v.identify(ctx, in); err != nil {
		return refused(ctx, err, visitorCodes)
	}
	// First the doorbell, then the read: what is posted in between rings.
	v.join(ctx)
	c, err := v.s.o.Chat.Conversation(ctx, v.who, v.who.ConversationUID)
	if err != nil {
		return refused(ctx, err, visitorCodes)
	}
	welcome := encode(visitorWelcome{
		Type: "welcome", Seq: c.PublicSeq, Status: string(c.Status), Heartbeat: seconds(v.s.o.Heartbeat),
		Online: v.s.hub.presence.Online(c.AccountID), Read: c.AgentReadSeq, Survey: c.SurveyAsked, Assisted: c.Assisted(),
	})
	v.p.open(welcome, within(in.After, c.PublicSeq), c.PublicSeq)
	return nil
}

// identify finds the site and the conversation.
func (v *visitor) identify(ctx context.Context, in inbound) error {
	site := v.arrival.site
	if site == nil {
		named, err := v.s.admit(ctx, in.SiteKey, v.arrival.origin)
		if err != nil {
			return err
		}
		if !v.s.o.Limiter.TakeUpgrade(ctx, named, v.arrival.ip).Allowed {
			return errTooMany
		}
		site = &named
	}
	v.arrival.site = nil // it need not stay as long as the socket
	who, err := v.s.o.Access.Visitor(ctx, *site, in.VisitorToken)
	v.who, v.tokenHash = who, models.TokenHash(in.VisitorToken)
	return err
}

func (v *visitor) join(ctx context.Context) {
	v.p.account = v.who.AccountID
	ctx = context.WithoutCancel(ctx) // hello ends, the socket goes on
	v.p.pull = func(after int64) ([]entry, error) {
		ctx, done := v.p.reads(ctx, v.s.o.Act)
		defer done()
		return v.transcript(ctx, after)
	}
	v.s.hub.streams.enter(&v.s.hub.rooms, v.who.ConversationID, v.p)
	v.s.counters.Visitors.Add(1)
	v.joined = true
}

// leave implements party.
func (v *visitor) leave(ctx context.Context) {
	if !v.joined {
		return
	}
	v.s.hub.rooms.remove(v.who.ConversationID, v.p)
	v.s.counters.Visitors.Add(-1)
	v.types(ctx, false)
}

// within takes a cursor that a client sent: one beyond the end is from another life
// of the database, and means the end.
func within(after *int64, last int64) int64 {
	if after == nil {
		return 0
	}
	return min(*after, last)
}

func seconds(d time.Duration) int { return int(d / time.Second) }

// transcript reads the conversation for the peer.
func (v *visitor) transcript(ctx context.Context, after int64) ([]entry, error) {
	messages, err := v.s.o.Chat.Transcript(ctx, v.who, chat.TranscriptQuery{
		ConversationID: v.who.ConversationID, After: after, Limit: pageSize,
	})
	page := make([]entry, 0, len(messages))
	for _, m := range messages {
		if m.PublicSeq != nil {
			page = append(page, messageEntry(m))
		}
	}
	return page, err
}

// take implements party.
func (v *visitor) take(ctx context.Context, in inbound) {
	switch in.Type {
	case "send":
		v.send(ctx, in)
	case "typing":
		v.types(ctx, in.Active)
	case "read":
		v.read(ctx, in.Seq)
	case "ping":
		v.p.send(pongFrame)
	default:
		v.p.send(errorFrame(textUnknownType, "", 0))
	}
}

// send posts a message: the same door and the same limits as POST messages.
func (v *visitor) send(ctx context.Context, in inbound) {
	verdict := v.s.o.Limiter.TakeSend(ctx, Sender{
		SiteID: v.who.SiteID, TokenHash: v.tokenHash, ConversationID: v.who.ConversationID, IP: v.arrival.ip,
	})
	if !verdict.Allowed {
		v.p.send(errorFrame(textTooMany, in.ClientID, max(verdict.RetryAfter, time.Second)))
		return
	}
	m, err := v.s.o.Chat.Post(ctx, v.who, v.who.ConversationUID, chat.Draft{Content: in.Message, ClientID: in.ClientID})
	if err != nil {
		v.p.send(errorFrame(told(ctx, err), in.ClientID, 0))
		return
	}
	v.p.send(ackFrame(in.ClientID, m))
}

// types passes on that the visitor types. It is a hint: nobody is told if it fails.
func (v *visitor) types(ctx context.Context, active bool) {
	if !v.typing.says(active, time.Now()) {
		return
	}
	if _, err := v.s.o.Chat.Typing(ctx, v.who, v.who.ConversationUID, active); err != nil {
		told(ctx, err)
	}
}

func (v *visitor) read(ctx context.Context, seq int64) {
	if seq <= 0 {
		v.p.send(errorFrame(textReadNeedsSeq, "", 0))
		return
	}
	if _, err := v.s.o.Chat.MarkRead(ctx, v.who, v.who.ConversationUID, seq); err != nil {
		v.p.send(errorFrame(told(ctx, err), "", 0))
	}
}

// told is the sentence of an error that a client may read. What is nobody's fault
// but ours is logged.
func told(ctx context.Context, err error) string {
	e := models.AsError(err)
	if e.Code == models.CodeInternal {
		slog.ErrorContext(ctx, "realtime: frame failed", "error", err)
	}
	return e.Message
}
