package mcp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"
	sdk "github.com/modelcontextprotocol/go-sdk/mcp"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/knowledge"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/server/mcp"
	"parley/server/surfacetest"
	"parley/widget/surface"
)

// bench is the surface over the real services on one database, listening for real.
type bench struct{ *surfacetest.Bench }

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(setup(t, s, ratelimit.Defaults())) })
}

func setup(t *testing.T, s *store.Store, rules ratelimit.Rules) *bench {
	t.Helper()
	b := &bench{surfacetest.New(t, s, chat.Options{})}
	b.Serve(func(app *fiber.App) (*surface.Spec, error) {
		return mcp.Mount(t.Context(), app, mcp.Options{
			Chat: b.Chat, Access: b.Access, Limiter: ratelimit.New(ratelimit.Options{}), Rules: rules, Version: "1",
		})
	}, mcp.WriteError)
	return b
}

// keyed sends requests with a key.
type keyed struct{ header, value string }

func (k keyed) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set(k.header, k.value)
	return http.DefaultTransport.RoundTrip(r)
}

// client is the official client with a key.
func (b *bench) client(key string) *sdk.ClientSession {
	b.Helper()
	session, err := b.connect(keyed{"Authorization", "Bearer " + key})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = session.Close() })
	return session
}

func (b *bench) connect(credential keyed) (*sdk.ClientSession, error) {
	client := sdk.NewClient(&sdk.Implementation{Name: "test", Version: "1"}, nil)
	return client.Connect(b.Context(), &sdk.StreamableClientTransport{
		Endpoint: b.URL + mcp.Prefix, HTTPClient: &http.Client{Transport: credential}, MaxRetries: -1,
	}, nil)
}

// key makes a key of the account with these scopes.
func (b *bench) key(kind models.KeyKind, scopes ...models.Scope) (models.UID, string) {
	b.Helper()
	id, key, err := b.Access.CreateKey(b.Context(), access.NewKey{Account: &b.Creds.AccountID, Name: "robot", Kind: kind, Scopes: scopes})
	if err != nil {
		b.Fatal(err)
	}
	return id, key
}

// result is what a tool answered.
type result struct {
	b      *bench
	failed bool
	text   string
	json   map[string]any
}

// call calls a tool that must be there and open.
func (b *bench) call(session *sdk.ClientSession, tool string, arguments map[string]any) result {
	b.Helper()
	answer, err := session.CallTool(b.Context(), &sdk.CallToolParams{Name: tool, Arguments: arguments})
	if err != nil {
		b.Fatalf("%s: %v", tool, err)
	}
	r := result{b: b, failed: answer.IsError}
	for _, content := range answer.Content {
		if text, ok := content.(*sdk.TextContent); ok {
			r.text += text.Text
		}
	}
	if !r.failed {
		raw, err := json.Marshal(answer.StructuredContent)
		if err != nil || json.Unmarshal(raw, &r.json) != nil || r.text == "" {
			b.Fatalf("%s answered %s and %q", tool, raw, r.text)
		}
	}
	return r
}

// does wants the tool to have done it.
func (r result) does() result {
	r.b.Helper()
	if r.failed {
		r.b.Fatalf("the tool failed: %s", r.text)
	}
	return r
}

// says wants the tool to have failed with all of this in its words.
func (r result) says(words ...string) {
	r.b.Helper()
	for _, w := range words {
		if !r.failed || !strings.Contains(r.text, w) {
			r.b.Errorf("the tool answered %q (failed: %t), without %q", r.text, r.failed, w)
		}
	}
}

// value finds something in the result: conversation.status.
func (r result) value(path string) any { return surfacetest.Value(r.json, path) }

// is wants a value.
func (r result) is(path string, want any) {
	r.b.Helper()
	if got := r.value(path); fmt.Sprint(got) != fmt.Sprint(want) {
		r.b.Errorf("%s is %v, not %v: %s", path, got, want, r.text)
	}
}

// begin lets a visitor start a conversation, and gives its id.
func (b *bench) begin(siteKey, name, message string) string {
	b.Helper()
	return models.FormatID(models.PrefixConversation, b.Begin(siteKey, name, message).UID)
}

func (b *bench) teach(title, content string) {
	b.Helper()
	draft := knowledge.Draft{Source: title, Title: title, Content: content, Published: true}
	if _, err := b.Chat.ImportArticles(b.Context(), b.Owner, []knowledge.Draft{draft}); err != nil {
		b.Fatal(err)
	}
}

// raw makes a call without the client.
func (b *bench) raw(method, body string, headers map[string]string) (int, http.Header, string) {
	b.Helper()
	given := []string{"Content-Type", "application/json", "Accept", "application/json, text/event-stream"}
	for name, value := range headers {
		given = append(given, name, value)
	}
	return b.Call(method, mcp.Prefix, body, given...)
}
