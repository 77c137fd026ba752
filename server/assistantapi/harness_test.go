package assistantapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/server/assistant"
	"parley/server/assistantapi"
	"parley/server/files"
	"parley/server/surfacetest"
	"parley/widget/surface"
)

// bench is the surface over the real services on one database and a model's server that
// a test writes the part of.
type bench struct {
	*surfacetest.Bench
	// assistant is the id of a published one.
	assistant string

	desk *assistant.Desk
	// come and gone tell of each question at the desk, and why it has no answer, if they are there.
	come chan struct{}
	gone chan error

	mu    sync.Mutex
	model http.HandlerFunc
	asked []string
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(setup(t, s, nil)) })
}

// setup makes a bench; addresses are those that the service may tell of chats, if any.
func setup(t *testing.T, s *store.Store, addresses chat.Addresses) *bench {
	t.Helper()
	place, err := files.Open(files.Place{Folder: t.TempDir()}, files.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = place.Close() })
	b := &bench{Bench: surfacetest.New(t, s, chat.Options{Blobs: place, Addresses: addresses}), model: says("I can help.")}
	upstream := httptest.NewServer(http.HandlerFunc(b.answer))
	t.Cleanup(upstream.Close)
	b.desk = assistant.NewDesk(assistant.Options{
		Chat: b.Chat, BuiltIn: assistant.Builtin{}, Knowledge: assistant.Retrieval{Library: b.Chat},
		Upstream: assistant.NewUpstream(assistant.UpstreamOptions{
			BaseURL: upstream.URL, Key: "sk-upstream", Model: "small", First: 2 * time.Second, Between: 2 * time.Second,
		}),
	})
	b.Serve(func(app *fiber.App) (*surface.Spec, error) {
		return assistantapi.Mount(t.Context(), app, assistantapi.Options{
			Chat: b.Chat, Desk: b, Access: b.Access, Limiter: ratelimit.New(ratelimit.Options{}), Rules: ratelimit.Defaults(),
			Beat: 20 * time.Millisecond,
		})
	}, func(c *fiber.Ctx, e *models.Error) error {
		if strings.HasPrefix(c.Path(), assistantapi.PrefixOpenAI) {
			return assistantapi.WriteOpenAIError(c, e)
		}
		return assistantapi.WriteError(c, e)
	})
	b.assistant = b.post("/api/assistants", `{"name":"Support","firstMessage":"Hello!","systemPrompt":"You work for {{company}}.",`+
		`"variables":{"company":"TechFlow"},"price":{"input":2,"output":6}}`).want(201).text("id")
	return b
}

// Ask implements assistantapi.Desk.
func (b *bench) Ask(ctx context.Context, who models.Principal, q chat.Question, h chat.Hearer) (chat.Reply, error) {
	if b.come != nil {
		b.come <- struct{}{}
	}
	reply, err := b.desk.Ask(ctx, who, q, h)
	if b.gone != nil {
		b.gone <- err
	}
	return reply, err
}

// answer is the model's server.
func (b *bench) answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	b.mu.Lock()
	b.asked = append(b.asked, string(body))
	script := b.model
	b.mu.Unlock()
	script(w, r)
}

// script has the model answer so from now on.
func (b *bench) script(h http.HandlerFunc) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.model = h
}

// last is what the model was asked last.
func (b *bench) last() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.asked[len(b.asked)-1]
}

// questions are all that the model was asked.
func (b *bench) questions() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.asked)
}

func piece(w http.ResponseWriter, text string) {
	w.Header().Set("Content-Type", "text/event-stream")
	frame, _ := json.Marshal(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": text}}}})
	_, _ = fmt.Fprintf(w, "data: %s\n\n", frame)
	_ = http.NewResponseController(w).Flush()
}

func says(pieces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for _, p := range pieces {
			piece(w, p)
		}
		_, _ = io.WriteString(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n"+
			`data: {"choices":[],"usage":{"prompt_tokens":1000,"completion_tokens":500}}`+"\n\ndata: [DONE]\n\n")
	}
}

// answer is what the surface said.
type answer struct {
	b      *bench
	status int
	header http.Header
	body   string
	json   map[string]any
}

func (b *bench) post(path, body string, headers ...string) answer {
	return b.call(http.MethodPost, path, body, headers...)
}

func (b *bench) get(path string) answer { return b.call(http.MethodGet, path, "") }

// call makes a request with the live key, unless the headers, names and values by turns,
// hold another.
func (b *bench) call(method, path, body string, headers ...string) answer {
	b.Helper()
	given := []string{"x-api-key", b.Creds.LiveKey}
	if body != "" {
		given = append(given, "Content-Type", "application/json")
	}
	a := answer{b: b}
	a.status, a.header, a.body = b.Call(method, path, body, append(given, headers...)...)
	_ = json.Unmarshal([]byte(a.body), &a.json) // an array, or a stream, is read as text
	return a
}

// want fails the test unless the answer has this status.
func (a answer) want(status int) answer {
	a.b.Helper()
	if a.status != status {
		a.b.Fatalf("status %d, not %d: %s", a.status, status, a.body)
	}
	return a
}

// value finds something in the answer: chat.output.0.content.
func (a answer) value(path string) any { return surfacetest.Value(a.json, path) }

func (a answer) text(path string) string {
	s, _ := a.value(path).(string)
	return s
}

// session makes one.
func (b *bench) session() string {
	b.Helper()
	return b.post("/api/sessions", `{"name":"Customer Support Session","assistantId":"`+b.assistant+`"}`).want(201).text("session.id")
}

func in(session, input string) string {
	body, _ := json.Marshal(map[string]any{"sessionId": session, "input": input})
	return string(body)
}
