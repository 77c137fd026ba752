package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// remembered is how many messages the questions of these tests want; one conversation is so
// many times as long as the other.
const (
	remembered = 40
	times      = 5
)

// lengthy is a conversation with a session of so many chats, each after the one before.
type lengthy struct {
	storetest.Company
	query chat.TranscriptQuery
	heard []store.Statement
}

func newLengthy(t *testing.T, s *store.Store, bulk storetest.Bulk, chats int) *lengthy {
	t.Helper()
	l := &lengthy{Company: storetest.NewCompany(t, s)}
	bulk.Talks(t, l.Company, 1, func(int) []string { return slices.Repeat([]string{"Where is my order?"}, 2*chats) })
	id, at := l.Rows.Live.ID*1_000_000, "2026-01-31 08:00:00+00:00"
	bulk.Run(t, "INSERT INTO assistants (id, uid, account_id, name, created_at, updated_at) VALUES (?, ?, ?, 'Ada', ?, ?)",
		id, models.NewUID().String(), l.Rows.Live.ID, at, at)
	bulk.Run(t, `INSERT INTO sessions (id, uid, account_id, conversation_id, assistant_id, name, status, one_shot, expires_at, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, 'Long', 'active', false, ?, ?, ?)`, id, models.NewUID().String(), l.Rows.Live.ID, id, id, at, at, at)
	for i := range int64(chats) {
		var before any
		if i > 0 {
			before = id + i - 1
		}
		bulk.Run(t, `INSERT INTO chats (id, uid, account_id, session_id, previous_id, input, output, status, cost, first_seq, last_seq, created_at, updated_at)
VALUES (?, ?, ?, ?, ?, '[]', '[]', 'active', 0, ?, ?, ?, ?)`,
			id+i, models.NewUID().String(), l.Rows.Live.ID, id, before, 2*i+1, 2*i+2, at, at)
	}
	l.query = chat.TranscriptQuery{ConversationID: id, Newest: remembered, Path: &chat.Path{Session: id, Chat: id + int64(chats) - 1}}
	return l
}

// statement is what the store asks of the database for the messages.
func (l *lengthy) statement(t *testing.T, q chat.TranscriptQuery) store.Statement {
	t.Helper()
	l.heard = nil
	rows, err := l.Store.Transcript(t.Context(), l.Owner, q)
	if err != nil || len(rows) != remembered {
		t.Fatalf("%d messages, %v", len(rows), err)
	}
	return l.heard[0]
}

// read counts the rows that PostgreSQL touches for a statement.
func read(t *testing.T, s *store.Store, q store.Statement) float64 {
	t.Helper()
	rows := rowsRead(t, s, q)
	return rows["messages"] + rows["chats"]
}

func TestTheEndOfAConversationIsReadAlikeHoweverLongItIs(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		short, long := newLengthy(t, b.store, b.bulk, 2*chat.MaxPath), newLengthy(t, b.store, b.bulk, times*2*chat.MaxPath)
		b.bulk.Analyze(t)
		if err := b.store.Listen(func(q store.Statement) { short.heard, long.heard = append(short.heard, q), append(long.heard, q) }); err != nil {
			t.Fatal(err)
		}
		for name, of := range map[string]func(*lengthy) chat.TranscriptQuery{
			"the newest":    func(l *lengthy) chat.TranscriptQuery { q := l.query; q.Path = nil; return q },
			"up to a place": func(l *lengthy) chat.TranscriptQuery { q := l.query; q.Path, q.Until = nil, 600; return q },
			"on a path":     func(l *lengthy) chat.TranscriptQuery { return l.query },
		} {
			few, many := short.statement(t, of(short)), long.statement(t, of(long))
			if b.database == storetest.SQLite {
				isLookedUp(t, b.store, name, many)
			} else if little, much := read(t, b.store, few), read(t, b.store, many); much < remembered || much > 2*remembered+chat.MaxPath+1 {
				t.Errorf("%s: %g rows are read of a conversation, and %g of one that is %d times as long", name, little, much, times)
			}
		}
	})
}

// isLookedUp wants that SQLite finds every row along an index, in the order of the answer.
func isLookedUp(t *testing.T, s *store.Store, name string, q store.Statement) {
	t.Helper()
	lines, err := s.Explain(context.WithoutCancel(t.Context()), "EXPLAIN QUERY PLAN", q)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		scan := strings.HasPrefix(line, "SCAN ") && !slices.Contains([]string{"SCAN path", "SCAN nearest"}, line)
		if scan || strings.Contains(line, "TEMP B-TREE") {
			t.Errorf("%s: %s\n%s", name, line, q.SQL)
		}
	}
	if plan := strings.Join(lines, "\n"); !strings.Contains(plan, "SEARCH messages USING INDEX") ||
		strings.Contains(q.SQL, "RECURSIVE") && !strings.Contains(plan, "SEARCH chats USING INDEX chats_span (account_id=? AND session_id=? AND first_seq<?)") {
		t.Errorf("%s is read by\n%s", name, plan)
	}
}
