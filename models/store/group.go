package store

import (
	"context"
	"errors"
	"sync"
	"time"

	"parley/models"
	"parley/models/chat"
)

const (
	// flights is how many batches are on their way at a time, and batchSize how many
	// posts one takes along.
	flights   = 2
	batchSize = 128
	// flightLimit ends a statement whose callers may all have gone.
	flightLimit = 15 * time.Second
)

// pending is a post that waits for its batch.
type pending struct {
	ctx   context.Context
	who   models.Principal
	entry chat.Entry

	posted  chat.Posted
	written bool
	err     error
	done    chan struct{}
}

// group commits concurrent posts together. Whoever finds a free flight goes at once,
// alone; who comes while all are taken shares the next one. There is no timer. The
// conversations of all flights differ, since two posts to one conversation would only
// wait for each other inside the database.
type group struct {
	// fly posts a batch, marking what it wrote; alone posts one, whatever it takes.
	fly   func(context.Context, []*pending) error
	alone func(context.Context, models.Principal, chat.Entry) (chat.Posted, error)

	mu     sync.Mutex
	queue  []*pending
	aloft  int
	busy   map[models.UID]bool
	landed sync.WaitGroup
}

func newGroup(
	fly func(context.Context, []*pending) error,
	alone func(context.Context, models.Principal, chat.Entry) (chat.Posted, error),
) *group {
	return &group{fly: fly, alone: alone, busy: map[models.UID]bool{}}
}

// post waits until the message is stored. When ctx ends first the post is withdrawn,
// or, if it is on its way already, may still be stored. What the batch did not write
// is posted alone: a retry, a conversation that is not there, or anything at all in
// a batch that failed because of one of them.
func (g *group) post(ctx context.Context, who models.Principal, e chat.Entry) (chat.Posted, error) {
	p := &pending{ctx: ctx, who: who, entry: e, done: make(chan struct{})}
	g.mu.Lock()
	g.queue = append(g.queue, p)
	g.launch()
	g.mu.Unlock()
	select {
	case <-p.done:
	case <-ctx.Done():
		return chat.Posted{}, translate(ctx.Err())
	}
	switch {
	case p.err == nil && p.written:
		return p.posted, nil
	case errors.Is(p.err, models.ErrUnavailable) && !isClash(p.err):
		return chat.Posted{}, p.err
	}
	return g.alone(ctx, who, e)
}

// launch starts as many flights as there are posts and room for. The caller holds mu.
func (g *group) launch() {
	for g.aloft < flights {
		batch := g.take()
		if len(batch) == 0 {
			return
		}
		g.aloft++
		g.landed.Add(1)
		go g.flight(batch)
	}
}

// take picks a batch of posts to conversations that nobody is posting to, and drops
// those whose callers have gone.
func (g *group) take() []*pending {
	var batch []*pending
	rest := g.queue[:0]
	for _, p := range g.queue {
		switch {
		case p.ctx.Err() != nil:
		case len(batch) < batchSize && !g.busy[p.entry.Conversation]:
			g.busy[p.entry.Conversation] = true
			batch = append(batch, p)
		default:
			rest = append(rest, p)
		}
	}
	clear(g.queue[len(rest):])
	g.queue = rest
	return batch
}

// flight posts one batch and starts the next.
func (g *group) flight(batch []*pending) {
	defer g.landed.Done()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), flightLimit)
	err := g.fly(ctx, batch)
	cancel()
	g.mu.Lock()
	g.aloft--
	for _, p := range batch {
		delete(g.busy, p.entry.Conversation)
	}
	g.launch()
	g.mu.Unlock()
	for _, p := range batch {
		p.err = err
		close(p.done)
	}
}

// wait returns when nothing is on its way.
func (g *group) wait() { g.landed.Wait() }
