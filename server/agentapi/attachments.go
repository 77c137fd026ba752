package agentapi

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// fileDeadline is how long a slow reader may take for one file.
const fileDeadline = 10 * time.Minute

var (
	errFileMissing = models.Invalid("file", "The form needs one file, in the part named file")
	errFileTooMany = models.Invalid("file", "The form may hold one file; upload several one by one")
)

// UploadAttachment implements POST /v2/attachments.
func (a *api) UploadAttachment(ctx context.Context, _ UploadAttachmentRequestObject) (UploadAttachmentResponseObject, error) {
	form := surface.Form(ctx)
	if form == nil || len(form.File["file"]) == 0 {
		return nil, errFileMissing
	}
	if len(form.File["file"]) > 1 {
		return nil, errFileTooMany
	}
	header := form.File["file"][0]
	file, err := header.Open()
	if err != nil {
		return nil, fmt.Errorf("open an uploaded file: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read from
	kept, err := a.chat.Upload(ctx, surface.Principal(ctx), chat.Upload{Filename: header.Filename, Body: file})
	if err != nil {
		return nil, blameFile(err)
	}
	return UploadAttachment201JSONResponse(view.AttachmentForAgent(kept)), nil
}

// blameFile names the part as this surface does.
func blameFile(err error) error {
	known := models.AsError(err)
	if known.Field != "files" {
		return err
	}
	renamed := *known
	renamed.Field = "file"
	return &renamed
}

// fileTooLarge is what a body gets that is larger than any file may be.
func fileTooLarge(limits chat.UploadLimits) error {
	return &models.Error{
		Code: models.CodeTooLarge, Field: "file",
		Message: fmt.Sprintf("File is too large (maximum %d MB)", limits.MaxBytes>>20),
	}
}

// GetAttachment implements GET /v2/attachments/:id.
func (a *api) GetAttachment(ctx context.Context, r GetAttachmentRequestObject) (GetAttachmentResponseObject, error) {
	uid, err := models.ParseID(models.PrefixAttachment, r.ID)
	if err != nil {
		return nil, chat.ErrAttachmentNotFound
	}
	who := surface.Principal(ctx)
	// The bytes are read when the handler has returned.
	ctx, end := surface.Outlive(ctx, fileDeadline)
	attachment, body, err := a.chat.Attachment(ctx, who, uid)
	if err != nil {
		end()
		return nil, err
	}
	return served{surface.File{
		Attachment: attachment, Body: ending{body, end}, Inline: choice(r.Params.Disposition) == string(GetAttachmentParamsDispositionInline),
	}}, nil
}

// served is a file as an answer to GetAttachment.
type served struct{ surface.File }

// VisitGetAttachmentResponse writes the file.
func (s served) VisitGetAttachmentResponse(c *fiber.Ctx) error { return s.Serve(c) }

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
