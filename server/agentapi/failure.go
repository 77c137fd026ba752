package agentapi

import (
	"errors"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/view"
	"parley/widget/surface"
)

// nouns are what the paths with an id are about.
var nouns = map[string]string{
	"users": "User", "sites": "Site", "keys": "API key", "canned": "Canned reply", "labels": "Label", "attachments": "Attachment",
	"sessions": "Session",
}

// missing says what is not there: the thing that the path names, or the address itself.
func missing(c *fiber.Ctx) string {
	rest, ours := strings.CutPrefix(c.Route().Path, Prefix+"/")
	if !ours {
		return "There is no such address; /docs lists them all"
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(rest, "auth/"), "/")
	if noun := nouns[first]; noun != "" {
		return noun + " not found"
	}
	return models.ErrNotFound.Message
}

// WriteError answers in the surface's error shape.
func WriteError(c *fiber.Ctx, e *models.Error) error {
	status := surface.Status(e.Code)
	body := Error{
		Error: ErrorError(e.Code), Message: e.Message, Code: status, Details: map[string]any{},
		RequestID: surface.RequestID(c.UserContext()), Timestamp: view.Time(time.Now()),
	}
	switch e.Code {
	case models.CodeRange:
		body.Error = InvalidInput
	case models.CodeUpstream, models.CodeUpstreamTimeout:
		body.Error = Unavailable // 502 and 504 tell the rest
	}
	if errors.Is(e, models.ErrNotFound) {
		body.Message = missing(c)
	}
	for name, value := range e.Details {
		body.Details[name] = value
	}
	if e.Field != "" {
		body.Details["field"] = e.Field
	}
	if seconds, ok := e.Details["retry_after"].(int64); ok {
		body.RetryAfter = &seconds
	}
	return c.Status(status).JSON(body)
}
