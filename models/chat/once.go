package chat

import (
	"context"

	"parley/models"
)

// Once runs an act for a request that carries an idempotency key: once for each
// holder and key. See Replies; the doorbells of the act ring after its commit.
func (s *Service) Once(ctx context.Context, who models.Principal, a models.Attempt, act Act) (models.Reply, bool, error) {
	return s.store.Once(ctx, who, a, act)
}

// commitBell rings once what it tells of is committed.
type commitBell struct{ bell Bell }

// Ring rings, or holds the doorbell back until the commit.
func (b commitBell) Ring(ctx context.Context, d models.Doorbell) {
	models.AfterCommit(ctx, func() { b.bell.Ring(d) })
}
