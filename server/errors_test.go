package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"parley/models"
	"parley/server/agentapi"
	"parley/server/inboxapi"
	"parley/widget"
	"parley/widget/surface"
)

// failing is an app whose handlers fail in every way, behind the program's own chain.
func failing(t *testing.T) (*fiber.App, *transcript) {
	t.Helper()
	log := &transcript{}
	s, err := Config{LogLevel: "debug", LogFormat: "json"}.settings()
	if err != nil {
		t.Fatal(err)
	}
	a := &App{settings: s, log: console{err: log}.logger(s), metrics: newMetrics()}
	config := surface.Config()
	config.ErrorHandler = a.answerError
	app := fiber.New(config)
	app.Use(a.metrics.observed, surface.Begin, recovered, secured(s.publicURL))
	for _, prefix := range []string{agentapi.Prefix, widget.Prefix, inboxapi.Prefix, ""} {
		for name, failure := range map[string]error{
			"secret":   errors.New("dial tcp 10.0.0.7: password=hunter2"),
			"full":     models.ErrUnavailable.Because(errors.New("disk of db-1 is full")),
			"late":     fmt.Errorf("query: %w", context.DeadlineExceeded),
			"hungup":   models.ErrInternal.Because(context.Canceled),
			"conflict": models.Fail(models.CodeConflict, "Taken").With("existing_id", "cnt_1"),
			"field":    models.Invalid("phone", "That is no phone number"),
		} {
			app.Get(prefix+"/"+name, func(*fiber.Ctx) error { return failure })
		}
		app.Get(prefix+"/panic", func(*fiber.Ctx) error { panic("hunter2 in a panic") })
		app.Get(prefix+"/half", func(c *fiber.Ctx) error {
			c.Status(200)
			if err := c.SendString("half an answer"); err != nil {
				return err
			}
			return models.ErrNotFound
		})
	}
	return app, log
}

func ask(t *testing.T, app *fiber.App, path string) reply {
	t.Helper()
	response, err := app.Test(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil), -1)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return reply{response, string(text)}
}

func TestAFailureAnswersInTheShapeOfItsSurfaceAndKeepsItsCauseInside(t *testing.T) {
	t.Parallel()
	app, log := failing(t)
	for name, want := range map[string]struct {
		status int
		word   string
	}{
		"secret": {500, "internal_error"}, "panic": {500, "internal_error"}, "full": {503, "unavailable"}, "late": {503, "unavailable"},
		"hungup": {500, "internal_error"}, "conflict": {409, "conflict"}, "field": {400, "invalid_input"}, "half": {404, "not_found"},
		"nothing": {404, "not_found"},
	} {
		agent, visitor, page := ask(t, app, "/v2/"+name), ask(t, app, "/api/v1/chat/"+name), ask(t, app, "/"+name)
		inbox := ask(t, app, "/api/conversations/"+name)
		for _, r := range []reply{agent, visitor, inbox, page} {
			if r.StatusCode != want.status || strings.Contains(r.text, "hunter2") || strings.Contains(r.text, "db-1") ||
				strings.Contains(r.text, "half an answer") || r.Header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d %s", name, r.StatusCode, r.text)
			}
			if (r.Header.Get("Retry-After") != "") != (want.status == 503) {
				t.Errorf("%s: Retry-After is %q", name, r.Header.Get("Retry-After"))
			}
		}
		if agent.json("error") != want.word || agent.json("code") != float64(want.status) || agent.json("request_id") != agent.Header.Get("X-Request-Id") {
			t.Errorf("%s, agent: %s", name, agent.text)
		}
		for _, r := range []reply{visitor, inbox} {
			if sentence, ok := r.json("error").(string); !ok || !strings.HasPrefix(r.text, `{"error":"`) || sentence == "" {
				t.Errorf("%s, %s: %s", name, r.Request.URL, r.text)
			}
		}
		if sentence, ok := page.json("error").(string); !ok || sentence == "" {
			t.Errorf("%s, page: %s", name, page.text)
		}
	}
	if field := ask(t, app, "/v2/field").json("details.field"); field != "phone" {
		t.Errorf("the field is %v", field)
	}
	if id := ask(t, app, "/v2/conflict").json("details.existing_id"); id != "cnt_1" {
		t.Errorf("the detail is %v", id)
	}
	for _, cause := range []string{"password=hunter2", "hunter2 in a panic", "disk of db-1 is full"} {
		if !strings.Contains(log.String(), cause) {
			t.Errorf("the log lacks %q", cause)
		}
	}
}

func TestAFailureIsLoggedOnceWithItsIDAndWithoutThePath(t *testing.T) {
	t.Parallel()
	app, log := failing(t)
	id := ask(t, app, "/v2/secret").Header.Get("X-Request-Id")
	ask(t, app, "/api/v1/chat/conversations/token-of-a-visitor/messages")
	if lines := strings.Count(log.String(), id); lines != 1 {
		t.Errorf("%d lines have the id:\n%s", lines, log)
	}
	if strings.Contains(log.String(), "token-of-a-visitor") {
		t.Errorf("the log has a visitor's token:\n%s", log)
	}
	if !strings.Contains(log.String(), `"level":"ERROR"`) || !strings.Contains(log.String(), `"route":"/v2/secret"`) {
		t.Errorf("the log is\n%s", log)
	}
}

func TestACallerWhoHangsUpIsNoErrorInTheLog(t *testing.T) {
	t.Parallel()
	app, log := failing(t)
	ask(t, app, "/v2/hungup")
	if strings.Contains(log.String(), `"level":"ERROR"`) || !strings.Contains(log.String(), `"level":"INFO"`) {
		t.Errorf("the log is\n%s", log)
	}
}

// exchange sends bytes and reads what comes back until the connection ends.
func exchange(t *testing.T, n *node, request string) string {
	t.Helper()
	conn := dial(t, n.app.Addr().String())
	if err := conn.SetDeadline(time.Now().Add(patienceOfTests)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if len(answer) == 0 && err != nil {
		t.Fatal(err)
	}
	return string(answer)
}

func TestWhatIsNoRequestIsRefusedAndNeverQuoted(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	for name, request := range map[string]string{
		"garbage":        "HUNTER2\r\n\r\n",
		"two hosts":      "GET / HTTP/1.1\r\nHost: a\r\nHost: hunter2\r\n\r\n",
		"no host":        "GET / HTTP/1.1\r\nX-Key: hunter2\r\nConnection: close\r\nBad Header\r\n\r\n",
		"a giant header": "GET / HTTP/1.1\r\nHost: a\r\nX-API-Key: hunter2\r\nX-Long: " + strings.Repeat("a", 10_000) + "\r\n\r\n",
	} {
		answer := exchange(t, n, request)
		if !strings.HasPrefix(answer, "HTTP/1.1 4") || !strings.Contains(answer, "X-Request-Id: req_") || strings.Contains(strings.ToLower(answer), "hunter2") {
			t.Errorf("%s: %q", name, answer)
		}
	}
	if strings.Contains(strings.ToLower(n.log.String()), "hunter2") {
		t.Errorf("the log quotes a request:\n%s", n.log)
	}
	if n.status("/healthz") != 200 {
		t.Error("the next request does not work")
	}
}

func TestAClientThatDribblesItsHeaderIsCutOff(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	began := time.Now()
	exchange(t, n, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow:")
	if took := time.Since(began); took < headerTime-time.Second || took > 2*headerTime {
		t.Errorf("cut off after %s, want about %s", took, headerTime)
	}
}

func TestUploadsGetMoreTimeThanOtherBodies(t *testing.T) {
	t.Parallel()
	var plain, form fasthttp.RequestHeader
	plain.SetContentType("application/json")
	form.SetContentType("multipart/form-data; boundary=x")
	if patience(&plain).ReadTimeout != bodyTime || patience(&form).ReadTimeout != uploadTime {
		t.Error("uploads get no more time")
	}
}
