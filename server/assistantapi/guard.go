package assistantapi

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

// guard lets in the holders of API keys, and, where the dashboard calls, of login sessions.
type guard struct {
	surface.Gate
	session func(c *fiber.Ctx) (models.Principal, bool, error)
}

// check implements surface.Guard. A key in a header was put there on purpose and wins.
func (g guard) check(c *fiber.Ctx, op surface.Operation) error {
	if who, found, err := g.login(c, op); found || err != nil {
		if err != nil {
			return err
		}
		return g.Admit(c, op, who)
	}
	if err := g.Check(c, op); err != nil {
		return err
	}
	if surface.Principal(c.UserContext()).KeyKind == models.KeyKindInbox {
		return errInboxKey
	}
	return nil
}

// login is who comes with a login in place of a key. Not below OpenAI's prefix: its
// client libraries send keys, and no page of ours calls there.
func (g guard) login(c *fiber.Ctx, op surface.Operation) (models.Principal, bool, error) {
	if g.session == nil || op.Caller != surface.KeyHolder || strings.HasPrefix(c.Path(), PrefixOpenAI) {
		return models.Principal{}, false, nil
	}
	if key, err := surface.APIKey(c); err != nil || key != "" {
		return models.Principal{}, false, err
	}
	return g.session(c)
}
