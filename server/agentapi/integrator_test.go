package agentapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// received is as much of an event as a bot that sorts what comes in reads.
type received struct {
	Type string `json:"type"`
	Data struct {
		ConversationID string `json:"conversation_id"`
		Content        string `json:"content"`
		Contact        struct {
			Name string `json:"name"`
		} `json:"contact"`
		// Conversation is a map, since a bot asks whether assigned_to is there and null.
		Conversation map[string]any `json:"conversation"`
	} `json:"data"`
}

// sort is the bot: it gives what nobody has to an available user, and labels what is urgent.
func (d *desk) sort(e received) {
	d.Helper()
	assignee, told := e.Data.Conversation["assigned_to"]
	if !told {
		d.Fatalf("the event does not tell who has the conversation: %v", e.Data.Conversation)
	}
	at := "/conversation/" + e.Data.ConversationID
	if assignee == nil {
		users := d.want(d.do(http.MethodGet, "/users", ""), 200).rows()
		for _, user := range users {
			if user["disabled"] == false {
				d.want(d.do(http.MethodPost, at+"/assign", `{"assigned_to":"`+as[string](user["id"])+`"}`), 200)
				break
			}
		}
	}
	if strings.Contains(strings.ToLower(e.Data.Content), "urgent") {
		d.want(d.do(http.MethodPost, at+"/label", `{"labels":["urgent"],"action":"add"}`), 200)
	}
}

func TestABotThatSortsWhatComesInFindsAllItReads(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for i, content := range []string{"Is it URGENT? I think so.", "One more thing", "Again, urgent!"} {
			d.want(d.do(http.MethodPost, "/conversations/inbound",
				`{"channel":"whatsapp","contact":{"phone":"+14155550142","name":"Mara Lind"},"content":"`+content+`"}`), 201)
			if _, err := d.store.Sequence(d.Context()); err != nil {
				d.Fatal(err)
			}
			var log struct{ Data []received }
			a := d.want(d.do(http.MethodGet, "/events?types=message.received", ""), 200)
			if err := json.Unmarshal([]byte(a.raw), &log); err != nil {
				d.Fatal(err)
			}
			if len(log.Data) != i+1 {
				d.Fatalf("%d events, want %d", len(log.Data), i+1)
			}
			e := log.Data[i]
			if e.Type != "message.received" || e.Data.Content != content || e.Data.Contact.Name != "Mara Lind" {
				d.Errorf("the bot reads %+v", e)
			}
			if (e.Data.Conversation["assigned_to"] == nil) != (i == 0) {
				d.Errorf("message %d of a conversation that %v has", i+1, e.Data.Conversation["assigned_to"])
			}
			d.sort(e)
		}
		list := d.want(d.do(http.MethodGet, "/conversations?label=urgent&assigned_to=me", ""), 200)
		if list.field("pagination.total") != 1.0 {
			d.Errorf("sorted are %s", list.raw)
		}
	})
}

func TestABoardOfFiguresCanBeDrawn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		me := as[string](d.want(d.do(http.MethodGet, "/me", ""), 200).field("user.id"))
		first := d.start(d.creds.SiteKey, "Jane Doe", "First")
		second, third := d.start(d.creds.SiteKey, "Joe Roe", "Second"), d.start(d.creds.SiteKey, "Ann Poe", "Third")
		d.want(d.do(http.MethodPost, "/conversation/"+first+"/message", `{"content":"An answer"}`), 201)
		d.want(d.do(http.MethodPost, "/conversation/"+first+"/read", ""), 200)
		d.want(d.do(http.MethodPost, "/conversation/"+second+"/assign", `{"assigned_to":"`+me+`"}`), 200)
		d.want(d.do(http.MethodPost, "/conversation/"+third+"/resolve", `{"resolution_reason":"not_issue"}`), 200)

		total := func(query url.Values) any {
			return d.want(d.do(http.MethodGet, "/conversations?"+query.Encode(), ""), 200).field("pagination.total")
		}
		if n := total(url.Values{"status": {"open"}}); n != 2.0 {
			d.Errorf("open: %v", n)
		}
		if n := total(url.Values{"status": {"open"}, "assigned_to": {"none"}}); n != 1.0 {
			d.Errorf("unassigned: %v", n)
		}
		oldest := ""
		for _, c := range d.want(d.do(http.MethodGet, "/conversations?status=open&sort=last_message_at:asc&limit=100", ""), 200).rows() {
			if c["unread_count"] != 0.0 {
				oldest = as[string](c["id"])
				if _, err := time.Parse(time.RFC3339, as[string](c["last_message_at"])); err != nil {
					d.Errorf("waiting since: %v", err)
				}
				break
			}
		}
		if oldest != second {
			d.Errorf("the oldest unanswered is %s, want %s", oldest, second)
		}
		report := d.want(d.do(http.MethodGet, "/reports", ""), 200)
		if report.field("totals.first_response.count") != 1.0 || report.field("totals.first_response.median_seconds") == nil {
			d.Errorf("the time to an answer is %s", report.raw)
		}
	})
}
