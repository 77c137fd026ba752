package agentapi

import (
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/ratelimit"
	"parley/widget/surface"
)

// guard lets in the holders of API keys and of login sessions.
type guard struct {
	surface.Gate
	cookies  cookies
	origins  origins
	clientIP func(c *fiber.Ctx) netip.Addr
}

// check implements surface.Guard: the credential first, then its limit, then the
// scope, which is refused in the same way whatever the call is about.
func (g guard) check(c *fiber.Ctx, op surface.Operation) error {
	switch op.Caller {
	case surface.KeyHolder:
	case surface.LoggedIn:
		c.Set(fiber.HeaderCacheControl, "no-store")
	case surface.Anybody:
		c.Set(fiber.HeaderCacheControl, "no-store")
		return g.checkAnybody(c, op)
	default:
		return models.ErrForbidden // the document holds nothing else
	}
	who, err := g.identify(c)
	if err != nil {
		return err
	}
	if err := g.Count(c, op, surface.Holder(who)); err != nil {
		return err
	}
	if op.Caller == surface.LoggedIn && who.SessionID == 0 {
		return models.ErrUnauthorized // a key is no login
	}
	if err := op.Permit(who); err != nil {
		return err
	}
	g.note(c)
	c.SetUserContext(surface.WithPrincipal(c.UserContext(), who))
	return nil
}

// checkAnybody lets in whoever may yet log in, counted by address. Another site's
// page may not log its visitor in as somebody else.
func (g guard) checkAnybody(c *fiber.Ctx, op surface.Operation) error {
	if err := g.origins.check(c); err != nil {
		return err
	}
	g.note(c)
	return g.Count(c, op, ratelimit.Key(g.clientIP(c)))
}

// identify finds who calls. A key in a header was put there on purpose and wins; a
// cookie comes by itself, and counts only where no other site sent the request.
func (g guard) identify(c *fiber.Ctx) (models.Principal, error) {
	key, err := surface.APIKey(c)
	if err != nil {
		return models.Principal{}, err
	}
	if key != "" {
		return g.Access.Key(c.UserContext(), key)
	}
	token := g.cookies.session(c)
	if token == "" {
		return models.Principal{}, models.ErrUnauthorized
	}
	if err := g.origins.check(c); err != nil {
		return models.Principal{}, err
	}
	return g.Access.Session(c.UserContext(), token, c.Get(sandboxHeader) == "1")
}
