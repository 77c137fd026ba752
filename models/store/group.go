package store

import (
	"context"
	"errors"
	"sync"

	"parley/models"
	"parley/models/chat"
)

const (
	// flights is how many batches are on their way at a time: some are executed while
	// others wait for the disk, and more would only make them smaller. batchSize is how
	// many posts one takes along.
	flights   = 4
	batchSize = 128
)

// pending is a post that waits for its batch.
type pending struct {
	who   models.Principal
	entry chat.Entry
	// alone posts it by itself, whatever it takes; gone is closed when the caller has
	// left.
	alone func() (chat.Posted, error)
	gone  <-chan struct{}

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
	// fly posts a batch, marking what it wrote.
	fly func([]*pending) error

	mu     sync.Mutex
	queue  []*pending
	aloft  int
	busy   map[models.UID]bool
	closed bool
	landed sync.WaitGroup
}

func newGroup(fly func([]*pending) error) *group {
	return &group{fly: fly, busy: map[models.UID]bool{}}
}

// post waits until the message is stored. When ctx ends first the post is withdrawn,
// or, if it is on its way already, may still be stored.
func (g *group) post(ctx context.Context, p *pending) (chat.Posted, error) {
	p.gone, p.done = ctx.Done(), make(chan struct{})
	if err := g.enqueue(p); err != nil {
		return chat.Posted{}, err
	}
	select {
	case <-p.done:
		return p.posted, p.err
	case <-ctx.Done():
		return chat.Posted{}, translate(ctx.Err())
	}
}

func (g *group) enqueue(p *pending) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return models.ErrUnavailable.Because(errClosed)
	}
	g.queue = append(g.queue, p)
	g.launch()
	return nil
}

// launch starts as many flights as there are posts and room for. The caller holds mu.
func (g *group) launch() {
	for g.aloft < flights {
		batch := g.take()
		if len(batch) == 0 {
			return
		}
		g.aloft++
		g.landed.Go(func() { g.flight(batch) })
	}
}

// take picks a batch of posts to conversations that nobody is posting to, and drops
// those whose callers have left. The caller holds mu.
func (g *group) take() []*pending {
	var batch []*pending
	rest := g.queue[:0]
	for _, p := range g.queue {
		switch {
		case p.isGone():
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

func (p *pending) isGone() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

// flight posts one batch. What it did not write is posted alone: a retry, a
// conversation that is not there or that somebody keeps locked, and anything at all
// in a batch that failed because of one of them.
func (g *group) flight(batch []*pending) {
	err := g.fly(batch)
	settled := make([]*pending, 0, len(batch))
	for _, p := range batch {
		switch {
		case err == nil && p.written:
			settled = append(settled, p)
		case isOutage(err):
			p.posted, p.err = chat.Posted{}, err
			settled = append(settled, p)
		default:
			g.landed.Go(func() { g.single(p) })
		}
	}
	g.mu.Lock()
	g.aloft--
	g.release(settled)
	g.mu.Unlock()
}

// single posts one that a batch could not. Its conversation stays busy meanwhile, so
// that nothing else runs into what is in the way there.
func (g *group) single(p *pending) {
	p.posted, p.err = p.alone()
	g.mu.Lock()
	g.release([]*pending{p})
	g.mu.Unlock()
}

// release answers callers, frees their conversations and sends off who waited for
// them. The caller holds mu.
func (g *group) release(settled []*pending) {
	for _, p := range settled {
		delete(g.busy, p.entry.Conversation)
		close(p.done)
	}
	g.launch()
}

// isOutage says whether trying again right now, alone, would not help.
func isOutage(err error) bool { return errors.Is(err, models.ErrUnavailable) && !isClash(err) }

// wait refuses new posts and returns when none is on its way.
func (g *group) wait() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.landed.Wait()
}
