package ratelimit_test

import (
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"parley/models/testservice"
	"parley/ratelimit"
)

// fault is two nodes that reach one Redis through a proxy, and what they told.
type fault struct {
	clock  *fakeClock
	server *testservice.Server
	proxy  *toxiproxy.Proxy
	nodes  []*ratelimit.Limiter
	failed atomic.Int64
	back   atomic.Int64
}

func setupFault(t *testing.T) *fault {
	t.Helper()
	f := &fault{clock: newFakeClock(), server: testservice.StartRedis(t)}
	f.proxy = toxiproxy.NewProxy(
		toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "redis", "127.0.0.1:0", f.server.Addr())
	if err := f.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.proxy.Stop)
	for range 2 {
		f.nodes = append(f.nodes, ratelimit.New(ratelimit.Options{
			Redis: dial(t, "redis://"+f.proxy.Listen), Now: f.clock.Now, Observe: f.observe,
		}))
	}
	return f
}

func (f *fault) observe(e ratelimit.Event) {
	switch e.Kind {
	case ratelimit.RedisFailed:
		f.failed.Add(1)
	case ratelimit.RedisBack:
		f.back.Add(1)
	case ratelimit.Allowed, ratelimit.Refused:
	}
}

// delay makes Redis answer late; 0 makes it quick again.
func (f *fault) delay(t *testing.T, milliseconds string) {
	t.Helper()
	const name = `"name":"late","type":"latency","stream":"downstream"`
	if _, err := f.proxy.Toxics.AddToxicJson(strings.NewReader(`{` + name + `,"attributes":{"latency":` + milliseconds + `}}`)); err != nil {
		t.Fatal(err)
	}
}

// heal asks the nodes once a (fake) second until all of them say that Redis is back.
// On a busy machine one of them may lose it once more meanwhile.
func (f *fault) heal(t *testing.T) {
	t.Helper()
	deadline, beat := time.After(patience), time.NewTicker(20*time.Millisecond)
	defer beat.Stop()
	for slices.ContainsFunc(f.nodes, (*ratelimit.Limiter).Degraded) {
		f.clock.advance(time.Second)
		for _, l := range f.nodes {
			l.Take(t.Context(), five, "probe")
		}
		select {
		case <-beat.C:
		case <-deadline:
			t.Fatal("not all nodes noticed that Redis is back")
		}
	}
	if told := f.back.Load(); told < int64(len(f.nodes)) {
		t.Errorf("%d nodes told that Redis is back", told)
	}
}

// mustBeShared shows that the nodes count together.
func (f *fault) mustBeShared(t *testing.T, key string) {
	t.Helper()
	if got := take(t, f.nodes[0], five, key, 4) + take(t, f.nodes[1], five, key, 4); got != 5 {
		t.Fatalf("two nodes allowed %d together, want 5", got)
	}
}

// mustHoldAlone shows that a node without Redis waits once and then no more,
// and keeps its limits.
func (f *fault) mustHoldAlone(t *testing.T, key string) {
	t.Helper()
	for i, l := range f.nodes {
		begin := time.Now()
		l.Take(t.Context(), five, "first")
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("node %d: the first call took %s", i, took)
		}
		begin = time.Now()
		if got := take(t, l, five, key, 2000); got != 5 {
			t.Errorf("node %d alone allowed %d, want 5", i, got)
		}
		if took := time.Since(begin); took > 20*time.Second {
			t.Errorf("node %d: 2000 calls took %s", i, took)
		}
		if !l.Degraded() {
			t.Errorf("node %d does not say that it counts alone", i)
		}
	}
	if got := f.failed.Load(); got != int64(len(f.nodes)) {
		t.Errorf("%d failures told, want one a node", got)
	}
}

func TestWithoutRedisEachNodeKeepsTheLimitAndComesBackByItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ begin, end func(*testing.T, *fault) }{
		"cut": {
			func(_ *testing.T, f *fault) { f.proxy.Stop() },
			func(t *testing.T, f *fault) {
				if err := f.proxy.Start(); err != nil {
					t.Fatal(err)
				}
			},
		},
		"silent": {
			func(_ *testing.T, f *fault) { f.server.Signal(syscall.SIGSTOP) },
			func(_ *testing.T, f *fault) { f.server.Signal(syscall.SIGCONT) },
		},
		"slow": {
			func(t *testing.T, f *fault) { f.delay(t, "2000") },
			func(t *testing.T, f *fault) {
				if err := f.proxy.Toxics.RemoveToxic(t.Context(), "late"); err != nil {
					t.Fatal(err)
				}
			},
		},
		"killed": {
			func(_ *testing.T, f *fault) { f.server.Stop(syscall.SIGKILL) },
			func(_ *testing.T, f *fault) { f.server.Start() },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := setupFault(t)
			f.mustBeShared(t, "before")
			c.begin(t, f)
			f.mustHoldAlone(t, "during")
			c.end(t, f)
			f.heal(t)
			f.mustBeShared(t, "after")
		})
	}
}

func TestANodeGoesOnFromWhatRedisSaidLast(t *testing.T) {
	t.Parallel()
	f := setupFault(t)
	before := take(t, f.nodes[0], five, "a", 2) + take(t, f.nodes[1], five, "a", 2)
	f.proxy.Stop()
	alone := []int{take(t, f.nodes[0], five, "a", 10), take(t, f.nodes[1], five, "a", 10)}
	if before != 4 || alone[0] != 3 || alone[1] != 1 {
		t.Fatalf("%d before, then %v; want 4, then 3 and 1", before, alone)
	}
}

func TestARedisThatWasNeverThereKeepsNobodyFromStarting(t *testing.T) {
	t.Parallel()
	f := setupFault(t)
	f.proxy.Stop()
	late := ratelimit.New(ratelimit.Options{Redis: dial(t, "redis://"+f.proxy.Listen), Now: f.clock.Now, Observe: f.observe})
	if got := take(t, late, five, "a", 10); got != 5 {
		t.Fatalf("%d allowed, want 5", got)
	}
	f.nodes = []*ratelimit.Limiter{late}
	if err := f.proxy.Start(); err != nil {
		t.Fatal(err)
	}
	f.heal(t)
}

func TestWhileRedisIsAwayItIsTriedOnceInEachRetry(t *testing.T) {
	t.Parallel()
	f := setupFault(t)
	f.proxy.Stop()
	node := f.nodes[0]
	take(t, node, five, "a", 100)
	for try := int64(2); try <= 4; try++ {
		f.clock.advance(time.Second)
		take(t, node, five, strconv.FormatInt(try, 10), 100)
		poll(t, func() bool { return f.failed.Load() == try })
	}
}

// poll waits until the condition holds.
func poll(t *testing.T, condition func() bool) {
	t.Helper()
	deadline, beat := time.After(patience), time.NewTicker(5*time.Millisecond)
	defer beat.Stop()
	for !condition() {
		select {
		case <-beat.C:
		case <-deadline:
			t.Fatal("it never came")
		}
	}
}
