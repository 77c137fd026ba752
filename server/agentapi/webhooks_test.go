package agentapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// public is an address that nobody has and everybody may be told of.
const public = "https://93.184.216.34/hook"

// newHook makes a webhook with the account's live key.
func (d *desk) newHook(events string) (id string, made answer) {
	d.Helper()
	made = d.want(d.do(http.MethodPost, "/webhooks", `{"url":"`+public+`","events":[`+events+`]}`), 201)
	return fmt.Sprint(made.body["id"]), made
}

// fanOut writes the deliveries of what has happened.
func (d *desk) fanOut() {
	d.Helper()
	_, err := d.store.Sequence(d.Context())
	for err == nil {
		var accounts []int64
		if accounts, err = d.chat.WebhookNews(d.Context()); err != nil || len(accounts) == 0 {
			break
		}
		_, err = d.chat.FanOut(d.Context(), accounts[0])
	}
	if err != nil {
		d.Fatal(err)
	}
}

// settle claims what is due and notes an outcome for each.
func (d *desk) settle(o chat.Outcome) int {
	d.Helper()
	now := models.Now(d.now())
	claimed, err := d.chat.ClaimDeliveries(d.Context(), chat.DeliveryClaim{
		Now: now, LeaseUntil: now.Add(time.Minute), Limit: 100, Room: func(int64) int { return 100 },
	})
	if err != nil {
		d.Fatal(err)
	}
	o.At = now
	for _, one := range claimed {
		if held, err := d.chat.SettleDelivery(d.Context(), one, o); err != nil || !held {
			d.Fatalf("held %v: %v", held, err)
		}
	}
	return len(claimed)
}

func TestAWebhookIsMadeShownChangedAndDeleted(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id, made := d.newHook(`"message.received","conversation.created","message.received"`)
		secret, _ := made.body["signing_secret"].(string)
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil || len(key) < 24 || len(key) > 64 || !strings.HasPrefix(secret, "whsec_") {
			d.Errorf("the secret is %q: %v", secret, err)
		}
		for path, want := range map[string]any{
			"url": public, "active": true, "retry_policy": "exponential", "disabled_reason": nil, "failing_since": nil, "previous_secret_until": nil,
		} {
			if made.field(path) != want {
				d.Errorf("%s is %v", path, made.field(path))
			}
		}
		if got := fmt.Sprint(made.body["events"]); got != "[message.received conversation.created]" {
			d.Errorf("the events are %s", got)
		}
		second, _ := d.newHook(`"*"`)
		list := d.want(d.do(http.MethodGet, "/webhooks", ""), 200)
		shown := d.want(d.do(http.MethodGet, "/webhooks/"+id, ""), 200)
		if list.first() != second || list.field("pagination.total") != 2.0 || strings.Contains(list.raw+shown.raw, "whsec_") {
			d.Errorf("listed as %s", list.raw)
		}
		changed := d.want(d.do(http.MethodPatch, "/webhooks/"+id, `{"events":["*","note.created"],"url":" https://93.184.216.34:8443/x?y=1 ","active":false}`), 200)
		if fmt.Sprint(changed.body["events"]) != "[* note.created]" || changed.body["url"] != "https://93.184.216.34:8443/x?y=1" || changed.body["active"] != false {
			d.Errorf("changed: %s", changed.raw)
		}
		if same := d.want(d.do(http.MethodPatch, "/webhooks/"+id, `{}`), 200); fmt.Sprint(same.body["events"]) != "[* note.created]" || same.body["active"] != false {
			d.Errorf("changed by nothing: %s", same.raw)
		}
		rotated := d.want(d.do(http.MethodPost, "/webhooks/"+id+"/rotate", ""), 200)
		if next, _ := rotated.body["signing_secret"].(string); next == secret || !strings.HasPrefix(next, "whsec_") || rotated.body["previous_secret_until"] == nil {
			d.Errorf("rotated: %s", rotated.raw)
		}
		d.want(d.do(http.MethodDelete, "/webhooks/"+id, ""), 204)
		d.refused(d.do(http.MethodGet, "/webhooks/"+id, ""), 404, NotFound)
		if d.do(http.MethodGet, "/webhooks", "").field("pagination.total") != 1.0 {
			d.Error("it is still listed")
		}
	})
}

func TestASecretIsNotKeptForARepeatedAnswer(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		headers := map[string]string{"X-API-Key": d.creds.LiveKey, "Idempotency-Key": "once"}
		body := `{"url":"` + public + `","events":["*"]}`
		first := d.want(d.send(http.MethodPost, "/webhooks", body, headers), 201)
		again := d.want(d.send(http.MethodPost, "/webhooks", body, headers), 201)
		if first.body["signing_secret"] == nil || again.body["signing_secret"] != nil || again.body["id"] != first.body["id"] {
			d.Errorf("first %s\nagain %s", first.raw, again.raw)
		}
		if total := d.do(http.MethodGet, "/webhooks", "").field("pagination.total"); total != 1.0 {
			d.Errorf("%v webhooks", total)
		}
	})
}

func TestAWebhookThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id, _ := d.newHook(`"*"`)
		for body, field := range map[string]string{
			`{"events":["*"]}`: "url", `{"url":"` + public + `"}`: "events", `{"url":"` + public + `","events":[]}`: "events",
			`{"url":"` + public + `","events":["message.eaten"]}`: "events.0", `{"url":"` + public + `","events":"*"}`: "events",
			`{"url":"ftp://93.184.216.34/","events":["*"]}`: "url", `{"url":"/hook","events":["*"]}`: "url", `{"url":"","events":["*"]}`: "url",
			`{"url":"http://127.0.0.1:8080/","events":["*"]}`: "url", `{"url":"http://localhost/","events":["*"]}`: "url",
			`{"url":"http://[::ffff:10.0.0.1]/","events":["*"]}`: "url", `{"url":"http://2130706433/","events":["*"]}`: "url",
			`{"url":"http://0177.0.0.1/","events":["*"]}`: "url", `{"url":"http://169.254.169.254./","events":["*"]}`: "url",
			`{"url":"http://100.64.0.1/","events":["*"]}`: "url", `{"url":"http://[64:ff9b::7f00:1]/","events":["*"]}`: "url",
			`{"url":"https://u:p@93.184.216.34/","events":["*"]}`: "url", `{"url":"https://93.184.216.34/\r\nX: y","events":["*"]}`: "url",
			`{"url":"` + public + `","events":["*"],"active":"yes"}`: "active", `{"url":5,"events":["*"]}`: "url",
		} {
			for method, path := range map[string]string{http.MethodPost: "/webhooks", http.MethodPatch: "/webhooks/" + id} {
				if method == http.MethodPatch && (!strings.Contains(body, "url") || !strings.Contains(body, "events")) {
					continue
				}
				a := d.do(method, path, body)
				d.refused(a, 400, InvalidInput)
				if a.field("details.field") != field {
					d.Errorf("%s %s blames %v, want %s", method, body, a.field("details.field"), field)
				}
			}
		}
		a := d.do(http.MethodPost, "/webhooks/"+id+"/test", `{"event":"nothing"}`)
		d.refused(a, 400, InvalidInput)
		if total := d.do(http.MethodGet, "/webhooks", "").field("pagination.total"); total != 1.0 {
			d.Errorf("%v webhooks", total)
		}
		// A name that does not resolve yet is taken.
		d.want(d.do(http.MethodPost, "/webhooks", `{"url":"https://hooks.example/","events":["*"],"active":false}`), 201)
	})
}

func TestAnAccountHasAHundredWebhooksAtMost(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for range 100 {
			d.newHook(`"*"`)
		}
		d.refused(d.do(http.MethodPost, "/webhooks", `{"url":"`+public+`","events":["*"]}`), 409, Conflict)
	})
}

func TestOthersWebhooksAreAsUnknownOnes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id, _ := d.newHook(`"*"`)
		sent := fmt.Sprint(d.want(d.do(http.MethodPost, "/webhooks/"+id+"/test", ""), 200).body["id"])
		second, _ := d.newHook(`"*"`)
		stranger := d.newAccount()
		for _, c := range []struct{ method, path, body string }{
			{http.MethodGet, "/webhooks/%s", ""}, {http.MethodPatch, "/webhooks/%s", `{"active":false}`}, {http.MethodDelete, "/webhooks/%s", ""},
			{http.MethodPost, "/webhooks/%s/rotate", ""}, {http.MethodPost, "/webhooks/%s/test", ""}, {http.MethodGet, "/webhooks/%s/deliveries", ""},
			{http.MethodGet, "/webhooks/%s/deliveries/" + sent, ""}, {http.MethodPost, "/webhooks/%s/deliveries/" + sent + "/redeliver", ""},
		} {
			unknown := d.do(c.method, fmt.Sprintf(c.path, models.FormatID(models.PrefixWebhook, models.NewUID())), c.body)
			d.refused(unknown, 404, NotFound)
			for _, key := range []string{stranger.LiveKey, d.creds.TestKey} {
				a := d.as(key, c.method, fmt.Sprintf(c.path, id), c.body)
				d.refused(a, 404, NotFound)
				if a.body["message"] != unknown.body["message"] {
					d.Errorf("%s %s says %v, of an unknown one %v", c.method, c.path, a.body["message"], unknown.body["message"])
				}
			}
			d.refused(d.do(c.method, fmt.Sprintf(c.path, "wh_x"), c.body), 404, NotFound)
			few := d.key(models.ScopeAdminRead, models.ScopeAdminWrite, models.ScopeConversationsRead)
			a := d.as(few, c.method, fmt.Sprintf(c.path, id), c.body)
			d.refused(a, 403, Forbidden)
			if a.field("details.required_permission") != "webhooks:manage" {
				d.Errorf("missing is %v", a.field("details.required_permission"))
			}
		}
		d.refused(d.do(http.MethodGet, "/webhooks/"+second+"/deliveries/"+sent, ""), 404, NotFound)
		if got := d.want(d.do(http.MethodGet, "/webhooks/"+id, ""), 200); got.body["active"] != true || got.body["previous_secret_until"] != nil {
			d.Errorf("somebody changed it: %s", got.raw)
		}
	})
}

// toldOf wants a webhook's body to be a second attempt, about a message.
func (d *desk) toldOf(body, content string) {
	d.Helper()
	var told struct {
		RetryCount int            `json:"retry_count"`
		Data       map[string]any `json:"data"`
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil || told.RetryCount != 1 || told.Data["content"] != content {
		d.Errorf("the request is %s: %v", body, err)
	}
}

func TestTheDeliveryLogShowsRequestAnswerAndEveryAttempt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id, _ := d.newHook(`"message.received"`)
		d.start(d.creds.SiteKey, "Jane Doe", "Where is my order?")
		d.fanOut()
		path := "/webhooks/" + id + "/deliveries"
		waiting := d.want(d.do(http.MethodGet, path, ""), 200).rows()
		if len(waiting) != 1 || waiting[0]["status"] != "pending" || waiting[0]["response"] != nil || waiting[0]["next_attempt_at"] == nil || waiting[0]["webhook_id"] != id {
			d.Fatalf("waiting: %v", waiting)
		}
		next := d.now().Add(2 * time.Second)
		d.settle(chat.Outcome{StatusCode: 500, Answer: "<b>broken</b>", Error: "The receiver answered 500", Duration: 12 * time.Millisecond, Next: &next})
		failing := d.want(d.do(http.MethodGet, "/webhooks/"+id, ""), 200)
		if failing.body["failing_since"] == nil || d.settle(chat.Outcome{}) != 0 {
			d.Error("it does not count as failing, or does not wait")
		}
		one := d.want(d.do(http.MethodPost, path+"/"+fmt.Sprint(waiting[0]["id"])+"/redeliver", ""), 200)
		if one.body["id"] != waiting[0]["id"] || d.settle(chat.Outcome{StatusCode: 204, Duration: 3 * time.Millisecond}) != 1 {
			d.Errorf("what waits was not tried now: %s", one.raw)
		}
		a := d.want(d.do(http.MethodGet, path+"/"+fmt.Sprint(waiting[0]["id"]), ""), 200)
		for field, want := range map[string]any{
			"status": "succeeded", "cause": "event", "event_type": "message.received", "retry_count": 1.0, "error": nil, "next_attempt_at": nil,
			"response.status_code": 204.0, "response.duration_ms": 3.0, "request.url": public, "request.headers.webhook-id": a.body["event_id"],
		} {
			if a.field(field) != want {
				d.Errorf("%s is %v, want %v", field, a.field(field), want)
			}
		}
		d.toldOf(fmt.Sprint(a.field("request.body")), "Where is my order?")
		attempts, _ := a.body["attempts"].([]any)
		if len(attempts) != 2 || !strings.Contains(a.raw, `"number":1`) || !strings.Contains(a.raw, `"status_code":500,"error":"The receiver answered 500"`) ||
			strings.Contains(a.raw, "webhook-signature") {
			d.Errorf("the attempts are %v", attempts)
		}
		again := d.want(d.do(http.MethodPost, path+"/"+fmt.Sprint(waiting[0]["id"])+"/redeliver", ""), 200)
		if again.body["id"] == waiting[0]["id"] || again.body["cause"] != "redelivery" || again.body["event_id"] != a.body["event_id"] || again.body["status"] != "pending" {
			d.Errorf("sent again: %s", again.raw)
		}
		for status, want := range map[string]int{"": 2, "?status=all": 2, "?status=pending": 1, "?status=succeeded": 1, "?status=failed": 0, "?limit=1": 1} {
			if rows := d.want(d.do(http.MethodGet, path+status, ""), 200).rows(); len(rows) != want {
				d.Errorf("%q lists %d, want %d", status, len(rows), want)
			}
		}
		d.refused(d.do(http.MethodGet, path+"?status=lost", ""), 400, InvalidInput)
		d.want(d.do(http.MethodPatch, "/webhooks/"+id, `{"active":false}`), 200)
		d.refused(d.do(http.MethodPost, path+"/"+fmt.Sprint(waiting[0]["id"])+"/redeliver", ""), 409, Conflict)
		cancelled := d.want(d.do(http.MethodGet, path+"?status=failed", ""), 200).rows()
		if len(cancelled) != 1 || cancelled[0]["error"] != "The webhook was switched off" {
			d.Errorf("what waited is %v", cancelled)
		}
		d.want(d.do(http.MethodDelete, "/webhooks/"+id, ""), 204)
	})
}

func TestWhatWasSentOfAContactIsForgottenWithIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id, _ := d.newHook(`"*"`)
		conversation := d.start(d.creds.SiteKey, "Jane Doe", "my secret")
		d.start(d.creds.SiteKey, "John Roe", "stays")
		contact := fmt.Sprint(d.do(http.MethodGet, "/conversation/"+conversation, "").body["contact_id"])
		d.fanOut()
		d.settle(chat.Outcome{StatusCode: 200, Answer: "ok"})
		// The log may have forgotten the events before.
		d.later(40 * 24 * time.Hour)
		if _, err := d.store.ForgetEvents(d.Context(), d.now().Add(-24*time.Hour)); err != nil {
			d.Fatal(err)
		}
		path := "/webhooks/" + id + "/deliveries"
		if before := d.do(http.MethodGet, path, ""); len(before.rows()) != 6 || !strings.Contains(before.raw, "my secret") {
			d.Fatalf("sent: %s", before.raw)
		}
		d.start(d.creds.SiteKey, "Jane Doe", "another secret") // not even written yet
		d.want(d.do(http.MethodDelete, "/contact/"+contact, ""), 204)
		d.fanOut()
		after := d.do(http.MethodGet, path, "")
		if strings.Contains(after.raw, "secret") || !strings.Contains(after.raw, "stays") || len(after.rows()) != 4 || !strings.Contains(after.raw, "contact.deleted") {
			d.Errorf("%d left: %s", len(after.rows()), after.raw)
		}
		// In time the whole log goes, but for what is still being tried.
		if err := d.chat.Forget(d.Context(), 24*time.Hour); err != nil {
			d.Fatal(err)
		}
		if rows := d.do(http.MethodGet, path, "").rows(); len(rows) != 1 || rows[0]["event_type"] != "contact.deleted" {
			d.Errorf("after the retention: %v", rows)
		}
	})
}
