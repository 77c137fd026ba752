package realtime

import "sync/atomic"

// Counters count what happens on this node, for /metrics. The zero value is ready;
// one is shared by bus, hub and sockets. Visitors, Agents and BusListening go up
// and down, all others only up.
type Counters struct {
	// Visitors and Agents are the open sockets that said hello.
	Visitors, Agents atomic.Int64
	FramesIn         atomic.Int64
	FramesOut        atomic.Int64
	// HintsDropped are ephemeral frames that found the queue of a socket too full.
	HintsDropped atomic.Int64
	// DoorbellsLocal were rung on this node, DoorbellsBus on another.
	DoorbellsLocal, DoorbellsBus          atomic.Int64
	BusPublished, BusReceived, BusDropped atomic.Int64
	// BusSubscriptions counts the first one too, BusFailures subscriptions that ended.
	BusSubscriptions, BusFailures atomic.Int64
	// BusListening is 1 while this node's subscription stands.
	BusListening atomic.Int64
	// Sweeps are the rounds, SweepFound the sockets they found behind, and
	// SweepFailures the rounds that the database did not answer.
	Sweeps, SweepFound, SweepFailures atomic.Int64
	// CatchUps are reads after a cursor, and CatchUpFailures those that failed.
	CatchUps, CatchUpFailures atomic.Int64
	Panics                    atomic.Int64

	closes [len(closeCodes) + 1]atomic.Int64
}

// closeCodes are the codes that are counted by name; any other counts as 0.
var closeCodes = [...]int{
	closeNormal, closeGoingAway, closeNoStatus, closeAbnormal, closeTooBig, closeInternal, closeRestart,
	CloseBadFrame, CloseUnauthorized, CloseForbidden, CloseNotFound, CloseNoHello, CloseSlow, CloseTooMany,
}

func (c *Counters) closed(code int) {
	for i, known := range closeCodes {
		if code == known {
			c.closes[i].Add(1)
			return
		}
	}
	c.closes[len(closeCodes)].Add(1)
}

// Closes is how many sockets have closed, by close code; 0 stands for all codes that
// this server does not know.
func (c *Counters) Closes() map[int]int64 {
	closes := make(map[int]int64, len(c.closes))
	for i, code := range closeCodes {
		closes[code] = c.closes[i].Load()
	}
	closes[0] = c.closes[len(closeCodes)].Load()
	return closes
}
