package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/jobs"
	"parley/models/testservice"
)

// pile queues jobs of one kind in an account of their own.
func pile(t *testing.T, s *Store, kind string, count int) {
	t.Helper()
	now := models.Now(time.Now())
	account := models.Account{UID: models.NewUID(), Name: kind, TimeZone: "UTC", CreatedAt: now, UpdatedAt: now}
	err := s.transact(t.Context(), func(ctx context.Context, tx *tx) error {
		if err := tx.on(ctx).Create(&account).Error; err != nil {
			return err
		}
		rows := make([]models.Job, count)
		for i := range rows {
			rows[i] = models.Job{UID: models.NewUID(), AccountID: account.ID, Kind: kind, RunAt: now, CreatedAt: now}
		}
		return tx.on(ctx).CreateInBatches(rows, 500).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// plan is how the database would go about a claim.
func plan(t *testing.T, s *Store, explain string) string {
	t.Helper()
	now := models.Now(time.Now())
	claim := jobs.Claim{Most: map[string]int{"stuck": 4, "other": 4}, Now: now, LeaseUntil: now.Add(time.Minute)}
	query, arguments := claimQuery(claim, s.dialect.serial())
	var lines []map[string]any
	err := s.transact(t.Context(), func(ctx context.Context, tx *tx) error {
		return tx.on(ctx).Raw(explain+" "+query, arguments...).Scan(&lines).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	for _, line := range lines {
		fmt.Fprintln(&text, line["detail"], line["QUERY PLAN"])
	}
	return text.String()
}

func TestAClaimIsFoundByIndexInTheOrderItIsDueBesideManyOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		url, explain string
		bad          []string
	}{
		"sqlite":   {"sqlite://" + t.TempDir() + "/chat.db", "EXPLAIN QUERY PLAN", []string{"SCAN jobs", "TEMP B-TREE"}},
		"postgres": {testservice.Postgres(t), "EXPLAIN", []string{"Seq Scan on jobs", "Sort"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := Open(t.Context(), Options{URL: c.url})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			if err := s.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			pile(t, s, "stuck", 20_000)
			pile(t, s, "other", 10)
			if err := s.transact(t.Context(), func(ctx context.Context, t *tx) error { return t.on(ctx).Exec("ANALYZE").Error }); err != nil {
				t.Fatal(err)
			}
			got := plan(t, s, c.explain)
			if strings.Count(got, "jobs_due") != 2 {
				t.Errorf("the index is not used for both kinds:\n%s", got)
			}
			for _, bad := range c.bad {
				if strings.Contains(got, bad) {
					t.Errorf("the plan has a %s:\n%s", bad, got)
				}
			}
		})
	}
}
