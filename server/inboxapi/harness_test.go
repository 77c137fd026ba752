package inboxapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/server/files"
	"parley/server/surfacetest"
	"parley/widget/surface"
)

// inbox is the surface over the real services on one database, and the account that a
// test works with.
type inbox struct {
	*surfacetest.Bench
	app    *fiber.App
	store  *store.Store
	spec   *surface.Spec
	router routers.Router
	owner  models.Principal // with the inbox key
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(b *inbox)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(setup(t, s, ratelimit.Defaults())) })
}

func setup(t *testing.T, s *store.Store, rules ratelimit.Rules) *inbox {
	t.Helper()
	place, err := files.Open(files.Place{Folder: t.TempDir()}, files.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = place.Close() })
	b := &inbox{Bench: surfacetest.New(t, s, chat.Options{Blobs: place}), store: s}
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error { return WriteError(c, surface.Failure(err)) }
	b.app = fiber.New(config)
	b.app.Use(surface.Begin)
	b.spec, err = Mount(t.Context(), b.app, Options{
		Chat: b.Chat, Access: b.Access, Limiter: ratelimit.New(ratelimit.Options{}), Rules: rules,
	})
	if err != nil {
		t.Fatal(err)
	}
	if b.router, err = gorillamux.NewRouter(b.spec.Document); err != nil {
		t.Fatal(err)
	}
	b.owner = b.holder(b.Creds.InboxKey)
	return b
}

// holder is who acts with a key.
func (b *inbox) holder(key string) models.Principal {
	b.Helper()
	who, err := b.Access.Key(b.Context(), key)
	if err != nil {
		b.Fatal(err)
	}
	return who
}

// key makes a key of the account with these scopes.
func (b *inbox) key(test bool, scopes ...models.Scope) string {
	b.Helper()
	_, key, err := b.Access.CreateKey(b.Context(), access.NewKey{
		Account: &b.Creds.AccountID, Name: "script", Kind: models.KeyKindInbox, Scopes: scopes, Test: test,
	})
	if err != nil {
		b.Fatal(err)
	}
	return key
}

// begin lets a visitor start a conversation.
func (b *inbox) begin(name, message string) models.Conversation {
	b.Helper()
	return b.Begin(b.Creds.SiteKey, name, message)
}

// visitor is who writes in a conversation that begin made.
func visitor(c models.Conversation) models.Principal {
	return models.Principal{
		Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: *c.SiteID, ConversationID: c.ID, ConversationUID: c.UID,
		Name: c.AuthorName,
	}
}

// says posts to a conversation.
func (b *inbox) says(who models.Principal, c models.Conversation, d chat.Draft) {
	b.Helper()
	if _, err := b.Chat.Post(b.Context(), who, c.UID, d); err != nil {
		b.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   map[string]any
	list   []map[string]any
	raw    string
}

// rows are the objects of a page.
func (a answer) rows() []map[string]any {
	list, _ := a.body["data"].([]any)
	rows := make([]map[string]any, 0, len(list))
	for _, row := range list {
		object, _ := row.(map[string]any)
		rows = append(rows, object)
	}
	return rows
}

// ids are those of a page's rows.
func (a answer) ids() []string {
	var all []string
	for _, row := range a.rows() {
		all = append(all, fmt.Sprint(row["id"]))
	}
	return all
}

// next is the cursor of the next page; "" at the end.
func (a answer) next() string {
	cursor, _ := a.body["nextCursor"].(string)
	return cursor
}

// get reads with the account's inbox key.
func (b *inbox) get(path string) answer {
	b.Helper()
	return b.as(b.Creds.InboxKey, http.MethodGet, path, "")
}

// post acts with the account's inbox key.
func (b *inbox) post(path, body string) answer {
	b.Helper()
	return b.as(b.Creds.InboxKey, http.MethodPost, path, body)
}

// as makes a call with a key.
func (b *inbox) as(key, method, path, body string) answer {
	b.Helper()
	return b.send(method, path, body, map[string]string{"Authorization": "Bearer " + key})
}

// send makes a call with these headers, and holds the answer against the document.
func (b *inbox) send(method, path, body string, headers map[string]string) answer {
	b.Helper()
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	request := httptest.NewRequestWithContext(b.Context(), method, Prefix+path, content)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := b.app.Test(request, int(time.Minute/time.Millisecond))
	if err != nil {
		b.Fatalf("%s %s: %v", method, path, err)
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		b.Fatal(err)
	}
	_ = response.Body.Close()
	a := answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
	if json.Unmarshal(raw, &a.body) != nil && json.Unmarshal(raw, &a.list) != nil && method != http.MethodHead {
		b.Fatalf("%s %s answered %d with %q", method, path, a.status, raw)
	}
	b.holdAgainstDocument(request, a)
	return a
}

// holdAgainstDocument fails when the answer is not one that the document promises.
func (b *inbox) holdAgainstDocument(request *http.Request, a answer) {
	b.Helper()
	if id := a.header.Get("X-Request-Id"); !strings.HasPrefix(id, "req_") {
		b.Errorf("%s %s: X-Request-Id is %q", request.Method, request.URL, id)
	}
	route, parameters, err := b.router.FindRoute(request)
	if err != nil {
		return // not a route of the surface; tests of those look for themselves
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: parameters, Route: route},
		Status:                 a.status, Header: a.header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	input.Body = io.NopCloser(bytes.NewBufferString(a.raw))
	if err := openapi3filter.ValidateResponse(context.WithoutCancel(b.Context()), input); err != nil {
		b.Errorf("%s %s: the answer is not what the document promises: %v\n%s", request.Method, request.URL, err, a.raw)
	}
}

// want fails when the answer has another status.
func (b *inbox) want(a answer, status int) answer {
	b.Helper()
	if a.status != status {
		b.Fatalf("status %d, want %d: %s", a.status, status, a.raw)
	}
	return a
}

// succeeds wants the answer of an act.
func (b *inbox) succeeds(a answer) {
	b.Helper()
	if a.status != http.StatusOK || a.raw != `{"ok":true}` {
		b.Errorf("an act answers %d %s", a.status, a.raw)
	}
}

// refused wants this error and nothing else in the body.
func (b *inbox) refused(a answer, status int, sentence string) {
	b.Helper()
	if len(a.body) != 1 || a.status != status || a.body["error"] != sentence {
		b.Errorf("status %d, want %d and %q: %s", a.status, status, sentence, a.raw)
	}
}

// standing is a conversation as the surface tells it.
func (b *inbox) standing(c models.Conversation) map[string]any {
	b.Helper()
	return b.want(b.get("/"+c.UID.String()), 200).body
}
