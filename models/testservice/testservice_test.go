package testservice_test

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"parley/models/testservice"
)

// query returns the single value that the statement yields.
func query[T any](t *testing.T, url, statement string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	var value T
	if err := conn.QueryRow(t.Context(), statement).Scan(&value); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	return value
}

func run(ctx context.Context, url string, statements ...string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	for _, statement := range statements {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// ask sends one line to a Redis and returns the first line of its answer.
func ask(t *testing.T, addr, line string) (string, error) {
	t.Helper()
	dialer := net.Dialer{Timeout: time.Second}
	conn, err := dialer.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return "", err
	}
	if _, err := fmt.Fprint(conn, line+"\r\n"); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(answer), err
}

func redisAddr(t *testing.T, url string) string {
	t.Helper()
	addr, ok := strings.CutPrefix(url, "redis://")
	if !ok || !strings.HasSuffix(addr, "/0") {
		t.Fatalf("not a redis URL: %s", url)
	}
	return strings.TrimSuffix(addr, "/0")
}

func TestEveryDatabaseIsNewAndEmpty(t *testing.T) {
	t.Parallel()
	first, second := testservice.Postgres(t), testservice.Postgres(t)
	if first == second {
		t.Fatal("two calls gave one database")
	}
	if err := run(t.Context(), first, "CREATE TABLE kept (id int)"); err != nil {
		t.Fatal(err)
	}
	const tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
	if n := query[int](t, first, tables); n != 1 {
		t.Errorf("the first database has %d tables, want 1", n)
	}
	if n := query[int](t, second, tables); n != 0 {
		t.Errorf("the second database has %d tables, want 0", n)
	}
}

func TestADatabaseIsDroppedWithItsTestEvenWhenStillInUse(t *testing.T) {
	t.Parallel()
	var url string
	var open *pgx.Conn
	// Not parallel: the subtest's end is what the test looks at.
	t.Run("borrower", func(t *testing.T) {
		url = testservice.Postgres(t)
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		open = conn
	})
	if err := open.Ping(t.Context()); err == nil {
		t.Error("the connection outlived its database")
	}
	if err := run(t.Context(), url); err == nil {
		t.Error("the database outlived its test")
	}
}

func TestTheServerKeepsTheSettingsThatPromisesRestOn(t *testing.T) {
	t.Parallel()
	url := testservice.Postgres(t)
	for setting, want := range map[string]string{
		"synchronous_commit": "on", "max_connections": "300", "TimeZone": "UTC", "server_encoding": "UTF8",
	} {
		if got := query[string](t, url, "SHOW "+setting); got != want {
			t.Errorf("%s is %s, want %s", setting, got, want)
		}
	}
	if got := query[string](t, url, "SELECT lower('ÄЖ')"); got != "äж" {
		t.Errorf("lower() knows ASCII only: %s", got)
	}
}

func TestATemplateIsPreparedOnceAndCopiedForEach(t *testing.T) {
	t.Parallel()
	var prepared atomic.Int32
	prepare := func(ctx context.Context, url string) error {
		prepared.Add(1)
		return run(ctx, url, "CREATE TABLE words (word text)", "INSERT INTO words VALUES ('there')")
	}
	name := rand.Text() // new at each -count
	urls := make([]string, 8)
	var group sync.WaitGroup
	for i := range urls {
		group.Go(func() { urls[i] = testservice.Template(t, name, prepare) })
	}
	group.Wait()
	if n := prepared.Load(); n != 1 {
		t.Errorf("prepared %d times, want 1", n)
	}
	if err := run(t.Context(), urls[0], "INSERT INTO words VALUES ('mine')"); err != nil {
		t.Fatal(err)
	}
	for i, url := range urls[1:] {
		if n := query[int](t, url, "SELECT count(*) FROM words"); n != 1 {
			t.Errorf("copy %d has %d rows, want 1", i+1, n)
		}
	}
}

func TestARedisIsItsCallersAlone(t *testing.T) {
	t.Parallel()
	first, second := redisAddr(t, testservice.Redis(t)), redisAddr(t, testservice.Redis(t))
	if answer, err := ask(t, first, "SET greeting hello"); err != nil || answer != "+OK" {
		t.Fatalf("SET: %q, %v", answer, err)
	}
	if answer, err := ask(t, second, "EXISTS greeting"); err != nil || answer != ":0" {
		t.Errorf("the second Redis sees the first one's key: %q, %v", answer, err)
	}
}

func TestACrashedPostgresComesBackInItsPlaceWithWhatItAcknowledged(t *testing.T) {
	t.Parallel()
	server := testservice.StartPostgres(t, "fsync=on")
	url := server.URL()
	if fsync := query[string](t, url, "SHOW fsync"); fsync != "on" {
		t.Errorf("the given setting does not win: fsync is %s", fsync)
	}
	if err := run(t.Context(), url, "CREATE TABLE acknowledged (id int)"); err != nil {
		t.Fatal(err)
	}
	for round, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGQUIT, syscall.SIGINT} {
		if err := run(t.Context(), url, fmt.Sprintf("INSERT INTO acknowledged VALUES (%d)", round)); err != nil {
			t.Fatal(err)
		}
		server.Stop(signal)
		if err := run(t.Context(), url); err == nil {
			t.Errorf("the server answers after %s", signal)
		}
		server.Start()
		if server.URL() != url {
			t.Errorf("the URL moved from %s to %s", url, server.URL())
		}
		if n := query[int](t, url, "SELECT count(*) FROM acknowledged"); n != round+1 {
			t.Errorf("after %s: %d rows, want %d", signal, n, round+1)
		}
	}
}

func TestARestartedPostgresCutsItsClientsOff(t *testing.T) {
	t.Parallel()
	server := testservice.StartPostgres(t)
	conn, err := pgx.Connect(t.Context(), server.URL())
	if err != nil {
		t.Fatal(err)
	}
	server.Restart()
	if err := conn.Ping(t.Context()); err == nil {
		t.Error("a connection outlived the restart")
	}
}

func TestARedisStopsStartsAndForgets(t *testing.T) {
	t.Parallel()
	server := testservice.StartRedis(t, "maxmemory 64mb")
	if answer, err := ask(t, server.Addr(), "SET key value"); err != nil || answer != "+OK" {
		t.Fatalf("SET: %q, %v", answer, err)
	}
	server.Stop(syscall.SIGKILL)
	server.Stop(syscall.SIGKILL) // nothing to stop, nothing to complain about
	if answer, err := ask(t, server.Addr(), "PING"); err == nil {
		t.Errorf("a stopped server answers %q", answer)
	}
	server.Start()
	server.Start()
	if answer, err := ask(t, server.Addr(), "EXISTS key"); err != nil || answer != ":0" {
		t.Errorf("EXISTS after the restart: %q, %v", answer, err)
	}
	server.Restart()
	if answer, err := ask(t, server.Addr(), "PING"); err != nil || answer != "+PONG" {
		t.Errorf("PING after the restart: %q, %v", answer, err)
	}
}

func TestAStoppedProcessIsDeafUntilItContinues(t *testing.T) {
	t.Parallel()
	server := testservice.StartRedis(t)
	server.Signal(syscall.SIGSTOP)
	if answer, err := ask(t, server.Addr(), "PING"); err == nil {
		t.Errorf("a frozen server answers %q", answer)
	}
	server.Signal(syscall.SIGCONT)
	if answer, err := ask(t, server.Addr(), "PING"); err != nil || answer != "+PONG" {
		t.Errorf("PING: %q, %v", answer, err)
	}
}
