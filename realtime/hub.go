package realtime

import (
	"context"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/models"
)

// HubOptions are what a Hub stands on.
type HubOptions struct {
	Bus Bus
	// Counters may be nil.
	Counters *Counters
	// RosterEvery is how often nodes tell each other who is at the desk; 0 means 3 s.
	// After three of them without a word a node's agents count as gone.
	RosterEvery time.Duration
}

// Hub is this node's doorbell: it knows which local sockets a doorbell concerns, and
// passes it on to the other nodes. It implements chat.Bell.
type Hub struct {
	bus      Bus
	counters *Counters
	// rooms are the visitors' sockets by conversation, desks the agents' by account.
	rooms    sockets
	desks    sockets
	presence *Presence
	// views are the agents who look at conversations.
	views gazes
	// looks wait for other nodes to say that they have a visitor's socket.
	looks looks
	// streams are the answers in the making.
	streams streams
	// gap holds a token when notes of the bus may have been missed.
	gap chan struct{}
}

// NewHub makes a Hub.
func NewHub(o HubOptions) *Hub {
	if o.Counters == nil {
		o.Counters = &Counters{}
	}
	if o.RosterEvery == 0 {
		o.RosterEvery = 3 * time.Second
	}
	h := &Hub{bus: o.Bus, counters: o.Counters, gap: make(chan struct{}, 1)}
	h.views.hub, h.streams.hub = h, h
	h.presence = newPresence(h, o.RosterEvery)
	return h
}

// Presence says which accounts have somebody at the desk.
func (h *Hub) Presence() *Presence { return h.presence }

// run carries the bus until ctx ends.
func (h *Hub) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return h.bus.Run(ctx, h) })
	g.Go(func() error { h.presence.run(ctx); return nil })
	return g.Wait()
}

// Ring implements chat.Bell: local sockets first, then the other nodes.
func (h *Hub) Ring(d models.Doorbell) {
	h.counters.DoorbellsLocal.Add(1)
	h.deliver(d, true)
	h.bus.Publish(Note{Doorbell: &d})
}

// Receive implements Receiver.
func (h *Hub) Receive(n Note) {
	if n.Doorbell != nil {
		h.counters.DoorbellsBus.Add(1)
		h.deliver(*n.Doorbell, false)
	}
	if n.Roster != nil {
		h.presence.hear(n.Node, *n.Roster)
	}
	if n.Look != nil {
		h.hearLook(*n.Look)
	}
	if n.Recite != 0 {
		h.streams.recite(n.Recite)
	}
}

// Resubscribed implements Receiver: doorbells may have been missed.
func (h *Hub) Resubscribed() { h.CatchUpAll() }

// CatchUpAll makes every local socket read what it lacks, soon.
func (h *Hub) CatchUpAll() {
	select {
	case h.gap <- struct{}{}:
	default: // it is to happen already
	}
}

// deliver rings the local sockets; own says that it began on this node.
func (h *Hub) deliver(d models.Doorbell, own bool) {
	switch d.Kind {
	case models.BellMessage:
		h.streams.passed(d.ConversationID, d.Seq)
		h.deliverMessage(d)
	case models.BellEvents:
		for _, p := range h.desks.of(d.AccountID) {
			p.notice(d.Pos)
		}
	case models.BellConversation:
		h.hintRoom(d.ConversationID, conversationFrame(d))
	case models.BellRead:
		if d.From != models.ByContact {
			h.hintRoom(d.ConversationID, readFrame(d.Seq))
		}
	case models.BellTyping:
		h.deliverTyping(d)
	case models.BellDelta:
		h.streams.hear(d, own)
	case models.BellPage:
		if d.Page != nil {
			h.hintDesk(d.AccountID, pageFrame(d))
		}
	case models.BellViewing:
		h.views.hear(d)
	case models.BellRevoked:
		h.revoke(d)
	}
}

// deliverMessage sends the message that came with the doorbell to all who lack but
// this one; it is encoded once.
func (h *Hub) deliverMessage(d models.Doorbell) {
	room := h.rooms.of(d.ConversationID)
	if len(room) == 0 {
		return
	}
	if d.Message == nil || d.Message.PublicSeq == nil || *d.Message.PublicSeq != d.Seq {
		for _, p := range room {
			p.notice(d.Seq)
		}
		return
	}
	e := entry{place: d.Seq, data: messageFrame(*d.Message)}
	for _, p := range room {
		p.offer(e)
	}
}

// deliverTyping shows a side to the other one, and the team who of them writes.
func (h *Hub) deliverTyping(d models.Doorbell) {
	if d.From == models.ByContact {
		h.hintDesk(d.AccountID, agentTyping(d))
		return
	}
	h.hintRoom(d.ConversationID, visitorTyping(d))
	if d.From == models.ByAssistant {
		h.hintDesk(d.AccountID, agentTyping(d)) // the team watches it, too
	}
	if d.UserUID != (models.UID{}) {
		h.views.hear(d)
	}
}

func (h *Hub) hintRoom(conversationID int64, encode func() []byte) {
	hint(h.rooms.of(conversationID), encode)
}

func (h *Hub) hintDesk(accountID int64, encode func() []byte) {
	hint(h.desks.of(accountID), encode)
}

func hint(peers []*peer, encode func() []byte) {
	if len(peers) == 0 {
		return
	}
	data := encode()
	for _, p := range peers {
		p.hint(data)
	}
}

// revoke closes the sockets of a key, a user or a login session.
func (h *Hub) revoke(d models.Doorbell) {
	h.desks.each(func(_ int64, desk []*peer) {
		for _, p := range desk {
			who := p.agent.who
			if (d.KeyID != 0 && who.KeyID == d.KeyID) || (d.UserID != 0 && who.UserID == d.UserID) ||
				(d.SessionID != 0 && who.SessionID == d.SessionID) {
				p.hangUp(CloseUnauthorized, reasonRevoked)
			}
		}
	})
}

// sockets are peers by what they follow, in shards. A list is never changed, only
// replaced: a doorbell walks it without a lock.
type sockets [buckets]struct {
	mu    sync.RWMutex
	lists map[int64][]*peer
}

func (s *sockets) add(id int64, p *peer) {
	shard := &s[bucket(id)]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	if shard.lists == nil {
		shard.lists = map[int64][]*peer{}
	}
	shard.lists[id] = append(slices.Clip(shard.lists[id]), p)
}

func (s *sockets) remove(id int64, p *peer) {
	shard := &s[bucket(id)]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	old := shard.lists[id]
	rest := make([]*peer, 0, len(old))
	for _, other := range old {
		if other != p {
			rest = append(rest, other)
		}
	}
	if len(rest) == 0 {
		delete(shard.lists, id)
		return
	}
	shard.lists[id] = rest
}

// of is who follows id; it must not be changed.
func (s *sockets) of(id int64) []*peer {
	shard := &s[bucket(id)]
	shard.mu.RLock()
	defer shard.mu.RUnlock()
	return shard.lists[id]
}

// each calls fn for every list. A shard is locked meanwhile: fn must be quick.
func (s *sockets) each(fn func(id int64, peers []*peer)) {
	for i := range s {
		shard := &s[i]
		shard.mu.RLock()
		for id, peers := range shard.lists {
			fn(id, peers)
		}
		shard.mu.RUnlock()
	}
}
