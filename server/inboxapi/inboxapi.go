// Package inboxapi is the Inbox surface, /api/conversations: what integrations and
// scripts call with an API key to read conversations page by page and answer them. It
// decodes, calls the one service, and encodes; openapi.yaml beside it is the closed
// table of its routes.
package inboxapi

import (
	"context"
	_ "embed" // for the document
	"fmt"

	"github.com/gofiber/fiber/v2"

	"parley/models/access"
	"parley/models/chat"
	"parley/ratelimit"
	"parley/widget/surface"
)

//go:generate oapi-codegen -config oapi-codegen.yaml openapi.yaml

// Prefix is where the surface lies.
const Prefix = root + "/conversations"

// root is what the document's paths are relative to: a list of conversations lies at
// the prefix itself, and a path cannot be empty.
const root = "/api"

//go:embed openapi.yaml
var document []byte

// Options are what the surface stands on.
type Options struct {
	Chat    *chat.Service
	Access  *access.Service
	Limiter *ratelimit.Limiter
	Rules   ratelimit.Rules
}

// api implements the generated StrictServerInterface.
type api struct {
	chat    *chat.Service
	cursors cursors
}

// Mount registers the surface on app, and says what its document holds. It fails when
// routes and document differ, or an operation does not say who may call it.
func Mount(ctx context.Context, app fiber.Router, o Options) (*surface.Spec, error) {
	spec, err := surface.Load(ctx, document, root)
	if err != nil {
		return nil, fmt.Errorf("inboxapi: %w", err)
	}
	gate := surface.Gate{Access: o.Access, Limiter: o.Limiter, Rules: o.Rules}
	router := spec.Router(app, surface.Options{Guard: gate.Check, Keeper: o.Chat})
	RegisterHandlers(router, NewStrictHandler(&api{chat: o.Chat, cursors: cursors{o.Access}}, nil))
	if err := router.Close(); err != nil {
		return nil, fmt.Errorf("inboxapi: %w", err)
	}
	return spec, nil
}
