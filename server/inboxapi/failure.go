package inboxapi

import (
	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

// WriteError answers in the surface's error shape.
func WriteError(c *fiber.Ctx, e *models.Error) error {
	return c.Status(surface.Status(e.Code)).JSON(Error{Error: sentence(e)})
}

// sentence is what the client is told. The shape has no place for the bad field, so the
// sentence names it, as this surface spells it.
func sentence(e *models.Error) string {
	if e.Code == models.CodeUnauthorized {
		return models.ErrUnauthorized.Message // whatever is wrong with the key
	}
	if scope, missing := e.Details[surface.DetailScope].(string); missing {
		return "Missing scope: " + scope
	}
	if own, known := sentences[e.Field]; known && e.Code == models.CodeInvalid {
		return own
	}
	return e.Message
}

// sentences are those for fields that the service knows by other names.
var sentences = map[string]string{
	"assigned_to":   "userId must be the id of a user in this account",
	"contact_id":    "contactId must be the id of a contact in this account",
	"contact.id":    "contactId must be the id of a contact in this account",
	"channel_id":    "channelId must be the id of a channel in this account",
	"contact":       "One of contactId, contactEmail and contactPhone is required",
	"contact.name":  "contactName is too long (maximum 255 characters)",
	"contact.email": "contactEmail must be an e-mail address",
	"contact.phone": "contactPhone must be a number in E.164 form, such as +14155550123",
}
