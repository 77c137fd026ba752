package main

import (
	"bytes"
	"slices"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"parley/models"
)

// maxAnnounced is the longest body that a client is told to go on with; routes have
// lower limits of their own.
const maxAnnounced = 64 << 20

// hygienic stands before Fiber, which would answer an unknown method in a shape of
// its own.
func hygienic(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if method := string(ctx.Method()); !slices.Contains(fiber.DefaultMethods, method) {
			// One method that no route has is as good as another, and is refused in the
			// surface's shape.
			ctx.Request.Header.SetMethod(fasthttp.MethodTrace)
		}
		next(ctx)
	}
}

var errTwoLengths = models.Invalid("", "Send either Content-Length or Transfer-Encoding, not both")

// oneLength refuses a request with both kinds of length: a proxy in front may have
// seen another request in it (RFC 9112 §6.3), so nothing after it is read.
func oneLength(c *fiber.Ctx) error {
	header := &c.Request().Header
	if header.ContentLength() == -1 && bytes.Contains(bytes.ToLower(header.RawHeaders()), []byte("\ncontent-length:")) {
		c.Context().SetConnectionClose()
		return errTwoLengths
	}
	return c.Next()
}

// mayContinue answers Expect: 100-continue.
func mayContinue(header *fasthttp.RequestHeader) bool { return header.ContentLength() <= maxAnnounced }
