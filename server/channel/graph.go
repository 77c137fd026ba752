package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"parley/models"
	"parley/models/chat"
)

// hookEvents is the one hook of Meta's channels.
const hookEvents = "events"

// graph is a part of Meta's Graph API, called with an account's access token.
type graph struct{ client }

// get reads; into takes the answer.
func (g graph) get(ctx context.Context, line chat.Line, path string, into any) error {
	return g.send(ctx, line, upload{method: http.MethodGet, path: path}, into)
}

// post sends JSON; into takes the answer.
func (g graph) post(ctx context.Context, line chat.Line, path string, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode a request: %w", err)
	}
	return g.send(ctx, line, upload{http.MethodPost, path, "application/json", encoded}, into)
}

// upload is a request with a body of any kind.
type upload struct {
	method, path, contentType string
	body                      []byte
}

func (g graph) send(ctx context.Context, line chat.Line, u upload, into any) error {
	r, err := g.request(ctx, u.method, u.path, u.contentType, u.body)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+line.Values["access_token"])
	answer, err := g.call(r)
	if err != nil {
		return err
	}
	if !answer.ok() {
		return graphRefusal(answer)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(answer.body, into); err != nil {
		return &chat.CarrierError{Reason: "Meta's answer makes no sense", Err: err}
	}
	return nil
}

// graphError is an error as Meta tells it, in answers and in hooks
// (https://developers.facebook.com/docs/graph-api/guides/error-handling).
type graphError struct {
	Message   string `json:"message"`
	Title     string `json:"title"`
	Code      int    `json:"code"`
	Subcode   int    `json:"error_subcode"`
	Transient bool   `json:"is_transient"`
	Data      struct {
		Details string `json:"details"`
	} `json:"error_data"`
}

// passingCodes are errors that go away: Meta is overloaded or down for a while, or was
// called too often
// (https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes).
var passingCodes = []int{1, 2, 4, 17, 32, 613, 1200, 80007, 130429, 131000, 131016, 131056, 131057, 133004}

// pairPause is how long Meta wants between messages to one customer (131056).
const pairPause = 6 * time.Second

// closedWindow are the codes of a message that came too late: 131047 on WhatsApp, and 10
// with a subcode on Instagram.
const (
	closedWhatsApp         = 131047
	closedInstagram        = 10
	closedInstagramSubcode = 2534022
)

// reason is what the team is told.
func (e graphError) reason() string {
	switch {
	case e.Code == closedWhatsApp:
		return "More than 24 hours have passed since the customer last wrote; only a template may be sent now (error 131047)"
	case e.Code == closedInstagram && e.Subcode == closedInstagramSubcode:
		return "More than 24 hours have passed since the customer last wrote, so Instagram takes no answer (error 10)"
	}
	text := e.Message
	if text == "" {
		text = e.Title
	}
	if details := e.Data.Details; details != "" && !strings.Contains(text, details) {
		text += ": " + details
	}
	if text == "" {
		text = "no reason was given"
	}
	return fmt.Sprintf("Meta: %s (error %d)", shorten(text), e.Code)
}

// graphRefusal reads an answer that is not a success.
func graphRefusal(answer reply) error {
	var said struct {
		Error graphError `json:"error"`
	}
	refused := &chat.CarrierError{
		Reason:    fmt.Sprintf("Meta answered %d", answer.status),
		Temporary: isPassing(answer.status), After: retryAfter(answer.header),
	}
	if json.Unmarshal(answer.body, &said) != nil || said.Error.Code == 0 && said.Error.Message == "" {
		return refused
	}
	refused.Reason = said.Error.reason()
	refused.Temporary = refused.Temporary || said.Error.Transient || slices.Contains(passingCodes, said.Error.Code)
	if said.Error.Code == 131056 {
		refused.After = max(refused.After, pairPause)
	}
	return refused
}

// metaFields are the settings that WhatsApp and Instagram share.
func metaFields() []models.ChannelField {
	return []models.ChannelField{
		{Name: "access_token", Label: "Access token", Help: "A token that does not expire, of a system user of the business.", Required: true, Secret: true, Example: "EAAG…"},
		{Name: "app_secret", Label: "App secret", Help: "Of the Meta app, under App settings, Basic: it proves that calls come from Meta.", Required: true, Secret: true,
			Example: "0123456789abcdef0123456789abcdef"},
		{Name: "verify_token", Label: "Verify token", Help: "To be pasted beside the callback address; made when it is left out.", Generated: true, Example: "a-word-of-yours"},
	}
}

// metaHook reads a call of Meta: the check of an address, which is answered, or events,
// whose signature is checked
// (https://developers.facebook.com/docs/graph-api/webhooks/getting-started).
func metaHook(line chat.Line, r chat.HookRequest, into any) (answer string, events bool, err error) {
	if r.Method == http.MethodGet {
		if r.Query.Get("hub.mode") != "subscribe" || !alike(r.Query.Get("hub.verify_token"), line.Values["verify_token"]) {
			return "", false, chat.ErrHookForged
		}
		return r.Query.Get("hub.challenge"), false, nil
	}
	if !metaSigned(line.Values["app_secret"], r.Body, r.Header("X-Hub-Signature-256")) {
		return "", false, chat.ErrHookForged
	}
	if err := json.Unmarshal(r.Body, into); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			// Signed, and in part of a form that we do not know: the rest of it was read, and
			// there is no reason for Meta to bring it again.
			return "", true, nil
		}
		return "", false, models.Invalid("", "The request body is not valid JSON").Because(err)
	}
	return "", true, nil
}

// metaSigned checks a signature: hex HMAC-SHA256 of the body under the app's secret.
func metaSigned(secret string, body []byte, header string) bool {
	text, found := strings.CutPrefix(header, "sha256=")
	given, err := hex.DecodeString(text)
	if !found || err != nil || secret == "" {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	return hmac.Equal(given, mac.Sum(nil))
}

// alike compares secrets in constant time; nothing is like nothing.
func alike(a, b string) bool { return b != "" && hmac.Equal([]byte(a), []byte(b)) }
