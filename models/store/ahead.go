package store

import (
	"context"
	"log/slog"
	"sync"
)

// waitingAhead is how many accounts may wait to be read ahead; more are passed over
// until somebody looks again.
const waitingAhead = 64

// ahead are the accounts whose texts are to be read before they are searched. A nil one
// wants nothing.
type ahead struct {
	mu sync.Mutex
	// met are those that were asked for already and are on the shelf still, or on the way.
	met     map[int64]bool
	waiting chan int64
}

func newAhead() *ahead { return &ahead{met: map[int64]bool{}, waiting: make(chan int64, waitingAhead)} }

// want asks for an account, once. It never waits.
func (a *ahead) want(account int64) {
	if a == nil {
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.met[account] {
		return
	}
	select {
	case a.waiting <- account:
		a.met[account] = true
	default:
	}
}

// shelf makes one that lets accounts be asked for again whose packs it took away.
func (a *ahead) shelf(limit int) *shelf {
	s := newShelf(limit)
	s.dropped = a.forget
	return s
}

// forget lets an account be asked for again.
func (a *ahead) forget(account int64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.met, account)
}

// RunReadingAhead reads the texts of an account into memory when somebody first lists its
// conversations on this node: the first search would otherwise wait for that. It ends
// with ctx.
func (s *Store) RunReadingAhead(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case account := <-s.ahead.waiting:
			err := s.readAhead(ctx, account)
			if err != nil && ctx.Err() == nil {
				s.ahead.forget(account)
				slog.WarnContext(ctx, "search: an account's texts could not be read ahead", "account", account, "error", err)
			}
		}
	}
}

func (s *Store) readAhead(ctx context.Context, account int64) error {
	for kind := range sources {
		if _, err := s.packs(ctx, shelfKey{account, kind}); err != nil {
			return err
		}
	}
	return nil
}
