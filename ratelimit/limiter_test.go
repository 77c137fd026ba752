package ratelimit_test

import (
	"net/http"
	"testing"
	"time"

	"parley/ratelimit"
)

var (
	five = ratelimit.Rule{Name: "five", Limit: 5, Period: time.Minute}
	two  = ratelimit.Rule{Name: "two", Limit: 2, Period: time.Minute}
)

// each runs the test over every kind of store.
func each(t *testing.T, test func(t *testing.T, b bundle)) {
	t.Helper()
	for kind, b := range setup(t) {
		t.Run(kind, func(t *testing.T) { test(t, b) })
	}
}

func TestARuleAllowsItsLimitAndThenRefusesUntilTheWindowEnds(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		for left := int64(4); left >= 0; left-- {
			got := b.Take(t.Context(), five, "a")
			if !got.Allowed || got.Limit != 5 || got.Remaining != left || got.RetryAfter != 0 {
				t.Fatalf("with %d to be left: %+v", left, got)
			}
		}
		for range 3 {
			got := b.Take(t.Context(), five, "a")
			if got.Allowed || got.Remaining != 0 || got.RetryAfter < 59*time.Second || got.RetryAfter > time.Minute {
				t.Fatalf("beyond the limit: %+v", got)
			}
		}
		b.expire(t)
		if got := b.Take(t.Context(), five, "a"); !got.Allowed || got.Remaining != 4 {
			t.Fatalf("in the next window: %+v", got)
		}
	})
}

func TestKeysAndRulesAreCountedApart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		take(t, b.Limiter, five, "a", 6)
		for name, got := range map[string]ratelimit.Result{
			"another key":  b.Take(t.Context(), five, "b"),
			"another rule": b.Take(t.Context(), two, "a"),
			"the wall":     b.Take(t.Context(), five.Wall(), "a"),
		} {
			if !got.Allowed || got.Remaining != got.Limit-1 {
				t.Errorf("%s: %+v", name, got)
			}
		}
	})
}

func TestAWindowBeginsWithItsFirstCallAndLaterOnesDoNotMoveIt(t *testing.T) {
	t.Parallel()
	clock := newFakeClock()
	l := ratelimit.New(ratelimit.Options{Now: clock.Now})
	first := l.Take(t.Context(), two, "a")
	clock.advance(59 * time.Second)
	if got := l.Take(t.Context(), two, "a"); !got.Reset.Equal(first.Reset) {
		t.Fatalf("the window moved from %s to %s", first.Reset, got.Reset)
	}
	// 14:20:00.25 + 60 s, in whole seconds and never too early.
	if want := time.Date(2026, 1, 25, 14, 21, 1, 0, time.UTC); !first.Reset.Equal(want) {
		t.Fatalf("reset at %s, want %s", first.Reset, want)
	}
	clock.advance(time.Second - time.Nanosecond)
	if l.Take(t.Context(), two, "a").Allowed {
		t.Fatal("allowed before the end of the window")
	}
	clock.advance(time.Nanosecond)
	if !l.Take(t.Context(), two, "a").Allowed {
		t.Fatal("refused after the end of the window")
	}
}

func TestOneCallAgainstSeveralCountersGoesOnOnlyIfAllLetIt(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		both := []ratelimit.Ask{{Rule: two, Key: "visitor"}, {Rule: five, Key: "address"}}
		for left := int64(1); left >= 0; left-- {
			if got := b.TakeAll(t.Context(), both); !got.Allowed || got.Limit != 2 || got.Remaining != left {
				t.Fatalf("with %d left: %+v", left, got)
			}
		}
		for range 10 {
			if got := b.TakeAll(t.Context(), both); got.Allowed || got.Limit != 2 || got.RetryAfter == 0 {
				t.Fatalf("beyond the tighter limit: %+v", got)
			}
		}
		if got := b.Take(t.Context(), five, "address"); got.Remaining != 2 {
			t.Fatalf("refused calls cost the other counter: %+v", got)
		}
	})
}

func TestTheTightestResultIsTheOneShown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		hour := ratelimit.Rule{Name: "hour", Limit: 2, Period: time.Hour}
		take(t, b.Limiter, five, "a", 4)
		got := b.TakeAll(t.Context(), []ratelimit.Ask{{Rule: hour, Key: "a"}, {Rule: five, Key: "a"}})
		if !got.Allowed || got.Limit != 5 || got.Remaining != 0 {
			t.Fatalf("the least left: %+v", got)
		}
		take(t, b.Limiter, hour, "a", 2)
		got = b.TakeAll(t.Context(), []ratelimit.Ask{{Rule: five, Key: "a"}, {Rule: hour, Key: "a"}})
		if got.Allowed || got.Limit != 2 || got.RetryAfter < 59*time.Minute {
			t.Fatalf("the longest refusal: %+v", got)
		}
	})
}

func TestWhereNoLimitAppliesEverythingPassesWithoutHeaders(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		off := ratelimit.Rule{Name: "off", Limit: ratelimit.Unlimited}
		if got := take(t, b.Limiter, off, "a", 100); got != 100 {
			t.Fatalf("%d of 100 allowed", got)
		}
		none := b.TakeAll(t.Context(), []ratelimit.Ask{{Rule: off, Key: "a"}, {Rule: off.Wall(), Key: "b"}})
		none.Headers(func(name, value string) { t.Errorf("%s: %s", name, value) })
		mixed := b.TakeAll(t.Context(), []ratelimit.Ask{{Rule: off, Key: "a"}, {Rule: two, Key: "a"}})
		if !none.Allowed || !mixed.Allowed || mixed.Limit != 2 || mixed.Remaining != 1 {
			t.Fatalf("%+v, %+v", none, mixed)
		}
	})
}

func TestARuleThatWasForgottenLetsNobodyThrough(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, b bundle) {
		got := b.Take(t.Context(), ratelimit.Rules{}["chat.sned"], "a")
		if got.Allowed || got.Limit != 0 || got.Remaining != 0 || got.RetryAfter <= 0 {
			t.Fatalf("got %+v", got)
		}
	})
}

func TestHeadersAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	clock := newFakeClock()
	l := ratelimit.New(ratelimit.Options{Now: clock.Now})
	headers := func() http.Header {
		h := http.Header{}
		l.Take(t.Context(), two, "a").Headers(h.Set)
		return h
	}
	check := func(h http.Header, remaining, retry string) {
		t.Helper()
		if h.Get("X-RateLimit-Limit") != "2" || h.Get("X-RateLimit-Remaining") != remaining ||
			h.Get("X-RateLimit-Reset") != "1769350861" || h.Get("Retry-After") != retry {
			t.Errorf("remaining %s, retry %q: %v", remaining, retry, h)
		}
	}
	check(headers(), "1", "")
	check(headers(), "0", "")
	check(headers(), "0", "60")
	clock.advance(59*time.Second + 999*time.Millisecond)
	check(headers(), "0", "1")
	if got := (ratelimit.Result{}).RetryAfterSeconds(); got != 1 {
		t.Errorf("retry after %d s", got)
	}
}

func TestEveryDecisionIsObservedWithItsRule(t *testing.T) {
	t.Parallel()
	seen := map[ratelimit.Event]int{}
	l := ratelimit.New(ratelimit.Options{Observe: func(e ratelimit.Event) { seen[e]++ }})
	take(t, l, two, "a", 5)
	l.TakeAll(t.Context(), []ratelimit.Ask{{Rule: five, Key: "a"}, {Rule: two, Key: "a"}})
	want := map[ratelimit.Event]int{
		{Kind: ratelimit.Allowed, Rule: "two"}: 2,
		{Kind: ratelimit.Refused, Rule: "two"}: 4,
	}
	for event, n := range want {
		if seen[event] != n || len(seen) != len(want) {
			t.Errorf("saw %v, want %v", seen, want)
		}
	}
}

func TestMemoryIsExactUnderAStampede(t *testing.T) {
	t.Parallel()
	l := ratelimit.New(ratelimit.Options{Now: newFakeClock().Now})
	hundred := ratelimit.Rule{Name: "hundred", Limit: 100, Period: time.Minute}
	got := stampede(t, []*ratelimit.Limiter{l}, 5000, func(l *ratelimit.Limiter) bool {
		return l.Take(t.Context(), hundred, "a").Allowed
	})
	if got != 100 {
		t.Fatalf("%d of 5000 allowed, want 100", got)
	}
}
