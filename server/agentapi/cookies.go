package agentapi

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/widget/surface"
)

// sandboxHeader, set to 1, has a session act in the sandbox.
const sandboxHeader = "X-Sandbox"

// Names of the cookies. Browsers take a name that begins with __Host- only from this
// very host, over a safe connection and for all paths, so that no neighbour domain can
// plant one. Chromium (156) counts http://localhost and loopback addresses as safe, and
// Firefox does localhost (https://github.com/httpwg/http-extensions/issues/2605); Safari
// does neither (https://bugs.webkit.org/show_bug.cgi?id=281149) and wants https://. On any
// other http:// address no browser does, and the names are plain.
const (
	safePrefix    = "__Host-"
	sessionCookie = "parley"
	deviceCookie  = "parley-device"
	oidcCookie    = "parley-oidc"
)

// deviceTime is how long a browser is remembered.
const deviceTime = 180 * 24 * time.Hour

// cookies sets and reads the cookies of a dashboard at one address.
type cookies struct{ safe bool }

func cookiesOf(publicURL string) cookies {
	u, err := url.Parse(publicURL)
	if err != nil {
		return cookies{safe: true}
	}
	ip := net.ParseIP(u.Hostname())
	return cookies{safe: u.Scheme != "http" || u.Hostname() == "localhost" || (ip != nil && ip.IsLoopback())}
}

func (k cookies) name(of string) string {
	if k.safe {
		return safePrefix + of
	}
	return of
}

// read is a cookie's value, or "".
func (k cookies) read(c *fiber.Ctx, of string) string { return strings.Clone(c.Cookies(k.name(of))) }

// session is the token of the login session that the request carries, or "".
func (k cookies) session(c *fiber.Ctx) string { return k.read(c, sessionCookie) }

// set keeps a value in the browser, out of reach of scripts and of requests that
// other sites make; a span of 0 takes it away.
func (k cookies) set(c *fiber.Ctx, of, value string, span time.Duration) {
	cookie := &fiber.Cookie{
		Name: k.name(of), Value: value, Path: "/", HTTPOnly: true, Secure: k.safe, SameSite: fiber.CookieSameSiteLaxMode,
		MaxAge: int(span / time.Second),
	}
	if span == 0 {
		cookie.Expires = time.Unix(1, 0)
	}
	c.Cookie(cookie)
}

// errCrossOrigin refuses what another site's page sent along with our cookies.
var errCrossOrigin = models.Fail(models.CodeForbidden, "Cross-origin request refused")

// origins tells requests of our own pages from those of others.
type origins struct {
	protection *http.CrossOriginProtection
	public     string
}

func originsOf(publicURL string) (origins, error) {
	o := origins{protection: http.NewCrossOriginProtection(), public: publicURL}
	if publicURL == "" {
		return o, nil
	}
	return o, o.protection.AddTrustedOrigin(publicURL)
}

// check refuses an unsafe request that a page of another origin made. Browsers tell by
// Sec-Fetch-Site or Origin; what sends neither is no browser and has no cookies that
// it did not put there itself.
func (o origins) check(c *fiber.Ctx) error {
	r := &http.Request{
		Method: c.Method(), Host: string(c.Request().Host()), URL: &url.URL{Path: c.Path()}, Header: http.Header{},
	}
	for _, name := range []string{fiber.HeaderOrigin, "Sec-Fetch-Site"} {
		if values := surface.HeaderValues(c, name); len(values) > 0 {
			r.Header.Set(name, strings.Join(values, " ")) // several are none of ours
		}
	}
	if o.protection.Check(r) != nil {
		return errCrossOrigin
	}
	return nil
}

// same says whether a page of our own made the request, for sockets: their handshake
// is a GET, which other sites' pages may make too, and always tells its origin.
func (o origins) same(c *fiber.Ctx) bool {
	values := surface.HeaderValues(c, fiber.HeaderOrigin)
	if len(values) != 1 {
		return false
	}
	if values[0] == o.public {
		return true
	}
	u, err := url.Parse(values[0])
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.Host == string(c.Request().Host())
}

// SocketDoor finds who opens an agent socket with a session cookie, for
// realtime.Options.Session. A page of another origin is refused whatever the cookie
// is worth; a cookie that is worth nothing leaves the first frame to say who it is.
// The query sandbox=1 chooses the sandbox, since browsers set no headers on sockets.
func SocketDoor(s *access.Service, publicURL string) (func(c *fiber.Ctx) (models.Principal, bool, error), error) {
	o, err := originsOf(publicURL)
	if err != nil {
		return nil, err
	}
	k := cookiesOf(publicURL)
	return func(c *fiber.Ctx) (models.Principal, bool, error) {
		token := k.session(c)
		if token == "" {
			return models.Principal{}, false, nil
		}
		if !o.same(c) {
			return models.Principal{}, false, errCrossOrigin
		}
		who, err := s.Session(c.UserContext(), token, c.Query("sandbox") == "1")
		if models.HasCode(err, models.CodeUnauthorized) {
			return models.Principal{}, false, nil
		}
		return who, err == nil, err
	}, nil
}

// SessionDoor finds who calls another surface with the dashboard's session cookie, by the
// rules of this one: X-Sandbox chooses the sandbox, and what another site's page sent along
// is refused. It says whether the request carries a session at all.
func SessionDoor(s *access.Service, publicURL string) (func(c *fiber.Ctx) (models.Principal, bool, error), error) {
	o, err := originsOf(publicURL)
	if err != nil {
		return nil, err
	}
	g := guard{Gate: surface.Gate{Access: s}, cookies: cookiesOf(publicURL), origins: o}
	return func(c *fiber.Ctx) (models.Principal, bool, error) {
		token := g.cookies.session(c)
		if token == "" {
			return models.Principal{}, false, nil
		}
		who, err := g.login(c, token)
		return who, err == nil, err
	}, nil
}
