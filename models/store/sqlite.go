package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	"github.com/pressly/goose/v3"
	gormsqlite "gorm.io/driver/sqlite"
	"gorm.io/gorm"
	"modernc.org/sqlite"

	"parley/models"
	"parley/models/chat"
	"parley/models/migrations"
)

// lite is the engine for SQLite: one writer and a pool of readers on one file.
type lite struct {
	readers *sql.DB
	pool    *sql.DB
	writer  *writer
}

// sqliteDialect is SQLite's SQL.
type sqliteDialect struct {
	sqliteSearch
	sqliteTimes
}

func (sqliteDialect) serial() bool                  { return true }
func (sqliteDialect) bytewise(column string) string { return column + " COLLATE BINARY" }
func (sqliteDialect) items(column string) string {
	return "json_each(CASE json_type(" + column + ") WHEN 'array' THEN " + column + " END) AS items"
}
func (sqliteDialect) place(db *gorm.DB) ([]chat.Head, error) { return placeSQLite(db) }

// sqliteDialector has GORM speak the errors of models.
type sqliteDialector struct{ *gormsqlite.Dialector }

// Translate implements gorm.ErrorTranslator.
func (sqliteDialector) Translate(err error) error { return translate(err) }

// connector opens connections that know our function.
type connector struct {
	driver *sqlite.Driver
	dsn    string
}

// Connect implements driver.Connector.
func (c connector) Connect(context.Context) (driver.Conn, error) { return c.driver.Open(c.dsn) }

// Driver implements driver.Connector.
func (c connector) Driver() driver.Driver { return c.driver }

// settings of every connection: an answer that says stored survives a power cut.
var settings = url.Values{
	"_pragma":      {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)"},
	"_txlock":      {"immediate"},
	"_time_format": {"sqlite"},
	"_timezone":    {"UTC"},
}

func openSQLite(ctx context.Context, path string, o Options) (*Store, error) {
	if path == "" {
		return nil, errors.New("database URL: sqlite:// needs a path")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	d := &sqlite.Driver{}
	if err := d.RegisterDeterministicScalarFunction("folded", 1, folded); err != nil {
		return nil, fmt.Errorf("open SQLite: %w", err)
	}
	dsn := (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: settings.Encode()}).String()
	writing := sql.OpenDB(connector{d, dsn})
	writing.SetMaxOpenConns(1)
	reading := sql.OpenDB(connector{d, dsn + "&_query_only=1"})
	reading.SetMaxOpenConns(o.MaxConns)
	reading.SetMaxIdleConns(o.MaxConns)
	l := &lite{readers: reading, pool: writing}
	// The writer first: it makes the file.
	w, err := gorm.Open(sqliteDialector{&gormsqlite.Dialector{Conn: writing}}, gormConfig(o))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open SQLite: %w", translate(err)), l.shut())
	}
	r, err := gorm.Open(sqliteDialector{&gormsqlite.Dialector{Conn: reading}}, gormConfig(o))
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open SQLite: %w", translate(err)), l.shut())
	}
	l.writer = startWriter(context.WithoutCancel(ctx), w, observerOf(o))
	ahead := newAhead()
	return &Store{queries: queries{db: r, dialect: sqliteDialect{}, shelf: ahead.shelf(shelfSize), ahead: ahead}, engine: l}, nil
}

func (l *lite) transact(ctx context.Context, fn func(context.Context, *gorm.DB) error) error {
	return l.writer.do(ctx, fn)
}

func (l *lite) post(ctx context.Context, who models.Principal, e chat.Entry) (chat.Posted, error) {
	var posted chat.Posted
	err := l.writer.do(ctx, func(ctx context.Context, db *gorm.DB) (err error) {
		t := &tx{queries{db: db, dialect: sqliteDialect{}, detached: true}}
		posted, err = t.Post(ctx, who, e)
		return err
	})
	return posted, err
}

func (l *lite) handle() *sql.DB { return l.readers }

func (l *lite) schema() (*sql.DB, fs.FS, goose.Dialect, []goose.ProviderOption, error) {
	files, err := migrations.SQLite()
	return l.pool, files, goose.DialectSQLite3, nil, err
}

func (l *lite) close() error {
	l.writer.stop()
	return l.shut()
}

func (l *lite) shut() error { return errors.Join(l.readers.Close(), l.pool.Close()) }
