package realtime

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	// reconnectWithin is the most a client is asked to wait with its return.
	reconnectWithin = time.Second
	// drainPoll is how often Drain looks whether all are gone.
	drainPoll = 10 * time.Millisecond
)

// Drain sends everybody away: no new socket is taken, each open one gets a bye that
// says when to come back, and a close, spread over seconds so that the other nodes
// are not run over. It returns when no handler runs any more. Clients that do not
// answer are cut off, all of them when ctx ends; then Drain returns an error.
func (s *Sockets) Drain(ctx context.Context) error {
	s.mu.Lock()
	s.draining = true
	s.mu.Unlock()
	s.sendAway(ctx)
	for s.remaining() > 0 {
		// A socket may have come in between; it has been told already that it is too late.
		select {
		case <-ctx.Done():
			return s.cutOff(ctx)
		case <-time.After(drainPoll):
		}
	}
	return nil
}

// sendAway closes socket after socket, in an order that has nothing to do with when
// they came.
func (s *Sockets) sendAway(ctx context.Context) {
	peers := s.everybody()
	if len(peers) == 0 {
		return
	}
	pause := s.o.DrainOver / time.Duration(len(peers))
	start := time.Now()
	for i, p := range peers {
		p.send(byeFrame(rand.N(reconnectWithin)))
		p.hangUp(closeRestart, reasonRestart)
		select {
		case <-ctx.Done(): // no time left to spread them
		case <-time.After(time.Until(start.Add(pause * time.Duration(i)))):
		}
	}
}

// cutOff closes the connections themselves and waits for their handlers, which have
// nothing left to wait for.
func (s *Sockets) cutOff(ctx context.Context) error {
	left := s.remaining()
	for s.remaining() > 0 {
		for _, p := range s.everybody() {
			p.abort()
		}
		<-time.After(drainPoll)
	}
	return fmt.Errorf("%d sockets cut off: %w", left, context.Cause(ctx))
}

// everybody is all open sockets, in random order.
func (s *Sockets) everybody() []*peer {
	s.mu.Lock()
	defer s.mu.Unlock()
	peers := make([]*peer, 0, len(s.open))
	for p := range s.open {
		peers = append(peers, p)
	}
	rand.Shuffle(len(peers), func(i, j int) { peers[i], peers[j] = peers[j], peers[i] })
	return peers
}

func (s *Sockets) remaining() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open)
}
