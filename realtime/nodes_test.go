package realtime

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/models"
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
