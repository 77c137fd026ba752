package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
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
	return b.take(now, time.Minute, 100)
}

// take is claim with a lease and a limit.
func (b *bench) take(now time.Time, lease time.Duration, most int) []models.Job {
	b.Helper()
	claimed, err := b.store.ClaimDue(b.Context(), jobs.Claim{
		Most: map[string]int{"work": most}, Now: models.Now(now), LeaseUntil: models.Now(now.Add(lease)),
	})
	if err != nil {
		b.Fatal(err)
	}
	return claimed
}

// run lets a runner work until stop, or until the test ends.
func (b *bench) run(o jobs.Options) (r *jobs.Runner, stop func()) {
	b.Helper()
	o.Store = b.store
	if o.Poll == 0 {
		o.Poll = 5 * time.Millisecond
	}
	r = jobs.New(o)
	ctx, cancel := context.WithCancel(b.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			b.Error(err)
		}
	})
	b.Cleanup(stop)
	return r, stop
}

// comes waits for a signal.
func comes[T any](b *bench, what string, signal <-chan T) T {
	b.Helper()
	select {
	case got := <-signal:
		return got
	case <-time.After(patience):
		b.Fatalf("waited in vain: %s", what)
		panic("unreachable")
	}
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
		if vanished := b.take(time.Now(), 300*time.Millisecond, 10); len(vanished) != 10 {
			b.Fatalf("%d claimed", len(vanished))
		}
		l := newLedger()
		kind := jobs.Kind{Attempts: 1000, Pause: jobs.Doubling(time.Millisecond, 5*time.Millisecond), Run: func(_ context.Context, a *jobs.Attempt) error {
			j := a.Job
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
			b.run(jobs.Options{Kinds: map[string]jobs.Kind{"work": kind}})
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
						Most: map[string]int{"work": 4}, Now: models.Now(time.Now()), LeaseUntil: models.Now(time.Now().Add(time.Hour)),
					})
					if err != nil || len(claimed) > 4 {
						b.Errorf("%d claimed, %v", len(claimed), err)
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
		acted := false
		act := func(context.Context) error { acted = true; return nil }
		for what, err := range map[string]error{
			"finished":     b.store.FinishClaim(b.Context(), first[0], act),
			"gave it back": b.store.ReturnClaim(b.Context(), first[0], jobs.Return{Reason: "x", At: models.Now(now)}),
			"gave it up":   b.store.GiveUpClaim(b.Context(), first[0], jobs.Return{Reason: "x", At: models.Now(now)}, act),
		} {
			if !errors.Is(err, jobs.ErrLost) {
				b.Errorf("the first %s: %v", what, err)
			}
		}
		until := models.Now(now.Add(time.Hour))
		still, err := b.store.RenewClaims(b.Context(), []models.Job{first[0], second[0]}, until)
		if err != nil || !slices.Equal(still, []int64{second[0].ID}) {
			b.Errorf("renewed: %v, %v", still, err)
		}
		still, err = b.store.RenewClaims(b.Context(), first, until)
		if err != nil || len(still) != 0 || acted {
			b.Errorf("the first renewed: %v, %v; acted: %v", still, err, acted)
		}
		if early := b.claim(now.Add(59 * time.Minute)); len(early) != 0 {
			b.Errorf("claimed within the renewed lease: %+v", early)
		}
		if err := b.store.FinishClaim(b.Context(), second[0], act); err != nil || !acted {
			b.Errorf("the second did not finish: %v", err)
		}
		if err := b.store.FinishClaim(b.Context(), second[0], nil); !errors.Is(err, jobs.ErrLost) {
			b.Errorf("it was finished twice: %v", err)
		}
		if left := b.claim(now.Add(2 * time.Hour)); len(left) != 0 {
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
