package realtime

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"

	fws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
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
	server := exec.CommandContext(b.Context(), os.Args[0])
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
				conn, answer, err := fws.DefaultDialer.Dial("ws://"+address+"/visitor?site_key=site-key", header)
				if err == nil {
					_ = answer.Body.Close()
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
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
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
