package webhook

import (
	"sync"
	"time"
)

const (
	// quick is within what a receiver answers that is trusted.
	quick = 2 * time.Second
	// maxRemembered bounds the memory of trusted webhooks; when it is full it begins anew.
	maxRemembered = 10_000
)

// lanes knows what this node has under way, by webhook. A webhook is trusted when its
// last call went well, and quickly. The others get few calls at once each, and together
// at most half of all, so that however many of them hang, the trusted ones find room.
type lanes struct {
	mu      sync.Mutex
	o       Options
	running map[int64]int
	trusted map[int64]bool
	// calls is how many are under way, and doubtful how many of them to webhooks that
	// were not trusted when they began.
	calls, doubtful int
}

func newLanes(o Options) *lanes {
	return &lanes{o: o, running: map[int64]int{}, trusted: map[int64]bool{}}
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
	if l.trusted[webhook] {
		return max(0, l.o.PerWebhook-l.running[webhook])
	}
	return max(0, min(l.o.Doubtful-l.running[webhook], l.o.Calls/2-l.doubtful))
}

// begin notes that a call is under way, and says whether it is to a doubtful webhook.
func (l *lanes) begin(webhook int64) (doubtful bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls++
	l.running[webhook]++
	if !l.trusted[webhook] {
		l.doubtful++
	}
	return !l.trusted[webhook]
}

// end notes how a call ended.
func (l *lanes) end(webhook int64, doubtful, well bool, took time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls--
	if l.running[webhook]--; l.running[webhook] == 0 {
		delete(l.running, webhook)
	}
	if doubtful {
		l.doubtful--
	}
	if !well || took > quick {
		delete(l.trusted, webhook)
		return
	}
	if len(l.trusted) >= maxRemembered {
		clear(l.trusted)
	}
	l.trusted[webhook] = true
}
