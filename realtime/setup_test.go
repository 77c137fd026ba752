package realtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"parley/models"
)

func TestMain(m *testing.M) {
	if os.Getenv(crowdVariable) != "" {
		runCrowd()
		return
	}
	redis.SetLogger(RedisLog{})
	goleak.VerifyTestMain(m,
		// Toxiproxy's own pipes do not always end with it.
		goleak.IgnoreAnyFunction("github.com/Shopify/toxiproxy/v2/toxics.(*ToxicStub).Run"),
		// fasthttp keeps a clock for ever, and its pools clean up at leisure.
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
	)
}

// patience is how long a test waits for what must come.
const patience = 60 * time.Second

// bed is one node with its sockets, served on a port.
type bed struct {
	*Sockets
	t       *testing.T
	world   *world
	site    models.Site
	address string
}

// setup makes a node in a world of its own, with one site.
func setup(t *testing.T, change ...func(o *Options)) *bed {
	t.Helper()
	w := newWorld()
	w.addSite("site-key")
	return addNode(t, w, NewLocalBus(), change...)
}

// addNode makes a node in a world. The first one is where the world rings.
func addNode(t *testing.T, w *world, bus Bus, change ...func(o *Options)) *bed {
	t.Helper()
	hub := NewHub(HubOptions{Bus: bus, RosterEvery: 100 * time.Millisecond})
	w.mu.Lock()
	w.bells = append(w.bells, hub)
	w.mu.Unlock()
	// The sweep is slow unless a test asks for it, so that doorbells have to do.
	o := Options{Hub: hub, Chat: w, Access: w, Limiter: w, Sweep: time.Hour, Recheck: time.Hour, DrainOver: 50 * time.Millisecond}
	for _, c := range change {
		c(&o)
	}
	b := &bed{Sockets: NewSockets(o), t: t, world: w, site: w.sites["site-key"]}
	b.address = serveApp(t, b.Sockets)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- b.Run(ctx) }()
	t.Cleanup(func() {
		drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
		defer cancel()
		if err := b.Drain(drain); err != nil {
			t.Error(err)
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return b
}

// serveApp serves the two endpoints as the program does.
func serveApp(t testing.TB, s *Sockets) string {
	t.Helper()
	app := fiber.New(fiber.Config{
		DisableStartupMessage: true, Immutable: true, ReduceMemoryUsage: true,
		ErrorHandler: func(c *fiber.Ctx, err error) error {
			var known *models.Error
			if errors.As(err, &known) {
				status := map[models.Code]int{
					models.CodeUnauthorized: 401, models.CodeForbidden: 403, models.CodeRateLimited: 429, models.CodeUnavailable: 503,
				}[known.Code]
				return c.Status(status).JSON(fiber.Map{"error": known.Message})
			}
			return fiber.DefaultErrorHandler(c, err)
		},
	})
	app.Get("/visitor", func(c *fiber.Ctx) error {
		c.Locals("request_id", "req_1")
		err := c.Next()
		if c.Locals("request_id") != "req_1" || c.Get("User-Agent") == "" {
			t.Error("the request is not whole after the upgrade")
		}
		return err
	}, s.Visitor())
	app.Get("/agent", s.Agent())
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- app.Listener(listener) }()
	t.Cleanup(func() {
		if err := app.ShutdownWithTimeout(patience); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return listener.Addr().String()
}

// client is the other end of a socket.
type client struct {
	t    testing.TB
	conn *fws.Conn
}

// dial opens a socket.
func (b *bed) dial(path string, header http.Header) *client {
	b.t.Helper()
	c, status, _ := b.tryDial(path, header)
	if c == nil {
		b.t.Fatalf("dial %s: status %d", path, status)
	}
	return c
}

// tryDial asks for a socket; without one, the client is nil.
func (b *bed) tryDial(path string, header http.Header) (c *client, status int, answered http.Header) {
	b.t.Helper()
	if header == nil {
		header = http.Header{}
	}
	header.Set("User-Agent", "a test")
	conn, answer, err := fws.DefaultDialer.Dial("ws://"+b.address+path, header)
	if answer == nil {
		b.t.Fatalf("dial %s: %v", path, err)
	}
	_ = answer.Body.Close() // the library has read what it shows
	if err != nil {
		return nil, answer.StatusCode, answer.Header
	}
	b.t.Cleanup(func() { _ = conn.Close() })
	return &client{b.t, conn}, answer.StatusCode, answer.Header
}

// visit opens a visitor socket and says hello.
func (b *bed) visit(token string, after int64) (*client, reply) {
	b.t.Helper()
	c := b.dial("/visitor?site_key=site-key", nil)
	c.say(`{"type":"hello","visitor_token":%q,"after":%d}`, token, after)
	return c, c.next("welcome")
}

// attend opens an agent socket and says hello, from now on.
func (b *bed) attend(key string) (*client, reply) {
	b.t.Helper()
	c := b.dial("/agent", nil)
	c.say(`{"type":"hello","api_key":%q}`, key)
	return c, c.next("welcome")
}

func (c *client) say(format string, args ...any) {
	c.t.Helper()
	if err := c.conn.WriteMessage(fws.TextMessage, []byte(fmt.Sprintf(format, args...))); err != nil {
		c.t.Fatalf("write: %v", err)
	}
}

// reply is a frame of the server: the fields that tests look at.
type reply struct {
	Type    string
	Message struct {
		Seq       int64
		Body      string
		Direction string
		ClientID  string `json:"client_id"`
	}
	Agents         []colleague
	Seq, Pos, ID   any
	Status, Error  string
	ClientID       string `json:"client_id"`
	ConversationID string `json:"conversation_id"`
	Author, Text   string
	Heartbeat      int
	RetryAfter     int    `json:"retry_after"`
	ReconnectIn    *int64 `json:"reconnect_in"`
	Online, Active bool
	Survey         bool
	raw            string
}

// read gives the next frame.
func (c *client) read() (reply, error) {
	c.t.Helper()
	if err := c.conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		c.t.Fatal(err)
	}
	_, data, err := c.conn.ReadMessage()
	if err != nil {
		return reply{}, err
	}
	r := reply{raw: string(data)}
	if err := json.Unmarshal(data, &r); err != nil {
		c.t.Fatalf("frame %s: %v", data, err)
	}
	return r, nil
}

// next gives the next frame, which has to be of this type.
func (c *client) next(kind string) reply {
	c.t.Helper()
	r, err := c.read()
	if err != nil {
		c.t.Fatalf("waiting for %s: %v", kind, err)
	}
	if r.Type != kind {
		c.t.Fatalf("got %s, want %s", r.raw, kind)
	}
	return r
}

// until passes over frames of other types.
func (c *client) until(kind string) reply {
	c.t.Helper()
	for {
		r, err := c.read()
		if err != nil {
			c.t.Fatalf("waiting for %s: %v", kind, err)
		}
		if r.Type == kind {
			return r
		}
	}
}

// skipping gives the next frame that is not of this type.
func (c *client) skipping(kind string) reply {
	c.t.Helper()
	for {
		r, err := c.read()
		if err != nil {
			c.t.Fatal(err)
		}
		if r.Type != kind {
			return r
		}
	}
}

// messages reads so many messages, which must be numbered from first on; who comes
// and goes at the desk meanwhile is passed over.
func (c *client) messages(first, n int64) {
	c.t.Helper()
	for seq := first; seq < first+n; seq++ {
		if r := c.skipping("presence"); r.Type != "message" || r.Message.Seq != seq {
			c.t.Fatalf("got %s, want message %d", r.raw, seq)
		}
	}
}

// closed reads on until the end and expects it to have this code.
func (c *client) closed(code int) string {
	c.t.Helper()
	for {
		_, err := c.read()
		if err == nil {
			continue
		}
		var end *fws.CloseError
		if !errors.As(err, &end) || end.Code != code {
			c.t.Fatalf("ended by %v, want close %d", err, code)
		}
		return end.Text
	}
}

// eventually waits until a condition holds.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); <-ticker.C {
		if holds() {
			return
		}
	}
	t.Fatalf("did not come about: %s", what)
}

// quiet expects no frame to come before the answer to a ping.
func (c *client) quiet() {
	c.t.Helper()
	c.say(`{"type":"ping"}`)
	if r := c.next("pong"); strings.Contains(r.raw, "message") {
		c.t.Fatalf("got %s", r.raw)
	}
}
