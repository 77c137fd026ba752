package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/server/agentapi"
	"parley/server/assistantapi"
	"parley/server/inboxapi"
	"parley/server/mcp"
	"parley/widget"
	"parley/widget/surface"
)

// shape writes an error as one surface spells it.
type shape func(c *fiber.Ctx, e *models.Error) error

// shapes are the surfaces' prefixes with their shapes. What lies elsewhere is a page,
// and an error there is a sentence, for programs in JSON.
var shapes = []struct {
	prefix string
	write  shape
}{
	{widget.Prefix, func(c *fiber.Ctx, e *models.Error) error { return widget.WriteError(c, e) }},
	{agentapi.Prefix, agentapi.WriteError},
	{inboxapi.Prefix, inboxapi.WriteError},
	{assistantapi.PrefixAssistants, assistantapi.WriteError},
	{assistantapi.PrefixSessions, assistantapi.WriteError},
	{assistantapi.PrefixChats, assistantapi.WriteError},
	{assistantapi.PrefixOpenAI, assistantapi.WriteOpenAIError},
	{mcp.Prefix, mcp.WriteError},
}

// surfaceOf is the prefix that a path lies under, on a segment's border, or "page".
func surfaceOf(path string) string {
	for _, s := range shapes {
		if path == s.prefix || strings.HasPrefix(path, s.prefix+"/") {
			return s.prefix
		}
	}
	return "page"
}

// answerError is the one error handler: what went wrong inside goes to the log with
// the request's id, what the client may know goes out in the surface's shape.
func (a *App) answerError(c *fiber.Ctx, err error) error {
	e := surface.Failure(err)
	a.logError(c, e)
	if surface.Status(e.Code) == http.StatusServiceUnavailable && len(c.Response().Header.Peek(fiber.HeaderRetryAfter)) == 0 {
		c.Set(fiber.HeaderRetryAfter, "1")
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	// A handler that failed late may have begun an answer.
	c.Response().ResetBody()
	prefix := surfaceOf(c.Path())
	for _, s := range shapes {
		if s.prefix == prefix {
			return s.write(c, e)
		}
	}
	c.Status(surface.Status(e.Code))
	if strings.Contains(c.Get(fiber.HeaderAccept), fiber.MIMETextHTML) {
		c.Set(fiber.HeaderContentType, fiber.MIMETextPlainCharsetUTF8)
		return c.SendString(e.Message + "\n")
	}
	// Not a browser: a lost API client, or a request too broken to have a path.
	return c.JSON(fiber.Map{"error": e.Message})
}

// logError logs what is not the client's doing. The path may hold a visitor's secret
// token, so the log has the route instead; and what is wrong with a request may quote
// it, so of that the log has no more than the client is told.
func (a *App) logError(c *fiber.Ctx, e *models.Error) {
	level, reason := slog.LevelDebug, error(models.Fail(e.Code, e.Message))
	if surface.Status(e.Code) >= http.StatusInternalServerError {
		level, reason = slog.LevelError, e
		// Someone who hangs up is no failure of ours.
		if errors.Is(e, context.Canceled) {
			level = slog.LevelInfo
		}
	}
	a.log.Log(c.UserContext(), level, "request failed", "request_id", requestID(c), "method", c.Method(),
		"route", c.Route().Path, "code", string(e.Code), "error", reason)
}

// requestID is the id of the request. One that could not even be read as a request
// has met no handler, and gets its id here.
func requestID(c *fiber.Ctx) string {
	if given := c.Response().Header.Peek(fiber.HeaderXRequestID); len(given) > 0 {
		return string(given)
	}
	id := "req_" + models.EncodeSuffix(models.NewUID())
	c.Set(fiber.HeaderXRequestID, id)
	return id
}

// recovered turns a panic into an error, so that one request's defect ends no other.
func recovered(c *fiber.Ctx) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = models.ErrInternal.Because(fmt.Errorf("panic: %v\n%s", reason, debug.Stack()))
		}
	}()
	return c.Next()
}
