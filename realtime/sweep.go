package realtime

import (
	"context"
	"log/slog"
	"time"

	"parley/models"
)

// sweepBatch is how many conversations or accounts are asked about at once.
const sweepBatch = 500

// sweep compares this node's sockets with the database, every few seconds and when
// the bus may have missed something. Whatever a lost doorbell would have told is
// read then.
func (s *Sockets) sweep(ctx context.Context) {
	ticker := time.NewTicker(s.o.Sweep)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-s.hub.gap:
		}
		s.counters.Sweeps.Add(1)
		if err := s.sweepOnce(ctx); err != nil && ctx.Err() == nil {
			s.counters.SweepFailures.Add(1)
			slog.WarnContext(ctx, "realtime: sweep failed", "error", err)
		}
	}
}

func (s *Sockets) sweepOnce(ctx context.Context) error {
	if err := s.sweepOver(ctx, &s.hub.rooms, s.o.Chat.PublicSeqs); err != nil {
		return err
	}
	return s.sweepOver(ctx, &s.hub.desks, s.o.Chat.EventPositions)
}

// sweepOver asks where the streams stand, and notifies who is behind.
func (s *Sockets) sweepOver(
	ctx context.Context, over *sockets, ask func(context.Context, []int64) (map[int64]int64, error),
) error {
	var ids []int64
	over.each(func(id int64, _ []*peer) { ids = append(ids, id) })
	for len(ids) > 0 {
		n := min(sweepBatch, len(ids))
		if err := s.sweepBatch(ctx, over, ids[:n], ask); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

func (s *Sockets) sweepBatch(
	ctx context.Context, over *sockets, ids []int64, ask func(context.Context, []int64) (map[int64]int64, error),
) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Act)
	defer cancel()
	places, err := ask(ctx, ids)
	if err != nil {
		return err
	}
	for id, place := range places {
		for _, p := range over.of(id) {
			if p.notice(place) {
				s.counters.SweepFound.Add(1)
			}
		}
	}
	return nil
}

// recheck asks again whether the credentials behind agent sockets are good, so that
// a revocation arrives even when its doorbell does not.
func (s *Sockets) recheck(ctx context.Context) {
	ticker := time.NewTicker(s.o.Recheck)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.recheckOnce(ctx)
		}
	}
}

// credential names what an agent came with.
type credential struct {
	key, user, session int64
	// role is what the user had then: another one may have been given since.
	role models.Role
}

// recheckOnce asks once for each credential.
func (s *Sockets) recheckOnce(ctx context.Context) {
	holders := map[credential][]*peer{}
	s.hub.desks.each(func(_ int64, desk []*peer) {
		for _, p := range desk {
			c := credential{p.agent.who.KeyID, p.agent.who.UserID, p.agent.who.SessionID, p.agent.who.Role}
			holders[c] = append(holders[c], p)
		}
	})
	for _, peers := range holders {
		ctx, cancel := context.WithTimeout(ctx, s.o.Recheck)
		stands := s.o.Access.StillStands(ctx, peers[0].agent.who)
		cancel()
		if stands {
			continue
		}
		for _, p := range peers {
			p.hangUp(CloseUnauthorized, reasonRevoked)
		}
	}
}
