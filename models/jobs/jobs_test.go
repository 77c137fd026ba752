package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
)

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// bench is a store with an account that jobs belong to.
type bench struct {
	*testing.T
	store   *store.Store
	account int64
}

func onBoth(t *testing.T, test func(b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		test(&bench{T: t, store: s, account: storetest.NewCompany(t, s).Rows.Live.ID})
	})
}

func (b *bench) add(j models.Job) models.Job {
	b.Helper()
	j.AccountID = b.account
	if err := b.store.QueueJob(b.Context(), &j); err != nil {
		b.Fatal(err)
	}
	return j
}

// claim takes every job of the kind "work" that is due at a time.
func (b *bench) claim(now time.Time) []models.Job {
	b.Helper()
	claimed, err := b.store.ClaimDue(b.Context(), jobs.Claim{
		Kinds: []string{"work"}, Now: models.Now(now), LeaseUntil: models.Now(now.Add(time.Minute)), Limit: 100,
	})
	if err != nil {
		b.Fatal(err)
	}
	return claimed
}

// run lets a runner work until the test ends.
func (b *bench) run(o jobs.Options) *jobs.Runner {
	b.Helper()
	o.Store = b.store
	if o.Poll == 0 {
		o.Poll = 5 * time.Millisecond
	}
	r := jobs.New(o)
	ctx, stop := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	b.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	return r
}

// ledger notes who did what.
type ledger struct {
	mu       sync.Mutex
	attempts map[models.UID]int64
	done     map[models.UID]int
	wrong    []string
	progress chan struct{}
}

func newLedger() *ledger {
	return &ledger{
		attempts: map[models.UID]int64{}, done: map[models.UID]int{},
		progress: make(chan struct{}, 1000),
	}
}

// begin notes an attempt; each has a higher number than the one before.
func (l *ledger) begin(j models.Job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if j.Attempt <= l.attempts[j.UID] {
		l.wrong = append(l.wrong, fmt.Sprintf("%s: attempt %d after %d", j.UID, j.Attempt, l.attempts[j.UID]))
	}
	l.attempts[j.UID] = j.Attempt
}

func (l *ledger) succeed(j models.Job) {
	l.mu.Lock()
	l.done[j.UID]++
	l.mu.Unlock()
	l.progress <- struct{}{}
}

func (l *ledger) finished() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.done)
}

func TestEveryJobIsDoneThoughWorkersFailPanicAndVanish(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		const count = 40
		for i := range count {
			b.add(models.Job{Kind: "work", Payload: map[string]any{"n": float64(i)}})
		}
		// Somebody claims a part and is never heard of again: the leases run out.
		vanished, err := b.store.ClaimDue(b.Context(), jobs.Claim{
			Kinds: []string{"work"}, Now: models.Now(time.Now()), LeaseUntil: models.Now(time.Now().Add(300 * time.Millisecond)), Limit: 10,
		})
		if err != nil || len(vanished) != 10 {
			b.Fatalf("%d claimed, %v", len(vanished), err)
		}
		l := newLedger()
		kind := jobs.Kind{Attempts: 1000, Run: func(_ context.Context, j models.Job) error {
			l.begin(j)
			switch rand.N(4) {
			case 0:
				return errors.New("not this time")
			case 1:
				panic("not this time either")
			}
			l.succeed(j)
			return nil
		}}
		for range 3 {
			b.run(jobs.Options{Kinds: map[string]jobs.Kind{"work": kind}, Pause: time.Millisecond, PauseMax: 5 * time.Millisecond})
		}
		deadline := time.After(patience)
		for l.finished() < count {
			select {
			case <-l.progress:
			case <-deadline:
				b.Fatalf("%d of %d are done", l.finished(), count)
			}
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		for uid, times := range l.done {
			if times != 1 {
				b.Errorf("%s was done %d times", uid, times)
			}
		}
		if len(l.wrong) > 0 {
			b.Error(l.wrong)
		}
	})
}

func TestAmongManyClaimersEachJobIsGivenOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		const count = 60
		for range count {
			b.add(models.Job{Kind: "work"})
		}
		var mu sync.Mutex
		given := map[models.UID]int{}
		var wait sync.WaitGroup
		for range 6 {
			wait.Go(func() {
				for {
					claimed, err := b.store.ClaimDue(b.Context(), jobs.Claim{
						Kinds: []string{"work"}, Now: models.Now(time.Now()), LeaseUntil: models.Now(time.Now().Add(time.Hour)), Limit: 4,
					})
					if err != nil {
						b.Error(err)
						return
					}
					if len(claimed) == 0 {
						return
					}
					mu.Lock()
					for _, j := range claimed {
						given[j.UID]++
					}
					mu.Unlock()
				}
			})
		}
		wait.Wait()
		// A claim passes over rows that another one is just looking at.
		for _, j := range b.claim(time.Now()) {
			given[j.UID]++
		}
		if len(given) != count {
			b.Errorf("%d of %d were given", len(given), count)
		}
		for uid, times := range given {
			if times != 1 {
				b.Errorf("%s was given %d times", uid, times)
			}
		}
	})
}

func TestWhoLostTheLeaseCannotFinish(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.add(models.Job{Kind: "work", Payload: map[string]any{"word": "hello"}})
		now := time.Now()
		first := b.claim(now)
		if len(first) != 1 || first[0].Attempt != 1 || first[0].Payload["word"] != "hello" || len(b.claim(now)) != 0 {
			b.Fatalf("claimed %+v", first)
		}
		second := b.claim(now.Add(2 * time.Minute))
		if len(second) != 1 || second[0].Attempt != 2 {
			b.Fatalf("claimed %+v", second)
		}
		held, err := b.store.FinishClaim(b.Context(), first[0], models.Now(now))
		if held || err != nil {
			b.Errorf("the first finished: %v, %v", held, err)
		}
		held, err = b.store.ReturnClaim(b.Context(), first[0], jobs.Return{Reason: "x", At: models.Now(now)})
		if held || err != nil {
			b.Errorf("the first gave it back: %v, %v", held, err)
		}
		if held, err = b.store.FinishClaim(b.Context(), second[0], models.Now(now)); !held || err != nil {
			b.Errorf("the second did not finish: %v, %v", held, err)
		}
		if held, err = b.store.FinishClaim(b.Context(), second[0], models.Now(now)); held || err != nil {
			b.Errorf("it was finished twice: %v, %v", held, err)
		}
		if left := b.claim(now.Add(time.Hour)); len(left) != 0 {
			b.Errorf("left: %+v", left)
		}
	})
}

func TestAJobIsDueAtItsTimeAndAUniqueOneIsQueuedOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		now, key := time.Now(), "once"
		b.add(models.Job{Kind: "work", RunAt: models.Now(now.Add(time.Hour))})
		b.add(models.Job{Kind: "other"})
		for range 3 {
			b.add(models.Job{Kind: "work", UniqueKey: &key})
		}
		if due := b.claim(now.Add(time.Second)); len(due) != 1 || *due[0].UniqueKey != key {
			b.Errorf("due: %+v", due)
		}
		if due := b.claim(now.Add(61 * time.Minute)); len(due) != 2 {
			b.Errorf("due an hour later: %+v", due)
		}
	})
}

func TestAHopelessJobAndOneThatFailsTooOftenAreGivenUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		tries := make(chan string, 100)
		fail := func(err error) func(context.Context, models.Job) error {
			return func(_ context.Context, j models.Job) error {
				tries <- j.Kind
				return err
			}
		}
		b.add(models.Job{Kind: "hopeless", Payload: map[string]any{"secret": "word"}})
		b.add(models.Job{Kind: "stubborn", Payload: map[string]any{"secret": "word"}})
		b.add(models.Job{Kind: "last", RunAt: models.Now(time.Now().Add(300 * time.Millisecond))})
		b.run(jobs.Options{Pause: time.Millisecond, PauseMax: time.Millisecond, Kinds: map[string]jobs.Kind{
			"hopeless": {Run: fail(fmt.Errorf("no: %w", jobs.ErrHopeless))},
			"stubborn": {Run: fail(errors.New("no")), Attempts: 3},
			"last":     {Run: fail(nil)},
		}})
		count := map[string]int{}
		deadline := time.After(patience)
		for count["last"] == 0 || count["stubborn"] < 3 {
			select {
			case kind := <-tries:
				count[kind]++
			case <-deadline:
				b.Fatalf("tried %v", count)
			}
		}
		if count["hopeless"] != 1 || count["stubborn"] != 3 {
			b.Errorf("tried %v", count)
		}
	})
}

func TestWhatWasDoneLongAgoIsForgotten(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		now := time.Now()
		key := "again"
		b.add(models.Job{Kind: "work", UniqueKey: &key})
		j := b.claim(now.Add(time.Second))[0]
		if _, err := b.store.FinishClaim(b.Context(), j, models.Now(now)); err != nil {
			b.Fatal(err)
		}
		b.add(models.Job{Kind: "work", UniqueKey: &key})
		if due := b.claim(now.Add(time.Second)); len(due) != 0 {
			b.Errorf("a finished job was queued again: %+v", due)
		}
		if err := b.store.ForgetDone(b.Context(), models.Now(now.Add(time.Minute))); err != nil {
			b.Fatal(err)
		}
		b.add(models.Job{Kind: "work", UniqueKey: &key})
		if due := b.claim(now.Add(time.Minute)); len(due) != 1 {
			b.Errorf("due: %+v", due)
		}
	})
}

func TestARunnerFinishesWhatRunsBeforeItEnds(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.add(models.Job{Kind: "work"})
		running, release := make(chan struct{}), make(chan struct{})
		r := jobs.New(jobs.Options{Store: b.store, Poll: time.Millisecond, Kinds: map[string]jobs.Kind{
			"work": {Run: func(ctx context.Context, _ models.Job) error {
				close(running)
				<-release
				return ctx.Err()
			}},
		}})
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		<-running
		stop()
		close(release)
		if err := <-ended; err != nil {
			b.Fatal(err)
		}
		if left := b.claim(time.Now().Add(time.Hour)); len(left) != 0 {
			b.Errorf("left: %+v", left)
		}
	})
}
