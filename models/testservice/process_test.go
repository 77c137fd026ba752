package testservice

import (
	"bufio"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asChild is set in the copies of this test binary that a test starts and kills.
const asChild = "PARLEY_TESTSERVICE_CHILD"

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-deadline:
			t.Fatalf("never: %s", what)
		case <-tick.C:
		}
	}
}

func gone(pid int) bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func absent(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}

// TestChild does nothing but what its parent test tells it by the environment:
// start one server of each kind, say where they are, and end in some bad way.
//
//nolint:paralleltest // it is alone in its process
func TestChild(t *testing.T) {
	ending := os.Getenv(asChild)
	if ending == "" {
		return
	}
	database := Postgres(t)
	own := StartPostgres(t)
	cache := StartRedis(t)
	nodes := []*node{own.node, cache.node}
	if shared.node != nil {
		nodes = append(nodes, shared.node)
	}
	for _, n := range nodes {
		fmt.Println("server", n.running.pid, n.engine.spawning(0).dir)
	}
	fmt.Println("ready", database)
	switch ending {
	case "exit":
		os.Exit(3)
	case "panic":
		panic("as told")
	case "kill":
		<-t.Context().Done() // never: the parent kills this process first
	}
}

func TestNoServerOutlivesTheTestBinary(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{"kill", "exit", "panic", "return"} {
		t.Run(ending, func(t *testing.T) {
			t.Parallel()
			servers, _ := runChild(t, ending, "")
			if len(servers) != 3 {
				t.Fatalf("the child started %d servers, want 3", len(servers))
			}
			for pid, dir := range servers {
				eventually(t, fmt.Sprintf("server %d ends", pid), func() bool { return gone(pid) })
				eventually(t, dir+" is removed", func() bool { return absent(dir) })
			}
		})
	}
}

// runChild runs this test binary's TestChild to its end and returns the folders
// of the servers it had started, by process id, and the URL of its database. If
// postgres is not empty, that is the server it borrows databases from.
func runChild(t *testing.T, ending, postgres string) (servers map[int]string, database string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), asChild+"="+ending, "PARLEY_TEST_POSTGRES="+postgres)
	output, err := child.StdoutPipe()
	if err == nil {
		err = child.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	servers = map[int]string{}
	for lines := bufio.NewScanner(output); lines.Scan(); {
		var pid int
		var dir string
		if n, _ := fmt.Sscanf(lines.Text(), "server %d %s", &pid, &dir); n == 2 {
			servers[pid] = dir
		}
		if url, ready := strings.CutPrefix(lines.Text(), "ready "); ready {
			database = url
			if ending == "kill" {
				err = child.Process.Kill()
			}
		}
	}
	if status := child.Wait(); err != nil || (status == nil) != (ending == "return") {
		t.Errorf("the child's end: %v, %v", status, err)
	}
	return servers, database
}

func TestAGivenServerIsUsedInsteadOfAnOwnOne(t *testing.T) {
	t.Parallel()
	given := StartPostgres(t)
	servers, database := runChild(t, "return", given.URL())
	if len(servers) != 2 || !strings.Contains(database, given.Addr()) {
		t.Errorf("the child started %d servers and borrowed %s, want 2 and one on %s", len(servers), database, given.Addr())
	}
}

func TestAProgramThatIgnoresItsEndIsKilled(t *testing.T) {
	t.Parallel()
	dir, err := newFolder(nil)
	if err != nil {
		t.Fatal(err)
	}
	stubborn := []string{"/bin/sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done"}
	p, err := spawn(t.Context(), spawning{dir: dir, ending: "TERM", command: stubborn})
	if err != nil {
		t.Fatal(err)
	}
	eventually(t, "the program ignores its end", func() bool { return tail(dir) == "deaf" })
	if p.ended(0) {
		t.Error("the program ended by itself")
	}
	if err := p.release(); err == nil {
		t.Error("a killed program reported success")
	}
	if !gone(p.pid) || !absent(dir) {
		t.Error("the program or its folder stayed")
	}
}

func TestAProgramsEndAndStatusAreSeen(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := spawn(t.Context(), spawning{dir: dir, ending: "KILL", command: []string{"/bin/sh", "-c", "echo said; exit 7"}})
	if err != nil {
		t.Fatal(err)
	}
	if !p.ended(10 * time.Second) {
		t.Fatal("the end was not seen")
	}
	var status *exec.ExitError
	if err := p.release(); !errors.As(err, &status) || status.ExitCode() != 7 {
		t.Errorf("status %v, want 7", err)
	}
	if tail(dir) != "said" {
		t.Errorf("the log has %q", tail(dir))
	}
	if absent(dir) {
		t.Error("an orderly end took the folder")
	}
}

func TestAServerThatCannotStartSaysWhy(t *testing.T) {
	t.Parallel()
	engine, err := newRedis(t.Context(), []string{"no-such-setting 1"})
	if err != nil {
		t.Fatal(err)
	}
	n := &node{engine: engine}
	defer n.close()
	err = n.start(t.Context())
	if err == nil || !strings.Contains(err.Error(), "no-such-setting") {
		t.Errorf("the error does not quote the log: %v", err)
	}
}

func TestAnotherServerOnThePortIsNotTakenForOurs(t *testing.T) {
	t.Parallel()
	first := StartRedis(t)
	engine, err := newRedis(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	n := &node{engine: engine}
	defer n.close()
	if err := n.try(t.Context(), first.node.port); err == nil {
		t.Error("a server started on a port that was taken")
	}
	if err := engine.ready(t.Context(), first.Addr(), first.node.running.pid+1); err == nil {
		t.Error("another process was taken for ours")
	}
}

func TestAMissingProgramIsNamedWithItsPackage(t *testing.T) {
	t.Setenv("PATH", t.TempDir()) // neither the program nor apt-get
	missing := program{name: "Oracle", command: "oracled", beside: "oracled", folders: "/nowhere/*", packet: "oracle-server"}
	_, err := find(t.Context(), missing)
	if err == nil || !strings.Contains(err.Error(), "install the package oracle-server") {
		t.Errorf("not helpful: %v", err)
	}
}

func TestTheNewestVersionIsFoundBesideItsServer(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	for _, file := range []string{
		"9/bin/initdb-of-the-test", "9/bin/postgres",
		"16/bin/initdb-of-the-test", "16/bin/postgres",
		"17/bin/initdb-of-the-test", // without its server
	} {
		path := filepath.Join(root, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	p := program{command: "initdb-of-the-test", beside: "postgres", folders: root + "/*/bin"}
	if got, want := p.look(), filepath.Join(root, "16/bin/initdb-of-the-test"); got != want {
		t.Errorf("found %s, want %s", got, want)
	}
}

func TestDatabasesOfAKilledRunAreDroppedWhenOld(t *testing.T) {
	t.Parallel()
	server := StartPostgres(t)
	admin := server.URL()
	name, err := create(t.Context(), admin, "")
	if err != nil {
		t.Fatal(err)
	}
	exists := func() bool { return execute(t.Context(), databaseURL(admin, name)) == nil }
	if err := dropLeftovers(t.Context(), admin, time.Now().Add(-time.Minute)); err != nil || !exists() {
		t.Errorf("a young database was dropped (%v)", err)
	}
	if err := dropLeftovers(t.Context(), admin, time.Now().Add(time.Minute)); err != nil || exists() {
		t.Errorf("an old database stayed (%v)", err)
	}
}

func TestOnlyThePathOfTheURLNamesTheDatabase(t *testing.T) {
	t.Parallel()
	got, err := url.Parse(databaseURL("postgres://me:a%40b@host:1/postgres?sslmode=disable", "other"))
	if err != nil {
		t.Fatal(err)
	}
	if password, _ := got.User.Password(); got.Path != "/other" || password != "a@b" || got.RawQuery != "sslmode=disable" {
		t.Errorf("wrong URL: %s", got)
	}
}
