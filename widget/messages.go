package widget

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// maxMessages is the most that a limit may ask for; without one, all are answered.
const maxMessages = 1000

// ListMessages answers the visitor's messages, oldest first.
func (h handlers) ListMessages(ctx context.Context, r ListMessagesRequestObject) (ListMessagesResponseObject, error) {
	who := surface.Principal(ctx)
	q := chat.TranscriptQuery{ConversationID: who.ConversationID}
	if err := selectMessages(&q, r.Params); err != nil {
		return nil, err
	}
	messages, err := h.Chat.Transcript(ctx, who, q)
	if err != nil {
		return nil, err
	}
	return transcriptOf(messages), nil
}

func selectMessages(q *chat.TranscriptQuery, p ListMessagesParams) error {
	if p.Since != nil {
		since, err := parseSince(*p.Since)
		if err != nil {
			return err
		}
		q.Since = &since
	}
	if p.After != nil {
		if q.After = *p.After; q.After < 0 {
			return models.Invalid("after", "Invalid after")
		}
	}
	if p.Limit != nil {
		if q.Limit = *p.Limit; q.Limit < 1 || q.Limit > maxMessages {
			return models.Invalid("limit", "Invalid limit")
		}
	}
	return nil
}

// transcript is an answer to ListMessages with an ETag over what it says, so that a
// poller pays for what is new alone.
type transcript []view.VisitorMessage

// VisitListMessagesResponse writes the list, or 304 to somebody who has it.
func (t transcript) VisitListMessagesResponse(c *fiber.Ctx) error {
	body, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("encode messages: %w", err)
	}
	sum := sha256.Sum256(body)
	etag := `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
	c.Set(fiber.HeaderETag, etag)
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	if surface.MatchesETag(c.Get(fiber.HeaderIfNoneMatch), etag) {
		c.Status(http.StatusNotModified)
		return nil
	}
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSON)
	return c.Send(body)
}

// SendMessage posts the visitor's message.
func (h handlers) SendMessage(ctx context.Context, r SendMessageRequestObject) (SendMessageResponseObject, error) {
	draft, closeFiles, err := draftOf(ctx, r)
	defer closeFiles()
	if err != nil {
		return nil, err
	}
	who := surface.Principal(ctx)
	m, err := h.Chat.Post(ctx, who, who.ConversationUID, draft)
	if err != nil {
		return nil, err
	}
	return sent(m), nil
}

// errFileField tells who used another name that the file would have been lost.
var errFileField = models.Invalid("files", "Files are sent in the field files")

// draftOf reads a message from the body, whichever of the two kinds it is.
func draftOf(ctx context.Context, r SendMessageRequestObject) (d chat.Draft, closeFiles func(), err error) {
	if r.JSONBody != nil {
		return chat.Draft{Content: text(r.JSONBody.Message), ClientID: text(r.JSONBody.ClientId)}, func() {}, nil
	}
	form := surface.Form(ctx)
	if form == nil {
		return d, func() {}, errors.New("a message with neither a JSON body nor a form")
	}
	d = chat.Draft{Content: first(form.Value["message"]), ClientID: first(form.Value["client_id"])}
	var open []io.Closer
	closeFiles = func() {
		for _, f := range open {
			_ = f.Close() // it was only read from
		}
	}
	for name := range form.File {
		if name != "files" {
			return d, closeFiles, errFileField
		}
	}
	for _, header := range form.File["files"] {
		file, err := header.Open()
		if err != nil {
			return d, closeFiles, fmt.Errorf("open an uploaded file: %w", err)
		}
		open = append(open, file)
		d.Files = append(d.Files, uploadOf(header, file))
	}
	return d, closeFiles, nil
}

func uploadOf(header *multipart.FileHeader, file io.Reader) chat.Upload {
	return chat.Upload{Filename: header.Filename, Body: file}
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
