package assistantapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"
	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/server/assistant"
	"parley/server/assistantapi"
	"parley/server/files"
	"parley/widget/surface"
)

// bench is the surface over the real services on one database and a model's server that
// a test writes the part of.
type bench struct {
	*testing.T
	url    string
	chat   *chat.Service
	access *access.Service
	creds  access.Credentials
	owner  models.Principal
	// assistant is the id of a published one.
	assistant string

	mu    sync.Mutex
	model http.HandlerFunc
	asked []string
}

// onBoth runs a test on both databases.
func onBoth(t *testing.T, test func(b *bench)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(setup(t, s)) })
}

// silence is a bell that nobody hears.
type silence struct{}

func (silence) Ring(models.Doorbell) {}

var accounts atomic.Int64

func setup(t *testing.T, s *store.Store) *bench {
	t.Helper()
	place, err := files.Open(files.Place{Folder: t.TempDir()}, files.Credentials{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = place.Close() })
	gate, err := access.New(access.Options{
		Store: s, Secret: []byte("0123456789abcdef0123456789abcdef"),
		Cost: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
	})
	if err != nil {
		t.Fatal(err)
	}
	b := &bench{T: t, access: gate, model: says("I can help.")}
	upstream := httptest.NewServer(http.HandlerFunc(b.answer))
	t.Cleanup(upstream.Close)
	b.chat = chat.New(chat.Options{Store: s, Bell: silence{}, Blobs: place, Identities: gate, Mint: gate})
	desk := assistant.NewDesk(assistant.Options{
		Chat: b.chat, BuiltIn: assistant.Builtin{}, Knowledge: assistant.Retrieval{Library: b.chat},
		Upstream: assistant.NewUpstream(assistant.UpstreamOptions{
			BaseURL: upstream.URL, Key: "sk-upstream", Model: "small", First: 2 * time.Second, Between: 2 * time.Second,
		}),
	})
	b.serve(assistantapi.Options{
		Chat: b.chat, Desk: desk, Access: gate, Limiter: ratelimit.New(ratelimit.Options{}), Rules: ratelimit.Defaults(),
		Beat: 20 * time.Millisecond,
	})
	if b.creds, err = gate.CreateAccount(t.Context(), access.NewAccount{
		Name: "TechFlow", Email: fmt.Sprintf("owner%d@techflow.example", accounts.Add(1)), Password: "correct horse",
	}); err != nil {
		t.Fatal(err)
	}
	if b.owner, err = gate.Key(t.Context(), b.creds.LiveKey); err != nil {
		t.Fatal(err)
	}
	b.assistant = b.post("/api/assistants", `{"name":"Support","firstMessage":"Hello!","systemPrompt":"You work for {{company}}.",`+
		`"variables":{"company":"TechFlow"},"price":{"input":2,"output":6}}`).want(201).text("id")
	return b
}

// serve listens for real: streams need connections.
func (b *bench) serve(o assistantapi.Options) {
	b.Helper()
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error {
		if strings.HasPrefix(c.Path(), assistantapi.PrefixOpenAI) {
			return assistantapi.WriteOpenAIError(c, surface.Failure(err))
		}
		return assistantapi.WriteError(c, surface.Failure(err))
	}
	app := fiber.New(config)
	app.Use(surface.Begin)
	if _, err := assistantapi.Mount(b.Context(), app, o); err != nil {
		b.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.url = "http://" + listener.Addr().String()
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.Shutdown() })
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
	request, err := http.NewRequestWithContext(b.Context(), method, b.url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		b.Fatal(err)
	}
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("x-api-key", b.creds.LiveKey)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		b.Fatal(err)
	}
	a := answer{b: b, status: response.StatusCode, header: response.Header, body: string(raw)}
	_ = json.Unmarshal(raw, &a.json) // an array, or a stream, is read as text
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
func (a answer) value(path string) any {
	var here any = a.json
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
