package mcp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
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
	"parley/widget/surface"
)

// bench is the surface over the real services on one database, listening for real.
type bench struct {
	*testing.T
	url    string
	chat   *chat.Service
	access *access.Service
	creds  access.Credentials
	owner  models.Principal
	ahead  atomic.Int64 // how far the clock is put forward, in nanoseconds
}

// now is the time of the services.
func (b *bench) now() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(setup(t, s, ratelimit.Defaults())) })
}

// silence is a bell that nobody hears.
type silence struct{}

func (silence) Ring(models.Doorbell) {}

var accounts atomic.Int64

func setup(t *testing.T, s *store.Store, rules ratelimit.Rules) *bench {
	t.Helper()
	b := &bench{T: t}
	gate, err := access.New(access.Options{
		Store: s, Now: b.now, Secret: []byte("0123456789abcdef0123456789abcdef"),
		Cost: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.access, b.chat = gate, chat.New(chat.Options{Store: s, Bell: silence{}, Identities: gate, Mint: gate, Now: b.now})
	b.serve(mcp.Options{Chat: b.chat, Access: gate, Limiter: ratelimit.New(ratelimit.Options{}), Rules: rules, Version: "1"})
	b.creds = b.newAccount()
	if b.owner, err = gate.Key(t.Context(), b.creds.LiveKey); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *bench) newAccount() access.Credentials {
	b.Helper()
	creds, err := b.access.CreateAccount(b.Context(), access.NewAccount{
		Name: "Lamps", Email: fmt.Sprintf("owner%d@lamps.example", accounts.Add(1)), Password: "correct horse",
	})
	if err != nil {
		b.Fatal(err)
	}
	return creds
}

func (b *bench) serve(o mcp.Options) {
	b.Helper()
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error { return mcp.WriteError(c, surface.Failure(err)) }
	app := fiber.New(config)
	app.Use(surface.Begin)
	if _, err := mcp.Mount(b.Context(), app, o); err != nil {
		b.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.url = "http://" + listener.Addr().String() + mcp.Prefix
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.Shutdown() })
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
		Endpoint: b.url, HTTPClient: &http.Client{Transport: credential}, MaxRetries: -1,
	}, nil)
}

// key makes a key of the account with these scopes.
func (b *bench) key(kind models.KeyKind, scopes ...models.Scope) (models.UID, string) {
	b.Helper()
	id, key, err := b.access.CreateKey(b.Context(), access.NewKey{Account: &b.creds.AccountID, Name: "robot", Kind: kind, Scopes: scopes})
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
func (r result) value(path string) any {
	var here any = r.json
	for step := range strings.SplitSeq(path, ".") {
		switch v := here.(type) {
		case map[string]any:
			here = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				return nil
			}
			here = v[i]
		default:
			return nil
		}
	}
	return here
}

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
	site, err := b.access.Site(b.Context(), siteKey)
	if err != nil {
		b.Fatal(err)
	}
	c, err := b.chat.Start(b.Context(), site, chat.Opening{
		Name: name, Email: strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@post.example", Message: message,
		VisitorToken: models.NewUID().String(),
	})
	if err != nil {
		b.Fatal(err)
	}
	return models.FormatID(models.PrefixConversation, c.UID)
}

func (b *bench) teach(title, content string) {
	b.Helper()
	draft := knowledge.Draft{Source: title, Title: title, Content: content, Published: true}
	if _, err := b.chat.ImportArticles(b.Context(), b.owner, []knowledge.Draft{draft}); err != nil {
		b.Fatal(err)
	}
}

// raw makes a call without the client.
func (b *bench) raw(method, body string, headers map[string]string) (int, http.Header, string) {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), method, b.url, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json, text/event-stream")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		b.Fatal(err)
	}
	return response.StatusCode, response.Header, string(answer)
}
