package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
	"parley/models/store"
	"parley/models/store/storetest"
)

// stock gives a company articles about parts of machines.
func stock(t *testing.T, s *store.Store, c storetest.Company, articles int) {
	t.Helper()
	storetest.Do(t, s, func(ctx context.Context, tx chat.Tx) error {
		for i := range articles {
			a := models.Article{UID: models.NewUID(), Title: fmt.Sprintf("Part %d", i), Content: "x", Published: true, CreatedAt: models.Now(c.Site.CreatedAt)}
			a.UpdatedAt = a.CreatedAt
			text := fmt.Sprintf("The part %d fits the machine%d and group%d; order it from shelf%d.", i, i%40, i%7, i%11)
			if err := tx.CreateArticle(ctx, c.Owner, &a, knowledge.Split(text)); err != nil {
				return err
			}
		}
		return nil
	})
}

func TestPassagesAreFoundAlongTheIndexOfTheAccount(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		small, large := storetest.NewCompany(t, b.store), storetest.NewCompany(t, b.store)
		stock(t, b.store, small, 3)
		stock(t, b.store, large, 400)
		for _, analyzed := range []bool{false, true} {
			if analyzed {
				b.bulk.Run(t, "ANALYZE")
			}
			plan := explain(t, b.bulk, b.store, b.database, small.Rows.Live.ID)
			if strings.Contains(plan, "Seq Scan on article") || strings.Contains(plan, "SCAN t") || strings.Contains(plan, "SCAN c") || strings.Contains(plan, "SCAN a ") {
				t.Errorf("analyzed %t: a table is read as a whole:\n%s", analyzed, plan)
			}
			if !strings.Contains(plan, "article_terms_pkey") && !strings.Contains(plan, "SEARCH t USING PRIMARY KEY (account_id=? AND term=?)") {
				t.Errorf("analyzed %t: the terms are not looked up:\n%s", analyzed, plan)
			}
		}
	})
}

func explain(t *testing.T, bulk storetest.Bulk, s *store.Store, database string, account int64) string {
	t.Helper()
	query, prefix := s.RankedSQL(), "EXPLAIN QUERY PLAN "
	if database == storetest.Postgres {
		prefix = "EXPLAIN "
		for i := range 4 {
			query = strings.Replace(query, "?", fmt.Sprintf("$%d", i+1), 1)
		}
	}
	rows, err := bulk.QueryContext(t.Context(), prefix+query, `[["part",3000],["shelf3",2000]]`, account, 20, account)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for rows.Next() {
		var line string
		into := make([]any, len(columns))
		for i := range into {
			into[i] = new(any)
		}
		into[len(into)-1] = &line
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return strings.Join(lines, "\n")
}

func TestBothDatabasesRankTheSame(t *testing.T) {
	t.Parallel()
	var found [][]string
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		count := &tally{}
		s := storetest.OpenWith(t, database, store.Options{Observer: count})
		c := storetest.NewCompany(t, s)
		stock(t, s, c, 120)
		var lines []string
		for _, question := range []string{"machine3", "which part of machine5 is on shelf3?", "part group2 machine9 shelf7", "order 17"} {
			statements := count.during(func() {
				passages, err := s.Passages(t.Context(), c.Owner, chat.PassageQuery{Question: question, Limit: 7})
				if err != nil {
					t.Fatal(err)
				}
				for _, p := range passages {
					lines = append(lines, fmt.Sprintf("%s: %s %.0f %.4f", question, p.Title, p.Score, p.Coverage))
				}
			})
			if statements != 3 {
				t.Errorf("%s: %q took %d statements, want 3", database, question, statements)
			}
		}
		found = append(found, lines)
	}
	if len(found[0]) < 12 || !slices.Equal(found[0], found[1]) {
		t.Errorf("SQLite finds\n%s\nPostgreSQL\n%s", strings.Join(found[0], "\n"), strings.Join(found[1], "\n"))
	}
}
