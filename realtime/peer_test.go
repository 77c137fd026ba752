package realtime

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"
	"pgregory.net/rapid"
)

// paper is a wire that keeps what is written to it.
type paper struct {
	mu     sync.Mutex
	frames []frame
	// hold, if set, blocks every write until it is closed; entered gets a token for
	// each that begins.
	hold    chan struct{}
	entered chan struct{}
	broken  error
	closed  bool
}

func (w *paper) SetWriteDeadline(time.Time) error { return nil }
func (w *paper) SetReadDeadline(time.Time) error  { return nil }

func (w *paper) Close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed && w.hold != nil {
		close(w.hold)
	}
	w.closed = true
	return nil
}

func (w *paper) WriteMessage(kind int, data []byte) error {
	w.mu.Lock()
	hold := w.hold
	w.mu.Unlock()
	if hold != nil {
		select {
		case w.entered <- struct{}{}:
		default:
		}
		<-hold
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.broken != nil {
		return w.broken
	}
	if w.closed {
		return io.ErrClosedPipe
	}
	w.frames = append(w.frames, frame{kind, bytes.Clone(data)})
	return nil
}

func (w *paper) WriteControl(kind int, data []byte, _ time.Time) error {
	return w.WriteMessage(kind, data)
}

func (w *paper) written() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []string
	for _, f := range w.frames {
		switch f.kind {
		case fws.CloseMessage:
			all = append(all, fmt.Sprint("close ", int(f.data[0])<<8|int(f.data[1])))
		case fws.PingMessage:
			all = append(all, "ping")
		case fws.PongMessage:
			all = append(all, "pong")
		default:
			all = append(all, string(f.data))
		}
	}
	return all
}

// has waits until the paper shows exactly this.
func (w *paper) has(t testing.TB, want ...string) {
	t.Helper()
	eventually(t, "written: "+strings.Join(want, " "), func() bool {
		return strings.Join(w.written(), " ") == strings.Join(want, " ")
	})
}

func testBounds() *bounds {
	return &bounds{
		queueFrames: 8, queueBytes: 1000, write: time.Second, slow: 20 * time.Millisecond, linger: time.Second,
		heartbeat: time.Minute, wheel: &wheel{tick: time.Millisecond}, counters: &Counters{},
	}
}

// ledger is a stream of numbered entries.
type ledger struct {
	mu    sync.Mutex
	last  int64
	reads int
	page  int64
	fail  error
	// during, if set, is called in the middle of a read.
	during func()
}

func (l *ledger) entry(place int64) entry {
	return entry{place: place, data: fmt.Append(nil, place)}
}

func (l *ledger) append() entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.last++
	return l.entry(l.last)
}

func (l *ledger) after(place int64) ([]entry, error) {
	l.mu.Lock()
	l.reads++
	last, fail, during := min(l.last, place+l.page), l.fail, l.during
	l.mu.Unlock()
	if during != nil {
		during()
	}
	if fail != nil {
		return nil, fail
	}
	var page []entry
	for at := place + 1; at <= last; at++ {
		page = append(page, l.entry(at))
	}
	return page, nil
}

// newTestPeer makes an open peer on paper that follows a ledger.
func newTestPeer(t *testing.T) (*peer, *paper, *ledger) {
	t.Helper()
	w, l := &paper{entered: make(chan struct{}, 1)}, &ledger{page: 3}
	p := newPeer(w, w, testBounds())
	p.pull = l.after
	t.Cleanup(func() { p.finish() })
	return p, w, l
}

func TestTheNextEntryIsSentWithoutARead(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	p.open([]byte("hi"), 0, 0)
	for range 3 {
		p.offer(l.append())
	}
	w.has(t, "hi", "1", "2", "3")
	if l.reads != 0 {
		t.Errorf("%d reads, want none", l.reads)
	}
}

func TestAGapIsReadAndALateDoorbellIsNothingNew(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	p.open([]byte("hi"), 0, 0)
	first := l.append()
	p.offer(l.append())
	w.has(t, "hi", "1", "2")
	p.offer(first)
	p.notice(2)
	p.offer(l.append())
	w.has(t, "hi", "1", "2", "3")
	if l.reads != 1 {
		t.Errorf("%d reads, want 1", l.reads)
	}
}

func TestWhatRingsBeforeTheWelcomeComesAfterIt(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	p.offer(l.append())
	p.hint([]byte("status"))
	p.open([]byte("hi"), 0, 0)
	w.has(t, "hi", "status", "1")
}

func TestWhatRingsDuringAReadIsNeitherMissedNorDoubled(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	l.append()
	l.during = func() {
		l.during = nil
		p.offer(l.append()) // after the read has looked
		p.offer(l.append())
	}
	p.open([]byte("hi"), 0, 1)
	w.has(t, "hi", "1", "2", "3")
}

func TestAReadThatFailsIsMadeAgainAtTheNextNotice(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	p.open([]byte("hi"), 0, 0)
	w.has(t, "hi")
	l.mu.Lock()
	l.fail = errors.New("the database is away")
	l.mu.Unlock()
	l.append()
	if !p.notice(1) {
		t.Error("that was news")
	}
	eventually(t, "the failure is counted", func() bool { return p.bounds.counters.CatchUpFailures.Load() == 1 })
	l.mu.Lock()
	l.fail = nil
	l.mu.Unlock()
	p.notice(1)
	w.has(t, "hi", "1")
}

func TestAStreamThatHasLessThanItSaidIsAskedOnce(t *testing.T) {
	t.Parallel()
	p, w, l := newTestPeer(t)
	p.open([]byte("hi"), 0, 10)
	w.has(t, "hi")
	eventually(t, "the peer rests", func() bool {
		p.mu.Lock()
		defer p.mu.Unlock()
		return !p.busy
	})
	p.offer(l.append())
	w.has(t, "hi", "1")
}

// TestAnyInterleavingGivesEachEntryOnceInOrder appends, rings late, twice, out of
// order or not at all, sweeps, and reconnects, while the writer runs.
func TestAnyInterleavingGivesEachEntryOnceInOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		l := &ledger{page: rapid.Int64Range(1, 5).Draw(r, "page")}
		var (
			cursor int64
			p      *peer
			w      *paper
			late   []entry
		)
		connect := func() {
			w = &paper{}
			p = newPeer(w, w, testBounds())
			p.bounds.slow = time.Hour
			p.pull = l.after
		}
		disconnect := func() {
			p.finish()
			cursor = inOrder(r, w.written(), cursor)
		}
		connect()
		p.open([]byte("0"), cursor, 0)
		r.Repeat(map[string]func(*rapid.T){
			"post":      func(*rapid.T) { p.offer(l.append()) },
			"post late": func(*rapid.T) { late = append(late, l.append()) },
			"post lost": func(*rapid.T) { l.append() },
			"ring late": func(r *rapid.T) {
				if len(late) > 0 {
					p.offer(late[rapid.IntRange(0, len(late)-1).Draw(r, "which")])
				}
			},
			"sweep":   func(*rapid.T) { p.notice(l.last) },
			"chatter": func(*rapid.T) { p.hint([]byte("0")) },
			"reconnect": func(*rapid.T) {
				disconnect()
				connect()
				p.offer(l.append()) // rings before the welcome
				p.open([]byte("0"), cursor, l.last)
			},
		})
		p.notice(l.last)
		eventually(t, "all is written", func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.cursor == l.last && !p.busy
		})
		disconnect()
		if cursor != l.last {
			r.Fatalf("got up to %d, want %d", cursor, l.last)
		}
	})
}

// inOrder checks that the numbers written, but for zeros, follow the cursor, and
// returns the last of them.
func inOrder(r *rapid.T, written []string, cursor int64) int64 {
	for _, text := range written {
		if text == "0" {
			continue
		}
		if cursor++; text != fmt.Sprint(cursor) {
			r.Fatalf("got %s after %d in %v", text, cursor-1, written)
		}
	}
	return cursor
}

func FuzzFramesAreDecodedOrRefused(f *testing.F) {
	for _, seed := range []string{
		`{"type":"send","client_id":"c","message":"hi"}`, `{"type":"hello","after":1}`, `[]`, `null`, `{"type":1}`,
		`{"type":"\ud800"}`, `{"a":{"b":[[[]]]}}`, "\xff", `{"type":"x"}{}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		in, err := decodeFrame(data)
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Errorf("took %q", data)
		}
		if strings.ContainsRune(in.SiteKey+in.VisitorToken+in.APIKey, 0) {
			t.Errorf("took a NUL in %q", data)
		}
	})
}
