// Package channel carries messages outside and takes in what comes back: SMS through
// Twilio, WhatsApp and Instagram through Meta's Graph API. Each adapter is a chat.Carrier;
// the hooks are the addresses that the providers call.
package channel

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/ratelimit"
	"parley/widget/surface"
)

// fileTime is how long a provider may take for one file.
const fileTime = 5 * time.Minute

// HookOptions are what the hooks stand on.
type HookOptions struct {
	Chat    *chat.Service
	Limiter *ratelimit.Limiter
	Rules   ratelimit.Rules
	// PublicURL is how providers spell our addresses: some sign what they called.
	PublicURL string
	// ClientIP is the address that a request counts for.
	ClientIP func(c *fiber.Ctx) netip.Addr
}

// hooks answer providers. What they call is open to everybody; a request is believed for
// its signature alone, which the carrier checks.
type hooks struct{ HookOptions }

// MountHooks registers every address that providers call.
func MountHooks(app fiber.Router, o HookOptions) {
	h := hooks{o}
	for _, route := range []struct {
		path    string
		methods []string
		limit   string
		answer  fiber.Handler
	}{
		{access.FilePrefix + "/:token", []string{http.MethodGet}, ratelimit.ChannelFile, h.answerFile},
		{chat.HookPrefix + "/:kind/:id/:hook", []string{http.MethodGet, http.MethodPost}, ratelimit.ChannelHook, h.answerHook},
		{access.StopPrefix + "/:token", []string{http.MethodGet, http.MethodPost}, ratelimit.ChannelHook, h.answerStop},
	} {
		allow := "GET, HEAD"
		for _, method := range route.methods {
			if method == http.MethodGet {
				app.Get(route.path, h.limited(route.limit, route.answer)) // and HEAD
				continue
			}
			app.Add(method, route.path, h.limited(route.limit, route.answer))
			allow += ", " + method
		}
		app.All(route.path, func(c *fiber.Ctx) error {
			c.Set(fiber.HeaderAllow, allow)
			return surface.ErrMethod
		})
	}
}

// limited counts a call for the caller's address and the account that it is about: nobody
// uses up what a provider may call.
func (h hooks) limited(limit string, answer fiber.Handler) fiber.Handler {
	return func(c *fiber.Ctx) error {
		ctx, cancel := context.WithTimeout(c.UserContext(), surface.Deadline)
		defer cancel()
		c.SetUserContext(ctx)
		caller := ratelimit.Key(h.ClientIP(c))
		if uid, err := models.ParseID(models.PrefixChannel, c.Params("id")); err == nil {
			caller += "/" + models.EncodeSuffix(uid)
		}
		if err := surface.Count(c, h.Limiter.Take(ctx, h.Rules[limit], caller)); err != nil {
			return err
		}
		c.Set(fiber.HeaderCacheControl, "no-store")
		return answer(c)
	}
}

// answerHook takes a provider's call: as it came, since its signature is over that.
func (h hooks) answerHook(c *fiber.Ctx) error {
	kind := models.Channel(c.Params("kind"))
	uid, err := models.ParseID(models.PrefixChannel, c.Params("id"))
	if err != nil {
		return chat.ErrChannelNotFound
	}
	limit, known := h.Chat.HookBytes(kind, c.Params("hook"))
	if !known {
		return chat.ErrChannelNotFound
	}
	body, err := surface.Raw(c, limit)
	if err != nil {
		return err
	}
	query, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return models.Invalid("", "Invalid query string")
	}
	answer, err := h.Chat.Hook(c.UserContext(), kind, uid, chat.HookRequest{
		Hook: c.Params("hook"), Method: c.Method(), URL: h.PublicURL + c.OriginalURL(), Query: query,
		Header: func(name string) string { return c.Get(name) }, Body: body,
	})
	if err != nil {
		return err
	}
	if answer.ContentType != "" {
		c.Set(fiber.HeaderContentType, answer.ContentType)
	}
	return c.Status(http.StatusOK).SendString(answer.Body)
}

// answerFile gives a file of a message to the provider that fetches it.
func (h hooks) answerFile(c *fiber.Ctx) error {
	// The bytes are read when the handler has returned.
	ctx, end := surface.Outlive(c.UserContext(), fileTime)
	attachment, body, err := h.Chat.LinkedFile(ctx, c.Params("token"))
	if err != nil {
		end()
		return err
	}
	return surface.File{Attachment: attachment, Body: ending{body, end}, Inline: true}.Serve(c)
}

// ending is a body whose context ends with it.
type ending struct {
	io.ReadSeekCloser
	end context.CancelFunc
}

// Close implements io.Closer.
func (e ending) Close() error {
	defer e.end()
	return e.ReadSeekCloser.Close()
}
