package agentapi

import (
	"context"
	"encoding/hex"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/widget/surface"
)

// visit is the request behind an act that sets cookies or counts what the document
// cannot name. It lives as long as the handler.
type visit struct {
	c *fiber.Ctx
	g guard
}

type visitKey struct{}

// note keeps the request for the handler.
func (g guard) note(c *fiber.Ctx) {
	c.SetUserContext(context.WithValue(c.UserContext(), visitKey{}, visit{c, g}))
}

// visitOf is the request that note kept.
func visitOf(ctx context.Context) visit {
	v, _ := ctx.Value(visitKey{}).(visit)
	return v
}

// browser says where the request comes from.
func (v visit) browser() access.Browser {
	return access.Browser{UserAgent: strings.Clone(v.c.Get(fiber.HeaderUserAgent)), IP: v.g.clientIP(v.c).String()}
}

// count counts the call against a limit by name.
func (v visit) count(rule, key string) error {
	return surface.Count(v.c, v.g.Limiter.Take(v.c.UserContext(), v.g.Rules[rule], key))
}

// tries is whom tries on an e-mail address count for: a browser that was let in with
// it before, or else all strangers together. Whoever guesses passwords slows down
// other strangers, and never the owner's own browser.
func (v visit) tries(email string) string {
	if name, known := v.g.Access.Device(email, v.g.cookies.read(v.c, deviceCookie)); known {
		return "device/" + name
	}
	return "email/" + nameless(email)
}

// nameless is an e-mail address as a counter's key, which is no place for addresses.
func nameless(email string) string {
	return hex.EncodeToString(models.TokenHash(access.NormalEmail(email)))
}

// welcome keeps a login in the browser.
func (v visit) welcome(in access.SignedIn) {
	v.g.cookies.set(v.c, sessionCookie, in.Token, access.SessionTime)
	if _, known := v.g.Access.Device(in.User.Email, v.g.cookies.read(v.c, deviceCookie)); !known {
		v.g.cookies.set(v.c, deviceCookie, v.g.Access.DeviceMark(in.User.Email), deviceTime)
	}
}

// allows says whether a limit lets the call through, without telling the caller.
func (v visit) allows(rule, key string) bool {
	return v.g.Limiter.Take(v.c.UserContext(), v.g.Rules[rule], key).Allowed
}

// countUser counts a try of the user who is logged in already.
func (v visit) countUser(ctx context.Context, rule string) error {
	return v.count(rule, surface.Holder(surface.Principal(ctx)))
}
