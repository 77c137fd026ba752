package store

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"parley/models"
	"parley/models/chat"
)

// airport runs a group whose flights a test holds and lands.
type airport struct {
	t *testing.T
	*group
	// departed gets each batch; it stays up until an error, or nil, comes from land.
	departed chan []*pending
	land     chan error
}

func newAirport(t *testing.T) *airport {
	t.Helper()
	a := &airport{t: t, departed: make(chan []*pending), land: make(chan error)}
	a.group = newGroup(func(batch []*pending) error {
		a.departed <- batch
		err := <-a.land
		for _, p := range batch {
			p.written = err == nil
			p.posted.Message.Content = p.entry.Message.Content
		}
		return err
	})
	return a
}

// answer is what a caller got.
type answer struct {
	posted chat.Posted
	err    error
}

// post posts from a goroutine of its own; alone may be nil.
func (a *airport) post(ctx context.Context, to models.UID, content string, alone func() (chat.Posted, error)) chan answer {
	got := make(chan answer, 1)
	if alone == nil {
		alone = func() (chat.Posted, error) {
			a.t.Errorf("%s was posted alone", content)
			return chat.Posted{}, nil
		}
	}
	e := chat.Entry{Conversation: to, Message: models.Message{Content: content}}
	go func() {
		posted, err := a.group.post(ctx, &pending{entry: e, alone: alone})
		got <- answer{posted, err}
	}()
	return got
}

// waiting blocks until this many posts are in the queue.
func (a *airport) waiting(n int) {
	a.t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); {
		a.mu.Lock()
		queued := len(a.queue)
		a.mu.Unlock()
		if queued == n {
			return
		}
		runtime.Gosched()
	}
	a.t.Fatalf("never were %d posts waiting", n)
}

func texts(batch []*pending) []string {
	var all []string
	for _, p := range batch {
		all = append(all, p.entry.Message.Content)
	}
	slices.Sort(all)
	return all
}

func (a *airport) wantTexts(batch []*pending, want ...string) {
	a.t.Helper()
	if got := texts(batch); !slices.Equal(got, want) {
		a.t.Errorf("the batch is %v, want %v", got, want)
	}
}

func TestWhoComesFirstGoesAloneAndThoseWhoComeMeanwhileTogether(t *testing.T) {
	t.Parallel()
	a := newAirport(t)
	var callers []chan answer
	for range flights {
		callers = append(callers, a.post(t.Context(), models.NewUID(), "early", nil))
		a.wantTexts(<-a.departed, "early")
	}
	for _, text := range []string{"late", "later"} {
		callers = append(callers, a.post(t.Context(), models.NewUID(), text, nil))
	}
	a.waiting(2)
	a.land <- nil
	a.wantTexts(<-a.departed, "late", "later")
	for range flights {
		a.land <- nil
	}
	for _, got := range callers {
		if g := <-got; g.err != nil || g.posted.Message.Content == "" {
			t.Errorf("a caller got %+v", g)
		}
	}
}

func TestPostsToOneConversationGoOneAfterTheOther(t *testing.T) {
	t.Parallel()
	a := newAirport(t)
	same, other := models.NewUID(), models.NewUID()
	var all []chan answer
	all = append(all, a.post(t.Context(), same, "first", nil))
	a.wantTexts(<-a.departed, "first")
	all = append(all, a.post(t.Context(), same, "second", nil))
	a.waiting(1)
	all = append(all, a.post(t.Context(), other, "beside", nil))
	a.wantTexts(<-a.departed, "beside")
	a.waiting(1)
	a.land <- nil
	a.land <- nil
	a.wantTexts(<-a.departed, "second")
	a.land <- nil
	for _, got := range all {
		if g := <-got; g.err != nil {
			t.Error(g.err)
		}
	}
}

func TestABatchThatFailsIsTriedOneByOne(t *testing.T) {
	t.Parallel()
	for what, failure := range map[string]error{
		"a bad post": errDangling, "a lock": translate(&pgconn.PgError{Code: "55P03"}), "a deadlock": translate(&pgconn.PgError{Code: "40P01"}),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			a := newAirport(t)
			good := a.post(t.Context(), models.NewUID(), "good", func() (chat.Posted, error) {
				return chat.Posted{Replayed: true}, nil
			})
			<-a.departed
			a.land <- failure
			if g := <-good; g.err != nil || !g.posted.Replayed {
				t.Errorf("the good one got %+v", g)
			}
		})
	}
}

func TestAnOutageIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	a := newAirport(t)
	got := a.post(t.Context(), models.NewUID(), "lost", nil)
	<-a.departed
	a.land <- models.ErrUnavailable
	if g := <-got; !errors.Is(g.err, models.ErrUnavailable) {
		t.Errorf("the caller got %+v", g)
	}
}

func TestAConversationThatIsStuckHoldsNobodyElseUp(t *testing.T) {
	t.Parallel()
	a := newAirport(t)
	stuck, free := models.NewUID(), make(chan struct{})
	first := a.post(t.Context(), stuck, "stuck", func() (chat.Posted, error) {
		<-free
		return chat.Posted{}, nil
	})
	<-a.departed
	a.land <- translate(&pgconn.PgError{Code: "55P03"})
	behind := a.post(t.Context(), stuck, "behind", nil)
	a.waiting(1)
	for range 5 {
		other := a.post(t.Context(), models.NewUID(), "other", nil)
		a.wantTexts(<-a.departed, "other")
		a.land <- nil
		<-other
	}
	close(free)
	a.wantTexts(<-a.departed, "behind")
	a.land <- nil
	<-first
	<-behind
}

func TestWhoLeavesTheQueueIsNotPosted(t *testing.T) {
	t.Parallel()
	a := newAirport(t)
	for range flights {
		a.post(t.Context(), models.NewUID(), "ahead", nil)
		<-a.departed
	}
	ctx, cancel := context.WithCancel(t.Context())
	left := a.post(ctx, models.NewUID(), "left", nil)
	stayed := a.post(t.Context(), models.NewUID(), "stayed", nil)
	a.waiting(2)
	cancel()
	if g := <-left; !errors.Is(g.err, context.Canceled) {
		t.Errorf("who left got %+v", g)
	}
	a.land <- nil
	a.wantTexts(<-a.departed, "stayed")
	for range flights {
		a.land <- nil
	}
	<-stayed
}

func TestAClosedGroupFinishesWhatIsOnItsWayAndTakesNoMore(t *testing.T) {
	t.Parallel()
	a := newAirport(t)
	last := a.post(t.Context(), models.NewUID(), "last", nil)
	<-a.departed
	var closing sync.WaitGroup
	closing.Go(a.wait)
	a.land <- nil
	closing.Wait()
	if g := <-last; g.err != nil {
		t.Errorf("the last one got %+v", g)
	}
	if g := <-a.post(t.Context(), models.NewUID(), "late", nil); !errors.Is(g.err, models.ErrUnavailable) {
		t.Errorf("the late one got %+v", g)
	}
}
