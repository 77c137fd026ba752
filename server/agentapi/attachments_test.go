package agentapi

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/jobs"
)

// upload sends a file with the account's live key.
func (d *desk) upload(name, content string) answer {
	d.Helper()
	return d.uploadAs(d.creds.LiveKey, map[string]string{name: content}, "file")
}

// uploadAs sends files in parts of one name.
func (d *desk) uploadAs(key string, files map[string]string, part string) answer {
	d.Helper()
	return d.uploadTo("/attachments", key, files, part)
}

// uploadTo sends files in parts of one name to a path.
func (d *desk) uploadTo(path, key string, files map[string]string, part string) answer {
	d.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, content := range files {
		w, err := form.CreateFormFile(part, name)
		if err != nil {
			d.Fatal(err)
		}
		if _, err := io.WriteString(w, content); err != nil {
			d.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		d.Fatal(err)
	}
	request := httptest.NewRequestWithContext(d.Context(), http.MethodPost, Prefix+path, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("X-API-Key", key)
	a := d.raw(request)
	if err := json.Unmarshal([]byte(a.raw), &a.body); err != nil {
		d.Fatalf("an upload answered %d with %q: %v", a.status, a.raw, err)
	}
	d.holdAgainstDocument(request, a)
	return a
}

// raw makes a call whose answer may be no JSON.
func (d *desk) raw(request *http.Request) answer {
	d.Helper()
	response, err := d.app.Test(request, -1)
	if err != nil {
		d.Fatal(err)
	}
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		d.Fatal(err)
	}
	_ = response.Body.Close()
	return answer{status: response.StatusCode, header: response.Header, raw: string(raw)}
}

// bytesOf asks for a file's bytes.
func (d *desk) bytesOf(key, path string, headers map[string]string) answer {
	d.Helper()
	request := httptest.NewRequestWithContext(d.Context(), http.MethodGet, Prefix+path, nil)
	request.Header.Set("X-API-Key", key)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	return d.raw(request)
}

// bytesLeft counts the files that are kept.
func (d *desk) bytesLeft() int {
	d.Helper()
	kept := 0
	err := filepath.WalkDir(d.folder, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Type().IsRegular() {
			kept++
		}
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		d.Fatal(err)
	}
	return kept
}

// jobsDone does what is queued.
func (d *desk) jobsDone() {
	d.Helper()
	if err := jobs.New(jobs.Options{Store: d.store, Kinds: d.chat.Jobs(), Now: d.now}).Work(d.Context()); err != nil {
		d.Fatal(err)
	}
}

// picture is an image of two by three.
func (d *desk) picture() string {
	d.Helper()
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, image.NewGray(image.Rect(0, 0, 2, 3))); err != nil {
		d.Fatal(err)
	}
	return encoded.String()
}

func TestAFileIsUploadedSentOnceAndRead(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		picture := d.picture()
		up := d.want(d.upload("../a photo.png", picture), 201)
		id, _ := up.body["id"].(string)
		if up.body["filename"] != "a photo.png" || up.body["content_type"] != "image/png" || up.body["width"] != 2.0 || up.body["url"] != "/v2/attachments/"+id {
			d.Errorf("the upload is %s", up.raw)
		}
		sent := d.want(d.do(http.MethodPost, at+"/message", `{"attachments":["`+id+`"]}`), 201)
		if sent.body["message_type"] != "image" || !strings.Contains(sent.raw, id) {
			d.Errorf("the message is %s", sent.raw)
		}
		a := d.do(http.MethodPost, at+"/message", `{"content":"again","attachments":["`+id+`"]}`)
		d.refused(a, 400, InvalidInput)
		if a.field("details.field") != "attachments" {
			d.Errorf("used again: %s", a.raw)
		}
		got := d.bytesOf(d.creds.LiveKey, "/attachments/"+id, nil)
		if got.status != 200 || got.raw != picture || got.header.Get("Content-Type") != "image/png" ||
			got.header.Get("Content-Disposition") != `attachment; filename="a photo.png"` || got.header.Get("X-Content-Type-Options") != "nosniff" {
			d.Errorf("the bytes: %d %v", got.status, got.header)
		}
		if got := d.bytesOf(d.creds.LiveKey, "/attachments/"+id+"?disposition=inline", nil); !strings.HasPrefix(got.header.Get("Content-Disposition"), "inline") {
			d.Errorf("inline: %v", got.header)
		}
		if got := d.bytesOf(d.creds.LiveKey, "/attachments/"+id, map[string]string{"Range": "bytes=1-3"}); got.status != 206 || got.raw != "PNG" {
			d.Errorf("a part: %d %q", got.status, got.raw)
		}
		beyond := d.bytesOf(d.creds.LiveKey, "/attachments/"+id, map[string]string{"Range": "bytes=9999-"})
		if beyond.status != 416 || !strings.Contains(beyond.raw, `"code":416`) || !strings.Contains(beyond.raw, `"error":"invalid_input"`) ||
			beyond.header.Get("Content-Range") == "" || beyond.header.Get("Content-Type") != "application/json" {
			d.Errorf("beyond the end: %d %s %v", beyond.status, beyond.raw, beyond.header)
		}
	})
}

func TestAFileIsItsAccountsAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		creds := d.newAccount()
		id, _ := d.want(d.uploadAs(creds.LiveKey, map[string]string{"a.txt": "hello"}, "file"), 201).body["id"].(string)
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		d.refused(d.do(http.MethodPost, at+"/message", `{"content":"x","attachments":["`+id+`"]}`), 400, InvalidInput)
		for _, name := range []string{id, "att_x", "x", "att_01h455vb4pex5vsknk084sn02q", "%00"} {
			d.refused(d.do(http.MethodGet, "/attachments/"+name, ""), 404, NotFound)
		}
		d.refused(d.as(creds.TestKey, http.MethodGet, "/attachments/"+id, ""), 404, NotFound)
		if got := d.bytesOf(creds.LiveKey, "/attachments/"+id, nil); got.raw != "hello" {
			d.Errorf("its own: %d %s", got.status, got.raw)
		}
	})
}

func TestAnUploadThatIsNoGoodFileIsRefusedAndLeavesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for what, c := range map[string]struct {
			files  map[string]string
			part   string
			status int
		}{
			"no file":        {nil, "file", 400},
			"another part":   {map[string]string{"a.txt": "hello"}, "attachment", 400},
			"two files":      {map[string]string{"a.txt": "hello", "b.txt": "world"}, "file", 400},
			"an empty file":  {map[string]string{"a.txt": ""}, "file", 400},
			"a page":         {map[string]string{"a.png": "<!DOCTYPE html><html><script>alert(1)</script></html>"}, "file", 415},
			"a long file":    {map[string]string{"a.txt": strings.Repeat("a", 10<<20+1)}, "file", 413},
			"a far too long": {map[string]string{"a.txt": strings.Repeat("a", 12<<20)}, "file", 413},
		} {
			a := d.uploadAs(d.creds.LiveKey, c.files, c.part)
			if a.status != c.status || a.field("details.field") != "file" {
				d.Errorf("%s: %d %s", what, a.status, a.raw)
			}
		}
		d.refused(d.do(http.MethodPost, "/attachments", `{"file":"x"}`), 415, UnsupportedMediaType)
		d.refused(d.uploadAs(d.key(models.ScopeConversationsRead), map[string]string{"a.txt": "x"}, "file"), 403, Forbidden)
		if left := d.bytesLeft(); left != 0 {
			d.Errorf("the bytes of %d files remain", left)
		}
	})
}

func TestAFileThatNobodyUsesIsSweptAfterADay(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		used, _ := d.want(d.upload("used.txt", "used"), 201).body["id"].(string)
		d.want(d.do(http.MethodPost, at+"/message", `{"content":"x","attachments":["`+used+`"]}`), 201)
		unused, _ := d.want(d.upload("unused.txt", "unused"), 201).body["id"].(string)
		if err := d.chat.Forget(d.Context(), 24*time.Hour); err != nil {
			d.Fatal(err)
		}
		d.jobsDone()
		if left := d.bytesLeft(); left != 2 {
			d.Errorf("%d files are kept before the day is over, want 2", left)
		}
		d.later(25 * time.Hour)
		d.refused(d.do(http.MethodPost, at+"/message", `{"content":"late","attachments":["`+unused+`"]}`), 400, InvalidInput)
		if err := d.chat.Forget(d.Context(), 24*time.Hour); err != nil {
			d.Fatal(err)
		}
		d.jobsDone()
		d.refused(d.do(http.MethodGet, "/attachments/"+unused, ""), 404, NotFound)
		if got := d.bytesOf(d.creds.LiveKey, "/attachments/"+used, nil); got.raw != "used" || d.bytesLeft() != 1 {
			d.Errorf("the used one: %d %s, %d files", got.status, got.raw, d.bytesLeft())
		}
	})
}
