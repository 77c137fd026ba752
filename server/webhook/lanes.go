package webhook

import (
	"sync"
	"time"
)

const (
	// slow is from when on a receiver counts as troubled.
	slow = 2 * time.Second
	// maxRemembered bounds the memory of troubled webhooks; when it is full it begins anew.
	maxRemembered = 10_000
)

// lanes knows what this node has under way, by webhook. Webhooks that failed last, or
// were slow, are troubled: each gets few calls at once, and all of them together at most
// half, so that however many they are, the others find room.
type lanes struct {
	mu       sync.Mutex
	o        Options
	running  map[int64]int
	troubled map[int64]bool
	// calls is how many are under way, and heavy how many of them to troubled webhooks.
	calls, heavy int
}

func newLanes(o Options) *lanes {
	return &lanes{o: o, running: map[int64]int{}, troubled: map[int64]bool{}}
}

// free is how many calls may begin.
func (l *lanes) free() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.o.Calls - l.calls
}

// room is how many calls to one webhook may begin.
func (l *lanes) room(webhook int64) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.troubled[webhook] {
		return max(0, min(l.o.Troubled-l.running[webhook], l.o.Calls/2-l.heavy))
	}
	return max(0, l.o.PerWebhook-l.running[webhook])
}

// begin notes that a call is under way, and says whether it is to a troubled webhook.
func (l *lanes) begin(webhook int64) (heavy bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	l.running[webhook]++
	if l.troubled[webhook] {
		l.heavy++
	}
	return l.troubled[webhook]
}

// end notes how a call ended.
func (l *lanes) end(webhook int64, heavy, well bool, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls--
	if l.running[webhook]--; l.running[webhook] == 0 {
		delete(l.running, webhook)
	}
	if heavy {
		l.heavy--
	}
	if well && took < slow {
		delete(l.troubled, webhook)
		return
	}
	if len(l.troubled) >= maxRemembered {
		clear(l.troubled)
	}
	l.troubled[webhook] = true
}
