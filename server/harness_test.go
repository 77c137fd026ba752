package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models/store/storetest"
	"parley/models/testservice"
)

// patienceOfTests is how long a test waits for what must happen soon.
const patienceOfTests = 60 * time.Second

// transcript is a stream that a test reads while the program writes.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (s *transcript) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *transcript) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// node is a running program.
type node struct {
	testing.TB
	app      *App
	base     string
	folder   string
	out, log *transcript
	stop     context.CancelFunc
	ended    chan error
}

// sqliteConfig is a node on an empty folder of its own.
func sqliteConfig(t testing.TB) Config {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "data")
	return Config{
		ListenAddr: "127.0.0.1:0", Folder: folder, LogFormat: "json", LogLevel: "debug",
		DatabaseURL: "sqlite://" + filepath.Join(folder, "chat.db"), StorageURL: "file://" + filepath.Join(folder, "files"),
		// No test calls the real ones.
		Channels: ChannelConfig{TwilioAPIURL: "http://127.0.0.1:9", WhatsAppAPIURL: "http://127.0.0.1:9", InstagramAPIURL: "http://127.0.0.1:9"},
	}
}

// postgresConfig is a node on an empty PostgreSQL and a Redis of its own.
func postgresConfig(t *testing.T) Config {
	t.Helper()
	cfg := sqliteConfig(t)
	cfg.DatabaseURL, cfg.RedisURL, cfg.SecretKey = testservice.Postgres(t), testservice.Redis(t), goodSecret
	return cfg
}

// onBoth runs a test on both ways to run the program.
func onBoth(t *testing.T, test func(t *testing.T, cfg Config)) {
	t.Helper()
	for name, config := range map[string]func(*testing.T) Config{
		storetest.SQLite: func(t *testing.T) Config { return sqliteConfig(t) }, storetest.Postgres: postgresConfig,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, config(t))
		})
	}
}

// start runs a node until the test ends or stops it.
func start(t testing.TB, cfg Config) *node {
	t.Helper()
	return startAt(t, cfg, false)
}

func startAt(t testing.TB, cfg Config, interactive bool) *node {
	t.Helper()
	n := &node{TB: t, folder: cfg.Folder, out: &transcript{}, log: &transcript{}, ended: make(chan error, 1)}
	app, err := New(t.Context(), cfg, console{out: n.out, err: n.log, interactive: interactive})
	if err != nil {
		t.Fatal(err)
	}
	n.app, n.base = app, "http://"+app.Addr().String()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	n.stop = stop
	go func() { n.ended <- app.Run(ctx) }()
	t.Cleanup(func() {
		n.finish()
		if err := app.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if t.Failed() {
			t.Logf("the log:\n%s", n.log)
		}
	})
	n.await("the node answers", func() bool {
		select {
		case err := <-n.ended:
			n.ended <- err
			t.Fatalf("the node ended at its start: %v\n%s", err, n.log)
		default:
		}
		return n.status("/healthz") == http.StatusOK
	})
	return n
}

// finish ends the node as a signal would, once, and waits for it.
func (n *node) finish() {
	n.Helper()
	n.stop()
	select {
	case err := <-n.ended:
		n.ended <- nil
		if err != nil {
			n.Errorf("run: %v", err)
		}
	case <-time.After(patienceOfTests):
		n.Fatalf("the node does not end\n%s", n.log)
	}
}

// await polls until it is so.
func (n *node) await(what string, so func() bool) { n.Helper(); await(n.TB, what, so) }

func await(t testing.TB, what string, so func() bool) {
	t.Helper()
	deadline := time.After(patienceOfTests)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// status is the status of a GET, 0 when there is no answer.
func (n *node) status(path string) int {
	request, err := http.NewRequestWithContext(context.WithoutCancel(n.Context()), http.MethodGet, n.base+path, nil)
	if err != nil {
		return 0
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0
	}
	_ = response.Body.Close()
	return response.StatusCode
}

// listen takes a port of this machine until the test ends.
func listen(t *testing.T) net.Listener {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

// nobody is an address where nothing listens.
func nobody(t *testing.T) string {
	t.Helper()
	listener := listen(t)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	return listener.Addr().String()
}

// dial connects to an address until the test ends.
func dial(t testing.TB, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// reply is an answer with its body read.
type reply struct {
	*http.Response
	text string
}

// json digs a value out of the body.
func (r reply) json(path string) any {
	var at any
	if err := json.Unmarshal([]byte(r.text), &at); err != nil {
		return err
	}
	for name := range strings.SplitSeq(path, ".") {
		object, _ := at.(map[string]any)
		at = object[name]
	}
	return at
}

// call makes a request; a body that is not empty is JSON.
func (n *node) call(method, path, body string, headers ...string) reply {
	n.Helper()
	request, err := http.NewRequestWithContext(n.Context(), method, n.base+path, strings.NewReader(body))
	if err != nil {
		n.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		n.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		n.Fatal(err)
	}
	_ = response.Body.Close()
	return reply{response, string(text)}
}

// get is a GET.
func (n *node) get(path string, headers ...string) reply {
	n.Helper()
	return n.call(http.MethodGet, path, "", headers...)
}

// firstRun reads the credentials that the first start left.
func (n *node) firstRun() printout {
	n.Helper()
	content, err := os.ReadFile(filepath.Join(n.folder, firstRunFile))
	if err != nil {
		n.Fatal(err)
	}
	var p printout
	if err := json.Unmarshal(content, &p); err != nil {
		n.Fatal(err)
	}
	return p
}

// flags are the settings of a node as the flags of a command beside it.
func flags(cfg Config) []string {
	return []string{"--database-url=" + cfg.DatabaseURL, "--storage-url=" + cfg.StorageURL, "--secret-key=" + cfg.SecretKey}
}
