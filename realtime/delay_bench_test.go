package realtime

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"parley/models"
	"parley/models/testservice"
)

const (
	// audience is how many sockets the delay benchmark has, rate how many messages a
	// second go to one of them each, and samples how many are measured.
	audience = 1000
	rate     = 500
	samples  = 5000
)

// BenchmarkPublishToReceive measures from the doorbell, which follows the commit, to
// the client: on one node and over Redis, each after the same without us.
func BenchmarkPublishToReceive(b *testing.B) {
	median := map[string]time.Duration{}
	for _, bench := range []struct {
		name      string
		run       func(b *testing.B) []time.Duration
		baselines []string
	}{
		{"bare websocket", bareWebsocket, nil},
		{"one node", oneNode, []string{"bare websocket"}},
		{"bare Redis", bareRedis, nil},
		{"through Redis", throughRedis, []string{"bare websocket", "bare Redis"}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for range b.N {
				delays := bench.run(b)
				slices.Sort(delays)
				median[bench.name] = delays[len(delays)/2]
				b.ReportMetric(median[bench.name].Seconds()*1000, "p50-ms")
				b.ReportMetric(delays[len(delays)*99/100].Seconds()*1000, "p99-ms")
			}
			var baseline time.Duration
			for _, name := range bench.baselines {
				baseline += median[name]
			}
			if baseline > 0 {
				b.ReportMetric(median[bench.name].Seconds()/baseline.Seconds(), "of_baseline")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

var benchStart = time.Now()

// stamp marks a text with the time.
func stamp() string { return fmt.Sprintf("@%d@", time.Since(benchStart)) }

// age is how old a stamped text is.
func age(text []byte) (time.Duration, bool) {
	now := time.Since(benchStart)
	parts := bytes.SplitN(text, []byte("@"), 3)
	if len(parts) != 3 {
		return 0, false
	}
	sent, err := strconv.ParseInt(string(parts[1]), 10, 64)
	return now - time.Duration(sent), err == nil
}

// paced calls send so many times at the rate, and collects the delays.
func paced(b *testing.B, delays <-chan time.Duration, send func(i int)) []time.Duration {
	b.Helper()
	runtime.GC()
	go func() {
		pace := time.NewTicker(time.Second / rate)
		defer pace.Stop()
		for i := range samples {
			<-pace.C
			send(i)
		}
	}()
	all := make([]time.Duration, 0, samples)
	late := time.After(time.Minute)
	for len(all) < samples {
		select {
		case d := <-delays:
			all = append(all, d)
		case <-late:
			b.Fatalf("%d of %d came", len(all), samples)
		}
	}
	return all
}

// listeners read their sockets and report the age of what comes.
func listeners(conns []*fws.Conn) <-chan time.Duration {
	delays := make(chan time.Duration, samples)
	for _, conn := range conns {
		go func() {
			for {
				_, data, err := conn.ReadMessage()
				if err != nil {
					return
				}
				if d, ok := age(data); ok {
					delays <- d
				}
			}
		}()
	}
	return delays
}

func bareWebsocket(b *testing.B) []time.Duration {
	b.Helper()
	conns := make(chan *websocket.Conn, audience)
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/visitor", websocket.New(func(c *websocket.Conn) {
		for greeted := false; ; greeted = true {
			if _, _, err := c.ReadMessage(); err != nil {
				return
			}
			if !greeted {
				_ = c.WriteMessage(fws.TextMessage, []byte("welcome"))
				conns <- c
			}
		}
	}))
	clients := open(b, listenFor(b, app), audience)
	var servers []*websocket.Conn
	for range audience {
		servers = append(servers, <-conns)
	}
	delays := paced(b, listeners(clients), func(i int) {
		_ = servers[i%audience].WriteMessage(fws.TextMessage, []byte(stamp()))
	})
	hangUp(clients)
	return delays
}

func listenFor(b *testing.B, app *fiber.App) string {
	b.Helper()
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.Shutdown() })
	return listener.Addr().String()
}

func hangUp(conns []*fws.Conn) {
	for _, conn := range conns {
		_ = conn.Close()
	}
}

// benchNode serves an audience in a world, each in a conversation of its own.
func benchNode(b *testing.B, w *world, bus Bus) (*Hub, string) {
	b.Helper()
	hub := NewHub(HubOptions{Bus: bus})
	s := NewSockets(Options{Hub: hub, Chat: w, Access: w, Limiter: w})
	ctx, stop := context.WithCancel(b.Context())
	done := make(chan struct{})
	go func() { defer close(done); _ = s.Run(ctx) }()
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true, ReduceMemoryUsage: true})
	app.Get("/visitor", s.Visitor())
	address := listenFor(b, app)
	b.Cleanup(func() { stop(); <-done })
	return hub, address
}

func benchWorld() (*world, []models.Conversation) {
	w := newWorld()
	site := w.addSite("site-key")
	conversations := make([]models.Conversation, audience)
	for i := range conversations {
		conversations[i] = w.addConversation(site, strconv.Itoa(i))
	}
	return w, conversations
}

// speak stores a message and rings the hub, as the service does after its commit.
func speak(w *world, hub *Hub, c models.Conversation) {
	m := w.hushed(c, stamp())
	hub.Ring(models.Doorbell{
		Kind: models.BellMessage, AccountID: m.AccountID, ConversationID: m.ConversationID,
		ConversationUID: m.ConversationUID, Seq: *m.PublicSeq, Message: &m,
	})
}

func oneNode(b *testing.B) []time.Duration {
	b.Helper()
	w, conversations := benchWorld()
	hub, address := benchNode(b, w, NewLocalBus())
	clients := open(b, address, audience)
	delays := paced(b, listeners(clients), func(i int) { speak(w, hub, conversations[i%audience]) })
	hangUp(clients)
	return delays
}

func throughRedis(b *testing.B) []time.Duration {
	b.Helper()
	address := testservice.Redis(b)
	var counters Counters
	bus := func() Bus {
		client, err := NewRedisClient(address)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = client.Close() })
		return NewRedisBus(RedisOptions{Client: client, Counters: &counters})
	}
	w, conversations := benchWorld()
	near, _ := benchNode(b, w, bus())
	_, far := benchNode(b, w, bus())
	eventually(b, "both nodes listen", func() bool { return counters.BusSubscriptions.Load() == 2 })
	clients := open(b, far, audience)
	delays := paced(b, listeners(clients), func(i int) { speak(w, near, conversations[i%audience]) })
	hangUp(clients)
	return delays
}

func bareRedis(b *testing.B) []time.Duration {
	b.Helper()
	options, err := redis.ParseURL(testservice.Redis(b))
	if err != nil {
		b.Fatal(err)
	}
	client := redis.NewClient(options)
	sub := client.Subscribe(b.Context(), "bench")
	if _, err := sub.Receive(b.Context()); err != nil {
		b.Fatal(err)
	}
	delays := make(chan time.Duration, samples)
	go func() {
		for {
			m, err := sub.ReceiveMessage(b.Context())
			if err != nil {
				return
			}
			if d, ok := age([]byte(m.Payload)); ok {
				delays <- d
			}
		}
	}()
	all := paced(b, delays, func(int) { client.Publish(b.Context(), "bench", stamp()) })
	_, _ = sub.Close(), client.Close()
	return all
}
