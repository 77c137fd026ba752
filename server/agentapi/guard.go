package agentapi

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/ratelimit"
	"parley/widget/surface"
)

// What keeps a caller out. Whatever is wrong with a key is told in one sentence.
var (
	errNoKey       = models.Fail(models.CodeUnauthorized, "Give an API key as X-API-Key, or as Authorization: Bearer")
	errKey         = models.Fail(models.CodeUnauthorized, "The API key is unknown, expired or revoked")
	errKeyKind     = models.Fail(models.CodeUnauthorized, "Keys of the kind inbox (sf_…) do not open this API; use one of the kind agent (sk_…)")
	errTwoKeys     = models.Fail(models.CodeUnauthorized, "The headers hold two different API keys; give one")
	errSessionOver = models.Fail(models.CodeUnauthorized, "The session is over; log in again")
	errNoSession   = models.Fail(models.CodeUnauthorized, "Log in first; an API key does not open this call")
)

// guard lets in the holders of API keys and of login sessions.
type guard struct {
	access   *access.Service
	limiter  *ratelimit.Limiter
	rules    ratelimit.Rules
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
	if err := g.count(c, op, payer(who)); err != nil {
		return err
	}
	if op.Caller == surface.LoggedIn && who.SessionID == 0 {
		return errNoSession
	}
	if op.Scope != "" && !who.May(op.Scope) {
		return lacks(op.Scope)
	}
	g.note(c)
	c.SetUserContext(surface.WithPrincipal(c.UserContext(), who))
	return nil
}

// lacks names the permission that the caller would need.
func lacks(scope models.Scope) error {
	return models.Fail(models.CodeForbidden, "This needs the permission "+string(scope)).With("required_permission", string(scope))
}

// checkAnybody lets in whoever may yet log in, counted by address. Another site's
// page may not log its visitor in as somebody else.
func (g guard) checkAnybody(c *fiber.Ctx, op surface.Operation) error {
	if err := g.origins.check(c); err != nil {
		return err
	}
	g.note(c)
	return g.count(c, op, ratelimit.Key(g.clientIP(c)))
}

// identify finds who calls. A key in a header was put there on purpose and wins; a
// cookie comes by itself, and counts only where no other site sent the request.
func (g guard) identify(c *fiber.Ctx) (models.Principal, error) {
	key, err := credential(c)
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
	if err := g.origins.check(c); err != nil {
		return models.Principal{}, err
	}
	who, err := g.access.Session(c.UserContext(), token, c.Get(sandboxHeader) == "1")
	if errors.Is(err, models.ErrUnauthorized) {
		err = errSessionOver
	}
	return who, err
}

// holder finds who acts with a key. The keys of another surface's kind stay there: who
// was given one for scripts that read the inbox was not given the team's whole API.
func (g guard) holder(c *fiber.Ctx, key string) (models.Principal, error) {
	who, err := g.access.Key(c.UserContext(), key)
	switch {
	case errors.Is(err, models.ErrUnauthorized):
		return who, errKey
	case err == nil && who.KeyKind != models.KeyKindAgent:
		return models.Principal{}, errKeyKind
	default:
		return who, err
	}
}

// payer is whom a call counts for: the key, or the user in all sessions together.
func payer(who models.Principal) string {
	if who.SessionID != 0 {
		return "user/" + strconv.FormatInt(who.UserID, 10)
	}
	return strconv.FormatInt(who.KeyID, 10)
}

// count counts the call for the caller, against every limit of the operation.
func (g guard) count(c *fiber.Ctx, op surface.Operation, caller string) error {
	asks := make([]ratelimit.Ask, 0, len(op.Limits))
	for _, name := range op.Limits {
		asks = append(asks, ratelimit.Ask{Rule: g.rules[name], Key: caller})
	}
	return surface.Count(c, g.limiter.TakeAll(c.UserContext(), asks))
}

// credential is the one API key that the request carries, or "" when it has no header
// for one. A second, different one makes it unclear who calls, and that is nobody.
func credential(c *fiber.Ctx) (string, error) {
	given := header(c, "X-API-Key")
	for _, value := range header(c, fiber.HeaderAuthorization) {
		if scheme, key, _ := strings.Cut(value, " "); strings.EqualFold(scheme, "Bearer") {
			given = append(given, strings.TrimLeft(key, " "))
		}
	}
	found := ""
	for _, key := range given {
		if found != "" && found != key {
			return "", errTwoKeys
		}
		found = key
	}
	if found == "" && len(given) > 0 {
		return "", errNoKey
	}
	return found, nil
}
