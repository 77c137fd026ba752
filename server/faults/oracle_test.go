package faults

import (
	"fmt"
	"slices"
	"strings"
)

// judge compares the ledger with what is stored in the end, conversation by
// conversation in the order of seq, and says everything that is wrong.
func judge(l *ledger, stored map[string][]seen) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var wrong []string
	for conversation, messages := range stored {
		wrong = append(wrong, judgeStored(l, conversation, messages)...)
		wrong = append(wrong, judgeOrder(l, conversation)...)
	}
	wrong = append(wrong, judgeAcknowledged(l, stored)...)
	for conversation, receivers := range l.received {
		for name, got := range receivers {
			wrong = append(wrong, judgeReceived(conversation, name, got, stored[conversation])...)
		}
	}
	return wrong
}

// judgeStored wants seq 1..n, each text invoked, for this conversation, and once.
func judgeStored(l *ledger, conversation string, messages []seen) (wrong []string) {
	times := map[string]int{}
	for i, m := range messages {
		if m.seq != int64(i+1) {
			wrong = append(wrong, fmt.Sprintf("%s: seq %d stands at place %d: a hole or an inversion", conversation, m.seq, i+1))
		}
		id := m.body[strings.LastIndexByte(m.body, '|')+1:]
		w := l.writes[id]
		switch {
		case w == nil || w.body != m.body:
			wrong = append(wrong, fmt.Sprintf("%s: %q is stored, but nobody wrote it", conversation, m.body))
		case w.conversation != conversation:
			wrong = append(wrong, fmt.Sprintf("%s: %q belongs to %s", conversation, m.body, w.conversation))
		case w.outcome == refused:
			wrong = append(wrong, fmt.Sprintf("%s: %q was refused, and is stored", conversation, m.body))
		case w.outcome == acknowledged && w.seq != m.seq:
			wrong = append(wrong, fmt.Sprintf("%s: %q was acknowledged as %d and is stored as %d", conversation, m.body, w.seq, m.seq))
		}
		if times[id]++; times[id] > 1 {
			wrong = append(wrong, fmt.Sprintf("%s: %q is stored %d times", conversation, m.body, times[id]))
		}
	}
	return wrong
}

func judgeAcknowledged(l *ledger, stored map[string][]seen) (wrong []string) {
	for _, w := range l.order {
		if w.outcome != acknowledged {
			continue
		}
		if !slices.ContainsFunc(stored[w.conversation], func(m seen) bool { return m.body == w.body }) {
			wrong = append(wrong, fmt.Sprintf("%s: %q was acknowledged and is lost", w.conversation, w.body))
		}
	}
	return wrong
}

// judgeOrder wants what was acknowledged before something else began to stand
// before it.
func judgeOrder(l *ledger, conversation string) (wrong []string) {
	var done []*write
	for _, w := range l.order {
		if w.conversation == conversation && w.outcome == acknowledged {
			done = append(done, w)
		}
	}
	slices.SortFunc(done, func(a, b *write) int { return int(a.seq - b.seq) })
	// latest is the latest beginning among the writes with lower numbers.
	var latest int64
	for _, w := range done {
		if latest > w.ended {
			wrong = append(wrong, fmt.Sprintf("%s: %q was acknowledged before one that stands before it began", conversation, w.body))
		}
		latest = max(latest, w.begun)
	}
	return wrong
}

// judgeReceived wants the receiver to have applied exactly what is stored, in order.
func judgeReceived(conversation, name string, got, want []seen) (wrong []string) {
	for i, m := range got {
		if m.seq != int64(i+1) {
			return []string{fmt.Sprintf("%s: %s applied %d at place %d", conversation, name, m.seq, i+1)}
		}
		if i < len(want) && m.body != want[i].body {
			return []string{fmt.Sprintf("%s: %s read %q where %q is stored", conversation, name, m.body, want[i].body)}
		}
	}
	if len(got) != len(want) {
		return []string{fmt.Sprintf("%s: %s applied %d messages of %d", conversation, name, len(got), len(want))}
	}
	return nil
}
