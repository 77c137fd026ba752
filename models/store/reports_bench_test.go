package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
)

// reportedTalks is how many conversations the account of the benchmark has, most of them
// of the last thirty days.
const reportedTalks = 50_000

// bareVolume is the least that a report can take: to count the span's messages once.
const bareVolume = `SELECT count(*) FROM messages m JOIN conversations c ON c.id = m.conversation_id
WHERE c.account_id = ? AND NOT m.internal AND m.deleted_at IS NULL`

// BenchmarkReport measures the report of thirty days by each group: the least and the
// median time, and how many times counting the account's messages once it takes.
func BenchmarkReport(b *testing.B) {
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(database, func(b *testing.B) {
			url := storetest.URL(b, database)
			s, err := store.Open(b.Context(), store.Options{URL: url})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			bulk := storetest.OpenBulk(b, url)
			c, other := storetest.NewCompany(b, s), storetest.NewCompany(b, s)
			for company, talks := range map[*storetest.Company]int{&other: reportedTalks / 5, &c: reportedTalks} {
				bulk.Talks(b, *company, talks, func(i int) []string {
					return slices.Repeat([]string{"Where is my order? It should have been here yesterday."}, 2+i%9)
				})
				bulk.History(b, *company, talks)
			}
			if database == storetest.Postgres {
				bulk.Analyze(b) // which SQLite never does by itself
			}
			for _, group := range []models.ReportGroup{models.ReportByDay, models.ReportByUser, models.ReportByChannel, models.ReportByLabel} {
				b.Run(fmt.Sprintf("by=%s", group), func(b *testing.B) { reportBy(b, s, bulk, c, group) })
			}
		})
	}
}

func reportBy(b *testing.B, s *store.Store, bulk storetest.Bulk, c storetest.Company, group models.ReportGroup) {
	b.Helper()
	today := time.Now().UTC().Truncate(24 * time.Hour)
	q := models.ReportQuery{From: today.AddDate(0, 0, -29), To: today, Group: group}
	sides := []func() error{
		func() error {
			report, err := s.Report(b.Context(), c.Owner, q)
			if report.Total.Opened < reportedTalks/2 || report.Total.FirstResponse.Median == 0 {
				b.Fatalf("reported %+v", report.Total)
			}
			return err
		},
		func() error {
			_, err := bulk.Number(b, bareVolume, c.Owner.AccountID)
			return err
		},
	}
	times := make([][]float64, len(sides))
	for b.Loop() {
		for i, ask := range sides {
			times[i] = append(times[i], float64(took(b, ask).Microseconds())/1000)
		}
	}
	for i := range times {
		slices.Sort(times[i])
	}
	b.ReportMetric(times[0][0], "min-ms")
	b.ReportMetric(times[0][len(times[0])/2], "median-ms")
	b.ReportMetric(times[1][0], "min-ms-of-bare-count")
	b.ReportMetric(times[0][0]/times[1][0], "x-of-bare-count")
	b.ReportMetric(0, "ns/op")
}
