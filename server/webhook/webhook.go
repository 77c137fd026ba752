// Package webhook tells the outside of what happened. One part follows the event log
// of every account and writes what has to be delivered; the other one delivers: signed,
// again and again with growing pauses, and so that a receiver that is slow or gone
// keeps nobody but itself waiting. All that is known lies in the database, so any
// number of nodes may do both, and each may die at any point.
package webhook

import (
	"context"
	"log/slog"
	"time"

	"golang.org/x/sync/errgroup"

	"parley/models"
	"parley/models/chat"
)

// Desk is what the engine asks of the one service.
type Desk interface {
	// WebhookNews lists accounts whose webhooks have something to be told.
	WebhookNews(ctx context.Context) ([]int64, error)
	// FanOut writes the deliveries of an account's next events; more says that the log
	// goes on.
	FanOut(ctx context.Context, accountID int64) (more bool, err error)
	ClaimDeliveries(ctx context.Context, c chat.DeliveryClaim) ([]models.WebhookDelivery, error)
	SettleDelivery(ctx context.Context, d models.WebhookDelivery, o chat.Outcome) (held bool, err error)
}

// Caller calls addresses that people typed.
type Caller interface {
	// Post gives the status and the beginning of the answer; the text of a models.Error
	// may be shown.
	Post(ctx context.Context, address string, header map[string]string, body []byte) (status int, answer string, err error)
}

// Sealer opens what was sealed.
type Sealer interface {
	Open(sealed []byte) ([]byte, error)
}

// Options are what an Engine stands on. Zero values take the defaults.
type Options struct {
	Desk   Desk
	Caller Caller
	Sealer Sealer
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Poll is how often the database is looked at when nobody pokes; 1 s by default.
	Poll time.Duration
	// Lease is how long an attempt belongs to this node; 18 s by default: after a crash
	// it is made again within 20.
	Lease time.Duration
	// Calls is how many calls this node makes at once, PerWebhook how many to one webhook
	// that works, and Doubtful how many to one that has yet to; 256, 16 and 2 by default.
	Calls, PerWebhook, Doubtful int
	// Watch is told of each attempt: how it ended, how long it took; it may be nil.
	Watch func(outcome string, took time.Duration)
}

const (
	defaultPoll       = time.Second
	defaultLease      = 18 * time.Second
	defaultCalls      = 256
	defaultPerWebhook = 16
	defaultDoubtful   = 2
)

// Engine fans out and delivers.
type Engine struct {
	o Options
	// news and due are rung when there is something for either part.
	news, due chan struct{}
	lanes     *lanes
}

// New makes an Engine.
func New(o Options) *Engine {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Watch == nil {
		o.Watch = func(string, time.Duration) {}
	}
	o.Poll, o.Lease = orElse(o.Poll, defaultPoll), orElse(o.Lease, defaultLease)
	o.Calls, o.PerWebhook = orElse(o.Calls, defaultCalls), orElse(o.PerWebhook, defaultPerWebhook)
	o.Doubtful = orElse(o.Doubtful, defaultDoubtful)
	return &Engine{o: o, news: make(chan struct{}, 1), due: make(chan struct{}, 1), lanes: newLanes(o)}
}

func orElse[T int | time.Duration](given, otherwise T) T {
	if given <= 0 {
		return otherwise
	}
	return given
}

// Poke makes the engine look at once: a log has grown.
func (e *Engine) Poke() { ring(e.news) }

// Hurry makes the engine look at once: a delivery was queued.
func (e *Engine) Hurry() { ring(e.due) }

func ring(bell chan struct{}) {
	select {
	case bell <- struct{}{}:
	default: // it is to happen already
	}
}

// Run works until ctx ends, and then waits for the calls that are under way.
func (e *Engine) Run(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { e.follow(ctx); return nil })
	group.Go(func() error { e.deliver(ctx); return nil })
	return group.Wait()
}

// follow writes deliveries whenever a log has grown.
func (e *Engine) follow(ctx context.Context) {
	tick := time.NewTicker(e.o.Poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		if err := e.fanOut(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "webhooks: deliveries not written, trying again", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-e.news:
		}
	}
}

// fanOut deals with every account that has news: a batch of each, round after round,
// so that a busy account delays no other. An account whose turn fails is left for the
// next time; the others have theirs.
func (e *Engine) fanOut(ctx context.Context) (failed error) {
	for more := true; more && ctx.Err() == nil; {
		accounts, err := e.o.Desk.WebhookNews(ctx)
		if err != nil {
			return err
		}
		more = false
		for _, account := range accounts {
			goesOn, err := e.o.Desk.FanOut(ctx, account)
			if err != nil {
				failed = err
				continue
			}
			more = more || goesOn
			e.Hurry()
		}
	}
	return failed
}
