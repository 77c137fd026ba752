package storetest

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"
	_ "modernc.org/sqlite"             // the driver "sqlite"

	"parley/models"
	"parley/models/store"
)

// Bulk writes into a database beside its store, which makes large accounts quickly.
type Bulk struct {
	*sql.DB
	postgres bool
}

// OpenBulk opens the database with this URL.
func OpenBulk(t testing.TB, url string) Bulk {
	t.Helper()
	driver, address := "pgx", url
	if path, ok := strings.CutPrefix(url, "sqlite://"); ok {
		driver, address = "sqlite", "file:"+path+"?_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, address)
	must(t, err)
	t.Cleanup(func() { _ = db.Close() })
	return Bulk{DB: db, postgres: driver == "pgx"}
}

// Run executes a statement.
func (b Bulk) Run(t testing.TB, statement string, arguments ...any) {
	t.Helper()
	if b.postgres {
		for i := range arguments {
			statement = strings.Replace(statement, "?", fmt.Sprintf("$%d", i+1), 1)
		}
	}
	_, err := b.ExecContext(t.Context(), statement, arguments...)
	must(t, err)
}

// Number is what a query with one parameter answers.
func (b Bulk) Number(t testing.TB, query string, argument int64) (n int64, err error) {
	t.Helper()
	if b.postgres {
		query = strings.Replace(query, "?", "$1::bigint", 1)
	}
	err = b.QueryRowContext(t.Context(), query, argument).Scan(&n)
	return n, err
}

// Talks makes conversations of a contact each, in the order of time, with what texts
// says of the i-th. They are in every state that a list filters.
func (b Bulk) Talks(t testing.TB, c Company, talks int, texts func(i int) []string) {
	t.Helper()
	account := c.Rows.Live.ID
	const label = "INSERT INTO labels (id, uid, account_id, name, name_key, created_at) VALUES (?, ?, ?, 'billing', 'billing', ?)"
	b.Run(t, label, account*1_000_000, models.NewUID().String(), account, b.time(moment()))
	const step = 500
	for from := 0; from < talks; from += step {
		var contacts, conversations, messages [][]any
		for i := from; i < min(from+step, talks); i++ {
			id := account*1_000_000 + int64(i)
			at := moment().Add(time.Duration(i-talks) * time.Minute)
			email, name := Customer(i)
			first, last, _ := strings.Cut(name, " ")
			contacts = append(contacts, []any{id, models.NewUID(), account, email, first, last, b.time(at)})
			said := texts(i)
			end := at.Add(time.Duration(len(said)) * time.Second)
			conversations = append(conversations, []any{
				id, models.NewUID(), account, id, pick(i, "open", "closed", "archived", "closed"),
				pick(i, "low", "normal", "high", "urgent"), len(said), b.time(at), b.time(end), pick(i, "chat", "email", "chat", "api", "chat"),
				owner(c, i),
			})
			for k, text := range said {
				messages = append(messages, []any{
					id*100 + int64(k), models.NewUID(), account, id, k + 1, text, b.time(at.Add(time.Duration(k) * time.Second)),
				})
			}
		}
		b.insert(t, contactRow, contacts)
		b.insert(t, conversationRow, conversations)
		b.insert(t, messageRow, messages)
	}
	b.Run(t, "INSERT INTO conversation_labels (account_id, conversation_id, label_id) "+
		"SELECT account_id, id, ? FROM conversations WHERE account_id = ? AND id % 5 = 0", account*1_000_000, account)
}

// Customer is who the i-th conversation is with.
func Customer(i int) (email, name string) {
	return fmt.Sprintf("customer%d@example.com", i), fmt.Sprintf("Customer %d", i)
}

// owner is who the i-th conversation is assigned to: every third to the owner.
func owner(c Company, i int) any {
	if i%3 == 0 {
		return c.Owner.UserID
	}
	return nil
}

func pick(i int, values ...string) string { return values[i%len(values)] }

// The inserts. A hexadecimal digit in braces is the place of a value in its row.
const (
	contactRow = `INSERT INTO contacts (id, uid, account_id, email, first_name, last_name, status, created_at, updated_at)
SELECT {0:bigint}, {1:uuid}, {2:bigint}, {3:text}, {4:text}, {5:text}, 'active', {6:timestamptz}, {6:timestamptz}`
	conversationRow = `INSERT INTO conversations (id, uid, account_id, contact_id, channel, status, priority, assistant_active,
taken_over, assigned_to, author_name, verified, locale, seq, public_seq, message_count, unread_count, agent_read_seq, visitor_read_seq,
tick_at, last_message_at, last_message_preview, last_message_by, resolve_count, survey_asked, created_at, updated_at)
SELECT {0:bigint}, {1:uuid}, {2:bigint}, {3:bigint}, {9:text}, {4:text}, {5:text}, false, false, {a:bigint}, 'Customer', false, 'en', {6:bigint},
{6:bigint}, {6:bigint}, 0, 0, 0, {8:timestamptz}, {8:timestamptz}, 'Hello', 'contact', 0, false, {7:timestamptz}, {8:timestamptz}`
	messageRow = `INSERT INTO messages (id, uid, account_id, conversation_id, seq, public_seq, author_kind, author, message_type,
content, internal, status, created_at)
SELECT {0:bigint}, {1:uuid}, {2:bigint}, {3:bigint}, {4:bigint}, {4:bigint}, 'contact', 'Customer', 'text', {5:text}, false,
'received', {6:timestamptz}`
	jobRow = `INSERT INTO jobs (uid, account_id, kind, run_at, attempt, created_at)
SELECT {0:uuid}, {1:bigint}, {2:text}, {3:timestamptz}, 0, {4:timestamptz}`
)

// insert writes rows by one statement.
func (b Bulk) insert(t testing.TB, statement string, rows [][]any) {
	t.Helper()
	b.write(t, statement, "", rows)
}

// write runs a statement over rows, with what stands behind them.
func (b Bulk) write(t testing.TB, statement, condition string, rows [][]any) {
	t.Helper()
	encoded, err := json.Marshal(rows)
	must(t, err)
	source := " FROM json_each(?)"
	if b.postgres {
		source = " FROM jsonb_array_elements(?::jsonb) AS given(value)"
	}
	statement += source + condition
	for place := range 16 {
		for _, kind := range []string{"bigint", "text", "uuid", "timestamptz"} {
			statement = strings.ReplaceAll(statement, fmt.Sprintf("{%x:%s}", place, kind), b.value(place, kind))
		}
	}
	b.Run(t, statement, string(encoded))
}

func (b Bulk) value(place int, kind string) string {
	value := fmt.Sprintf("value->>%d", place)
	if b.postgres {
		return "(" + value + ")::" + kind
	}
	return value
}

// time spells a time as the databases do.
func (Bulk) time(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05.999999-07:00") }

// Analyze lets the database learn how its rows are spread, as it does by itself in time.
func (b Bulk) Analyze(t testing.TB) {
	t.Helper()
	if b.postgres {
		b.Run(t, "VACUUM ANALYZE")
		return
	}
	b.Run(t, "ANALYZE")
}

// Index does all there is to index.
func Index(t testing.TB, s *store.Store) {
	t.Helper()
	for {
		done, err := s.Index(context.WithoutCancel(t.Context()))
		must(t, err)
		if done == 0 {
			return
		}
	}
}

// Backlog queues jobs of one kind that are due, the oldest for a day.
func (b Bulk) Backlog(t testing.TB, c Company, kind string, count int) {
	t.Helper()
	const step = 5000
	due := moment().Add(-24 * time.Hour)
	for from := 0; from < count; from += step {
		var rows [][]any
		for i := from; i < min(from+step, count); i++ {
			at := b.time(due.Add(time.Duration(i) * time.Millisecond))
			rows = append(rows, []any{models.NewUID(), c.Rows.Live.ID, kind, at, at})
		}
		b.insert(t, jobRow, rows)
	}
}
