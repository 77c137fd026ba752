package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
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

const (
	// turns of each side make one round, so that whatever else the machine does hits
	// both.
	turns = 8
	turn  = 200 * time.Millisecond
	// text is an average message.
	text = "Where is my order? It should have been here yesterday."
)

// sender stores one message.
type sender func(ctx context.Context, k storetest.Talk, id string) error

// BenchmarkPost compares Store.Post with bareCTE on PostgreSQL with durable commits,
// and reports how many messages per second each stores, and their ratio.
func BenchmarkPost(b *testing.B) {
	url := testservice.StartPostgres(b, "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB").URL()
	s := openMigrated(b, store.Options{URL: url})
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
	bare := func(ctx context.Context, k storetest.Talk, id string) error {
		var message, conversation, seq int64
		var at time.Time
		return pool.QueryRow(ctx, bareCTE, k.Conversation.AccountID, k.Conversation.UID, models.Now(time.Now()),
			text, models.NewUID(), id, models.NewUID()).Scan(&message, &conversation, &seq, &at)
	}
	talks := talksOf(b, s)
	// Autovacuum would have done it by now on a database that is not a second old.
	if _, err := pool.Exec(b.Context(), "VACUUM ANALYZE"); err != nil {
		b.Fatal(err)
	}
	compare(b, talks, posting(s), bare, "x-of-bare-pgx")
}

// BenchmarkSQLitePost compares Store.Post with one commit for each message, by the
// least of statements on one connection.
func BenchmarkSQLitePost(b *testing.B) {
	url := storetest.URL(b, storetest.SQLite)
	s := openMigrated(b, store.Options{URL: url})
	db, err := sql.Open("sqlite", strings.TrimPrefix(url, "sqlite://")+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&_txlock=immediate&_time_format=sqlite")
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	b.Cleanup(func() { _ = db.Close() })
	compare(b, talksOf(b, s), posting(s), func(ctx context.Context, k storetest.Talk, id string) error {
		return bareSQLite(ctx, db, k, id)
	}, "x-of-one-commit-each")
}

// BenchmarkPostForSearch compares Store.Post with the same on a database that does not
// note what is yet to be indexed: their ratio is what searches cost those who write.
func BenchmarkPostForSearch(b *testing.B) {
	for database, url := range map[string]func() string{
		storetest.SQLite: func() string { return storetest.URL(b, storetest.SQLite) },
		storetest.Postgres: func() string {
			return testservice.StartPostgres(b, "fsync=on", "synchronous_commit=on", "full_page_writes=on", "shared_buffers=256MB").URL()
		},
	} {
		b.Run(database, func(b *testing.B) {
			noted := url()
			with, without := openMigrated(b, store.Options{URL: noted}), url()
			deaf := openMigrated(b, store.Options{URL: without})
			drop := "DROP TRIGGER search_messages_added"
			if database == storetest.Postgres {
				drop += " ON messages"
			}
			storetest.OpenBulk(b, without).Run(b, drop)
			talks, others := talksOf(b, with), map[models.UID]storetest.Talk{}
			for i, k := range talksOf(b, deaf) {
				others[talks[i].Conversation.UID] = k
			}
			compare(b, talks, posting(with), func(ctx context.Context, k storetest.Talk, id string) error {
				return posting(deaf)(ctx, others[k.Conversation.UID], id)
			}, "x-of-unsearchable")
		})
	}
}

func bareSQLite(ctx context.Context, db *sql.DB, k storetest.Talk, id string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // after the commit it does nothing
	var seq, message int64
	now := models.Now(time.Now())
	err = tx.QueryRowContext(ctx, `UPDATE conversations SET seq = seq + 1, public_seq = public_seq + 1, message_count = message_count + 1,
		unread_count = unread_count + 1, tick_at = ?, updated_at = ?, last_message_at = ?, last_message_preview = ?
		WHERE account_id = ? AND uid = ? RETURNING seq`, now, now, now, text, k.Conversation.AccountID, k.Conversation.UID).Scan(&seq)
	if err != nil {
		return err
	}
	err = tx.QueryRowContext(ctx, `INSERT INTO messages (uid, account_id, conversation_id, seq, public_seq, author_kind, author, message_type,
		content, internal, status, client_id, created_at) VALUES (?, ?, ?, ?, ?, 'contact', 'Jane Doe', 'text', ?, false, 'received', ?, ?)
		RETURNING id`, models.NewUID(), k.Conversation.AccountID, k.Conversation.ID, seq, seq, text, id, now).Scan(&message)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO events (uid, account_id, type, actor_kind, conversation_id, message_id, created_at)
		VALUES (?, ?, 'message.received', 'visitor', ?, ?, ?)`, models.NewUID(), k.Conversation.AccountID, k.Conversation.ID, message, now)
	if err != nil {
		return err
	}
	return tx.Commit()
}

// talksOf are conversations enough for every writer to have some of its own.
func talksOf(b *testing.B, s *store.Store) []storetest.Talk {
	b.Helper()
	company := storetest.NewCompany(b, s)
	talks := make([]storetest.Talk, 512)
	for i := range talks {
		talks[i] = company.NewTalk(b)
	}
	return talks
}

func posting(s *store.Store) sender {
	return func(ctx context.Context, k storetest.Talk, id string) error {
		_, err := s.Post(ctx, k.Visitor, storetest.WithClientID(k.Says(text), id))
		return err
	}
}

// compare lets both sides post, turn by turn, for several numbers of writers.
func compare(b *testing.B, talks []storetest.Talk, ours, bare sender, unit string) {
	b.Helper()
	for _, writers := range []int{1, 8, 32, 256} {
		b.Run(fmt.Sprintf("writers=%d", writers), func(b *testing.B) {
			for _, side := range []sender{ours, bare} {
				hammer(b, writers, talks, side) // opens connections and prepares statements
			}
			var count [2]int64
			var took [2]time.Duration
			for b.Loop() {
				for i := range 2 * turns {
					begin := time.Now()
					count[i%2] += hammer(b, writers, talks, []sender{ours, bare}[i%2])
					took[i%2] += time.Since(begin)
				}
			}
			rates := [2]float64{float64(count[0]) / took[0].Seconds(), float64(count[1]) / took[1].Seconds()}
			b.ReportMetric(rates[0], "posts/s")
			b.ReportMetric(rates[1], "bare-posts/s")
			b.ReportMetric(rates[0]/rates[1], unit)
			b.ReportMetric(0, "ns/op")
		})
	}
}

// names make client ids differ.
var names atomic.Int64

// hammer posts from many writers for one turn, each to conversations of its own.
func hammer(b *testing.B, writers int, talks []storetest.Talk, send sender) int64 {
	b.Helper()
	var count atomic.Int64
	var wait sync.WaitGroup
	end := time.Now().Add(turn)
	for w := range writers {
		wait.Go(func() {
			for i := w; time.Now().Before(end); i += writers {
				if err := send(b.Context(), talks[i%len(talks)], fmt.Sprint(names.Add(1))); err != nil {
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
