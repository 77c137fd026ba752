package agentapi

import (
	"fmt"
	"math"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
)

// counter is an observer that counts statements.
type counter struct{ statements atomic.Int64 }

func (c *counter) Statement(store.Outcome, time.Duration) { c.statements.Add(1) }
func (*counter) Batch(int)                                {}

func TestAReadTakesAsManyStatementsForFiftyRowsAsForOne(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			seen := &counter{}
			d := setup(t, storetest.OpenWith(t, database, store.Options{Observer: seen}), ratelimit.Defaults())
			d.furnish(0)
			reads := d.everyRead()
			first := map[string]int64{}
			for _, path := range reads {
				first[path] = d.statements(seen, path)
			}
			for i := 1; i < 50; i++ {
				d.furnish(i)
			}
			for _, path := range reads {
				if n := d.statements(seen, path); n != first[path] || n == 0 {
					t.Errorf("%s: %d statements for one row, %d for fifty", path, first[path], n)
				}
			}
		})
	}
}

// everyRead is a call of every operation that reads, with the ids of what is there first.
func (d *desk) everyRead() []string {
	d.Helper()
	conversation := d.want(d.do(http.MethodGet, "/conversations?sort=created_at:asc&limit=1", ""), 200).first()
	contact, _ := d.do(http.MethodGet, "/conversation/"+conversation, "").body["contact_id"].(string)
	special := map[string][]string{
		"/conversations": {"/conversations?limit=100", "/conversations?limit=100&search=parcel&label=vip&assigned_to=me"},
		"/search":        {"/search?q=parcel&limit=50"},
		"/export":        {"/export?contact=" + contact},
		"/reports":       {"/reports", "/reports?group=user", "/reports?group=label", "/reports?group=channel"},
	}
	var paths []string
	for path, item := range d.spec.Document.Paths.Map() {
		switch {
		case item.Get == nil, strings.HasPrefix(path, "/auth/"): // what a key may not read has a test of its own
		case path == "/ws", path == "/channels/kinds": // a socket, and a form that no database knows
		case special[path] != nil:
			paths = append(paths, special[path]...)
		case !strings.Contains(path, "{"):
			paths = append(paths, path+"?limit=100")
		case strings.HasPrefix(path, "/conversation/{id}"):
			paths = append(paths, strings.Replace(path, "{id}", conversation, 1))
		}
	}
	return paths
}

// furnish adds a row to everything that is read.
func (d *desk) furnish(i int) {
	d.Helper()
	conversation := d.start(d.creds.SiteKey, fmt.Sprintf("Visitor %d", i), "Where is my parcel?")
	owner := d.want(d.do(http.MethodGet, "/users", ""), 200).first()
	first := d.want(d.do(http.MethodGet, "/conversations?sort=created_at:asc&limit=1", ""), 200).first()
	for path, body := range map[string]string{
		"/conversation/" + conversation + "/assign": `{"assigned_to":"` + owner + `"}`,
		"/conversation/" + conversation + "/label":  `{"labels":["vip"],"action":"add"}`,
	} {
		d.want(d.do(http.MethodPost, path, body), 200)
	}
	d.want(d.do(http.MethodPost, "/conversation/"+first+"/message", `{"content":"A parcel of mine"}`), 201)
	d.want(d.do(http.MethodPost, "/channels", d.sms(fmt.Sprintf("+1415555%04d", i))), 201)
	if _, err := d.store.Sequence(d.Context()); err != nil {
		d.Fatal(err)
	}
	d.index()
}

// statements are how many a read takes.
func (d *desk) statements(seen *counter, path string) int64 {
	d.Helper()
	// The least of three: every two seconds a call looks its key up besides.
	least := int64(math.MaxInt64)
	for range 3 {
		before := seen.statements.Load()
		d.want(d.do(http.MethodGet, path, ""), 200)
		least = min(least, seen.statements.Load()-before)
	}
	return least
}

func TestTheListOfSessionsTakesAsManyStatementsForThirtyAsForOne(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			seen := &counter{}
			o := openOffice(t, storetest.OpenWith(t, database, store.Options{Observer: seen}), false, nil)
			b := o.owner()
			who, err := o.access.Session(t.Context(), b.cookies[session], false)
			if err != nil {
				t.Fatal(err)
			}
			list := func() int64 {
				least := int64(math.MaxInt64)
				for range 3 {
					before := seen.statements.Load()
					if _, err := o.access.Sessions(t.Context(), who, models.Page{Limit: 100}); err != nil {
						t.Fatal(err)
					}
					least = min(least, seen.statements.Load()-before)
				}
				return least
			}
			one := list()
			for range 29 {
				if _, err := o.access.LoginVerified(t.Context(), o.creds.Email, access.Browser{}); err != nil {
					t.Fatal(err)
				}
			}
			if many := list(); many != one || one == 0 {
				t.Errorf("%d statements for one session, %d for thirty", one, many)
			}
		})
	}
}
