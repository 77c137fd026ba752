package realtime

import (
	"context"
	"sync"
	"time"
)

// lookTime is how long other nodes may take to say that a visitor is there.
const lookTime = 500 * time.Millisecond

// Look asks the other nodes whether the visitor of a conversation has a socket on them,
// or is the answer of one that does.
type Look struct {
	ConversationID int64
	Found          bool
}

// looks are those that wait for an answer, by conversation.
type looks struct {
	mu      sync.Mutex
	waiting map[int64][]chan struct{}
}

// Watched says whether the visitor of a conversation has a socket on any node. A node
// that does not answer in time has none. Implements chat.Visitors.
func (h *Hub) Watched(ctx context.Context, conversationID int64) bool {
	if len(h.rooms.of(conversationID)) > 0 {
		return true
	}
	found, forget := h.looks.wait(conversationID)
	defer forget()
	h.bus.Publish(Note{Look: &Look{ConversationID: conversationID}})
	timer := time.NewTimer(lookTime)
	defer timer.Stop()
	select {
	case <-found:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// hearLook answers another node, or passes its answer on.
func (h *Hub) hearLook(l Look) {
	switch {
	case l.Found:
		h.looks.answer(l.ConversationID)
	case len(h.rooms.of(l.ConversationID)) > 0:
		h.bus.Publish(Note{Look: &Look{ConversationID: l.ConversationID, Found: true}})
	}
}

// wait gives a channel that an answer closes, and what ends the waiting.
func (l *looks) wait(conversationID int64) (found <-chan struct{}, forget func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting == nil {
		l.waiting = map[int64][]chan struct{}{}
	}
	mine := make(chan struct{})
	l.waiting[conversationID] = append(l.waiting[conversationID], mine)
	return mine, func() { l.drop(conversationID, mine) }
}

func (l *looks) drop(conversationID int64, mine chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var others []chan struct{}
	for _, one := range l.waiting[conversationID] {
		if one != mine {
			others = append(others, one)
		}
	}
	if l.waiting[conversationID] = others; len(others) == 0 {
		delete(l.waiting, conversationID)
	}
}

func (l *looks) answer(conversationID int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, one := range l.waiting[conversationID] {
		close(one)
	}
	delete(l.waiting, conversationID)
}
