package store

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"parley/models"
)

// counter is an Observer that remembers.
type counter struct {
	mu         sync.Mutex
	statements int
	outcomes   []Outcome
	batches    []int
}

func (c *counter) Statement(outcome Outcome, _ time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.statements++
	c.outcomes = append(c.outcomes, outcome)
}

func (c *counter) Batch(size int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.batches = append(c.batches, size)
}

// desk is a SQLite store of one table, with its insides.
type desk struct {
	t       *testing.T
	store   *Store
	engine  *lite
	counter *counter
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	c := &counter{}
	s, err := Open(t.Context(), Options{URL: "sqlite://" + filepath.Join(t.TempDir(), "desk.db"), Observer: c})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	engine, ok := s.engine.(*lite)
	if !ok {
		t.Fatalf("the engine is a %T", s.engine)
	}
	d := &desk{t: t, store: s, engine: engine, counter: c}
	d.must(d.do("CREATE TABLE notes (text text NOT NULL UNIQUE)"))
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// do runs one statement in a turn of its own.
func (d *desk) do(statement string, args ...any) error {
	return d.engine.transact(d.t.Context(), func(_ context.Context, db *gorm.DB) error {
		return db.Exec(statement, args...).Error
	})
}

func (d *desk) note(text string) error { return d.do("INSERT INTO notes VALUES (?)", text) }

// notes are what is stored.
func (d *desk) notes() []string {
	d.t.Helper()
	var all []string
	d.must(d.store.db.Raw("SELECT text FROM notes ORDER BY text").Scan(&all).Error)
	return all
}

// hold keeps the writer busy until release is called; it returns when it is.
func (d *desk) hold() (release func()) {
	d.t.Helper()
	began, free, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		_ = d.engine.transact(d.t.Context(), func(context.Context, *gorm.DB) error {
			close(began)
			<-free
			return nil
		})
	}()
	<-began
	return func() {
		close(free)
		<-done
	}
}

// queued blocks until this many turns are waiting.
func (d *desk) queued(n int) {
	d.t.Helper()
	w := d.engine.writer
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		w.mu.Lock()
		waiting := len(w.queue)
		w.mu.Unlock()
		if waiting == n {
			return
		}
		runtime.Gosched()
	}
	d.t.Fatalf("never were %d turns waiting", n)
}

func TestThoseWhoWaitForTheWriterShareOneCommit(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	release := d.hold()
	errs := make(chan error, 4)
	for i, text := range []string{"a", "b", "b", "c"} {
		go func() { errs <- d.note(text) }()
		d.queued(i + 1)
	}
	release()
	var failed int
	for range 4 {
		if err := <-errs; err != nil {
			failed++
			if !models.HasCode(err, models.CodeConflict) {
				t.Errorf("the second b: %v", err)
			}
		}
	}
	if failed != 1 {
		t.Errorf("%d turns failed", failed)
	}
	if got := d.notes(); !slices.Equal(got, []string{"a", "b", "c"}) {
		t.Errorf("stored: %v", got)
	}
	d.counter.mu.Lock()
	defer d.counter.mu.Unlock()
	if !slices.Equal(d.counter.batches, []int{1, 1, 4}) {
		t.Errorf("the batches were %v", d.counter.batches)
	}
}

func TestWhoLeavesBeforeTheTurnLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	release := d.hold()
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error)
	go func() {
		errs <- d.engine.transact(ctx, func(context.Context, *gorm.DB) error {
			t.Error("a turn was taken after its caller had left")
			return nil
		})
	}()
	d.queued(1)
	cancel()
	if err := <-errs; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	release()
	d.must(d.note("next"))
}

func TestAFullDiskIsSaidAndSurvived(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must(d.note("before"))
	// The writer has one connection, so the limit is the next one's too.
	_, err := d.engine.pool.ExecContext(t.Context(), "PRAGMA max_page_count = 1")
	d.must(err)
	large := string(make([]byte, 100_000))
	release := d.hold()
	errs := make(chan error, 2)
	go func() { errs <- d.note("small") }()
	d.queued(1)
	go func() { errs <- d.note(large) }()
	d.queued(2)
	release()
	// Whoever shares the transaction may have to share its fate.
	failures := 0
	for range 2 {
		if err := <-errs; err != nil {
			failures++
			if !errors.Is(err, models.ErrUnavailable) {
				t.Errorf("a full disk is %v", err)
			}
		}
	}
	if failures == 0 {
		t.Error("a full disk was not noticed")
	}
	_, err = d.engine.pool.ExecContext(t.Context(), "PRAGMA max_page_count = 1000000")
	d.must(err)
	d.must(d.note(large))
	d.must(d.note("after"))
	got := d.notes()
	if !slices.Contains(got, "before") || !slices.Contains(got, "after") || !slices.Contains(got, large) {
		t.Errorf("%d notes are stored", len(got))
	}
}

func TestACommitThatFailsIsToldToAllAndLeavesNothing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.must(d.do("CREATE TABLE parents (id integer PRIMARY KEY)"))
	d.must(d.do("CREATE TABLE children (id integer REFERENCES parents (id) DEFERRABLE INITIALLY DEFERRED)"))
	release := d.hold()
	errs := make(chan error, 2)
	go func() { errs <- d.note("innocent") }()
	d.queued(1)
	// The foreign key is looked at in the commit, which fails with it.
	go func() { errs <- d.do("INSERT INTO children VALUES (7)") }()
	d.queued(2)
	release()
	for range 2 {
		if err := <-errs; err == nil {
			t.Error("a caller was told that a failed commit was one")
		}
	}
	if got := d.notes(); len(got) != 0 {
		t.Errorf("stored: %v", got)
	}
	d.must(d.note("next"))
}

func TestAStoppedWriterFinishesItsQueueAndTakesNoMore(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	release := d.hold()
	errs := make(chan error)
	go func() { errs <- d.note("last") }()
	d.queued(1)
	closed := make(chan error)
	go func() { closed <- d.store.Close() }()
	release()
	d.must(<-errs)
	d.must(<-closed)
	if err := d.note("late"); !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("a late turn got %v", err)
	}
}

func TestEveryConnectionToSQLiteIsSetForSafety(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"} {
		var reader, writer string
		d.must(d.store.db.Raw("PRAGMA " + pragma).Scan(&reader).Error)
		d.must(d.engine.pool.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&writer))
		if reader != want || writer != want {
			t.Errorf("%s is %s for readers and %s for the writer, want %s", pragma, reader, writer, want)
		}
	}
	if err := d.store.db.Exec("INSERT INTO notes VALUES ('by a reader')").Error; !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("a reader wrote: %v", err)
	}
}

func TestOddPathsAndBadURLs(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"with space.db", "a?b#c%20d.db", "ünïcode.db", "sub/folder/chat.db"} {
		s, err := Open(t.Context(), Options{URL: "sqlite://" + filepath.Join(t.TempDir(), name)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if err := errors.Join(s.Ping(t.Context()), s.Migrate(t.Context()), s.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, url := range []string{"", "chat.db", "sqlite://", "mysql://x", "postgres://a b", "postgres://host:port/x", "sqlite:///proc/none/chat.db"} {
		if s, err := Open(t.Context(), Options{URL: url}); err == nil {
			t.Errorf("%q was opened", url)
			_ = s.Close()
		}
	}
}
