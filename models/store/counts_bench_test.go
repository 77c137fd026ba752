package store_test

import (
	"testing"

	"parley/models/store"
	"parley/models/store/storetest"
)

// countedTalks is how many conversations the account of the benchmark has, and each of
// two others.
const countedTalks = 20_000

// BenchmarkConversationCounts measures what a dashboard asks for after each event: the
// numbers of all its views.
func BenchmarkConversationCounts(b *testing.B) {
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(database, func(b *testing.B) {
			url := storetest.URL(b, database)
			s, err := store.Open(b.Context(), store.Options{URL: url})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = s.Close() })
			bulk := storetest.OpenBulk(b, url)
			var asked storetest.Company
			for range 3 {
				asked = storetest.NewCompany(b, s)
				bulk.Talks(b, asked, countedTalks, func(int) []string { return []string{"Where is my order?"} })
			}
			bulk.Analyze(b)
			for b.Loop() {
				n, err := s.ConversationCounts(b.Context(), asked.Owner)
				if err != nil {
					b.Fatal(err)
				}
				if n.Open+n.Closed+n.Archived != countedTalks {
					b.Fatalf("counted %+v", n)
				}
			}
		})
	}
}
