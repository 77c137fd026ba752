package store

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gorm.io/gorm"

	"parley/models"
)

// errClosed is what a writer answers that has been stopped.
var errClosed = errors.New("store: closed")

// savepoint is where a turn begins.
const savepoint = "turn"

// turn is one caller's place in the writer's queue.
type turn struct {
	// gone is closed when the caller has left.
	gone <-chan struct{}
	// granted gives the caller the open transaction; returned tells that it is done
	// with it, having kept or undone its changes; settled tells how the commit went.
	granted  chan grant
	returned chan error
	settled  chan error
}

// grant is the open transaction, or why there is none.
type grant struct {
	db  *gorm.DB
	err error
}

// writer is the one who writes to SQLite. It opens a transaction, lets those who are
// waiting have a turn each, every one behind a savepoint, and commits for all of them
// at once: the commit, which waits for the disk, is what a write costs. The callers
// run their own functions, so that a panic is theirs alone.
type writer struct {
	db       *gorm.DB
	observer Observer

	mu      sync.Mutex
	queue   []*turn
	stopped bool
	wake    chan struct{}
	ended   chan struct{}
}

// startWriter runs a writer until stop. The context carries values alone.
func startWriter(ctx context.Context, db *gorm.DB, observer Observer) *writer {
	w := &writer{db: db.WithContext(ctx), observer: observer, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go w.run()
	return w
}

// do runs fn in the writer's transaction and returns when that is committed. A ctx
// that ends while waiting for the turn leaves nothing behind.
func (w *writer) do(ctx context.Context, fn func(context.Context, *gorm.DB) error) error {
	t := &turn{gone: ctx.Done(), granted: make(chan grant), returned: make(chan error, 1), settled: make(chan error, 1)}
	if !w.enqueue(t) {
		return models.ErrUnavailable.Because(errClosed)
	}
	select {
	case g := <-t.granted:
		if g.err != nil {
			return g.err
		}
		err := t.take(ctx, g.db, fn)
		// A failure waits too: what it ran into, such as a taken name, may stand in the
		// same batch, and is true for nobody before the commit.
		if settled := <-t.settled; settled != nil {
			return settled
		}
		return err
	case <-ctx.Done():
		return translate(ctx.Err())
	}
}

// take runs fn behind a savepoint. However fn ends, by a panic too, the turn goes back.
func (t *turn) take(ctx context.Context, db *gorm.DB, fn func(context.Context, *gorm.DB) error) (err error) {
	finished := false
	defer func() {
		if finished && err == nil {
			t.returned <- db.Exec("RELEASE " + savepoint).Error
			return
		}
		t.returned <- db.Exec("ROLLBACK TO " + savepoint).Error
	}()
	if err := db.Exec("SAVEPOINT " + savepoint).Error; err != nil {
		return err
	}
	err = fn(ctx, db)
	finished = true
	return err
}

func (w *writer) enqueue(t *turn) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped {
		return false
	}
	w.queue = append(w.queue, t)
	w.signal()
	return true
}

// signal wakes the writer; one signal is enough for many turns.
func (w *writer) signal() {
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// stop lets everybody who is waiting finish, and ends the writer.
func (w *writer) stop() {
	w.mu.Lock()
	w.stopped = true
	w.signal()
	w.mu.Unlock()
	<-w.ended
}

// run commits batch after batch.
func (w *writer) run() {
	defer close(w.ended)
	for range w.wake {
		for {
			batch, stopped := w.next()
			if len(batch) == 0 {
				if stopped {
					return
				}
				break
			}
			w.batch(batch)
		}
	}
}

// next takes everybody who waits by now.
func (w *writer) next() ([]*turn, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	batch := w.queue
	w.queue = nil
	return batch, w.stopped
}

// batch gives everybody a turn in one transaction and settles with them.
func (w *writer) batch(batch []*turn) {
	tx := w.db.Begin()
	if tx.Error != nil {
		for _, t := range batch {
			t.grant(grant{err: fmt.Errorf("begin: %w", tx.Error)})
		}
		return
	}
	var wrote []*turn
	for i, t := range batch {
		if !t.grant(grant{db: tx}) {
			continue
		}
		wrote = append(wrote, t)
		if broken := <-t.returned; broken != nil {
			// SQLite has undone the whole transaction, as it does when the disk is full.
			tx.Rollback()
			settle(wrote, models.ErrUnavailable.Because(broken))
			w.again(batch[i+1:])
			return
		}
	}
	w.observer.Batch(len(wrote))
	settle(wrote, w.commit(tx))
}

// again puts turns that were not granted back to the front.
func (w *writer) again(batch []*turn) {
	w.mu.Lock()
	w.queue = append(batch, w.queue...)
	w.mu.Unlock()
}

// grant gives the caller its turn; false if it has gone.
func (t *turn) grant(g grant) bool {
	select {
	case t.granted <- g:
		return true
	case <-t.gone:
		return false
	}
}

// commit ends the transaction for all. After a failure nothing of it may remain:
// database/sql is done with it, but SQLite may have left it open.
func (w *writer) commit(tx *gorm.DB) error {
	err := tx.Commit().Error
	if err != nil {
		w.db.Exec("ROLLBACK")
	}
	return err
}

func settle(batch []*turn, err error) {
	for _, t := range batch {
		t.settled <- err
	}
}
