package widget

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/ratelimit"
	"parley/widget/surface"
)

var errOrigin = models.Fail(models.CodeForbidden, "Origin not allowed")

// The headers of a site key, in the order they are looked for, and the parameter
// that serves where no header can be set.
var siteKeyHeaders = []string{"X-Api-Key", "X-Site-Key"}

const siteKeyQuery = "site_key"

// CORS: what pages may send and read. Credentials (cookies) are never allowed, so
// that any origin may ask; whether it gets an answer is the site's to say.
const (
	allowMethods  = "GET, HEAD, POST, PUT, DELETE"
	allowHeaders  = "X-API-Key, X-Site-Key, Content-Type, If-None-Match, If-Range, Range"
	exposeHeaders = "ETag, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, " +
		"X-Request-Id, Content-Disposition, Content-Range, Accept-Ranges"
)

// preflight answers CORS preflights, which browsers send without a key.
func preflight(c *fiber.Ctx) error {
	c.Vary(fiber.HeaderOrigin)
	if origin := c.Get(fiber.HeaderOrigin); origin != "" {
		c.Set(fiber.HeaderAccessControlAllowOrigin, origin)
		c.Set(fiber.HeaderAccessControlAllowMethods, allowMethods)
		c.Set(fiber.HeaderAccessControlAllowHeaders, allowHeaders)
		c.Set(fiber.HeaderAccessControlMaxAge, "7200")
	}
	return c.SendStatus(fiber.StatusNoContent)
}

// guard checks, in this order: the site key (401), the origin (403), the limit (429)
// and the visitor token (404).
func (w *Widget) guard(c *fiber.Ctx, op surface.Operation) error {
	if op.Caller == surface.Anybody {
		return w.guardSocket(c, op)
	}
	site, err := w.admit(c)
	if err != nil {
		return err
	}
	if op.Caller == surface.Visitor {
		return w.guardVisitor(c, op, site)
	}
	return w.count(c, op, ratelimit.AddressKey(site.ID, w.address(c)))
}

// guardSocket stands before the upgrade with the wall of an address. The socket finds
// out the site, from the request or the first frame, and counts there for the site.
func (w *Widget) guardSocket(c *fiber.Ctx, op surface.Operation) error {
	return surface.Count(c, w.Limits.Take(c.UserContext(), w.walls[op.Limits[0]], w.address(c)))
}

// admit finds the site of the key, checks the origin against its list and tells the
// browser that the page may read the answer.
func (w *Widget) admit(c *fiber.Ctx) (models.Site, error) {
	c.Vary(fiber.HeaderOrigin)
	c.Set(fiber.HeaderCacheControl, "no-store") // unless the answer says otherwise
	key, _ := siteKey(c)
	site, err := w.Access.Site(c.UserContext(), key)
	origin, one := originOf(c)
	if models.HasCode(err, models.CodeUnauthorized) && one {
		// Nothing is told here but that the key is wrong; let the page read that.
		allowOrigin(c, origin)
	}
	if err != nil {
		return models.Site{}, err
	}
	if !one || (origin != "" && !w.Access.OriginAllowed(site, origin)) {
		return models.Site{}, errOrigin
	}
	allowOrigin(c, origin)
	c.SetUserContext(surface.WithSite(c.UserContext(), site))
	return site, nil
}

func allowOrigin(c *fiber.Ctx, origin string) {
	if origin != "" {
		c.Set(fiber.HeaderAccessControlAllowOrigin, origin)
		c.Set(fiber.HeaderAccessControlExposeHeaders, exposeHeaders)
	}
}

// siteKey reads the key from where it is given first; an empty one is not given. One
// that is given twice in the same place is none.
func siteKey(c *fiber.Ctx) (key string, given bool) {
	for _, name := range siteKeyHeaders {
		// fasthttp gives the next answer in the same slice: one at a time.
		if key, given = keyAmong(c.Request().Header.PeekAll(name)); given {
			return key, true
		}
	}
	return keyAmong(c.Context().QueryArgs().PeekMulti(siteKeyQuery))
}

// keyAmong is the key in one place, and whether that place says anything.
func keyAmong(values [][]byte) (key string, given bool) {
	key = single(values)
	return key, key != "" || len(values) > 1
}

// originOf reads the Origin header; "" when there is none. Several are not one.
func originOf(c *fiber.Ctx) (origin string, one bool) {
	values := c.Request().Header.PeekAll(fiber.HeaderOrigin)
	return single(values), len(values) <= 1
}

// single is the only value, copied out of the request's buffer.
func single(values [][]byte) string {
	if len(values) != 1 {
		return ""
	}
	return string(values[0])
}

// guardVisitor finds whose token the path carries. Known ones count for themselves
// and against the wall of their address, unknown ones against the wall alone.
func (w *Widget) guardVisitor(c *fiber.Ctx, op surface.Operation, site models.Site) error {
	who, err := w.Access.Visitor(c.UserContext(), site, visitorToken(c))
	known := err == nil
	if !known && !models.HasCode(err, models.CodeNotFound) {
		return err
	}
	rule := w.Rules[op.Limits[0]]
	asks := []ratelimit.Ask{{Rule: w.walls[rule.Name], Key: w.address(c)}}
	if known {
		asks = append(asks, ratelimit.Ask{Rule: rule, Key: ratelimit.VisitorKey(who.SiteID, who.ConversationID)})
	}
	if refusal := surface.Count(c, w.Limits.TakeAll(c.UserContext(), asks)); refusal != nil {
		return refusal
	}
	if !known {
		return err
	}
	c.SetUserContext(surface.WithPrincipal(c.UserContext(), who))
	return nil
}

// visitorToken is the token in the path, trimmed as the one in an opening is; "" when
// it is malformed.
func visitorToken(c *fiber.Ctx) string {
	token, err := url.PathUnescape(c.Params("visitor_token"))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(token)
}

// count counts one call against the operation's limit.
func (w *Widget) count(c *fiber.Ctx, op surface.Operation, key string) error {
	return surface.Count(c, w.Limits.Take(c.UserContext(), w.Rules[op.Limits[0]], key))
}

// address is the client's address as limits count it.
func (w *Widget) address(c *fiber.Ctx) string { return ratelimit.Key(w.ClientIP(c)) }
