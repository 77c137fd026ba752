package realtime

import (
	"context"
	"sync"

	"parley/models"
)

// Bus carries notes from one node's hub to those of all others. It is a hint, not
// the truth: notes may be lost, and what was lost is read from the database.
type Bus interface {
	// Publish hands a note to the other nodes. It never blocks: a note that finds the
	// queue full is dropped and counted.
	Publish(n Note)
	// Run carries notes until ctx ends. It gives r every note of other nodes, in the
	// order each node published those of one conversation, and never the own ones.
	Run(ctx context.Context, r Receiver) error
}

// Receiver takes what a Bus brings. Its methods must not block.
type Receiver interface {
	Receive(n Note)
	// Resubscribed tells that the bus listens, at first or again: whatever was
	// published before may have been missed.
	Resubscribed()
}

// Note is what travels between nodes: a doorbell, who is at the desk, or a question.
type Note struct {
	// Node is the sender; the bus fills it in.
	Node     string
	Doorbell *models.Doorbell `json:",omitempty"`
	Roster   *Roster          `json:",omitempty"`
	Look     *Look            `json:",omitempty"`
	// Recite asks who makes an answer in a conversation to tell it again from its beginning.
	Recite int64 `json:",omitempty"`
}

// key is what a note is about: notes of one key keep their order.
func (n Note) key() int64 {
	switch {
	case n.Doorbell == nil:
		return 0
	case n.Doorbell.ConversationID != 0:
		return n.Doorbell.ConversationID
	default:
		return n.Doorbell.AccountID
	}
}

// buckets is the number of shards of the hub and of channels of the bus. It is part
// of what nodes agree on: all of them must run with the same.
const buckets = 64

// bucket spreads consecutive ids evenly: the top six bits of a Fibonacci hash.
func bucket(id int64) int { return int(uint64(id) * 0x9E3779B97F4A7C15 >> 58) }

// localQueue is how many notes wait for a slow hub in the same process.
const localQueue = 4096

// Exchange joins buses within one process: the whole bus of a single node, and the
// network of several hubs in a test.
type Exchange struct {
	mu      sync.RWMutex
	members map[*LocalBus]struct{}
}

// NewExchange makes an Exchange without members.
func NewExchange() *Exchange { return &Exchange{members: map[*LocalBus]struct{}{}} }

// LocalBus is one node's end of an Exchange.
type LocalBus struct {
	exchange *Exchange
	node     string
	inbox    chan Note
	counters *Counters
}

// NewLocalBus makes the bus of a single node: there is nobody to tell.
func NewLocalBus() *LocalBus { return NewExchange().Join(&Counters{}) }

// Join makes one more node's bus. It takes part while it runs.
func (e *Exchange) Join(counters *Counters) *LocalBus {
	return &LocalBus{exchange: e, node: models.NewUID().String(), inbox: make(chan Note, localQueue), counters: counters}
}

// Publish implements Bus.
func (b *LocalBus) Publish(n Note) {
	n.Node = b.node
	b.exchange.mu.RLock()
	defer b.exchange.mu.RUnlock()
	for member := range b.exchange.members {
		if member == b {
			continue
		}
		select {
		case member.inbox <- n:
			b.counters.BusPublished.Add(1)
		default:
			b.counters.BusDropped.Add(1)
		}
	}
}

// Run implements Bus.
func (b *LocalBus) Run(ctx context.Context, r Receiver) error {
	b.exchange.mu.Lock()
	b.exchange.members[b] = struct{}{}
	b.exchange.mu.Unlock()
	defer func() {
		b.exchange.mu.Lock()
		delete(b.exchange.members, b)
		b.exchange.mu.Unlock()
	}()
	r.Resubscribed()
	for {
		select {
		case <-ctx.Done():
			return nil
		case n := <-b.inbox:
			b.counters.BusReceived.Add(1)
			r.Receive(n)
		}
	}
}
