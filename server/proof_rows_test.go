package main

import (
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // registers pgx

	"parley/models"
)

// rawDatabase looks at a node's tables behind its back.
type rawDatabase struct {
	*testing.T
	*sql.DB
	tables []string // that have an account_id
	lite   bool
}

// volatile columns change when nobody has changed anything.
var volatile = []string{"last_used_at", "last_seen_at"}

// underWay are columns of webhooks and deliveries that each attempt changes.
var underWay = map[string][]string{
	"webhooks": {"failing_since", "updated_at"},
	"webhook_deliveries": {
		"attempt", "lease_until", "status", "next_at", "response_code", "response_body", "last_error", "duration_ms", "history", "updated_at",
	},
}

func openRaw(t *testing.T, address string) *rawDatabase {
	t.Helper()
	d := &rawDatabase{T: t}
	driver := "pgx"
	list := `SELECT table_name FROM information_schema.columns WHERE column_name = 'account_id' AND table_schema = 'public' ORDER BY 1`
	if path, lite := strings.CutPrefix(address, "sqlite://"); lite {
		driver, address, d.lite = "sqlite", path+"?_pragma=busy_timeout(10000)", true
		list = `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table' AND p.name = 'account_id' ORDER BY 1`
	}
	var err error
	if d.DB, err = sql.Open(driver, address); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	for _, row := range d.rows(list) {
		d.tables = append(d.tables, row["name"]+row["table_name"])
	}
	if len(d.tables) < 10 {
		t.Fatalf("only %d tables belong to accounts: %v", len(d.tables), d.tables)
	}
	return d
}

// rows are what a query gives, as texts by column.
func (d *rawDatabase) rows(query string, args ...any) []map[string]string {
	d.Helper()
	found, err := d.QueryContext(d.Context(), query, args...)
	if err != nil {
		d.Fatalf("%s: %v", query, err)
	}
	defer func() { _ = found.Close() }()
	columns, err := found.Columns()
	if err != nil {
		d.Fatal(err)
	}
	var all []map[string]string
	for found.Next() {
		values, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := found.Scan(into...); err != nil {
			d.Fatal(err)
		}
		row := map[string]string{}
		for i, column := range columns {
			row[column] = fmt.Sprint(values[i])
		}
		all = append(all, row)
	}
	if err := found.Err(); err != nil {
		d.Fatal(err)
	}
	return all
}

// run changes the tables.
func (d *rawDatabase) run(statement string, args ...any) {
	d.Helper()
	if _, err := d.ExecContext(d.Context(), statement, args...); err != nil {
		d.Fatalf("%s: %v", statement, err)
	}
}

// dump is everything that accounts own, row by row.
func (d *rawDatabase) dump(accounts ...*tenant) string {
	d.Helper()
	var ids []string
	for _, a := range accounts {
		ids = append(ids, fmt.Sprint(a.accountID))
	}
	in := " IN (" + strings.Join(ids, ", ") + ")"
	var all []string
	for _, table := range append(slices.Clone(d.tables), "accounts") {
		if strings.HasPrefix(table, "search_") {
			continue // the index follows the rows when it finds the time
		}
		if table == "event_cursors" {
			continue // and so do those who read the log
		}
		condition := "account_id" + in
		if table == "accounts" {
			condition = "id" + in
		}
		for _, row := range d.rows("SELECT * FROM " + table + " WHERE " + condition) {
			for _, column := range append(slices.Clone(volatile), underWay[table]...) {
				delete(row, column)
			}
			all = append(all, table+" "+fmt.Sprint(row))
		}
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

// unread finds an account whose webhooks have not been given the whole log.
const unread = `SELECT w.id FROM webhooks w JOIN event_heads h ON h.account_id = w.account_id
	LEFT JOIN event_cursors c ON c.account_id = w.account_id WHERE w.active AND h.pos > coalesce(c.pos, 0) LIMIT 1`

// settled is the dump once nothing is in its way any more: events get their places in
// the log, and webhooks their deliveries, a moment after the commit.
func (d *rawDatabase) settled(accounts ...*tenant) string {
	d.Helper()
	await(d.T, "events have their places", func() bool {
		return len(d.rows("SELECT id FROM events WHERE pos IS NULL LIMIT 1"))+len(d.rows(unread)) == 0
	})
	return d.dump(accounts...)
}

// copyRow inserts a row like another one of the table, with other values in some columns.
func (d *rawDatabase) copyRow(table, condition string, changed map[string]string) {
	d.Helper()
	like := d.rows("SELECT * FROM " + table + " WHERE " + condition + " LIMIT 1")
	if len(like) != 1 {
		d.Fatalf("no row of %s where %s", table, condition)
	}
	var into, from []string
	for column := range like[0] {
		switch value, given := changed[column]; {
		case given:
			into, from = append(into, column), append(from, "'"+value+"'")
		case column != "id":
			into, from = append(into, column), append(from, column)
		}
	}
	d.run("INSERT INTO " + table + " (" + strings.Join(into, ", ") + ") SELECT " + strings.Join(from, ", ") +
		" FROM " + table + " WHERE " + condition + " LIMIT 1")
}

// difference is a line in which two dumps differ, "" when there is none.
func difference(before, after string) string {
	old, fresh := lines(before), lines(after)
	for line := range fresh {
		if !old[line] {
			return "+ " + line
		}
	}
	for line := range old {
		if !fresh[line] {
			return "- " + line
		}
	}
	return ""
}

func lines(dump string) map[string]bool {
	all := map[string]bool{}
	for line := range strings.SplitSeq(dump, "\n") {
		all[line] = true
	}
	return all
}

// newUID is a fresh one as SQL spells it.
func newUID() string { return models.NewUID().String() }
