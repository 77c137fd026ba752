// Package jobs does work that survives a crash: mail, messages to the outside, and
// whatever else may be late but must not be lost. A job is a row, written in the
// transaction that wants the work done. The one Runner of a node claims it by a short
// lease, which it renews for as long as the work takes, and fences it by the number of
// the attempt, so that who lost the lease cannot finish it; what fails is tried again
// with growing pauses. A job runs at least once: what it does outside of the database
// must bear being repeated, and what it does inside can be made to happen once; see
// Attempt.Finish.
//
// A job that is done is deleted. One that is given up stays for a week, with the reason
// and without its payload.
package jobs

import (
	"context"
	"errors"
	"maps"
	"math"
	"math/rand/v2"
	"time"

	"parley/models"
)

// Store keeps jobs. A job whose lease somebody else took over is ErrLost, and then
// nothing changes.
type Store interface {
	// ClaimDue takes jobs that are due and that nobody holds, of each kind the longest
	// due first, and counts an attempt for each. Two callers never hold one attempt of
	// a job.
	ClaimDue(ctx context.Context, c Claim) ([]models.Job, error)
	// RenewClaims makes leases longer, and gives the ids of those that are still held.
	RenewClaims(ctx context.Context, held []models.Job, until time.Time) ([]int64, error)
	// FinishClaim deletes a job, in one transaction with act, which may be nil:
	// everything that the store is asked for with act's ctx joins. It may run act again
	// after a deadlock.
	FinishClaim(ctx context.Context, j models.Job, act func(ctx context.Context) error) error
	// ReturnClaim gives a job back for another attempt.
	ReturnClaim(ctx context.Context, j models.Job, r Return) error
	// GiveUpClaim ends a job without success, in one transaction with act, as
	// FinishClaim does.
	GiveUpClaim(ctx context.Context, j models.Job, r Return, act func(ctx context.Context) error) error
	// ForgetGivenUp deletes what was given up before a time.
	ForgetGivenUp(ctx context.Context, before time.Time) error
}

// Claim says which jobs to take.
type Claim struct {
	// Most is how many jobs to take of each kind.
	Most map[string]int
	// Full are accounts of which to take none, by kind.
	Full       map[string][]int64
	Now        time.Time
	LeaseUntil time.Time
}

// Return says why a job failed, and when it is due again; given up, when that was.
type Return struct {
	Reason string
	At     time.Time
}

var (
	// ErrLost tells that the lease of a job was lost: somebody else has it, or it is done.
	ErrLost = errors.New("the lease of the job is lost")
	// ErrHopeless ends a job whose error wraps it: trying again changes nothing.
	ErrHopeless = errors.New("trying again is of no use")

	errLeaving     = errors.New("the node is leaving")
	errInterrupted = errors.New("the last attempt was interrupted")
)

// Kind is a sort of job. Zero values take the defaults.
type Kind struct {
	// Run does the work of one attempt. Its context ends when Timeout is over, when the
	// lease is lost, or when the node leaves; it returns soon after that.
	Run func(ctx context.Context, a *Attempt) error
	// GivenUp says what follows from a job that will not be tried again; it may be nil.
	// It is one transaction with the end of the job, so it works on the database alone,
	// and quickly; what it fails with makes the giving up be tried again.
	GivenUp func(ctx context.Context, j models.Job, reason error) error
	// Attempts is how often it is tried at all, crashes included; 12 by default, which
	// with the default Pause is about four hours.
	Attempts int64
	// Timeout is how long an attempt may take; 1 min by default. It may be long: the
	// lease is renewed, and what a crash interrupts is begun again within 20 s.
	Timeout time.Duration
	// Workers is how many attempts one node makes at once; 4 by default. They are the
	// kind's own, so that a slow kind keeps no other one waiting.
	Workers int
	// Share is how many of the workers one account may have before others come first; 0
	// is all. As many may be claimed at once, so it is fewer than twice as many at worst.
	// It is for calls to addresses that people typed, which may hang.
	Share int
	// Pause is what lies between an attempt, the first being 1, and the next; by default
	// Doubling(2 s, 3 h).
	Pause func(attempt int64) time.Duration
}

// Defaults of Kind.
const (
	defaultAttempts = 12
	defaultTimeout  = time.Minute
	defaultWorkers  = 4
	defaultPause    = 2 * time.Second
	defaultPauseMax = 3 * time.Hour
)

// Doubling gives pauses that begin with first and double up to most. Each is up to a
// quarter longer, so that what failed together does not come back together.
func Doubling(first, most time.Duration) func(attempt int64) time.Duration {
	return func(attempt int64) time.Duration {
		doubled := float64(first) * math.Pow(2, float64(attempt-1))
		pause := time.Duration(min(doubled, float64(most)))
		return pause + rand.N(pause/4+1)
	}
}

// Merge joins what several packages registered into the kinds of one Runner. The same
// name twice is a mistake in the program, which panics.
func Merge(parts ...map[string]Kind) map[string]Kind {
	all := map[string]Kind{}
	for _, part := range parts {
		for name, kind := range part {
			if _, taken := all[name]; taken {
				panic("jobs: two kinds are named " + name)
			}
			all[name] = kind
		}
	}
	return all
}

// complete puts the defaults in.
func complete(kinds map[string]Kind) map[string]Kind {
	kinds = maps.Clone(kinds)
	for name, k := range kinds {
		k.Attempts = orElse(k.Attempts, defaultAttempts)
		k.Timeout = orElse(k.Timeout, defaultTimeout)
		k.Workers = orElse(k.Workers, defaultWorkers)
		if k.Pause == nil {
			k.Pause = Doubling(defaultPause, defaultPauseMax)
		}
		kinds[name] = k
	}
	return kinds
}

func orElse[T int | int64 | time.Duration](given, otherwise T) T {
	if given <= 0 {
		return otherwise
	}
	return given
}
