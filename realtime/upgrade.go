package realtime

import (
	"context"
	"net"
	"strings"

	fws "github.com/fasthttp/websocket"
	"github.com/gofiber/contrib/websocket"
	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"parley/models"
)

// Visitor serves GET /api/v1/chat/ws. Errors before the upgrade are those of the
// Chat surface; a request that asks for no upgrade is fiber.ErrUpgradeRequired.
func (s *Sockets) Visitor() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := s.upgradable(c); err != nil {
			return err
		}
		a := &arrival{origin: origin(c), ip: strings.Clone(s.o.ClientIP(c))}
		if key := siteKey(c); key != "" {
			site, err := s.admit(c.UserContext(), key, a.origin)
			if err != nil {
				return err
			}
			verdict := s.o.Limiter.TakeUpgrade(c.UserContext(), site, a.ip)
			if verdict.Headers != nil {
				verdict.Headers(c.Set)
			}
			if !verdict.Allowed {
				return errTooMany
			}
			a.site = &site
		}
		return s.upgrade(c, func(p *peer) party { return &visitor{s: s, p: p, arrival: a} })
	}
}

// Agent serves GET /v2/ws. Errors before the upgrade are those of the Agent surface.
func (s *Sockets) Agent() fiber.Handler {
	return func(c *fiber.Ctx) error {
		if err := s.upgradable(c); err != nil {
			return err
		}
		a := agent{s: s, socket: models.NewUID()}
		if s.o.Session != nil {
			who, found, err := s.o.Session(c)
			if err != nil {
				return err
			}
			a.who, a.known = who, found
		}
		return s.upgrade(c, func(p *peer) party {
			a.p = p
			return &a
		})
	}
}

// Errors before the upgrade.
var (
	errOrigin  = models.Fail(models.CodeForbidden, "Origin not allowed")
	errTooMany = models.Fail(models.CodeRateLimited, textTooMany)
)

func (s *Sockets) upgradable(c *fiber.Ctx) error {
	if !websocket.IsWebSocketUpgrade(c) {
		return fiber.ErrUpgradeRequired
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.draining {
		return models.ErrUnavailable
	}
	return nil
}

// admit finds the site of a key and checks the origin. On a socket, none at all is
// as bad as a wrong one.
func (s *Sockets) admit(ctx context.Context, key, origin string) (models.Site, error) {
	site, err := s.o.Access.Site(ctx, key)
	if err != nil {
		return models.Site{}, err
	}
	if !s.o.Access.OriginAllowed(site, origin) {
		return models.Site{}, errOrigin
	}
	return site, nil
}

// siteKey is the site key of a request, from header or query.
func siteKey(c *fiber.Ctx) string {
	for _, key := range []string{c.Get("X-API-Key"), c.Get("X-Site-Key"), c.Query("site_key")} {
		if key != "" {
			return strings.Clone(key)
		}
	}
	return ""
}

// origin is the Origin header. Two of them are joined into what matches nothing.
func origin(c *fiber.Ctx) string {
	var all []string
	for _, value := range c.Request().Header.PeekAll(fiber.HeaderOrigin) {
		all = append(all, string(value))
	}
	return strings.Join(all, " ")
}

// upgrade turns the request into a socket. The library hands every header, cookie,
// query argument and local to the connection, where they would stay as long as the
// socket: they are put aside for it, and back for whoever logs the request. Then
// the request itself is dropped, which fasthttp keeps for the socket's life.
func (s *Sockets) upgrade(c *fiber.Ctx, seat func(p *peer) party) error {
	request := c.Context()
	ctx := context.WithoutCancel(c.UserContext())
	putBack := strip(request)
	defer putBack()
	return websocket.New(func(conn *websocket.Conn) {
		request.Request = fasthttp.Request{}
		request.Response = fasthttp.Response{}
		s.serve(ctx, conn.Conn, seat)
	}, s.config)(c)
}

// strip leaves of a request what the handshake needs.
func strip(request *fasthttp.RequestCtx) (putBack func()) {
	var (
		header  fasthttp.RequestHeader
		args    fasthttp.Args
		drop    []string
		locals  = map[any]any{}
		current = &request.Request.Header
	)
	current.CopyTo(&header)
	request.QueryArgs().CopyTo(&args)
	for name := range current.All() {
		switch string(name) {
		case "Connection", "Upgrade", "Sec-Websocket-Version", "Sec-Websocket-Key":
		default:
			drop = append(drop, string(name))
		}
	}
	for _, name := range drop {
		current.Del(name)
	}
	request.QueryArgs().Reset()
	request.VisitUserValuesAll(func(key, value any) { locals[key] = value })
	for key := range locals {
		request.RemoveUserValue(key)
	}
	return func() {
		header.CopyTo(current)
		args.CopyTo(request.QueryArgs())
		for key, value := range locals {
			request.SetUserValue(key, value)
		}
	}
}

// rawConn is the network connection under a hijacked one: unlike that, it is not
// pooled, and its Close closes.
func rawConn(conn *fws.Conn) net.Conn {
	if hijacked, ok := conn.NetConn().(interface{ UnsafeConn() net.Conn }); ok {
		return hijacked.UnsafeConn()
	}
	return conn.NetConn()
}
