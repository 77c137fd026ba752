package ratelimit_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/models/testservice"
	"parley/ratelimit"
)

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// fakeClock stands still until a test moves it.
type fakeClock struct {
	mu  sync.Mutex
	now time.Time
}

func newFakeClock() *fakeClock {
	return &fakeClock{now: time.Date(2026, 1, 25, 14, 20, 0, 250e6, time.UTC)}
}

func (c *fakeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *fakeClock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// trips counts the round trips of a client.
type trips struct{ count atomic.Int64 }

func (n *trips) DialHook(next redis.DialHook) redis.DialHook { return next }

func (n *trips) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		n.count.Add(1)
		return next(ctx, cmd)
	}
}

func (n *trips) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		n.count.Add(1)
		return next(ctx, cmds)
	}
}

// dial makes a client with the defaults of its library, as a program that
// never heard of our time-outs would.
func dial(t testing.TB, url string) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(url)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// bundle is one limiter over one kind of store.
type bundle struct {
	*ratelimit.Limiter
	clock *fakeClock
	// expire ends all running windows.
	expire func(t *testing.T)
}

// setup makes a bundle for each kind of store.
func setup(t *testing.T) map[string]bundle {
	t.Helper()
	clock := newFakeClock()
	client := dial(t, testservice.Redis(t))
	// Patient, so that a busy machine does not look like a Redis that is away.
	far := ratelimit.New(ratelimit.Options{Redis: client, Now: clock.Now, Timeout: patience})
	return map[string]bundle{
		"memory": {ratelimit.New(ratelimit.Options{Now: clock.Now}), clock, func(*testing.T) { clock.advance(time.Hour) }},
		"redis": {far, clock, func(t *testing.T) {
			if err := client.FlushDB(t.Context()).Err(); err != nil {
				t.Fatal(err)
			}
			clock.advance(time.Hour)
		}},
	}
}

// take asks n times and returns how often the answer was yes.
func take(t *testing.T, l *ratelimit.Limiter, rule ratelimit.Rule, key string, n int) int {
	t.Helper()
	allowed := 0
	for range n {
		if l.Take(t.Context(), rule, key).Allowed {
			allowed++
		}
	}
	return allowed
}

// stampede asks n times at once, in turn at each limiter.
func stampede(t *testing.T, limiters []*ratelimit.Limiter, n int, ask func(*ratelimit.Limiter) bool) int {
	t.Helper()
	var allowed atomic.Int64
	var all sync.WaitGroup
	start := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-start
			if ask(limiters[i%len(limiters)]) {
				allowed.Add(1)
			}
		})
	}
	close(start)
	all.Wait()
	return int(allowed.Load())
}
