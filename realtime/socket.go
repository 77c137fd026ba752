package realtime

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	fws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"golang.org/x/sync/errgroup"

	"parley/models"
)

// Options are what Sockets stand on. Of the durations, 0 means the default.
type Options struct {
	Hub    *Hub
	Chat   Chat
	Access Access
	// Limiter counts what visitors do.
	Limiter Limiter
	// ClientIP is the address a request counts for; nil means the peer's.
	ClientIP func(c *fiber.Ctx) string
	// Session finds the member of the team whose cookie session a request carries, and
	// checks its origin; found is false when it carries none. An error refuses the
	// upgrade. Nil means that agents come with an API key alone.
	Session func(c *fiber.Ctx) (who models.Principal, found bool, err error)

	// Heartbeat (25 s) is how often a socket is pinged. One that misses two is closed.
	Heartbeat time.Duration
	// Hello (10 s) is how long the first frame may take, Write (10 s) one write, Act
	// (15 s) what a frame asks for, and Frame (30 s) a frame in several parts.
	Hello, Write, Act, Frame time.Duration
	// Slow (1 s) is how long one write may take while more is to come, Linger (3 s) how
	// long a client may take to answer a close.
	Slow, Linger time.Duration
	// Sweep (3 s) is how often sockets are compared with the database, and Recheck
	// (4 s) the credentials of agents.
	Sweep, Recheck time.Duration
	// DrainOver (5 s) is how long Drain spreads its closes.
	DrainOver time.Duration
	// QueueFrames (64) and QueueBytes (256 KiB) bound what waits for one socket.
	QueueFrames, QueueBytes int
	// FloodRate (20) is how many frames a second a client may send in the long run,
	// FloodBurst (100) how many at once.
	FloodRate, FloodBurst int
}

// frameLimit is the longest frame of a client, in bytes.
const frameLimit = 128 << 10

// Sockets serves the sockets of visitors and agents.
type Sockets struct {
	o        Options
	hub      *Hub
	counters *Counters
	wheel    *wheel
	bounds   *bounds
	feeds    feeds
	config   websocket.Config

	mu sync.Mutex
	// open is every socket whose handler runs; draining refuses more.
	open     map[*peer]struct{}
	draining bool
}

// NewSockets makes Sockets. They need Run to be complete: it carries the bus, the
// wheel of time-outs and the sweep.
func NewSockets(o Options) *Sockets {
	o = o.withDefaults()
	w := &wheel{tick: min(250*time.Millisecond, o.Hello/8, o.Heartbeat/8, o.Slow/4)}
	s := &Sockets{
		o: o, hub: o.Hub, counters: o.Hub.counters, wheel: w, open: map[*peer]struct{}{},
		feeds: feeds{chat: o.Chat, all: map[int64]*feed{}},
		// Buffers for reading last as long as the socket, those for writing are shared.
		config: websocket.Config{ReadBufferSize: 256, WriteBufferSize: 4096, WriteBufferPool: &sync.Pool{}},
	}
	s.bounds = &bounds{
		queueFrames: o.QueueFrames, queueBytes: o.QueueBytes, write: o.Write, slow: o.Slow, linger: o.Linger,
		heartbeat: o.Heartbeat, wheel: w, counters: s.counters,
	}
	return s
}

func (o Options) withDefaults() Options {
	for given, usual := range map[*time.Duration]time.Duration{
		&o.Heartbeat: 25 * time.Second, &o.Hello: 10 * time.Second, &o.Write: 10 * time.Second,
		&o.Act: 15 * time.Second, &o.Frame: 30 * time.Second, &o.Slow: time.Second, &o.Linger: 3 * time.Second,
		&o.Sweep: 3 * time.Second, &o.Recheck: 4 * time.Second, &o.DrainOver: 5 * time.Second,
	} {
		if *given <= 0 {
			*given = usual
		}
	}
	for given, usual := range map[*int]int{
		&o.QueueFrames: 64, &o.QueueBytes: 256 << 10, &o.FloodRate: 20, &o.FloodBurst: 100,
	} {
		if *given <= 0 {
			*given = usual
		}
	}
	if o.ClientIP == nil {
		o.ClientIP = func(c *fiber.Ctx) string { return c.Context().RemoteIP().String() }
	}
	return o
}

// Run carries the bus, the wheel and the sweeps until ctx ends.
func (s *Sockets) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return s.hub.run(ctx) })
	g.Go(func() error { s.wheel.run(ctx); return nil })
	g.Go(func() error { s.sweep(ctx); return nil })
	g.Go(func() error { s.recheck(ctx); return nil })
	return g.Wait()
}

// party is the side of a socket that knows what frames mean.
type party interface {
	// hello reads the first frame. An error closes the socket.
	hello(ctx context.Context, in inbound) error
	// take reads any later frame.
	take(ctx context.Context, in inbound)
	// leave undoes what hello did, as far as it came.
	leave(ctx context.Context)
}

// refusal is why a socket is closed: a code and a constant reason.
type refusal struct {
	code   int
	reason string
}

func (r refusal) Error() string { return r.reason }

// refused turns an error into a close: the code for what its kind means here, or, if
// it is nobody's fault, the invitation to come back.
func refused(ctx context.Context, err error, codes map[models.Code]int) refusal {
	e := models.AsError(err)
	if code, ok := codes[e.Code]; ok {
		return refusal{code, e.Message}
	}
	if e.Code != models.CodeUnavailable {
		slog.ErrorContext(ctx, "realtime: hello failed", "error", err)
	}
	return refusal{closeRestart, reasonUnavailable}
}

// serve is the life of a socket; conn ends with it.
func (s *Sockets) serve(ctx context.Context, conn *fws.Conn, seat func(p *peer) party) {
	p := newPeer(conn, rawConn(conn), s.bounds)
	who := seat(p)
	if !s.register(p) {
		p.hangUp(closeRestart, reasonRestart)
	}
	end := s.converse(ctx, conn, p, who)
	code := p.finish()
	s.unregister(p)
	if code == 0 {
		code = codeOf(end)
	}
	s.counters.closed(code)
}

// converse reads frames until the connection ends, and returns why it did.
func (s *Sockets) converse(ctx context.Context, conn *fws.Conn, p *peer, who party) error {
	s.listen(ctx, conn, p, who)
	// Whoever hung up, the other side has a moment to say goodbye.
	for {
		if _, _, err := conn.NextReader(); err != nil {
			_ = s.attempt(ctx, func(ctx context.Context) error { who.leave(ctx); return nil })
			return err
		}
	}
}

// attempt runs fn in time and out of the way: on a goroutine of its own, because the
// one that reads lives as long as the socket, and so does the stack it once needed.
// If fn panics, the client is told a constant.
func (s *Sockets) attempt(ctx context.Context, fn func(ctx context.Context) error) error {
	done := make(chan error, 1)
	go func() {
		defer close(done)
		defer func() {
			if cause := recover(); cause != nil {
				s.counters.Panics.Add(1)
				slog.ErrorContext(ctx, "realtime: panic in a socket", "panic", cause, "stack", string(debug.Stack()))
				done <- refusal{closeInternal, reasonInternal}
			}
		}()
		ctx, cancel := context.WithTimeout(ctx, s.o.Act)
		defer cancel()
		done <- fn(ctx)
	}()
	return <-done
}

// listen takes frames until one of them, or the connection, ends the conversation.
func (s *Sockets) listen(ctx context.Context, conn *fws.Conn, p *peer, who party) {
	flood := &tokens{rate: float64(s.o.FloodRate), most: float64(s.o.FloodBurst)}
	conn.SetReadLimit(frameLimit)
	conn.SetPongHandler(func(string) error { p.touch(); return nil })
	conn.SetPingHandler(func(payload string) error {
		p.touch()
		if flood.take(time.Now()) {
			p.control(fws.PongMessage, []byte(payload))
		} else {
			p.hangUp(CloseTooMany, reasonTooMany)
		}
		return nil
	})
	for greeted := false; ; greeted = true {
		data, err := s.read(conn, p)
		if err == nil && p.hungUp() {
			return // what came too late is not acted upon
		}
		if err == nil {
			err = s.attempt(ctx, func(act context.Context) error { return s.handle(act, who, data, flood, greeted) })
		}
		var r refusal
		if errors.As(err, &r) {
			p.hangUp(r.code, r.reason)
		}
		if err != nil {
			return
		}
	}
}

// handle decodes one frame and does what it asks for.
func (s *Sockets) handle(ctx context.Context, who party, data []byte, flood *tokens, greeted bool) error {
	s.counters.FramesIn.Add(1)
	if !flood.take(time.Now()) {
		return refusal{CloseTooMany, reasonTooMany}
	}
	in, err := decodeFrame(data)
	if err != nil {
		return refusal{CloseBadFrame, reasonBadFrame}
	}
	if !greeted {
		return who.hello(ctx, in)
	}
	who.take(ctx, in)
	return nil
}

// read gives the next text frame, which once begun must end in time.
func (s *Sockets) read(conn *fws.Conn, p *peer) ([]byte, error) {
	kind, r, err := conn.NextReader()
	if err != nil {
		return nil, err
	}
	if kind != fws.TextMessage {
		return nil, refusal{CloseBadFrame, reasonBadFrame}
	}
	p.readBy(time.Now().Add(s.o.Frame))
	data, err := io.ReadAll(r)
	p.readBy(time.Time{})
	p.touch()
	return data, err
}

func (s *Sockets) register(p *peer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[p] = struct{}{}
	s.wheel.schedule(p, s.o.Hello)
	return !s.draining
}

func (s *Sockets) unregister(p *peer) {
	s.wheel.cancel(p)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, p)
}

// codeOf is the close code in the error that ended a connection.
func codeOf(err error) int {
	var closed *fws.CloseError
	switch {
	case errors.As(err, &closed):
		return closed.Code
	case errors.Is(err, fws.ErrReadLimit):
		return closeTooBig
	default:
		return closeAbnormal
	}
}

// tokens limit what one client sends; they fill up at the first take.
type tokens struct {
	rate, most, left float64
	last             time.Time
}

func (b *tokens) take(now time.Time) bool {
	b.left = min(b.most, b.left+now.Sub(b.last).Seconds()*b.rate)
	b.last = now
	if b.left < 1 {
		return false
	}
	b.left--
	return true
}
