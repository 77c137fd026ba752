package surface

import (
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"parley/models"
)

// File is an attachment on its way to a browser, which must never run it.
type File struct {
	Attachment models.Attachment
	// Body is closed when the response is written, or not needed.
	Body io.ReadSeekCloser
	// Inline asks to show the file instead of saving it; only kinds that cannot run
	// are shown.
	Inline bool
}

var errRange = models.Fail(models.CodeRange, "The file has no such part")

// Serve answers with the file, or the part of it that was asked for: RFC 9110 §13
// and §14, with single ranges. A request for several gets the whole.
func (f File) Serve(c *fiber.Ctx) error {
	etag := f.etag()
	unchanged := MatchesETag(c.Get(fiber.HeaderIfNoneMatch), etag)
	span, partial := f.wanted(c, etag)
	if !unchanged && partial && span.length == 0 {
		_ = f.Body.Close() // nothing was read
		c.Set(fiber.HeaderContentRange, "bytes */"+strconv.FormatInt(f.Attachment.Size, 10))
		return errRange.With("size", f.Attachment.Size)
	}
	f.setHeaders(c)
	c.Set(fiber.HeaderETag, etag)
	if unchanged {
		c.Status(http.StatusNotModified)
		return f.Body.Close()
	}
	if partial {
		c.Set(fiber.HeaderContentRange, span.contentRange(f.Attachment.Size))
		c.Status(http.StatusPartialContent)
	}
	return f.send(c, span)
}

// send streams the span; the reader belongs to the response from here on.
func (f File) send(c *fiber.Ctx, s span) error {
	if c.Method() == fiber.MethodHead {
		c.Response().Header.SetContentLength(int(s.length))
		return f.Body.Close()
	}
	if _, err := f.Body.Seek(s.start, io.SeekStart); err != nil {
		_ = f.Body.Close() // the seek's error says more
		return models.ErrUnavailable.Because(err)
	}
	c.Context().SetBodyStream(portion{io.LimitReader(f.Body, s.length), f.Body}, int(s.length))
	return nil
}

// portion is a part of a file that closes the whole.
type portion struct {
	io.Reader
	io.Closer
}

// setHeaders says what the file is, and that it is nothing to run.
func (f File) setHeaders(c *fiber.Ctx) {
	contentType := f.Attachment.ContentType
	disposition := "attachment"
	if f.Inline && mayInline(contentType) {
		disposition = "inline"
	}
	if contentType == "text/plain" {
		contentType += "; charset=utf-8"
	}
	c.Set(fiber.HeaderContentType, contentType)
	c.Set(fiber.HeaderContentDisposition, contentDisposition(disposition, f.Attachment.Filename))
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	c.Set(fiber.HeaderContentSecurityPolicy, "sandbox; default-src 'none'")
	c.Set(fiber.HeaderCacheControl, "private, no-cache")
	c.Set(fiber.HeaderAcceptRanges, "bytes")
}

// mayInline lists what a browser shows without running it: images other than SVG,
// audio, video, PDF and plain text.
func mayInline(contentType string) bool {
	switch family, _, _ := strings.Cut(contentType, "/"); family {
	case "image":
		return contentType != "image/svg+xml"
	case "audio", "video":
		return true
	default:
		return contentType == "application/pdf" || contentType == "text/plain"
	}
}

// contentDisposition builds the header by RFC 6266, with RFC 5987 names.
func contentDisposition(disposition, filename string) string {
	filename = strings.ToValidUTF8(filename, "")
	if header := mime.FormatMediaType(disposition, map[string]string{"filename": filename}); header != "" {
		return header
	}
	return disposition
}

// etag names the bytes, which never change under one uid.
func (f File) etag() string { return `"` + models.EncodeSuffix(f.Attachment.UID) + `"` }

// MatchesETag says whether an If-None-Match header names the etag (weakly, as RFC
// 9110 §13.1.2 wants), or everything.
func MatchesETag(header, etag string) bool {
	if strings.TrimSpace(header) == "*" {
		return true
	}
	return slices.ContainsFunc(strings.Split(header, ","), func(tag string) bool {
		return strings.TrimPrefix(strings.TrimSpace(tag), "W/") == etag
	})
}

// span is a part of a file.
type span struct{ start, length int64 }

func (s span) contentRange(size int64) string {
	return "bytes " + strconv.FormatInt(s.start, 10) + "-" + strconv.FormatInt(s.start+s.length-1, 10) + "/" + strconv.FormatInt(size, 10)
}

// wanted is the part of the file that the request asks for; partial says whether it
// asks for a part. A part without length does not exist.
func (f File) wanted(c *fiber.Ctx, etag string) (s span, partial bool) {
	whole := span{0, f.Attachment.Size}
	header := c.Get(fiber.HeaderRange)
	if condition := c.Get(fiber.HeaderIfRange); header == "" || condition != "" && condition != etag {
		return whole, false
	}
	if s, ok := parseRange(header, f.Attachment.Size); ok {
		return s, true
	}
	return whole, false
}

// parseRange reads a single range of bytes. What is not one, several among them, is
// not ok, and to be ignored; one outside of the file has no length.
func parseRange(header string, size int64) (span, bool) {
	set, ok := strings.CutPrefix(header, "bytes=")
	first, last, dash := strings.Cut(strings.TrimSpace(set), "-")
	if !ok || !dash {
		return span{}, false
	}
	if first == "" {
		n, ok := parsePosition(last)
		n = min(n, size)
		return span{size - n, n}, ok
	}
	start, ok := parsePosition(first)
	if !ok {
		return span{}, false
	}
	end := size - 1
	if last != "" {
		given, ok := parsePosition(last)
		if !ok || given < start {
			return span{}, false
		}
		end = min(end, given)
	}
	return span{start, max(end-start+1, 0)}, true
}

// parsePosition reads digits alone; what is too large for the file is cut anyway.
func parsePosition(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil
}
