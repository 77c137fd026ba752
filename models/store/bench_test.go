package store_test

import (
	"context"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/models/testservice"
)

// bareCTE is the least that storing a message takes on this schema: what one would
// write by hand on a pgx pool.
const bareCTE = `WITH c AS (
  UPDATE conversations SET seq = seq + 1, public_seq = public_seq + 1, message_count = message_count + 1,
    unread_count = unread_count + 1, tick_at = greatest($3, tick_at + interval '1 microsecond'), updated_at = $3,
    last_message_at = greatest($3, tick_at + interval '1 microsecond'), last_message_preview = $4, last_message_by = 'contact'
  WHERE account_id = $1 AND uid = $2
  RETURNING id, seq, public_seq, tick_at
), m AS (
  INSERT INTO messages (uid, account_id, conversation_id, seq, public_seq, author_kind, author, message_type, content,
    internal, status, client_id, created_at)
  SELECT $5, $1, c.id, c.seq, c.public_seq, 'contact', 'Jane Doe', 'text', $4, false, 'received', $6, c.tick_at FROM c
  RETURNING id, conversation_id, seq, created_at
), e AS (
  INSERT INTO events (uid, account_id, type, actor_kind, conversation_id, message_id, created_at)
  SELECT $7, $1, 'message.received', 'visitor', m.conversation_id, m.id, m.created_at FROM m
)
SELECT id, conversation_id, seq, created_at FROM m`

// slice is how long one side posts before it is the other's turn: short, so that
// whatever else the machine does hits both.
const slice = 250 * time.Millisecond

// BenchmarkPost compares Store.Post with bareCTE, turn by turn, and reports how many
// messages per second each stores and their ratio.
func BenchmarkPost(b *testing.B) {
	url := os.Getenv("BENCH_URL")
	if url == "" {
		url = testservice.StartPostgres(b, "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB").URL()
	}
	s, err := store.Open(b.Context(), store.Options{URL: url})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(b.Context()); err != nil {
		b.Fatal(err)
	}
	company := storetest.NewCompany(b, s)
	talks := make([]storetest.Talk, 512)
	for i := range talks {
		talks[i] = company.NewTalk(b)
	}
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		b.Fatal(err)
	}
	config.MaxConns = store.DefaultMaxConns
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	ours := func(ctx context.Context, k storetest.Talk, id string) error {
		_, err := s.Post(ctx, k.Visitor, storetest.WithClientID(k.Says("Where is my order? It should be here by now."), id))
		return err
	}
	bare := func(ctx context.Context, k storetest.Talk, id string) error {
		var message, conversation, seq int64
		var at time.Time
		return pool.QueryRow(ctx, bareCTE, company.Rows.Live.ID, k.Conversation.UID, models.Now(time.Now()),
			"Where is my order? It should be here by now.", models.NewUID(), id, models.NewUID()).
			Scan(&message, &conversation, &seq, &at)
	}
	for _, writers := range []int{1, 8, 32, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			var n [2]int64
			var took [2]time.Duration
			for b.Loop() {
				for side, post := range []func(context.Context, storetest.Talk, string) error{ours, bare} {
					begin := time.Now()
					n[side] += hammer(b, writers, talks, post)
					took[side] += time.Since(begin)
				}
			}
			rate := func(side int) float64 { return float64(n[side]) / took[side].Seconds() }
			b.ReportMetric(rate(0), "posts/s")
			b.ReportMetric(rate(1), "bare-posts/s")
			b.ReportMetric(rate(0)/rate(1), "x-of-bare-pgx")
		})
	}
}

// names make client ids differ.
var names atomic.Int64

// hammer posts from many writers for one slice, each to conversations of its own.
func hammer(b *testing.B, writers int, talks []storetest.Talk, post func(context.Context, storetest.Talk, string) error) int64 {
	b.Helper()
	var count atomic.Int64
	var wait sync.WaitGroup
	end := time.Now().Add(slice)
	for w := range writers {
		wait.Go(func() {
			for i := w; time.Now().Before(end); i += writers {
				if err := post(b.Context(), talks[i%len(talks)], fmt.Sprint(names.Add(1))); err != nil {
					b.Error(err)
					return
				}
				count.Add(1)
			}
		})
	}
	wait.Wait()
	return count.Load()
}
