package realtime

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/fasthttp/websocket"
)

// wake starts the writing goroutine if there is work for it.
func (p *peer) wake() {
	if !p.busy && !p.closed && p.hasWork() {
		p.busy = true
		go p.work()
	}
}

func (p *peer) hasWork() bool {
	if p.held && !p.closing {
		return false
	}
	return len(p.queue) > 0 || (p.target > p.cursor && !p.closing)
}

// work writes until there is nothing left.
func (p *peer) work() {
	defer func() {
		if cause := recover(); cause != nil {
			p.bounds.counters.Panics.Add(1)
			slog.Error("realtime: panic while writing", "panic", cause, "stack", string(debug.Stack()))
			p.abort()
			p.mu.Lock()
			defer p.mu.Unlock()
			p.rest()
		}
	}()
	for p.step() {
	}
}

// step writes what is queued, or else reads a page of the stream; false means that
// there was neither.
func (p *peer) step() bool {
	p.mu.Lock()
	if p.closed || !p.hasWork() {
		p.rest()
		p.mu.Unlock()
		return false
	}
	w := p.wire
	if len(p.queue) > 0 {
		next := p.queue[0]
		p.queue = p.queue[1:]
		p.bytes -= len(next.data)
		p.mu.Unlock()
		p.write(w, next)
		return true
	}
	after, target := p.cursor, p.target
	p.reading = true
	p.mu.Unlock()
	p.catchUp(w, after, target)
	return true
}

// rest ends the writing goroutine's turn.
func (p *peer) rest() {
	p.busy, p.reading = false, false
	if len(p.queue) == 0 {
		p.queue = nil
	}
	if p.idle != nil {
		close(p.idle)
	}
}

// catchUp reads a page of the stream and writes it.
func (p *peer) catchUp(w wire, after, target int64) {
	p.bounds.counters.CatchUps.Add(1)
	page, err := p.pull(after)
	p.mu.Lock()
	p.reading = false
	if err != nil || len(page) == 0 {
		// The sweep asks again, unless a doorbell has meanwhile.
		if p.target == target || err != nil {
			p.target = p.cursor
		}
		gone := p.closing
		p.mu.Unlock()
		if err != nil && !gone && !errors.Is(err, context.Canceled) {
			p.bounds.counters.CatchUpFailures.Add(1)
			slog.Warn("realtime: stream not read", "error", err)
		}
		return
	}
	p.cursor = page[len(page)-1].place
	p.mu.Unlock()
	for _, e := range page {
		if p.wants(e) && !p.write(w, frame{websocket.TextMessage, e.data}) {
			return
		}
	}
}

// reads gives a read of the stream its time, which ends early with the socket.
func (p *peer) reads(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cancel = cancel
	if p.closed {
		cancel()
	}
	return ctx, func() {
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		p.cancel = nil
	}
}

// write writes one frame, and says whether the socket goes on.
func (p *peer) write(w wire, f frame) bool {
	now := time.Now()
	deadline := now.Add(p.bounds.write)
	p.since.Store(now.UnixNano())
	var err error
	if f.kind == websocket.TextMessage {
		_ = w.SetWriteDeadline(deadline) // it only notes the time
		err = w.WriteMessage(f.kind, f.data)
		p.bounds.counters.FramesOut.Add(1)
	} else {
		err = w.WriteControl(f.kind, f.data, deadline)
	}
	p.since.Store(0)
	if err != nil {
		p.abort()
	}
	return err == nil
}
