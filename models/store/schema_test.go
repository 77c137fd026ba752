package store_test

import (
	"cmp"
	"database/sql"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"gorm.io/gorm/schema"
	_ "modernc.org/sqlite"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
)

// rows are all the structs that are kept in tables.
var rows = []any{
	models.Account{}, models.User{}, models.Member{}, models.LoginSession{}, models.LoginToken{}, models.APIKey{},
	models.Assistant{}, models.Site{}, models.ChannelAccount{}, models.Contact{}, models.Conversation{}, models.Message{},
	models.Attachment{}, models.Label{}, models.ConversationLabel{}, models.Rating{}, models.CannedReply{}, models.Event{},
	models.EventHead{}, models.EventCursor{}, models.Job{}, models.Webhook{}, models.WebhookDelivery{},
	models.IdempotencyKey{}, models.RecoveryCode{}, models.Session{}, models.Chat{}, models.Article{}, models.ArticleChunk{}, models.ArticleTerm{},
	models.SearchPack{}, models.SearchTask{}, models.StatusChange{},
	models.MessagePart{}, models.ContactAddress{}, models.ChannelPlace{}, models.VisitorNotice{}, models.MailStop{},
	models.PushKey{}, models.PushSubscription{}, models.Mention{},
	models.AssistantAnswer{},
}

// column is what both databases and the struct must agree on.
type column struct {
	Kind     string
	Nullable bool
}

// shape is a schema: columns by table and name, and rules as text.
type shape struct {
	columns map[string]column
	rules   []string
}

// kinds are the types of both databases in one word each.
var kinds = map[string]string{
	"bigint": "number", "integer": "number", "double precision": "number", "real": "number", "boolean": "boolean",
	"timestamp with time zone": "time", "datetime": "time", "bytea": "bytes", "blob": "bytes",
	"text": "text", "uuid": "text", "jsonb": "text",
}

func TestBothDatabasesAndTheStructsHaveTheSameColumns(t *testing.T) {
	t.Parallel()
	structs, lite, pg := structColumns(t), sqliteShape(t), postgresShape(t)
	for name, want := range structs {
		for database, got := range map[string]map[string]column{"SQLite": lite.columns, "PostgreSQL": pg.columns} {
			if got[name] != want {
				t.Errorf("%s in %s: %+v, in the struct %+v", name, database, got[name], want)
			}
		}
	}
	for database, got := range map[string]map[string]column{"SQLite": lite.columns, "PostgreSQL": pg.columns} {
		for name := range got {
			if _, known := structs[name]; !known {
				t.Errorf("%s in %s has no field", name, database)
			}
		}
	}
}

func TestBothDatabasesKeepTheSameRules(t *testing.T) {
	t.Parallel()
	lite, pg := sqliteShape(t), postgresShape(t)
	if len(pg.rules) < 100 {
		t.Fatalf("only %d rules were found", len(pg.rules))
	}
	for _, rule := range pg.rules {
		if !slices.Contains(lite.rules, rule) {
			t.Errorf("only in PostgreSQL: %s", rule)
		}
	}
	for _, rule := range lite.rules {
		if !slices.Contains(pg.rules, rule) {
			t.Errorf("only in SQLite: %s", rule)
		}
	}
}

func TestAForeignKeyNeverLeadsIntoAnotherAccount(t *testing.T) {
	t.Parallel()
	// These rows are above accounts, or follow an event that is the account's already.
	exempt := []string{"members (user_id) -> users (id)", "webhook_deliveries (event_id) -> events (id)"}
	for _, rule := range postgresShape(t).rules {
		if !strings.Contains(rule, " -> ") || strings.Contains(rule, "-> accounts (id)") {
			continue
		}
		if !strings.Contains(rule, "(account_id, ") && !slices.Contains(exempt, rule) {
			t.Errorf("%s does not compare the account", rule)
		}
	}
}

func structColumns(t *testing.T) map[string]column {
	t.Helper()
	all := map[string]column{}
	for _, row := range rows {
		parsed, err := schema.Parse(row, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range parsed.Fields {
			if f.DBName != "" {
				all[parsed.Table+"."+f.DBName] = columnOf(f)
			}
		}
	}
	return all
}

// columnOf is the column that a field asks for: pointers, maps and slices may be
// empty unless they say otherwise.
func columnOf(f *schema.Field) column {
	c := column{Kind: "text"}
	kind := f.FieldType.Kind()
	c.Nullable = !f.NotNull && !f.PrimaryKey && f.FieldType != reflect.TypeFor[models.UID]() &&
		(kind == reflect.Pointer || kind == reflect.Map || kind == reflect.Slice)
	_, isJSON := f.TagSettings["SERIALIZER"]
	switch under := f.IndirectFieldType; {
	case isJSON || under == reflect.TypeFor[models.UID]():
	case under.String() == "time.Time":
		c.Kind = "time"
	case under.Kind() == reflect.Bool:
		c.Kind = "boolean"
	case under.Kind() == reflect.Slice:
		c.Kind = "bytes"
	case under.Kind() != reflect.String:
		c.Kind = "number"
	}
	return c
}

// open connects past the store.
func open(t *testing.T, driver, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// ask runs a query that answers in lines of text.
func ask(t *testing.T, db *sql.DB, query string, args ...any) [][]string {
	t.Helper()
	result, err := db.QueryContext(t.Context(), query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = result.Close() }()
	names, err := result.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for result.Next() {
		line, into := make([]string, len(names)), make([]any, len(names))
		for i := range line {
			into[i] = &line[i]
		}
		if err := result.Scan(into...); err != nil {
			t.Fatal(err)
		}
		all = append(all, line)
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}

func postgresShape(t *testing.T) shape {
	t.Helper()
	db := open(t, "pgx", storetest.URL(t, storetest.Postgres))
	s := shape{columns: map[string]column{}}
	for _, c := range ask(t, db, `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
		WHERE table_schema = 'public' AND table_name <> 'goose_db_version'`) {
		s.columns[c[0]+"."+c[1]] = column{Kind: kinds[c[2]], Nullable: c[3] == "YES"}
	}
	for _, u := range ask(t, db, `SELECT i.indrelid::regclass::text, string_agg(coalesce(a.attname, 'expression'), ', ' ORDER BY k.n),
			CASE WHEN i.indisunique THEN 'unique' ELSE 'index' END, CASE WHEN i.indpred IS NULL THEN '' ELSE ' in part' END
		FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
		CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k(attnum, n)
		LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
		WHERE i.indrelid::regclass::text <> 'goose_db_version'
		GROUP BY i.indexrelid, i.indrelid, i.indisunique, i.indpred`) {
		if u[1] != "expression" { // that is the words of articles, which SQLite keeps in a table
			s.rules = append(s.rules, u[2]+" "+u[0]+" ("+u[1]+")"+u[3])
		}
	}
	for _, f := range ask(t, db, `SELECT c.conrelid::regclass::text, c.confrelid::regclass::text,
			string_agg(a.attname, ', ' ORDER BY k.n), string_agg(b.attname, ', ' ORDER BY k.n)
		FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(a, b, n)
		JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.a
		JOIN pg_attribute b ON b.attrelid = c.confrelid AND b.attnum = k.b
		WHERE c.contype = 'f' GROUP BY c.oid, c.conrelid, c.confrelid`) {
		s.rules = append(s.rules, f[0]+" ("+f[2]+") -> "+f[1]+" ("+f[3]+")")
	}
	return s
}

func sqliteShape(t *testing.T) shape {
	t.Helper()
	db := open(t, "sqlite", strings.TrimPrefix(storetest.URL(t, storetest.SQLite), "sqlite://"))
	s := shape{columns: map[string]column{}}
	for _, table := range ask(t, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
		AND name <> 'goose_db_version'`) {
		name := table[0]
		for _, c := range ask(t, db, `SELECT name, lower(type), "notnull" = 0 AND pk = 0, pk FROM pragma_table_info(?)`, name) {
			s.columns[name+"."+c[0]] = column{Kind: kinds[c[1]], Nullable: c[2] == "1"}
			if c[3] == "1" && c[0] == "id" {
				s.rules = append(s.rules, "unique "+name+" (id)") // which needs no index of its own here
			}
		}
		s.rules = append(s.rules, sqliteIndexes(t, db, name)...)
		s.rules = append(s.rules, sqliteReferences(t, db, name)...)
	}
	return s
}

func sqliteIndexes(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	var all []string
	for _, index := range ask(t, db, `SELECT name, "unique", partial, origin FROM pragma_index_list(?)`, table) {
		var names []string
		for _, c := range ask(t, db, `SELECT coalesce(name, 'expression') FROM pragma_index_info(?) ORDER BY seqno`, index[0]) {
			names = append(names, c[0])
		}
		rule := map[string]string{"0": "index", "1": "unique"}[index[1]] + " " + table + " (" + strings.Join(names, ", ") + ")"
		if index[2] == "1" {
			rule += " in part"
		}
		all = append(all, rule)
	}
	// The key of a table that has no index for it.
	if len(ask(t, db, `SELECT name FROM pragma_table_info(?) WHERE pk = 1 AND name <> 'id' AND lower(type) = 'integer'
		AND (SELECT count(*) FROM pragma_index_list(?) WHERE origin = 'pk') = 0`, table, table)) == 1 {
		all = append(all, "unique "+table+" (account_id)")
	}
	return all
}

func sqliteReferences(t *testing.T, db *sql.DB, table string) []string {
	t.Helper()
	type reference struct{ to, from, target []string }
	byID := map[string]*reference{}
	for _, f := range ask(t, db, `SELECT id, "table", "from", "to" FROM pragma_foreign_key_list(?) ORDER BY id, seq`, table) {
		r := byID[f[0]]
		if r == nil {
			r = &reference{to: []string{f[1]}}
			byID[f[0]] = r
		}
		r.from, r.target = append(r.from, f[2]), append(r.target, f[3])
	}
	var all []string
	for _, id := range slices.SortedFunc(maps.Keys(byID), cmp.Compare) {
		r := byID[id]
		all = append(all, table+" ("+strings.Join(r.from, ", ")+") -> "+r.to[0]+" ("+strings.Join(r.target, ", ")+")")
	}
	return all
}

func TestNodesThatStartAtOnceMigrateOnce(t *testing.T) {
	t.Parallel()
	for database, url := range map[string]string{
		storetest.SQLite: "sqlite://" + t.TempDir() + "/new/chat.db", storetest.Postgres: blankPostgres(t),
	} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			var wait sync.WaitGroup
			for range 4 {
				wait.Go(func() { migrateOnce(t, url) })
			}
			wait.Wait()
			s, err := store.Open(t.Context(), store.Options{URL: url})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			steps, err := s.MigrationStatus(t.Context())
			if err != nil || len(steps) == 0 {
				t.Fatalf("the status: %v, %v", steps, err)
			}
			for _, step := range steps {
				if step.AppliedAt.IsZero() {
					t.Errorf("%s was not applied", step.Name)
				}
			}
			storetest.NewCompany(t, s)
		})
	}
}

func migrateOnce(t *testing.T, url string) {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{URL: url})
	if err != nil {
		t.Error(err)
		return
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
