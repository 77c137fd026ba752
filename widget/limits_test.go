package widget_test

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/ratelimit"
	"parley/widget"
)

func TestEveryCallHasItsDefaultLimitAndTellsOfIt(t *testing.T) {
	t.Parallel()
	each(t, setting{rules: ratelimit.Defaults().String()}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		for call, want := range map[string]struct {
			limit int
			send  func() answer
		}{
			"config":   {60, func() answer { return s.get(t, "/config") }},
			"create":   {5, func() answer { return s.post(t, "/conversations", `{}`) }},
			"messages": {60, func() answer { return s.get(t, talk("token")+"/messages") }},
			"send":     {20, func() answer { return s.post(t, talk("token")+"/messages", `{}`) }},
			"files":    {60, func() answer { return s.get(t, talk("token")+"/files/1/1") }},
			"read":     {60, func() answer { return s.post(t, talk("token")+"/read", `{"seq":1}`) }},
			"rating":   {5, func() answer { return s.post(t, talk("token")+"/rating", `{"score":1}`) }},
			"articles": {60, func() answer { return s.get(t, "/articles") }},
			"ws":       {300, func() answer { return s.get(t, "/ws") }}, // the wall; the socket counts itself
		} {
			left := want.limit
			if call == "create" {
				left-- // the conversation of this test
			}
			for left--; left >= 0; left-- {
				a := want.send()
				if a.status == http.StatusTooManyRequests || a.header.Get("X-RateLimit-Limit") != strconv.Itoa(want.limit) || a.header.Get("X-RateLimit-Remaining") != strconv.Itoa(left) {
					t.Fatalf("%s with %d left: %d %v", call, left, a.status, a.header)
				}
			}
			a := want.send()
			a.want(t, call, http.StatusTooManyRequests, "Too many requests; slow down and try again")
			reset, err := strconv.ParseInt(a.header.Get("X-RateLimit-Reset"), 10, 64)
			wait, waitErr := strconv.Atoi(a.header.Get("Retry-After"))
			if err != nil || waitErr != nil || wait < 1 || wait > 60 || reset < time.Now().Unix() || a.header.Get("X-RateLimit-Remaining") != "0" {
				t.Errorf("%s: %v", call, a.header)
			}
		}
	})
}

func TestASiteCountsPerAddress(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.config=1/m"})
	from := func(address string, headers ...string) int {
		return s.get(t, "/config", append(headers, "X-Test-Address", address)...).status
	}
	for _, c := range []struct {
		what, address string
		headers       []string
		want          int
	}{
		{"the first", "198.51.100.1", nil, 200},
		{"the same", "198.51.100.1", nil, 429},
		{"another", "198.51.100.2", nil, 200},
		{"another site", "198.51.100.1", []string{"X-API-Key", s.creds.TestSiteKey}, 200},
		{"an IPv6 address", "2001:db8:1:2::1", nil, 200},
		{"its neighbour in the /64", "2001:db8:1:2:ffff::9", nil, 429},
		{"the next /64", "2001:db8:1:3::1", nil, 200},
		{"an unknown key", "198.51.100.1", []string{"X-API-Key", "wrong"}, 401},
	} {
		if got := from(c.address, c.headers...); got != c.want {
			t.Errorf("%s: %d, not %d", c.what, got, c.want)
		}
	}
}

// An office behind one address is not locked out by its busiest visitor; the wall
// around the address is ten times as high.
func TestAConversationCountsPerVisitorInsideTheWallOfTheAddress(t *testing.T) {
	t.Parallel()
	each(t, setting{rules: "chat.create=1000/m,chat.read=2/m"}, func(t *testing.T, s *shop) {
		read := func(token, address string) int {
			return s.post(t, talk(token)+"/read", `{"seq":1}`, "X-Test-Address", address).status
		}
		const office, elsewhere = "198.51.100.1", "198.51.100.2"
		for i := range 12 {
			s.post(t, "/conversations", opening(fmt.Sprint("token", i)), "X-Test-Address", elsewhere).want(t, "start", http.StatusCreated, "")
		}
		for i := range 9 {
			token := fmt.Sprint("token", i)
			if got := []int{read(token, office), read(token, office), read(token, office)}; got[0] != 200 || got[1] != 200 || got[2] != 429 {
				t.Errorf("visitor %d: %v", i, got)
			}
		}
		// What one visitor used up is used up from everywhere.
		if got := read("token0", elsewhere); got != 429 {
			t.Errorf("the same visitor from elsewhere: %d", got)
		}
		// Refused calls have filled the rest of the wall of 20.
		for range 20 {
			read("token9", office)
		}
		if got := read("token10", office); got != 429 {
			t.Errorf("beyond the wall: %d", got)
		}
		if got := read("token10", elsewhere); got != 200 {
			t.Errorf("the same visitor from elsewhere: %d", got)
		}
	})
}

func TestBothTokensOfAVisitorCountTogether(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.read=2/m"})
	token := s.post(t, "/conversations", opening("token")).token(t)
	for i, name := range []string{"token", token, "token", token} {
		want := map[bool]int{true: http.StatusOK, false: http.StatusTooManyRequests}[i < 2]
		s.post(t, talk(name)+"/read", `{"seq":1}`).want(t, name, want, "")
	}
}

func TestUnknownTokensRunIntoTheWall(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.messages=2/m"})
	for i := range 25 {
		want := map[bool]int{true: http.StatusNotFound, false: http.StatusTooManyRequests}[i < 20]
		a := s.get(t, talk(fmt.Sprint("guess", i))+"/messages")
		if a.status != want {
			t.Errorf("guess %d: %d, not %d", i, a.status, want)
		}
	}
	s.start(t, "token")
	s.get(t, talk("token")+"/messages").want(t, "a known token behind the wall", http.StatusTooManyRequests, "")
	s.get(t, talk("token")+"/messages", "X-Test-Address", "198.51.100.9").want(t, "elsewhere", http.StatusOK, "")
	// Each call has a wall of its own.
	s.post(t, talk("token")+"/read", `{"seq":1}`).want(t, "another call", http.StatusOK, "")
}

func TestARefusedStartIsRefusedBeforeItsBodyIsRead(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.create=1/m"})
	s.start(t, "token")
	s.post(t, "/conversations", "not JSON").want(t, "beyond the limit", http.StatusTooManyRequests, "")
	s.post(t, "/conversations", "not JSON", "X-API-Key", "wrong").want(t, "a wrong key", http.StatusUnauthorized, "")
}

func TestTheSurfaceDoesNotStartIncomplete(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	good := widget.Options{
		Chat: s.chat, Access: s.access, Limits: ratelimit.New(ratelimit.Options{}), Rules: ratelimit.Defaults(), Presence: s.agents,
		ClientIP: func(*fiber.Ctx) netip.Addr { return netip.Addr{} }, Socket: func(*fiber.Ctx) error { return nil },
	}
	for what, spoil := range map[string]func(o *widget.Options){
		"": func(*widget.Options) {}, "chat": func(o *widget.Options) { o.Chat = nil }, "access": func(o *widget.Options) { o.Access = nil },
		"limits": func(o *widget.Options) { o.Limits = nil }, "presence": func(o *widget.Options) { o.Presence = nil },
		"address": func(o *widget.Options) { o.ClientIP = nil }, "socket": func(o *widget.Options) { o.Socket = nil },
		"rules": func(o *widget.Options) { o.Rules = ratelimit.Rules{} },
	} {
		o := good
		spoil(&o)
		if _, err := widget.New(context.WithoutCancel(t.Context()), o); (err == nil) != (what == "") {
			t.Errorf("without %s: %v", what, err)
		}
	}
	if !strings.Contains(string(widget.Document()), "openapi: 3.0.3") {
		t.Error("the document is not there")
	}
}
