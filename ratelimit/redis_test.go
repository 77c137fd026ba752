package ratelimit_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/models/testservice"
	"parley/ratelimit"
)

// nodes makes limiters that share one Redis, each with a client of its own.
// They are patient: a race detector on a busy machine must not look like a
// Redis that is away.
func nodes(t *testing.T, url string, n int) []*ratelimit.Limiter {
	t.Helper()
	limiters := make([]*ratelimit.Limiter, n)
	for i := range limiters {
		limiters[i] = ratelimit.New(ratelimit.Options{Redis: dial(t, url), Timeout: patience})
	}
	return limiters
}

// keys returns what Redis holds.
func keys(t *testing.T, client *redis.Client) []string {
	t.Helper()
	names, err := client.Keys(t.Context(), "*").Result()
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestALimitIsExactOverEightNodesUnderAStampede(t *testing.T) {
	t.Parallel()
	limiters := nodes(t, testservice.Redis(t), 8)
	hundred := ratelimit.Rule{Name: "hundred", Limit: 100, Period: time.Hour}
	got := stampede(t, limiters, 5000, func(l *ratelimit.Limiter) bool {
		return l.Take(t.Context(), hundred, "a").Allowed
	})
	if got != 100 {
		t.Fatalf("%d of 5000 allowed, want 100", got)
	}
}

func TestTheTighterOfTwoLimitsIsExactOverEightNodes(t *testing.T) {
	t.Parallel()
	limiters := nodes(t, testservice.Redis(t), 8)
	hundred := ratelimit.Rule{Name: "hundred", Limit: 100, Period: time.Hour}
	asks := []ratelimit.Ask{{Rule: hundred, Key: "visitor"}, {Rule: hundred.Wall(), Key: "address"}}
	got := stampede(t, limiters, 2000, func(l *ratelimit.Limiter) bool {
		return l.TakeAll(t.Context(), asks).Allowed
	})
	if got != 100 {
		t.Fatalf("%d of 2000 allowed, want 100", got)
	}
}

func TestACallIsOneRoundTripAndARefusedCallerNone(t *testing.T) {
	t.Parallel()
	client, counted := dial(t, testservice.Redis(t)), &trips{}
	client.AddHook(counted)
	l := ratelimit.New(ratelimit.Options{Redis: client, Timeout: patience})
	both := []ratelimit.Ask{{Rule: five, Key: "a"}, {Rule: five.Wall(), Key: "b"}}
	l.TakeAll(t.Context(), both) // connects, and brings the script
	for call := range 4 {
		before := counted.count.Load()
		if !l.TakeAll(t.Context(), both).Allowed {
			t.Fatalf("call %d refused", call)
		}
		if cost := counted.count.Load() - before; cost != 1 {
			t.Fatalf("call %d took %d round trips", call, cost)
		}
	}
	before := counted.count.Load()
	if take(t, l, five, "a", 1000) != 0 || l.TakeAll(t.Context(), both).Allowed {
		t.Fatal("allowed beyond the limit")
	}
	if cost := counted.count.Load() - before; cost != 0 {
		t.Fatalf("1001 refusals took %d round trips", cost)
	}
}

func TestABurstTravelsTogether(t *testing.T) {
	t.Parallel()
	client, counted := dial(t, testservice.Redis(t)), &trips{}
	client.AddHook(counted)
	l := ratelimit.New(ratelimit.Options{Redis: client, Timeout: patience})
	many := ratelimit.Rule{Name: "many", Limit: 10_000, Period: time.Hour}
	got := stampede(t, []*ratelimit.Limiter{l}, 5000, func(l *ratelimit.Limiter) bool {
		return l.Take(t.Context(), many, "a").Allowed
	})
	if left := l.Take(t.Context(), many, "a").Remaining; got != 5000 || left != 4999 {
		t.Fatalf("%d allowed, %d left", got, left)
	}
	if cost := counted.count.Load(); cost > 2500 {
		t.Fatalf("5000 calls at once took %d round trips", cost)
	}
}

func TestARefusalSeenByOneNodeIsLearntByTheOthers(t *testing.T) {
	t.Parallel()
	pair := nodes(t, testservice.Redis(t), 2)
	if got := take(t, pair[0], five, "a", 7); got != 5 {
		t.Fatalf("%d allowed by the first node", got)
	}
	got := pair[1].Take(t.Context(), five, "a")
	if got.Allowed || got.Remaining != 0 || got.RetryAfter <= 0 || got.RetryAfter > time.Minute {
		t.Fatalf("by the second node: %+v", got)
	}
}

func TestAKeyThatLostItsExpiryIsNotLimitedForEver(t *testing.T) {
	t.Parallel()
	url := testservice.Redis(t)
	client := dial(t, url)
	take(t, nodes(t, url, 1)[0], five, "a", 6)
	name := keys(t, client)[0]
	if err := client.Persist(t.Context(), name).Err(); err != nil {
		t.Fatal(err)
	}
	if nodes(t, url, 1)[0].Take(t.Context(), five, "a").Allowed {
		t.Fatal("the count was forgotten")
	}
	left, err := client.PTTL(t.Context(), name).Result()
	if err != nil || left <= 0 || left > time.Minute {
		t.Fatalf("the key lives for %s, %v", left, err)
	}
}

func TestEveryKeyInRedisEndsByItself(t *testing.T) {
	t.Parallel()
	url := testservice.Redis(t)
	client, l := dial(t, url), nodes(t, url, 1)[0]
	l.TakeAll(t.Context(), []ratelimit.Ask{{Rule: five, Key: "a"}, {Rule: two, Key: "a"}, {Rule: two, Key: "b"}})
	names := keys(t, client)
	if len(names) != 3 {
		t.Fatalf("keys %q", names)
	}
	for _, name := range names {
		if left := client.PTTL(t.Context(), name).Val(); left <= 0 || left > time.Minute {
			t.Errorf("%s lives for %s", name, left)
		}
	}
}

func TestSecretsAndLongKeysDoNotReachRedis(t *testing.T) {
	t.Parallel()
	url := testservice.Redis(t)
	secret := strings.Repeat("visitor-token", 20)
	nodes(t, url, 1)[0].Take(t.Context(), five, secret)
	for _, name := range keys(t, dial(t, url)) {
		if strings.Contains(name, "visitor") || len(name) > 40 || !strings.HasPrefix(name, "parley:limit:") {
			t.Errorf("key %q", name)
		}
	}
}

func TestAFlushedScriptCacheIsFilledAgainAndCountsNothingTwice(t *testing.T) {
	t.Parallel()
	url := testservice.Redis(t)
	client, l := dial(t, url), nodes(t, url, 1)[0]
	both := []ratelimit.Ask{{Rule: five, Key: "a"}, {Rule: five, Key: "b"}}
	for left := int64(4); left >= 0; left-- {
		if err := client.ScriptFlush(t.Context()).Err(); err != nil {
			t.Fatal(err)
		}
		if got := l.TakeAll(t.Context(), both); !got.Allowed || got.Remaining != left || l.Degraded() {
			t.Fatalf("with %d left: %+v", left, got)
		}
	}
}

func TestACallerWhoHangsUpIsCountedAndDoesNotLookLikeADeadRedis(t *testing.T) {
	t.Parallel()
	l := nodes(t, testservice.Redis(t), 1)[0]
	gone, hangUp := context.WithCancel(t.Context())
	hangUp()
	for left := int64(4); left >= 0; left-- {
		if got := l.Take(gone, five, "a"); !got.Allowed || got.Remaining != left || l.Degraded() {
			t.Fatalf("with %d left: %+v, degraded %t", left, got, l.Degraded())
		}
	}
}
