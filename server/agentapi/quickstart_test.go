package agentapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// request is one step of a guide, and what its reader goes on with. In path and body
// $name stands for a value that an earlier step kept.
type request struct {
	about, method, path, body string
	status                    int
	// wants are fields that a client reads, with their values; anything is one that only has
	// to be there.
	wants map[string]any
	// keeps names fields for later steps.
	keeps map[string]string
}

// present stands for a value that the reader of a guide cannot know.
type present struct{}

var anything = present{}

// guide is what an integrator does first, in its order.
var guide = []request{
	{
		about: "create a contact", method: http.MethodPost, path: "/contact", status: 201,
		body: `{"phone":"+14155550142","first_name":"Mara","last_name":"Lind","email":"mara@shop.example","preferred_channel":"whatsapp"}`,
		wants: map[string]any{
			"id": anything, "phone": "+14155550142", "email": "mara@shop.example", "first_name": "Mara", "last_name": "Lind",
			"full_name": "Mara Lind", "preferred_channel": "whatsapp", "status": "active", "created_at": anything,
		},
		keeps: map[string]string{"contact": "id"},
	},
	{
		about: "send it a message", method: http.MethodPost, path: "/contact/$contact/message", status: 201,
		body: `{"channel":"whatsapp","message_type":"text","content":"Welcome to the shop."}`,
		wants: map[string]any{
			"id": anything, "conversation_id": anything, "contact_id": "$contact", "channel": "whatsapp", "content": "Welcome to the shop.",
			"status": "sent", "sent_at": anything,
		},
		keeps: map[string]string{"conversation": "conversation_id"},
	},
	{
		about: "list the open conversations", method: http.MethodGet, path: "/conversations?status=open", status: 200,
		wants: map[string]any{
			"data.0.id": "$conversation", "data.0.contact_id": "$contact", "data.0.channel": "whatsapp", "data.0.status": "open",
			"data.0.message_count": 1.0, "data.0.created_at": anything,
			"pagination.limit": 20.0, "pagination.offset": 0.0, "pagination.total": 1.0, "pagination.has_more": false,
		},
	},
	{
		about: "take in what the customer answers", method: http.MethodPost, path: "/conversations/inbound", status: 201,
		body:  `{"channel":"whatsapp","contact":{"phone":"+14155550142"},"content":"Can I have a refund?","external_id":"in-1"}`,
		wants: map[string]any{"conversation_id": "$conversation", "contact_id": "$contact", "status": "received"},
	},
	{
		about: "find the user who answers", method: http.MethodGet, path: "/users", status: 200,
		wants: map[string]any{"data.0.id": anything, "data.0.name": "Owner"}, keeps: map[string]string{"user": "data.0.id"},
	},
	{
		about: "unassigned conversations", method: http.MethodGet, path: "/conversations?status=open&assigned_to=none", status: 200,
		wants: map[string]any{"data.0.id": "$conversation", "data.0.assigned_to": nil, "pagination.total": 1.0},
	},
	{
		about: "label it", method: http.MethodPost, path: "/conversation/$conversation/label", status: 200,
		body:  `{"labels":["urgent","billing"],"action":"add"}`,
		wants: map[string]any{"id": "$conversation", "labels.0": "billing", "labels.1": "urgent"},
	},
	{
		about: "give it a subject and a priority", method: http.MethodPatch, path: "/conversation/$conversation", status: 200,
		body: `{"subject":"Refund","priority":"high"}`, wants: map[string]any{"subject": "Refund", "priority": "high"},
	},
	{
		about: "urgent ones on whatsapp", method: http.MethodGet, path: "/conversations?channel=whatsapp&label=urgent", status: 200,
		wants: map[string]any{
			"data.0.id": "$conversation", "data.0.contact.id": "$contact", "data.0.contact.full_name": "Mara Lind",
			"data.0.contact.phone": "+14155550142", "data.0.subject": "Refund", "data.0.priority": "high", "data.0.unread_count": 1.0,
			"data.0.last_message_at": anything, "data.0.last_message_preview": "Can I have a refund?",
			"data.0.labels.0": "billing", "data.0.labels.1": "urgent", "data.0.message_count": 2.0, "data.0.created_at": anything,
		},
	},
	{
		about: "search for a word", method: http.MethodGet, path: "/conversations?search=refund", status: 200,
		wants: map[string]any{"data.0.id": "$conversation", "pagination.total": 1.0},
	},
	{
		about: "get the one", method: http.MethodGet, path: "/conversation/$conversation", status: 200,
		wants: map[string]any{"id": "$conversation", "message_count": 2.0},
	},
	{
		about: "reply", method: http.MethodPost, path: "/conversation/$conversation/message", status: 201,
		body: `{"message_type":"text","content":"It is on its way."}`,
		wants: map[string]any{
			"id": anything, "conversation_id": "$conversation", "content": "It is on its way.", "message_type": "text", "sent_by": "user",
			"sender.id": "$user", "sender.name": "Owner", "internal": false,
		},
	},
	{
		about: "leave a note", method: http.MethodPost, path: "/conversation/$conversation/message", status: 201,
		body:  `{"message_type":"text","content":"A regular, be kind","internal":true}`,
		wants: map[string]any{"internal": true, "content": "A regular, be kind"},
	},
	{
		about: "read the messages", method: http.MethodGet, path: "/conversation/$conversation/messages?limit=50", status: 200,
		wants: map[string]any{
			"data.1.sent_by": "contact", "data.1.status": "received", "data.1.message_type": "text", "data.1.conversation_id": "$conversation",
			"data.1.id": anything, "data.1.content": "Can I have a refund?", "data.1.sent_at": anything, "data.1.sender": nil,
			"data.2.sent_by": "user", "data.2.sender.id": "$user", "data.2.sender.name": "Owner", "data.2.status": anything, "data.3.internal": true,
			"pagination.limit": 50.0, "pagination.offset": 0.0, "pagination.total": 4.0, "pagination.has_more": false,
		},
	},
	{
		about: "assign it", method: http.MethodPost, path: "/conversation/$conversation/assign", status: 200,
		body:  `{"assigned_to":"$user","internal_note":"Yours, she is a regular"}`,
		wants: map[string]any{"assigned_to.id": "$user", "assigned_to.name": "Owner"},
	},
	{
		about: "assigned to me", method: http.MethodGet, path: "/conversations?assigned_to=me&priority=high&contact_id=$contact", status: 200,
		wants: map[string]any{"data.0.id": "$conversation", "data.0.assigned_to.id": "$user", "data.0.assigned_to.name": "Owner"},
	},
	{
		about: "assigned to a user", method: http.MethodGet, path: "/conversations?assigned_to=$user&sort=created_at:desc&limit=1&offset=0", status: 200,
		wants: map[string]any{"data.0.id": "$conversation", "pagination.limit": 1.0},
	},
	{
		about: "unassign it", method: http.MethodPost, path: "/conversation/$conversation/assign", status: 200,
		body: `{"assigned_to":null}`, wants: map[string]any{"assigned_to": nil},
	},
	{
		about: "take a label off", method: http.MethodPost, path: "/conversation/$conversation/label", status: 200,
		body: `{"labels":["urgent"],"action":"remove"}`, wants: map[string]any{"labels.0": "billing", "labels.1": nil},
	},
	{
		about: "replace the labels", method: http.MethodPost, path: "/conversation/$conversation/label", status: 200,
		body:  `{"labels":["resolved","feedback-requested"],"action":"replace"}`,
		wants: map[string]any{"labels.0": "feedback-requested", "labels.1": "resolved", "labels.2": nil},
	},
	{
		about: "resolve it", method: http.MethodPost, path: "/conversation/$conversation/resolve", status: 200,
		body:  `{"resolution_reason":"issue_resolved","internal_note":"Refunded","send_satisfaction_survey":true}`,
		wants: map[string]any{"status": "closed", "resolution_reason": "issue_resolved"},
	},
	{
		about: "count what is open, for a figure", method: http.MethodGet, path: "/conversations?status=open", status: 200,
		wants: map[string]any{"pagination.total": 0.0},
	},
	{
		about: "the customer writes once more", method: http.MethodPost, path: "/conversations/inbound", status: 201,
		body:  `{"channel":"whatsapp","contact":{"phone":"+14155550142"},"content":"Thank you!","external_id":"in-2"}`,
		wants: map[string]any{"conversation_id": "$conversation"},
	},
	{
		about: "which reopens it", method: http.MethodGet, path: "/conversation/$conversation", status: 200,
		wants: map[string]any{"status": "open", "resolution_reason": nil},
	},
}

// placeholder is a kept value in a step.
var placeholder = regexp.MustCompile(`\$[a-z]+`)

func TestAGuideWorksFromItsFirstRequestToItsLast(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, key := range []string{d.creds.LiveKey, d.creds.TestKey} {
			kept := map[string]string{}
			fill := func(s string) string {
				return placeholder.ReplaceAllStringFunc(s, func(name string) string { return kept[name[1:]] })
			}
			for _, step := range guide {
				a := d.as(key, step.method, fill(step.path), fill(step.body))
				if a.status != step.status {
					d.Fatalf("%s: status %d, want %d: %s", step.about, a.status, step.status, a.raw)
				}
				for path, want := range step.wants {
					d.reads(step.about, a, path, filled(want, fill))
				}
				for name, path := range step.keeps {
					kept[name] = fmt.Sprint(dig(a, path))
				}
			}
		}
	})
}

func filled(want any, fill func(string) string) any {
	if text, ok := want.(string); ok {
		return fill(text)
	}
	return want
}

// reads fails when a client would not find what it reads.
func (d *desk) reads(about string, a answer, path string, want any) {
	d.Helper()
	got := dig(a, path)
	if want == anything {
		if got == nil || got == "" {
			d.Errorf("%s: %s is missing: %s", about, path, a.raw)
		}
		return
	}
	if got != want {
		d.Errorf("%s: %s is %v, want %v: %s", about, path, got, want, a.raw)
	}
}

// dig finds a value by its path, in which numbers are places in a list.
func dig(a answer, path string) any {
	var at any
	if json.Unmarshal([]byte(a.raw), &at) != nil {
		return nil
	}
	for name := range strings.SplitSeq(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(v) {
				return nil
			}
			at = v[i]
		default:
			return nil
		}
	}
	return at
}
