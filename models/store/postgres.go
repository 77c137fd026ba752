package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	gormpostgres "gorm.io/driver/postgres"
	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
	"parley/models/migrations"
)

// clashTries is how often a transaction that loses against another one is run.
const clashTries = 5

// connectLimit is how long a connection may take, unless the URL says otherwise.
const connectLimit = 5 * time.Second

// postgres is the engine for PostgreSQL.
type postgres struct {
	pool     *sql.DB
	db       *gorm.DB
	observer Observer

	// posts go over connections of their own, one for each flight.
	posts    *group
	postPool *sql.DB
	postDB   *gorm.DB
}

// postgresDialect is PostgreSQL's SQL.
type postgresDialect struct {
	postgresSearch
	postgresTimes
}

func (postgresDialect) serial() bool                  { return false }
func (postgresDialect) bytewise(column string) string { return column + ` COLLATE "C"` }
func (postgresDialect) items(column string) string {
	return "jsonb_array_elements_text(CASE jsonb_typeof(" + column + ") WHEN 'array' THEN " + column + " END) AS items(value)"
}
func (postgresDialect) place(db *gorm.DB) ([]chat.Head, error) { return placePostgres(db) }

// postgresDialector has GORM speak the errors of models.
type postgresDialector struct{ *gormpostgres.Dialector }

// Translate implements gorm.ErrorTranslator.
func (postgresDialector) Translate(err error) error { return translate(err) }

func openPostgres(ctx context.Context, o Options) (*Store, error) {
	config, err := pgx.ParseConfig(o.URL)
	if err != nil {
		return nil, fmt.Errorf("database URL: %w", err)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = connectLimit
	}
	p := &postgres{observer: observerOf(o)}
	if p.pool, p.db, err = connect(*config, o, o.MaxConns, prepareAny); err != nil {
		return nil, err
	}
	if p.postPool, p.postDB, err = connect(*config, o, flights, preparePosting); err != nil {
		return nil, errors.Join(err, p.pool.Close())
	}
	// Batches belong to nobody's request: whoever opened the store lends its context.
	ctx = context.WithoutCancel(ctx)
	p.posts = newGroup(func(batch []*pending) error { return p.postBatch(ctx, batch) })
	ahead := newAhead()
	return &Store{queries: queries{db: p.db, dialect: postgresDialect{}, shelf: ahead.shelf(shelfSize), ahead: ahead}, engine: p}, nil
}

// connect makes a pool and a GORM on it; connections are made when they are needed.
func connect(
	config pgx.ConnConfig, o Options, limit int, prepare func(context.Context, *pgx.Conn) error,
) (*sql.DB, *gorm.DB, error) {
	pool := stdlib.OpenDB(config, stdlib.OptionAfterConnect(prepare))
	pool.SetMaxOpenConns(limit)
	pool.SetMaxIdleConns(limit)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	// So that a node follows, in the end, when another server takes over.
	pool.SetConnMaxLifetime(30 * time.Minute)
	db, err := gorm.Open(postgresDialector{&gormpostgres.Dialector{Config: &gormpostgres.Config{Conn: pool}}}, gormConfig(o))
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("open PostgreSQL: %w", err), pool.Close())
	}
	return pool, db, nil
}

// prepareAny has a connection give times in UTC, and has the server end what a node
// began that is no more.
func prepareAny(ctx context.Context, c *pgx.Conn) error {
	c.TypeMap().RegisterType(&pgtype.Type{
		Name: "timestamptz", OID: pgtype.TimestamptzOID, Codec: &pgtype.TimestamptzCodec{ScanLocation: time.UTC},
	})
	_, err := c.Exec(ctx, "SET idle_in_transaction_session_timeout = '60s'")
	return err
}

// preparePosting settles the plan besides: PostgreSQL takes the statement's parameter
// for a hundred rows, and would rather read a whole table than look so many up. And a
// conversation that somebody keeps locked must not keep the others waiting.
func preparePosting(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; "+
		"SET plan_cache_mode = force_generic_plan; SET lock_timeout = '200ms'")
	return errors.Join(err, prepareAny(ctx, c))
}

// gormConfig is the same for both databases. Preparing statements is left to the
// drivers: pgx does it by itself, and GORM's way halves its throughput.
func gormConfig(o Options) *gorm.Config {
	return &gorm.Config{
		SkipDefaultTransaction: true,
		DisableAutomaticPing:   true,
		TranslateError:         true,
		Logger:                 trace{observerOf(o)},
		NowFunc:                func() time.Time { return models.Now(o.Now()) },
	}
}

// transact runs fn, again if it loses against another transaction.
func (p *postgres) transact(ctx context.Context, fn func(context.Context, *gorm.DB) error) error {
	var err error
	for range clashTries {
		err = p.once(ctx, fn)
		if !isClash(err) {
			return err
		}
	}
	return err
}

func (p *postgres) once(ctx context.Context, fn func(context.Context, *gorm.DB) error) error {
	t := p.db.WithContext(ctx).Begin()
	if t.Error != nil {
		return t.Error
	}
	done := false
	defer func() {
		if !done {
			t.Rollback()
		}
	}()
	if err := fn(ctx, t); err != nil {
		return err
	}
	done = true
	return t.Commit().Error
}

func (p *postgres) post(ctx context.Context, who models.Principal, e chat.Entry) (chat.Posted, error) {
	alone := func() (chat.Posted, error) { return p.postAlone(ctx, who, e) }
	if len(e.Files) > 0 || len(e.Attachments) > 0 || len(e.Message.Citations) > 0 {
		return alone()
	}
	return p.posts.post(ctx, &pending{who: who, entry: e, alone: alone})
}

// postAlone posts in a transaction of several statements, which can do everything.
func (p *postgres) postAlone(ctx context.Context, who models.Principal, e chat.Entry) (chat.Posted, error) {
	var posted chat.Posted
	err := p.transact(ctx, func(ctx context.Context, db *gorm.DB) (err error) {
		t := &tx{queries{db: db, dialect: postgresDialect{}}}
		posted, err = t.Post(ctx, who, e)
		return err
	})
	return posted, err
}

func (p *postgres) handle() *sql.DB { return p.pool }

func (p *postgres) schema() (*sql.DB, fs.FS, goose.Dialect, []goose.ProviderOption, error) {
	files, err := migrations.Postgres()
	if err != nil {
		return nil, nil, "", nil, err
	}
	// Nodes that start at once wait for the first one, looking every second.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 300))
	return p.pool, files, goose.DialectPostgres, []goose.ProviderOption{goose.WithSessionLocker(locker)}, err
}

func (p *postgres) close() error {
	p.posts.wait()
	return errors.Join(p.postPool.Close(), p.pool.Close())
}
