package realtime

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/redis/go-redis/v9"

	"parley/models"
	"parley/models/testservice"
)

// crowdVariable makes this test binary the server of a memory benchmark: then the
// clients, which are the benchmark itself, do not count.
const crowdVariable = "PARLEY_BENCH_SERVER"

// crowdSize is how many sockets the memory benchmark opens.
const crowdSize = 8000

// footprint is what the server of a memory benchmark says of itself.
type footprint struct {
	Heap, Stack, Resident uint64
	Goroutines            int
}

// BenchmarkMemoryOfAnIdleSocket opens 8,000 visitor sockets, which have said hello
// and been welcomed, and divides what the server's process grew by. The baseline is
// Fiber and its websocket package as they come.
func BenchmarkMemoryOfAnIdleSocket(b *testing.B) {
	var baseline float64
	for _, kind := range []string{"baseline", "parley"} {
		b.Run(kind, func(b *testing.B) {
			for range b.N {
				before, after := crowd(b, kind)
				grown := float64(after.Heap+after.Stack-before.Heap-before.Stack) / crowdSize
				resident := (float64(after.Resident) - float64(before.Resident)) / crowdSize
				b.ReportMetric(grown, "B/socket")
				b.ReportMetric(resident, "residentB/socket")
				b.ReportMetric(float64(after.Goroutines-before.Goroutines)/crowdSize, "goroutines/socket")
				if kind == "baseline" {
					baseline = resident
				} else if baseline > 0 {
					b.ReportMetric(resident/baseline, "of_baseline")
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// crowd starts a server of a kind and fills it.
func crowd(b *testing.B, kind string) (before, after footprint) {
	b.Helper()
	server := exec.Command(os.Args[0])
	server.Env = append(os.Environ(), crowdVariable+"="+kind)
	server.Stderr = os.Stderr
	orders, err := server.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	answers, err := server.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := server.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(answers)
	ask := func(into any) {
		if _, err := io.WriteString(orders, "measure\n"); err != nil || !lines.Scan() || json.Unmarshal(lines.Bytes(), into) != nil {
			b.Fatalf("the server said %q (%v)", lines.Text(), err)
		}
	}
	if !lines.Scan() {
		b.Fatal("the server did not start")
	}
	address := lines.Text()
	warm := open(b, address, 100) // pools and tables are there before the first measure
	ask(&before)
	all := open(b, address, crowdSize)
	ask(&after)
	for _, conn := range append(all, warm...) {
		_ = conn.Close()
	}
	_ = orders.Close()
	if err := server.Wait(); err != nil {
		b.Fatal(err)
	}
	return before, after
}

// open dials sockets, as a browser would, and waits for their welcome.
func open(b *testing.B, address string, n int) []*fws.Conn {
	b.Helper()
	header := map[string][]string{
		"User-Agent":      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"},
		"Origin":          {"https://shop.example"},
		"Accept-Language": {"en-GB,en;q=0.9,de;q=0.8"}, "Accept-Encoding": {"gzip, deflate, br, zstd"},
		"Cache-Control": {"no-cache"}, "Pragma": {"no-cache"},
	}
	conns := make([]*fws.Conn, n)
	var dialers sync.WaitGroup
	for worker := range 8 {
		dialers.Go(func() {
			for i := worker; i < n; i += 8 {
				conn, _, err := fws.DefaultDialer.Dial("ws://"+address+"/visitor?site_key=site-key", header)
				if err == nil {
					err = conn.WriteMessage(fws.TextMessage, fmt.Appendf(nil, `{"type":"hello","visitor_token":"%d"}`, i))
				}
				if err == nil {
					_, _, err = conn.ReadMessage()
				}
				if err != nil {
					b.Error(err)
					return
				}
				conns[i] = conn
			}
		})
	}
	dialers.Wait()
	if b.Failed() {
		b.FailNow()
	}
	return conns
}

// runCrowd is the server's side of the memory benchmark: it says its address, and
// its footprint whenever a line comes in.
func runCrowd() {
	runtime.MemProfileRate = 1
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	app := baselineApp()
	if os.Getenv(crowdVariable) == "parley" {
		app = parleyApp()
	}
	go func() { _ = app.Listener(listener) }()
	fmt.Println(listener.Addr())
	for orders := bufio.NewScanner(os.Stdin); orders.Scan(); {
		report, _ := json.Marshal(measure())
		if f, err := os.Create("/tmp/heap." + os.Getenv(crowdVariable)); err == nil {
			_ = pprof.Lookup("heap").WriteTo(f, 0)
			_ = f.Close()
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		fmt.Fprintln(os.Stderr, "alloc", m.HeapAlloc/8100, "inuse", m.HeapInuse/8100, "stack", m.StackInuse/8100, "objs", m.HeapObjects/8100, "sys", m.Sys/8100, m.MSpanInuse/8100, m.GCSys/8100, m.OtherSys/8100)
		fmt.Println(string(report))
	}
}

func baselineApp() *fiber.App {
	app := fiber.New(fiber.Config{DisableStartupMessage: true})
	app.Get("/visitor", websocket.New(func(c *websocket.Conn) {
		for {
			if _, _, err := c.ReadMessage(); err != nil {
				return
			}
			if c.WriteMessage(fws.TextMessage, []byte(`{"type":"welcome"}`)) != nil {
				return
			}
		}
	}))
	return app
}

func parleyApp() *fiber.App {
	w := newWorld()
	site := w.addSite("site-key")
	for i := range crowdSize {
		w.addConversation(site, strconv.Itoa(i))
	}
	s := NewSockets(Options{Hub: NewHub(HubOptions{Bus: NewLocalBus()}), Chat: w, Access: w, Limiter: w})
	go func() { _ = s.Run(context.Background()) }()
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true, ReduceMemoryUsage: true})
	app.Get("/visitor", s.Visitor())
	return app
}

func measure() footprint {
	for range 5 { // stacks shrink by half at a time
		runtime.GC()
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return footprint{Heap: m.HeapInuse, Stack: m.StackInuse, Resident: resident(), Goroutines: runtime.NumGoroutine()}
}

// resident is the memory of this process that is in RAM.
func resident() uint64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, _ := strconv.ParseUint(strings.Fields(string(statm))[1], 10, 64)
	return pages * uint64(os.Getpagesize())
}

const (
	// audience is how many sockets the delay benchmark has, rate how many messages a
	// second go to one of them each, and samples how many are measured.
	audience = 1000
	rate     = 500
	samples  = 5000
)

// BenchmarkPublishToReceive measures from the doorbell, which follows the commit, to
// the client: on one node and over Redis, each beside the same without us.
func BenchmarkPublishToReceive(b *testing.B) {
	for _, bench := range []struct {
		name string
		run  func(b *testing.B) []time.Duration
	}{
		{"bare websocket", bareWebsocket}, {"one node", oneNode}, {"bare Redis", bareRedis}, {"through Redis", throughRedis},
	} {
		b.Run(bench.name, func(b *testing.B) {
			for range b.N {
				delays := bench.run(b)
				slices.Sort(delays)
				b.ReportMetric(float64(delays[len(delays)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(delays[len(delays)*99/100].Microseconds())/1000, "p99-ms")
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
	listener, err := net.Listen("tcp", "127.0.0.1:0")
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
	w, conversations := benchWorld()
	hub, address := benchNode(b, w, NewLocalBus())
	clients := open(b, address, audience)
	delays := paced(b, listeners(clients), func(i int) { speak(w, hub, conversations[i%audience]) })
	hangUp(clients)
	return delays
}

func throughRedis(b *testing.B) []time.Duration {
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
