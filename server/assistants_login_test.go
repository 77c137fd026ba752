package main

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// TestTheDashboardsLoginEditsAndTriesAssistants walks the way of the dashboard's page of
// assistants: no key, the cookie alone.
func TestTheDashboardsLoginEditsAndTriesAssistants(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		cookies := n.logIn(n.firstRun())
		id := n.made("/api/assistants", `{"name":"Support","draft":true}`, cookies)
		n.done(http.MethodPost, "/api/assistants/"+id+"/publish", cookies, n.base, http.StatusOK)
		answer := n.call(http.MethodPost, "/api/chats", `{"assistantId":"`+id+`","input":"Hello?"}`, "Cookie", cookies, "Origin", n.base)
		if answer.StatusCode != http.StatusCreated || !strings.Contains(answer.text, `"role":"assistant"`) {
			n.Errorf("the try: %d %s", answer.StatusCode, answer.text)
		}
		n.done(http.MethodDelete, "/api/assistants/"+id, cookies, "https://evil.example", http.StatusForbidden)
		n.done(http.MethodGet, "/openai/v1/models", cookies, n.base, http.StatusUnauthorized)
		sandbox := n.call(http.MethodGet, "/api/assistants", "", "Cookie", cookies, "X-Sandbox", "1")
		if sandbox.StatusCode != http.StatusOK || strings.Contains(sandbox.text, id) {
			n.Errorf("the sandbox shows: %d %s", sandbox.StatusCode, sandbox.text)
		}
		n.done(http.MethodPost, "/v2/auth/logout", cookies, n.base, http.StatusOK)
		n.done(http.MethodGet, "/api/assistants", cookies, n.base, http.StatusUnauthorized)
	})
}

// made makes something with a cookie and gives its id.
func (n *node) made(path, body, cookies string) string {
	n.Helper()
	answer := n.call(http.MethodPost, path, body, "Cookie", cookies, "Origin", n.base)
	var row struct{ ID string }
	if err := json.Unmarshal([]byte(answer.text), &row); err != nil || answer.StatusCode != http.StatusCreated || row.ID == "" {
		n.Fatalf("%s: %d %s", path, answer.StatusCode, answer.text)
	}
	return row.ID
}

// done makes a call with a cookie from a page of an origin, and checks the status.
func (n *node) done(method, path, cookies, origin string, status int) {
	n.Helper()
	if answer := n.call(method, path, "", "Cookie", cookies, "Origin", origin); answer.StatusCode != status {
		n.Errorf("%s %s: %d, not %d: %s", method, path, answer.StatusCode, status, answer.text)
	}
}

func TestMeTellsWhetherALoginNeedsASecondFactor(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	me := n.call(http.MethodGet, "/v2/me", "", "Cookie", n.logIn(n.firstRun()))
	if !strings.Contains(me.text, `"totp_enabled":false`) {
		t.Errorf("me: %d %s", me.StatusCode, me.text)
	}
}
