package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/realtime"
	"parley/server/mail/mailtest"
	"parley/server/oidc/oidctest"
)

// logIn logs the owner in and gives the Cookie header of that browser.
func (n *node) logIn(p printout) string {
	n.Helper()
	body, err := json.Marshal(map[string]string{"email": p.Email, "password": p.Password})
	if err != nil {
		n.Fatal(err)
	}
	r := n.call(http.MethodPost, "/v2/auth/login", string(body))
	if r.StatusCode != http.StatusOK {
		n.Fatalf("the login: %d %s", r.StatusCode, r.text)
	}
	return cookieHeader(r.Response)
}

// cookieHeader is what a browser sends back of what it was given.
func cookieHeader(r *http.Response) string {
	var pairs []string
	for _, c := range r.Cookies() {
		if c.MaxAge >= 0 && c.Value != "" {
			pairs = append(pairs, c.Name+"="+c.Value)
		}
	}
	return strings.Join(pairs, "; ")
}

// desk opens an agent socket as a page of this origin, with these cookies.
func (n *node) desk(origin, cookies, query string) (*fws.Conn, int) {
	n.Helper()
	header := http.Header{"Cookie": {cookies}}
	if origin != "" {
		header.Set("Origin", origin)
	}
	address := "ws" + strings.TrimPrefix(n.base, "http") + "/v2/ws" + query
	conn, response, err := fws.DefaultDialer.DialContext(n.Context(), address, header)
	if response == nil {
		n.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err != nil {
		return nil, response.StatusCode
	}
	n.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetReadDeadline(time.Now().Add(patienceOfTests)); err != nil {
		n.Fatal(err)
	}
	return conn, response.StatusCode
}

// hello says hello without a key and waits for the welcome.
func (n *node) hello(conn *fws.Conn) {
	n.Helper()
	if err := conn.WriteMessage(fws.TextMessage, []byte(`{"type":"hello"}`)); err != nil {
		n.Fatal(err)
	}
	n.expect(conn, "welcome")
}

// closed reads until the socket is closed, and gives the code.
func (n *node) closed(conn *fws.Conn) int {
	n.Helper()
	for {
		_, _, err := conn.ReadMessage()
		var end *fws.CloseError
		if errors.As(err, &end) {
			return end.Code
		}
		if err != nil {
			n.Fatalf("the socket was not closed: %v", err)
		}
	}
}

func TestACookieOpensASocketForOurOwnPagesAndLoggingOutClosesIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		p := n.firstRun()
		cookies := n.logIn(p)
		for _, origin := range []string{"", "null", "https://evil.example", "http://localhost:1", n.base + ".evil.example"} {
			if _, status := n.desk(origin, cookies, ""); status != http.StatusForbidden {
				n.Errorf("a page of %q gets %d", origin, status)
			}
		}
		other := n.logIn(p)
		first, _ := n.desk(n.base, cookies, "")
		sandbox, _ := n.desk(n.base, cookies, "?sandbox=1")
		second, _ := n.desk(n.base, other, "")
		for _, conn := range []*fws.Conn{first, sandbox, second} {
			n.hello(conn)
		}
		if r := n.call(http.MethodPost, "/v2/auth/logout", "", "Cookie", cookies, "Origin", n.base); r.StatusCode != http.StatusOK {
			n.Fatalf("the logout: %d %s", r.StatusCode, r.text)
		}
		for _, conn := range []*fws.Conn{first, sandbox} {
			if code := n.closed(conn); code != realtime.CloseUnauthorized {
				n.Errorf("closed with %d", code)
			}
		}
		if err := second.WriteMessage(fws.TextMessage, []byte(`{"type":"ping"}`)); err != nil {
			n.Fatal(err)
		}
		n.expect(second, "pong")
	})
}

func TestACookieThatIsWorthNothingOpensNoDesk(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	conn, _ := n.desk(n.base, "__Host-parley=nonsense", "")
	if err := conn.WriteMessage(fws.TextMessage, []byte(`{"type":"hello"}`)); err != nil {
		t.Fatal(err)
	}
	if code := n.closed(conn); code != realtime.CloseUnauthorized {
		t.Errorf("closed with %d", code)
	}
}

func TestAForgottenPasswordIsResetByMail(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		relay := mailtest.Start(t, mailtest.Options{})
		cfg.SMTPURL, cfg.MailFrom = "smtp://"+relay.Address, "Parley <chat@example.com>"
		n := start(t, cfg)
		p := n.firstRun()
		if r := n.call(http.MethodPost, "/v2/auth/reset", `{"email":"`+p.Email+`"}`); r.StatusCode != http.StatusAccepted {
			n.Fatalf("the request: %d %s", r.StatusCode, r.text)
		}
		n.await("a letter comes", func() bool { return len(relay.Letters()) == 1 })
		letter := strings.ReplaceAll(relay.Letters()[0].Text, "=\r\n", "") // quoted-printable folds lines
		letter = strings.ReplaceAll(letter, "=3D", "=")
		_, token, _ := strings.Cut(letter, "#token=")
		token, _, _ = strings.Cut(token, "\r\n")
		body := `{"token":"` + token + `","password":"a new password"}`
		if r := n.call(http.MethodPost, "/v2/auth/reset/confirm", body); r.StatusCode != http.StatusOK {
			n.Fatalf("the confirmation: %d %s with %q", r.StatusCode, r.text, token)
		}
		p.Password = "a new password"
		n.logIn(p)
		for _, secret := range []string{token, "a new password", p.Email} {
			if strings.Contains(n.log.String(), secret) {
				n.Errorf("%q is in the log", secret)
			}
		}
	})
}

// stay makes requests that follow no redirects.
func (n *node) stay(path, cookies string) *http.Response {
	n.Helper()
	request, err := http.NewRequestWithContext(n.Context(), http.MethodGet, n.base+path, nil)
	if err != nil {
		n.Fatal(err)
	}
	request.Header.Set("Cookie", cookies)
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(request)
	if err != nil {
		n.Fatal(err)
	}
	_ = response.Body.Close()
	return response
}

// through goes to the identity provider and comes back.
func (n *node) through(provider *oidctest.Provider) *http.Response {
	n.Helper()
	begun := n.stay("/v2/auth/oidc", "")
	if begun.StatusCode != http.StatusFound {
		n.Fatalf("the beginning: %d", begun.StatusCode)
	}
	state, code := provider.Authorize(begun.Header.Get("Location"))
	query := url.Values{"state": {state}, "code": {code}}.Encode()
	// Another browser, which began nothing, gets nothing from the same answer.
	if r := n.stay("/v2/auth/oidc/callback?"+query, ""); !strings.HasSuffix(r.Header.Get("Location"), "/app?login_error=refused") {
		n.Errorf("another browser is sent to %s", r.Header.Get("Location"))
	}
	return n.stay("/v2/auth/oidc/callback?"+query, cookieHeader(begun))
}

func TestAUserLogsInWithTheIdentityProviderByTheVerifiedAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		provider := oidctest.Start(t)
		var email atomic.Value
		email.Store("nobody@example.com")
		provider.Change = func(claims map[string]any) { claims["email"] = email.Load() }
		cfg.OIDCIssuer, cfg.OIDCClientID, cfg.OIDCSecret = provider.URL, "parley", "sesame"
		n := start(t, cfg)
		unknown := n.through(provider)
		if to := unknown.Header.Get("Location"); !strings.HasSuffix(to, "/app?login_error=unknown") || cookieHeader(unknown) != "" {
			n.Errorf("somebody unknown is sent to %s with %q", to, cookieHeader(unknown))
		}
		email.Store(n.firstRun().Email)
		known := n.through(provider)
		if to := known.Header.Get("Location"); !strings.HasSuffix(to, "/app") {
			n.Fatalf("the user is sent to %s", to)
		}
		if r := n.get("/v2/users", "Cookie", cookieHeader(known)); r.StatusCode != http.StatusOK {
			n.Errorf("the users: %d %s", r.StatusCode, r.text)
		}
		refused := n.stay("/v2/auth/oidc/callback?error=access_denied", cookieHeader(n.stay("/v2/auth/oidc", "")))
		if to := refused.Header.Get("Location"); !strings.HasSuffix(to, "/app?login_error=refused") {
			n.Errorf("who was refused is sent to %s", to)
		}
	})
}

func TestWithoutAnIdentityProviderThereIsNoWayThere(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	for _, path := range []string{"/v2/auth/oidc", "/v2/auth/oidc/callback?code=a&state=b"} {
		if r := n.get(path); r.StatusCode != http.StatusNotFound || r.json("error") != "not_found" {
			t.Errorf("%s: %d %s", path, r.StatusCode, r.text)
		}
	}
}
