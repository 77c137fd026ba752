package agentapi

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"parley/models"
)

// shop is three conversations that differ in everything a filter looks at.
type shop struct {
	anna, bert, cleo string
	owner            string
}

func openShop(d *desk) shop {
	d.Helper()
	s := shop{
		anna:  d.start(d.creds.SiteKey, "Anna Adams", "My invoice is 100% wrong"),
		bert:  d.start(d.creds.SiteKey, "Bert Brown", "Where is my parcel_42?"),
		cleo:  d.start(d.creds.SiteKey, "Cleo Clark", "你好，退款"),
		owner: d.want(d.do(http.MethodGet, "/users", ""), 200).first(),
	}
	d.want(d.do(http.MethodPost, "/conversation/"+s.anna+"/assign", `{"assigned_to":"`+s.owner+`"}`), 200)
	d.want(d.do(http.MethodPost, "/conversation/"+s.anna+"/label", `{"labels":["billing"],"action":"add"}`), 200)
	d.want(d.do(http.MethodPost, "/conversation/"+s.bert+"/resolve", `{"resolution_reason":"spam"}`), 200)
	d.want(d.do(http.MethodPost, "/conversation/"+s.bert+"/archive", ""), 200)
	d.want(d.do(http.MethodPost, "/conversation/"+s.cleo+"/resolve", `{"resolution_reason":"spam"}`), 200)
	d.want(d.do(http.MethodPost, "/conversation/"+s.cleo+"/message", `{"content":"Refund ticket Z-9","internal":true}`), 201)
	return s
}

// ids are those of a list, in its order.
func ids(a answer) []string {
	found := []string{}
	for _, row := range a.rows() {
		id, _ := row["id"].(string)
		found = append(found, id)
	}
	return found
}

func TestConversationsAreFilteredSearchedAndSorted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		s := openShop(d)
		contact, _ := d.do(http.MethodGet, "/conversation/"+s.bert, "").body["contact_id"].(string)
		for query, want := range map[string][]string{
			"":                                   {s.cleo, s.bert, s.anna},
			"status=all":                         {s.cleo, s.bert, s.anna},
			"status=open":                        {s.anna},
			"status=closed":                      {s.cleo},
			"status=archived":                    {s.bert},
			"channel=chat":                       {s.cleo, s.bert, s.anna},
			"channel=email":                      {},
			"priority=normal":                    {s.cleo, s.bert, s.anna},
			"priority=urgent":                    {},
			"assigned_to=me":                     {s.anna},
			"assigned_to=" + s.owner:             {s.anna},
			"assigned_to=none":                   {s.cleo, s.bert},
			"label=billing":                      {s.anna},
			"label=unheard":                      {},
			"contact_id=" + contact:              {s.bert},
			"search=INVOICE":                     {s.anna},
			"search=" + url.QueryEscape("100%"):  {s.anna},
			"search=" + url.QueryEscape("0%25w"): {},
			"search=parcel_4":                    {s.bert},
			"search=parcel-4":                    {},
			"search=" + url.QueryEscape("退款"):    {s.cleo},
			"search=z-9":                         {s.cleo},
			"search=brown":                       {s.bert},
			"search=anna.adams@example":          {s.anna},
			"search=" + url.QueryEscape(`"' OR 1=1 --`):   {},
			"search=" + url.QueryEscape(`a* & b | !c :*`): {},
			"sort=created_at:asc":                         {s.anna, s.bert, s.cleo},
			"sort=created_at:desc":                        {s.cleo, s.bert, s.anna},
			"sort=last_message_at:asc":                    {s.anna, s.bert, s.cleo},
			"sort=last_message_at:desc":                   {s.cleo, s.bert, s.anna},
			"status=open&label=billing&search=inv":        {s.anna},
			"status=closed&label=billing":                 {},
			"unknown=1&status=open":                       {s.anna},
		} {
			a := d.want(d.do(http.MethodGet, "/conversations?"+query, ""), 200)
			if got := ids(a); !slices.Equal(got, want) {
				d.Errorf("%s: %v, want %v", query, got, want)
			}
			if a.field("pagination.total") != float64(len(want)) {
				d.Errorf("%s: total %v, want %d", query, a.field("pagination.total"), len(want))
			}
		}
	})
}

func TestAFilterThatMakesNoSenseIsRefusedAndNamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		unknown := models.FormatID(models.PrefixUser, models.NewUID())
		for query, field := range map[string]string{
			"/conversations?status=done":               "status",
			"/conversations?status=":                   "status",
			"/conversations?channel=pigeon":            "channel",
			"/conversations?priority=1":                "priority",
			"/conversations?sort=name":                 "sort",
			"/conversations?sort=created_at":           "sort",
			"/conversations?assigned_to=sarah":         "assigned_to",
			"/conversations?assigned_to=" + unknown:    "assigned_to",
			"/conversations?contact_id=7":              "contact_id",
			"/conversations?contact_id=" + unknown:     "contact_id",
			"/conversations?search=%00":                "search",
			"/conversations?search=%ff":                "search",
			"/conversations?label=%00":                 "label",
			"/conversations?limit=0":                   "limit",
			"/conversations?limit=-1":                  "limit",
			"/conversations?limit=1.5":                 "limit",
			"/conversations?limit=ten":                 "limit",
			"/conversations?limit=":                    "limit",
			"/conversations?limit=9223372036854775808": "limit",
			"/conversations?offset=-1":                 "offset",
			"/conversations?offset=1e3":                "offset",
			"/conversations?status=open&status=closed": "status",
			"/contacts?status=gone":                    "status",
			"/contacts?sort=last_message_at:desc":      "sort",
			"/contacts?limit=0":                        "limit",
			"/contacts?search=%00":                     "search",
			"/users?limit=0":                           "limit",
			"/users?offset=x":                          "offset",
		} {
			a := d.do(http.MethodGet, query, "")
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != field {
				d.Errorf("%s blames %v, want %s", query, a.field("details.field"), field)
			}
		}
	})
}

func TestAnUnknownContactInAFilterIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		a := d.do(http.MethodGet, "/conversations?contact_id="+models.FormatID(models.PrefixContact, models.NewUID()), "")
		d.refused(a, 400, InvalidInput)
		if a.field("details.field") != "contact_id" {
			d.Errorf("it blames %v", a.field("details.field"))
		}
	})
}

func TestPagesAreCutAndSayWhetherMoreFollows(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for i := range 3 {
			d.start(d.creds.SiteKey, fmt.Sprintf("Visitor %d", i), "Hello")
		}
		for _, c := range []struct {
			query         string
			limit, offset float64
			rows          int
			more          bool
		}{
			{"", 20, 0, 3, false},
			{"?limit=2", 2, 0, 2, true},
			{"?limit=2&offset=2", 2, 2, 1, false},
			{"?limit=3", 3, 0, 3, false},
			{"?limit=100", 100, 0, 3, false},
			{"?limit=101", 100, 0, 3, false},
			{"?limit=1000000000", 100, 0, 3, false},
			{"?offset=3", 20, 3, 0, false},
			{"?offset=9000000000000000000", 20, 9e18, 0, false},
		} {
			for _, list := range []string{"/conversations", "/contacts"} {
				a := d.want(d.do(http.MethodGet, list+c.query, ""), 200)
				if a.field("pagination.limit") != c.limit || a.field("pagination.offset") != c.offset ||
					len(a.rows()) != c.rows || a.field("pagination.has_more") != c.more || a.field("pagination.total") != 3.0 {
					d.Errorf("%s%s: %s", list, c.query, a.raw)
				}
			}
		}
	})
}

func TestContactsAreFilteredSearchedAndSorted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, name := range []string{"Anna Adams", "Bert Brown"} {
			d.start(d.creds.SiteKey, name, "Hello")
		}
		all := ids(d.want(d.do(http.MethodGet, "/contacts?sort=created_at:asc", ""), 200))
		if len(all) != 2 {
			d.Fatalf("%d contacts", len(all))
		}
		anna, bert := all[0], all[1]
		for query, want := range map[string][]string{
			"": {bert, anna}, "status=all": {bert, anna}, "status=active": {bert, anna}, "status=blocked": {},
			"search=ADAMS": {anna}, "search=bert.brown@": {bert}, "search=%25": {}, "search=_": {},
			"sort=created_at:desc": {bert, anna}, "search=nobody": {},
		} {
			if got := ids(d.want(d.do(http.MethodGet, "/contacts?"+query, ""), 200)); !slices.Equal(got, want) {
				d.Errorf("%s: %v, want %v", query, got, want)
			}
		}
	})
}
