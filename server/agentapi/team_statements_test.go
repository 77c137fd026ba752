package agentapi

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
)

// abacus counts what the database is asked.
type abacus struct{ statements atomic.Int64 }

func (a *abacus) Statement(store.Outcome, time.Duration) { a.statements.Add(1) }
func (*abacus) Batch(int)                                {}

// of is how many statements a call takes once its key is remembered.
func (a *abacus) of(d *desk, method, path, body string) int64 {
	d.Helper()
	// The key is believed for 2 s: the fewest of three calls are those of the call alone.
	fewest := int64(1 << 30)
	for range 3 {
		before := a.statements.Load()
		if answer := d.do(method, path, body); answer.status >= 300 {
			d.Fatalf("%s %s: %s", method, path, answer.raw)
		}
		fewest = min(fewest, a.statements.Load()-before)
	}
	return fewest
}

func TestTheTeamAndItsSettingsTakeAsManyStatementsForManyRowsAsForOne(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			count := &abacus{}
			d := setup(t, storetest.OpenWith(t, database, store.Options{Observer: count}), ratelimit.Defaults())
			site, owner := d.do(http.MethodGet, "/sites", "").first(), d.owner()
			calls := map[string]int64{
				"GET /users": 2, "GET /sites": 2, "GET /keys": 3, "GET /me": 4, "GET /account": 1,
				"GET /sites/" + site: 1, "GET /users/" + owner: 1, "PATCH /sites/" + site: 4, "PATCH /users/" + owner: 5,
			}
			for range 2 {
				for call, most := range calls {
					var method, path string
					if _, err := fmt.Sscan(call, &method, &path); err != nil {
						t.Fatal(err)
					}
					body := map[string]string{"PATCH": `{"name":"Olivia"}`}[method]
					if got := count.of(d, method, path, body); got > most {
						t.Errorf("%s takes %d statements, at most %d wanted", call, got, most)
					}
				}
				for range 10 {
					d.colleague(models.RoleAgent)
					d.newKey(`{"name":"K","scopes":["contacts:read"]}`)
					d.want(d.do(http.MethodPost, "/sites", `{"name":"Shop"}`), 201)
				}
			}
		})
	}
}
