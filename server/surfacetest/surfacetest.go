// Package surfacetest is what the tests of surfaces stand on: the real services on one
// database, an account, and the surface listening for real.
package surfacetest

import (
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

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/widget/surface"
)

// Bench is the services with an account; Owner acts with its live key, and URL is where
// Serve listens.
type Bench struct {
	*testing.T
	Chat   *chat.Service
	Access *access.Service
	Creds  access.Credentials
	Owner  models.Principal
	URL    string
	ahead  atomic.Int64
}

// Store is what the services ask a database.
type Store interface {
	access.Store
	chat.Store
}

type silence struct{}

// Ring implements chat.Bell: nobody hears it.
func (silence) Ring(models.Doorbell) {}

// New makes the services on a database; the options say what else they have.
func New(t *testing.T, s Store, o chat.Options) *Bench {
	t.Helper()
	b := &Bench{T: t}
	o.Now = func() time.Time { return time.Now().Add(time.Duration(b.ahead.Load())) }
	var err error
	b.Access, err = access.New(access.Options{
		Store: s, Now: o.Now, Secret: []byte("0123456789abcdef0123456789abcdef"),
		Cost: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.Store, o.Bell, o.Identities, o.Mint = s, silence{}, b.Access, b.Access
	b.Chat = chat.New(o)
	b.Creds = b.NewAccount()
	b.Owner, err = b.Access.Key(t.Context(), b.Creds.LiveKey)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Later puts the services' clock forward.
func (b *Bench) Later(by time.Duration) { b.ahead.Add(int64(by)) }

var accounts atomic.Int64

// NewAccount makes one more account.
func (b *Bench) NewAccount() access.Credentials {
	b.Helper()
	creds, err := b.Access.CreateAccount(b.Context(), access.NewAccount{
		Name: "Lamps", Email: fmt.Sprintf("owner%d@lamps.example", accounts.Add(1)), Password: "correct horse",
	})
	if err != nil {
		b.Fatal(err)
	}
	return creds
}

// Begin lets a visitor of a site start a conversation.
func (b *Bench) Begin(siteKey, name, message string) models.Conversation {
	b.Helper()
	site, err := b.Access.Site(b.Context(), siteKey)
	if err != nil {
		b.Fatal(err)
	}
	c, err := b.Chat.Start(b.Context(), site, chat.Opening{
		Name: name, Email: strings.ToLower(strings.ReplaceAll(name, " ", ".")) + "@post.example", Message: message,
		VisitorToken: models.NewUID().String(),
	})
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// Serve listens with what is mounted, which spells its errors so, until the test ends.
func (b *Bench) Serve(mount func(*fiber.App) (*surface.Spec, error), spell func(*fiber.Ctx, *models.Error) error) {
	b.Helper()
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error { return spell(c, surface.Failure(err)) }
	app := fiber.New(config)
	app.Use(surface.Begin)
	if _, err := mount(app); err != nil {
		b.Fatal(err)
	}
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	b.URL = "http://" + listener.Addr().String()
	go func() { _ = app.Listener(listener) }()
	b.Cleanup(func() { _ = app.Shutdown() })
}

// Call makes a request with these headers, names and values by turns, and reads the answer.
func (b *Bench) Call(method, path, body string, headers ...string) (status int, header http.Header, answer string) {
	b.Helper()
	request, err := http.NewRequestWithContext(b.Context(), method, b.URL+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
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
	return response.StatusCode, response.Header, string(raw)
}

// Value finds something in decoded JSON: chat.output.0.content. What is not there is nil.
func Value(in any, path string) any {
	for step := range strings.SplitSeq(path, ".") {
		switch v := in.(type) {
		case map[string]any:
			in = v[step]
		case []any:
			var i int
			if _, err := fmt.Sscan(step, &i); err != nil || i >= len(v) {
				return nil
			}
			in = v[i]
		default:
			return nil
		}
	}
	return in
}
