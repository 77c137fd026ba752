package agentapi

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/view"
	"parley/widget/surface"
)

// WriteError answers in the surface's error shape.
func WriteError(c *fiber.Ctx, e *models.Error) error {
	status := surface.Status(e.Code)
	body := Error{
		Error: ErrorError(e.Code), Message: e.Message, Code: status, Details: map[string]any{},
		RequestID: surface.RequestID(c.UserContext()), Timestamp: view.Time(time.Now()),
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
