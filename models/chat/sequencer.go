package chat

import (
	"context"
	"log/slog"
	"time"

	"parley/models"
)

// sequencePause is how long an event of a node that died before numbering it waits.
const sequencePause = 2 * time.Second

// nudge tells the sequencer that there may be events without a place.
func (s *Service) nudge(ctx context.Context) {
	models.AfterCommit(ctx, func() {
		select {
		case s.poke <- struct{}{}:
		default: // one is due already, and it will see this commit too
		}
	})
}

// RunSequencer gives committed events their places in the log, and rings for the
// accounts whose log has grown, until ctx ends. Each node runs one.
func (s *Service) RunSequencer(ctx context.Context) error {
	tick := time.NewTicker(sequencePause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.poke:
		case <-tick.C:
		}
		if err := s.sequence(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "event log: sequencing failed, trying again", "error", err)
		}
	}
}

func (s *Service) sequence(ctx context.Context) error {
	heads, err := s.store.Sequence(ctx)
	for _, h := range heads {
		s.bell.Ring(ctx, models.Doorbell{Kind: models.BellEvents, AccountID: h.AccountID, Pos: h.Pos})
	}
	return err
}
