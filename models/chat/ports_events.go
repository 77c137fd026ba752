package chat

import (
	"context"
	"time"

	"parley/models"
)

// EventReader reads the account's log page by page.
type EventReader interface {
	// Events lists the log from after a place, oldest first, with the rows the events
	// speak of.
	Events(ctx context.Context, who models.Principal, q EventQuery) ([]models.Event, error)
}

// EventTx moves the readers that follow the log in the background.
type EventTx interface {
	// TakeCursor is the place of a reader in the account's log, which is the
	// transaction's to move; false when another transaction has it.
	TakeCursor(ctx context.Context, who models.Principal, reader string) (pos int64, taken bool, err error)
	// MoveCursor puts the reader's place forward, never back.
	MoveCursor(ctx context.Context, who models.Principal, reader string, pos int64) error
}

// EventKeeper keeps the log from growing for ever.
type EventKeeper interface {
	// ForgetEvents deletes a batch of the oldest events that have a place and are older
	// than before, and says how many those were.
	ForgetEvents(ctx context.Context, before time.Time) (int64, error)
}

// EventQuery selects events after a place in the log, at most Limit; no types are all.
type EventQuery struct {
	After int64
	Types []models.EventType
	Limit int
}

// EventPage is a page of the log. Next is the place to read on from, and More says that
// there is something. Forgotten says that the log no longer holds all that followed the
// place asked for: whoever kept a copy should read everything anew.
type EventPage struct {
	Events    []models.Event
	Next      int64
	More      bool
	Forgotten bool
}
