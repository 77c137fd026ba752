package ratelimit

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/ulule/limiter/v3"
	librarymemory "github.com/ulule/limiter/v3/drivers/store/memory"
	libraryredis "github.com/ulule/limiter/v3/drivers/store/redis"

	"parley/models/testservice"
)

// stores are ours beside the library's of the same kind.
type stores struct{ ours, library limiter.Store }

func setupStores(t *testing.T) map[string]stores {
	t.Helper()
	options, err := redis.ParseURL(testservice.Redis(t))
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	library, err := libraryredis.NewStore(client)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]stores{
		"memory": {New(Options{}).store, librarymemory.NewStore()},
		"redis":  {New(Options{Redis: client, Timeout: 20 * time.Second}).store, library},
	}
}

// steps are calls that a store answers one after the other.
var steps = []struct {
	name string
	call func(ctx context.Context, s limiter.Store, rate limiter.Rate) (limiter.Context, error)
}{
	{"a look at nothing", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Peek(ctx, "a", r)
	}},
	{"the first call", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Get(ctx, "a", r)
	}},
	{"two at once", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Increment(ctx, "a", 2, r)
	}},
	{"a look", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Peek(ctx, "a", r)
	}},
	{"the last allowed call", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Get(ctx, "a", r)
	}},
	{"a look at the limit", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Peek(ctx, "a", r)
	}},
	{"a call too many", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Get(ctx, "a", r)
	}},
	{"another key", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Get(ctx, "b", r)
	}},
	{"a reset", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Reset(ctx, "a", r)
	}},
	{"the first call after it", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Get(ctx, "a", r)
	}},
	{"a jump beyond the limit", func(ctx context.Context, s limiter.Store, r limiter.Rate) (limiter.Context, error) {
		return s.Increment(ctx, "a", 10, r)
	}},
}

func TestOurStoresAnswerAsTheLibrarysDo(t *testing.T) {
	t.Parallel()
	rate := limiter.Rate{Limit: 4, Period: time.Hour}
	for kind, pair := range setupStores(t) {
		for _, step := range steps {
			got, err := step.call(t.Context(), pair.ours, rate)
			if err != nil {
				t.Fatalf("%s, %s: %v", kind, step.name, err)
			}
			want, err := step.call(t.Context(), pair.library, rate)
			if err != nil {
				t.Fatalf("%s, %s: %v", kind, step.name, err)
			}
			// Ours rounds the reset up, the library's down.
			if late := got.Reset - want.Reset; late < 0 || late > 2 {
				t.Errorf("%s, %s: reset %d s after the library's", kind, step.name, late)
			}
			got.Reset = want.Reset
			if got != want {
				t.Errorf("%s, %s: %+v, the library says %+v", kind, step.name, got, want)
			}
		}
	}
}

// failing is a store that cannot count.
type failing struct{ store }

func (failing) Get(context.Context, string, limiter.Rate) (limiter.Context, error) {
	return limiter.Context{}, errors.New("no")
}

func TestAStoreThatFailsRefuses(t *testing.T) {
	t.Parallel()
	l := New(Options{})
	l.store = failing{}
	got := l.Take(t.Context(), Rule{Name: "five", Limit: 5, Period: time.Minute}, "a")
	if got.Allowed || got.Limit != 5 || got.RetryAfter <= 0 || got.RetryAfter > 2*time.Second {
		t.Fatalf("got %+v", got)
	}
}

func TestAResetThatRedisDidNotHearIsAnError(t *testing.T) {
	t.Parallel()
	server := testservice.StartRedis(t)
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	server.Stop(9)
	far := New(Options{Redis: client}).store
	rate := limiter.Rate{Limit: 4, Period: time.Hour}
	if _, err := far.Reset(t.Context(), "a", rate); err == nil {
		t.Fatal("the reset says it worked")
	}
	if got, err := far.Peek(t.Context(), "a", rate); err != nil || got.Remaining != 4 {
		t.Fatalf("a look without Redis: %+v, %v", got, err)
	}
}

func TestCallsThatNobodyWaitsForAnyMoreAreNotSent(t *testing.T) {
	t.Parallel()
	r := &remote{senders: 1}
	gone, here := &call{asks: make([]ask, 1)}, &call{asks: make([]ask, pipelineAsks)}
	gone.left.Store(true)
	later := &call{asks: make([]ask, 1)}
	r.queue = []*call{gone, here, later}
	if batch := r.next(); len(batch) != 1 || batch[0] != here {
		t.Fatalf("first batch %v", batch)
	}
	if batch := r.next(); len(batch) != 1 || batch[0] != later {
		t.Fatalf("second batch %v", batch)
	}
	if batch := r.next(); len(batch) != 0 || r.senders != 0 || r.queue != nil {
		t.Fatalf("last batch %v, %d senders", batch, r.senders)
	}
}
