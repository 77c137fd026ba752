package main

import (
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// secured sets what every answer says to browsers; a page adds its own policy of
// what may run in it.
func secured(publicURL string) fiber.Handler {
	https := strings.HasPrefix(publicURL, "https://")
	return func(c *fiber.Ctx) error {
		c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
		c.Set(fiber.HeaderReferrerPolicy, "strict-origin-when-cross-origin")
		c.Set("Cross-Origin-Opener-Policy", "same-origin-allow-popups")
		if https {
			c.Set(fiber.HeaderStrictTransportSecurity, "max-age=31536000")
		}
		return c.Next()
	}
}

// policy is a Content-Security-Policy, in the order it is written.
type policy []directive

type directive struct {
	name    string
	sources []string
}

// String spells the policy as the header has it.
func (p policy) String() string {
	parts := make([]string, 0, len(p))
	for _, d := range p {
		parts = append(parts, d.name+" "+strings.Join(d.sources, " "))
	}
	return strings.Join(parts, "; ")
}

// pagePolicy is for our own pages: everything from here and nothing from elsewhere.
// Styles may be inline, scripts may not.
func pagePolicy(publicURL string, ancestors ...string) policy {
	return policy{
		{"default-src", []string{"'none'"}},
		{"script-src", []string{"'self'"}},
		{"style-src", []string{"'self'", "'unsafe-inline'"}},
		{"img-src", []string{"'self'", "data:", "blob:"}},
		{"media-src", []string{"'self'", "blob:"}},
		{"font-src", []string{"'self'"}},
		{"connect-src", append([]string{"'self'"}, socketOrigin(publicURL)...)},
		{"frame-src", []string{"'self'"}},
		{"base-uri", []string{"'none'"}},
		{"form-action", []string{"'self'"}},
		{"frame-ancestors", ancestors},
	}
}

// socketOrigin is the address of sockets for browsers that do not count them as
// 'self'.
func socketOrigin(publicURL string) []string {
	u, err := url.Parse(publicURL)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{strings.Replace(u.Scheme, "http", "ws", 1) + "://" + u.Host}
}

// frameAncestors are the origins that may frame a site's widget: those it allows and
// our own (the demo page), or all when it lists none. What could end the directive is
// no origin and is left out.
func frameAncestors(allowed []string) []string {
	if len(allowed) == 0 {
		return []string{"*"}
	}
	ancestors := make([]string, 1, len(allowed)+1)
	ancestors[0] = "'self'"
	for _, origin := range allowed {
		if strings.Trim(origin, originCharacters) == "" {
			ancestors = append(ancestors, origin)
		}
	}
	return ancestors
}

const originCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:/*-[]"
