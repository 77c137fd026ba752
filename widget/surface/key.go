package surface

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/ratelimit"
)

// What is wrong with the headers of somebody who should show an API key.
var (
	ErrNoKey   = models.Fail(models.CodeUnauthorized, "Give an API key as X-API-Key, or as Authorization: Bearer")
	ErrTwoKeys = models.Fail(models.CodeUnauthorized, "The headers hold two different API keys; give one")
)

// Gate is what stands in front of every surface that API keys open.
type Gate struct {
	Access  *access.Service
	Limiter *ratelimit.Limiter
	Rules   ratelimit.Rules
}

// Check implements Guard for a surface that nothing but API keys opens: the key first,
// then its limit, then the scope, which is refused in the same way whatever the call is
// about.
func (g Gate) Check(c *fiber.Ctx, op Operation) error {
	if op.Caller != KeyHolder {
		return models.ErrForbidden // the document holds nothing else
	}
	key, err := APIKey(c)
	if err == nil && key == "" {
		err = ErrNoKey
	}
	if err != nil {
		return err
	}
	who, err := g.Access.Key(c.UserContext(), key)
	if err != nil {
		return err
	}
	return g.Admit(c, op, who)
}

// Admit counts the call of somebody whose credential was good, and lets it through if
// the scope is there.
func (g Gate) Admit(c *fiber.Ctx, op Operation, who models.Principal) error {
	if err := g.Count(c, op, Holder(who)); err != nil {
		return err
	}
	if err := op.Permit(who); err != nil {
		return err
	}
	c.SetUserContext(WithPrincipal(c.UserContext(), who))
	return nil
}

// Count counts the call for the caller, against every limit of the operation.
func (g Gate) Count(c *fiber.Ctx, op Operation, caller string) error {
	asks := make([]ratelimit.Ask, 0, len(op.Limits))
	for _, name := range op.Limits {
		asks = append(asks, ratelimit.Ask{Rule: g.Rules[name], Key: caller})
	}
	return Count(c, g.Limiter.TakeAll(c.UserContext(), asks))
}

// Holder is whom a call counts for, on all surfaces together: the key, or the user in
// all login sessions.
func Holder(who models.Principal) string {
	if who.SessionID != 0 {
		return "user/" + strconv.FormatInt(who.UserID, 10)
	}
	return strconv.FormatInt(who.KeyID, 10)
}

// Permit refuses a principal that lacks the operation's scope, and tells which it is in
// the detail required_permission.
func (op Operation) Permit(who models.Principal) error {
	if op.Scope != "" && !who.May(op.Scope) {
		return models.Fail(models.CodeForbidden, "This needs the permission "+string(op.Scope)).With(DetailScope, string(op.Scope))
	}
	return nil
}

// DetailScope is the detail of a refusal that names the missing scope.
const DetailScope = "required_permission"

// APIKey is the one API key that the request carries, in X-API-Key or as a bearer token,
// or "" when it has no header for one. A second, different one makes it unclear who
// calls, and that is nobody.
func APIKey(c *fiber.Ctx) (string, error) {
	given := HeaderValues(c, "X-API-Key")
	for _, value := range HeaderValues(c, fiber.HeaderAuthorization) {
		if scheme, key, _ := strings.Cut(value, " "); strings.EqualFold(scheme, "Bearer") {
			given = append(given, strings.TrimLeft(key, " "))
		}
	}
	found := ""
	for _, key := range given {
		if found != "" && found != key {
			return "", ErrTwoKeys
		}
		found = key
	}
	if found == "" && len(given) > 0 {
		return "", ErrNoKey
	}
	return found, nil
}

// HeaderValues are all values of a header, each in memory of its own.
func HeaderValues(c *fiber.Ctx, name string) []string {
	var values []string
	for _, value := range c.Request().Header.PeekAll(name) {
		values = append(values, string(value))
	}
	return values
}
