package ratelimit

import (
	"context"
	"time"

	"github.com/ulule/limiter/v3"
)

// clock is the node's time: as people see it, and as nanoseconds since the
// start, which no correction of the wall clock disturbs.
type clock struct {
	now   func() time.Time
	start time.Time
}

func newClock(now func() time.Time) clock { return clock{now: now, start: now()} }

func (c clock) elapsed() int64 { return int64(c.now().Sub(c.start)) }

// at is the second in which that moment is over: whoever waits until then is
// let in.
func (c clock) at(elapsed int64) int64 {
	now := c.now()
	return now.Add(c.start.Add(time.Duration(elapsed)).Sub(now) + time.Second - 1).Unix()
}

// ask is one key under one rate.
type ask struct {
	key  string
	rate limiter.Rate
}

func (a ask) quota(n int64) quota {
	return quota{n: n, limit: a.rate.Limit, period: int64(a.rate.Period)}
}

// memory is the library's store over a bounded table. (The library's own keeps
// keys without bound.) Counts are exact for this node.
type memory struct {
	clock   clock
	windows *windows
}

// Get counts one call.
func (m *memory) Get(ctx context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return m.Increment(ctx, key, 1, rate)
}

// Increment counts n calls.
func (m *memory) Increment(_ context.Context, key string, n int64, rate limiter.Rate) (limiter.Context, error) {
	return m.charge(ask{key, rate}, n), nil
}

// Peek returns the counter as it stands.
func (m *memory) Peek(_ context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	return m.look(ask{key, rate}), nil
}

// Reset forgets the key.
func (m *memory) Reset(_ context.Context, key string, rate limiter.Rate) (limiter.Context, error) {
	m.windows.drop(key, m.clock.elapsed())
	return m.look(ask{key, rate}), nil
}

// GetAll counts one call for each ask, or nothing if one of them is used up.
func (m *memory) GetAll(_ context.Context, asks []ask) []limiter.Context {
	if spent := m.spent(asks); spent != nil {
		return spent
	}
	return m.chargeAll(asks, 1)
}

// spent returns the counters as they stand if one of them is used up, with
// that one marked as reached, and nil otherwise. It counts nothing.
func (m *memory) spent(asks []ask) []limiter.Context {
	for i := range asks {
		if m.used(asks[i]) {
			return m.refuse(asks)
		}
	}
	return nil
}

func (m *memory) refuse(asks []ask) []limiter.Context {
	states := make([]limiter.Context, len(asks))
	for i := range asks {
		states[i] = m.look(asks[i])
		states[i].Reached = states[i].Remaining == 0
	}
	return states
}

// used tells whether the next call of the ask would be one too many.
func (m *memory) used(a ask) bool {
	return m.windows.peek(a.key, m.clock.elapsed()).used >= a.rate.Limit
}

func (m *memory) chargeAll(asks []ask, n int64) []limiter.Context {
	states := make([]limiter.Context, len(asks))
	for i := range asks {
		states[i] = m.charge(asks[i], n)
	}
	return states
}

func (m *memory) charge(a ask, n int64) limiter.Context {
	return m.state(m.windows.charge(a.key, m.clock.elapsed(), a.quota(n)), a.rate)
}

func (m *memory) look(a ask) limiter.Context {
	now := m.clock.elapsed()
	counted := m.windows.peek(a.key, now)
	if counted.ends == 0 {
		counted.ends = now + int64(a.rate.Period)
	}
	return m.state(counted, a.rate)
}

// note remembers what Redis said of the ask and returns it as a state.
func (m *memory) note(a ask, used int64, left time.Duration) limiter.Context {
	now := m.clock.elapsed()
	said := count{used: used, ends: now + int64(left)}
	m.windows.note(a.key, now, said, a.rate.Limit)
	return m.state(said, a.rate)
}

func (m *memory) state(c count, rate limiter.Rate) limiter.Context {
	return limiter.Context{
		Limit:     rate.Limit,
		Remaining: max(rate.Limit-c.used, 0),
		Reset:     m.clock.at(c.ends),
		Reached:   c.used > rate.Limit,
	}
}
