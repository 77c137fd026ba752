package surface_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/chat"
	"parley/widget/surface"
)

// oncePage is a document whose answers have secrets.
const oncePage = `
openapi: 3.0.3
info: {title: test, version: "1"}
paths:
  /secrets:
    post:
      operationId: makeSecret
      x-principal: key
      x-scope: none
      x-limit: none
      requestBody:
        content:
          application/json: {schema: {type: object}}
          multipart/form-data: {schema: {type: object}}
      responses:
        "200":
          description: ok
          content: {application/json: {schema: {$ref: '#/components/schemas/Secret'}}}
  /outside:
    post:
      operationId: callOutside
      x-principal: key
      x-scope: none
      x-limit: none
      x-idempotency: claim
      responses: {default: {description: ok}}
components:
  schemas:
    Secret:
      type: object
      properties:
        id: {type: string}
        key: {type: string, x-secret: true}
        size: {type: integer}
        nested: {allOf: [{type: object, properties: {token: {type: string, x-secret: true}, name: {type: string}}}]}
        list: {type: array, items: {type: object, properties: {password: {type: string, x-secret: true}}}}
`

// ledger is a Keeper in memory, which notes what it is asked.
type ledger struct {
	mu       sync.Mutex
	kept     map[string]models.Reply
	hashes   map[string]string
	attempts []models.Attempt
}

// Once implements surface.Keeper.
func (l *ledger) Once(ctx context.Context, _ models.Principal, a models.Attempt, act chat.Act) (models.Reply, bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.attempts = append(l.attempts, a)
	if reply, there := l.kept[a.Key]; there {
		if l.hashes[a.Key] != string(a.RequestHash) {
			return reply, false, models.ErrKeyReused
		}
		return reply, true, nil
	}
	reply, err := act(ctx)
	if err == nil && reply.StatusCode != 0 {
		l.kept[a.Key], l.hashes[a.Key] = reply, string(a.RequestHash)
	}
	return reply, false, err
}

// desk is the app over oncePage, whose handler is the test's.
func desk(t *testing.T, handler fiber.Handler) (bench, *ledger) {
	t.Helper()
	l := &ledger{kept: map[string]models.Reply{}, hashes: map[string]string{}}
	app, r := build(t, oncePage, surface.Options{Keeper: l, Guard: func(c *fiber.Ctx, _ surface.Operation) error {
		if c.Get("X-Nobody") == "" {
			c.SetUserContext(surface.WithPrincipal(c.UserContext(), models.Principal{Kind: models.KindKey, AccountID: 1, KeyID: 7}))
		}
		return nil
	}}, func(r *surface.Router) {
		r.Post("/secrets", handler)
		r.Post("/outside", handler)
	})
	return listen(t, app, r, nil), l
}

// try makes a POST and gives status, body and whether it was a replay.
func try(t *testing.T, b bench, path, body string, headers map[string]string) (int, string, bool) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(raw), response.Header.Get(surface.HeaderIdempotentReplayed) == "true"
}

func under(key string) map[string]string { return map[string]string{surface.HeaderIdempotencyKey: key} }

func TestAnAnswerIsReplayedWithoutItsSecretsAndNeverKeptWithThem(t *testing.T) {
	t.Parallel()
	const whole = `{"id":"key_1","key":"sk_live_1","size":9007199254740993,"nested":{"token":"sk_live_2","name":"n"},"list":[{"password":"sk_live_3"}]}`
	const kept = `{"id":"key_1","list":[{}],"nested":{"name":"n"},"size":9007199254740993}`
	b, l := desk(t, func(c *fiber.Ctx) error {
		c.Set("Content-Type", "application/json")
		return c.SendString(whole)
	})
	if status, body, replayed := try(t, b, "/secrets", `{}`, under("k")); status != 200 || body != whole || replayed {
		t.Errorf("first: %d %s, replayed %v", status, body, replayed)
	}
	if status, body, replayed := try(t, b, "/secrets", `{}`, under("k")); status != 200 || body != kept || !replayed {
		t.Errorf("again: %d %s, replayed %v", status, body, replayed)
	}
	if strings.Contains(string(l.kept["k"].Body), "sk_live") {
		t.Errorf("kept: %s", l.kept["k"].Body)
	}
}

func TestARefusalIsGivenButNotKept(t *testing.T) {
	t.Parallel()
	runs := 0
	b, l := desk(t, func(c *fiber.Ctx) error {
		runs++
		switch runs {
		case 1:
			return models.ErrForbidden
		case 2:
			return c.Status(409).SendString("taken")
		case 3:
			return errors.New("defect")
		default:
			return c.Status(204).Send(nil)
		}
	})
	for i, want := range []int{403, 409, 500, 204, 204} {
		if status, body, replayed := try(t, b, "/outside", "", under("k")); status != want || replayed != (i == 4) {
			t.Errorf("try %d: %d %q, replayed %v", i, status, body, replayed)
		}
	}
	if runs != 4 || l.attempts[0].Lease == 0 {
		t.Errorf("%d runs, attempts %+v", runs, l.attempts)
	}
}

func TestAStreamIsNotKept(t *testing.T) {
	t.Parallel()
	b, l := desk(t, func(c *fiber.Ctx) error { return c.SendStream(strings.NewReader("data: [DONE]\n\n")) })
	for range 2 {
		if status, body, replayed := try(t, b, "/outside", "", under("k")); status != 200 || body != "data: [DONE]\n\n" || replayed {
			t.Errorf("%d %q, replayed %v", status, body, replayed)
		}
	}
	if len(l.kept) != 0 || len(l.attempts) != 2 {
		t.Errorf("kept %v of %d", l.kept, len(l.attempts))
	}
}

func TestRequestsAreTheSameByWhatTheySay(t *testing.T) {
	t.Parallel()
	b, _ := desk(t, func(c *fiber.Ctx) error { return c.SendString(`{}`) })
	form := func(boundary, content string) string {
		return "--" + boundary + "\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--" + boundary +
			"\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f.txt\"\r\n\r\n" + content + "\r\n--" + boundary + "--\r\n"
	}
	for _, c := range []struct {
		name, path, body, boundary string
		status                     int
	}{
		{"first", "/secrets", `{"a":1,"b":[1,2]}`, "", 200},
		{"other spelling", "/secrets", "{ \"b\": [1,2],\n\"a\":1 }", "", 200},
		{"other order of an array", "/secrets", `{"a":1,"b":[2,1]}`, "", 422},
		{"other number", "/secrets", `{"a":2,"b":[1,2]}`, "", 422},
		{"other query", "/secrets?x", `{"a":1,"b":[1,2]}`, "", 422},
		{"other path", "/outside", ``, "", 422},
		{"form", "/secrets", form("x", "content"), "x", 200},
		{"other boundary", "/secrets", form("y", "content"), "y", 200},
		{"other file", "/secrets", form("x", "Content"), "x", 422},
	} {
		headers := under("k" + map[bool]string{true: "form"}[c.boundary != ""])
		if c.boundary != "" {
			headers["Content-Type"] = "multipart/form-data; boundary=" + c.boundary
		}
		if status, body, _ := try(t, b, c.path, c.body, headers); status != c.status {
			t.Errorf("%s: %d %s", c.name, status, body)
		}
	}
}

func TestACallerWithoutACredentialHasNoKeys(t *testing.T) {
	t.Parallel()
	b, l := desk(t, func(c *fiber.Ctx) error { return c.SendString(`{}`) })
	for range 2 {
		headers := under("k")
		maps.Copy(headers, map[string]string{"X-Nobody": "1"})
		if status, _, replayed := try(t, b, "/secrets", `{}`, headers); status != 200 || replayed {
			t.Errorf("%d, replayed %v", status, replayed)
		}
	}
	if _, _, replayed := try(t, b, "/secrets", `{}`, under("")); replayed || len(l.attempts) != 0 {
		t.Errorf("attempts %+v", l.attempts)
	}
}

func TestADocumentMustSpellItsIdempotencyRight(t *testing.T) {
	t.Parallel()
	wrong := strings.ReplaceAll(oncePage, "x-idempotency: claim", "x-idempotency: clam")
	if _, err := surface.Load(t.Context(), []byte(wrong), "/api"); err == nil || !strings.Contains(err.Error(), "x-idempotency") {
		t.Errorf("error %v", err)
	}
}
