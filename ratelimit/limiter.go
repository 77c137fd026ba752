// Package ratelimit holds the named limits of all surfaces and counts calls
// against them, in memory or, for several nodes, in Redis.
//
// A limit is a fixed window: the first call of a key starts the period, and
// when it is over the key starts afresh. While Redis answers, counts are exact
// over all nodes. While it does not, each node counts for itself with the same
// limits: never unlimited, at most limit × nodes. The counters implement the
// Store of github.com/ulule/limiter/v3.
package ratelimit

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
)

// Options of a Limiter. The zero value counts in memory.
type Options struct {
	// Redis, if set, counts for all nodes. It need not be up. Give it
	// ContextTimeoutEnabled, or connections to a silent Redis stay occupied for
	// their ReadTimeout; callers wait no longer either way.
	Redis redis.UniversalClient
	// Prefix of the keys in Redis; "parley:limit" by default.
	Prefix string
	// Timeout is how long Redis may be silent before a call is decided without
	// it; 250 ms by default. A call waits twice that at most: while Redis
	// answers others, or when it was never heard and may still be connecting.
	Timeout time.Duration
	// Retry is how long a failed Redis is left alone; 1 s by default.
	Retry time.Duration
	// Keys bounds how many keys this node remembers, at 24 bytes each;
	// 1.3 million by default. A table that is full gives up the keys that are
	// least used up.
	Keys int
	// Now is the clock; time.Now by default.
	Now func() time.Time
	// Observe, if set, is told of every decision and of Redis failing and
	// coming back. It is called from many goroutines and must be quick.
	Observe func(Event)
}

// Kind of an Event.
type Kind string

// Kinds of events. RedisFailed comes when Redis is given up and at each try
// that fails afterwards, about one a second, and RedisBack once at the end.
const (
	Allowed     Kind = "allowed"
	Refused     Kind = "refused"
	RedisFailed Kind = "redis_failed"
	RedisBack   Kind = "redis_back"
)

// Event is one thing to count or to log. Rule is set for decisions, Err for
// RedisFailed.
type Event struct {
	Kind Kind
	Rule string
	Err  error
}

// store is the library's port, and several counters at once: GetAll charges
// nothing if one of them is known to be used up, else all.
type store interface {
	limiter.Store
	GetAll(ctx context.Context, asks []ask) []limiter.Context
}

// Limiter counts calls against rules. It needs no closing.
type Limiter struct {
	store   store
	clock   clock
	breaker *breaker
	observe func(Event)
}

// New makes a Limiter. It does not wait for Redis.
func New(o Options) *Limiter {
	o = o.withDefaults()
	clock := newClock(o.Now)
	near := &memory{clock: clock, windows: newWindows(o.Keys)}
	if o.Redis == nil {
		return &Limiter{store: near, clock: clock, breaker: &breaker{}, observe: o.Observe}
	}
	both := &shared{
		near:    near,
		far:     &remote{client: o.Redis, prefix: o.Prefix, timeout: o.Timeout},
		breaker: breaker{retry: int64(o.Retry)},
		observe: o.Observe,
	}
	return &Limiter{store: both, clock: clock, breaker: &both.breaker, observe: o.Observe}
}

func (o Options) withDefaults() Options {
	if o.Prefix == "" {
		o.Prefix = "parley:limit"
	}
	if o.Timeout <= 0 {
		o.Timeout = 250 * time.Millisecond
	}
	if o.Retry <= 0 {
		o.Retry = time.Second
	}
	if o.Keys <= 0 {
		o.Keys = defaultKeys
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Observe == nil {
		o.Observe = func(Event) {}
	}
	return o
}

// Degraded tells whether this node counts alone because Redis is away.
func (l *Limiter) Degraded() bool { return l.breaker.until.Load() != 0 }

// Take counts one call of the key against the rule and says whether it may go
// on. A refused call is not charged, or (in Redis, for the first refusal that a
// node sees) to no effect.
func (l *Limiter) Take(ctx context.Context, rule Rule, key string) Result {
	if rule.Limit == Unlimited {
		return unlimited
	}
	rate := rule.rate()
	state, err := l.store.Get(ctx, counter(rule, key), rate)
	if err != nil { // ours never fail, but the port allows it, and a limit must not vanish
		state = limiter.Context{Limit: rate.Limit, Reset: l.clock.now().Add(2 * time.Second).Unix(), Reached: true}
	}
	return l.decide(rule, state)
}

// Ask is one counter that a call counts against.
type Ask struct {
	Rule Rule
	Key  string
}

// TakeAll counts one call against several counters, in one round trip to Redis,
// and lets it go on only if all of them do. The result is the tightest: the
// refusal that lasts longest, or else the counter with the least left.
//
// If this node knows one counter to be used up, none is charged. Otherwise all
// are, even if one of them then refuses; since the node remembers that, a
// refused caller costs the other counters one call per window and node.
func (l *Limiter) TakeAll(ctx context.Context, asks []Ask) Result {
	counted := make([]ask, 0, len(asks))
	rules := make([]Rule, 0, len(asks))
	for _, a := range asks {
		if a.Rule.Limit != Unlimited {
			counted = append(counted, ask{counter(a.Rule, a.Key), a.Rule.rate()})
			rules = append(rules, a.Rule)
		}
	}
	if len(counted) == 0 {
		return unlimited
	}
	states, tightest := l.store.GetAll(ctx, counted), 0
	for i := range states {
		if tighter(states[i], states[tightest]) {
			tightest = i
		}
	}
	return l.decide(rules[tightest], states[tightest])
}

// counter is the rule's counter of the key. Names have no colon.
func counter(rule Rule, key string) string { return rule.Name + ":" + key }

func tighter(a, b limiter.Context) bool {
	switch {
	case a.Reached != b.Reached:
		return a.Reached
	case a.Reached:
		return a.Reset > b.Reset
	}
	return a.Remaining < b.Remaining
}

// decide turns a counter's state into a result.
func (l *Limiter) decide(rule Rule, state limiter.Context) Result {
	result := Result{Limit: state.Limit, Remaining: state.Remaining, Reset: time.Unix(state.Reset, 0), Allowed: !state.Reached}
	kind := Allowed
	if state.Reached {
		// Reset is rounded up, but nobody has to wait longer than a period.
		kind, result.RetryAfter = Refused, min(max(result.Reset.Sub(l.clock.now()), 0), rule.rate().Period)
	}
	l.observe(Event{Kind: kind, Rule: rule.Name})
	return result
}
