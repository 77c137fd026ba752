// Package assistantapi is the Assistant surface: /api/assistants, /api/sessions and
// /api/chats, and the same assistants for OpenAI's client libraries under /openai/v1. It
// decodes, calls the one service or has a question answered, and encodes; openapi.yaml
// beside it is the closed table of its routes.
package assistantapi

import (
	"context"
	_ "embed" // for the document
	"fmt"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/ratelimit"
	"parley/widget/surface"
)

//go:generate oapi-codegen -config oapi-codegen.yaml openapi.yaml

// Where the surface lies. OpenAI's is the prefix with OpenAI's error shape.
const (
	PrefixAssistants = "/api/assistants"
	PrefixSessions   = "/api/sessions"
	PrefixChats      = "/api/chats"
	PrefixOpenAI     = "/openai/v1"
)

//go:embed openapi.yaml
var document []byte

// beatTime lies between two signs of life on a stream whose model thinks. They also show
// when nobody listens any more.
const beatTime = 3 * time.Second

// errInboxKey refuses keys that are for scripts which read and answer people.
var errInboxKey = models.Fail(models.CodeUnauthorized, "This key opens the inbox alone; give one that begins with sk_")

// Desk is where questions are answered.
type Desk interface {
	// Ask asks, and stores the question with its answer; after an error nothing is stored.
	Ask(ctx context.Context, who models.Principal, q chat.Question, h chat.Hearer) (chat.Reply, error)
}

// Options are what the surface stands on.
type Options struct {
	Chat    *chat.Service
	Desk    Desk
	Access  *access.Service
	Limiter *ratelimit.Limiter
	Rules   ratelimit.Rules
	// Session finds who is logged in to the dashboard, which edits and tries assistants, and
	// says whether the request carries a login at all; nil means that logins are nobody here.
	Session func(c *fiber.Ctx) (models.Principal, bool, error)
	// Beat lies between two signs of life on a silent stream; 0 is 3 s.
	Beat time.Duration
}

// api implements the generated StrictServerInterface.
type api struct {
	chat *chat.Service
	desk Desk
	beat time.Duration
}

// Mount registers the surface on app, and says what its document holds. It fails when
// routes and document differ, or an operation does not say who may call it.
func Mount(ctx context.Context, app fiber.Router, o Options) (*surface.Spec, error) {
	spec, err := surface.Load(ctx, document, "")
	if err != nil {
		return nil, fmt.Errorf("assistantapi: %w", err)
	}
	if o.Beat <= 0 {
		o.Beat = beatTime
	}
	door := guard{Gate: surface.Gate{Access: o.Access, Limiter: o.Limiter, Rules: o.Rules}, session: o.Session}
	router := spec.Router(app, surface.Options{Guard: door.check, Keeper: o.Chat})
	RegisterHandlers(router, NewStrictHandler(&api{chat: o.Chat, desk: o.Desk, beat: o.Beat}, nil))
	if err := router.Close(); err != nil {
		return nil, fmt.Errorf("assistantapi: %w", err)
	}
	return spec, nil
}
