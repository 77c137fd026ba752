package jobs_test

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
	"parley/models/jobs"
	"parley/models/store/storetest"
)

// kinds registers one, by the name "work".
func kinds(k jobs.Kind) map[string]jobs.Kind { return map[string]jobs.Kind{"work": k} }

// quick pauses hold no test up.
var quick = jobs.Doubling(time.Millisecond, 2*time.Millisecond)

func TestAnEffectAndTheEndOfItsJobAreOneTransaction(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.add(models.Job{Kind: "work"})
		type end struct {
			attempt int64
			err     error
		}
		done, told := make(chan end, 10), make(chan int64, 10)
		b.run(jobs.Options{Kinds: kinds(jobs.Kind{Pause: quick, Run: func(ctx context.Context, a *jobs.Attempt) error {
			try := a.Job.Attempt
			if try == 2 { // somebody takes the job over, and vanishes
				b.take(time.Now().Add(time.Hour), -time.Hour, 1)
			}
			err := a.Finish(ctx, func(ctx context.Context) error {
				effect := models.Job{AccountID: b.account, Kind: "effect"}
				if err := b.store.QueueJob(ctx, &effect); err != nil {
					return err
				}
				models.AfterCommit(ctx, func() { told <- try })
				if try == 1 {
					return errors.New("not this time")
				}
				return nil
			})
			done <- end{try, err}
			return err
		}})})
		ends := map[int64]error{}
		for range 3 {
			end := comes(b, "an attempt", done)
			ends[end.attempt] = end.err
		}
		if err := ends[1]; err == nil || errors.Is(err, jobs.ErrLost) || !errors.Is(ends[2], jobs.ErrLost) || ends[4] != nil {
			b.Errorf("the attempts ended with %v", ends)
		}
		if attempt := comes(b, "what follows the commit", told); attempt != 4 || len(told) != 0 {
			b.Errorf("told of attempt %d, and %d more", attempt, len(told))
		}
		effects, err := b.store.ClaimDue(b.Context(), jobs.Claim{
			Most: map[string]int{"effect": 10}, Now: models.Now(time.Now().Add(time.Hour)), LeaseUntil: models.Now(time.Now()),
		})
		if err != nil || len(effects) != 1 {
			b.Errorf("%d effects, %v", len(effects), err)
		}
	})
}

func TestASlowKindKeepsNoOtherOneWaiting(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		for range 20 {
			b.add(models.Job{Kind: "slow"})
			b.add(models.Job{Kind: "work"})
		}
		release, done := make(chan struct{}), make(chan string, 100)
		var mu sync.Mutex
		busy, most := 0, 0
		count := func(by int) {
			mu.Lock()
			defer mu.Unlock()
			busy += by
			most = max(most, busy)
		}
		_, stop := b.run(jobs.Options{Poll: time.Hour, Kinds: map[string]jobs.Kind{
			"slow": {Workers: 3, Run: func(context.Context, *jobs.Attempt) error {
				count(1)
				defer count(-1)
				<-release
				done <- "slow"
				return nil
			}},
			"work": {Workers: 1, Run: func(context.Context, *jobs.Attempt) error {
				done <- "work"
				return nil
			}},
		}})
		for range 20 {
			if kind := comes(b, "a quick job", done); kind != "work" {
				b.Fatalf("a %s job is done", kind)
			}
		}
		close(release)
		for range 20 {
			comes(b, "a slow job", done)
		}
		stop()
		if most != 3 {
			b.Errorf("%d slow jobs ran at once, want 3", most)
		}
	})
}

func TestAnAccountWhoseCallsHangLeavesWorkersToOthers(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		other := &bench{T: b.T, store: b.store, account: storetest.NewCompany(b.T, b.store).Rows.Live.ID}
		for range 20 {
			b.add(models.Job{Kind: "work"})
		}
		for range 6 {
			other.add(models.Job{Kind: "work"})
		}
		release, done := make(chan struct{}), make(chan int64, 100)
		var hanging atomic.Int64
		_, stop := b.run(jobs.Options{Poll: time.Hour, Kinds: kinds(jobs.Kind{Workers: 8, Share: 2, Run: func(_ context.Context, a *jobs.Attempt) error {
			if a.Job.AccountID == b.account {
				hanging.Add(1)
				<-release
			}
			done <- a.Job.AccountID
			return nil
		}})})
		for range 6 {
			if account := comes(b, "another account's job", done); account != other.account {
				b.Fatalf("a job of account %d is done", account)
			}
		}
		if n := hanging.Load(); n < 1 || n > 3 {
			b.Errorf("%d workers hang, want fewer than twice the share of 2", n)
		}
		close(release)
		for range 20 {
			comes(b, "what is left", done)
		}
		stop()
	})
}

func TestWhatIsHopelessOrFailsTooOftenOrCrashesTheNodeIsGivenUp(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		key := "once"
		for _, sort := range []string{"hopeless", "stubborn"} {
			b.add(models.Job{Kind: sort, Payload: map[string]any{"secret": "word"}, UniqueKey: &key})
		}
		b.add(models.Job{Kind: "work", UniqueKey: &key})
		for range 2 { // attempts of nodes that crash
			if taken := b.take(time.Now(), -time.Second, 1); len(taken) != 1 {
				b.Fatalf("taken: %+v", taken)
			}
		}
		tried, given := make(chan string, 100), make(chan string, 100)
		var refused atomic.Bool
		sort := func(err error) jobs.Kind {
			return jobs.Kind{
				Pause: quick, Attempts: 2,
				Run: func(_ context.Context, a *jobs.Attempt) error {
					tried <- a.Job.Kind
					return err
				},
				GivenUp: func(ctx context.Context, j models.Job, reason error) error {
					models.AfterCommit(ctx, func() { given <- fmt.Sprintf("%s %d: %v", j.Kind, j.Attempt, reason) })
					if j.Kind == "work" && !refused.Swap(true) {
						return errors.New("the giving up fails")
					}
					return nil
				},
			}
		}
		_, stop := b.run(jobs.Options{Kinds: map[string]jobs.Kind{
			"hopeless": sort(fmt.Errorf("no: %w", jobs.ErrHopeless)), "stubborn": sort(errors.New("no")), "work": sort(nil),
		}})
		want := map[string]bool{
			"hopeless 1: no: trying again is of no use": true, "stubborn 2: no": true, "work 4: the last attempt was interrupted": true,
		}
		for range 3 {
			if got := comes(b, "a job is given up", given); !want[got] {
				b.Errorf("given up: %s", got)
			}
		}
		stop()
		if len(given) != 0 || len(tried) != 3 {
			b.Errorf("%d more are given up, %d attempts were made", len(given), len(tried))
		}
		b.add(models.Job{Kind: "work", UniqueKey: &key})
		if again := b.claim(time.Now().Add(time.Hour)); len(again) != 1 || again[0].Attempt != 1 {
			b.Errorf("queued again: %+v", again)
		}
	})
}

func TestALongAttemptKeepsItsLease(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.add(models.Job{Kind: "work"})
		running, release, done := make(chan struct{}), make(chan struct{}), make(chan int64, 1)
		const lease = 1500 * time.Millisecond
		b.run(jobs.Options{Lease: lease, Kinds: kinds(jobs.Kind{Run: func(ctx context.Context, a *jobs.Attempt) error {
			close(running)
			<-release
			done <- a.Job.Attempt
			return ctx.Err()
		}})})
		comes(b, "the attempt", running)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for began := time.Now(); time.Since(began) < 2*lease; {
			if taken := b.claim(time.Now()); len(taken) != 0 {
				b.Fatalf("taken over after %s", time.Since(began))
			}
			<-tick.C
		}
		close(release)
		if attempt := comes(b, "the end", done); attempt != 1 {
			b.Errorf("attempt %d", attempt)
		}
	})
}

func TestWhoLosesTheLeaseIsTold(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.add(models.Job{Kind: "work"})
		running, told := make(chan struct{}, 1), make(chan error, 1)
		_, stop := b.run(jobs.Options{Lease: 300 * time.Millisecond, Kinds: kinds(jobs.Kind{Run: func(ctx context.Context, _ *jobs.Attempt) error {
			running <- struct{}{}
			<-ctx.Done()
			told <- context.Cause(ctx)
			return ctx.Err()
		}})})
		comes(b, "the attempt", running)
		taken := b.take(time.Now().Add(time.Hour), time.Hour, 1)
		if err := comes(b, "the end", told); !errors.Is(err, jobs.ErrLost) {
			b.Errorf("it ended because of %v", err)
		}
		stop()
		if err := b.store.FinishClaim(b.Context(), taken[0], nil); err != nil {
			b.Errorf("the new holder finishes: %v", err)
		}
	})
}

func TestARunnerThatLeavesFinishesWhatItCanAndHandsBackTheRest(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.add(models.Job{Kind: "short"})
		b.add(models.Job{Kind: "work"})
		running, release := make(chan struct{}, 2), make(chan struct{})
		_, stop := b.run(jobs.Options{Grace: 100 * time.Millisecond, Kinds: map[string]jobs.Kind{
			"short": {Run: func(ctx context.Context, _ *jobs.Attempt) error {
				running <- struct{}{}
				<-release
				return ctx.Err()
			}},
			"work": {Run: func(ctx context.Context, _ *jobs.Attempt) error {
				running <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			}},
		}})
		comes(b, "one", running)
		comes(b, "the other", running)
		close(release)
		stop()
		left, err := b.store.ClaimDue(b.Context(), jobs.Claim{
			Most: map[string]int{"short": 10, "work": 10}, Now: models.Now(time.Now()), LeaseUntil: models.Now(time.Now().Add(time.Hour)),
		})
		if err != nil || len(left) != 1 || left[0].Kind != "work" || left[0].Attempt != 2 || *left[0].LastError != "the node is leaving" {
			b.Errorf("left: %+v, %v", left, err)
		}
	})
}

func TestAPokeStartsEverythingThatIsDue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		done := make(chan struct{}, 100)
		runner, _ := b.run(jobs.Options{Poll: time.Hour, Kinds: kinds(jobs.Kind{Workers: 2, Run: func(context.Context, *jobs.Attempt) error {
			done <- struct{}{}
			return nil
		}})})
		for range 11 {
			b.add(models.Job{Kind: "work"})
		}
		runner.Poke()
		for range 11 {
			comes(b, "a job", done)
		}
	})
}

func TestWorkEndsWhenNothingIsDue(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.add(models.Job{Kind: "first"})
		b.add(models.Job{Kind: "broken"})
		var done atomic.Int64
		ahead := time.Duration(0)
		runner := jobs.New(jobs.Options{Store: b.store, Now: func() time.Time { return time.Now().Add(ahead) }, Kinds: jobs.Merge(
			map[string]jobs.Kind{"first": {Run: func(ctx context.Context, a *jobs.Attempt) error {
				return a.Finish(ctx, func(ctx context.Context) error {
					return b.store.QueueJob(ctx, &models.Job{AccountID: b.account, Kind: "work"})
				})
			}}},
			kinds(jobs.Kind{Run: func(context.Context, *jobs.Attempt) error { done.Add(1); return nil }}),
			map[string]jobs.Kind{"broken": {Run: func(_ context.Context, a *jobs.Attempt) error {
				done.Add(10)
				if a.Job.Attempt == 1 {
					return errors.New("not this time")
				}
				return nil
			}}},
		)})
		for i, want := range []int64{11, 11, 21, 21} {
			if err := runner.Work(b.Context()); err != nil || done.Load() != want {
				b.Errorf("turn %d: %v, done %d, want %d", i, err, done.Load(), want)
			}
			if i >= 1 {
				ahead += time.Minute
			}
		}
	})
}

func TestPausesDoubleUpToABoundAndAreNeverTheSame(t *testing.T) {
	t.Parallel()
	pause := jobs.Doubling(2*time.Second, 3*time.Hour)
	for attempt, least := range map[int64]time.Duration{
		1: 2 * time.Second, 2: 4 * time.Second, 3: 8 * time.Second, 12: 4096 * time.Second, 20: 3 * time.Hour, 2000: 3 * time.Hour,
	} {
		for range 20 {
			if got := pause(attempt); got < least || got > least+least/4 {
				t.Errorf("after attempt %d: %s", attempt, got)
			}
		}
	}
	same := pause(20)
	for range 20 {
		if pause(20) != same {
			return
		}
	}
	t.Error("every pause is the same")
}

func TestTheSameKindIsNotRegisteredTwice(t *testing.T) {
	t.Parallel()
	defer func() {
		if said, _ := recover().(string); !strings.Contains(said, "work") {
			t.Errorf("said %q", said)
		}
	}()
	jobs.Merge(kinds(jobs.Kind{}), kinds(jobs.Kind{}))
}
