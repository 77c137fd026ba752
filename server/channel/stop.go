package channel

import (
	"html"

	"github.com/gofiber/fiber/v2"
)

// stopPolicy lets the page be read, and its one button be pressed.
const stopPolicy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// answerStop ends letters to an address. A GET only asks: mail programs open links by
// themselves. The POST is the button's, or the mail program's own (RFC 8058 §3.2).
func (h hooks) answerStop(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentSecurityPolicy, stopPolicy)
	c.Set(fiber.HeaderReferrerPolicy, "no-referrer")
	c.Set(fiber.HeaderContentType, fiber.MIMETextHTMLCharsetUTF8)
	if c.Method() != fiber.MethodPost {
		email, err := h.Chat.NoticeAddress(c.Params("token"))
		if err != nil {
			return err
		}
		return c.SendString(stopPage("Stop letters to "+email+"?",
			`<form method="post"><button type="submit">Stop these letters</button></form>`))
	}
	email, err := h.Chat.StopNotices(c.UserContext(), c.Params("token"))
	if err != nil {
		return err
	}
	return c.SendString(stopPage("There will be no more of these letters to "+email+".", ""))
}

func stopPage(text, rest string) string {
	return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
		`<title>Letters</title><style>body{font:1rem/1.5 system-ui;max-width:32rem;margin:4rem auto;padding:0 1rem}` +
		`button{font:inherit;padding:.5rem 1rem}</style></head><body><p>` + html.EscapeString(text) + `</p>` + rest + `</body></html>`
}
