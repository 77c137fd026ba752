package realtime

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/fasthttp/websocket"
)

// wire is what a peer needs of a websocket connection to write to it.
type wire interface {
	SetWriteDeadline(t time.Time) error
	WriteMessage(kind int, data []byte) error
	WriteControl(kind int, data []byte, deadline time.Time) error
}

// line is what a peer needs of the network connection underneath: to wake and to end
// the handler that reads. websocket's own Close does nothing on a hijacked connection.
type line interface {
	SetReadDeadline(t time.Time) error
	Close() error
}

var _ line = net.Conn(nil)

// bounds are what all peers of a node have in common.
type bounds struct {
	queueFrames int
	queueBytes  int
	// write bounds each write. After slow in one write, with more to come, a reader is
	// too slow. linger is how long a client may take to answer our close.
	write, slow, linger time.Duration
	heartbeat           time.Duration
	wheel               *wheel
	counters            *Counters
}

// frame is what is written at once: a text frame or a control frame.
type frame struct {
	kind int
	data []byte
}

// peer is a socket as everybody but its handler knows it.
//
// Two things are on their way to a client: the queue, for whatever was said to this
// socket, and the stream it follows, of which it has everything up to the cursor and
// wants everything up to the target. The next entry goes into the queue directly;
// any other one raises the target, and is read. The cursor is only moved together
// with putting the entries before it on their way, so nothing comes twice, and
// whatever rings during a read raises the target, so nothing is missed.
//
// A goroutine runs only while there is something to write. It alone writes.
type peer struct {
	bounds *bounds
	line   line
	turn   turn
	// account is whose socket it is; set before anybody rings.
	account int64
	// agent is set when a member of the team holds the socket.
	agent *agent
	// pull reads the stream after a place: a page of entries, oldest first.
	pull func(after int64) ([]entry, error)
	// seen is when the client last gave a sign of life, since when the write under way
	// began (0: there is none), both in nanoseconds.
	seen, since atomic.Int64

	mu     sync.Mutex
	wire   wire // nil once the handler has gone
	queue  []frame
	bytes  int
	cursor int64
	target int64
	pingAt time.Time
	// cancel, if set, ends the read under way.
	cancel context.CancelFunc
	// idle, if set, is closed when the writing goroutine ends.
	idle chan struct{}
	code int
	// held: no hello yet, only a close is written. busy: the goroutine runs. reading:
	// it reads the stream. closing: the last frame is queued. closed: the handler goes.
	// watched: the wheel comes early to see whether the reader is too slow.
	held, busy, reading, closing, closed, watched bool
}

func newPeer(w wire, l line, b *bounds) *peer {
	p := &peer{bounds: b, line: l, wire: w, held: true}
	p.touch()
	return p
}

// touch notes a sign of life.
func (p *peer) touch() { p.seen.Store(time.Now().UnixNano()) }

// open begins the conversation: the welcome goes out before whatever was queued
// meanwhile, then the stream from cursor on.
func (p *peer) open(welcome []byte, cursor, target int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.queue = append([]frame{{websocket.TextMessage, welcome}}, p.queue...)
	p.bytes += len(welcome)
	p.cursor, p.target, p.held = cursor, max(p.target, target), false
	p.pingAt = time.Now().Add(p.bounds.heartbeat)
	p.bounds.wheel.schedule(p, p.bounds.heartbeat)
	p.wake()
}

// offer hands over an entry that just came to be.
func (p *peer) offer(e entry) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if e.place == p.cursor+1 && !p.held && !p.reading && !p.closing && p.hasRoom(e.data) {
		p.cursor = e.place
		if p.wants(e) {
			p.push(frame{websocket.TextMessage, e.data})
		}
		return
	}
	p.want(e.place)
}

// notice tells that the stream has come to a place, and says whether that is news.
func (p *peer) notice(place int64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	news := place > max(p.cursor, p.target)
	p.want(place)
	return news
}

// want raises the target, and looks whether the reader keeps up.
func (p *peer) want(place int64) {
	if p.closing || place <= p.cursor {
		return
	}
	p.target = max(p.target, place)
	switch {
	case p.tooSlow(time.Now()):
		p.end(CloseSlow, reasonSlow)
	case p.since.Load() != 0 && !p.watched:
		p.watched = true
		p.bounds.wheel.schedule(p, p.bounds.slow)
	}
	p.wake()
}

// tooSlow says whether one write has taken too long while more is to come.
func (p *peer) tooSlow(now time.Time) bool {
	since := p.since.Load()
	behind := p.target > p.cursor || len(p.queue) > 0
	return since != 0 && behind && now.UnixNano()-since > int64(p.bounds.slow)
}

// send queues a frame that this client must get. A client that lets the queue run
// full is too slow.
func (p *peer) send(data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closing {
		return
	}
	if !p.hasRoom(data) {
		p.end(CloseSlow, reasonSlow)
		return
	}
	p.push(frame{websocket.TextMessage, data})
}

// hint queues a frame that may get lost: when the queue is half full, it does.
func (p *peer) hint(data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hasHalf(data) {
		p.push(frame{websocket.TextMessage, data})
	}
}

// grow is hint for what continues a text, all of it or nothing. It must not overtake the
// messages before it, so who still reads those does not get it; it says whether it went.
func (p *peer) grow(frames ...[]byte) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.held || p.cursor < p.target || !p.hasHalf(frames...) {
		return false
	}
	for _, data := range frames {
		p.push(frame{websocket.TextMessage, data})
	}
	return true
}

// hasHalf says whether half of the queue has room for what may get lost.
func (p *peer) hasHalf(frames ...[]byte) bool {
	size := 0
	for _, data := range frames {
		size += len(data)
	}
	if p.closing {
		return false
	}
	if len(p.queue) >= p.bounds.queueFrames/2 || p.bytes+size > p.bounds.queueBytes/2 {
		p.bounds.counters.HintsDropped.Add(1)
		return false
	}
	return true
}

// control queues a ping or pong, unless the queue is half full: whoever floods us
// with pings need not be answered.
func (p *peer) control(kind int, data []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closing && len(p.queue) < p.bounds.queueFrames/2 {
		p.push(frame{kind, data})
	}
}

// hangUp closes the socket from our side: the close frame is the last one, and the
// client has a moment to answer it.
func (p *peer) hangUp(code int, reason string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.end(code, reason)
}

func (p *peer) end(code int, reason string) {
	if p.closing {
		return
	}
	p.closing, p.code = true, code
	if code == CloseSlow || p.held {
		p.queue, p.bytes = nil, 0 // what it holds is not for whoever cannot take it, or is nobody yet
	}
	_ = p.line.SetReadDeadline(time.Now().Add(p.bounds.linger)) // if it fails, the reader has ended
	p.push(frame{websocket.CloseMessage, websocket.FormatCloseMessage(code, reason)})
}

// hungUp says whether we have ended the conversation.
func (p *peer) hungUp() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closing
}

// readBy sets when the handler stops to wait for the client; the zero time means
// never. Once we hang up, that decides.
func (p *peer) readBy(t time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closing {
		_ = p.line.SetReadDeadline(t) // if it fails, so does the read that follows
	}
}

// abort ends a connection that cannot be written to any more.
func (p *peer) abort() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closing, p.queue, p.bytes = true, nil, 0
	if !p.closed {
		_ = p.line.Close() // wakes the handler
	}
}

// finish is the handler's last act: when it returns, nobody writes, and nobody will.
// It returns the close code, 0 if the client ended it.
func (p *peer) finish() int {
	p.mu.Lock()
	p.closing, p.closed, p.queue = true, true, nil
	if p.busy {
		p.idle = make(chan struct{})
	}
	if p.cancel != nil {
		p.cancel()
	}
	idle := p.idle
	p.mu.Unlock()
	if idle != nil {
		_ = p.line.Close() // ends the write under way
		<-idle
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wire = nil
	return p.code
}

// tick is what the wheel does when the peer is due; it returns when it is due next,
// 0 for never.
func (p *peer) tick(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.watched = false
	silence := now.UnixNano() - p.seen.Load()
	switch {
	case p.closing:
		return 0
	case p.held:
		p.end(CloseNoHello, reasonNoHello)
		return 0
	case p.tooSlow(now):
		p.end(CloseSlow, reasonSlow)
		return 0
	case now.Before(p.pingAt):
		return p.pingAt.Sub(now)
	// A client that answers is silent for little more than one heartbeat.
	case silence > int64(p.bounds.heartbeat)*3/2:
		p.end(closeGoingAway, reasonSilent)
		return 0
	}
	p.push(frame{websocket.PingMessage, nil})
	p.pingAt = now.Add(p.bounds.heartbeat)
	return p.bounds.heartbeat
}

func (p *peer) hasRoom(data []byte) bool {
	return len(p.queue) < p.bounds.queueFrames && p.bytes+len(data) <= p.bounds.queueBytes
}

func (p *peer) wants(e entry) bool {
	return e.scope == "" || p.agent == nil || p.agent.who.May(e.scope)
}

func (p *peer) push(f frame) {
	p.queue = append(p.queue, f)
	p.bytes += len(f.data)
	p.wake()
}
