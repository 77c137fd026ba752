package agentapi

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"
)

func TestAConversationIsShownAsTheDocumentSaysAndNothingMore(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		c := d.begin(d.creds.SiteKey, "Jane Doe", "Hello there")
		id := d.want(d.do(http.MethodGet, "/conversations", ""), 200).first()
		got := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200)
		for path, want := range map[string]any{
			"id": id, "channel": "chat", "status": "open", "priority": "normal", "assigned_to": nil, "subject": nil,
			"message_count": 1.0, "unread_count": 1.0, "last_message_preview": "Hello there", "resolution_reason": nil,
			"rating": nil, "assistant_active": false, "author_name": "Jane Doe", "verified": false,
			"contact.full_name": "Jane Doe", "contact.email": "jane.doe@example.com", "contact.phone": nil,
		} {
			if got.field(path) != want {
				d.Errorf("%s is %v, want %v", path, got.field(path), want)
			}
		}
		if got.field("contact_id") != got.field("contact.id") {
			d.Error("contact_id is not the contact's")
		}
		if labels, ok := got.body["labels"].([]any); !ok || len(labels) != 0 {
			d.Errorf("labels are %v, want []", got.body["labels"])
		}
		if len(c.VisitorHash) == 0 || got.body["visitor_hash"] != nil {
			d.Error("the visitor's token is shown, or there is none")
		}
	})
}

func TestAnAnswerAndANoteStandInTheMessagesInTheirOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		note := d.want(d.do(http.MethodPost, "/conversation/"+id+"/message", `{"content":"She is angry","internal":true}`), 201)
		said := d.want(d.do(http.MethodPost, "/conversation/"+id+"/message", `{"content":"Hi <b>Jane</b>","message_type":"text"}`), 201)
		if said.body["content"] != "Hi <b>Jane</b>" || said.body["sent_by"] != "user" || said.field("sender.name") != "Owner" ||
			said.body["status"] != "sent" || said.body["internal"] != false || said.body["conversation_id"] != id {
			d.Errorf("the answer is %s", said.raw)
		}
		list := d.want(d.do(http.MethodGet, "/conversation/"+id+"/messages", ""), 200)
		rows := list.rows()
		if len(rows) != 3 || rows[0]["sent_by"] != "contact" || rows[1]["id"] != note.body["id"] || rows[2]["id"] != said.body["id"] {
			d.Fatalf("the messages are %s", list.raw)
		}
		if _, has := rows[0]["sender"]; has {
			d.Error("a contact's message has a sender")
		}
		if rows[1]["internal"] != true {
			d.Error("the note is not marked")
		}
		backwards := d.want(d.do(http.MethodGet, "/conversation/"+id+"/messages?order=desc&limit=1", ""), 200)
		if r := backwards.rows(); len(r) != 1 || r[0]["id"] != said.body["id"] || backwards.field("pagination.has_more") != true ||
			backwards.field("pagination.total") != 3.0 {
			d.Errorf("newest first: %s", backwards.raw)
		}
		c := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200)
		if c.body["message_count"] != 2.0 || c.body["last_message_preview"] != "Hi <b>Jane</b>" {
			d.Errorf("the note counts, or the answer does not: %s", c.raw)
		}
	})
}

func TestAConversationIsAssignedToAUserAndToNobodyAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		owner := d.want(d.do(http.MethodGet, "/users", ""), 200).first()
		c := d.want(d.do(http.MethodPost, "/conversation/"+id+"/assign", `{"assigned_to":"`+owner+`","internal_note":"yours"}`), 200)
		if c.field("assigned_to.id") != owner || c.field("assigned_to.name") != "Owner" {
			d.Errorf("assigned to %v", c.body["assigned_to"])
		}
		if c := d.want(d.do(http.MethodPost, "/conversation/"+id+"/assign", `{"assigned_to":null}`), 200); c.body["assigned_to"] != nil {
			d.Errorf("still assigned to %v", c.body["assigned_to"])
		}
		if c.body["message_count"] != 1.0 {
			d.Error("an assignment became a message")
		}
		if n := len(d.want(d.do(http.MethodGet, "/conversation/"+id+"/messages", ""), 200).rows()); n != 2 {
			d.Errorf("%d messages, want the first one and the note", n)
		}
	})
}

func TestARefusedAssignmentChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		owner := d.want(d.do(http.MethodGet, "/users", ""), 200).first()
		d.want(d.do(http.MethodPost, "/conversation/"+id+"/assign", `{"assigned_to":"`+owner+`"}`), 200)
		stranger := d.want(d.as(d.newAccount().LiveKey, http.MethodGet, "/users", ""), 200).first()
		for _, body := range []string{
			`{}`, `{"internal_note":"x"}`, `{"assigned_to":"me"}`, `{"assigned_to":""}`, `{"assigned_to":7}`,
			`{"assigned_to":"` + stranger + `","internal_note":"x"}`, `{"assigned_to":"usr_01h455vb4pex5vsknk084sn02q"}`,
		} {
			a := d.do(http.MethodPost, "/conversation/"+id+"/assign", body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != "assigned_to" {
				d.Errorf("%s blames %v", body, a.field("details.field"))
			}
		}
		c := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200)
		messages := d.want(d.do(http.MethodGet, "/conversation/"+id+"/messages", ""), 200)
		if c.field("assigned_to.id") != owner || len(messages.rows()) != 1 {
			d.Errorf("something changed: %s", c.raw)
		}
	})
}

func TestLabelsAreASetSortedByName(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		for _, step := range []struct{ body, want string }{
			{`{"labels":["urgent","billing","urgent"],"action":"add"}`, "[billing urgent]"},
			{`{"labels":["billing","vip"],"action":"add"}`, "[billing urgent vip]"},
			{`{"labels":["urgent","never"],"action":"remove"}`, "[billing vip]"},
			{`{"labels":["refund"],"action":"replace"}`, "[refund]"},
			{`{"labels":[],"action":"replace"}`, "[]"},
		} {
			c := d.want(d.do(http.MethodPost, "/conversation/"+id+"/label", step.body), 200)
			if got := fmt.Sprint(c.body["labels"]); got != step.want {
				d.Errorf("%s: %s, want %s", step.body, got, step.want)
			}
		}
	})
}

func TestLabelsThatManyAddAtOnceAllSurvive(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				body := fmt.Sprintf(`{"labels":["label %02d","shared"],"action":"add"}`, i)
				if a := d.do(http.MethodPost, "/conversation/"+id+"/label", body); a.status != 200 {
					d.Errorf("label %d: %s", i, a.raw)
				}
			})
		}
		wg.Wait()
		if labels, _ := d.do(http.MethodGet, "/conversation/"+id, "").body["labels"].([]any); len(labels) != 21 {
			d.Errorf("%d labels survived, want 21: %v", len(labels), labels)
		}
	})
}

func TestAConversationGoesFromOpenToArchivedAndBack(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		c := d.begin(d.creds.SiteKey, "Jane Doe", "Hello")
		id := d.do(http.MethodGet, "/conversations", "").first()
		at := "/conversation/" + id
		d.refused(d.do(http.MethodPost, at+"/archive", ""), 409, Conflict)
		resolve := `{"resolution_reason":"%s","send_satisfaction_survey":true,"internal_note":"done"}`
		for _, step := range []struct{ call, body, status, reason string }{
			{"/reopen", "", "open", ""},
			{"/resolve", fmt.Sprintf(resolve, "issue_resolved"), "closed", "issue_resolved"},
			{"/resolve", `{"resolution_reason":"spam"}`, "closed", "spam"},
			{"/archive", `{}`, "archived", "spam"},
			{"/reopen", "", "open", ""},
			{"/resolve", `{"resolution_reason":"duplicate"}`, "closed", "duplicate"},
		} {
			a := d.want(d.do(http.MethodPost, at+step.call, step.body), 200)
			reason, _ := a.body["resolution_reason"].(string)
			if a.body["status"] != step.status || reason != step.reason || a.body["id"] != id {
				d.Errorf("%s: %s", step.call, a.raw)
			}
		}
		d.want(d.do(http.MethodPost, at+"/message", `{"content":"anything else?"}`), 201)
		if a := d.do(http.MethodGet, at, ""); a.body["status"] != "closed" {
			d.Errorf("the team's answer reopened it: %s", a.raw)
		}
		d.says(c, "Yes")
		if a := d.do(http.MethodGet, at, ""); a.body["status"] != "open" {
			d.Errorf("the visitor's message did not reopen it: %s", a.raw)
		}
	})
}

func TestReadingSetsTheUnreadCountToNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		c := d.begin(d.creds.SiteKey, "Jane Doe", "One")
		d.says(c, "Two")
		id := d.do(http.MethodGet, "/conversations", "").first()
		if a := d.do(http.MethodGet, "/conversation/"+id, ""); a.body["unread_count"] != 2.0 {
			d.Errorf("before: %s", a.raw)
		}
		for range 2 {
			a := d.want(d.do(http.MethodPost, "/conversation/"+id+"/read", ""), 200)
			if a.body["unread_count"] != 0.0 || a.body["message_count"] != 2.0 || a.field("contact.full_name") != "Jane Doe" {
				d.Errorf("after: %s", a.raw)
			}
		}
	})
}

func TestTypingIsShownAndNotStored(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		for _, body := range []string{"", `{}`, `{"active":true}`, `{"active":false}`} {
			if a := d.want(d.do(http.MethodPost, "/conversation/"+id+"/typing", body), 200); a.body["id"] != id {
				d.Errorf("typing %s: %s", body, a.raw)
			}
		}
		if n := d.do(http.MethodGet, "/conversation/"+id, "").body["message_count"]; n != 1.0 {
			d.Errorf("typing became %v messages", n)
		}
	})
}

func TestAUserIsShownWithoutAnythingSecret(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		list := d.want(d.do(http.MethodGet, "/users", ""), 200)
		rows := list.rows()
		if len(rows) != 1 || rows[0]["role"] != "owner" || rows[0]["email"] != d.creds.Email || rows[0]["disabled"] != false {
			d.Fatalf("the team is %s", list.raw)
		}
		names := slices.Sorted(maps.Keys(rows[0]))
		if got := fmt.Sprint(names); got != "[availability avatar_url created_at disabled email id name notices role]" {
			d.Errorf("a user has %s", got)
		}
	})
}
