package jobs

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"parley/models"
)

// Options are what a Runner stands on. Zero values take the defaults.
type Options struct {
	Store Store
	Kinds map[string]Kind
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Poll is how often the table is looked at; 1 s by default.
	Poll time.Duration
	// Lease is how soon a job is claimed anew that nobody renews; 15 s by default. A
	// third of it is how often a running job's lease is renewed.
	Lease time.Duration
	// Grace is how long attempts go on after the end of Run's context, before they are
	// handed back; 10 s by default.
	Grace time.Duration
}

// Defaults of Options.
const (
	defaultPoll  = time.Second
	defaultLease = 15 * time.Second
	defaultGrace = 10 * time.Second
	// settleTime is how long noting the outcome of an attempt may take.
	settleTime = 5 * time.Second
	// kept is how long a job stays to be looked at that was given up.
	kept = 7 * 24 * time.Hour
	// forgetEvery is how often those are deleted.
	forgetEvery = time.Hour
)

// Runner runs jobs of registered kinds.
type Runner struct {
	o     Options
	kinds map[string]Kind
	poke  chan struct{}
}

// New makes a Runner.
func New(o Options) *Runner {
	if o.Now == nil {
		o.Now = time.Now
	}
	o.Poll, o.Lease, o.Grace = orElse(o.Poll, defaultPoll), orElse(o.Lease, defaultLease), orElse(o.Grace, defaultGrace)
	return &Runner{o: o, kinds: complete(o.Kinds), poke: make(chan struct{}, 1)}
}

// Poke makes the runner look at once: something was queued.
func (r *Runner) Poke() {
	select {
	case r.poke <- struct{}{}:
	default: // it is to happen already
	}
}

// Run works until ctx ends. What is running then may finish within Grace; the rest is
// handed back, for another node to begin anew at once.
func (r *Runner) Run(ctx context.Context) error {
	s := r.begin(ctx)
	defer s.end()
	poll, forget := time.NewTicker(r.o.Poll), time.NewTicker(forgetEvery)
	defer poll.Stop()
	defer forget.Stop()
	r.forget(ctx)
	for look := true; ctx.Err() == nil; {
		if look {
			if err := s.fill(ctx); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "jobs: none claimed", "error", err)
			}
		}
		select {
		case <-ctx.Done():
		case <-forget.C:
			r.forget(ctx)
			look = false
		case job := <-s.ended:
			look = s.left(job)
		case <-poll.C:
			look = true
		case <-r.poke:
			look = true
		}
	}
	s.leave(r.o.Grace)
	return nil
}

// Work does what is due, and what that makes due, until nothing is left.
func (r *Runner) Work(ctx context.Context) error {
	s := r.begin(ctx)
	defer s.end()
	for {
		claimed, err := s.claim(ctx)
		if err != nil {
			return err
		}
		if claimed == 0 && s.busy == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case job := <-s.ended:
			s.left(job)
		}
	}
}

func (r *Runner) now() time.Time { return models.Now(r.o.Now()) }

func (r *Runner) forget(ctx context.Context) {
	if err := r.o.Store.ForgetGivenUp(ctx, r.now().Add(-kept)); err != nil && ctx.Err() == nil {
		slog.WarnContext(ctx, "jobs: old ones not deleted", "error", err)
	}
}

// shift is one run of a Runner. All but the leases belongs to the goroutine that runs.
type shift struct {
	*Runner
	held *leases
	// ended tells of every attempt that is over.
	ended chan models.Job
	busy  int
	// running counts the attempts of each kind, and more says which kinds may have jobs
	// due beyond those that were claimed.
	running map[string]int
	more    map[string]bool
	// theirs counts the attempts of each account, where a kind has a Share.
	theirs map[string]map[int64]int
}

// begin starts a shift; end must follow.
func (r *Runner) begin(ctx context.Context) *shift {
	return &shift{
		Runner: r, held: holdLeases(context.WithoutCancel(ctx), r),
		ended: make(chan models.Job), theirs: map[string]map[int64]int{}, running: map[string]int{}, more: map[string]bool{},
	}
}

// fill claims until no worker is free whom a job waits for: of a kind with a Share no more
// than that is claimed at once.
func (s *shift) fill(ctx context.Context) error {
	for {
		claimed, err := s.claim(ctx)
		if err != nil || claimed == 0 || !s.shared() {
			return err
		}
	}
}

// shared says whether a kind with a Share has free workers, and may have jobs for them.
func (s *shift) shared() bool {
	for name, k := range s.kinds {
		if k.Share > 0 && s.more[name] && s.running[name] < k.Workers {
			return true
		}
	}
	return false
}

// full are the accounts that have their share of a kind.
func (s *shift) full(name string, k Kind) []int64 {
	var accounts []int64
	for account, n := range s.theirs[name] {
		if n >= k.Share {
			accounts = append(accounts, account)
		}
	}
	slices.Sort(accounts)
	return accounts
}

// claim takes as many jobs as there are workers free, and lets them work.
func (s *shift) claim(ctx context.Context) (claimed int, err error) {
	most, full := map[string]int{}, map[string][]int64{}
	for name, k := range s.kinds {
		free := k.Workers - s.running[name]
		if k.Share > 0 {
			free, full[name] = min(free, k.Share), s.full(name, k)
		}
		s.more[name] = true
		if free > 0 {
			most[name] = free
		}
	}
	if len(most) == 0 {
		return 0, nil
	}
	now := s.now()
	taken, err := s.o.Store.ClaimDue(ctx, Claim{Most: most, Full: full, Now: now, LeaseUntil: now.Add(s.o.Lease)})
	if err != nil {
		return 0, err
	}
	count := map[string]int{}
	for _, j := range taken {
		count[j.Kind]++
		s.start(ctx, j)
	}
	for name, asked := range most {
		s.more[name] = count[name] == asked || len(full[name]) > 0
	}
	return len(taken), nil
}

// start lets a job work. It does not end with ctx, but with its lease.
func (s *shift) start(ctx context.Context, j models.Job) {
	s.busy++
	s.running[j.Kind]++
	if s.kinds[j.Kind].Share > 0 {
		if s.theirs[j.Kind] == nil {
			s.theirs[j.Kind] = map[int64]int{}
		}
		s.theirs[j.Kind][j.AccountID]++
	}
	ctx, lease := s.held.add(context.WithoutCancel(ctx), j)
	go func() {
		s.attempt(ctx, &Attempt{Job: j, store: s.o.Store})
		s.held.drop(lease)
		s.ended <- j
	}()
}

// left notes the end of an attempt, and says whether there may be another one for the
// worker that is free now.
func (s *shift) left(j models.Job) (more bool) {
	s.busy--
	s.running[j.Kind]--
	if theirs := s.theirs[j.Kind]; theirs != nil {
		if theirs[j.AccountID]--; theirs[j.AccountID] == 0 {
			delete(theirs, j.AccountID)
		}
	}
	return s.more[j.Kind]
}

// leave waits for what is running, and hands back what takes too long.
func (s *shift) leave(grace time.Duration) {
	cut := time.AfterFunc(grace, func() { s.held.cut(errLeaving) })
	defer cut.Stop()
	s.wait()
}

// end ends a shift, and whatever is still running.
func (s *shift) end() {
	s.held.cut(errLeaving)
	s.wait()
	s.held.release()
}

func (s *shift) wait() {
	for s.busy > 0 {
		s.left(<-s.ended)
	}
}
