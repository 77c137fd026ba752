package testservice

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// leftoverAge is when a database that a killed run left on the server of
// PARLEY_TEST_POSTGRES counts as abandoned.
const leftoverAge = 24 * time.Hour

// databasePrefix begins every name we give, followed by the Unix time.
const databasePrefix = "parley_test_"

// shared is the server whose databases this test binary's tests borrow.
var shared struct {
	once  sync.Once
	node  *node  // nil if the server is somebody else's; kept, or its process ends
	admin string // URL of a superuser
	err   error

	mu        sync.Mutex
	templates map[string]*template
}

// template is a database that prepare filled once and that tests get copies of.
type template struct {
	once     sync.Once
	database string
	err      error
}

// Template returns the URL of a copy of the database that prepare filled at the
// first call with this name: migrations run once per test binary, and a copy
// takes a tenth of a second. The copy is dropped when the test ends. Prepare
// must close its connections.
func Template(t testing.TB, name string, prepare func(ctx context.Context, url string) error) string {
	t.Helper()
	admin := adminURL(t)
	shared.mu.Lock()
	if shared.templates == nil {
		shared.templates = map[string]*template{}
	}
	if shared.templates[name] == nil {
		shared.templates[name] = &template{}
	}
	source := shared.templates[name]
	shared.mu.Unlock()
	source.once.Do(func() { source.database, source.err = fill(t.Context(), admin, prepare) })
	if source.err != nil {
		t.Fatalf("testservice: template %s: %v", name, source.err)
	}
	return lend(t, source.database)
}

// fill makes a database and closes it to connections, which would keep it from
// being copied.
func fill(ctx context.Context, admin string, prepare func(context.Context, string) error) (string, error) {
	name, err := create(ctx, admin, "")
	if err != nil {
		return "", err
	}
	if err := prepare(ctx, databaseURL(admin, name)); err != nil {
		return "", errors.Join(err, drop(ctx, admin, name))
	}
	return name, execute(ctx, admin,
		"ALTER DATABASE "+quote(name)+" ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '"+name+"'")
}

// lend makes a database for one test, a copy of source unless that is empty.
func lend(t testing.TB, source string) string {
	t.Helper()
	admin := adminURL(t)
	name, err := create(t.Context(), admin, source)
	if err != nil {
		t.Fatalf("testservice: %v", err)
	}
	ctx := context.WithoutCancel(t.Context())
	t.Cleanup(func() {
		if err := drop(ctx, admin, name); err != nil {
			t.Errorf("testservice: %v", err)
		}
	})
	return databaseURL(admin, name)
}

func create(ctx context.Context, admin, source string) (string, error) {
	if source == "" {
		source = "template0"
	}
	name := fmt.Sprintf("%s%d_%s", databasePrefix, time.Now().Unix(), strings.ToLower(rand.Text()))
	if err := execute(ctx, admin, "CREATE DATABASE "+quote(name)+" TEMPLATE "+quote(source)); err != nil {
		return "", fmt.Errorf("create a database: %w", err)
	}
	return name, nil
}

func drop(ctx context.Context, admin, name string) error {
	if err := execute(ctx, admin, "DROP DATABASE IF EXISTS "+quote(name)+" WITH (FORCE)"); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// adminURL is the URL of the shared server's superuser. The first call starts
// the server.
func adminURL(t testing.TB) string {
	t.Helper()
	shared.once.Do(func() { shared.err = share(t.Context()) })
	if shared.err != nil {
		t.Fatalf("testservice: %v", shared.err)
	}
	return shared.admin
}

func share(ctx context.Context) error {
	if given := os.Getenv("PARLEY_TEST_POSTGRES"); given != "" {
		shared.admin = given
		return dropLeftovers(ctx, given, time.Now().Add(-leftoverAge))
	}
	engine, err := newPostgres(ctx, nil)
	if err != nil {
		return err
	}
	shared.node = &node{engine: engine}
	if err := shared.node.start(ctx); err != nil {
		shared.node.close()
		return err
	}
	shared.admin = (&Server{node: shared.node}).URL()
	return nil
}

// dropLeftovers drops what runs before the given time left behind: templates,
// and the databases of runs that were killed.
func dropLeftovers(ctx context.Context, admin string, before time.Time) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("PARLEY_TEST_POSTGRES: %w", err)
	}
	rows, err := conn.Query(ctx, "SELECT datname FROM pg_database WHERE starts_with(datname, $1)", databasePrefix)
	if err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	err = errors.Join(err, conn.Close(ctx))
	for _, name := range names {
		stamp, _, _ := strings.Cut(strings.TrimPrefix(name, databasePrefix), "_")
		made, malformed := strconv.ParseInt(stamp, 10, 64)
		if malformed == nil && time.Unix(made, 0).Before(before) {
			err = errors.Join(err, drop(ctx, admin, name))
		}
	}
	return err
}

// execute runs statements, each its own transaction, on a connection of its own.
func execute(ctx context.Context, address string, statements ...string) error {
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		return err
	}
	for _, statement := range statements {
		_, failed := conn.Exec(ctx, statement)
		err = errors.Join(err, failed)
	}
	return errors.Join(err, conn.Close(ctx))
}

// databaseURL is the admin's URL with another database.
func databaseURL(admin, name string) string {
	address, err := url.Parse(admin)
	if err != nil {
		return admin // pgx has connected with it, so it is a URL
	}
	address.Path = "/" + name
	return address.String()
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }
