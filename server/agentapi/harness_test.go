package agentapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/models/view"
	"parley/ratelimit"
	"parley/server/assistant"
	carriers "parley/server/channel"
	"parley/server/channel/channeltest"
	"parley/server/files"
	"parley/server/outbound"
	"parley/widget/surface"
)

// desk is the surface over the real services on one database, and the account that a
// test works with.
type desk struct {
	*testing.T
	app    *fiber.App
	chat   *chat.Service
	access *access.Service
	store  *store.Store
	spec   *surface.Spec
	router routers.Router
	creds  access.Credentials
	// folder is where files lie; ahead is how far the clock is put forward, in
	// nanoseconds.
	folder string
	ahead  atomic.Int64
	twilio *channeltest.Twilio
}

// later puts the clock forward.
func (d *desk) later(by time.Duration) { d.ahead.Add(int64(by)) }

// now is the time of the services.
func (d *desk) now() time.Time { return time.Now().Add(time.Duration(d.ahead.Load())) }

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(setup(t, s, ratelimit.Defaults())) })
}

// silence is a bell that nobody hears.
type silence struct{}

func (silence) Ring(models.Doorbell) {}

func setup(t *testing.T, s *store.Store, rules ratelimit.Rules) *desk {
	t.Helper()
	return setupWith(t, s, access.Options{}, Options{Rules: rules})
}

// setupWith is setup with what a test wants to be otherwise.
func setupWith(t *testing.T, s *store.Store, gateway access.Options, o Options) *desk {
	t.Helper()
	folder := t.TempDir()
	place, err := files.Open(files.Place{Folder: folder}, files.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = place.Close() })
	gateway.Store, gateway.Secret = s, []byte("0123456789abcdef0123456789abcdef")
	gateway.PublicURL = "http://localhost:8080"
	gateway.Cost = &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32}
	gate, err := access.New(gateway)
	if err != nil {
		t.Fatal(err)
	}
	twilio := channeltest.NewTwilio(t)
	d := &desk{T: t, access: gate, store: s, folder: folder, twilio: twilio}
	caller := outbound.New(outbound.Options{})
	t.Cleanup(caller.Close)
	d.chat = chat.New(chat.Options{
		Store: s, Bell: silence{}, Blobs: place, Identities: gate, Mint: gate, Now: d.now,
		Carriers: []chat.Carrier{carriers.NewTwilio(carriers.Options{BaseURL: twilio.URL})}, Seals: gate, Links: gate,
		PublicURL: "https://chat.example.com", Addresses: caller, Envelope: view.WebhookBody,
	})
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error { return WriteError(c, surface.Failure(err)) }
	d.app = fiber.New(config)
	d.app.Use(surface.Begin)
	if o.PublicURL == "" {
		o.PublicURL = "https://chat.example.com"
	}
	if o.Copilot == nil {
		o.Copilot = assistant.NewCopilot(assistant.CopilotOptions{Chat: d.chat, Knowledge: assistant.Retrieval{Library: d.chat}})
	}
	o.Socket = func(c *fiber.Ctx) error { return c.SendString("a socket") }
	o.Chat, o.Access, o.Limiter = d.chat, gate, ratelimit.New(ratelimit.Options{})
	d.spec, err = Mount(t.Context(), d.app, o)
	if err != nil {
		t.Fatal(err)
	}
	if d.router, err = gorillamux.NewRouter(d.spec.Document); err != nil {
		t.Fatal(err)
	}
	d.creds = d.newAccount()
	return d
}

var accounts atomic.Int64

func (d *desk) newAccount() access.Credentials {
	d.Helper()
	creds, err := d.access.CreateAccount(d.Context(), access.NewAccount{
		Name: "Acme", Email: fmt.Sprintf("owner%d@example.com", accounts.Add(1)), Password: "correct horse",
	})
	if err != nil {
		d.Fatal(err)
	}
	return creds
}

// key makes a key of the account with these scopes.
func (d *desk) key(scopes ...models.Scope) string {
	d.Helper()
	_, key, err := d.access.CreateKey(d.Context(), access.NewKey{
		Account: &d.creds.AccountID, Name: "test", Kind: models.KeyKindAgent, Scopes: scopes,
	})
	if err != nil {
		d.Fatal(err)
	}
	return key
}

// start lets a visitor begin a conversation and returns its id.
func (d *desk) start(siteKey, name, message string) string {
	d.Helper()
	c := d.begin(siteKey, name, message)
	return models.FormatID(models.PrefixConversation, c.UID)
}

func (d *desk) begin(siteKey, name, message string) models.Conversation {
	d.Helper()
	site, err := d.access.Site(d.Context(), siteKey)
	if err != nil {
		d.Fatal(err)
	}
	c, err := d.chat.Start(d.Context(), site, chat.Opening{
		Name: name, Email: strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@example.com", Message: message,
		VisitorToken: models.NewUID().String(),
	})
	if err != nil {
		d.Fatal(err)
	}
	return c
}

// says lets the visitor of a conversation write.
func (d *desk) says(c models.Conversation, message string) {
	d.Helper()
	who := models.Principal{
		Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: *c.SiteID, ConversationID: c.ID, ConversationUID: c.UID,
		Name: c.AuthorName,
	}
	if _, err := d.chat.Post(d.Context(), who, c.UID, chat.Draft{Content: message}); err != nil {
		d.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// field digs a value out of the body: "details.field".
func (a answer) field(path string) any {
	var at any = a.body
	for name := range strings.SplitSeq(path, ".") {
		object, _ := at.(map[string]any)
		at = object[name]
	}
	return at
}

// rows are the objects of a list.
func (a answer) rows() []map[string]any {
	list, _ := a.body["data"].([]any)
	rows := make([]map[string]any, 0, len(list))
	for _, row := range list {
		object, _ := row.(map[string]any)
		rows = append(rows, object)
	}
	return rows
}

// first is the id of a list's first row.
func (a answer) first() string {
	for _, id := range ids(a) {
		return id
	}
	return ""
}

// do makes a call with the account's live key.
func (d *desk) do(method, path, body string) answer {
	d.Helper()
	return d.as(d.creds.LiveKey, method, path, body)
}

// as makes a call with a key.
func (d *desk) as(key, method, path, body string) answer {
	d.Helper()
	return d.send(method, path, body, map[string]string{"X-API-Key": key})
}

// send makes a call with these headers, and holds the answer against the document.
func (d *desk) send(method, path, body string, headers map[string]string) answer {
	d.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	request := httptest.NewRequestWithContext(d.Context(), method, Prefix+path, content)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := d.app.Test(request, -1)
	if err != nil {
		d.Fatalf("%s %s: %v", method, path, err)
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		d.Fatal(err)
	}
	_ = response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	if a.status == http.StatusNoContent && len(raw) == 0 {
		d.holdAgainstDocument(request, a)
		return a
	}
	if err := json.Unmarshal(raw, &a.body); err != nil {
		d.Fatalf("%s %s answered %d with %q: %v", method, path, a.status, raw, err)
	}
	d.holdAgainstDocument(request, a)
	return a
}

// holdAgainstDocument fails when the answer is not one that the document promises.
func (d *desk) holdAgainstDocument(request *http.Request, a answer) {
	d.Helper()
	if id := a.header.Get("X-Request-Id"); !strings.HasPrefix(id, "req_") {
		d.Errorf("%s %s: X-Request-Id is %q", request.Method, request.URL, id)
	}
	route, parameters, err := d.router.FindRoute(request)
	if err != nil {
		return // not a route of the surface; tests of those look for themselves
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.Body = io.NopCloser(bytes.NewBufferString(a.raw))
	if err := openapi3filter.ValidateResponse(context.WithoutCancel(d.Context()), input); err != nil {
		d.Errorf("%s %s: the answer is not what the document promises: %v\n%s", request.Method, request.URL, err, a.raw)
	}
}

// want fails when the answer has another status.
func (d *desk) want(a answer, status int) answer {
	d.Helper()
	if a.status != status {
		d.Fatalf("status %d, want %d: %s", a.status, status, a.raw)
	}
	return a
}

// refused fails when the answer is not this error.
func (d *desk) refused(a answer, status int, word ErrorError) {
	d.Helper()
	if a.status != status || a.body["error"] != string(word) || a.body["code"] != float64(status) ||
		a.body["request_id"] != a.header.Get("X-Request-Id") {
		d.Errorf("status %d, want %d %s: %s", a.status, status, word, a.raw)
	}
}
