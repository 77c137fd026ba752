package agentapi

import (
	"errors"
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/ratelimit"
	"parley/widget/surface"
)

// What keeps a caller out. Whatever is wrong with a key is told in one sentence.
var (
	errNoKey       = surface.ErrNoKey
	errKey         = models.Fail(models.CodeUnauthorized, "The API key is unknown, expired or revoked")
	errKeyKind     = models.Fail(models.CodeUnauthorized, "Keys of the kind inbox (sf_…) do not open this API; use one of the kind agent (sk_…)")
	errTwoKeys     = surface.ErrTwoKeys
	errSessionOver = models.Fail(models.CodeUnauthorized, "The session is over; log in again")
	errNoSession   = models.Fail(models.CodeUnauthorized, "Log in first; an API key does not open this call")
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
		return errNoSession
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
		return g.holder(c, key)
	}
	token := g.cookies.session(c)
	if token == "" {
		return models.Principal{}, errNoKey
	}
	return g.login(c, token)
}

// login finds who is logged in with the token of a cookie.
func (g guard) login(c *fiber.Ctx, token string) (models.Principal, error) {
	if err := g.origins.check(c); err != nil {
		return models.Principal{}, err
	}
	who, err := g.Access.Session(c.UserContext(), token, c.Get(sandboxHeader) == "1")
	if errors.Is(err, models.ErrUnauthorized) {
		err = errSessionOver
	}
	return who, err
}

// holder finds who acts with a key. The keys of another surface's kind stay there: who
// was given one for scripts that read the inbox was not given the team's whole API.
func (g guard) holder(c *fiber.Ctx, key string) (models.Principal, error) {
	who, err := g.Access.Key(c.UserContext(), key)
	switch {
	case errors.Is(err, models.ErrUnauthorized):
		return who, errKey
	case err == nil && who.KeyKind != models.KeyKindAgent:
		return models.Principal{}, errKeyKind
	default:
		return who, err
	}
}
