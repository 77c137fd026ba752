package realtime

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"parley/models"
)

const (
	// pageSize is how many entries are read at once.
	pageSize = 200
	// feedEntries is how many events of an account are kept for agents who are a
	// little behind.
	feedEntries = 512
)

// feed is an account's event log as its agents on this node read it: what one of
// them reads, encoded, is there for the others. It holds the entries after start up
// to end, without a hole.
type feed struct {
	chat Chat
	who  models.Principal
	// holders counts the sockets; it belongs to feeds.
	holders int

	mu      sync.Mutex
	entries []entry
	start   int64
	end     int64
}

// after gives the events that follow a place. Whoever asks for what nobody has read
// yet reads it, while the others wait for that; whoever is far behind reads alone.
func (f *feed) after(ctx context.Context, place int64) ([]entry, error) {
	f.mu.Lock()
	if place < f.start {
		f.mu.Unlock()
		return f.read(ctx, place)
	}
	defer f.mu.Unlock()
	if place < f.end {
		return f.kept(place), nil
	}
	if place > f.end {
		f.entries, f.start, f.end = nil, place, place
	}
	page, err := f.read(ctx, place)
	if err != nil || len(page) == 0 {
		return nil, err
	}
	f.keep(page)
	return page, nil
}

// kept is the page of entries after place.
func (f *feed) kept(place int64) []entry {
	from, _ := slices.BinarySearchFunc(f.entries, place+1, func(e entry, at int64) int { return cmp.Compare(e.place, at) })
	to := min(from+pageSize, len(f.entries))
	return f.entries[from:to:to]
}

// keep appends a page, and drops the older half when there are too many. Pages that
// were handed out share the array, which is only ever appended to.
func (f *feed) keep(page []entry) {
	f.end = page[len(page)-1].place
	f.entries = append(f.entries, page...)
	if over := len(f.entries) - feedEntries; over > feedEntries {
		f.start = f.entries[over-1].place
		f.entries = slices.Clone(f.entries[over:])
	}
}

func (f *feed) read(ctx context.Context, place int64) ([]entry, error) {
	events, err := f.chat.EventsAfter(ctx, f.who, place, pageSize)
	if err != nil {
		return nil, err
	}
	page := make([]entry, 0, len(events))
	for _, e := range events {
		if e.Pos != nil {
			page = append(page, eventEntry(e))
		}
	}
	return page, nil
}

// feeds are the feeds of the accounts with agents on this node.
type feeds struct {
	chat Chat

	mu  sync.Mutex
	all map[int64]*feed
}

// hold gives the account's feed, which is kept until everybody has let it go.
func (s *feeds) hold(accountID int64) *feed {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.all[accountID]
	if f == nil {
		f = &feed{chat: s.chat, who: models.System(accountID)}
		s.all[accountID] = f
	}
	f.holders++
	return f
}

func (s *feeds) release(accountID int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.all[accountID]
	if f.holders--; f.holders == 0 {
		delete(s.all, accountID)
	}
}
