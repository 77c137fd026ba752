package realtime

import (
	"context"
	"sync"
	"time"
)

// wheelSlots is how many ticks the wheel looks ahead in one round.
const wheelSlots = 256

// wheel calls peers back when they are due: for pings, missing hellos and slow
// readers. It is one ticker for all sockets, and exact to a tick.
type wheel struct {
	tick time.Duration

	mu    sync.Mutex
	slots [wheelSlots]*peer // the first of each list
	hand  int
}

// turn is a peer's place in the wheel.
type turn struct {
	next, previous *peer
	slot           int16
	rounds         int16
	linked         bool
}

// schedule makes the peer due in a while, and not before.
func (w *wheel) schedule(p *peer, in time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unlink(p)
	ticks := max(int((in+w.tick-1)/w.tick), 1)
	slot := (w.hand + ticks) % wheelSlots
	p.turn = turn{slot: int16(slot), rounds: int16((ticks - 1) / wheelSlots), linked: true, next: w.slots[slot]}
	if p.turn.next != nil {
		p.turn.next.turn.previous = p
	}
	w.slots[slot] = p
}

// cancel forgets the peer.
func (w *wheel) cancel(p *peer) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.unlink(p)
}

func (w *wheel) unlink(p *peer) {
	t := p.turn
	if !t.linked {
		return
	}
	if t.previous == nil {
		w.slots[t.slot] = t.next
	} else {
		t.previous.turn.next = t.next
	}
	if t.next != nil {
		t.next.turn.previous = t.previous
	}
	p.turn = turn{}
}

// advance moves on by a tick and returns who is due.
func (w *wheel) advance() []*peer {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.hand = (w.hand + 1) % wheelSlots
	var due []*peer
	for p := w.slots[w.hand]; p != nil; {
		next := p.turn.next
		if p.turn.rounds > 0 {
			p.turn.rounds--
		} else {
			w.unlink(p)
			due = append(due, p)
		}
		p = next
	}
	return due
}

// run turns the wheel until ctx ends. It follows the clock, not the ticker, which
// loses ticks on a busy machine.
func (w *wheel) run(ctx context.Context) {
	ticker := time.NewTicker(w.tick)
	defer ticker.Stop()
	for at := time.Now(); ; {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			for ; !at.Add(w.tick).After(now); at = at.Add(w.tick) {
				w.call(w.advance(), now)
			}
		}
	}
}

func (w *wheel) call(due []*peer, now time.Time) {
	for _, p := range due {
		if again := p.tick(now); again > 0 {
			w.schedule(p, again)
		}
	}
}
