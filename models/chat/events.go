package chat

import (
	"context"

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
