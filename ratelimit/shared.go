package ratelimit

import (
	"context"
	"sync/atomic"

	"github.com/ulule/limiter/v3"
)

// shared is the library's store over Redis, exact across nodes, with this
// node's memory beside it. The memory keeps what Redis last said of each key,
// which serves two ends: a caller known to be refused costs no round trip, and
// when Redis is away the node counts on from there, with the same limits. So a
// key gets at most limit × nodes in a period that Redis is lost in.
type shared struct {
	near    *memory
	far     *remote
	breaker breaker
	observe func(Event)
}

// Get counts one call.
func (s *shared) Get(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return s.GetAll(ctx, []ask{{key, rate}})[0], nil
}

// GetAll counts one call for each ask, or nothing if this node knows that one
// of them is used up.
func (s *shared) GetAll(ctx context.Context, asks []ask) []limiter.Context {
	if spent := s.near.spent(asks); spent != nil {
		return spent
	}
	return s.count(ctx, asks, 1)
}

// Increment counts n calls.
func (s *shared) Increment(ctx context.Context, key string, n int64, rate limiter.Rate) (limiter.Context, error) {
	return s.count(ctx, []ask{{key, rate}}, n)[0], nil
}

// Peek returns the counter as it stands, or as this node knows it.
func (s *shared) Peek(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	asks := []ask{{key, rate}}
	answers, err := s.far.count(ctx, asks, 0)
	if err == nil && answers[0].left > 0 {
		return s.near.note(asks[0], answers[0].used, answers[0].left), nil
	}
	return s.near.look(asks[0]), nil
}

// Reset forgets the key, in Redis and on this node. Other nodes go on refusing
// a caller they know to be refused until the old window ends.
func (s *shared) Reset(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	if err := s.far.forget(ctx, key); err != nil {
		return limiter.Context{}, err
	}
	return s.near.Reset(ctx, key, rate)
}

// count counts in Redis, or on this node while Redis is away.
func (s *shared) count(ctx context.Context, asks []ask, n int64) []limiter.Context {
	switch s.breaker.turn(s.near.clock.elapsed()) {
	case probing:
		go s.probe(ctx, asks, n)
		return s.near.chargeAll(asks, n)
	case open:
		return s.near.chargeAll(asks, n)
	}
	answers, err := s.far.count(ctx, asks, n)
	if err != nil {
		if s.breaker.trip(s.near.clock.elapsed()) {
			s.observe(Event{Kind: RedisFailed, Err: err})
		}
		return s.near.chargeAll(asks, n)
	}
	states := make([]limiter.Context, len(asks))
	for i, a := range asks {
		states[i] = s.near.note(a, answers[i].used, answers[i].left)
	}
	return states
}

// probe tries Redis again with calls that this node has already decided, so
// that nobody waits for it.
func (s *shared) probe(ctx context.Context, asks []ask, n int64) {
	if _, err := s.far.count(ctx, asks, n); err != nil {
		s.observe(Event{Kind: RedisFailed, Err: err})
		return
	}
	s.breaker.close()
	s.observe(Event{Kind: RedisBack})
}

// turn says where a call is to be counted.
type turn int

const (
	closed  turn = iota // in Redis
	open                // on this node
	probing             // on this node, and Redis is to be tried
)

// breaker keeps a dead or slow Redis from being waited for at every call: after
// a failure it is left alone, and tried again by one call every retry.
type breaker struct {
	retry int64        // nanoseconds
	until atomic.Int64 // elapsed nanoseconds of the next try; 0 while closed
}

func (b *breaker) turn(now int64) turn {
	until := b.until.Load()
	switch {
	case until == 0:
		return closed
	case now >= until && b.until.CompareAndSwap(until, now+b.retry):
		return probing
	}
	return open
}

// trip opens the breaker and tells whether it was closed.
func (b *breaker) trip(now int64) bool { return b.until.CompareAndSwap(0, now+b.retry) }

func (b *breaker) close() { b.until.Store(0) }
