package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/models"
)

// Attempt is one try at a job.
type Attempt struct {
	// Job is the row as it was claimed; its Attempt is the number of this try.
	Job models.Job

	store    Store
	finished bool
}

// Finish ends the job together with its effect: what act changes in the store, with the
// ctx that it is given, is one transaction with the end of the job, which happens only
// while the lease is ours. So the effect happens once. Calls to the outside come before
// it. After an error nothing has happened. A kind that never calls it is finished when
// Run returns nil.
func (a *Attempt) Finish(ctx context.Context, act func(ctx context.Context) error) error {
	err := a.store.FinishClaim(ctx, a.Job, act)
	a.finished = a.finished || err == nil
	return err
}

// attempt makes one, and notes how it went.
func (r *Runner) attempt(ctx context.Context, a *Attempt) {
	k, j := r.kinds[a.Job.Kind], a.Job
	err := work(ctx, k, a)
	cause := context.Cause(ctx)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	var failed error
	switch {
	case a.finished || errors.Is(err, ErrLost):
		failed = err
	case err == nil:
		failed = a.Finish(ctx, nil)
	case errors.Is(cause, errLeaving):
		failed = r.o.Store.ReturnClaim(ctx, j, Return{Reason: errLeaving.Error(), At: r.now()})
	default:
		slog.WarnContext(ctx, "jobs: attempt failed", "job", j.UID, "kind", j.Kind, "attempt", j.Attempt, "error", err)
		failed = r.back(ctx, k, j, err)
	}
	if failed != nil {
		slog.WarnContext(ctx, "jobs: outcome not noted", "job", j.UID, "kind", j.Kind, "attempt", j.Attempt, "error", failed)
	}
}

// work runs the job; a panic is a failure like any other. What was tried often enough
// is not run: a crash cut the last attempt off, and may have come of it.
func work(ctx context.Context, k Kind, a *Attempt) (err error) {
	if a.Job.Attempt > k.Attempts {
		return errInterrupted
	}
	ctx, cancel := context.WithTimeout(ctx, k.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return k.Run(ctx, a)
}

// Patient is an error that knows how long to wait at least, such as one of a provider
// that says when it wants to be called again.
type Patient interface {
	error
	RetryAfter() time.Duration
}

// pauseOf is what lies between this attempt and the next.
func pauseOf(k Kind, j models.Job, reason error) time.Duration {
	pause := k.Pause(j.Attempt)
	if told := Patient(nil); errors.As(reason, &told) {
		return max(pause, told.RetryAfter())
	}
	return pause
}

// back gives a job back that failed, or gives it up.
func (r *Runner) back(ctx context.Context, k Kind, j models.Job, reason error) error {
	now := r.now()
	again := Return{Reason: reason.Error(), At: now.Add(pauseOf(k, j, reason))}
	if j.Attempt < k.Attempts && !errors.Is(reason, ErrHopeless) {
		return r.o.Store.ReturnClaim(ctx, j, again)
	}
	err := r.o.Store.GiveUpClaim(ctx, j, Return{Reason: reason.Error(), At: now}, func(ctx context.Context) error {
		if k.GivenUp == nil {
			return nil
		}
		return k.GivenUp(ctx, j, reason)
	})
	if err == nil || errors.Is(err, ErrLost) {
		return err
	}
	return errors.Join(err, r.o.Store.ReturnClaim(ctx, j, again))
}
