// Package widget is the Chat surface: what the widget on a website calls for its
// visitor, under /api/v1/chat. openapi.yaml is both its description and its route
// table: the generated server decodes, the handlers call the chat service and encode
// with package view, and the guard (auth.go) stands in front of every route by what
// the document says of it.
package widget

//go:generate oapi-codegen -config oapi-codegen.yaml openapi.yaml

import (
	"context"
	_ "embed" // openapi.yaml
	"errors"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/ratelimit"
	"parley/widget/surface"
)

// Prefix is where the surface lives.
const Prefix = "/api/v1/chat"

//go:embed openapi.yaml
var document []byte

// Document is the surface's OpenAPI document, for the reference pages.
func Document() []byte { return document }

// Spec is the document as the surface reads it, for the reference pages.
func (w *Widget) Spec() *surface.Spec { return w.spec }

// Presence knows whether agents are there.
type Presence interface {
	// Online says whether an agent of the account is present.
	Online(accountID int64) bool
	// AtDesk are the users who are, and are not away, in an order that stays.
	AtDesk(accountID int64) []models.UID
}

// Options are what the surface stands on.
type Options struct {
	Chat   *chat.Service
	Access *access.Service
	// Limits counts calls against Rules, which must hold every chat rule.
	Limits   *ratelimit.Limiter
	Rules    ratelimit.Rules
	Presence Presence
	// ClientIP is the address that a call counts for.
	ClientIP func(c *fiber.Ctx) netip.Addr
	// Socket upgrades to the visitor's socket; its route is guarded here.
	Socket fiber.Handler
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// Widget is the Chat surface.
type Widget struct {
	Options
	spec  *surface.Spec
	walls ratelimit.Rules
}

// New makes the surface. It fails when something it stands on is missing, or when
// the document does not say of every route who may call it how often.
func New(ctx context.Context, o Options) (*Widget, error) {
	if o.Chat == nil || o.Access == nil || o.Limits == nil || o.Presence == nil || o.ClientIP == nil || o.Socket == nil {
		return nil, errors.New("the Chat surface needs all of its options")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	spec, err := surface.Load(ctx, document, Prefix)
	if err != nil {
		return nil, err
	}
	w := &Widget{Options: o, spec: spec, walls: ratelimit.Rules{}}
	for _, op := range spec.Operations() {
		if len(op.Limits) != 1 {
			return nil, fmt.Errorf("%s %s: one limit is wanted", op.Method, op.Path)
		}
		rule, known := o.Rules[op.Limits[0]]
		if !known {
			return nil, fmt.Errorf("there is no rate limit %s", op.Limits[0])
		}
		w.walls[rule.Name] = rule.Wall()
	}
	return w, nil
}

// Mount registers every route of the surface on the app, whose configuration must
// be that of surface.Config, behind surface.Begin. Errors are for WriteError.
func (w *Widget) Mount(app fiber.Router) error {
	limits := w.Chat.UploadLimits()
	router := w.spec.Router(app, surface.Options{
		Guard: w.guard, Preflight: preflight,
		// Room for every file at its largest, and for the parts around them.
		UploadBytes:   limits.MaxBytes*int64(limits.MaxFiles) + 1<<20,
		UploadRefusal: fileTooLarge(limits),
		QueryCode:     models.CodeUnprocessable,
	})
	RegisterHandlers(router, NewStrictHandler(handlers{w}, []StrictMiddlewareFunc{unprocessable}))
	router.Get("/ws", w.Socket)
	return router.Close()
}

// handlers are the operations of the document.
type handlers struct{ *Widget }

var _ StrictServerInterface = handlers{}

// unprocessable answers what the domain finds invalid with 422. What cannot even be
// read has been refused with 400 before.
func unprocessable(next StrictHandlerFunc, _ string) StrictHandlerFunc {
	return func(c *fiber.Ctx, request any) (any, error) {
		response, err := next(c, request)
		var e *models.Error
		if errors.As(err, &e) && e.Code == models.CodeInvalid {
			refused := *e
			refused.Code = models.CodeUnprocessable
			return nil, &refused
		}
		return response, err
	}
}

// WriteError answers an error in the surface's shape, {"error":"Sentence"}. The
// app's error handler calls it for every path under Prefix, after logging.
func WriteError(c *fiber.Ctx, err error) error {
	surface.Identify(c)
	e := surface.Failure(err)
	if e.Code == models.CodeUnavailable && len(c.Response().Header.Peek(fiber.HeaderRetryAfter)) == 0 {
		c.Set(fiber.HeaderRetryAfter, "5")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Status(surface.Status(e.Code))
	answer := Error{Error: e.Message}
	if seconds, limited := e.Details["retry_after"].(int64); limited {
		answer.RetryAfter = &seconds
		if len(c.Response().Header.Peek(fiber.HeaderRetryAfter)) == 0 {
			c.Set(fiber.HeaderRetryAfter, strconv.FormatInt(seconds, 10))
		}
	}
	return c.JSON(answer)
}
