// Package agentapi is the Agent surface, /v2: what dashboards and integrations call
// with an API key. It decodes, calls the one service, and encodes; openapi.yaml beside
// it is the closed table of its routes.
package agentapi

import (
	"context"
	_ "embed" // for the document
	"errors"
	"fmt"
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"parley/models/access"
	"parley/models/chat"
	"parley/ratelimit"
	"parley/widget/surface"
)

//go:generate oapi-codegen -config oapi-codegen.yaml openapi.yaml

// Prefix is where the surface lies.
const Prefix = "/v2"

//go:embed openapi.yaml
var document []byte

// Options are what the surface stands on.
type Options struct {
	Chat    *chat.Service
	Access  *access.Service
	Limiter *ratelimit.Limiter
	Rules   ratelimit.Rules
	// PublicURL is the dashboard's address: its pages alone may use session cookies, and
	// install snippets name it.
	PublicURL string
	// ClientIP is the address that a request counts for; nil means the peer's.
	ClientIP func(c *fiber.Ctx) netip.Addr
	// Identities are an identity provider to log in with; nil means none.
	Identities Identities
	// Copilot helps agents to answer.
	Copilot Copilot
	// Socket upgrades to the team's socket, whose first frame says who comes.
	Socket fiber.Handler
}

// api implements the generated StrictServerInterface.
type api struct {
	chat       *chat.Service
	access     *access.Service
	identities Identities
	copilot    Copilot
	rules      ratelimit.Rules
	publicURL  string
}

// Mount registers the surface on app, and says what its document holds. It fails when
// routes and document differ, or an operation does not say who may call it.
func Mount(ctx context.Context, app fiber.Router, o Options) (*surface.Spec, error) {
	if o.Socket == nil {
		return nil, errors.New("agentapi: the team's socket is missing")
	}
	if o.Copilot == nil {
		return nil, errors.New("agentapi: the copilot is missing")
	}
	spec, err := surface.Load(ctx, document, Prefix)
	if err != nil {
		return nil, fmt.Errorf("agentapi: %w", err)
	}
	g, err := newGuard(o)
	if err != nil {
		return nil, fmt.Errorf("agentapi: %w", err)
	}
	limits := o.Chat.UploadLimits()
	router := spec.Router(app, surface.Options{
		// Room for one file at its largest, and for the form around it.
		Guard: g.check, UploadBytes: limits.MaxBytes + 1<<20, UploadRefusal: fileTooLarge(limits), Keeper: o.Chat,
	})
	handlers := &api{chat: o.Chat, access: o.Access, identities: o.Identities, copilot: o.Copilot, rules: o.Rules, publicURL: o.PublicURL}
	RegisterHandlers(router, NewStrictHandler(handlers, nil))
	router.Get("/ws", o.Socket)
	if err := router.Close(); err != nil {
		return nil, fmt.Errorf("agentapi: %w", err)
	}
	return spec, nil
}

func newGuard(o Options) (guard, error) {
	if o.ClientIP == nil {
		o.ClientIP = func(c *fiber.Ctx) netip.Addr {
			address, _ := netip.AddrFromSlice(c.Context().RemoteIP())
			return address
		}
	}
	origins, err := originsOf(o.PublicURL)
	return guard{
		Gate:    surface.Gate{Access: o.Access, Limiter: o.Limiter, Rules: o.Rules},
		cookies: cookiesOf(o.PublicURL), origins: origins, clientIP: o.ClientIP,
	}, err
}
