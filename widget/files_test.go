package widget_test

import (
	"bytes"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// part is one part of a form; without a filename it is a text.
type part struct {
	name, filename, contentType string
	content                     []byte
}

func file(filename string, content []byte) part { return part{"files", filename, "", content} }

func text(name, value string) part { return part{name: name, content: []byte(value)} }

// upload posts a form.
func (s *shop) upload(t *testing.T, token string, parts ...part) answer {
	t.Helper()
	contentType, body := encode(t, parts)
	return s.send(t, http.MethodPost, talk(token)+"/messages", bytes.NewReader(body), "Content-Type", contentType)
}

func encode(t *testing.T, parts []part) (contentType string, body []byte) {
	t.Helper()
	var buffer bytes.Buffer
	writer := multipart.NewWriter(&buffer)
	for _, p := range parts {
		disposition := map[string]string{"name": p.name}
		if p.filename != "" {
			disposition["filename"] = p.filename
		}
		header := textproto.MIMEHeader{"Content-Disposition": {mime.FormatMediaType("form-data", disposition)}}
		if p.contentType != "" {
			header.Set("Content-Type", p.contentType)
		}
		w, err := writer.CreatePart(header)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(p.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return writer.FormDataContentType(), buffer.Bytes()
}

// picture draws an image in one of the formats.
func picture(t *testing.T, width, height int, encode func(io.Writer, image.Image) error) []byte {
	t.Helper()
	var buffer bytes.Buffer
	if err := encode(&buffer, image.NewRGBA(image.Rect(0, 0, width, height))); err != nil {
		t.Fatal(err)
	}
	return buffer.Bytes()
}

func asJPEG(w io.Writer, m image.Image) error { return jpeg.Encode(w, m, nil) }

func asGIF(w io.Writer, m image.Image) error { return gif.Encode(w, m, nil) }

func TestFilesComeWithAMessageAndGoOutAsTheyCame(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		photo, note := picture(t, 3, 2, png.Encode), []byte("plain text\n")
		a := s.upload(t, "token", text("message", "See these"), text("client_id", "c1"), file("a.png", photo), file("übersicht.txt", note), text("unknown", "x"))
		a.want(t, "upload", http.StatusCreated, "")
		m := s.messages(t, "token", "?after=1")[0]
		if m.Body != "See these" || m.ClientID != "c1" || m.Type != "text" || len(m.Attachments) != 2 {
			t.Fatalf("stored %+v", m)
		}
		first, second := m.Attachments[0], m.Attachments[1]
		if first.ContentType != "image/png" || first.Size != int64(len(photo)) || *first.Width != 3 || *first.Height != 2 || second.ContentType != "text/plain" || second.Width != nil {
			t.Errorf("attachments %+v", m.Attachments)
		}
		if first.URL != fmt.Sprintf("files/%d/%d", m.ID, first.ID) {
			t.Errorf("the address is %s", first.URL)
		}
		got := s.get(t, talk("token")+"/"+second.URL)
		if got.status != 200 || !bytes.Equal(got.body, note) || got.header.Get("Content-Type") != "text/plain; charset=utf-8" || got.header.Get("Content-Length") != strconv.Itoa(len(note)) {
			t.Errorf("%d %q %v", got.status, got.body, got.header)
		}
		if _, parameters, err := mime.ParseMediaType(got.header.Get("Content-Disposition")); err != nil || parameters["filename"] != "übersicht.txt" {
			t.Errorf("Content-Disposition %s", got.header.Get("Content-Disposition"))
		}
		// A link in a page carries the site key in its query.
		link := s.get(t, talk("token")+"/"+first.URL+"?disposition=inline&site_key="+s.creds.SiteKey, "X-API-Key", "")
		if link.status != 200 || !bytes.Equal(link.body, photo) || link.header.Get("Content-Disposition") != "inline; filename=a.png" {
			t.Errorf("%d %v", link.status, link.header)
		}
	})
}

func TestAFileNeedsNoText(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		s.upload(t, "token", file("a.gif", picture(t, 1, 1, asGIF))).want(t, "an image alone", http.StatusCreated, "")
		s.upload(t, "token", file("a.txt", []byte("x")), text("message", " ")).want(t, "a file with a blank", http.StatusCreated, "")
		s.upload(t, "token", text("message", "just text")).want(t, "a form without files", http.StatusCreated, "")
		list := s.messages(t, "token", "?after=1")
		if list[0].Type != "image" || list[1].Type != "file" || list[2].Type != "text" {
			t.Errorf("types %s %s %s", list[0].Type, list[1].Type, list[2].Type)
		}
		s.upload(t, "token").want(t, "an empty form", 422, notAMessage)
		s.upload(t, "token", text("message", "")).want(t, "a blank form", 422, notAMessage)
	})
}

func TestFilesAreJudgedByTheirContent(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.start(t, "token")
	gifScript := append(picture(t, 1, 1, asGIF), []byte("/*<script>alert(1)</script>*/")...)
	for _, c := range []struct {
		what   string
		file   part
		status int
		stored string
	}{
		{"a PNG", file("a.png", picture(t, 1, 1, png.Encode)), 201, "image/png"},
		{"a JPEG called a PNG", file("a.png", picture(t, 1, 1, asJPEG)), 201, "image/jpeg"},
		{"a text called an image", part{"files", "a.png", "image/png", []byte("hello")}, 201, "text/plain"},
		{"a PDF", file("a", []byte("%PDF-1.7\n%âãÏÓ\n1 0 obj")), 201, "application/pdf"},
		{"a GIF that is a script too", file("a.gif", gifScript), 201, "image/gif"},
		{"CSV", file("a.csv", []byte("a,b,c\n1,2,3\n4,5,6\n")), 201, "text/csv"},
		{"SVG", file("a.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`)), 415, ""},
		{"SVG that says it is a PNG", part{"files", "a.png", "image/png", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>`)}, 415, ""},
		{"SVG with a longer type", part{"files", "a.png", "image/svg+xml; x", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)}, 415, ""},
		{"HTML", file("a.txt", []byte("<!DOCTYPE html><html><script>alert(1)</script></html>")), 415, ""},
		{"HTML behind blanks", file("a.txt", []byte("\n\n  <html><body onload=alert(1)>")), 415, ""},
		{"XHTML", file("a.txt", []byte(`<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>`)), 415, ""},
		{"a program", file("a.png", []byte("\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00>\x00")), 415, ""},
		{"a Windows program", file("a.pdf", append([]byte("MZ\x90\x00\x03"), make([]byte, 200)...)), 415, ""},
		{"bytes of no kind", file("a.bin", []byte{0, 1, 2, 3, 0xff, 0xfe, 0, 9}), 415, ""},
		{"nothing", file("a.png", nil), 422, ""},
	} {
		before := len(s.messages(t, "token", ""))
		a := s.upload(t, "token", c.file)
		a.want(t, c.what, c.status, "")
		list := s.messages(t, "token", "")
		if c.status == 201 {
			if got := list[len(list)-1].Attachments[0].ContentType; got != c.stored {
				t.Errorf("%s is stored as %s", c.what, got)
			}
		} else if len(list) != before {
			t.Errorf("%s was refused and stored", c.what)
		}
	}
}

func TestAPolyglotIsNothingToRun(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.start(t, "token")
	s.upload(t, "token", file("a.html", append(picture(t, 1, 1, asGIF), []byte("<script>alert(1)</script>")...))).want(t, "upload", 201, "")
	path := talk("token") + "/" + s.messages(t, "token", "?after=1")[0].Attachments[0].URL
	for _, query := range []string{"", "?disposition=attachment", "?disposition=inline", "?disposition=INLINE", "?disposition=x"} {
		a := s.get(t, path+query)
		want := "attachment; filename=a.html"
		if query == "?disposition=inline" {
			want = "inline; filename=a.html"
		}
		if a.header.Get("Content-Type") != "image/gif" || a.header.Get("X-Content-Type-Options") != "nosniff" ||
			a.header.Get("Content-Security-Policy") != "sandbox; default-src 'none'" || a.header.Get("Content-Disposition") != want {
			t.Errorf("%q: %v", query, a.header)
		}
	}
}

func TestNamesOfFilesAreCleaned(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.start(t, "token")
	for given, want := range map[string]string{
		"../../etc/passwd": "passwd", `..\..\boot.ini`: "boot.ini", "/abs/olute.txt": "olute.txt", `C:\x\y.txt`: "y.txt", "..": "file", ".": "file",
		"a\u202etxt.exe": "atxt.exe", "a\u2066b\u2069.txt": "ab.txt", "line\nbreak.txt": "linebreak.txt", "tab\tbed.txt": "tabbed.txt",
		"CON": "CON", "a;b=c.txt": "a;b=c.txt", `quo"te.txt`: `quo"te.txt`, "日本語.txt": "日本語.txt", " spaced .txt": "spaced .txt",
		strings.Repeat("long", 100) + ".txt": strings.Repeat("long", 49) + ".txt", "<script>.txt": "<script>.txt", "%2e%2e%2fx": "%2e%2e%2fx",
	} {
		a := s.upload(t, "token", file(given, []byte("x")))
		if a.status != http.StatusCreated {
			t.Errorf("%q: %d %s", given, a.status, a.body)
			continue
		}
		stored := s.messages(t, "token", fmt.Sprint("?after=", a.number(t, "seq")-1))[0].Attachments[0]
		_, parameters, err := mime.ParseMediaType(s.get(t, talk("token")+"/"+stored.URL).header.Get("Content-Disposition"))
		if stored.Filename != want || err != nil || parameters["filename"] != want {
			t.Errorf("%q is stored as %q and sent as %q (%v)", given, stored.Filename, parameters["filename"], err)
		}
	}
}

func TestTooLargeTooManyTooLong(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		const tooLarge = "File is too large (maximum 10 MB)"
		filled := func(size int) []byte { return bytes.Repeat([]byte("x"), size) }
		few := make([]part, 6)
		for i := range few {
			few[i] = file(fmt.Sprint(i, ".txt"), []byte("x"))
		}
		s.upload(t, "token", file("a.txt", filled(10<<20+1))).want(t, "one byte over", http.StatusRequestEntityTooLarge, tooLarge)
		s.upload(t, "token", few[0], file("a.txt", filled(11<<20))).want(t, "the second", http.StatusRequestEntityTooLarge, tooLarge)
		s.upload(t, "token", file("a.txt", filled(52<<20))).want(t, "beyond all files together", http.StatusRequestEntityTooLarge, tooLarge)
		s.upload(t, "token", few...).want(t, "six files", 422, "Too many files")
		s.upload(t, "token", few[0], text("message", strings.Repeat("x", 10_001))).want(t, "a long message", 422, longMessage)
		s.upload(t, "token", few[0], text("message", "a\x00b")).want(t, "NUL", 400, "message must not contain NUL characters")
		s.upload(t, "token", few[0], text("message", "\xff")).want(t, "broken UTF-8", 400, "The form is not valid UTF-8")
		many := make([]part, 10_000)
		for i := range many {
			many[i] = file("f", nil)
		}
		s.upload(t, "token", many...).want(t, "10,000 parts", http.StatusRequestEntityTooLarge, "")
		if got := len(s.messages(t, "token", "")); got != 1 || s.blobs.count() != 0 {
			t.Errorf("refused forms left %d messages and %d files", got-1, s.blobs.count())
		}
		s.upload(t, "token", file("a.txt", filled(10<<20)), few[0], few[1], few[2], few[3]).want(t, "all that is allowed", http.StatusCreated, "")
	})
}

func TestATruncatedFormLeavesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.start(t, "token")
	contentType, body := encode(t, []part{text("message", "hello"), file("a.txt", []byte("content")), file("b.txt", []byte("content"))})
	for cut := 0; cut < len(body)-3; cut += 7 {
		a := s.send(t, http.MethodPost, talk("token")+"/messages", bytes.NewReader(body[:cut]), "Content-Type", contentType)
		a.want(t, fmt.Sprint("cut after ", cut), http.StatusBadRequest, "The form is incomplete or malformed")
	}
	for what, broken := range map[string][2]string{
		"no boundary":          {"multipart/form-data", string(body)},
		"another boundary":     {"multipart/form-data; boundary=other", string(body)},
		"no disposition":       {"multipart/form-data; boundary=x", "--x\r\n\r\ncontent\r\n--x-\r\n"},
		"a header without end": {"multipart/form-data; boundary=x", "--x\r\nContent-Disposition: " + strings.Repeat("a", 1<<20)},
	} {
		a := s.send(t, http.MethodPost, talk("token")+"/messages", strings.NewReader(broken[1]), "Content-Type", broken[0])
		if a.status != http.StatusBadRequest && a.status != http.StatusRequestEntityTooLarge {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
	}
	if got := len(s.messages(t, "token", "")); got != 1 || s.blobs.count() != 0 {
		t.Errorf("broken forms left %d messages and %d files", got-1, s.blobs.count())
	}
}

func TestARetryOfAnUploadStoresItOnce(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		answers := together(8, func(int) answer {
			return s.upload(t, "token", text("client_id", "retry"), file("a.txt", []byte("content")))
		})
		for _, a := range answers {
			if a.status != http.StatusCreated || !bytes.Equal(a.body, answers[0].body) {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
		if list := s.messages(t, "token", "?after=1"); len(list) != 1 || len(list[0].Attachments) != 1 || s.blobs.count() != 1 {
			t.Errorf("%d messages, %d files", len(list), s.blobs.count())
		}
	})
}

func TestUploadLimitsAreTheConfigurations(t *testing.T) {
	t.Parallel()
	s := open(t, setting{uploads: chat.UploadLimits{MaxBytes: 2 << 20, MaxFiles: 1, Types: []string{"text/plain"}}})
	s.start(t, "token")
	const tooLarge = "File is too large (maximum 2 MB)"
	for _, size := range []int{2<<20 + 1, 5 << 20} {
		s.upload(t, "token", file("a.txt", bytes.Repeat([]byte("x"), size))).want(t, "too large", http.StatusRequestEntityTooLarge, tooLarge)
	}
	s.upload(t, "token", file("a.txt", []byte("a")), file("b.txt", []byte("b"))).want(t, "two", 422, "Too many files")
	s.upload(t, "token", file("a.png", picture(t, 1, 1, png.Encode))).want(t, "a picture", http.StatusUnsupportedMediaType, "")
	uploads, _ := s.get(t, "/config").object(t)["uploads"].(map[string]any)
	if uploads["max_bytes"] != float64(2<<20) || uploads["max_files"] != 1.0 || fmt.Sprint(uploads["types"]) != "[text/plain]" {
		t.Errorf("the widget is told %v", uploads)
	}
}

func TestOnlyFilesOfOnesOwnPublicMessagesExist(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "token")
		s.start(t, "other")
		s.upload(t, "token", file("a.txt", []byte("mine"))).want(t, "upload", 201, "")
		s.upload(t, "other", file("b.txt", []byte("theirs"))).want(t, "upload", 201, "")
		mine, theirs := s.messages(t, "token", "?after=1")[0], s.messages(t, "other", "?after=1")[0]
		note := s.answerAs(t, visitor, chat.Draft{Content: "note", Internal: true, Files: []chat.Upload{{Filename: "n.txt", Body: strings.NewReader("secret")}}})
		s.get(t, talk("token")+"/"+mine.Attachments[0].URL).want(t, "mine", http.StatusOK, "")
		path := func(message, file any) string { return fmt.Sprintf("%s/files/%v/%v", talk("token"), message, file) }
		own, foreign := mine.Attachments[0].ID, theirs.Attachments[0].ID
		var firstBody string
		for what, p := range map[string]string{
			"theirs": path(theirs.ID, foreign), "their file of my message": path(mine.ID, foreign), "my file of their message": path(theirs.ID, own),
			"a note's": path(note.ID, note.Attachments[0].ID), "my message, a note's file": path(mine.ID, note.Attachments[0].ID),
			"unknown": path(mine.ID, 999_999), "zero": path(0, 0), "negative": path(-1, -1), "not a number": path("x", "y"), "a fraction": path(mine.ID, "1.0"),
			"too large a number": path("9223372036854775808", 1), "largest": path("9223372036854775807", "9223372036854775807"),
			"with a plus": path("+1", own), "hexadecimal": path("0x1", own), "escaped": path("%31", "%00"), "SQL": path("1%20OR%201=1", own), "a UUID": path(models.NewUID(), own),
		} {
			a := s.get(t, p)
			a.want(t, what, http.StatusNotFound, "Not found")
			if firstBody == "" {
				firstBody = string(a.body)
			}
			if string(a.body) != firstBody {
				t.Errorf("%s is answered otherwise: %s", what, a.body)
			}
		}
		s.get(t, talk("other")+"/"+mine.Attachments[0].URL).want(t, "through another conversation", http.StatusNotFound, "Not found")
	})
}

func TestPartsOfAFile(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	s.start(t, "token")
	s.upload(t, "token", file("a.txt", []byte("0123456789"))).want(t, "upload", 201, "")
	path := talk("token") + "/" + s.messages(t, "token", "?after=1")[0].Attachments[0].URL
	etag := s.get(t, path).header.Get("ETag")
	for _, c := range []struct {
		what    string
		headers []string
		status  int
		body    string
	}{
		{"a range", []string{"Range", "bytes=2-4"}, 206, "234"},
		{"a suffix", []string{"Range", "bytes=-2"}, 206, "89"},
		{"hundreds", []string{"Range", "bytes=" + strings.Repeat("0-0,", 300) + "1-1"}, 200, "0123456789"},
		{"unchanged", []string{"If-None-Match", etag}, 304, ""},
		{"an If-Range that holds", []string{"Range", "bytes=0-0", "If-Range", etag}, 206, "0"},
		{"an If-Range that does not", []string{"Range", "bytes=0-0", "If-Range", `"x"`}, 200, "0123456789"},
	} {
		a := s.get(t, path, c.headers...)
		if a.status != c.status || string(a.body) != c.body || a.header.Get("ETag") != etag || a.header.Get("Accept-Ranges") != "bytes" {
			t.Errorf("%s: %d %q %v", c.what, a.status, a.body, a.header)
		}
	}
	beyond := s.get(t, path, "Range", "bytes=10-")
	beyond.want(t, "beyond the end", http.StatusRequestedRangeNotSatisfiable, "The file has no such part")
	if beyond.header.Get("Content-Range") != "bytes */10" || beyond.header.Get("Content-Disposition") != "" {
		t.Errorf("beyond the end: %v", beyond.header)
	}
	head := s.send(t, http.MethodHead, path, nil)
	if head.status != 200 || len(head.body) != 0 || head.header.Get("Content-Length") != "10" {
		t.Errorf("HEAD: %d %v", head.status, head.header)
	}
}
