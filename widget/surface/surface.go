// Package surface is what every HTTP surface shares. It reads an OpenAPI document
// as the closed table of a surface's routes, puts the guard, the limits and the
// decoding of the body in front of each, serves files, and turns every failure into
// a models.Error, so that a surface only decodes, calls the service and encodes.
//
// Nothing that a client sends reaches a handler unread: the media type, the size,
// the encoding, the text and the types of a body are judged here, by the schemas of
// the document, before the generated code binds them.
package surface

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
)

// Deadline is how long a call may take behind its guard, and the guard itself.
const Deadline = 30 * time.Second

// OutsideDeadline is how long a call may take that waits for somebody outside.
const OutsideDeadline = 2 * time.Minute

// drainBytes is how much of a body that nobody read is thrown away, so that its
// sender gets to read why: a connection that is closed on somebody who still writes
// takes the answer with it. A body that is announced longer closes the connection.
const drainBytes = 64 << 20

// Config is the part of an app's configuration that this package relies on: values
// of a Ctx survive it, paths match exactly, and bodies are read by the one who
// knows their limit. The caller adds its error handler and time-outs.
func Config() fiber.Config {
	return fiber.Config{
		Immutable: true, CaseSensitive: true, StrictRouting: true,
		StreamRequestBody: true, DisablePreParseMultipartForm: true,
		DisableStartupMessage: true,
	}
}

// contextKey names what a request's context carries.
type contextKey int

const (
	keyRequestID contextKey = iota
	keyPrincipal
	keySite
	keyForm
)

// Begin is the first handler of the app: it gives the request an id, which every
// response tells in X-Request-Id, and afterwards makes sure that what is left of
// an unread body is not taken for the next request.
func Begin(c *fiber.Ctx) error {
	Identify(c)
	err := c.Next()
	finishBody(c)
	return err
}

// Identify gives the request an id if it has none. It is for error handlers: a
// request that cannot even be read never comes to Begin.
func Identify(c *fiber.Ctx) {
	if RequestID(c.UserContext()) != "" {
		return
	}
	id := "req_" + models.EncodeSuffix(models.NewUID())
	c.Set(fiber.HeaderXRequestID, id)
	c.SetUserContext(context.WithValue(c.UserContext(), keyRequestID, id))
}

// finishBody reads a streamed body to its end, or closes the connection after the
// response: fasthttp would go on reading requests in the middle of the body.
func finishBody(c *fiber.Ctx) {
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		return
	}
	if c.Request().Header.ContentLength() <= drainBytes {
		if _, err := io.CopyN(io.Discard, stream, drainBytes+1); errors.Is(err, io.EOF) {
			return
		}
	}
	c.Context().SetConnectionClose()
}

// RequestID is the id that Begin gave the request; "" outside of one.
func RequestID(ctx context.Context) string {
	id, _ := ctx.Value(keyRequestID).(string)
	return id
}

// WithPrincipal notes who acts.
func WithPrincipal(ctx context.Context, who models.Principal) context.Context {
	return context.WithValue(ctx, keyPrincipal, who)
}

// Principal is who acts; the zero principal, which may do nothing, when the guard
// noted none.
func Principal(ctx context.Context) models.Principal {
	who, _ := ctx.Value(keyPrincipal).(models.Principal)
	return who
}

// WithSite notes the site that a site key named.
func WithSite(ctx context.Context, site models.Site) context.Context {
	return context.WithValue(ctx, keySite, site)
}

// Site is the site that the guard noted; the zero site when it noted none.
func Site(ctx context.Context) models.Site {
	site, _ := ctx.Value(keySite).(models.Site)
	return site
}

// Form is the form of a multipart request; nil when the body was something else.
// Its files are gone when the handler returns.
func Form(ctx context.Context) *multipart.Form {
	form, _ := ctx.Value(keyForm).(*multipart.Form)
	return form
}

// Outlive gives a context for what goes on after the handler has returned, such as
// a file on its way to a slow reader: it keeps the values, drops the handler's
// deadline, and ends after the given time or when end is called.
func Outlive(ctx context.Context, d time.Duration) (outlived context.Context, end context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), d)
}
