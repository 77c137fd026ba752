package surface_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

func TestTypesAreJudgedByTheSchema(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	for body, want := range map[string]string{
		`{}`:                       "name is required",
		`{"name":null}`:            "name must be a string",
		`{"name":5}`:               "name must be a string",
		`{"name":{}}`:              "name must be a string",
		`{"name":["a"]}`:           "name must be a string",
		`{"NAME":"a"}`:             "name is required",
		`{"name":"a","note":true}`: "note must be a string or null",
		`{"name":"a","count":"5"}`: "count must be a whole number",
		`{"name":"a","count":1.5}`: "count must be a whole number",
		`{"name":"a","count":1e2}`: "count must be a whole number",
		`{"name":"a","count":9223372036854775808}`: "count must be a whole number",
		`{"name":"a","small":2147483648}`:          "small must be a whole number",
		`{"name":"a","whole":null}`:                "whole must be a whole number",
		`{"name":"a","price":"1"}`:                 "price must be a number",
		`{"name":"a","live":"true"}`:               "live must be true or false",
		`{"name":"a","live":0}`:                    "live must be true or false",
		`{"name":"a","tags":"x"}`:                  "tags must be an array",
		`{"name":"a","tags":["x",1]}`:              "tags.1 must be a string",
		`{"name":"a","kind":"blue"}`:               "kind must be one of red, green",
		`{"name":"a","place":[]}`:                  "place must be an object",
		`{"name":"a","place":{"x":"1"}}`:           "place.x must be a whole number",
		`{"name":"a","extra":{"k":1}}`:             "extra.k must be a string",
		`{"name":"a","input":5}`:                   "input must be a string or an array",
		`{"name":"a","input":[{}]}`:                "input.0.role is required",
		`{"name":"a","both":{"b":5}}`:              "both.b must be a string",
	} {
		a := b.postJSON(t, body)
		if a.status != http.StatusBadRequest || a.json["error"] != want {
			t.Errorf("%s: %d %s, not %q", body, a.status, a.body, want)
		}
		if field, _, _ := strings.Cut(want, " "); a.json["field"] != field {
			t.Errorf("%s: blames %v, not %s", body, a.json["field"], field)
		}
	}
	for _, body := range []string{
		`{"name":"a"}`, `{"name":"a","note":null}`, `{"name":"a","unknown":{"x":[1]}}`, `{"name":"a","any":null}`,
		`{"name":"a","count":-9223372036854775808,"small":-5,"price":1e3,"live":false,"tags":[],"kind":"red"}`,
		`{"name":"a","place":{"x":1,"y":"?"},"extra":{"k":"v"},"any":[1],"input":"text","both":{"a":"x","b":"y"}}`,
		`{"name":"a","input":[{"role":"user"}],"NAME":7}`,
	} {
		if a := b.postJSON(t, body); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
}

func TestTheMediaTypeMustBeTheOperations(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	for contentType, want := range map[string]int{
		"application/json":                    200,
		"Application/JSON":                    200,
		"application/json; charset=utf-8":     200,
		`application/json;charset="UTF-8"`:    200,
		"application/json; charset=latin1":    415,
		"application/jsonx":                   415,
		"application/problem+json":            415,
		"text/json":                           415,
		"text/plain":                          415,
		"application/x-www-form-urlencoded":   415,
		"application/xml":                     415,
		"application/json, application/json":  415,
		"json":                                415,
		";":                                   415,
		"":                                    415,
		"multipart/form-data":                 400,
		"multipart/mixed; boundary=x":         415,
		"application/json; boundary=x; q=\"x": 415,
	} {
		a := b.do(t, http.MethodPost, "/things", contentType, strings.NewReader(`{"name":"a"}`))
		if a.status != want {
			t.Errorf("%q: %d %s, not %d", contentType, a.status, a.body, want)
		}
	}
	if a := b.do(t, http.MethodPut, "/things", "multipart/form-data; boundary=x", strings.NewReader("--x--")); a.status != 415 {
		t.Errorf("a form where only JSON is taken: %d", a.status)
	}
}

func TestABodyThatIsLeftOut(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	if a := b.do(t, http.MethodPost, "/things", "", nil); a.status != 400 || a.json["error"] != notObject {
		t.Errorf("a required body: %d %s", a.status, a.body)
	}
	if a := b.do(t, http.MethodPut, "/things", "", nil); a.status != 200 || a.body != `{"body":{}}` {
		t.Errorf("an optional body: %d %s", a.status, a.body)
	}
	if a := b.do(t, http.MethodPut, "/things", "application/json", nil); a.status != 400 || a.json["error"] != notJSON {
		t.Errorf("an empty body that is said to be JSON: %d %s", a.status, a.body)
	}
}

func TestAnEncodedBodyIsRefusedUnread(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	if _, err := writer.Write(bytes.Repeat([]byte(" "), 8<<20)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	for _, encoding := range []string{"gzip", "br", "deflate", "identity", "gzip, gzip", "x"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/things", bytes.NewReader(packed.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("Content-Encoding", encoding)
		if a := b.send(t, request); a.status != http.StatusUnsupportedMediaType {
			t.Errorf("%s: %d", encoding, a.status)
		}
	}
}

func TestAJSONBodyHasAtMostOneMebibyte(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	body := func(size int) string {
		frame := `{"name":""}`
		return `{"name":"` + strings.Repeat("x", size-len(frame)) + `"}`
	}
	for size, want := range map[int]int{1 << 20: 200, 1<<20 + 1: 413, 5 << 20: 413} {
		if a := b.postJSON(t, body(size)); a.status != want {
			t.Errorf("%d bytes: %d", size, a.status)
		}
		// Without a length, sent in chunks.
		a := b.do(t, http.MethodPost, "/things", "application/json", io.MultiReader(strings.NewReader(body(size))))
		if a.status != want {
			t.Errorf("%d bytes in chunks: %d", size, a.status)
		}
	}
}

func TestAnAnnouncedLengthIsRefusedBeforeItComes(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	conn := b.dial(t)
	_, err := fmt.Fprint(conn, "POST /api/things HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n"+
		strings.Repeat("x", 8<<10)) // what fasthttp reads ahead
	if err != nil {
		t.Fatal(err)
	}
	if got := status(bufio.NewReader(conn)); got != http.StatusRequestEntityTooLarge {
		t.Errorf("status %d", got)
	}
}

// form is a multipart body; each part is a name, a file name and a content.
func form(t *testing.T, parts ...[3]string) (contentType string, body []byte) {
	t.Helper()
	var buffer bytes.Buffer
	writer := multipart.NewWriter(&buffer)
	for _, p := range parts {
		create := func() (io.Writer, error) { return writer.CreateFormField(p[0]) }
		if p[1] != "" {
			create = func() (io.Writer, error) { return writer.CreateFormFile(p[0], p[1]) }
		}
		part, err := create()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, p[2]); err != nil {
			t.Fatal(err)
		}
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	return writer.FormDataContentType(), buffer.Bytes()
}

func TestFormsAreReadToTheirEndOrRefused(t *testing.T) {
	t.Parallel()
	refusal := models.Fail(models.CodeTooLarge, "Too much")
	b := setup(t, surface.Options{UploadBytes: 1 << 20, UploadRefusal: refusal}, nil)
	post := func(contentType string, body []byte) answer {
		return b.do(t, http.MethodPost, "/things", contentType, bytes.NewReader(body))
	}
	contentType, body := form(t, [3]string{"message", "", "hello"}, [3]string{"files", "a.txt", "content"})
	if a := post(contentType, body); a.status != 200 || a.body != `{"files":1,"form":{"message":["hello"]}}` {
		t.Errorf("a form: %d %s", a.status, a.body)
	}
	for cut := range len(body) - len("--\r\n") {
		if a := post(contentType, body[:cut]); a.status != http.StatusBadRequest {
			t.Errorf("a form cut after %d bytes: %d %s", cut, a.status, a.body)
		}
	}
	if a := post(contentType, bytes.TrimSpace(body)); a.status != 200 {
		t.Errorf("a form without the last line break: %d %s", a.status, a.body)
	}
	nul, nulBody := form(t, [3]string{"message", "", "a\x00b"})
	if a := post(nul, nulBody); a.status != 400 || a.json["field"] != "message" {
		t.Errorf("NUL: %d %s", a.status, a.body)
	}
	broken, brokenBody := form(t, [3]string{"message", "", "\xff"})
	if a := post(broken, brokenBody); a.status != 400 {
		t.Errorf("broken UTF-8: %d %s", a.status, a.body)
	}
	large, largeBody := form(t, [3]string{"files", "a.bin", strings.Repeat("x", 1<<20)})
	if a := post(large, largeBody); a.status != 413 || a.json["error"] != "Too much" {
		t.Errorf("too large: %d %s", a.status, a.body)
	}
	parts := make([][3]string, 10_000)
	for i := range parts {
		parts[i] = [3]string{"f", "f", ""}
	}
	many, manyBody := form(t, parts...)
	if a := post(many, manyBody[:1<<20-1]); a.status != 413 {
		t.Errorf("10,000 parts: %d %s", a.status, a.body)
	}
}

// It changes TMPDIR, so it cannot run beside others.
func TestNoTemporaryFileOutlivesItsRequest(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	during := make(chan int, 1)
	b := setup(t, surface.Options{UploadBytes: 20 << 20}, func(r *surface.Router) {
		r.Put("/things", echo)
		r.Get("/things/:id", echo)
		r.Post("/things", func(c *fiber.Ctx) error {
			during <- entries(t, folder)
			return models.ErrForbidden
		})
	})
	contentType, body := form(t, [3]string{"files", "a", strings.Repeat("x", 3<<20)}, [3]string{"files", "b", strings.Repeat("y", 3<<20)})
	if a := b.do(t, http.MethodPost, "/things", contentType, bytes.NewReader(body)); a.status != 403 {
		t.Fatalf("status %d", a.status)
	}
	if n := <-during; n == 0 {
		t.Error("a large form should not be held in memory")
	}
	if a := b.do(t, http.MethodPost, "/things", contentType, bytes.NewReader(body[:len(body)-10])); a.status != 400 {
		t.Errorf("truncated: %d", a.status)
	}
	if n := entries(t, folder); n != 0 {
		t.Errorf("%d temporary files are left", n)
	}
}

func entries(t *testing.T, folder string) int {
	t.Helper()
	list, err := os.ReadDir(folder)
	if err != nil {
		t.Error(err)
	}
	return len(list)
}
