package realtime

import (
	"context"
	"encoding/binary"
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

// pair makes two nodes in one world, joined by a bus.
func pair(t *testing.T, change ...func(o *Options)) (a, b *bed) {
	t.Helper()
	w := newWorld()
	w.addSite("site-key")
	exchange := NewExchange()
	a = addNode(t, w, exchange.Join(&Counters{}), change...)
	b = addNode(t, w, exchange.Join(&Counters{}), change...)
	together(t, exchange, 2)
	return a, b
}

// together waits until so many buses run.
func together(t *testing.T, e *Exchange, n int) {
	t.Helper()
	eventually(t, "the buses run", func() bool {
		e.mu.RLock()
		defer e.mu.RUnlock()
		return len(e.members) == n
	})
}

func TestADoorbellReachesTheOtherNode(t *testing.T) {
	t.Parallel()
	a, b := pair(t)
	c := a.world.addConversation(a.site, "secret")
	a.world.addKey("key", 1, models.AllScopes()...)
	near, _ := a.visit("secret", 0)
	far, _ := b.visit("secret", 0)
	agent, _ := b.attend("key")
	a.world.post(c, "hi") // rings on a
	near.skipping("presence")
	if m := far.skipping("presence"); m.Message.Body != "hi" {
		t.Errorf("got %s", m.raw)
	}
	agent.events(1, 1)
	if n := a.world.transcripts.Load(); n != 0 {
		t.Errorf("%d reads, want none: the message came with the doorbell", n)
	}
}

func TestPresenceIsThatOfAllNodes(t *testing.T) {
	t.Parallel()
	a, b := pair(t)
	a.world.addConversation(a.site, "secret")
	who := a.world.addKey("key", 1, models.AllScopes()...)
	v, welcome := a.visit("secret", 0)
	if welcome.Online || a.hub.Presence().Online(testAccount) {
		t.Error("online without an agent")
	}
	agent, _ := b.attend("key")
	if f := v.next("presence"); !f.Online {
		t.Errorf("got %s", f.raw)
	}
	if f := agent.next("presence"); !f.Online || len(f.Agents) != 1 || f.Agents[0].Name != who.Name || f.Agents[0].Availability != "online" {
		t.Errorf("got %s", f.raw)
	}
	if !a.hub.Presence().Online(testAccount) || !b.hub.Presence().Online(testAccount) {
		t.Error("not online on both nodes")
	}
	if _, welcome := a.visit("secret", 0); !welcome.Online {
		t.Errorf("welcome is %s", welcome.raw)
	}
	agent.say(`{"type":"presence","availability":"away"}`)
	if f := v.next("presence"); f.Online {
		t.Errorf("got %s", f.raw)
	}
	again, _ := a.attend("key") // the same user, on the other node
	if f := v.next("presence"); !f.Online {
		t.Errorf("got %s", f.raw)
	}
	if f := again.next("presence"); len(f.Agents) != 1 || f.Agents[0].Availability != "online" {
		t.Errorf("got %s", f.raw)
	}
	_ = again.conn.Close()
	_ = agent.conn.Close()
	if f := v.next("presence"); f.Online {
		t.Errorf("got %s", f.raw)
	}
}

func TestTheAgentsOfANodeThatDiesAreGoneSoon(t *testing.T) {
	t.Parallel()
	h := NewHub(HubOptions{Bus: NewLocalBus(), RosterEvery: 20 * time.Millisecond})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); h.presence.run(ctx) }()
	defer func() { stop(); <-done }()
	member := Member{AccountID: 3, User: models.NewUID(), Availability: models.AvailabilityOnline}
	h.Receive(Note{Node: "other", Roster: &Roster{Members: []Member{member}}})
	if !h.Presence().Online(3) {
		t.Error("not online")
	}
	eventually(t, "the node is forgotten", func() bool { return !h.Presence().Online(3) })
}

func TestASocketLearnsOfALostDoorbellFromTheSweep(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Sweep = 20 * time.Millisecond })
	c := b.world.addConversation(b.site, "secret")
	b.world.addKey("key", 1, models.AllScopes()...)
	v, _ := b.visit("secret", 0)
	a, _ := b.attend("key")
	v.until("presence")
	for range 3 {
		b.world.hushed(c, "lost")
	}
	v.messages(1, 3)
	a.events(1, 3)
	eventually(t, "what the sweep finds is counted", func() bool { return b.counters.SweepFound.Load() >= 2 })
}

func TestASweepOutlivesADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Sweep = 20 * time.Millisecond })
	c := b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	b.world.readError.Store(models.ErrUnavailable)
	b.world.hushed(c, "lost")
	eventually(t, "sweeps fail", func() bool { return b.counters.SweepFailures.Load() > 1 })
	b.world.readError.Store(nil)
	v.messages(1, 1)
}

func TestEverySocketReadsWhatItLacksWhenTheBusComesBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	w, _ := b.visit("secret", 0)
	b.world.hushed(c, "lost")
	b.hub.Resubscribed()
	v.messages(1, 1)
	w.messages(1, 1)
}

func TestADoorbellWithoutItsMessageIsReadAfter(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	b.world.hushed(c, "x")
	b.hub.Ring(models.Doorbell{Kind: models.BellMessage, AccountID: testAccount, ConversationID: c.ID, Seq: 1})
	v.messages(1, 1)
}

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

// TestStaleSendsReachNobody opens and closes sockets over connections that fasthttp
// reuses, and keeps ringing the peers of those that are gone.
func TestStaleSendsReachNobody(t *testing.T) {
	t.Parallel()
	b := setup(t)
	const rounds, each = 20, 50
	var (
		stale   []*peer
		stop    = make(chan struct{})
		ringing sync.WaitGroup
		rung    atomic.Int64
		mu      sync.Mutex
	)
	ringing.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			mu.Lock()
			peers := stale
			mu.Unlock()
			for _, p := range peers {
				p.mu.Lock()
				p.target = 0
				next := p.cursor + 1
				p.mu.Unlock()
				p.offer(entry{place: next, data: []byte(`{"type":"stale"}`)})
				p.send([]byte(`{"type":"stale"}`))
				p.hint([]byte(`{"type":"stale"}`))
				p.hangUp(CloseSlow, reasonSlow)
				rung.Add(1)
			}
		}
	})
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
		gone := b.everybody()
		for _, v := range visitors {
			_ = v.conn.Close()
		}
		eventually(t, "the handlers have returned", func() bool { return b.remaining() == 0 })
		mu.Lock()
		stale = append(stale[:len(stale):len(stale)], gone...)
		mu.Unlock()
	}
	close(stop)
	ringing.Wait()
	if len(stale) != rounds*each || rung.Load() < rounds*each {
		t.Errorf("%d stale peers rung %d times", len(stale), rung.Load())
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
	_, answer, err := tryDial(t, "ws://"+b.address+"/visitor", nil)
	if err == nil || answer.StatusCode != 503 {
		t.Errorf("got %v, %v, want 503", answer, err)
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

func TestWhatIsCounted(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	b.world.addKey("key", 1, models.AllScopes()...)
	v, _ := b.visit("secret", 0)
	a, _ := b.attend("key")
	if b.counters.Visitors.Load() != 1 || b.counters.Agents.Load() != 1 {
		t.Error("the open sockets are not counted")
	}
	b.world.post(c, "x")
	v.until("message")
	_ = v.conn.WriteControl(fws.CloseMessage, binary.BigEndian.AppendUint16(nil, closeGoingAway), time.Now().Add(patience))
	a.say("rubbish")
	a.closed(CloseBadFrame)
	eventually(t, "the closes are counted", func() bool {
		closes := b.counters.Closes()
		return closes[closeGoingAway] == 1 && closes[CloseBadFrame] == 1 && b.counters.Visitors.Load() == 0 && b.counters.Agents.Load() == 0
	})
	b.counters.closed(3456)
	if b.counters.Closes()[0] != 1 || b.counters.DoorbellsLocal.Load() != 2 {
		t.Errorf("closes %v, doorbells %d", b.counters.Closes(), b.counters.DoorbellsLocal.Load())
	}
	if b.counters.FramesIn.Load() != 3 || b.counters.FramesOut.Load() < 3 {
		t.Errorf("%d frames in, %d out", b.counters.FramesIn.Load(), b.counters.FramesOut.Load())
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

func TestALateTickFindsTheWheelWhereTheClockIs(t *testing.T) {
	t.Parallel()
	w := &wheel{tick: time.Second}
	due := map[*peer]int{}
	var all []*peer
	for _, in := range []time.Duration{0, time.Second, 1500 * time.Millisecond, 300 * time.Second, 256 * time.Second, 1000 * time.Second} {
		p := &peer{}
		all = append(all, p)
		w.schedule(p, time.Hour) // scheduling anew replaces
		w.schedule(p, in)
	}
	gone := &peer{}
	w.schedule(gone, 2*time.Second)
	w.cancel(gone)
	w.cancel(gone)
	for tick := 1; tick <= 4000; tick++ {
		for _, p := range w.advance() {
			due[p] = tick
		}
	}
	for i, want := range []int{1, 1, 2, 300, 256, 1000} {
		if due[all[i]] != want {
			t.Errorf("peer %d was due at %d, want %d", i, due[all[i]], want)
		}
	}
	if _, called := due[gone]; called {
		t.Error("a cancelled peer was due")
	}
}

func TestSocketsAreFoundByWhatTheyFollow(t *testing.T) {
	t.Parallel()
	var s sockets
	a, b, c := &peer{}, &peer{}, &peer{}
	s.add(1, a)
	s.add(1, b)
	before := s.of(1)
	s.add(2, c)
	s.remove(1, a)
	s.remove(1, a)
	if got := s.of(1); len(got) != 1 || got[0] != b {
		t.Errorf("got %v", got)
	}
	if len(before) != 2 || before[0] != a {
		t.Error("a list that somebody walks has changed")
	}
	s.remove(1, b)
	s.remove(2, c)
	s.each(func(id int64, _ []*peer) { t.Errorf("%d is still there", id) })
}

func TestTheIDsSpreadOverTheBuckets(t *testing.T) {
	t.Parallel()
	var counts [buckets]int
	for id := range int64(64_000) {
		counts[bucket(id)]++
	}
	for i, n := range counts {
		if n < 900 || n > 1100 {
			t.Errorf("bucket %d holds %d of 64,000", i, n)
		}
	}
}
