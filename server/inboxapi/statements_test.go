package inboxapi

import (
	"fmt"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
)

// counter is an observer that counts statements.
type counter struct{ statements atomic.Int64 }

func (c *counter) Statement(store.Outcome, time.Duration) { c.statements.Add(1) }
func (*counter) Batch(int)                                {}

func TestAReadTakesAsManyStatementsForThirtyRowsAsForOne(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			seen := &counter{}
			b := setup(t, storetest.OpenWith(t, database, store.Options{Observer: seen}), ratelimit.Defaults())
			c := b.begin("Mara Lind", "A lamp")
			b.furnish(c)
			reads := []string{
				"", "?limit=100&status=in_progress", "?q=lamp", "?contactId=" + c.Contact.UID.String(), "?humanManaged=true",
				"/" + c.UID.String(), "/" + c.UID.String() + "/messages", "/channels", "/users",
			}
			few := map[string]int64{}
			for _, path := range reads {
				few[path] = b.statements(seen, path)
			}
			for i := range 29 {
				b.furnish(b.begin(fmt.Sprint("Visitor ", i), "A lamp"))
				b.says(visitor(c), c, chat.Draft{Content: "And a lamp"})
			}
			for _, path := range reads {
				if many := b.statements(seen, path); many != few[path] || many == 0 || many > 16 {
					t.Errorf("%q: %d statements for one row, %d for thirty", path, few[path], many)
				}
			}
		})
	}
}

// furnish gives a conversation what a list shows.
func (b *inbox) furnish(c models.Conversation) {
	b.Helper()
	b.succeeds(b.post("/"+c.UID.String()+"/assign", fmt.Sprintf(`{"userId":%q}`, b.owner.UserUID)))
	b.succeeds(b.post("/"+c.UID.String()+"/reply", `{"content":"A lamp it is"}`))
}

// statements are how many a read takes.
func (b *inbox) statements(seen *counter, path string) int64 {
	b.Helper()
	// The least of three: every two seconds a call looks its key up besides.
	least := int64(math.MaxInt64)
	for range 3 {
		before := seen.statements.Load()
		b.want(b.get(path), 200)
		least = min(least, seen.statements.Load()-before)
	}
	return least
}
