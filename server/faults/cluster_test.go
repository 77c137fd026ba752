package faults

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"parley/models/testservice"
)

// patience bounds every wait: a program under the race detector takes half a minute to start
// on a busy machine.
const patience = 3 * time.Minute

// program is the path of the program under test, built once.
var program = sync.OnceValues(func() (string, error) {
	if bin := os.Getenv("PARLEY_BIN"); bin != "" {
		return bin, nil
	}
	dir, err := os.MkdirTemp("", "parley-faults-")
	if err != nil {
		return "", err
	}
	bin := filepath.Join(dir, "parley")
	out, err := exec.Command("go", "build", "-o", bin, "parley/server").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the program: %w\n%s", err, out)
	}
	return bin, nil
})

func TestMain(m *testing.M) {
	code := m.Run()
	if bin, err := program(); err == nil && os.Getenv("PARLEY_BIN") == "" {
		_ = os.RemoveAll(filepath.Dir(bin))
	}
	os.Exit(code)
}

// credentials are what init prints.
type credentials struct {
	AccountID string `json:"account_id"`
	SiteKey   string `json:"site_key"`
	LiveKey   string `json:"live_key"`
}

// cluster is some nodes over one database.
type cluster struct {
	t        *testing.T
	dir      string
	env      []string
	postgres *testservice.Server
	redis    *testservice.Server
	nodes    []*node
	accounts []credentials
	// model, if set, answers for the assistants; each node knows it by an address of its own.
	model string
}

// startCluster starts n nodes on PostgreSQL and Redis with two accounts.
func startCluster(t *testing.T, n int) *cluster {
	t.Helper()
	return startAnswering(t, n, "")
}

// startAnswering is startCluster with a model.
func startAnswering(t *testing.T, n int, model string) *cluster {
	t.Helper()
	c := &cluster{t: t, model: model, dir: t.TempDir(), postgres: testservice.StartPostgres(t), redis: testservice.StartRedis(t)}
	c.env = []string{"DATABASE_URL=" + c.postgres.URL(), "REDIS_URL=" + c.redis.URL()}
	c.begin(n)
	return c
}

// startAlone starts one node on SQLite with two accounts.
func startAlone(t *testing.T) *cluster {
	t.Helper()
	return startAnsweringAlone(t, "")
}

// startAnsweringAlone is startAlone with a model.
func startAnsweringAlone(t *testing.T, model string) *cluster {
	t.Helper()
	c := &cluster{t: t, model: model, dir: t.TempDir()}
	c.env = []string{"DATABASE_URL=sqlite://" + filepath.Join(c.dir, "chat.db")}
	c.begin(1)
	return c
}

func (c *cluster) begin(n int) {
	c.t.Helper()
	c.env = append(os.Environ(), append(c.env,
		"SECRET_KEY="+strings.Repeat("fault", 8), "STORAGE_URL=file://"+filepath.Join(c.dir, "files"),
		"RATE_LIMITS=off", "OUTBOUND_ALLOW=127.0.0.0/8", "LOG_FORMAT=json", "LOG_LEVEL=info")...)
	for range 2 {
		c.accounts = append(c.accounts, c.init())
	}
	for i := range n {
		node := &node{cluster: c, name: fmt.Sprintf("node-%d", i), port: freePort(c.t)}
		c.nodes = append(c.nodes, node)
		node.start()
		c.t.Cleanup(node.end)
	}
	for _, n := range c.nodes {
		n.awaitReady()
	}
}

func (c *cluster) command(ctx context.Context, args ...string) *exec.Cmd {
	c.t.Helper()
	bin, err := program()
	if err != nil {
		c.t.Fatal(err)
	}
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	return cmd
}

func (c *cluster) init() credentials {
	c.t.Helper()
	cmd := c.command(c.t.Context(), "init", "--json")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		c.t.Fatalf("init: %v\n%s", err, complaint.String())
	}
	var made credentials
	if err := json.Unmarshal(out, &made); err != nil {
		c.t.Fatalf("init printed %s: %v", out, err)
	}
	return made
}

// node is one running program.
type node struct {
	cluster *cluster
	name    string
	port    string
	mu      sync.Mutex
	cmd     *exec.Cmd
	gone    chan struct{}
}

func (n *node) address() string { return "127.0.0.1:" + n.port }

func (n *node) logFile() string { return filepath.Join(n.cluster.dir, n.name+".log") }

func (n *node) start() {
	n.cluster.t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	log, err := os.OpenFile(n.logFile(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		n.cluster.t.Fatal(err)
	}
	cmd := n.cluster.command(context.WithoutCancel(n.cluster.t.Context()), "serve")
	cmd.Env = append(cmd.Env, "LISTEN_ADDR="+n.address())
	if n.cluster.model != "" {
		cmd.Env = append(cmd.Env, "OPENAI_BASE_URL="+n.cluster.model+"/"+n.name+"/v1", "OPENAI_API_KEY=sk-stand-in")
	}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		n.cluster.t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		_ = log.Close()
		close(gone)
	}()
	n.cmd, n.gone = cmd, gone
}

// signal sends one and, when it ends the node, waits for the end.
func (n *node) signal(s syscall.Signal) {
	n.mu.Lock()
	defer n.mu.Unlock()
	_ = n.cmd.Process.Signal(s)
	<-n.gone
}

// bounce ends the node with a signal and starts it again in its place.
func (n *node) bounce(s syscall.Signal) {
	n.cluster.t.Helper()
	n.signal(s)
	n.start()
	n.awaitReady()
}

func (n *node) end() {
	n.signal(syscall.SIGKILL)
	log, _ := os.ReadFile(n.logFile())
	for _, word := range []string{"panic", "DATA RACE", "fatal error"} {
		if bytes.Contains(log, []byte(word)) {
			n.cluster.t.Errorf("%s said %q", n.name, word)
		}
	}
	if n.cluster.t.Failed() {
		n.cluster.t.Logf("%s, the end of its log:\n%s", n.name, log[max(0, len(log)-4000):])
	}
}

func (n *node) awaitReady() {
	n.cluster.t.Helper()
	await(n.cluster.t, n.name+" is ready", func() bool {
		ctx, cancel := context.WithTimeout(n.cluster.t.Context(), time.Second)
		defer cancel()
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.address()+"/readyz", nil)
		if err != nil {
			return false
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return false
		}
		_ = answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
}

// await polls until done says yes, or fails the test.
func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(patience)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		if time.Now().After(deadline) {
			t.Fatalf("waited %s in vain: %s", patience, what)
		}
		<-tick.C
	}
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}
