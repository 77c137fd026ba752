package faults

import (
	"fmt"
	"sync"
)

// outcome is what a writer learned of its write.
type outcome int

const (
	unknown outcome = iota // no answer, or one that leaves it open
	acknowledged
	refused
)

// write is one message that somebody tried to send. begun and ended are places in
// one count of all invocations and acknowledgements.
type write struct {
	conversation string
	clientID     string
	body         string
	outcome      outcome
	seq          int64
	begun, ended int64
}

// seen is one message that somebody read: from the database's answer in the end, or
// from a socket on the way.
type seen struct {
	seq  int64
	body string
}

// ledger is what all writers and receivers of a run noted down.
type ledger struct {
	mu       sync.Mutex
	count    int64
	writes   map[string]*write
	order    []*write
	received map[string]map[string][]seen // conversation → receiver → messages, as applied
}

func newLedger() *ledger {
	return &ledger{writes: map[string]*write{}, received: map[string]map[string][]seen{}}
}

// invoke notes that a write is about to be tried; a retry of the same client id is
// the same write.
func (l *ledger) invoke(conversation, clientID, body string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.writes[clientID] != nil {
		return
	}
	l.count++
	w := &write{conversation: conversation, clientID: clientID, body: body, begun: l.count}
	l.writes[clientID] = w
	l.order = append(l.order, w)
}

// settle notes what came of a write.
func (l *ledger) settle(clientID string, o outcome, seq int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	w := l.writes[clientID]
	w.outcome, w.seq, w.ended = o, seq, l.count
}

// receive notes that a receiver applied a message.
func (l *ledger) receive(conversation, receiver string, s seen) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.received[conversation] == nil {
		l.received[conversation] = map[string][]seen{}
	}
	l.received[conversation][receiver] = append(l.received[conversation][receiver], s)
}

// has says how many messages a receiver has applied.
func (l *ledger) has(conversation, receiver string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.received[conversation][receiver])
}

// tally counts the writes by what came of them.
func (l *ledger) tally() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := map[outcome]int{}
	for _, w := range l.order {
		n[w.outcome]++
	}
	return fmt.Sprintf("%d writes: %d acknowledged, %d refused, %d unknown", len(l.order), n[acknowledged], n[refused], n[unknown])
}

// body is a text that shows where it belongs, so that a leak shows itself.
func body(account, conversation, clientID string) string {
	return "T" + account + "|C" + conversation + "|" + clientID
}
