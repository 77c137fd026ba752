package channel

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/server/channel/channeltest"
	"parley/widget/surface"
)

// exchange is the hooks over the real services, with one account of Twilio's.
type exchange struct {
	*testing.T
	app    *fiber.App
	chat   *chat.Service
	twilio *channeltest.Twilio
	owner  models.Principal
	hook   string
	// address is the caller's.
	address netip.Addr
}

func newExchange(t *testing.T, s *store.Store, rules ratelimit.Rules) *exchange {
	t.Helper()
	x := &exchange{T: t, twilio: channeltest.NewTwilio(t), address: netip.MustParseAddr("203.0.113.1")}
	keys, err := access.New(access.Options{Store: s, Secret: []byte(strings.Repeat("k", 32)), PublicURL: "https://chat.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	x.chat = chat.New(chat.Options{
		Store: s, Bell: silence{}, Identities: keys, Mint: keys, Seals: keys, Links: keys, PublicURL: "https://chat.example.com",
		Carriers: []chat.Carrier{NewTwilio(Options{BaseURL: x.twilio.URL})},
	})
	company := storetest.NewCompany(t, s)
	x.owner = company.Owner
	name, from := "Support", "+14155550100"
	made, err := x.chat.CreateChannel(t.Context(), x.owner, chat.ChannelChange{Kind: models.ChannelSMS, Name: &name, Values: map[string]*string{
		"account_sid": &x.twilio.AccountSID, "auth_token": &x.twilio.AuthToken, "from": &from,
	}})
	if err != nil {
		t.Fatal(err)
	}
	x.hook = x.chat.ChannelHooks(made)[hookMessages]
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error {
		e := surface.Failure(err)
		return c.Status(surface.Status(e.Code)).JSON(fiber.Map{"error": e.Message})
	}
	x.app = fiber.New(config)
	x.app.Use(surface.Begin)
	MountHooks(x.app, HookOptions{
		Chat: x.chat, Limiter: ratelimit.New(ratelimit.Options{}), Rules: rules, PublicURL: "https://chat.example.com",
		ClientIP: func(*fiber.Ctx) netip.Addr { return x.address },
	})
	return x
}

type silence struct{}

func (silence) Ring(models.Doorbell) {}

// text lets Twilio bring a message.
func (x *exchange) text(body string) *http.Response {
	x.Helper()
	form := x.twilio.Message("+14155550123", body)
	r := httptest.NewRequestWithContext(x.Context(), http.MethodPost, x.hook, strings.NewReader(form.Encode()))
	r.Header.Set("X-Twilio-Signature", x.twilio.Sign(x.hook, form))
	return x.send(r)
}

func (x *exchange) send(r *http.Request) *http.Response {
	x.Helper()
	r.RequestURI = strings.TrimPrefix(r.URL.String(), "https://chat.example.com")
	response, err := x.app.Test(r, -1)
	if err != nil {
		x.Fatal(err)
	}
	_, err = io.Copy(io.Discard, response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		x.Fatal(err)
	}
	return response
}

func (x *exchange) total() int64 {
	x.Helper()
	list, err := x.chat.Conversations(x.Context(), x.owner, chat.ConversationQuery{Page: models.Page{Limit: 10}})
	if err != nil {
		x.Fatal(err)
	}
	sum := int64(0)
	for _, c := range list.Rows {
		sum += c.MessageCount
	}
	return sum
}

func TestHooksCountEachCallerAndEachAccountApart(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rules := ratelimit.Defaults()
		rules[ratelimit.ChannelHook] = ratelimit.Rule{Name: ratelimit.ChannelHook, Limit: 3, Period: time.Minute}
		x := newExchange(t, s, rules)
		for i, want := range []int{200, 200, 200, 429} {
			answer := x.text(strings.Repeat("x", i+1))
			if answer.StatusCode != want || answer.Header.Get("X-RateLimit-Limit") != "3" || (want == 429) != (answer.Header.Get("Retry-After") != "") {
				t.Errorf("call %d: %d %v, want %d", i, answer.StatusCode, answer.Header, want)
			}
		}
		if got := x.total(); got != 3 {
			t.Errorf("%d messages came in", got)
		}
		x.address = netip.MustParseAddr("203.0.113.2") // a stranger who uses it all up
		for range 4 {
			x.send(httptest.NewRequestWithContext(t.Context(), http.MethodPost, x.hook, strings.NewReader("x")))
		}
		x.address = netip.MustParseAddr("203.0.113.3")
		if answer := x.text("from another address"); answer.StatusCode != http.StatusOK {
			t.Errorf("the provider is locked out: %d", answer.StatusCode)
		}
	})
}

func TestTheSameMessageManyTimesAtOnceIsTakenInOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		x := newExchange(t, s, ratelimit.Defaults())
		done := make(chan int, 8)
		for range cap(done) {
			go func() { done <- x.text("Hello").StatusCode }()
		}
		for range cap(done) {
			if status := <-done; status != http.StatusOK {
				t.Errorf("Twilio gets %d", status)
			}
		}
		if got := x.total(); got != 1 {
			t.Errorf("%d messages came in", got)
		}
	})
}
