package agentapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
)

// takeIn posts a customer's message and gives the answer.
func (d *desk) takeIn(channel, contact, more string) answer {
	d.Helper()
	return d.want(d.do(http.MethodPost, "/conversations/inbound", `{"channel":"`+channel+`","contact":`+contact+more+`}`), 201)
}

func TestAMessageFromOutsideMakesItsContactAndItsConversation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		a := d.takeIn("email", `{"email":"Mara@Shop.example","name":"Mara van Lind"}`, `,"content":"Hello","subject":"Order 12","external_id":"m-1"`)
		if a.body["status"] != "received" || a.body["channel"] != "email" || a.body["content"] != "Hello" {
			d.Errorf("taken in: %s", a.raw)
		}
		c := d.want(d.do(http.MethodGet, "/conversation/"+fmt.Sprint(a.body["conversation_id"]), ""), 200)
		for path, want := range map[string]any{
			"channel": "email", "status": "open", "subject": "Order 12", "unread_count": 1.0, "message_count": 1.0, "assigned_to": nil,
			"contact.full_name": "Mara van Lind", "contact.email": "mara@shop.example", "author_name": "Mara van Lind", "contact_id": a.body["contact_id"],
		} {
			if c.field(path) != want {
				d.Errorf("%s is %v, want %v", path, c.field(path), want)
			}
		}
		messages := d.do(http.MethodGet, "/conversation/"+fmt.Sprint(a.body["conversation_id"])+"/messages", "")
		if rows := messages.rows(); len(rows) != 1 || rows[0]["sent_by"] != "contact" || rows[0]["status"] != "received" {
			d.Errorf("the messages are %s", messages.raw)
		}
		if got := d.eventTypes(); got != "contact.created conversation.created message.received" {
			d.Errorf("the log has %s", got)
		}
	})
}

func TestAMessageFromOutsideGoesOnWhereItBelongs(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		mara := `{"phone":"+14155550142","email":"mara@shop.example"}`
		for channel, again := range map[string]bool{
			"whatsapp": true, "instagram": true, "sms": true, "email": false, "voice": false, "api": false, "chat": false,
		} {
			first := d.takeIn(channel, mara, `,"content":"one"`)
			if second := d.takeIn(channel, mara, `,"content":"two"`); second.body["conversation_id"] != first.body["conversation_id"] {
				d.Errorf("%s: an open conversation is not gone on with", channel)
			}
			at := "/conversation/" + fmt.Sprint(first.body["conversation_id"])
			d.want(d.do(http.MethodPost, at+"/resolve", `{"resolution_reason":"issue_resolved"}`), 200)
			d.want(d.do(http.MethodPost, at+"/archive", ""), 200)
			third := d.takeIn(channel, mara, `,"content":"three"`)
			if reopened := third.body["conversation_id"] == first.body["conversation_id"]; reopened != again {
				d.Errorf("%s: reopened is %v, want %v", channel, reopened, again)
			}
			if status := d.do(http.MethodGet, at, "").body["status"]; (status == "open") != again {
				d.Errorf("%s: the first conversation is %v", channel, status)
			}
		}
		if total := d.do(http.MethodGet, "/contacts", "").field("pagination.total"); total != 1.0 {
			d.Errorf("%v contacts, want one", total)
		}
	})
}

func TestTheSameMessageFromOutsideIsTakenInOnce(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		mara := `{"email":"mara@shop.example"}`
		first := d.takeIn("email", mara, `,"content":"one","external_id":"m-1"`)
		d.want(d.do(http.MethodPost, "/conversation/"+fmt.Sprint(first.body["conversation_id"])+"/resolve", `{"resolution_reason":"spam"}`), 200)
		if again := d.takeIn("email", mara, `,"content":"one","external_id":"m-1"`); again.raw != first.raw {
			d.Errorf("a retry answers %s, want %s", again.raw, first.raw)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]int{}
		for i := range 12 {
			wg.Go(func() {
				body := fmt.Sprintf(`{"channel":"whatsapp","contact":{"phone":"+14155550199"},"content":"hi","external_id":"w-%d"}`, i%3)
				a := d.do(http.MethodPost, "/conversations/inbound", body)
				if a.status != 201 {
					d.Errorf("status %d: %s", a.status, a.raw)
				}
				mu.Lock()
				defer mu.Unlock()
				seen[fmt.Sprint(a.body["conversation_id"], " ", a.body["id"])]++
			})
		}
		wg.Wait()
		if len(seen) != 3 {
			d.Errorf("%d messages were made of three: %v", len(seen), seen)
		}
		list := d.do(http.MethodGet, "/conversations?channel=whatsapp", "")
		if rows := list.rows(); len(rows) != 1 || rows[0]["message_count"] != 3.0 {
			d.Errorf("the conversations are %s", list.raw)
		}
	})
}

func TestAMessageFromOutsideThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, c := range []struct{ body, field string }{
			{`{}`, "channel"}, {`{"channel":"api","content":"x"}`, "contact"}, {`{"channel":"fax","contact":{"phone":"+14155550142"},"content":"x"}`, "channel"},
			{`{"channel":"api","contact":{},"content":"x"}`, "contact"}, {`{"channel":"api","contact":{"name":"Mara"},"content":"x"}`, "contact"},
			{`{"channel":"api","contact":{"phone":"555"},"content":"x"}`, "contact.phone"},
			{`{"channel":"api","contact":{"email":"mara"},"content":"x"}`, "contact.email"},
			{`{"channel":"api","contact":{"id":"mara"},"content":"x"}`, "contact.id"},
			{`{"channel":"api","contact":{"id":"cnt_01h455vb4pex5vsknk084sn02q"},"content":"x"}`, "contact.id"},
			{`{"channel":"api","contact":{"email":"m@shop.example","name":"` + strings.Repeat("x", 256) + `"},"content":"x"}`, "contact.name"},
			{`{"channel":"api","contact":{"email":"m@shop.example"}}`, "content"},
			{`{"channel":"api","contact":{"email":"m@shop.example"},"content":"x","external_id":"` + strings.Repeat("x", 256) + `"}`, "external_id"},
			{`{"channel":"api","contact":{"email":"m@shop.example"},"content":"x","subject":"` + strings.Repeat("x", 501) + `"}`, "subject"},
			{`{"channel":"api","contact":{"email":"m@shop.example"},"content":"x","attachments":["att_01h455vb4pex5vsknk084sn02q"]}`, "attachments"},
		} {
			a := d.do(http.MethodPost, "/conversations/inbound", c.body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != c.field {
				d.Errorf("%.80s blames %v, want %s", c.body, a.field("details.field"), c.field)
			}
		}
		if got := d.eventTypes(); got != "" {
			d.Errorf("something happened: %s", got)
		}
	})
}

func TestAMessageToAContactGoesOnInItsOpenConversation(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/contact/" + d.contact(john) + "/message"
		first := d.want(d.do(http.MethodPost, at, `{"channel":"sms","content":"one"}`), 201)
		conversations := make([]any, 8)
		var wg sync.WaitGroup
		for i := range conversations {
			wg.Go(func() {
				conversations[i] = d.do(http.MethodPost, at, `{"channel":"sms","content":"more"}`).body["conversation_id"]
			})
		}
		wg.Wait()
		for _, id := range conversations {
			if id != first.body["conversation_id"] {
				d.Errorf("another conversation was begun: %v", id)
			}
		}
		d.want(d.do(http.MethodPost, "/conversation/"+fmt.Sprint(first.body["conversation_id"])+"/resolve", `{"resolution_reason":"spam"}`), 200)
		if next := d.want(d.do(http.MethodPost, at, `{"channel":"sms","content":"two"}`), 201); next.body["conversation_id"] == first.body["conversation_id"] {
			d.Error("a message of the team reopened a closed conversation")
		}
		// Without a channel it goes the way that the contact prefers.
		if a := d.want(d.do(http.MethodPost, at, `{"content":"three"}`), 201); a.body["channel"] != "whatsapp" || a.body["message_type"] != "text" {
			d.Errorf("the preferred way: %s", a.raw)
		}
		if c := d.do(http.MethodGet, "/contact/john@example.com", ""); c.body["last_contacted"] == nil {
			d.Errorf("nobody noted the contact: %s", c.raw)
		}
	})
}

func TestAMessageToAContactThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/contact/" + d.contact(`{"first_name":"Ann"}`) + "/message"
		for _, c := range []struct{ body, field string }{
			{`{"content":"x"}`, "channel"}, {`{"channel":"pigeon","content":"x"}`, "channel"}, {`{"channel":null,"content":"x"}`, "channel"},
			{`{"channel":"sms"}`, "content"}, {`{"channel":"sms","content":" "}`, "content"},
			{`{"channel":"sms","content":"` + strings.Repeat("x", 10_001) + `"}`, "content"},
			{`{"channel":"sms","content":"x","message_type":"song"}`, "message_type"},
			{`{"channel":"sms","canned":"nothing"}`, "canned"}, {`{"channel":"sms","content":"x","canned":"nothing"}`, "canned"},
			{`{"channel":"sms","attachments":["att_x"]}`, "attachments"},
			{`{"channel":"sms","attachments":["1","2","3","4","5","6"]}`, "attachments"},
		} {
			a := d.do(http.MethodPost, at, c.body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != c.field {
				d.Errorf("%.60s blames %v, want %s", c.body, a.field("details.field"), c.field)
			}
		}
		if got := d.eventTypes(); got != "contact.created" {
			d.Errorf("something happened: %s", got)
		}
	})
}

func TestAMessageOnAChannelThatIsNotConfiguredFailsAfterwards(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/contact/" + d.contact(john)
		statuses := func(key, conversation string) string {
			found := []string{}
			for _, row := range d.want(d.as(key, http.MethodGet, "/conversation/"+conversation+"/messages", ""), 200).rows() {
				found = append(found, fmt.Sprint(row["status"], row["failure_reason"]))
			}
			return strings.Join(found, ", ")
		}
		for _, channel := range []string{"whatsapp", "instagram", "sms", "email", "voice"} {
			a := d.want(d.do(http.MethodPost, at+"/message", `{"channel":"`+channel+`","content":"hi"}`), 201)
			conversation := fmt.Sprint(a.body["conversation_id"])
			// A reply in the conversation takes the quick way into the database, a note goes nowhere.
			d.want(d.do(http.MethodPost, "/conversation/"+conversation+"/message", `{"content":"hello?"}`), 201)
			d.want(d.do(http.MethodPost, "/conversation/"+conversation+"/message", `{"content":"no answer","internal":true}`), 201)
			if a.body["status"] != "sent" {
				d.Errorf("%s answers %s", channel, a.raw)
			}
			d.jobsDone()
			reason := "failedThe channel " + channel + " is not configured"
			if got := statuses(d.creds.LiveKey, conversation); got != reason+", "+reason+", sent<nil>" {
				d.Errorf("%s: the messages are %s", channel, got)
			}
		}
		for _, channel := range []string{"chat", "api"} {
			a := d.want(d.do(http.MethodPost, at+"/message", `{"channel":"`+channel+`","content":"hi"}`), 201)
			d.jobsDone()
			if got := statuses(d.creds.LiveKey, fmt.Sprint(a.body["conversation_id"])); got != "sent<nil>" {
				d.Errorf("%s: the message is %s", channel, got)
			}
		}
		log := d.events()
		failed := 0
		for _, e := range log {
			if e.Type == models.EventConversationUpdated && e.Detail["message_status"] == "failed" {
				failed++
			}
		}
		if failed != 10 {
			d.Errorf("%d failures were told of, want 10", failed)
		}
	})
}

func TestNothingLeavesASandboxAndNothingFailsThere(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.as(d.creds.TestKey, http.MethodPost, "/contact", john), 201)
		a := d.want(d.as(d.creds.TestKey, http.MethodPost, "/contact/"+fmt.Sprint(made.body["id"])+"/message", `{"channel":"whatsapp","content":"hi"}`), 201)
		d.later(time.Minute)
		d.jobsDone()
		list := d.want(d.as(d.creds.TestKey, http.MethodGet, "/conversation/"+fmt.Sprint(a.body["conversation_id"])+"/messages", ""), 200)
		if rows := list.rows(); len(rows) != 1 || rows[0]["status"] != "sent" {
			d.Errorf("the message is %s", list.raw)
		}
	})
}

func TestSubjectAndPriorityChangeAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		before := len(d.events())
		for _, step := range []struct{ body, subject, priority string }{
			{`{"subject":" Order "}`, "Order", "normal"}, {`{"priority":"urgent"}`, "Order", "urgent"}, {`{}`, "Order", "urgent"},
			{`{"subject":"Order","priority":"urgent"}`, "Order", "urgent"}, {`{"subject":null,"priority":"low"}`, "<nil>", "low"},
		} {
			a := d.want(d.do(http.MethodPatch, at, step.body), 200)
			if fmt.Sprint(a.body["subject"]) != step.subject || a.body["priority"] != step.priority || a.body["status"] != "open" {
				d.Errorf("%s: %s", step.body, a.raw)
			}
		}
		if told := len(d.events()) - before; told != 3 {
			d.Errorf("%d changes were told of, want 3", told)
		}
		for body, field := range map[string]string{
			`{"priority":"extreme"}`: "priority", `{"priority":null}`: "priority", `{"subject":7}`: "subject",
			`{"subject":"` + strings.Repeat("x", 501) + `"}`: "subject", `{"subject":"a\u0000"}`: "subject",
		} {
			a := d.do(http.MethodPatch, at, body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != field {
				d.Errorf("%.40s blames %v", body, a.field("details.field"))
			}
		}
		d.refused(d.do(http.MethodPatch, "/conversation/conv_01h455vb4pex5vsknk084sn02q", `{"priority":"low"}`), 404, NotFound)
	})
}
