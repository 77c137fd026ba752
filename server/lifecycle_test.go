package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/models/testservice"
)

// visitorSocket begins a conversation and opens its socket.
func (n *node) visitorSocket() *fws.Conn {
	n.Helper()
	p := n.firstRun()
	n.call(http.MethodPost, "/api/v1/chat/conversations",
		`{"name":"Jane","email":"jane@example.com","message":"Hello?","visitor_token":"jane"}`, "X-API-Key", p.SiteKey)
	conn, response, err := fws.DefaultDialer.DialContext(n.Context(), "ws"+strings.TrimPrefix(n.base, "http")+"/api/v1/chat/ws", nil)
	if err != nil {
		n.Fatalf("dial: %v (%v)", err, response)
	}
	_ = response.Body.Close() // an upgrade has none
	n.Cleanup(func() { _ = conn.Close() })
	hello := map[string]any{"type": "hello", "site_key": p.SiteKey, "visitor_token": "jane"}
	if err := conn.WriteJSON(hello); err != nil {
		n.Fatal(err)
	}
	n.expect(conn, "welcome")
	return conn
}

// expect reads frames up to one of this type.
func (n *node) expect(conn *fws.Conn, kind string) {
	n.Helper()
	if err := conn.SetReadDeadline(time.Now().Add(patienceOfTests)); err != nil {
		n.Fatal(err)
	}
	for {
		var frame struct{ Type string }
		if err := conn.ReadJSON(&frame); err != nil {
			n.Fatalf("waiting for %s: %v", kind, err)
		}
		if frame.Type == kind {
			return
		}
	}
}

func TestANodeLeavesInGoodOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		p := n.firstRun()
		socket := n.visitorSocket()
		slow := n.slowRequest(p.LiveKey)
		began := time.Now()
		n.stop()
		n.expect(socket, "bye")
		_, _, err := socket.ReadMessage()
		var closed *fws.CloseError
		if !errors.As(err, &closed) || closed.Code != 1012 {
			t.Errorf("the socket ended with %v, want close 1012", err)
		}
		slow.finish(t)
		n.finish()
		if took := time.Since(began); took > 25*time.Second {
			t.Errorf("leaving took %s", took)
		}
		if n.status("/healthz") != 0 {
			t.Error("the port still answers")
		}
	})
}

// slow is a request that has begun and is not over.
type slow struct {
	conn net.Conn
	rest string
}

// slowRequest sends all of a request but its last byte.
func (n *node) slowRequest(key string) slow {
	n.Helper()
	conn := dial(n.TB, n.app.Addr().String())
	const body = `{"content":"said while leaving"}`
	underway(n.TB, conn, "POST /v2/conversation/conv_x/message HTTP/1.1\r\nHost: x\r\nX-API-Key: "+key+
		"\r\nContent-Type: application/json\r\nContent-Length: 32\r\n", body[:31])
	return slow{conn, body[31:]}
}

// underway sends the head of a request and, once the server says that it waits for the
// body, so much of it: what came too late for a node that leaves is none of its requests.
func underway(t testing.TB, conn net.Conn, head, body string) {
	t.Helper()
	if _, err := io.WriteString(conn, head+"Expect: 100-continue\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	const goOn = "HTTP/1.1 100 Continue\r\n\r\n"
	told := make([]byte, len(goOn))
	if _, err := io.ReadFull(conn, told); err != nil || string(told) != goOn {
		t.Fatalf("the server says %q, %v", told, err)
	}
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
}

// finish sends the rest and wants an answer.
func (s slow) finish(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(s.conn, s.rest); err != nil {
		t.Fatalf("the request was cut off: %v", err)
	}
	response, err := http.ReadResponse(bufio.NewReader(s.conn), nil)
	if err != nil {
		t.Fatalf("the request got no answer: %v", err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("the request got %d, want 404", response.StatusCode)
	}
}

func TestANodeThatLeavesSaysSoToTheLoadBalancerFirst(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	n.visitorSocket() // which does not answer the close, so that leaving takes a while
	n.stop()
	n.await("503 while draining", func() bool {
		r := n.get("/readyz")
		return r.StatusCode == http.StatusServiceUnavailable && r.json("status") == "draining" && n.status("/healthz") == http.StatusOK
	})
	n.finish()
}

func TestReadinessFollowsTheDatabase(t *testing.T) {
	t.Parallel()
	database := testservice.StartPostgres(t)
	cfg := sqliteConfig(t)
	cfg.DatabaseURL, cfg.SecretKey = database.URL(), goodSecret
	n := start(t, cfg)
	key := n.firstRun().LiveKey
	if r := n.get("/readyz"); r.StatusCode != http.StatusOK || r.json("database") != "ok" {
		t.Fatalf("at first: %s", r.text)
	}
	database.Stop(syscall.SIGINT)
	n.await("not ready without the database", func() bool {
		r := n.get("/readyz")
		return r.StatusCode == http.StatusServiceUnavailable && r.json("status") == "not ready" && r.json("database") == "unavailable"
	})
	if n.status("/healthz") != http.StatusOK {
		t.Error("a node without a database calls itself dead")
	}
	n.await("503 from the surfaces", func() bool {
		r := n.get("/v2/conversations", "X-API-Key", key)
		return r.StatusCode == http.StatusServiceUnavailable && r.json("error") == "unavailable" && r.Header.Get("Retry-After") != ""
	})
	if !strings.Contains(n.log.String(), `"code":"unavailable"`) {
		t.Errorf("nothing is logged:\n%s", n.log)
	}
	database.Start()
	n.await("ready again without a restart", func() bool {
		return n.status("/readyz") == http.StatusOK && n.get("/v2/conversations", "X-API-Key", key).StatusCode == http.StatusOK
	})
}

func TestWithoutItsRedisANodeIsReadyAndSaysWhatItLacks(t *testing.T) {
	t.Parallel()
	cfg := postgresConfig(t)
	redis := testservice.StartRedis(t)
	cfg.RedisURL = redis.URL()
	n := start(t, cfg)
	n.await("the bus stands", func() bool { return n.get("/readyz").json("bus") == "ok" })
	redis.Stop(syscall.SIGKILL)
	n.await("a warning", func() bool {
		r := n.get("/readyz")
		warned, _ := r.json("warnings").([]any)
		return r.StatusCode == http.StatusOK && r.json("bus") == "away" && len(warned) > 0
	})
	n.await("the limiter's warning in the log", func() bool {
		n.get("/v2/users", "X-API-Key", n.firstRun().LiveKey)
		return strings.Contains(n.log.String(), "limits are counted by this node alone")
	})
	redis.Start()
	n.await("the bus stands again", func() bool { return n.get("/readyz").json("bus") == "ok" })
}

// runProgram is the variable by which this test binary becomes the program itself.
const runProgram = "PARLEY_TEST_RUN_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(runProgram) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// launch runs the program as a process of its own.
func launch(t *testing.T, cfg Config, log io.Writer) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "serve")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), runProgram+"=1", "LISTEN_ADDR=127.0.0.1:0", "DATABASE_URL="+cfg.DatabaseURL,
		"STORAGE_URL="+cfg.StorageURL, "LOG_FORMAT=json")
	cmd.Stderr = log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd
}

func TestTheProgramEndsWithNothingAmissOnSIGTERM(t *testing.T) {
	t.Parallel()
	log := &transcript{}
	cmd := launch(t, sqliteConfig(t), log)
	await(t, "it listens", func() bool { return strings.Contains(log.String(), `"msg":"listening"`) })
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil || !strings.Contains(log.String(), `"msg":"left"`) {
		t.Errorf("%v\n%s", err, log)
	}
	for _, name := range []string{secretFile, firstRunFile} {
		if info, err := os.Stat(filepath.Join(cmd.Dir, "data", name)); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", name, info, err)
		}
	}
}

func TestASecondSignalEndsTheProgramAtOnce(t *testing.T) {
	t.Parallel()
	log := &transcript{}
	cfg := sqliteConfig(t)
	cmd := launch(t, cfg, log)
	await(t, "it listens", func() bool { return strings.Contains(log.String(), `"msg":"listening"`) })
	_, rest, _ := strings.Cut(log.String(), `"address":"`)
	address, _, _ := strings.Cut(rest, `"`)
	conn := dial(t, address)
	// A request that never ends keeps the program from leaving.
	underway(t, conn, "POST /v2/users HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n", "x")
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	await(t, "it is leaving", func() bool { return strings.Contains(log.String(), "leaving") })
	again := time.Now()
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	err := cmd.Wait()
	var ended *exec.ExitError
	if !errors.As(err, &ended) || time.Since(again) > 5*time.Second {
		t.Errorf("it ended with %v after %s", err, time.Since(again))
	}
}

func TestAPartThatFailsEndsTheNode(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.MetricsAddr = listen(t).Addr().String()
	app, err := New(t.Context(), cfg, console{out: &transcript{}, err: &transcript{}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = app.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), patienceOfTests)
	defer cancel()
	if err := app.Run(ctx); err == nil || ctx.Err() != nil {
		t.Errorf("run: %v, %v", err, ctx.Err())
	}
}
