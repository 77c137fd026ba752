package realtime

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/testservice"
)

// eachPair runs a test on two nodes over each bus; join adds a third one.
func eachPair(t *testing.T, test func(t *testing.T, a, b *bed, join func() *bed)) {
	t.Run("the local bus", func(t *testing.T) {
		t.Parallel()
		exchange, count := NewExchange(), 0
		pairOver(t, test, func() (Bus, func() bool) {
			bus := exchange.Join(&Counters{})
			count++
			mine := count
			return bus, func() bool {
				exchange.mu.RLock()
				defer exchange.mu.RUnlock()
				return len(exchange.members) >= mine
			}
		})
	})
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		address := testservice.Redis(t)
		prefix := "streams:" + models.NewUID().String()
		pairOver(t, test, func() (Bus, func() bool) {
			client, err := NewRedisClient(address)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = client.Close() })
			counters := &Counters{}
			return NewRedisBus(RedisOptions{Client: client, Prefix: prefix, Counters: counters}), func() bool { return counters.BusListening.Load() > 0 }
		})
	})
}

func pairOver(t *testing.T, test func(t *testing.T, a, b *bed, join func() *bed), medium func() (Bus, func() bool)) {
	t.Helper()
	w := newWorld()
	w.addSite("site-key")
	join := func() *bed {
		bus, listens := medium()
		node := addNode(t, w, bus)
		eventually(t, "the bus listens", listens)
		return node
	}
	a, b := join(), join()
	test(t, a, b, join)
}

// piece is a part of an answer to message seq of a conversation.
func piece(c models.Conversation, at int, text string) models.Doorbell {
	return models.Doorbell{
		Kind: models.BellDelta, AccountID: c.AccountID, ConversationID: c.ID, ConversationUID: c.UID,
		StreamID: "answer-1", Author: "Robin", Seq: 1, At: at, Text: text,
	}
}

// bubble is what a client shows that appends what comes, and knows of nothing else.
type bubble struct {
	*client
	text string
}

// reads applies frames until the bubble says this; it may never say what contradicts it.
func (b *bubble) reads(want string) {
	b.t.Helper()
	for b.text != want {
		f := b.until("delta")
		if b.text += f.Text; strings.Contains(f.raw, `"end":true`) {
			b.text = ""
		}
		if !strings.HasPrefix(want, b.text) {
			b.t.Fatalf("the bubble says %q, want %q", b.text, want)
		}
	}
}

// hears waits until a node knows this of an answer.
func (b *bed) hears(c models.Conversation, text string) {
	b.t.Helper()
	eventually(b.t, "the node hears "+text, func() bool {
		b.hub.streams.mu.Lock()
		defer b.hub.streams.mu.Unlock()
		one := b.hub.streams.now[c.ID]
		return one != nil && string(one.text) == text
	})
}

func TestWhoComesInTheMiddleOfAnAnswerGetsTheTextSoFar(t *testing.T) {
	t.Parallel()
	eachPair(t, func(t *testing.T, a, b *bed, _ func() *bed) {
		c := a.world.addConversation(a.site, "secret")
		a.world.addKey("key", 1, models.AllScopes()...)
		a.world.post(c, "When do you open?")
		near, _ := a.visit("secret", 1)
		first := &bubble{client: near}
		a.hub.Ring(piece(c, 0, "Wir öffnen "))
		a.hub.Ring(piece(c, len("Wir öffnen "), "um "))
		b.hears(c, "Wir öffnen um ")
		all := []*bubble{first}
		for _, node := range []*bed{a, b} {
			again, _ := node.visit("secret", 1)
			whole, _ := node.visit("secret", 0) // reads the question first
			agent, _ := node.attend("key")
			all = append(all, &bubble{client: again}, &bubble{client: whole}, &bubble{client: agent})
		}
		for _, one := range all { // though no piece follows
			one.reads("Wir öffnen um ")
		}
		at := len("Wir öffnen um ")
		for _, word := range []string{"neun", ", sonnabends ", "um zehn."} {
			a.hub.Ring(piece(c, at, word))
			at += len(word)
		}
		for _, one := range all {
			one.reads("Wir öffnen um neun, sonnabends um zehn.")
		}
		a.world.post(c, "Wir öffnen um neun, sonnabends um zehn.")
		for _, node := range []*bed{a, b} {
			late, _ := node.visit("secret", 0)
			late.messages(1, 2)
			a.hub.Ring(piece(c, at, " Never."))
			late.say(`{"type":"ping"}`)
			if f := late.skipping("presence"); f.Type != "pong" {
				t.Errorf("after the message came %s", f.raw)
			}
		}
	})
}

func TestANodeThatComesInTheMiddleAsksForTheBeginning(t *testing.T) {
	t.Parallel()
	eachPair(t, func(t *testing.T, a, b *bed, join func() *bed) {
		c := a.world.addConversation(a.site, "secret")
		a.hub.Ring(piece(c, 0, "We open "))
		b.hears(c, "We open ")
		late := join()
		v, _ := late.visit("secret", 0)
		follower := &bubble{client: v}
		a.hub.Ring(piece(c, 8, "at "))
		late.hears(c, "We open at ")
		a.hub.Ring(piece(c, 11, "nine."))
		follower.reads("We open at nine.")
		for _, one := range []*bed{a, b} {
			one.hears(c, "We open at nine.")
		}
	})
}

func TestAnAnswerThatBeginsAnewElsewhereReplacesWhatWasShown(t *testing.T) {
	t.Parallel()
	eachPair(t, func(t *testing.T, a, b *bed, _ func() *bed) {
		c := a.world.addConversation(a.site, "secret")
		v, _ := a.visit("secret", 0)
		witness := &bubble{client: v}
		a.hub.Ring(piece(c, 0, "We open at ei"))
		witness.reads("We open at ei")
		b.hears(c, "We open at ei")
		// The node dies, and what drops its text is lost with it.
		b.hub.Ring(piece(c, 0, "From nine"))
		witness.reads("From nine")
		dropped := piece(c, 0, "")
		dropped.Ended = true
		b.hub.Ring(dropped)
		if f := v.until("delta"); !strings.Contains(f.raw, `"end":true`) {
			t.Errorf("got %s", f.raw)
		}
	})
}

func TestNoPieceOfAnAnswerDoublesOrSkipsText(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		known string
		at    int
		text  string
		want  string
		from  int
		anew  bool
		whole bool
	}{
		{"", 0, "We", "We", 0, false, true},
		{"We", 2, " open", "We open", 2, false, true},
		{"We open", 2, " open", "We open", 7, false, true},         // twice
		{"We open", 0, "We", "We open", 7, false, true},            // late
		{"We open", 0, "We open at", "We open at", 7, false, true}, // the whole
		{"We open", 3, "close", "We close", 0, true, true},         // another one
		{"We open", 0, "He", "He", 0, true, true},
		{"We", 3, "open", "We", 0, false, false}, // a hole
		{"", 4, "open", "", 0, false, false},
		{"We", -1, "open", "We", 0, false, false},
	} {
		s := &stream{text: []byte(one.known)}
		from, anew, whole := s.take(one.at, one.text)
		if from != one.from || anew != one.anew || whole != one.whole || string(s.text) != one.want {
			t.Errorf("%+v: %q from %d, anew %v, whole %v", one, s.text, from, anew, whole)
		}
	}
}

// deltasOn are the texts on a paper, one after the other; a dropped bubble is "|".
func deltasOn(w *paper) (text string) {
	for _, line := range w.written() {
		var f delta
		if json.Unmarshal([]byte(line), &f) == nil && f.Type == "delta" {
			text += f.Text
			if f.End {
				text += "|"
			}
		}
	}
	return text
}

// TestWhoCannotTakeAPieceGetsTheRestLater has peers that have not said hello, that read
// messages still, and that are slow.
func TestWhoCannotTakeAPieceGetsTheRestLater(t *testing.T) {
	t.Parallel()
	for name, stop := range map[string]func(p *peer, w *paper, l *ledger) (resume func()){
		"no hello": func(p *peer, _ *paper, _ *ledger) func() {
			return func() { p.open([]byte("hi"), 0, 0) }
		},
		"reading": func(p *peer, _ *paper, l *ledger) func() {
			gate := make(chan struct{})
			l.during = func() { <-gate }
			l.append()
			p.open([]byte("hi"), 0, 1)
			return func() { close(gate) }
		},
		"slow": func(p *peer, w *paper, _ *ledger) func() {
			gate := make(chan struct{})
			w.hold = gate
			p.open([]byte("hi"), 0, 0)
			<-w.entered
			for range p.bounds.queueFrames / 2 {
				p.send([]byte("x"))
			}
			return func() { close(gate) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := NewHub(HubOptions{Bus: NewLocalBus()})
			c := models.Conversation{ID: 5, UID: models.NewUID(), AccountID: testAccount}
			p, w, l := newTestPeer(t)
			h.streams.enter(&h.rooms, c.ID, p)
			resume := stop(p, w, l)
			h.Ring(piece(c, 0, "one "))
			h.Ring(piece(c, 4, "two "))
			if got := deltasOn(w); got != "" {
				t.Errorf("%q came", got)
			}
			resume()
			eventually(t, "it has caught up", func() bool {
				p.mu.Lock()
				defer p.mu.Unlock()
				return !p.held && p.cursor >= p.target && len(p.queue) == 0
			})
			if name == "reading" { // it need not wait for the next piece
				eventually(t, "two pieces", func() bool { return deltasOn(w) == "|one two " || deltasOn(w) == "one two " })
			}
			h.Ring(piece(c, 8, "three"))
			h.Ring(piece(c, 13, " four"))
			eventually(t, "all of it", func() bool { return strings.HasSuffix(deltasOn(w), " four") })
			if got := strings.TrimPrefix(deltasOn(w), "|"); got != "one two three four" {
				t.Errorf("%q came", got)
			}
		})
	}
}

func TestANodeThatForgotAnAnswerDoublesNothingOfIt(t *testing.T) {
	t.Parallel()
	eachPair(t, func(t *testing.T, a, b *bed, _ func() *bed) {
		c := a.world.addConversation(a.site, "secret")
		v, _ := b.visit("secret", 0)
		witness := &bubble{client: v}
		a.hub.Ring(piece(c, 0, "We open "))
		witness.reads("We open ")
		b.hub.streams.expire(time.Now().Add(2 * streamTime))
		a.hub.Ring(piece(c, 8, "at "))
		b.hears(c, "We open at ")
		a.hub.Ring(piece(c, 11, "nine."))
		witness.reads("We open at nine.")
		// A piece is lost in the middle: who shows the beginning gets the rest alone.
		b.hub.Receive(Note{Doorbell: &models.Doorbell{
			Kind: models.BellDelta, AccountID: c.AccountID, ConversationID: c.ID, StreamID: "answer-1", Author: "Robin", At: 20, Text: "!",
		}})
		a.hub.Ring(piece(c, 16, " Or ten."))
		witness.reads("We open at nine. Or ten.")
	})
}

// TestTheAnswerToAnEarlierQuestionDoesNotDisturbTheNextOne has a visitor go on writing: who
// answers the first message goes on for a moment, and takes back what it showed at the end.
func TestTheAnswerToAnEarlierQuestionDoesNotDisturbTheNextOne(t *testing.T) {
	t.Parallel()
	eachPair(t, func(t *testing.T, a, b *bed, _ func() *bed) {
		c := a.world.addConversation(a.site, "secret")
		a.world.post(c, "When do you open?")
		v, _ := b.visit("secret", 1)
		next := func(at int, text string) models.Doorbell {
			d := piece(c, at, text)
			d.StreamID, d.Seq = "answer-2", 2
			return d
		}
		b.hub.Ring(piece(c, 0, "We op"))
		(&bubble{client: v}).reads("We op")
		a.world.post(c, "And where are you?")
		v.until("message")
		b.hub.Ring(piece(c, 5, "en")) // over: it is not shown
		a.hub.Ring(next(0, "In "))
		witness := &bubble{client: v}
		witness.reads("In ")
		b.hub.Ring(piece(c, 7, " at"))
		gone := piece(c, 0, "")
		gone.Ended = true
		b.hub.Ring(gone)
		if f := v.until("delta"); f.ID != "answer-1" || !strings.Contains(f.raw, `"end":true`) {
			t.Errorf("got %s", f.raw)
		}
		late, _ := a.visit("secret", 2)
		a.hub.Ring(next(3, "Ber"))
		a.hub.Ring(next(6, "lin."))
		witness.reads("In Berlin.")
		(&bubble{client: late}).reads("In Berlin.")
	})
}

func TestAnAnswerThatStandsStillIsForgotten(t *testing.T) {
	t.Parallel()
	h := NewHub(HubOptions{Bus: NewLocalBus()})
	c := models.Conversation{ID: 5, AccountID: testAccount}
	h.Ring(piece(c, 0, "We"))
	h.streams.expire(time.Now().Add(streamTime - time.Second))
	if len(h.streams.now) != 1 {
		t.Error("it is forgotten too soon")
	}
	h.streams.expire(time.Now().Add(streamTime + time.Second))
	if len(h.streams.now) != 0 {
		t.Error("it is kept for ever")
	}
}
