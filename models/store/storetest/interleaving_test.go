package storetest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// errUndone ends a transaction that a test does not want.
var errUndone = errors.New("undone")

// openTx is a transaction that has written an event and waits to be ended.
type openTx struct {
	name  string
	end   chan error // nil commits
	ended chan struct{}
}

// begin writes an event in a transaction that stays open.
func (c Company) begin(t *testing.T, name string) openTx {
	t.Helper()
	o := openTx{name: name, end: make(chan error, 1), ended: make(chan struct{})}
	written := make(chan struct{})
	go func() {
		defer close(o.ended)
		err := c.Store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
			e := models.Event{Type: models.EventContactUpdated, Detail: map[string]any{"name": name}}
			if err := tx.AddEvent(ctx, c.System, &e); err != nil {
				return err
			}
			close(written)
			return <-o.end
		})
		if err != nil && !errors.Is(err, errUndone) {
			t.Error(err)
		}
	}()
	<-written
	return o
}

// TestNoInterleavingOfTransactionsHidesAnEventFromAFollower lets transactions of
// PostgreSQL begin, commit and be undone in a random order, with the sequencer and a
// follower in between: the follower sees each committed event once, by dense places,
// however long before the others its transaction began.
func TestNoInterleavingOfTransactionsHidesAnEventFromAFollower(t *testing.T) {
	t.Parallel()
	c := NewCompany(t, Open(t, Postgres))
	pos, overtaken := int64(0), 0
	for round := range 25 {
		seed := rand.Uint64()
		draw := rand.New(rand.NewPCG(seed, 0))
		var open []openTx
		committed, seen := map[string]bool{}, map[string]int{}
		follow := func() {
			_, err := c.Store.Sequence(t.Context())
			must(t, err)
			page, err := c.Store.EventsAfter(t.Context(), c.Owner, pos, 100)
			must(t, err)
			for _, e := range page {
				equal(t, "the next place", *e.Pos, pos+1)
				pos = *e.Pos
				seen[fmt.Sprint(e.Detail["name"])]++
			}
			overtaken += min(len(page), len(open))
		}
		for step := range 20 {
			switch action := draw.IntN(4); {
			case action < 2 && len(open) < 6:
				open = append(open, c.begin(t, fmt.Sprintf("%d-%d", round, step)))
			case action == 2 && len(open) > 0:
				i := draw.IntN(len(open))
				one := open[i]
				open = append(open[:i], open[i+1:]...)
				if draw.IntN(4) == 0 {
					one.end <- errUndone
				} else {
					one.end <- nil
					committed[one.name] = true
				}
				<-one.ended
			default:
				follow()
			}
		}
		for _, one := range open {
			one.end <- nil
			<-one.ended
			committed[one.name] = true
		}
		open = nil
		follow()
		if len(seen) != len(committed) {
			t.Fatalf("seed %d: %d of %d events were seen", seed, len(seen), len(committed))
		}
		for name, times := range seen {
			if times != 1 || !committed[name] {
				t.Fatalf("seed %d: %s was seen %d times, committed: %v", seed, name, times, committed[name])
			}
		}
	}
	if overtaken == 0 {
		t.Error("no event was read while an older transaction was open: nothing was shown")
	}
}
