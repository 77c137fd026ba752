package realtime

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/models"
	"parley/models/testservice"
)

func TestTenThousandMissedMessagesAreCaughtUpWith(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	const n = 10_000
	for range n {
		b.world.hushed(c, "missed")
	}
	began := time.Now()
	v, _ := b.visit("secret", 0)
	go b.world.post(c, "meanwhile")
	v.messages(1, n+1)
	t.Logf("%d messages in %v", n+1, time.Since(began))
}

func TestASlowReaderIsClosedAndHurtsNobody(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Slow, o.Linger = 100*time.Millisecond, patience })
	c := b.world.addConversation(b.site, "secret")
	slow, _ := b.visit("secret", 0)
	quick, _ := b.visit("secret", 0)
	text := strings.Repeat("x", 9000)
	var posted int64
	for p := b.hub.rooms.of(c.ID)[0]; !p.hungUp(); posted++ {
		b.world.post(c, text)
		quick.messages(posted+1, 1)
	}
	for seen := int64(0); ; seen++ {
		m, err := slow.read()
		if err != nil {
			if !fws.IsCloseError(err, CloseSlow) {
				t.Fatalf("ended by %v", err)
			}
			t.Logf("closed after %d of %d messages", seen, posted)
			back, _ := b.visit("secret", seen)
			back.messages(seen+1, posted-seen)
			return
		}
		if m.Message.Seq != seen+1 {
			t.Fatalf("got %d after %d", m.Message.Seq, seen)
		}
	}
}

func TestASocketThatDoesNotAnswerPingsIsClosed(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Heartbeat, o.Linger = time.Second, 50*time.Millisecond })
	b.world.addConversation(b.site, "secret")
	alive, _ := b.visit("secret", 0)
	beats := make(chan struct{}, 100)
	alive.conn.SetPingHandler(func(payload string) error {
		beats <- struct{}{}
		return alive.conn.WriteControl(fws.PongMessage, []byte(payload), time.Now().Add(patience))
	})
	b.visit("secret", 0) // dead: nobody reads, so nobody answers
	eventually(t, "both are here", func() bool { return b.remaining() == 2 })
	go func() { _, _, _ = alive.conn.ReadMessage() }()
	eventually(t, "the dead one is gone", func() bool { return b.remaining() == 1 })
	for range 3 {
		select {
		case <-beats:
		case <-time.After(patience):
			t.Fatal("no ping comes any more")
		}
	}
	if b.remaining() != 1 {
		t.Error("the one who answers is gone too")
	}
}

// ghosts are peers whose handlers have returned. Ringing them must do nothing.
type ghosts struct {
	mu    sync.Mutex
	peers []*peer
	rung  int
}

func (g *ghosts) add(peers []*peer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.peers = append(g.peers[:len(g.peers):len(g.peers)], peers...)
}

// haunt rings them all, over and over, until stop is closed.
func (g *ghosts) haunt(stop <-chan struct{}) {
	stale := []byte(`{"type":"stale"}`)
	for {
		g.mu.Lock()
		peers := g.peers
		g.rung += len(peers)
		g.mu.Unlock()
		for _, p := range peers {
			p.mu.Lock()
			next := p.cursor + 1
			p.mu.Unlock()
			p.offer(entry{place: next, data: stale})
			p.send(stale)
			p.hint(stale)
			p.hangUp(CloseSlow, reasonSlow)
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}

// TestStaleSendsReachNobody opens and closes 1,000 sockets over connections that
// fasthttp reuses, and keeps ringing the peers of those that are gone.
func TestStaleSendsReachNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const rounds, each = 20, 50
	var (
		gone     ghosts
		haunting sync.WaitGroup
		stop     = make(chan struct{})
	)
	haunting.Go(func() { gone.haunt(stop) })
	for range rounds {
		visitors := make([]*client, each)
		var arriving sync.WaitGroup
		for i := range visitors {
			token := models.NewUID().String()
			c := b.world.addConversation(b.site, token)
			arriving.Go(func() {
				visitors[i], _ = b.visit(token, 0)
				visitors[i].quiet()
				b.world.post(c, "mine")
				visitors[i].messages(1, 1)
				visitors[i].quiet()
			})
		}
		arriving.Wait()
		here := b.everybody()
		for _, v := range visitors {
			_ = v.conn.Close()
		}
		eventually(t, "the handlers have returned", func() bool { return b.remaining() == 0 })
		gone.add(here)
	}
	close(stop)
	haunting.Wait()
	if len(gone.peers) != rounds*each || gone.rung < rounds*each {
		t.Errorf("%d stale peers rung %d times", len(gone.peers), gone.rung)
	}
}

func TestADrainSendsEverybodyAwayAndTakesNobody(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.DrainOver = 200 * time.Millisecond })
	b.world.addConversation(b.site, "secret")
	b.world.addKey("key", 1, models.AllScopes()...)
	var clients []*client
	for range 20 {
		v, _ := b.visit("secret", 0)
		clients = append(clients, v)
	}
	a, _ := b.attend("key")
	silent := b.dial("/visitor", nil)
	clients = append(clients, a)
	done := make(chan error, 1)
	began := time.Now()
	go func() { done <- b.Drain(t.Context()) }()
	var away sync.WaitGroup
	for _, c := range clients {
		away.Go(func() {
			bye := c.until("bye")
			if bye.ReconnectIn == nil || *bye.ReconnectIn < 0 || *bye.ReconnectIn > 1000 {
				t.Errorf("bye is %s", bye.raw)
			}
			c.closed(closeRestart)
		})
	}
	away.Go(func() { silent.closed(closeRestart) })
	away.Wait()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if spread := time.Since(began); spread < 150*time.Millisecond {
		t.Errorf("closed within %v, want them spread", spread)
	}
	if n := b.remaining(); n != 0 {
		t.Errorf("%d handlers run on", n)
	}
	if _, status, _ := b.tryDial("/visitor", nil); status != http.StatusServiceUnavailable {
		t.Errorf("got %d, want 503", status)
	}
}

func TestADrainCutsOffWhoDoesNotAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Linger = time.Hour })
	b.world.addConversation(b.site, "secret")
	b.visit("secret", 0) // never reads again
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := b.Drain(ctx); err == nil || !strings.Contains(err.Error(), "1 sockets cut off") {
		t.Errorf("drain: %v", err)
	}
	if n := b.remaining(); n != 0 {
		t.Errorf("%d handlers run on", n)
	}
}

// TestNothingIsMissedWhileRedisIsAway has two nodes over a Redis that is killed and
// comes back under load, while every visitor's socket is on the other node.
func TestNothingIsMissedWhileRedisIsAway(t *testing.T) {
	t.Parallel()
	server := testservice.StartRedis(t)
	w := newWorld()
	w.addSite("site-key")
	sweep := func(o *Options) { o.Sweep = 200 * time.Millisecond }
	addNode(t, w, newTestRedisBus(t, server.URL()), sweep) // where the world rings
	far := addNode(t, w, newTestRedisBus(t, server.URL()), sweep)
	const visitors, messages = 20, 150
	var (
		work sync.WaitGroup
		sent atomic.Int64
	)
	for range visitors {
		token := models.NewUID().String()
		c := w.addConversation(far.site, token)
		v, _ := far.visit(token, 0)
		work.Go(func() { v.messages(1, messages) })
		work.Go(func() {
			pace := time.NewTicker(10 * time.Millisecond)
			defer pace.Stop()
			for range messages {
				w.post(c, "x")
				sent.Add(1)
				<-pace.C
			}
		})
	}
	for _, at := range []int64{visitors * 30, visitors * 80} {
		eventually(t, "enough is under way", func() bool { return sent.Load() > at })
		server.Stop(syscall.SIGKILL)
		eventually(t, "it goes on", func() bool { return sent.Load() > at+visitors*10 })
		server.Start()
	}
	work.Wait()
	t.Logf("%d found by sweeps, %d reads", far.counters.SweepFound.Load(), far.counters.CatchUps.Load())
}

func newTestRedisBus(t *testing.T, address string) Bus {
	t.Helper()
	client, err := NewRedisClient(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return NewRedisBus(RedisOptions{Client: client})
}
