package store_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store/storetest"
)

// longTalks are enough for several packs.
const longTalks = 150

func longTexts() [][]string {
	talks := make([][]string, longTalks)
	for i := range talks {
		talks[i] = []string{fmt.Sprintf("Marker%03d ", i) + strings.Repeat("so much to tell ", 30)}
	}
	return talks
}

// early is a message with an id before all others.
const early = `INSERT INTO messages (id, uid, account_id, conversation_id, seq, public_seq, author_kind, author, message_type, content,
internal, status, created_at) SELECT 1, c.uid, m.account_id, c.id, 2, 2, 'contact', 'Customer', 'text', 'Early bird', false, 'received',
m.created_at FROM messages m JOIN conversations c ON c.id = m.conversation_id WHERE m.id = ?`

// packed says in how many packs of messages there are, and whether one has a text.
func (l library) packed(t *testing.T, text string) (packs int, found bool) {
	t.Helper()
	rows, err := l.bulk.QueryContext(t.Context(), "SELECT body FROM search_packs WHERE kind = 'message'")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			t.Fatal(err)
		}
		packs++
		found = found || bytes.Contains(body, []byte(text))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return packs, found
}

// finds is how many conversations have a text.
func (l library) finds(t *testing.T, text string) int64 {
	t.Helper()
	list, err := l.Store.Conversations(t.Context(), l.Owner, chat.ConversationQuery{Search: text, Page: models.Page{Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return list.Total
}

func TestAChangeAmongManyPacksIsFoundAtOnceAndLeavesNoTrace(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			l := openLibrary(t, database, longTexts())
			storetest.Index(t, l.Store)
			if n, found := l.packed(t, "marker075"); n < 4 || !found {
				t.Fatalf("there are %d packs, with the marker: %t", n, found)
			}
			id := func(i int64) int64 { return (l.Rows.Live.ID*1_000_000 + i) * 100 }
			left := int64(longTalks)
			for i, c := range []struct {
				statement, gone string
				row, less       int64
			}{
				{"UPDATE messages SET content = 'A sofa' WHERE id = ?", "marker075", 75, 1},
				{"UPDATE messages SET deleted_at = created_at WHERE id = ?", "sofa", 75, 0},
				{"DELETE FROM messages WHERE id = ?", "marker000", 0, 1},
				{early, "nothing", 149, 0},
				{"UPDATE messages SET content = 'A table' WHERE id = 1 OR id = ?", "early bird", 40, 1},
			} {
				if i == 1 && l.finds(t, "a sofa") != 1 || i == 4 && l.finds(t, "early bird") != 1 {
					t.Error("what was written before is not found")
				}
				l.bulk.Run(t, c.statement, id(c.row))
				left -= c.less
				for _, when := range []string{"before", "after"} {
					if gone, all := l.finds(t, c.gone), l.finds(t, "MARKER"); gone != 0 || all != left {
						t.Errorf("%s, %s it is indexed: %d of what is gone, %d of what is left, want %d", c.statement, when, gone, all, left)
					}
					storetest.Index(t, l.Store)
				}
				if _, found := l.packed(t, c.gone); found {
					t.Errorf("%s left its text in the index", c.statement)
				}
			}
		})
	}
}
