package realtime

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/models"
)

func TestAReaderWhoIsTooSlowIsClosed(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	w.hold = make(chan struct{})
	p.open([]byte("hi"), 0, 0)
	<-w.entered
	eventually(t, "doorbells find it out", func() bool {
		p.offer(l.append())
		return p.hungUp()
	})
	close(w.hold)
	w.mu.Lock()
	w.hold = nil
	w.mu.Unlock()
	w.has(t, "hi", "close 4409")
}

func TestTheWheelFindsASlowReaderToWhomNobodyWrites(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	w.hold = make(chan struct{})
	p.open([]byte("hi"), 0, 0)
	<-w.entered
	for range p.bounds.queueFrames + 2 {
		p.offer(l.append())
	}
	if p.hungUp() {
		t.Fatal("closed before it was slow")
	}
	eventually(t, "the wheel finds it out", func() bool {
		p.bounds.wheel.call(p.bounds.wheel.advance(), time.Now())
		return p.hungUp()
	})
}

func TestABurstDoesNotCloseAReaderWhoReads(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	p.bounds.slow = time.Hour
	w.hold = make(chan struct{})
	p.open([]byte("hi"), 0, 0)
	<-w.entered
	want := []string{"hi"}
	for i := range 10 * p.bounds.queueFrames {
		p.offer(l.append())
		want = append(want, fmt.Sprint(i+1))
	}
	close(w.hold)
	w.mu.Lock()
	w.hold = nil
	w.mu.Unlock()
	w.has(t, want...)
}

func TestTheQueueIsBoundedInFramesAndBytes(t *testing.T) {
	t.Parallel()
	for name, data := range map[string]string{"frames": "x", "bytes": strings.Repeat("x", 400)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, w, _ := newTestPeer(t)
			w.hold = make(chan struct{})
			p.open([]byte("hi"), 0, 0)
			<-w.entered
			for range p.bounds.queueFrames {
				p.hint([]byte(data))
			}
			if p.hungUp() || p.bounds.counters.HintsDropped.Load() == 0 {
				t.Error("hints should be dropped, and close nothing")
			}
			for range p.bounds.queueFrames + 1 {
				p.send([]byte(data))
			}
			if !p.hungUp() || p.finish() != CloseSlow {
				t.Error("a full queue should close the socket as too slow")
			}
		})
	}
}

func TestNothingIsWrittenAfterTheHandlerHasGone(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	w.hold = make(chan struct{})
	p.open([]byte("hi"), 0, 0)
	<-w.entered
	p.finish() // returns only when the write has ended
	before := len(w.written())
	p.offer(l.append())
	p.notice(9)
	p.send([]byte("ack"))
	p.hint([]byte("hint"))
	p.control(fws.PongMessage, nil)
	p.hangUp(CloseSlow, reasonSlow)
	p.abort()
	if again := p.tick(time.Now()); again != 0 {
		t.Errorf("due again in %v", again)
	}
	if p.busy || len(w.written()) != before || p.wire != nil {
		t.Errorf("written after the end: %v", w.written()[before:])
	}
}

func TestAWriteThatFailsEndsTheConnection(t *testing.T) {
	t.Parallel()
	p, w, _ := newTestPeer(t)
	w.broken = errors.New("broken pipe")
	p.open([]byte("hi"), 0, 0)
	eventually(t, "the line is cut", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.closed
	})
}

func TestAPanicWhileReadingEndsTheSocketAlone(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	l.during = func() { panic("no luck") }
	p.open([]byte("hi"), 0, 1)
	eventually(t, "the line is cut", func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.closed && p.bounds.counters.Panics.Load() == 1
	})
}

func TestASocketIsPingedAndClosedWhenItStaysSilent(t *testing.T) {
	t.Parallel()
	p, w, _ := newTestPeer(t)
	p.open([]byte("hi"), 0, 0)
	w.has(t, "hi")
	now := time.Now()
	beat := p.bounds.heartbeat
	if next := p.tick(now.Add(beat / 2)); next > beat/2+time.Second || next < beat/2-time.Second {
		t.Errorf("due in %v, want the rest of the heartbeat", next)
	}
	p.tick(now.Add(beat + time.Second))
	w.has(t, "hi", "ping")
	p.tick(now.Add(2*beat + time.Second))
	w.has(t, "hi", "ping", "close 1001")
}

func TestASignOfLifeKeepsASocket(t *testing.T) {
	t.Parallel()
	p, w, _ := newTestPeer(t)
	p.open([]byte("hi"), 0, 0)
	beat := p.bounds.heartbeat
	want := []string{"hi"}
	w.has(t, want...)
	for i := range 5 {
		now := time.Now().Add(time.Duration(i+1) * (beat + time.Second))
		p.tick(now)
		p.seen.Store(now.UnixNano())
		want = append(want, "ping")
		w.has(t, want...) // a write under way would look as if it had taken minutes
	}
}

func TestEntriesThatNeedAScopeAreForWhoHasIt(t *testing.T) {
	t.Parallel()
	p, w, _ := newTestPeer(t)
	p.agent = &agent{who: models.Principal{Scopes: []models.Scope{models.ScopeConversationsRead}}}
	p.pull = func(after int64) ([]entry, error) {
		return []entry{
			{place: after + 1, data: []byte("a")},
			{place: after + 2, data: []byte("b"), scope: models.ScopeContactsRead},
			{place: after + 3, data: []byte("c"), scope: models.ScopeConversationsRead},
		}, nil
	}
	p.open([]byte("hi"), 0, 3)
	w.has(t, "hi", "a", "c")
}
