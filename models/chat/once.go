package chat

import (
	"context"

	"parley/models"
)

// Once runs an act for a request that carries an idempotency key: once for each
// holder and key. See Replies; the doorbells of the act ring after its commit.
func (s *Service) Once(ctx context.Context, who models.Principal, a models.Attempt, act Act) (models.Reply, bool, error) {
	if a.Lease > 0 {
		return s.store.Once(ctx, who, a, act) // its transactions commit, and ring, one by one
	}
	var held []models.Doorbell
	reply, replayed, err := s.store.Once(ctx, who, a, func(ctx context.Context) (models.Reply, error) {
		held = nil // of a try that lost to another transaction
		return act(context.WithValue(ctx, heldKey{}, &held))
	})
	if err != nil {
		return reply, replayed, err
	}
	s.nudge()
	for _, d := range held {
		s.bell.bell.Ring(d)
	}
	return reply, replayed, nil
}

// heldKey is where the context of an act has the doorbells that wait for its commit.
type heldKey struct{}

// commitBell rings once what it tells of is committed: at once, except within Once.
type commitBell struct{ bell Bell }

// Ring rings, or holds the doorbell back until the commit.
func (b commitBell) Ring(ctx context.Context, d models.Doorbell) {
	if held, waits := ctx.Value(heldKey{}).(*[]models.Doorbell); waits {
		*held = append(*held, d)
		return
	}
	b.bell.Ring(d)
}
