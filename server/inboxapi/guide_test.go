package inboxapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// step is one request of a guide, and what a client reads of the answer.
type step struct {
	about, method, path, body string
	status                    int
	// wants are values by their paths, of which a number is a place in a list, and -1 the
	// last one; keeps are values for later steps.
	wants map[string]any
	keeps map[string]string
}

// anything is a value that only has to be there; nothing one that must not.
const anything, nothing = "<anything>", "<nothing>"

// guide is what somebody does who tries the surface for the first time: list, read,
// reply, look again, and then the rest.
var guide = []step{
	{
		about: "list conversations", method: http.MethodGet, path: "?limit=1", status: 200,
		wants: map[string]any{
			"data.0.id": anything, "data.0.workspaceId": anything, "data.0.channelId": anything, "data.0.contactId": anything,
			"data.0.status": "open", "data.0.lastMessagePreview": "Do you deliver to Graz?", "data.0.lastMessageAt": anything,
			"data.0.contactName": "Ida Stern", "data.0.contactEmail": "ida.stern@post.example", "data.1": nothing, "nextCursor": anything,
		},
		keeps: map[string]string{"conversation": "data.0.id", "channel": "data.0.channelId", "contact": "data.0.contactId", "cursor": "nextCursor"},
	},
	{
		about: "the next page, which is the last", method: http.MethodGet, path: "?limit=50&cursor=$cursor", status: 200,
		wants: map[string]any{"data.0.contactName": "Paul Voss", "data.1": nothing, "nextCursor": nothing},
	},
	{
		about: "read the messages", method: http.MethodGet, path: "/$conversation/messages", status: 200,
		wants: map[string]any{
			"0.id": anything, "0.direction": "inbound", "0.speaker": nil, "0.body": "Do you deliver to Graz?", "0.sentAt": anything,
			"0.channel": "chat", "1": nothing,
		},
	},
	{
		about: "reply", method: http.MethodPost, path: "/$conversation/reply", status: 200,
		body: `{"content":"Hello Ida -- yes, twice a week. Shall we set a lamp aside for you?"}`, wants: map[string]any{"ok": true},
	},
	{
		about: "the reply is the last message", method: http.MethodGet, path: "/$conversation/messages", status: 200,
		wants: map[string]any{
			"-1.id": anything, "-1.direction": "outbound", "-1.speaker": nil, "-1.sentAt": anything, "-1.channel": "chat",
			"-1.body": "Hello Ida -- yes, twice a week. Shall we set a lamp aside for you?", "-1.fromAddress": nothing,
		},
	},
	{
		about: "it is the customer's turn", method: http.MethodGet, path: "?status=awaiting_contact&contactId=$contact", status: 200,
		wants: map[string]any{"data.0.id": "$conversation", "data.0.lastMessagePreview": "Hello Ida -- yes, twice a week. Shall we set a lam..."},
	},
	{about: "go on in person", method: http.MethodPost, path: "/$conversation/take-over", status: 200, wants: map[string]any{"ok": true}},
	{
		about: "what people have", method: http.MethodGet, path: "?humanManaged=true", status: 200,
		wants: map[string]any{"data.0.id": "$conversation", "data.0.status": "in_progress", "data.1": nothing},
	},
	{about: "leave it to the assistant", method: http.MethodPost, path: "/$conversation/release", status: 200, wants: map[string]any{"ok": true}},
	{
		about: "assign it", method: http.MethodPost, path: "/$conversation/assign", status: 200, body: `{"userId":"$user"}`,
		wants: map[string]any{"ok": true},
	},
	{
		about: "who has it", method: http.MethodGet, path: "/$conversation", status: 200,
		wants: map[string]any{"id": "$conversation", "assignedTo": "$user", "status": "in_progress"},
	},
	{about: "unassign it", method: http.MethodPost, path: "/$conversation/unassign", status: 200, wants: map[string]any{"ok": true}},
	{about: "resolve it", method: http.MethodPost, path: "/$conversation/resolve", status: 200, wants: map[string]any{"ok": true}},
	{
		about: "what is resolved", method: http.MethodGet, path: "?status=resolved&q=graz", status: 200,
		wants: map[string]any{"data.0.id": "$conversation", "data.1": nothing},
	},
	{
		about: "write to somebody first", method: http.MethodPost, path: "/compose", status: 200,
		body:  `{"channelId":"$channel","contactEmail":"rosa@post.example","contactName":"Rosa Hahn","content":"Your lamp is ready."}`,
		wants: map[string]any{"ok": true},
	},
	{
		about: "it is on top", method: http.MethodGet, path: "?limit=1", status: 200,
		wants: map[string]any{"data.0.contactName": "Rosa Hahn", "data.0.channelId": "$channel", "data.0.lastMessagePreview": "Your lamp is ready."},
	},
}

// placeholder is a kept value in a step.
var placeholder = regexp.MustCompile(`\$[a-z]+`)

func TestAGuideWorksFromItsFirstRequestToItsLast(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		for site, key := range map[string]string{b.Creds.SiteKey: b.Creds.InboxKey, b.Creds.TestSiteKey: b.key(true)} {
			b.Begin(site, "Paul Voss", "Is the shop open today?")
			b.Begin(site, "Ida Stern", "Do you deliver to Graz?")
			kept := map[string]string{"user": b.owner.UserUID.String()}
			fill := func(s string) string {
				return placeholder.ReplaceAllStringFunc(s, func(name string) string { return kept[name[1:]] })
			}
			for _, step := range guide {
				a := b.as(key, step.method, fill(step.path), fill(step.body))
				if a.status != step.status {
					b.Fatalf("%s: status %d, want %d: %s", step.about, a.status, step.status, a.raw)
				}
				for path, want := range step.wants {
					b.reads(step.about, a, path, filled(want, fill))
				}
				for name, path := range step.keeps {
					value, _ := dig(a, path)
					kept[name] = fmt.Sprint(value)
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
func (b *inbox) reads(about string, a answer, path string, want any) {
	b.Helper()
	got, there := dig(a, path)
	switch want {
	case anything:
		if got == nil || got == "" {
			b.Errorf("%s: %s is missing: %s", about, path, a.raw)
		}
	case nothing:
		if there {
			b.Errorf("%s: %s is there: %s", about, path, a.raw)
		}
	default:
		if !there || got != want {
			b.Errorf("%s: %s is %v, want %v: %s", about, path, got, want, a.raw)
		}
	}
}

// dig finds a value by its path, and says whether it is there at all.
func dig(a answer, path string) (at any, there bool) {
	if json.Unmarshal([]byte(a.raw), &at) != nil {
		return nil, false
	}
	for name := range strings.SplitSeq(path, ".") {
		switch v := at.(type) {
		case map[string]any:
			if at, there = v[name]; !there {
				return nil, false
			}
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(v) || len(v) == 0 {
				return nil, false
			}
			at, there = v[(i+len(v))%len(v)], true
		default:
			return nil, false
		}
	}
	return at, there
}
