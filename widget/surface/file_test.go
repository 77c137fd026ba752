package surface_test

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

// tracked is a body that counts how often it was closed, and can fail to seek.
type tracked struct {
	*bytes.Reader
	closed *atomic.Int32
	seek   error
}

func (b tracked) Close() error { b.closed.Add(1); return nil }

func (b tracked) Seek(offset int64, whence int) (int64, error) {
	if b.seek != nil {
		return 0, b.seek
	}
	return b.Reader.Seek(offset, whence)
}

const content = "0123456789abcdefghij"

// serveFile is an app whose GET /things/1 answers the attachment.
func serveFile(t *testing.T, a models.Attachment, inline bool, seek error) (b bench, closed *atomic.Int32) {
	t.Helper()
	closed = &atomic.Int32{}
	a.Size, a.UID = int64(len(content)), models.UID{15: 1}
	b = setup(t, surface.Options{}, func(r *surface.Router) {
		r.Post("/things", echo)
		r.Put("/things", echo)
		r.Get("/things/:id", func(c *fiber.Ctx) error {
			body := tracked{bytes.NewReader([]byte(content)), closed, seek}
			return surface.File{Attachment: a, Body: body, Inline: inline}.Serve(c)
		})
	})
	return b, closed
}

func (b bench) get(t *testing.T, method string, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, b.url+"/things/1", nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Add(headers[i], headers[i+1])
	}
	return b.send(t, request)
}

func TestRangesOfAFile(t *testing.T) {
	t.Parallel()
	b, closed := serveFile(t, models.Attachment{ContentType: "text/plain", Filename: "a.txt"}, false, nil)
	etag := b.get(t, http.MethodGet).header.Get("ETag")
	const refused = `{"error":"The file has no such part","field":""}`
	hundreds := "bytes=" + strings.Repeat("0-1,", 500) + "5-6"
	cases := []struct {
		header, ifRange string
		status          int
		body, span      string
	}{
		{"", "", 200, content, ""},
		{"bytes=0-4", "", 206, "01234", "bytes 0-4/20"},
		{"bytes=15-", "", 206, "fghij", "bytes 15-19/20"},
		{"bytes=-3", "", 206, "hij", "bytes 17-19/20"},
		{"bytes=-300", "", 206, content, "bytes 0-19/20"},
		{"bytes=10-9999999999", "", 206, "abcdefghij", "bytes 10-19/20"},
		{"bytes=19-19", "", 206, "j", "bytes 19-19/20"},
		{"bytes=20-", "", 416, refused, "bytes */20"},
		{"bytes=20-30", "", 416, refused, "bytes */20"},
		{"bytes=-0", "", 416, refused, "bytes */20"},
		{"bytes=5-2", "", 200, content, ""},
		{"bytes=", "", 200, content, ""},
		{"bytes=-", "", 200, content, ""},
		{"bytes=a-b", "", 200, content, ""},
		{"bytes=+1-2", "", 200, content, ""},
		{"bytes=1-2-3", "", 200, content, ""},
		{"bytes=0-18446744073709551616", "", 200, content, ""},
		{"lines=0-1", "", 200, content, ""},
		{"bytes=0-1,3-4", "", 200, content, ""},
		{hundreds, "", 200, content, ""},
		{"bytes=0-4", etag, 206, "01234", "bytes 0-4/20"},
		{"bytes=0-4", `"other"`, 200, content, ""},
		{"bytes=0-4", "W/" + etag, 200, content, ""},
		{"bytes=0-4", "Wed, 21 Oct 2015 07:28:00 GMT", 200, content, ""},
	}
	for _, c := range cases {
		headers := []string{}
		if c.header != "" {
			headers = append(headers, "Range", c.header)
		}
		if c.ifRange != "" {
			headers = append(headers, "If-Range", c.ifRange)
		}
		a := b.get(t, http.MethodGet, headers...)
		if a.status != c.status || a.body != c.body || a.header.Get("Content-Range") != c.span {
			t.Errorf("%.40s (%s): %d %q %q", c.header, c.ifRange, a.status, a.body, a.header.Get("Content-Range"))
		}
		if a.header.Get("Content-Length") != strconv.Itoa(len(c.body)) {
			t.Errorf("%.40s: Content-Length %s", c.header, a.header.Get("Content-Length"))
		}
	}
	if int(closed.Load()) != len(cases)+1 {
		t.Errorf("%d of %d bodies were closed", closed.Load(), len(cases)+1)
	}
}

func TestHeadAndUnchangedFilesSendNoBytes(t *testing.T) {
	t.Parallel()
	b, closed := serveFile(t, models.Attachment{ContentType: "text/plain", Filename: "a.txt"}, false, nil)
	head := b.get(t, http.MethodHead)
	if head.status != 200 || head.body != "" || head.header.Get("Content-Length") != "20" || head.header.Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("HEAD: %d %q %v", head.status, head.body, head.header)
	}
	part := b.get(t, http.MethodHead, "Range", "bytes=0-4")
	if part.status != 206 || part.header.Get("Content-Length") != "5" {
		t.Errorf("HEAD of a part: %d %v", part.status, part.header)
	}
	etag := head.header.Get("ETag")
	for _, tag := range []string{etag, "W/" + etag, `"a", ` + etag, "*"} {
		if a := b.get(t, http.MethodGet, "If-None-Match", tag); a.status != 304 || a.body != "" || a.header.Get("ETag") != etag {
			t.Errorf("If-None-Match %s: %d", tag, a.status)
		}
	}
	for _, tag := range []string{`"other"`, strings.Trim(etag, `"`), "", "W/"} {
		if a := b.get(t, http.MethodGet, "If-None-Match", tag); a.status != 200 {
			t.Errorf("If-None-Match %q: %d", tag, a.status)
		}
	}
	if closed.Load() != 10 {
		t.Errorf("%d of 10 bodies were closed", closed.Load())
	}
}

func TestAFileThatCannotBeReadIsUnavailable(t *testing.T) {
	t.Parallel()
	b, closed := serveFile(t, models.Attachment{ContentType: "text/plain"}, false, errors.New("the disk is gone"))
	if a := b.get(t, http.MethodGet); a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "disk") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if closed.Load() != 1 {
		t.Error("the body was not closed")
	}
}

func TestOnlyWhatCannotRunIsShownInPlace(t *testing.T) {
	t.Parallel()
	for contentType, inline := range map[string]bool{
		"image/png": true, "image/gif": true, "image/webp": true, "image/svg+xml": false, "audio/mpeg": true,
		"video/mp4": true, "application/pdf": true, "text/plain": true, "text/html": false, "text/csv": false,
		"application/xhtml+xml": false, "text/xml": false, "application/javascript": false, "application/zip": false,
		"application/octet-stream": false, "": false,
	} {
		shown, _ := serveFile(t, models.Attachment{ContentType: contentType, Filename: "f"}, true, nil)
		a := shown.get(t, http.MethodGet)
		want := "attachment; filename=f"
		if inline {
			want = "inline; filename=f"
		}
		if got := a.header.Get("Content-Disposition"); got != want {
			t.Errorf("%s: %s, not %s", contentType, got, want)
		}
		if a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" {
			t.Errorf("%s: the browser may run it: %v", contentType, a.header)
		}
		saved, _ := serveFile(t, models.Attachment{ContentType: contentType, Filename: "f"}, false, nil)
		if got := saved.get(t, http.MethodGet).header.Get("Content-Disposition"); got != "attachment; filename=f" {
			t.Errorf("%s, not asked to be shown: %s", contentType, got)
		}
	}
}

func TestFileNamesSurviveTheHeader(t *testing.T) {
	t.Parallel()
	for _, filename := range []string{
		"a.png", "two words.txt", `quo"te.txt`, `back\slash`, "semi;colon=1.txt", "übergröße.pdf", "日本語.txt", "😀.png",
		"percent%20.txt", "new\nline", "a'b", "", strings.Repeat("x", 300),
	} {
		b, _ := serveFile(t, models.Attachment{ContentType: "image/png", Filename: filename}, false, nil)
		header := b.get(t, http.MethodGet).header.Get("Content-Disposition")
		disposition, parameters, err := mime.ParseMediaType(header)
		if err != nil || disposition != "attachment" || parameters["filename"] != filename {
			t.Errorf("%q came out as %q of %s (%v)", filename, parameters["filename"], header, err)
		}
	}
	b, _ := serveFile(t, models.Attachment{ContentType: "image/png", Filename: "bro\xffken"}, false, nil)
	if header := b.get(t, http.MethodGet).header.Get("Content-Disposition"); header != "attachment; filename=broken" {
		t.Errorf("broken UTF-8: %s", header)
	}
}
