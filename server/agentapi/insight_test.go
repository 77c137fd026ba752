package agentapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"parley/models"
)

// as is v as a T, or nothing: then what is compared with it differs.
func as[T any](v any) T {
	t, _ := v.(T)
	return t
}

// findings are the ids that a search found of one kind, and the highlighted pieces.
func findings(a answer, kind, object string) (ids, snippets []string) {
	group, _ := a.body[kind].(map[string]any)
	rows, _ := group["data"].([]any)
	for _, row := range rows {
		found := answer{body: as[map[string]any](row)}
		id, _ := found.field(object + ".id").(string)
		ids = append(ids, id)
		for _, h := range as[[]any](found.body["highlights"]) {
			snippets = append(snippets, marked(as[map[string]any](h)))
		}
	}
	return ids, snippets
}

// marked is a highlight with its matches in brackets.
func marked(h map[string]any) string {
	signs := []rune(as[string](h["snippet"]))
	var out strings.Builder
	at := 0
	for _, m := range as[[]any](h["matches"]) {
		place := as[map[string]any](m)
		start, end := int(as[float64](place["start"])), int(as[float64](place["end"]))
		out.WriteString(string(signs[at:start]) + "[" + string(signs[start:end]) + "]")
		at = end
	}
	return as[string](h["field"]) + ": " + out.String() + string(signs[at:])
}

func TestASearchLooksInEverythingAtOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		s := openShop(d)
		for _, indexed := range []bool{false, true} {
			if indexed {
				d.index()
			}
			a := d.want(d.do(http.MethodGet, "/search?q=REFUND", ""), 200)
			if ids, snippets := findings(a, "conversations", "conversation"); fmt.Sprint(ids, snippets) != fmt.Sprint([]string{s.cleo}, []string{}) {
				d.Errorf("conversations, indexed %t: %v %v", indexed, ids, snippets)
			}
			if _, snippets := findings(a, "messages", "message"); fmt.Sprint(snippets) != "[content: [Refund] ticket Z-9]" {
				d.Errorf("messages, indexed %t: %v", indexed, snippets)
			}
			a = d.want(d.do(http.MethodGet, "/search?q=bert", ""), 200)
			if ids, snippets := findings(a, "conversations", "conversation"); len(ids) != 1 || ids[0] != s.bert ||
				fmt.Sprint(snippets) != "[contact.full_name: [Bert] Brown contact.email: [bert].brown@example.com]" {
				d.Errorf("conversations of a contact, indexed %t: %v %v", indexed, ids, snippets)
			}
			if ids, _ := findings(a, "contacts", "contact"); len(ids) != 1 {
				d.Errorf("contacts, indexed %t: %v", indexed, ids)
			}
			a = d.want(d.do(http.MethodGet, "/search?q="+url.QueryEscape("退"), ""), 200)
			if _, snippets := findings(a, "messages", "message"); fmt.Sprint(snippets) != "[content: 你好，[退]款]" {
				d.Errorf("one sign, indexed %t: %v", indexed, snippets)
			}
			a = d.want(d.do(http.MethodGet, "/search?q=nowhere", ""), 200)
			for _, kind := range []string{"conversations", "messages", "contacts", "articles"} {
				if fmt.Sprint(a.body[kind]) != "map[data:[] has_more:false]" {
					d.Errorf("%s of nothing, indexed %t: %v", kind, indexed, a.body[kind])
				}
			}
		}
	})
}

// index does all there is to index.
func (d *desk) index() {
	d.Helper()
	for {
		done, err := d.store.Index(d.Context())
		if err != nil {
			d.Fatal(err)
		}
		if done == 0 {
			return
		}
	}
}

func TestASearchIsCutAndNarrowed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for i := range 4 {
			d.start(d.creds.SiteKey, fmt.Sprintf("Visitor %d", i), "Where is my parcel, my dear parcel?")
		}
		a := d.want(d.do(http.MethodGet, "/search?q=parcel&limit=3", ""), 200)
		ids, snippets := findings(a, "messages", "message")
		if len(ids) != 3 || a.field("messages.has_more") != true || a.field("conversations.has_more") != true ||
			snippets[0] != "content: Where is my [parcel], my dear [parcel]?" {
			d.Errorf("%v: %s", snippets, a.raw)
		}
		who := []any{}
		for _, hit := range as[[]any](a.field("messages.data")) {
			who = append(who, as[map[string]any](as[map[string]any](hit)["contact"])["full_name"])
		}
		if fmt.Sprint(who) != "[Visitor 3 Visitor 2 Visitor 1]" {
			d.Errorf("they are with %v: %s", who, a.raw)
		}
		a = d.want(d.do(http.MethodGet, "/search?q=parcel&limit=1000&types=message,contact", ""), 200)
		messages, _ := findings(a, "messages", "message")
		conversations, _ := findings(a, "conversations", "conversation")
		if len(messages) != 4 || a.field("messages.has_more") != false || len(conversations) != 0 {
			d.Errorf("narrowed: %s", a.raw)
		}
		a = d.want(d.as(d.key(models.ScopeConversationsRead), http.MethodGet, "/search?q=visitor", ""), 200)
		contacts, _ := findings(a, "contacts", "contact")
		conversations, _ = findings(a, "conversations", "conversation")
		if len(contacts) != 0 || len(conversations) != 4 {
			d.Errorf("without the scope for contacts: %s", a.raw)
		}
	})
}

func TestASearchStaysInItsAccount(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		other := d.newAccount()
		d.start(other.SiteKey, "Olga Other", "secretword")
		d.start(d.creds.TestSiteKey, "Sandy Sand", "secretword")
		for range 2 {
			a := d.want(d.do(http.MethodGet, "/search?q=secretword", ""), 200)
			if a.raw != `{"query":"secretword","conversations":{"data":[],"has_more":false},"messages":{"data":[],"has_more":false},`+
				`"contacts":{"data":[],"has_more":false},"articles":{"data":[],"has_more":false}}` {
				d.Error(a.raw)
			}
			d.index()
		}
	})
}

func TestQuestionsThatMakeNoSenseAreRefusedAndNamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for query, field := range map[string]string{
			"/search":                                  "q",
			"/search?q=":                               "q",
			"/search?q=%20":                            "q",
			"/search?q=%00":                            "q",
			"/search?q=%ff":                            "q",
			"/search?q=a&q=b":                          "q",
			"/search?q=" + strings.Repeat("x", 201):    "q",
			"/search?q=a&limit=0":                      "limit",
			"/search?q=a&types=users":                  "types",
			"/search?q=a&types=":                       "types",
			"/reports?from=2026-02-01&to=2026-01-31":   "from",
			"/reports?from=2024-01-01&to=2026-01-02":   "from",
			"/reports?from=2026-02-30":                 "from",
			"/reports?from=10000-01-01":                "from",
			"/reports?to=10000-01-01":                  "to",
			"/reports?to=9999-12-31":                   "to",
			"/reports?to=0001-01-01":                   "to",
			"/reports?from=":                           "from",
			"/reports?to=yesterday":                    "to",
			"/reports?from=2026-01-01T00:00:00Z":       "from",
			"/reports?from=%00":                        "from",
			"/reports?group=year":                      "group",
			"/events?after=-1":                         "after",
			"/events?after=x":                          "after",
			"/events?after=":                           "after",
			"/events?after=9223372036854775808":        "after",
			"/events?types=message.lost":               "types",
			"/events?types=message.sent,,message.sent": "types",
			"/events?limit=0":                          "limit",
		} {
			a := d.do(http.MethodGet, query, "")
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != field {
				d.Errorf("%s blames %v, want %s", query, a.field("details.field"), field)
			}
		}
	})
}

func TestTheEventLogIsReadPageByPage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		openShop(d)
		if _, err := d.store.Sequence(d.Context()); err != nil {
			d.Fatal(err)
		}
		whole := d.want(d.do(http.MethodGet, "/events?limit=100", ""), 200)
		var seen []string
		after := "0"
		for pages := 0; ; pages++ {
			a := d.want(d.do(http.MethodGet, "/events?limit=3&after="+after, ""), 200)
			for i, row := range a.rows() {
				seen = append(seen, as[string](row["id"]))
				if row["pos"] != float64(pages*3+i+1) {
					d.Errorf("place %v, want %d", row["pos"], pages*3+i+1)
				}
			}
			after, _ = a.field("pagination.next").(string)
			if a.field("pagination.has_more") != true {
				break
			}
		}
		if fmt.Sprint(seen) != fmt.Sprint(ids(whole)) || len(seen) < 8 {
			d.Errorf("pages gave %v, the whole is %v", seen, ids(whole))
		}
		if a := d.want(d.do(http.MethodGet, "/events?after="+after, ""), 200); len(a.rows()) != 0 || a.field("pagination.next") != after ||
			a.field("pagination.resync") != false {
			d.Errorf("at the end: %s", a.raw)
		}
		notes := d.want(d.do(http.MethodGet, "/events?types=note.created,conversation.assigned&limit=1", ""), 200)
		next, _ := notes.field("pagination.next").(string)
		more := d.want(d.do(http.MethodGet, "/events?types=note.created,conversation.assigned&after="+next, ""), 200)
		if len(notes.rows()) != 1 || notes.rows()[0]["type"] != "conversation.assigned" || notes.field("pagination.has_more") != true ||
			len(more.rows()) != 1 || more.rows()[0]["type"] != "note.created" || more.field("pagination.next") != after {
			d.Errorf("by type: %s then %s", notes.raw, more.raw)
		}
		d.refused(d.as(d.key(models.ScopeContactsRead), http.MethodGet, "/events", ""), 403, Forbidden)
	})
}

func TestWhoeverReadsOnFromWhatWasForgottenIsToldSo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		openShop(d)
		if _, err := d.store.Sequence(d.Context()); err != nil {
			d.Fatal(err)
		}
		last, _ := d.do(http.MethodGet, "/events?limit=100", "").field("pagination.next").(string)
		if err := d.chat.Forget(d.Context(), time.Hour); err != nil {
			d.Fatal(err)
		}
		if a := d.do(http.MethodGet, "/events?limit=100", ""); len(a.rows()) < 8 {
			d.Errorf("young events were forgotten: %s", a.raw)
		}
		if err := d.chat.Forget(d.Context(), -time.Hour); err != nil {
			d.Fatal(err)
		}
		for after, resync := range map[string]bool{"1": true, last: false, "99999": true} {
			a := d.want(d.do(http.MethodGet, "/events?after="+after, ""), 200)
			if len(a.rows()) != 0 || a.field("pagination.resync") != resync || a.field("pagination.next") != last {
				d.Errorf("after %s: %s, the last was %s", after, a.raw, last)
			}
		}
	})
}

func TestAReportTellsTheDayGroupByGroup(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		s := openShop(d)
		today := time.Now().UTC().Format(time.DateOnly)
		a := d.want(d.do(http.MethodGet, "/reports", ""), 200)
		if days := a.rows(); len(days) != 30 || days[29]["key"] != today || a.body["to"] != today || a.body["time_zone"] != "UTC" {
			d.Errorf("by default: %s", a.raw)
		}
		for path, want := range map[string]any{
			"conversations.opened": 3.0, "conversations.closed": 2.0, "conversations.reopened": 0.0, "messages.received": 3.0,
			"messages.sent": 0.0, "first_response.median_seconds": nil, "resolution.count": 2.0, "ratings.average": nil,
		} {
			if got := a.field("totals." + path); got != want {
				d.Errorf("%s is %v, want %v", path, got, want)
			}
		}
		users := d.want(d.do(http.MethodGet, "/reports?group=user&from="+today, ""), 200).rows()
		if len(users) != 2 || users[0]["key"] != nil || users[1]["key"] != s.owner {
			d.Errorf("by user: %v", users)
		}
		for group, key := range map[string]string{"label": "billing", "channel": "chat"} {
			rows := d.want(d.do(http.MethodGet, "/reports?group="+group, ""), 200).rows()
			if len(rows) != 1 || rows[0]["key"] != key {
				d.Errorf("by %s: %v", group, rows)
			}
		}
	})
}
