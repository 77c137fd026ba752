package ratelimit_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"parley/models/testservice"
	"parley/ratelimit"
)

var wide = ratelimit.Rule{Name: "chat.messages", Limit: 1 << 31, Period: time.Hour}

// visitors are keys as the surfaces make them, more than a cache holds.
func visitors() []string {
	names := make([]string, 1<<14)
	for i := range names {
		names[i] = "site_01jhw0000000000000000000:" + strconv.Itoa(i)
	}
	return names
}

func BenchmarkTakeInMemory(b *testing.B) {
	l, keys := ratelimit.New(ratelimit.Options{}), visitors()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		l.Take(b.Context(), wide, keys[i%len(keys)])
		i++
	}
}

func BenchmarkTakeInMemoryParallel(b *testing.B) {
	l, keys := ratelimit.New(ratelimit.Options{}), visitors()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for i := 0; pb.Next(); i++ {
			l.Take(b.Context(), wide, keys[i%len(keys)])
		}
	})
}

func BenchmarkTakeRefused(b *testing.B) {
	l := ratelimit.New(ratelimit.Options{})
	l.Take(b.Context(), ratelimit.Rule{Name: "one", Limit: 1, Period: time.Hour}, "a")
	b.ReportAllocs()
	for b.Loop() {
		l.Take(b.Context(), ratelimit.Rule{Name: "one", Limit: 1, Period: time.Hour}, "a")
	}
}

func BenchmarkTakeAllInMemory(b *testing.B) {
	l, keys, wall := ratelimit.New(ratelimit.Options{}), visitors(), wide.Wall()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		l.TakeAll(b.Context(), []ratelimit.Ask{{Rule: wide, Key: keys[i%len(keys)]}, {Rule: wall, Key: "198.51.100.7"}})
		i++
	}
}

// BenchmarkTakeThroughRedis says how much longer a call takes than the bare
// script does, one at a time and with many at once. The two take turns, so that
// both see the same machine.
func BenchmarkTakeThroughRedis(b *testing.B) {
	bare := redis.NewScript("return {redis.call('INCR', KEYS[1]), redis.call('PTTL', KEYS[1])}")
	url := testservice.Redis(b)
	plain, ours := dial(b, url), ratelimit.New(ratelimit.Options{Redis: dial(b, url), Timeout: patience})
	if err := bare.Load(b.Context(), plain).Err(); err != nil {
		b.Fatal(err)
	}
	evalsha := func(ctx context.Context) error {
		return bare.EvalSha(ctx, plain, []string{"bare"}, 1, 60_000).Err()
	}
	take := func(ctx context.Context) error {
		ours.Take(ctx, wide, "a")
		return nil
	}
	for _, callers := range []int{1, 64} {
		b.Run(strconv.Itoa(callers), func(b *testing.B) {
			var bareTime, ourTime time.Duration
			for b.Loop() {
				bareTime += volley(b, callers, evalsha)
				ourTime += volley(b, callers, take)
			}
			b.ReportMetric(float64(ourTime)/float64(bareTime), "x-bare")
			b.ReportMetric(float64(ourTime.Nanoseconds())/float64(b.N*volleySize), "ns/take")
		})
	}
}

const volleySize = 256

// volley makes volleySize calls from so many callers and returns how long they took.
func volley(b *testing.B, callers int, call func(context.Context) error) time.Duration {
	b.Helper()
	begin, done := time.Now(), make(chan error, callers)
	for range callers {
		go func() {
			var err error
			for range volleySize / callers {
				if failed := call(b.Context()); failed != nil {
					err = failed
				}
			}
			done <- err
		}()
	}
	for range callers {
		if err := <-done; err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(begin)
}
