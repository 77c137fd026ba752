package email

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"

	"parley/models"
	"parley/models/chat"
)

// rawFields are the fields in which mail services put the whole letter: SendGrid's raw
// inbound parse, Mailgun's MIME routes, and the words that others use.
var rawFields = []string{"email", "body-mime", "message", "raw", "mime"}

// Receive implements chat.Carrier. The secret is all that tells a service from anybody.
func (c *Carrier) Receive(ctx context.Context, line chat.Line, r chat.HookRequest) (chat.Report, error) {
	if !knows(line.Values["inbound_secret"], r) {
		return chat.Report{}, chat.ErrHookForged
	}
	if r.Method != http.MethodPost {
		return chat.Report{}, models.Invalid("", "Send the letter by POST")
	}
	raw, err := letterIn(r)
	if err != nil {
		return chat.Report{}, err
	}
	return read(ctx, line, raw)
}

// knows says whether the caller knows the secret. Without one nobody does.
func knows(secret string, r chat.HookRequest) bool {
	given := r.Query.Get("secret")
	if encoded, basic := strings.CutPrefix(r.Header("Authorization"), "Basic "); basic {
		decoded, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return false
		}
		_, given, _ = strings.Cut(string(decoded), ":")
	}
	return secret != "" && subtle.ConstantTimeCompare([]byte(secret), []byte(given)) == 1
}

// letterIn finds the letter in a call.
func letterIn(r chat.HookRequest) ([]byte, error) {
	mediaType, params, err := mime.ParseMediaType(r.Header("Content-Type"))
	switch {
	case err != nil:
	case mediaType == "message/rfc822" && len(r.Body) > 0:
		return r.Body, nil
	case mediaType == "multipart/form-data":
		return fieldIn(multipart.NewReader(bytes.NewReader(r.Body), params["boundary"]))
	}
	return nil, models.Invalid("", "Send the whole letter as message/rfc822, or as a field of multipart/form-data")
}

// fieldIn finds the letter in a form, as a field or as a file.
func fieldIn(form *multipart.Reader) ([]byte, error) {
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, models.Invalid("email", "The form has no field with the whole letter (email, body-mime, message, raw or mime)")
		}
		if err != nil {
			return nil, models.Invalid("", "The form is not complete").Because(err)
		}
		if !slices.Contains(rawFields, part.FormName()) {
			continue
		}
		raw, err := io.ReadAll(io.LimitReader(part, maxLetter+1))
		if err != nil {
			return nil, models.Invalid(part.FormName(), "The form is not complete").Because(err)
		}
		if len(raw) > 0 {
			return raw, nil
		}
	}
}
