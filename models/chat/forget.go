package chat

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

const (
	// forgetPause is how often the program looks for what may go.
	forgetPause = 10 * time.Minute
	// fileLife is how long an uploaded file waits for its message.
	fileLife   = 24 * time.Hour
	sweepBatch = 100
)

// RunForgetting deletes what is past its time until ctx ends: events and webhooks'
// deliveries older than keepEvents, the answers kept for idempotency keys, and files
// that nobody used.
func (s *Service) RunForgetting(ctx context.Context, keepEvents time.Duration) error {
	tick := time.NewTicker(forgetPause)
	defer tick.Stop()
	for {
		if err := s.Forget(ctx, keepEvents); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "forgetting: what is past its time stays for now", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Forget deletes what is past its time now, batch by batch.
func (s *Service) Forget(ctx context.Context, keepEvents time.Duration) error {
	_, err := s.store.ForgetReplies(ctx, s.clock())
	before := s.clock().Add(-keepEvents)
	return errors.Join(err, emptied(ctx, before, s.store.ForgetEvents), emptied(ctx, before, s.store.ForgetDeliveries), s.sweepFiles(ctx))
}

// emptied deletes batch by batch until nothing is left to delete.
func emptied(ctx context.Context, before time.Time, forget func(context.Context, time.Time) (int64, error)) error {
	for {
		if n, err := forget(ctx, before); err != nil || n == 0 {
			return err
		}
	}
}

// sweepFiles deletes uploaded files that no message took within their life.
func (s *Service) sweepFiles(ctx context.Context) error {
	for {
		taken, err := s.store.TakeStaleFiles(ctx, s.clock().Add(-fileLife), sweepBatch)
		if err != nil {
			return err
		}
		s.pokeJobs(ctx)
		if taken < sweepBatch {
			return nil
		}
	}
}
