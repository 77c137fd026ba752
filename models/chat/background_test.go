package chat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// ward is a store that fails where a test wants it to, and counts what it indexes.
type ward struct {
	*store.Store
	mu       sync.Mutex
	failures int
	indexed  int
	asked    int
}

var errAway = errors.New("the database is away")

// fails takes one of the failures.
func (w *ward) fails() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked++
	if w.failures == 0 {
		return false
	}
	w.failures--
	return true
}

// Index implements chat.SearchIndexer.
func (w *ward) Index(ctx context.Context) (int, error) {
	if w.fails() {
		return 0, errAway
	}
	done, err := w.Store.Index(ctx)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.indexed += done
	return done, err
}

// ForgetReplies implements chat.Replies.
func (w *ward) ForgetReplies(ctx context.Context, now time.Time) (int64, error) {
	if w.fails() {
		return 0, errAway
	}
	return w.Store.ForgetReplies(ctx, now)
}

func (w *ward) count() (asked, indexed int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.asked, w.indexed
}

// background runs a part of the service until stop, which wants it to end in peace.
func background(t *testing.T, run func(ctx context.Context) error) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("it ended with %v", err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// guarded is a service over a ward, whose clock is put forward.
func (s *shop) guarded(w *ward, ahead *atomic.Int64) *chat.Service {
	return chat.New(chat.Options{
		Store: w, Bell: s.bell, Blobs: s.blobs, Identities: s.access,
		Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
	})
}

func TestIndexersOfTwoNodesFollowWhatIsWrittenAndOutliveFailures(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		w := &ward{Store: s.store, failures: 2}
		var stops []func()
		for range 2 {
			stops = append(stops, background(t, s.guarded(w, &atomic.Int64{}).RunIndexer))
		}
		c, visitor := s.start("token")
		soon(t, "the opening is indexed", func() bool { _, now := w.count(); return now > 0 })
		for i := range 3 {
			_, before := w.count()
			s.post(visitor, c, fmt.Sprint("word number ", i))
			soon(t, "it is indexed", func() bool { _, now := w.count(); return now > before })
		}
		for _, stop := range stops {
			stop()
		}
		if left, err := s.store.Index(t.Context()); err != nil || left != 0 {
			t.Errorf("%d tasks are left, %v", left, err)
		}
		found, err := s.chat.Search(t.Context(), s.owner, chat.SearchQuery{Text: "number 2", Kinds: []models.SearchKind{models.SearchMessage}, Limit: 10})
		if err != nil || len(found.Messages.Rows) != 1 {
			t.Errorf("found %+v, %v", found.Messages, err)
		}
		s.post(visitor, c, "nobody indexes this any more")
		if left, err := s.store.Index(t.Context()); err != nil || left == 0 {
			t.Errorf("an indexer works after its end: %d tasks are left, %v", left, err)
		}
	})
}

func TestForgettingBeginsAtOnceAndTakesWhatIsPastItsTimeAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		ahead := &atomic.Int64{}
		s.chat = s.guarded(&ward{Store: s.store}, ahead)
		c, _ := s.start("token")
		old := len(s.events())
		_, err := s.chat.Upload(t.Context(), s.owner, chat.Upload{Filename: "a.txt", Body: strings.NewReader("hello")})
		if err != nil {
			t.Fatal(err)
		}
		ahead.Store(int64(25 * time.Hour))
		s.post(s.owner, c, "a day later")
		young := len(s.events()) - old
		stop := background(t, func(ctx context.Context) error { return s.chat.RunForgetting(ctx, 24*time.Hour) })
		var left chat.EventPage
		soon(t, "the old events go", func() bool {
			left, err = s.chat.Events(t.Context(), s.owner, chat.EventQuery{After: 1, Limit: 100})
			if err != nil {
				t.Fatal(err)
			}
			return left.Forgotten
		})
		runner := s.runner(func() time.Time { return time.Now().Add(26 * time.Hour) })
		soon(t, "the unused file goes", func() bool {
			if err := runner.Work(t.Context()); err != nil {
				t.Fatal(err)
			}
			return s.blobs.count() == 0
		})
		stop()
		if old == 0 || young == 0 || len(left.Events) != young {
			t.Errorf("of %d old and %d young events %d are left", old, young, len(left.Events))
		}
	})
}

func TestWhatCannotBeForgottenNowKeepsNothingElseAndEndsNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		ahead := &atomic.Int64{}
		w := &ward{Store: s.store, failures: 2}
		s.chat = s.guarded(w, ahead)
		s.start("token")
		if len(s.events()) == 0 {
			t.Fatal("nothing happened")
		}
		ahead.Store(int64(2 * time.Hour))
		if err := s.chat.Forget(t.Context(), time.Hour); !errors.Is(err, errAway) {
			t.Errorf("forgetting without the keys: %v", err)
		}
		if left, err := s.chat.Events(t.Context(), s.owner, chat.EventQuery{Limit: 100}); err != nil || len(left.Events) != 0 {
			t.Errorf("%d events are left, %v", len(left.Events), err)
		}
		stop := background(t, func(ctx context.Context) error { return s.chat.RunForgetting(ctx, time.Hour) })
		soon(t, "it tries", func() bool { asked, _ := w.count(); return asked == 2 })
		stop() // which finds that the failure has not ended it
	})
}

func TestMoreEventsThanABatchAreForgotten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		const count = 2300
		err := s.store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
			for range count {
				e := models.Event{Type: models.EventContactUpdated}
				if err := tx.AddEvent(ctx, s.owner, &e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// Without a place nobody has read them yet, however old they are.
		if err := s.chat.Forget(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
		if _, err := s.store.Sequence(t.Context()); err != nil {
			t.Fatal(err)
		}
		if first, last, err := s.store.EventSpan(t.Context(), s.owner); err != nil || last-first+1 != count {
			t.Fatalf("the log is from %d to %d, %v", first, last, err)
		}
		if err := s.chat.Forget(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
		if first, last, err := s.store.EventSpan(t.Context(), s.owner); err != nil || first != last+1 || last != count {
			t.Errorf("the log is from %d to %d, %v", first, last, err)
		}
	})
}
