package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// fillWith runs demo on the command line.
func fillWith(t *testing.T, cfg Config, args ...string) (code int, out, problem string) {
	t.Helper()
	return commandLine(t, append(append([]string{"demo"}, args...), flags(cfg)...)...)
}

// broken are queries for rows that break an invariant; each must find none.
var broken = map[string]string{
	"numbers with holes": `SELECT count(*) FROM conversations c WHERE c.seq <> (SELECT count(*) FROM messages m WHERE m.conversation_id = c.id)
OR c.seq <> (SELECT max(seq) FROM messages m WHERE m.conversation_id = c.id)`,
	"public numbers with holes": `SELECT count(*) FROM conversations c WHERE c.public_seq <> (SELECT max(public_seq) FROM messages m WHERE m.conversation_id = c.id)
OR c.public_seq <> (SELECT count(public_seq) FROM messages m WHERE m.conversation_id = c.id) OR c.message_count <> c.public_seq`,
	"wrong counts of what is unread": `SELECT count(*) FROM conversations c WHERE c.unread_count <>
(SELECT count(*) FROM messages m WHERE m.conversation_id = c.id AND m.author_kind = 'contact' AND m.public_seq > c.agent_read_seq)`,
	"wrong last messages": `SELECT count(*) FROM conversations c JOIN messages m ON m.conversation_id = c.id AND m.public_seq = c.public_seq
WHERE m.created_at <> c.last_message_at OR m.author_kind <> c.last_message_by`,
	"wrong first answers": `SELECT count(*) FROM conversations c WHERE coalesce(c.first_response_at, c.created_at) <>
coalesce((SELECT min(created_at) FROM messages m WHERE m.conversation_id = c.id AND m.author_kind = 'user' AND NOT m.internal), c.created_at)`,
	"closed ones without an end": `SELECT count(*) FROM conversations c WHERE (c.status = 'open') <> (c.closed_at IS NULL)
OR c.resolve_count <> (SELECT count(*) FROM status_changes s WHERE s.conversation_id = c.id AND s.status = 'closed')`,
	"messages out of order":  `SELECT count(*) FROM messages a JOIN messages b ON b.conversation_id = a.conversation_id AND b.seq = a.seq + 1 WHERE b.created_at <= a.created_at`,
	"a log with holes":       `SELECT count(*) FROM event_heads h WHERE h.pos <> (SELECT count(pos) FROM events e WHERE e.account_id = h.account_id)`,
	"events without a place": `SELECT count(*) FROM events WHERE pos IS NULL`,
	"readers that lag":       `SELECT count(*) FROM event_cursors c JOIN event_heads h ON h.account_id = c.account_id WHERE c.pos <> h.pos`,
	"jobs":                   `SELECT count(*) FROM jobs`,
	"deliveries":             `SELECT count(*) FROM webhook_deliveries`,
	"things to index":        `SELECT count(*) FROM search_tasks`,
	"ratings of nothing":     `SELECT count(*) FROM ratings r JOIN conversations c ON c.id = r.conversation_id WHERE r.resolve_count > c.resolve_count OR c.rating IS NULL`,
}

func TestADataSetIsAsIfItHadHappened(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.SecretKey, cfg.OutboundAllow = goodSecret, "127.0.0.0/8"
		n := start(t, cfg)
		first := n.firstRun()
		key := []string{"X-API-Key", first.LiveKey}
		var calls atomic.Int64
		hook := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
		t.Cleanup(hook.Close)
		if made := n.call(http.MethodPost, "/v2/webhooks", fmt.Sprintf(`{"url":%q,"events":["*"]}`, hook.URL), key...); made.StatusCode != http.StatusCreated {
			t.Fatal(made.text)
		}
		code, out, problem := fillWith(t, cfg, "--conversations=300", "--seed=3")
		if code != exitOK || !strings.Contains(out, "log in at ") || !strings.Contains(out, first.Email) {
			t.Fatalf("code %d: %s%s", code, out, problem)
		}
		db := openRaw(t, cfg.DatabaseURL)
		for what, query := range broken {
			if found := db.number(query); found != 0 {
				t.Errorf("there are %s: %d", what, found)
			}
		}
		if count := db.number("SELECT count(*) FROM conversations"); count != 300 {
			t.Errorf("there are %d conversations", count)
		}
		list := n.get("/v2/conversations?limit=1", key...)
		if !strings.Contains(list.text, `"total":300`) {
			t.Errorf("the list is %s", list.text)
		}
		for needle, kind := range map[string]string{"demo.example": "contacts", "注文": "messages", "الطلب": "messages", "Bestellung": "messages"} {
			if found := n.get("/v2/search?q="+needle, key...); found.StatusCode != http.StatusOK || strings.Contains(found.text, `"`+kind+`":{"data":[]`) {
				t.Errorf("%q finds %.200s", needle, found.text)
			}
		}
		n.showsAYear(key)
		if calls.Load() != 0 {
			t.Errorf("a webhook was called %d times", calls.Load())
		}
		code, _, problem = fillWith(t, cfg, "--conversations=10")
		if code != exitFailure || !strings.Contains(problem, "has the data set already") || db.number("SELECT count(*) FROM conversations") != 300 {
			t.Errorf("once more: code %d, %s", code, problem)
		}
	})
}

// number is what a query counts.
func (d *rawDatabase) number(query string) (count int) {
	d.Helper()
	if err := d.QueryRowContext(d.Context(), query).Scan(&count); err != nil {
		d.Fatalf("%s: %v", query, err)
	}
	return count
}

// showsAYear wants figures of every month in the report.
func (n *node) showsAYear(key []string) {
	n.Helper()
	for month := range 12 {
		from := time.Now().UTC().AddDate(0, -month-1, 1)
		report := n.get("/v2/reports?from="+from.Format("2006-01-02")+"&to="+from.AddDate(0, 0, 27).Format("2006-01-02"), key...)
		if opened, _ := report.json("totals.conversations.opened").(float64); report.StatusCode != http.StatusOK || opened == 0 {
			n.Errorf("the report from %s on: %d %.200s", from.Format("2006-01-02"), report.StatusCode, report.text)
		}
	}
}

func TestADataSetIsRefusedWhereItCannotBe(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.SecretKey = goodSecret
	for args, want := range map[string]string{
		"--conversations=0": "expected a number", "--conversations=1000001": "expected a number", "--conversations=x": "expected",
		"--account=nonsense": "org_", "--seed=-1": "seed", "--conversations=5": "parley init",
	} {
		code, _, problem := fillWith(t, cfg, args)
		if code != exitUsage || !strings.Contains(problem, want) {
			t.Errorf("%s: code %d, %s", args, code, problem)
		}
	}
}
