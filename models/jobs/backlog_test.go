package jobs_test

import (
	"testing"
	"time"

	"parley/models"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
)

// backlog is how many jobs of a kind that is stuck wait.
const backlog = 100_000

// BenchmarkClaim takes ten jobs of a kind, and finishes them, beside a backlog.
func BenchmarkClaim(b *testing.B) {
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		for _, kind := range []string{"other", "stuck"} {
			b.Run(database+"/"+kind, func(b *testing.B) {
				url := storetest.URL(b, database)
				s, err := store.Open(b.Context(), store.Options{URL: url})
				if err != nil {
					b.Fatal(err)
				}
				b.Cleanup(func() { _ = s.Close() })
				c := storetest.NewCompany(b, s)
				bulk := storetest.OpenBulk(b, url)
				bulk.Backlog(b, c, "stuck", backlog)
				bulk.Backlog(b, c, "other", 1000)
				for b.Loop() {
					now := models.Now(time.Now())
					most := map[string]int{kind: 10, "nothing": 4, "never": 4}
					claimed, err := s.ClaimDue(b.Context(), jobs.Claim{Most: most, Now: now, LeaseUntil: now})
					if err != nil || len(claimed) != 10 {
						b.Fatal(len(claimed), err)
					}
				}
			})
		}
	}
}
