package agentapi

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
)

// office is a desk whose people log in.
type office struct {
	*desk
	clock *clock
	bell  *bells
	post  *postbox
}

// clock is a time that a test moves.
type clock struct {
	mu   sync.Mutex
	time time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(d)
}

// bells remember what rang.
type bells struct {
	mu   sync.Mutex
	rung []models.Doorbell
}

// Ring implements access.Bell.
func (b *bells) Ring(d models.Doorbell) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.rung = append(b.rung, d)
}

func (b *bells) all() []models.Doorbell {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]models.Doorbell(nil), b.rung...)
}

// postbox keeps letters; the mail server's own tests are in server/mail.
type postbox struct{ letters chan models.Mail }

// Send implements access.Mailer.
func (p *postbox) Send(_ context.Context, m models.Mail) error {
	p.letters <- m
	return nil
}

// offices runs a test on both databases. Requests come from the address in the header
// X-Test-Address.
func offices(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := openOffice(t, s, true, nil)
		test(o)
	})
}

func openOffice(t *testing.T, s *store.Store, withMail bool, identities Identities) *office {
	t.Helper()
	o := &office{
		clock: &clock{time: time.Now()}, bell: &bells{}, post: &postbox{letters: make(chan models.Mail, 100)},
	}
	var runner *jobs.Runner
	gateway := access.Options{Now: o.clock.now, Bell: o.bell, Queued: func() { runner.Poke() }}
	if withMail {
		gateway.Mailer = o.post
	}
	o.desk = setupWith(t, s, gateway, Options{
		Rules: ratelimit.Defaults(), Identities: identities, PublicURL: "http://localhost:8080",
		ClientIP: func(c *fiber.Ctx) netip.Addr {
			if given := c.Get("X-Test-Address"); given != "" {
				return netip.MustParseAddr(strings.Clone(given))
			}
			return netip.MustParseAddr("192.0.2.1")
		},
	})
	runner = jobs.New(jobs.Options{Store: s, Kinds: o.access.Jobs(), Poll: time.Hour}) // Poke wakes it
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- runner.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return o
}

// letter waits for the next letter.
func (o *office) letter() models.Mail {
	o.Helper()
	select {
	case m := <-o.post.letters:
		return m
	case <-time.After(30 * time.Second):
		o.Fatal("no letter came")
		return models.Mail{}
	}
}

// tokenIn is the secret at the end of the link in a letter or answer.
func (o *office) tokenIn(text string) string {
	o.Helper()
	_, rest, found := strings.Cut(text, "#token=")
	if !found {
		o.Fatalf("there is no link in %q", text)
	}
	token, _, _ := strings.Cut(rest, "\n")
	return token
}

// browser is somebody's browser with its cookies.
type browser struct {
	*office
	cookies map[string]string
	headers map[string]string
}

func (o *office) browser() *browser {
	return &browser{office: o, cookies: map[string]string{}, headers: map[string]string{"Sec-Fetch-Site": "same-origin"}}
}

// at is the browser at another address.
func (b *browser) at(address string) *browser {
	b.headers["X-Test-Address"] = address
	return b
}

// call makes a request as a page of the dashboard does, and keeps the cookies.
func (b *browser) call(method, path, body string) answer {
	b.Helper()
	headers := maps.Clone(b.headers)
	var cookies []string
	for name, value := range b.cookies {
		cookies = append(cookies, name+"="+value)
	}
	headers["Cookie"] = strings.Join(cookies, "; ")
	a := b.send(method, path, body, headers)
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if c.MaxAge < 0 || c.Value == "" {
			delete(b.cookies, c.Name)
		} else {
			b.cookies[c.Name] = c.Value
		}
	}
	return a
}

// logIn tries to log in with e-mail address and password.
func (b *browser) logIn(email, password string) answer {
	b.Helper()
	return b.call(http.MethodPost, "/auth/login", fmt.Sprintf(`{"email":%q,"password":%q}`, email, password))
}

const goodPassword = "correct horse"

// owner is a browser in which the owner is logged in.
func (o *office) owner() *browser {
	o.Helper()
	b := o.browser()
	b.want(b.logIn(o.creds.Email, goodPassword), 200)
	return b
}

const session = "__Host-parley"
