package surface

import (
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"parley/models"
)

const (
	mediaJSON = "application/json"
	mediaForm = "multipart/form-data"

	// bodyBytes is the longest JSON body, and the longest form where no limit is given.
	bodyBytes = 1 << 20
	// formMemory is how much of a form's files is kept in memory; the rest goes to
	// temporary files until the handler returns.
	formMemory = 1 << 20

	// validatedBody is the local in which the generated strict server looks for a
	// decoded body before it would parse one itself.
	validatedBody = "x-oapi-codegen-validated-body"
)

var (
	errEncoding     = models.Fail(models.CodeUnsupportedType, "Content-Encoding is not supported; send the body as it is")
	errMediaType    = models.Fail(models.CodeUnsupportedType, "Unsupported media type")
	errBodyTooLarge = models.Fail(models.CodeTooLarge, "The request body is too large")
	errBodyMissing  = models.Invalid("", "The request body must be a JSON object")
	errForm         = models.Invalid("", "The form is incomplete or malformed")
	errFormParts    = models.Fail(models.CodeTooLarge, "The form has too many parts")
)

// body is what readBody leaves to be cleaned up.
type body struct{ form *multipart.Form }

// discard removes the temporary files of a form. What the operating system does not
// let go is only wasted space, so an error ends here.
func (b body) discard() {
	if b.form != nil {
		_ = b.form.RemoveAll()
	}
}

// readBody reads the body that the operation takes, decodes and judges it, and puts
// it where the generated server (JSON) or the handler (Form) finds it.
func (op Operation) readBody(c *fiber.Ctx, o Options) (body, error) {
	if len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		return body{}, errEncoding
	}
	if op.body == nil {
		return body{}, op.unwanted(c)
	}
	given := c.Get(fiber.HeaderContentType)
	if given == "" && !hasBody(c) {
		return body{}, op.noBody(c)
	}
	mediaType, parameters, err := mime.ParseMediaType(given)
	if err != nil || op.body.Content[mediaType] == nil {
		return body{}, op.errMediaType()
	}
	// The generated code compares the header's beginning byte by byte.
	switch mediaType {
	case mediaJSON:
		if charset, given := parameters["charset"]; given && !strings.EqualFold(charset, "utf-8") {
			return body{}, op.errMediaType()
		}
		c.Request().Header.SetContentType(mediaJSON)
		return body{}, op.readJSON(c)
	case mediaForm:
		c.Request().Header.SetContentType(mime.FormatMediaType(mediaForm, parameters))
		return readForm(c, parameters["boundary"], o)
	default:
		return body{}, nil
	}
}

// errMediaType says what the body should have been.
func (op Operation) errMediaType() error {
	return models.Fail(models.CodeUnsupportedType, "Send the body with Content-Type: "+strings.Join(sortedKeys(op.body.Content), " or "))
}

// unwanted looks at the body of an operation that takes none: an object is passed
// over, as unknown fields are; anything else is a mistake that the caller should know of.
func (op Operation) unwanted(c *fiber.Ctx) error {
	if op.Method == fiber.MethodGet || !hasBody(c) {
		return nil
	}
	raw, err := readAll(c, bodyBytes)
	if err != nil || len(raw) == 0 {
		return err
	}
	_, err = DecodeObject(raw)
	return err
}

// noBody stands for a body that was left out: an empty object where that is allowed.
func (op Operation) noBody(c *fiber.Ctx) error {
	if op.body.Required {
		return errBodyMissing
	}
	c.Locals(validatedBody, map[string]any{})
	return nil
}

// hasBody says whether the request carries a body, without reading it.
func hasBody(c *fiber.Ctx) bool {
	if stream := c.Context().RequestBodyStream(); stream != nil {
		return c.Request().Header.ContentLength() != 0
	}
	return len(c.Request().Body()) > 0
}

func (op Operation) readJSON(c *fiber.Ctx) error {
	raw, err := readAll(c, bodyBytes)
	if err != nil {
		return err
	}
	value, err := DecodeObject(raw)
	if err != nil {
		return err
	}
	if schema := op.body.Content[mediaJSON].Schema; schema != nil {
		if err := conform(schema.Value, value, ""); err != nil {
			return err
		}
	}
	c.Locals(validatedBody, value)
	return nil
}

// readForm reads a form to its end before anything is done with it: a truncated one
// leaves nothing, neither rows nor temporary files.
func readForm(c *fiber.Ctx, boundary string, o Options) (body, error) {
	if boundary == "" {
		return body{}, errForm
	}
	limit := o.UploadBytes
	if limit == 0 {
		limit = bodyBytes
	}
	source, err := bounded(c, limit)
	if err == nil {
		var form *multipart.Form
		if form, err = multipart.NewReader(complete(source), boundary).ReadForm(formMemory); err == nil {
			return keepForm(c, form)
		}
	}
	switch {
	case errors.Is(err, errBodyTooLarge) && o.UploadRefusal != nil:
		return body{}, o.UploadRefusal
	case errors.Is(err, errBodyTooLarge):
		return body{}, errBodyTooLarge
	case errors.Is(err, multipart.ErrMessageTooLarge):
		return body{}, errFormParts
	default:
		return body{}, errForm.Because(err)
	}
}

// complete makes a form that ends before its last boundary an error: the library
// takes the end of the body for the end of the form. The line break is for clients
// that leave out the one after the last boundary.
func complete(source io.Reader) io.Reader {
	return io.MultiReader(source, strings.NewReader("\r\n"), cutOff{})
}

// cutOff is where a body ends that should have gone on.
type cutOff struct{}

// Read implements io.Reader.
func (cutOff) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// keepForm checks the texts of a form and hands it to the handler. The generated
// code is left with an empty body: it would read the form once more into memory.
func keepForm(c *fiber.Ctx, form *multipart.Form) (body, error) {
	b := body{form: form}
	for name, values := range form.Value {
		for _, text := range append(values, name) {
			if err := checkText(name, text); err != nil {
				b.discard()
				return body{}, err
			}
		}
	}
	c.Request().SetBodyRaw(nil)
	c.SetUserContext(context.WithValue(c.UserContext(), keyForm, form))
	return b, nil
}

// readAll reads the raw body, as it came, up to limit bytes.
func readAll(c *fiber.Ctx, limit int64) ([]byte, error) {
	source, err := bounded(c, limit)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(source)
	switch {
	case errors.Is(err, errBodyTooLarge):
		return nil, errBodyTooLarge
	case err != nil:
		return nil, errNotJSON.Because(err)
	}
	return raw, nil
}

// Raw reads the body as it came, whatever it is, up to limit bytes: for those who sign
// what they send.
func Raw(c *fiber.Ctx, limit int64) ([]byte, error) {
	if len(c.Request().Header.Peek(fiber.HeaderContentEncoding)) > 0 {
		return nil, errEncoding
	}
	source, err := bounded(c, limit)
	if err != nil {
		return nil, err
	}
	raw, err := io.ReadAll(source)
	if err != nil && !errors.Is(err, errBodyTooLarge) {
		err = models.Invalid("", "The request body is incomplete").Because(err)
	}
	return raw, err
}

// bounded gives the raw body as a reader that fails after limit bytes. A length that
// is announced too large is refused before anything is read.
func bounded(c *fiber.Ctx, limit int64) (io.Reader, error) {
	if int64(c.Request().Header.ContentLength()) > limit {
		return nil, errBodyTooLarge
	}
	stream := c.Context().RequestBodyStream()
	if stream == nil {
		stream = bytes.NewReader(c.Request().Body())
	}
	return &boundedReader{source: stream, left: limit}, nil
}

type boundedReader struct {
	source io.Reader
	left   int64
}

// Read implements io.Reader.
func (r *boundedReader) Read(p []byte) (int, error) {
	n, err := r.source.Read(p)
	r.left -= int64(n)
	if r.left < 0 {
		return 0, errBodyTooLarge
	}
	return n, err
}

// checkText refuses a text that no field may hold.
func checkText(field, text string) error {
	switch {
	case !utf8.ValidString(text):
		return models.Invalid(strings.ToValidUTF8(field, "?"), "The form is not valid UTF-8")
	case strings.ContainsRune(text, 0):
		return errNUL(strings.ReplaceAll(field, "\x00", ""))
	default:
		return nil
	}
}

// Body is the JSON object that the request carried, after it was judged by the document;
// numbers are json.Number. It is for handlers that no generated code binds.
func Body(c *fiber.Ctx) map[string]any {
	object, _ := c.Locals(validatedBody).(map[string]any)
	return object
}
