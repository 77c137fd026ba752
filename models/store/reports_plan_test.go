package store_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
)

// foundAlong are the only ways in which SQLite may read a table of a report.
var foundAlong = []string{
	"SEARCH c USING COVERING INDEX conversations_created (account_id=? AND created_at>? AND created_at<?)",
	"SEARCH c USING INDEX conversations_created (account_id=? AND created_at>? AND created_at<?)",
	"SEARCH c USING INTEGER PRIMARY KEY (rowid=?)",
	"SEARCH k USING COVERING INDEX sqlite_autoindex_conversation_labels_1 (conversation_id=?)",
	"SEARCH l USING INTEGER PRIMARY KEY (rowid=?)",
	"SEARCH m USING COVERING INDEX messages_told (account_id=? AND author_kind=? AND created_at=? AND conversation_id=?)",
	"SEARCH m USING COVERING INDEX messages_told (account_id=? AND author_kind=? AND created_at>? AND created_at<?)",
	"SEARCH r USING INDEX ratings_created (account_id=? AND created_at>? AND created_at<?)",
	"SEARCH s USING INDEX status_changes_created (account_id=? AND created_at>? AND created_at<?)",
}

// rowsRead counts the rows that PostgreSQL touches of each table for a statement.
func rowsRead(t *testing.T, s *store.Store, q store.Statement) map[string]float64 {
	t.Helper()
	lines, err := s.Explain(t.Context(), "EXPLAIN (ANALYZE, FORMAT JSON)", q)
	if err != nil {
		t.Fatal(err)
	}
	var plans []struct{ Plan node }
	if err := json.Unmarshal([]byte(strings.Join(lines, "")), &plans); err != nil {
		t.Fatal(err)
	}
	read := map[string]float64{}
	plans[0].Plan.each(func(n node) { read[n.Table] += (n.Rows + n.Removed + n.Again) * n.Loops })
	return read
}

func TestAReportLooksAtEachMessageOnceAndInTheIndexAlone(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		history(t, b.store, b.bulk)
		c, all := history(t, b.store, b.bulk)
		var heard []store.Statement
		if err := b.store.Listen(func(q store.Statement) { heard = append(heard, q) }); err != nil {
			t.Fatal(err)
		}
		today := time.Now().UTC().Truncate(24 * time.Hour)
		q := models.ReportQuery{From: today.AddDate(0, 0, -29), To: today.AddDate(0, 0, 1)}
		for _, analyzed := range []bool{false, true} { // SQLite never is by itself
			if analyzed {
				b.bulk.Analyze(t)
			}
			for _, q.Group = range []models.ReportGroup{models.ReportByDay, models.ReportByUser, models.ReportByChannel, models.ReportByLabel} {
				heard = nil
				if _, err := b.store.Report(t.Context(), c.Owner, q); err != nil {
					t.Fatal(err)
				}
				if b.database == storetest.SQLite {
					isFoundAlong(t, b.store, heard)
				} else if a := messagesRead(t, b.store, heard); a > float64(3*len(all)) {
					t.Errorf("analyzed %t, by %s: %g messages are read where there are %d", analyzed, q.Group, a, len(all))
				}
			}
		}
	})
}

// isFoundAlong wants that SQLite reads tables in the ways above.
func isFoundAlong(t *testing.T, s *store.Store, heard []store.Statement) {
	t.Helper()
	for _, q := range heard {
		if strings.Contains(q.SQL, "`users`") {
			continue // the names of the groups
		}
		lines, err := s.Explain(t.Context(), "EXPLAIN QUERY PLAN", q)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			reads := strings.HasPrefix(line, "SEARCH ") || strings.HasPrefix(line, "SCAN ")
			if reads && line != "SCAN json_each VIRTUAL TABLE INDEX 1:" && !slices.Contains(foundAlong, line) {
				t.Errorf("%s\n%s", line, q.SQL)
			}
		}
	}
}

func messagesRead(t *testing.T, s *store.Store, heard []store.Statement) (rows float64) {
	t.Helper()
	for _, q := range heard {
		rows += rowsRead(t, s, q)["messages"]
	}
	return rows
}
