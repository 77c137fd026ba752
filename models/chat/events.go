package chat

import (
	"context"
	"log/slog"
	"time"

	"parley/models"
)

// Events reads a page of the account's log.
func (s *Service) Events(ctx context.Context, who models.Principal, q EventQuery) (EventPage, error) {
	if err := allowToReadAll(who); err != nil {
		return EventPage{}, err
	}
	// The end comes first: what is written meanwhile is for the next page.
	first, last, err := s.store.EventSpan(ctx, who)
	if err != nil {
		return EventPage{}, err
	}
	more := q
	more.Limit++
	events, err := s.store.Events(ctx, who, more)
	if err != nil {
		return EventPage{}, err
	}
	page := EventPage{Events: events, Next: max(q.After, last), Forgotten: q.After > 0 && (q.After+1 < first || q.After > last)}
	if len(events) > q.Limit {
		page.Events, page.More = events[:q.Limit], true
		page.Next = *events[q.Limit-1].Pos
	} else if n := len(events); n > 0 {
		page.Next = max(page.Next, *events[n-1].Pos)
	}
	if q.After > last { // a place that the log never had
		page.Next = last
	}
	return page, nil
}

// forgetPause is how often the log is looked through for what may go.
const forgetPause = 10 * time.Minute

// RunForgetting deletes events that are older than keep, until ctx ends.
func (s *Service) RunForgetting(ctx context.Context, keep time.Duration) error {
	tick := time.NewTicker(forgetPause)
	defer tick.Stop()
	for {
		if err := s.Forget(ctx, keep); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "event log: old events stay for now", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Forget deletes all events that are older than keep, batch by batch.
func (s *Service) Forget(ctx context.Context, keep time.Duration) error {
	before := s.clock().Add(-keep)
	for {
		if n, err := s.store.ForgetEvents(ctx, before); err != nil || n == 0 {
			return err
		}
	}
}
