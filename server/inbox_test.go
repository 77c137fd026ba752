package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/models"
	"parley/server/agentapi"
	"parley/server/inboxapi"
	"parley/widget"
)

func TestTheInboxAndTheAgentSurfaceCountAKeyTogether(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		cfg.RateLimits = "agent=3/m"
		n := start(t, cfg)
		key := "Bearer " + n.firstRun().LiveKey // which opens both
		for i, path := range []string{inboxapi.Prefix, agentapi.Prefix + "/users", inboxapi.Prefix + "/nothing"} {
			if left := n.get(path, "Authorization", key).Header.Get("X-RateLimit-Remaining"); left != fmt.Sprint(2-i) {
				t.Errorf("%s leaves %q calls", path, left)
			}
		}
		for _, path := range []string{inboxapi.Prefix, agentapi.Prefix + "/users"} {
			if r := n.get(path, "Authorization", key); r.StatusCode != http.StatusTooManyRequests || r.Header.Get("Retry-After") == "" {
				t.Errorf("%s answers %d beyond the limit", path, r.StatusCode)
			}
		}
	})
}

func TestUnknownPathsUnderTheInboxAreRefusedInItsShape(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	for path, want := range map[string]string{
		inboxapi.Prefix + "/x/y": `{"error":"Not found"}`, inboxapi.Prefix + "/": `{"error":"Not found"}`,
		inboxapi.Prefix: `{"error":"Unauthorized"}`,
	} {
		if r := n.get(path); r.text != want {
			t.Errorf("%s answers %d %s", path, r.StatusCode, r.text)
		}
	}
	if r := n.call(http.MethodDelete, inboxapi.Prefix, ""); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") != "GET, HEAD" ||
		r.text != `{"error":"Method not allowed"}` {
		t.Errorf("DELETE answers %d %s", r.StatusCode, r.text)
	}
}

func TestTakingOverSilencesTheAssistantUntilTheRelease(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		w := openWorld(t, cfg, "")
		live, _ := w.account()
		// There before the assistant is, and answered, so that nothing waits for it.
		conversation := live.row().id("conv")
		w.must(w.call(http.MethodPost, agentapi.Prefix+"/conversation/"+conversation+"/message", `{"content":"Here you are."}`, "X-API-Key", live.key))
		w.db.run(fmt.Sprintf("INSERT INTO assistants (uid, account_id, name, published_at, created_at, updated_at) "+
			"SELECT '%s', id, 'Robin', updated_at, created_at, updated_at FROM accounts WHERE id = %d", newUID(), live.accountID))
		w.db.run(fmt.Sprintf("UPDATE sites SET assistant_id = (SELECT id FROM assistants WHERE account_id = %d) WHERE account_id = %[1]d", live.accountID))
		uid, err := models.ParseID(models.PrefixConversation, conversation)
		if err != nil {
			t.Fatal(err)
		}
		owner, err := w.app.access.Key(t.Context(), live.key)
		if err != nil {
			t.Fatal(err)
		}
		active := func() any {
			return w.must(w.get(agentapi.Prefix+"/conversation/"+conversation, "X-API-Key", live.key)).json("assistant_active")
		}
		for _, step := range []struct {
			act, body string
			active    bool
		}{
			{"release", "", true}, {"take-over", "", false}, {"take-over", "", false}, {"release", "", true},
			{"assign", fmt.Sprintf(`{"userId":%q}`, owner.UserUID), false}, {"unassign", "", false}, {"release", "", true},
		} {
			w.must(w.call(http.MethodPost, inboxapi.Prefix+"/"+uid.String()+"/"+step.act, step.body, "X-API-Key", live.key))
			if active() != step.active {
				t.Errorf("after %s the assistant is active: %v", step.act, active())
			}
		}
		// Assigning is told as such.
		if changes := w.takeOvers(live); changes != "false true, true false, false true, false true" {
			t.Errorf("the log tells of taken over and active: %s", changes)
		}
	})
}

// takeOvers is what the log tells of the assistant.
func (w *world) takeOvers(live *tenant) string {
	w.Helper()
	var told []string
	await(w.TB, "the events have their places", func() bool {
		var log struct {
			Data []struct {
				Data struct{ Changes map[string]any }
			}
		}
		r := w.must(w.get(agentapi.Prefix+"/events?types=conversation.updated&limit=100", "X-API-Key", live.key))
		if err := json.Unmarshal([]byte(r.text), &log); err != nil {
			w.Fatal(err)
		}
		told = nil
		for _, e := range log.Data {
			if active, there := e.Data.Changes["assistant_active"]; there {
				told = append(told, fmt.Sprint(e.Data.Changes["taken_over"], " ", active))
			}
		}
		return len(told) == 4
	})
	return strings.Join(told, ", ")
}

func TestWhatOneSurfaceWritesTheOthersShow(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	creds := n.firstRun()
	r := n.call(http.MethodPost, widget.Prefix+"/conversations",
		`{"name":"Ida Stern","email":"ida@example.com","message":"Is it open?","visitor_token":"a-visitor"}`, "X-Site-Key", creds.SiteKey)
	if r.StatusCode != http.StatusCreated {
		t.Fatalf("the visitor gets %d %s", r.StatusCode, r.text)
	}
	var page struct{ Data []struct{ ID string } }
	list := n.get(inboxapi.Prefix, "Authorization", "Bearer "+creds.InboxKey)
	if err := json.Unmarshal([]byte(list.text), &page); err != nil || len(page.Data) != 1 {
		t.Fatalf("the inbox is %s", list.text)
	}
	reply := n.call(http.MethodPost, inboxapi.Prefix+"/"+page.Data[0].ID+"/reply", `{"content":"Until six."}`, "Authorization", "Bearer "+creds.InboxKey)
	seen := n.get(widget.Prefix+"/conversations/a-visitor/messages", "X-Site-Key", creds.SiteKey)
	if reply.text != `{"ok":true}` || !strings.Contains(seen.text, `"body":"Until six."`) {
		t.Errorf("the visitor reads %s after %s", seen.text, reply.text)
	}
}
