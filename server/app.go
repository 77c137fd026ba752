package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"
	"golang.org/x/sync/errgroup"

	"parley/models/access"
	"parley/models/chat"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/view"
	"parley/ratelimit"
	"parley/realtime"
	"parley/server/agentapi"
	"parley/server/assistant"
	"parley/server/files"
	"parley/server/outbound"
	"parley/server/push"
	"parley/server/webhook"
	"parley/widget/surface"
)

// How long a node takes to leave: sockets first, one after the other, then requests.
const (
	drainTime    = 10 * time.Second
	shutdownTime = 22 * time.Second
)

// App is one node: everything it consists of, wired from the bottom to the top by New.
type App struct {
	settings settings
	console  console
	log      *slog.Logger
	metrics  *metrics
	counters *realtime.Counters

	store    *store.Store
	files    files.Store
	redis    redis.UniversalClient // nil on a single node
	access   *access.Service
	hub      *realtime.Hub
	jobs     *jobs.Runner
	chat     *chat.Service
	model    assistant.Engine // nil without one; see openModel
	answers  *assistant.Desk  // see desk
	outbound *outbound.Client
	// pushes calls what visitors name: nothing that the operator opened to the team's webhooks.
	pushes   *outbound.Client
	webhooks *webhook.Engine
	limiter  *ratelimit.Limiter
	sockets  *realtime.Sockets
	web      *fiber.App
	specs    []*surface.Spec // of all surfaces, the visitors' first
	listener net.Listener

	draining atomic.Bool
	// closers undo New, the last one first.
	closers []func() error
}

// New reads the configuration and builds a node: the database is open and its tables
// are up to date, the port is taken, and nothing runs yet.
func New(ctx context.Context, cfg Config, con console) (*App, error) {
	s, err := cfg.settings()
	if err != nil {
		return nil, err
	}
	a := &App{settings: s, console: con, log: con.logger(s), metrics: newMetrics(), counters: &realtime.Counters{}}
	for _, warning := range s.warnings {
		a.log.WarnContext(ctx, "UNSAFE SETTING", "reason", warning)
	}
	for _, build := range []func(context.Context) error{
		a.openDatabase, a.openFiles, a.openRedis, a.openHub, a.openAccess, a.openChat, a.openModel, a.openJobs, a.openSockets, a.openWeb,
	} {
		if err := build(ctx); err != nil {
			return nil, errors.Join(err, a.Close())
		}
	}
	return a, nil
}

func (a *App) openDatabase(ctx context.Context) (err error) {
	a.store, err = openStore(ctx, a.settings, store.Options{Logger: a.log, Observer: a.metrics})
	if err != nil {
		return err
	}
	a.closers = append(a.closers, a.store.Close)
	a.metrics.watchDatabase(a.store.Stats)
	if err := awaitDatabase(ctx, a.store, a.log); err != nil {
		return err
	}
	return a.store.Migrate(ctx)
}

func (a *App) openAccess(context.Context) error {
	secret, err := findSecret(a.settings)
	if err != nil {
		return err
	}
	a.access, err = access.New(access.Options{
		Store: a.store, Secret: secret, Bell: a.hub, Mailer: a.settings.login.mailer(), PublicURL: a.settings.publicURL,
		Queued: func() { a.jobs.Poke() },
	})
	return err
}

func (a *App) openFiles(context.Context) (err error) {
	a.files, err = files.Open(a.settings.place, a.settings.credentials)
	if err != nil {
		return err
	}
	a.closers = append(a.closers, a.files.Close)
	return nil
}

func (a *App) openRedis(context.Context) (err error) {
	if a.settings.redis == "" {
		return nil
	}
	a.redis, err = realtime.NewRedisClient(a.settings.redis)
	if err != nil {
		return err
	}
	a.closers = append(a.closers, a.redis.Close)
	return nil
}

// bus joins the nodes, or is the one node's own.
func (a *App) bus() realtime.Bus {
	if a.redis == nil {
		return realtime.NewExchange().Join(a.counters)
	}
	return realtime.NewRedisBus(realtime.RedisOptions{Client: a.redis, Counters: a.counters})
}

func (a *App) openHub(context.Context) error {
	a.limiter = ratelimit.New(ratelimit.Options{Redis: a.redis, Observe: a.observeLimiter})
	a.hub = realtime.NewHub(realtime.HubOptions{Bus: a.bus(), Counters: a.counters})
	return nil
}

func (a *App) openChat(context.Context) error {
	a.outbound = outbound.New(outbound.Options{Allow: a.settings.outbound, Agent: "Parley/" + version()})
	o := a.settings.pushes
	o.Agent, o.Limit = "Parley/"+version(), push.CallTime
	a.pushes = outbound.New(o)
	a.closers = append(a.closers, func() error { a.outbound.Close(); a.pushes.Close(); return nil })
	a.chat = chat.New(chat.Options{
		Store: a.store, Bell: bell{a.hub, a.metrics.messages, func() { a.webhooks.Poke() }},
		Blobs: a.files, Identities: a.access, Mint: a.access, Queued: func() { a.jobs.Poke() },
		Carriers: a.settings.channels.carriers, Seals: a.access, Links: a.access, PublicURL: a.settings.publicURL,
		Pusher: push.Sender{Caller: a.pushes, Contact: a.settings.pushContact()},
		Mailer: a.settings.login.letters(), Visitors: a.hub, Notices: a.access,
		Addresses: a.outbound, Letters: a.access, Envelope: view.WebhookBody, DeliveryQueued: func() { a.webhooks.Hurry() },
	})
	a.webhooks = webhook.New(webhook.Options{
		Desk: a.chat, Caller: a.outbound, Sealer: a.access, Watch: a.metrics.delivered,
	})
	a.metrics.watchRealtime(a.counters)
	return nil
}

// openModel reaches the model that the operator named, once for all: what one finds out of
// its server being down, nobody else has to wait for.
func (a *App) openModel(context.Context) error {
	if m := a.settings.model; m.Key != "" {
		a.model = assistant.NewUpstream(m)
	}
	return nil
}

// openJobs registers what each part queues with the one runner.
func (a *App) openJobs(context.Context) error {
	a.jobs = jobs.New(jobs.Options{Store: a.store, Kinds: jobs.Merge(
		a.access.Jobs(), a.chat.Jobs(), assistant.Teller{Chat: a.chat, Caller: a.outbound}.Jobs(),
		assistant.Visitors{Desk: a.desk()}.Jobs(),
	)})
	return nil
}

// desk is where assistants answer, the same for all: by the model that the operator named,
// else by what the program can do itself.
func (a *App) desk() *assistant.Desk {
	if a.answers != nil {
		return a.answers
	}
	a.answers = assistant.NewDesk(assistant.Options{
		Chat: a.chat, Upstream: a.model, BuiltIn: assistant.Builtin{}, Knowledge: assistant.Retrieval{Library: a.chat},
	})
	return a.answers
}

// copilot is what helps agents, by the same model.
func (a *App) copilot() *assistant.Copilot {
	return assistant.NewCopilot(assistant.CopilotOptions{Chat: a.chat, Upstream: a.model, Knowledge: assistant.Retrieval{Library: a.chat}})
}

// openSockets makes the endpoints of visitors' and agents' sockets.
func (a *App) openSockets(context.Context) error {
	find := clientIP(a.settings.trustedProxies)
	door, err := agentapi.SocketDoor(a.access, a.settings.publicURL)
	if err != nil {
		return err
	}
	a.sockets = realtime.NewSockets(realtime.Options{
		Hub: a.hub, Chat: a.chat, Access: a.access, Limiter: newSocketLimits(a.limiter, a.settings.limits),
		ClientIP: func(c *fiber.Ctx) string { return ratelimit.Key(find(c)) }, Session: door,
	})
	return nil
}

// observeLimiter counts what the limiter decides, and logs when it is alone.
func (a *App) observeLimiter(e ratelimit.Event) {
	a.metrics.limited(e)
	switch e.Kind {
	case ratelimit.RedisFailed:
		a.log.Warn("limits are counted by this node alone: Redis does not answer", "error", e.Err)
	case ratelimit.RedisBack:
		a.log.Info("limits are counted in Redis again")
	case ratelimit.Allowed, ratelimit.Refused:
	}
}

// Addr is where the node listens.
func (a *App) Addr() net.Addr { return a.listener.Addr() }

// Run serves until ctx ends or something fails, and then leaves in good order.
func (a *App) Run(ctx context.Context) error {
	if err := a.welcome(ctx); err != nil {
		return err
	}
	if err := a.connect(ctx); err != nil {
		return err
	}
	a.chat.PreparePushes(ctx)
	group, ctx := errgroup.WithContext(ctx)
	// What sockets and other nodes rely on works until the last request is answered.
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	group.Go(func() error { return a.web.Listener(a.listener) })
	group.Go(until(background, a.sockets.Run))
	group.Go(until(background, a.chat.RunSequencer))
	// Jobs need nobody to wait for them: another node takes them over.
	group.Go(until(ctx, a.jobs.Run))
	group.Go(until(ctx, a.chat.RunPolling))
	group.Go(until(ctx, a.chat.RunNotices))
	group.Go(until(background, a.chat.RunIndexer))
	group.Go(until(ctx, a.store.RunReadingAhead))
	group.Go(until(background, func(ctx context.Context) error { return a.chat.RunForgetting(ctx, a.settings.keepEvents) }))
	// Calls to webhooks may take a while, so the last ones begin before the leaving does.
	group.Go(until(ctx, a.webhooks.Run))
	if a.settings.metrics != "" {
		group.Go(func() error { return serveMetrics(background, a.settings.metrics, a.metrics.handler()) })
	}
	group.Go(func() error {
		<-ctx.Done()
		defer stop()
		return a.leave(background)
	})
	a.log.InfoContext(ctx, "listening", "address", a.Addr().String(), "url", a.settings.publicURL, "version", version())
	return group.Wait()
}

// connect keeps the channel accounts that the environment names.
func (a *App) connect(ctx context.Context) error {
	for _, account := range a.settings.channels.accounts {
		if err := a.chat.KeepChannel(ctx, account.ChannelChange); err != nil {
			return fmt.Errorf("connect %s by the environment: %w", account.Kind, err)
		}
	}
	return nil
}

// until runs a part whose end is an error, unless it was asked to end.
func until(ctx context.Context, run func(context.Context) error) func() error {
	return func() error {
		if err := run(ctx); ctx.Err() == nil {
			return err
		}
		return nil
	}
}

// leave tells the load balancer, sends the sockets away, and lets requests finish.
func (a *App) leave(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, shutdownTime)
	defer cancel()
	a.draining.Store(true)
	a.log.InfoContext(ctx, "leaving: sockets first, then requests")
	draining, drained := context.WithTimeout(ctx, drainTime)
	defer drained()
	if err := a.sockets.Drain(draining); err != nil {
		// They come back to another node; what they lack they read there.
		a.log.WarnContext(ctx, "sockets were cut off", "error", err)
	}
	if err := a.web.ShutdownWithContext(ctx); err != nil {
		return fmt.Errorf("requests did not finish in time: %w", err)
	}
	// A server that has not begun to serve has nothing to shut down, and would begin.
	if err := a.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("give the port back: %w", err)
	}
	a.log.InfoContext(ctx, "left")
	return nil
}

// Close lets go of everything that New opened. It comes after Run.
func (a *App) Close() error {
	var failed error
	for _, undo := range slices.Backward(a.closers) {
		failed = errors.Join(failed, undo())
	}
	a.closers = nil
	return failed
}
