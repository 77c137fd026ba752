package agentapi

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/ratelimit"
	"parley/widget/surface"
)

// guard lets in the holders of API keys.
type guard struct {
	access  *access.Service
	limiter *ratelimit.Limiter
	rules   ratelimit.Rules
}

// check implements surface.Guard: the key first, then its limit, then the scope,
// which is refused in the same way whatever the call is about.
func (g guard) check(c *fiber.Ctx, op surface.Operation) error {
	if op.Caller != surface.KeyHolder {
		return models.ErrForbidden // the document holds nothing else
	}
	key, err := credential(c)
	if err != nil {
		return err
	}
	who, err := g.access.Key(c.UserContext(), key)
	if err != nil {
		return err
	}
	if err := g.count(c, op, who); err != nil {
		return err
	}
	if op.Scope != "" && !who.May(op.Scope) {
		return models.ErrForbidden.With("required_permission", string(op.Scope))
	}
	c.SetUserContext(surface.WithPrincipal(c.UserContext(), who))
	return nil
}

// count counts the call for the key, against every limit of the operation.
func (g guard) count(c *fiber.Ctx, op surface.Operation, who models.Principal) error {
	asks := make([]ratelimit.Ask, 0, len(op.Limits))
	for _, name := range op.Limits {
		asks = append(asks, ratelimit.Ask{Rule: g.rules[name], Key: strconv.FormatInt(who.KeyID, 10)})
	}
	return surface.Count(c, g.limiter.TakeAll(c.UserContext(), asks))
}

// credential is the one API key that the request carries. A second, different one
// makes it unclear who calls, and that is nobody.
func credential(c *fiber.Ctx) (string, error) {
	var found string
	header := &c.Request().Header
	for _, value := range header.PeekAll("X-API-Key") {
		key := string(value)
		if found != "" && found != key {
			return "", models.ErrUnauthorized
		}
		found = key
	}
	for _, value := range header.PeekAll(fiber.HeaderAuthorization) {
		scheme, key, _ := strings.Cut(string(value), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			continue
		}
		if key = strings.TrimLeft(key, " "); found != "" && found != key {
			return "", models.ErrUnauthorized
		}
		found = key
	}
	if found == "" {
		return "", models.ErrUnauthorized
	}
	return found, nil
}
