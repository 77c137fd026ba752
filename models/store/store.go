// Package store keeps the domain in PostgreSQL or SQLite. It is the only place with
// GORM, and the two databases differ in two files each: how they are opened and how
// a message is posted; everything else is the same code.
//
// Every method that takes a principal sees and changes rows of its account alone.
// Errors are those of models: a caller never meets a driver's.
package store

import (
	"context"
	"database/sql"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"gorm.io/gorm"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
)

// Options say which database, and who watches.
type Options struct {
	// URL is sqlite://path or postgres://….
	URL string
	// Logger gets what goes wrong behind a caller's back; nil means slog.Default.
	Logger *slog.Logger
	// Observer is told of every statement; nil means nobody is.
	Observer Observer
	// Now is the clock for columns that callers leave to the store; nil means time.Now.
	Now func() time.Time
	// MaxConns bounds the connections to PostgreSQL, or the readers of SQLite; 0 takes
	// DefaultMaxConns.
	MaxConns int
}

// DefaultMaxConns is how many connections one node keeps at most.
const DefaultMaxConns = 24

// Store is an open database.
type Store struct {
	queries
	engine engine
}

var (
	_ chat.Store   = (*Store)(nil)
	_ access.Store = (*Store)(nil)
)

// engine is what differs between the databases beyond their SQL.
type engine interface {
	// transact runs fn in one transaction.
	transact(ctx context.Context, fn func(context.Context, *gorm.DB) error) error
	// post stores one message in a transaction of its own, or shares one.
	post(ctx context.Context, who models.Principal, e chat.Entry) (chat.Posted, error)
	// handle is the pool that Stats and Ping look at.
	handle() *sql.DB
	// schema is what Migrate works with.
	schema() (*sql.DB, fs.FS, goose.Dialect, []goose.ProviderOption, error)
	close() error
}

// Open opens the database; it does not migrate it. A database that cannot be reached
// is no error here: Ping tells.
func Open(ctx context.Context, o Options) (*Store, error) {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.MaxConns <= 0 {
		o.MaxConns = DefaultMaxConns
	}
	switch scheme, rest, _ := strings.Cut(o.URL, "://"); scheme {
	case "sqlite":
		return openSQLite(ctx, rest, o)
	case "postgres", "postgresql":
		return openPostgres(ctx, o)
	default:
		return nil, fmt.Errorf("database URL: %q is neither sqlite:// nor postgres://", scheme)
	}
}

// Close waits for what is being written and closes the database.
func (s *Store) Close() error { return s.engine.close() }

// Ping says whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return translate(s.engine.handle().PingContext(ctx))
}

// Stats are those of the connection pool.
func (s *Store) Stats() sql.DBStats { return s.engine.handle().Stats() }

// Dialect names the database: "postgres" or "sqlite".
func (s *Store) Dialect() string { return s.db.Name() }

// InTx runs fn in one transaction; see chat.Store. It does not nest.
func (s *Store) InTx(ctx context.Context, fn func(ctx context.Context, t chat.Tx) error) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error { return fn(ctx, t) })
}

// transact is InTx for the store's own methods.
func (s *Store) transact(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	if inside(ctx) {
		return errNested
	}
	if t := joined(ctx); t != nil {
		return t.join(ctx, fn)
	}
	return s.engine.transact(ctx, func(ctx context.Context, db *gorm.DB) error {
		return fn(markInside(ctx), &tx{queries{db: db, dialect: s.dialect, detached: s.dialect.serial()}})
	})
}

// Post stores one message; see chat.Store.
func (s *Store) Post(ctx context.Context, who models.Principal, e chat.Entry) (chat.Posted, error) {
	if err := confine(who); err != nil {
		return chat.Posted{}, err
	}
	if inside(ctx) {
		return chat.Posted{}, errNested
	}
	if joined(ctx) != nil {
		return s.postJoined(ctx, who, e)
	}
	return s.engine.post(ctx, who, e)
}

// insideKey marks the contexts of running transactions.
type insideKey struct{}

// errNested is a mistake in the program: with a single writer the second transaction
// would wait for the first one for ever.
var errNested = fmt.Errorf("store: a transaction was begun inside another one")

func inside(ctx context.Context) bool { return ctx.Value(insideKey{}) != nil }

func markInside(ctx context.Context) context.Context {
	return context.WithValue(ctx, insideKey{}, true)
}
