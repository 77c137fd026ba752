package channel

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the signature that Twilio makes
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"parley/models"
	"parley/models/chat"
)

// emptyTwiML tells Twilio to answer the customer nothing.
const emptyTwiML = `<?xml version="1.0" encoding="UTF-8"?><Response></Response>`

// Receive implements chat.Carrier
// (https://www.twilio.com/docs/messaging/guides/webhook-request).
func (t *Twilio) Receive(_ context.Context, line chat.Line, r chat.HookRequest) (chat.Report, error) {
	if r.Method != http.MethodPost {
		return chat.Report{}, models.Fail(models.CodeMethod, "Twilio calls this address with POST")
	}
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return chat.Report{}, models.Invalid("", "The request body is not a form").Because(err)
	}
	if !twilioSigned(line.Values["auth_token"], r.URL, form, r.Header("X-Twilio-Signature")) {
		return chat.Report{}, chat.ErrHookForged
	}
	if form.Get("AccountSid") != line.Values["account_sid"] {
		return chat.Report{}, chat.ErrHookForged // another account with the same token: a copy
	}
	if r.Hook == hookStatus {
		return twilioStatus(form, r.Query.Get("part")), nil
	}
	return twilioMessage(form), nil
}

// twilioSigned checks a signature: HMAC-SHA1 under the auth token of the whole address
// and of every parameter with its value, by name
// (https://www.twilio.com/docs/usage/security#validating-requests).
func twilioSigned(token, address string, form url.Values, signature string) bool {
	given, err := base64.StdEncoding.DecodeString(signature)
	if err != nil || token == "" {
		return false
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(address))
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		for _, value := range form[name] {
			mac.Write([]byte(name + value))
		}
	}
	return hmac.Equal(given, mac.Sum(nil))
}

// twilioMessage reads a message of a customer.
func twilioMessage(form url.Values) chat.Report {
	a := chat.Arrival{From: form.Get("From"), Content: form.Get("Body"), ExternalID: form.Get("MessageSid")}
	count, _ := strconv.Atoi(form.Get("NumMedia")) // none, or no number: no media
	for i := range min(count, twilioFiles) {
		at := strconv.Itoa(i)
		contentType := form.Get("MediaContentType" + at)
		a.Media = append(a.Media, chat.Media{
			Ref: form.Get("MediaUrl" + at), ContentType: contentType, Filename: "file" + at + extension(contentType),
		})
	}
	return chat.Report{
		Arrivals: []chat.Arrival{a}, Answer: chat.HookAnswer{ContentType: "text/xml; charset=utf-8", Body: emptyTwiML},
	}
}

// twilioStatus reads what became of a message of ours. What lies between being taken and
// being delivered tells nothing new.
func twilioStatus(form url.Values, reference string) chat.Report {
	r := chat.Receipt{ExternalID: form.Get("MessageSid"), Reference: reference}
	switch form.Get("MessageStatus") {
	case "delivered":
		r.Status = models.MessageDelivered
	case "read":
		r.Status = models.MessageRead
	case "failed", "undelivered", "canceled":
		r.Status, r.Reason = models.MessageFailed, twilioReason(form)
	default:
		r.Status = models.MessageSent
	}
	return chat.Report{Receipts: []chat.Receipt{r}}
}

// twilioReasons are the errors of delivery that a team meets most
// (https://www.twilio.com/docs/api/errors).
var twilioReasons = map[string]string{
	"21610": "the recipient has unsubscribed",
	"30001": "the queue is full",
	"30002": "the Twilio account is suspended",
	"30003": "the handset cannot be reached",
	"30004": "the message was blocked",
	"30005": "the number is unknown or no longer in use",
	"30006": "a landline, or a carrier that cannot be reached",
	"30007": "the carrier took it for spam",
	"30008": "unknown error",
	"30034": "the sending number is not registered for the United States (A2P 10DLC)",
}

func twilioReason(form url.Values) string {
	code := form.Get("ErrorCode")
	parts := []string{"Twilio could not deliver it"}
	if told := form.Get("ErrorMessage"); told != "" {
		parts = append(parts, shorten(told))
	} else if known := twilioReasons[code]; known != "" {
		parts = append(parts, known)
	}
	reason := strings.Join(parts, ": ")
	if code != "" {
		reason += " (error " + shorten(code) + ")"
	}
	return reason
}
