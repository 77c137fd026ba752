// Package jobs does work that survives a crash: mail, and whatever else may be late
// but must not be lost. A job is a row, written in the transaction that wants the
// work done. A runner claims it by a lease and fences it by the number of the
// attempt, so that who lost the lease cannot finish it; what fails is tried again
// with growing pauses. A job runs at least once: its work must bear being repeated.
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"parley/models"
)

// Store keeps jobs.
type Store interface {
	// ClaimDue takes jobs that are due and that nobody holds, the longest due first,
	// and counts an attempt for each. Two callers never hold one attempt of a job.
	ClaimDue(ctx context.Context, c Claim) ([]models.Job, error)
	// FinishClaim marks a job done and empties it; false when the attempt is no longer
	// the job's, and then nothing changes.
	FinishClaim(ctx context.Context, j models.Job, at time.Time) (bool, error)
	// ReturnClaim gives a job back with the reason of its failure, under the same
	// condition as FinishClaim.
	ReturnClaim(ctx context.Context, j models.Job, r Return) (bool, error)
	// ForgetDone deletes what was done before a time.
	ForgetDone(ctx context.Context, before time.Time) error
}

// Claim says which jobs to take.
type Claim struct {
	Kinds      []string
	Now        time.Time
	LeaseUntil time.Time
	Limit      int
}

// Return says when a failed job is due again. With GiveUp set it never is.
type Return struct {
	Reason string
	At     time.Time
	GiveUp bool
}

// Kind is a sort of job.
type Kind struct {
	// Run does the work. Its context ends before the lease does.
	Run func(ctx context.Context, j models.Job) error
	// Attempts is how often it is tried at all; 0 means 12, which is about a day.
	Attempts int64
}

// ErrHopeless ends a job whose error wraps it: trying again changes nothing.
var ErrHopeless = errors.New("trying again is of no use")

// Options are what a Runner stands on. Zero values take the defaults.
type Options struct {
	Store Store
	Kinds map[string]Kind
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Poll is how often the table is looked at; 1 s by default.
	Poll time.Duration
	// Lease is how long one attempt may take; 1 min by default. After a crash the job
	// is claimed again when it is over.
	Lease time.Duration
	// Workers is how many jobs run at once; 4 by default.
	Workers int
	// Pause is what lies after the first failure, doubled after each further one up to
	// PauseMax; 2 s and 3 h by default.
	Pause, PauseMax time.Duration
}

// Defaults of Options.
const (
	defaultPoll     = time.Second
	defaultLease    = time.Minute
	defaultWorkers  = 4
	defaultPause    = 2 * time.Second
	defaultPauseMax = 3 * time.Hour
	defaultAttempts = 12
	// kept is how long a finished job stays to be looked at.
	kept = 7 * 24 * time.Hour
	// forgetEvery is how often finished jobs are deleted.
	forgetEvery = time.Hour
)

// Runner runs jobs of registered kinds.
type Runner struct {
	o     Options
	kinds []string
	poke  chan struct{}
}

// New makes a Runner.
func New(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Poll, o.Lease = orElse(o.Poll, defaultPoll), orElse(o.Lease, defaultLease)
	o.Pause, o.PauseMax = orElse(o.Pause, defaultPause), orElse(o.PauseMax, defaultPauseMax)
	o.Workers = orElse(o.Workers, defaultWorkers)
	r := &Runner{o: o, poke: make(chan struct{}, 1)}
	for name := range o.Kinds {
		r.kinds = append(r.kinds, name)
	}
	slices.Sort(r.kinds)
	return r
}

func orElse[T int | time.Duration](given, otherwise T) T {
	if given <= 0 {
		return otherwise
	}
	return given
}

// Poke makes the runner look at once: there is something new.
func (r *Runner) Poke() {
	select {
	case r.poke <- struct{}{}:
	default: // it is to happen already
	}
}

// Run works until ctx ends, and then waits for what is running.
func (r *Runner) Run(ctx context.Context) error {
	var running sync.WaitGroup
	defer running.Wait()
	slots := make(chan struct{}, r.o.Workers)
	ticker := time.NewTicker(r.o.Poll)
	defer ticker.Stop()
	forgotten := time.Time{}
	for ctx.Err() == nil {
		forgotten = r.forget(ctx, forgotten)
		for _, j := range r.claim(ctx, r.o.Workers-len(slots)) {
			slots <- struct{}{}
			running.Go(func() {
				r.attempt(ctx, j)
				<-slots
				r.Poke() // there is room for another one
			})
		}
		select {
		case <-ctx.Done():
		case <-ticker.C:
		case <-r.poke:
		}
	}
	return nil
}

func (r *Runner) claim(ctx context.Context, free int) []models.Job {
	if free <= 0 || len(r.kinds) == 0 {
		return nil
	}
	now := models.Now(r.o.Now())
	claimed, err := r.o.Store.ClaimDue(ctx, Claim{Kinds: r.kinds, Now: now, LeaseUntil: now.Add(r.o.Lease), Limit: free})
	if err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "jobs: none claimed", "error", err)
	}
	return claimed
}

// attempt runs a job once and says how it went. What is running when the program
// ends is finished, within its lease.
func (r *Runner) attempt(ctx context.Context, j models.Job) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), r.o.Lease*3/4)
	err := r.work(ctx, j)
	cancel()
	ctx, cancel = context.WithTimeout(context.WithoutCancel(ctx), r.o.Lease/4)
	defer cancel()
	held, failed := r.settle(ctx, j, err)
	switch {
	case failed != nil:
		slog.WarnContext(ctx, "jobs: outcome not noted, the job runs again", "job", j.UID, "kind", j.Kind, "error", failed)
	case !held:
		slog.WarnContext(ctx, "jobs: somebody else has the job", "job", j.UID, "kind", j.Kind, "attempt", j.Attempt)
	case err != nil:
		slog.WarnContext(ctx, "jobs: attempt failed", "job", j.UID, "kind", j.Kind, "attempt", j.Attempt, "error", err)
	}
}

// work runs the job; a panic is a failure like any other.
func (r *Runner) work(ctx context.Context, j models.Job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.o.Kinds[j.Kind].Run(ctx, j)
}

// settle notes the outcome of an attempt.
func (r *Runner) settle(ctx context.Context, j models.Job, err error) (held bool, failed error) {
	now := models.Now(r.o.Now())
	if err == nil {
		return r.o.Store.FinishClaim(ctx, j, now)
	}
	attempts := r.o.Kinds[j.Kind].Attempts
	if attempts == 0 {
		attempts = defaultAttempts
	}
	return r.o.Store.ReturnClaim(ctx, j, Return{
		Reason: err.Error(), At: now.Add(r.pause(j.Attempt)),
		GiveUp: j.Attempt >= attempts || errors.Is(err, ErrHopeless),
	})
}

// pause is what lies between an attempt and the next: doubled each time, and up to a
// quarter longer, so that what failed together does not come back together.
func (r *Runner) pause(attempt int64) time.Duration {
	doubled := float64(r.o.Pause) * math.Pow(2, float64(attempt-1))
	pause := time.Duration(min(doubled, float64(r.o.PauseMax)))
	return pause + rand.N(pause/4+1)
}

func (r *Runner) forget(ctx context.Context, last time.Time) time.Time {
	now := r.o.Now()
	if now.Sub(last) < forgetEvery {
		return last
	}
	if err := r.o.Store.ForgetDone(ctx, models.Now(now.Add(-kept))); err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "jobs: old ones not deleted", "error", err)
	}
	return now
}
