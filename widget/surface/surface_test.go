package surface_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

// page is a document with one operation of each kind that the tests need.
const page = `
openapi: 3.0.3
info: {title: test, version: "1"}
paths:
  /things:
    post:
      operationId: makeThing
      x-principal: key
      x-scope: contacts:write
      x-limit: agent
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Thing'}
          multipart/form-data:
            schema: {type: object}
      responses: {"200": {description: ok}}
    put:
      operationId: touchThings
      x-principal: key
      x-scope: none
      x-limit: [agent]
      requestBody:
        content:
          application/json:
            schema: {type: object}
      responses: {"200": {description: ok}}
  /things/{id}:
    get:
      operationId: getThing
      x-principal: none
      x-scope: none
      x-limit: none
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer}}
        - {name: limit, in: query, schema: {type: integer}}
      responses: {"200": {description: ok}}
components:
  schemas:
    Thing:
      type: object
      required: [name]
      properties:
        name: {type: string}
        note: {type: string, nullable: true}
        count: {type: integer, format: int64}
        small: {type: integer, format: int32}
        whole: {type: integer}
        price: {type: number}
        live: {type: boolean}
        tags: {type: array, items: {type: string}}
        kind: {type: string, enum: [red, green]}
        place: {type: object, properties: {x: {type: integer}}}
        extra: {type: object, additionalProperties: {type: string}}
        any: {}
        input:
          oneOf:
            - {type: string}
            - {type: array, items: {type: object, required: [role], properties: {role: {type: string}}}}
        both: {allOf: [{type: object, properties: {a: {type: string}}}, {type: object, properties: {b: {type: string}}}]}
`

// bench is a small app over the page, on a real listener.
type bench struct {
	url    string
	addr   string
	router *surface.Router
}

// mount fills the app's router; the default echoes what the handler was given.
type mount func(r *surface.Router)

func setup(t *testing.T, o surface.Options, fill mount) bench {
	t.Helper()
	if fill == nil {
		fill = echoAll
	}
	app, r := build(t, page, o, fill)
	return listen(t, app, r, nil)
}

// build makes the app of a document.
func build(t *testing.T, document string, o surface.Options, fill mount) (*fiber.App, *surface.Router) {
	t.Helper()
	spec, err := surface.Load(t.Context(), []byte(document), "/api")
	if err != nil {
		t.Fatal(err)
	}
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error {
		e := surface.Failure(err)
		return c.Status(surface.Status(e.Code)).JSON(fiber.Map{"error": e.Message, "field": e.Field})
	}
	app := fiber.New(config)
	app.Use(surface.Begin)
	if o.Guard == nil {
		o.Guard = func(*fiber.Ctx, surface.Operation) error { return nil }
	}
	r := spec.Router(app, o)
	fill(r)
	return app, r
}

// listen serves the app; wrap, if there is one, stands between it and its connections.
func listen(t *testing.T, app *fiber.App, r *surface.Router, wrap func(net.Listener) net.Listener) bench {
	t.Helper()
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	if wrap != nil {
		listener = wrap(listener)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(listener) }()
	t.Cleanup(func() {
		if err := app.ShutdownWithTimeout(5 * time.Second); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return bench{url: "http://" + addr + "/api", addr: addr, router: r}
}

func echoAll(r *surface.Router) {
	r.Post("/things", echo)
	r.Put("/things", echo)
	r.Get("/things/:id", echo)
}

// echo answers the decoded body, or the form's texts, as the generated code or a
// handler would find them.
func echo(c *fiber.Ctx) error {
	if form := surface.Form(c.UserContext()); form != nil {
		return c.JSON(fiber.Map{"form": form.Value, "files": len(form.File)})
	}
	return c.JSON(fiber.Map{"body": c.Locals("x-oapi-codegen-validated-body")})
}

// answer is a response, read.
type answer struct {
	status int
	header http.Header
	body   string
	json   map[string]any
}

func (b bench) send(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	a := answer{status: response.StatusCode, header: response.Header, body: string(raw)}
	_ = json.Unmarshal(raw, &a.json) // not every answer is JSON; the tests look
	return a
}

func (b bench) do(t *testing.T, method, path, contentType string, body io.Reader) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return b.send(t, request)
}

func (b bench) postJSON(t *testing.T, body string) answer {
	t.Helper()
	return b.do(t, http.MethodPost, "/things", "application/json", strings.NewReader(body))
}

func TestEveryResponseNamesItsRequest(t *testing.T) {
	t.Parallel()
	seen := make(chan string, 1)
	b := setup(t, surface.Options{}, func(r *surface.Router) {
		r.Post("/things", echo)
		r.Put("/things", echo)
		r.Get("/things/:id", func(c *fiber.Ctx) error {
			seen <- surface.RequestID(c.UserContext())
			return nil
		})
	})
	known := b.do(t, http.MethodGet, "/things/1", "", nil)
	if id := known.header.Get("X-Request-Id"); !strings.HasPrefix(id, "req_") || id != <-seen {
		t.Errorf("the handler knows another id than the response tells: %q", id)
	}
	unknown := b.do(t, http.MethodGet, "/nowhere", "", nil)
	if unknown.status != http.StatusNotFound || unknown.header.Get("X-Request-Id") == "" {
		t.Errorf("an unknown route answers %d with id %q", unknown.status, unknown.header.Get("X-Request-Id"))
	}
	if known.header.Get("X-Request-Id") == unknown.header.Get("X-Request-Id") {
		t.Error("two requests share an id")
	}
}

func TestContextsCarryWhatTheGuardFound(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	if surface.Principal(ctx).Kind != "" || surface.Site(ctx).ID != 0 || surface.Form(ctx) != nil || surface.RequestID(ctx) != "" {
		t.Error("an empty context carries something")
	}
	ctx = surface.WithPrincipal(ctx, models.Principal{Kind: models.KindKey, AccountID: 7})
	ctx = surface.WithSite(ctx, models.Site{ID: 3})
	if surface.Principal(ctx).AccountID != 7 || surface.Site(ctx).ID != 3 {
		t.Error("principal or site got lost")
	}
	ctx, cancel := context.WithCancel(ctx)
	outlived, end := surface.Outlive(ctx, time.Hour)
	cancel()
	if outlived.Err() != nil || surface.Site(outlived).ID != 3 {
		t.Error("the outliving context died with its parent, or forgot its values")
	}
	end()
	if outlived.Err() == nil {
		t.Error("the outliving context does not end")
	}
}

func TestAHandlerHasADeadlineOfItsOwn(t *testing.T) {
	t.Parallel()
	deadlines := make(chan time.Time, 2)
	note := func(c *fiber.Ctx) {
		deadline, ok := c.UserContext().Deadline()
		if !ok {
			t.Error("no deadline")
		}
		deadlines <- deadline
	}
	guard := func(c *fiber.Ctx, _ surface.Operation) error { note(c); return nil }
	b := setup(t, surface.Options{Guard: guard}, func(r *surface.Router) {
		r.Post("/things", echo)
		r.Put("/things", echo)
		r.Get("/things/:id", func(c *fiber.Ctx) error { note(c); return nil })
	})
	b.do(t, http.MethodGet, "/things/1", "", nil)
	if guards, handlers := <-deadlines, <-deadlines; !handlers.After(guards) {
		t.Errorf("the handler's deadline %v is not later than the guard's %v", handlers, guards)
	}
}

// dial opens a bare connection to the bench, for requests that no client would send.
func (b bench) dial(t *testing.T) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", b.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// status reads one response from a bare connection; 0 when there is none.
func status(reader *bufio.Reader) int {
	response, err := http.ReadResponse(reader, nil)
	if err != nil {
		return 0
	}
	_, err = io.Copy(io.Discard, response.Body)
	if errors.Join(err, response.Body.Close()) != nil {
		return 0
	}
	return response.StatusCode
}

// What follows an unread body on a kept connection must never be taken for a request.
func TestAnUnreadBodyIsNeverReadAsTheNextRequest(t *testing.T) {
	t.Parallel()
	refuse := func(*fiber.Ctx, surface.Operation) error { return models.ErrUnauthorized }
	b := setup(t, surface.Options{Guard: refuse}, nil)
	const smuggled = "GET /api/things/1 HTTP/1.1\r\nHost: x\r\n\r\n"
	const honest = "GET /api/nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	for size, next := range map[int]int{16 << 10: http.StatusNotFound, 65 << 20: 0} {
		conn := b.dial(t)
		sent := make(chan struct{})
		go func() {
			defer close(sent)
			// The long one is cut off by the server, which is the point of it.
			_, _ = fmt.Fprintf(conn, "POST /api/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s%s%s",
				size+len(smuggled), strings.Repeat("x", size), smuggled, honest)
		}()
		reader := bufio.NewReader(conn)
		if got := status(reader); got != http.StatusUnauthorized {
			t.Errorf("%d bytes: status %d", size, got)
		}
		if got := status(reader); got != next {
			t.Errorf("after %d unread bytes comes %d, not %d", size, got, next)
		}
		<-sent
	}
}
