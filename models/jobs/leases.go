package jobs

import (
	"context"
	"log/slog"
	"maps"
	"sync"
	"time"

	"parley/models"
)

// lease is the right to work on a job. Without a renewal it runs out, and the work with it.
type lease struct {
	job    models.Job
	cancel context.CancelCauseFunc
	expiry *time.Timer
}

// leases are those that a shift holds, and their renewal.
type leases struct {
	r    *Runner
	mu   sync.Mutex
	held map[int64]*lease
	// stop ends the renewal, and stopped tells that it has.
	stop    context.CancelFunc
	stopped chan struct{}
}

// holdLeases renews what is added until release.
func holdLeases(ctx context.Context, r *Runner) *leases {
	ctx, stop := context.WithCancel(ctx)
	l := &leases{r: r, held: map[int64]*lease{}, stop: stop, stopped: make(chan struct{})}
	go func() {
		defer close(l.stopped)
		tick := time.NewTicker(r.o.Lease / 3)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				l.renew(ctx)
			}
		}
	}()
	return l
}

// release ends the renewal.
func (l *leases) release() {
	l.stop()
	<-l.stopped
}

// cut ends all work that is under way.
func (l *leases) cut(why error) {
	for _, one := range l.all() {
		one.cancel(why)
	}
}

// add holds the lease of a job that was just claimed. The context ends with the lease.
func (l *leases) add(ctx context.Context, j models.Job) (context.Context, *lease) {
	ctx, cancel := context.WithCancelCause(ctx)
	one := &lease{job: j, cancel: cancel}
	one.expiry = time.AfterFunc(l.r.o.Lease, func() { cancel(ErrLost) })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.held[j.ID] = one
	return ctx, one
}

// drop lets go of a lease whose attempt is over.
func (l *leases) drop(one *lease) {
	one.expiry.Stop()
	one.cancel(nil)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.held[one.job.ID] == one {
		delete(l.held, one.job.ID)
	}
}

// renew makes the leases longer. Where that fails, the next turn comes before they end;
// a lease that another node took over meanwhile ends at once.
func (l *leases) renew(ctx context.Context) {
	held := l.all()
	if len(held) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, l.r.o.Lease/3)
	defer cancel()
	rows := make([]models.Job, 0, len(held))
	for _, one := range held {
		rows = append(rows, one.job)
	}
	still, err := l.r.o.Store.RenewClaims(ctx, rows, l.r.now().Add(l.r.o.Lease))
	if err != nil {
		slog.WarnContext(ctx, "jobs: leases not renewed", "error", err)
		return
	}
	for _, id := range still {
		held[id].expiry.Reset(l.r.o.Lease)
		delete(held, id)
	}
	for _, lost := range held {
		lost.cancel(ErrLost)
	}
}

func (l *leases) all() map[int64]*lease {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.held)
}
