package widget

import (
	"context"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/widget/surface"
)

// fileDeadline is how long a slow reader may take for one file.
const fileDeadline = 10 * time.Minute

// GetFile answers the bytes of a file.
func (h handlers) GetFile(ctx context.Context, r GetFileRequestObject) (GetFileResponseObject, error) {
	who := surface.Principal(ctx)
	// The bytes are read when the handler has returned.
	ctx, end := surface.Outlive(ctx, fileDeadline)
	attachment, body, err := h.Chat.File(ctx, who, r.ActivityId, r.Id)
	if err != nil {
		end()
		return nil, err
	}
	inline := r.Params.Disposition != nil && *r.Params.Disposition == Inline
	return served{surface.File{Attachment: attachment, Body: ending{body, end}, Inline: inline}}, nil
}

// served is a file as an answer to GetFile.
type served struct{ surface.File }

// VisitGetFileResponse writes the file.
func (s served) VisitGetFileResponse(c *fiber.Ctx) error { return s.Serve(c) }

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
