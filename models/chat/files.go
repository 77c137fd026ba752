package chat

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"image"
	_ "image/gif" // the decoders register themselves; only image headers are ever read
	_ "image/jpeg"
	_ "image/png"
	"io"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/gabriel-vasile/mimetype"
	_ "golang.org/x/image/webp" // as above

	"parley/models"
)

// Upload is a file on its way in; Body is read once, to its end.
type Upload struct {
	Filename string
	Body     io.Reader
}

// UploadLimits bounds the files of one message. Types are media types by content;
// "image/*" stands for a family.
type UploadLimits struct {
	MaxBytes int64
	MaxFiles int
	Types    []string
}

// DefaultUploadLimits lets in what people attach to a chat, and nothing that a
// browser would run: no HTML, no SVG, no script, no program.
func DefaultUploadLimits() UploadLimits {
	return UploadLimits{MaxBytes: 10 << 20, MaxFiles: 5, Types: []string{
		"image/png", "image/jpeg", "image/gif", "image/webp", "image/heic", "image/avif", "image/bmp", "image/tiff",
		"audio/*", "video/*", "application/pdf", "text/plain", "text/csv", "application/zip", "application/ogg",
		"application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint",
		"application/vnd.openxmlformats-officedocument.wordprocessingml.document",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		"application/vnd.openxmlformats-officedocument.presentationml.presentation",
		"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.spreadsheet",
		"application/json", "text/rtf",
	}}
}

func (l UploadLimits) orDefault() UploadLimits {
	d := DefaultUploadLimits()
	if l.MaxBytes > 0 {
		d.MaxBytes = l.MaxBytes
	}
	if l.MaxFiles > 0 {
		d.MaxFiles = l.MaxFiles
	}
	if len(l.Types) > 0 {
		d.Types = l.Types
	}
	return d
}

func (l UploadLimits) allows(contentType string) bool {
	family, _, _ := strings.Cut(contentType, "/")
	for _, t := range l.Types {
		if t == contentType || t == family+"/*" {
			return true
		}
	}
	return false
}

// maxPixels bounds what a viewer of an image has to unfold: 25 megapixels.
const maxPixels = 25_000_000

// Errors of files.
var (
	ErrTooManyFiles = &models.Error{Code: models.CodeInvalid, Message: "Too many files", Field: "files"}
	ErrFileType     = &models.Error{Code: models.CodeUnsupportedType, Message: "This type of file is not allowed", Field: "files"}
	ErrFileEmpty    = &models.Error{Code: models.CodeInvalid, Message: "The file is empty", Field: "files"}
	ErrImageTooBig  = &models.Error{Code: models.CodeInvalid, Message: "The image has too many pixels (maximum 25 megapixels)", Field: "files"}
)

// UploadLimits are the limits in force.
func (s *Service) UploadLimits() UploadLimits { return s.limits }

func (s *Service) errFileTooLarge() error {
	return &models.Error{
		Code: models.CodeTooLarge, Field: "files",
		Message: fmt.Sprintf("File is too large (maximum %d MB)", s.limits.MaxBytes>>20),
	}
}

// keep stores the bytes of files and gives the rows to be. When one is refused none
// stays behind.
func (s *Service) keep(ctx context.Context, uploads []Upload) ([]models.Attachment, error) {
	if len(uploads) > s.limits.MaxFiles {
		return nil, ErrTooManyFiles.With("max_files", s.limits.MaxFiles)
	}
	kept := make([]models.Attachment, 0, len(uploads))
	for _, u := range uploads {
		a, err := s.keepOne(ctx, u)
		if err != nil {
			s.forget(ctx, kept)
			return nil, err
		}
		kept = append(kept, a)
	}
	return kept, nil
}

func (s *Service) keepOne(ctx context.Context, u Upload) (models.Attachment, error) {
	content, err := io.ReadAll(io.LimitReader(u.Body, s.limits.MaxBytes+1))
	if err != nil {
		return models.Attachment{}, models.Invalid("files", "The file could not be read to its end").Because(err)
	}
	if int64(len(content)) > s.limits.MaxBytes {
		return models.Attachment{}, s.errFileTooLarge()
	}
	a, err := s.inspect(u.Filename, content)
	if err != nil {
		return models.Attachment{}, err
	}
	if err := s.blobs.Put(ctx, a.StorageKey, bytes.NewReader(content), a.Size); err != nil {
		return models.Attachment{}, fmt.Errorf("store a file: %w", err)
	}
	return a, nil
}

// inspect judges a file by its content; its name is for display alone.
func (s *Service) inspect(filename string, content []byte) (models.Attachment, error) {
	if len(content) == 0 {
		return models.Attachment{}, ErrFileEmpty
	}
	contentType, _, _ := strings.Cut(mimetype.Detect(content).String(), ";")
	if !s.limits.allows(contentType) {
		return models.Attachment{}, ErrFileType.With("content_type", contentType)
	}
	a := models.Attachment{
		UID: models.NewUID(), StorageKey: strings.ToLower(rand.Text()), Filename: cleanFilename(filename),
		ContentType: contentType, Size: int64(len(content)), CreatedAt: s.clock(),
	}
	if !strings.HasPrefix(contentType, "image/") {
		return a, nil
	}
	// Only the header is read: a bomb is known by its size before anybody unfolds it.
	if config, _, err := image.DecodeConfig(bytes.NewReader(content)); err == nil {
		if int64(config.Width)*int64(config.Height) > maxPixels {
			return models.Attachment{}, ErrImageTooBig
		}
		a.Width, a.Height = &config.Width, &config.Height
	}
	return a, nil
}

// cleanFilename keeps the last part of a name, without controls and bidirectional
// marks, at most 200 bytes, and never empty.
func cleanFilename(name string) string {
	name = strings.ToValidUTF8(strings.ReplaceAll(name, "\\", "/"), "")
	name = strings.Trim(cleanName(path.Base(name)), ". ")
	for len(name) > 200 {
		_, size := utf8.DecodeRuneInString(name)
		name = name[size:] // the end, with the extension, is worth more than the beginning
	}
	if name == "" || name == "/" {
		return "file"
	}
	return name
}

// forget takes bytes back that no row names. What cannot be deleted now is only
// wasted space, so an error ends here.
func (s *Service) forget(ctx context.Context, files []models.Attachment) {
	for _, f := range files {
		_ = s.blobs.Delete(context.WithoutCancel(ctx), f.StorageKey)
	}
}

// fileType is the type of a message that is a file.
func fileType(contentType string) models.MessageType {
	switch family, _, _ := strings.Cut(contentType, "/"); family {
	case "image":
		return models.TypeImage
	case "audio":
		return models.TypeAudio
	case "video":
		return models.TypeVideo
	default:
		return models.TypeFile
	}
}

// File finds a file of a message by their integer ids and opens its bytes; the
// caller closes them.
func (s *Service) File(ctx context.Context, who models.Principal, messageID, attachmentID int64) (models.Attachment, io.ReadSeekCloser, error) {
	if err := allow(who, actRead); err != nil {
		return models.Attachment{}, nil, err
	}
	a, err := s.store.Attachment(ctx, who, messageID, attachmentID)
	if err != nil {
		return models.Attachment{}, nil, err
	}
	body, err := s.blobs.Open(ctx, a.StorageKey)
	return a, body, err
}
