package chat

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/models"
)

const (
	// jobPause is how long a job waits that nobody was told of: another node's, or one
	// that was put off.
	jobPause = time.Second
	jobLease = 30 * time.Second
	jobBatch = 50
	// maxJobDelay bounds the pause before a failed job is tried again.
	maxJobDelay = time.Hour
	// sweepPause is how often files are looked for that nobody used.
	sweepPause = 10 * time.Minute
	// fileLife is how long an uploaded file waits for its message.
	fileLife   = 24 * time.Hour
	sweepBatch = 100
)

// nudgeJobs tells the worker that there is something to do.
func (s *Service) nudgeJobs() {
	select {
	case s.pokeJobs <- struct{}{}:
	default: // it will look anyway
	}
}

// RunJobs does what is queued, and sweeps files that nobody used, until ctx ends.
// Each node runs one.
func (s *Service) RunJobs(ctx context.Context) error {
	tick, sweep := time.NewTicker(jobPause), time.NewTicker(sweepPause)
	defer tick.Stop()
	defer sweep.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-sweep.C:
			if err := s.SweepFiles(ctx); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "sweeping unused files failed, trying again", "error", err)
			}
		case <-s.pokeJobs:
		case <-tick.C:
		}
		if err := s.Work(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "taking jobs failed, trying again", "error", err)
		}
	}
}

// Work does what is due until nothing is left.
func (s *Service) Work(ctx context.Context) error {
	for {
		jobs, err := s.store.ClaimJobs(ctx, Claim{
			Kinds: []string{JobSend, JobReceive, JobForget}, Now: s.clock(), Lease: jobLease, Limit: jobBatch,
		})
		if err != nil || len(jobs) == 0 {
			return err
		}
		for _, j := range jobs {
			if err := s.work(ctx, j); err != nil {
				return err
			}
		}
	}
}

// work does one job, or puts it off.
func (s *Service) work(ctx context.Context, j models.Job) error {
	err := s.perform(ctx, j)
	if err == nil || errors.Is(err, ErrLeaseLost) || ctx.Err() != nil {
		return ctx.Err()
	}
	slog.WarnContext(ctx, "a job failed, trying again later", "kind", j.Kind, "attempt", j.Attempt, "error", err)
	delay := min(time.Second<<min(j.Attempt, 12), maxJobDelay)
	return s.store.PutOffJob(ctx, j, s.clock().Add(delay), err.Error())
}

func (s *Service) perform(ctx context.Context, j models.Job) error {
	switch j.Kind {
	case JobSend:
		return s.finish(ctx, j, s.send(ctx, j))
	case JobReceive:
		return s.finish(ctx, j, s.receive(ctx, j))
	case JobForget:
		return s.forgetKeys(ctx, j)
	default:
		return fmt.Errorf("no worker for jobs of kind %s", j.Kind)
	}
}

// finish ends a job whose work is done.
func (s *Service) finish(ctx context.Context, j models.Job, err error) error {
	if err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.FinishJob(ctx, j) })
}

// queueForget has the bytes of files deleted once the transaction is committed.
func (s *Service) queueForget(ctx context.Context, tx Tx, who models.Principal, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	now := s.clock()
	return tx.AddJob(ctx, who, &models.Job{
		Kind: JobForget, Payload: map[string]any{"keys": keys}, RunAt: now, CreatedAt: now,
	})
}

func (s *Service) forgetKeys(ctx context.Context, j models.Job) error {
	keys, _ := j.Payload["keys"].([]any)
	for _, key := range keys {
		name, _ := key.(string)
		if err := s.blobs.Delete(ctx, name); err != nil {
			return fmt.Errorf("delete the bytes of a file: %w", err)
		}
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.FinishJob(ctx, j) })
}

// SweepFiles deletes uploaded files that no message took within a day.
func (s *Service) SweepFiles(ctx context.Context) error {
	for {
		taken, err := s.store.TakeStaleFiles(ctx, s.clock().Add(-fileLife), sweepBatch)
		if err != nil {
			return err
		}
		s.nudgeJobs()
		if taken < sweepBatch {
			return nil
		}
	}
}
