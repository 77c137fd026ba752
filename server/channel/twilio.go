package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"parley/models"
	"parley/models/chat"
)

// What Twilio takes at once
// (https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource).
const (
	twilioTextUnits  = 1600
	twilioFiles      = 10
	twilioFilesBytes = 5 << 20
)

// The hooks of an SMS account.
const (
	hookMessages = "messages"
	hookStatus   = "status"
)

// Twilio carries SMS and MMS by Twilio's Messages API, version 2010-04-01.
type Twilio struct{ client }

var (
	_ chat.Carrier = (*Twilio)(nil)
	_ chat.Fetcher = (*Twilio)(nil)
)

// NewTwilio makes the carrier of SMS.
func NewTwilio(o Options) *Twilio { return &Twilio{newClient(o.BaseURL, "https://api.twilio.com")} }

// Kind implements chat.Carrier.
func (*Twilio) Kind() models.ChannelKind {
	return models.ChannelKind{
		Kind: models.ChannelSMS, Label: "SMS (Twilio)", Addressing: models.ByPhone,
		Fields: []models.ChannelField{
			{Name: "account_sid", Label: "Account SID", Help: "On the first page of Twilio's console.", Required: true,
				Example: "AC0123456789abcdef0123456789abcdef", Pattern: "AC[0-9a-fA-F]{32}"},
			{Name: "auth_token", Label: "Auth token", Help: "Beside the account SID. It also proves that calls come from Twilio.", Required: true, Secret: true,
				Example: "0123456789abcdef0123456789abcdef"},
			{Name: "from", Label: "Number", Help: "The number that sends, in E.164; a short code or a sender name where the country allows it.",
				Example: "+14155550123", Pattern: `\+[1-9][0-9]{6,14}|[0-9]{3,8}|[A-Za-z0-9 ]{1,11}`},
			{Name: "messaging_service_sid", Label: "Messaging service SID", Help: "Chooses the number by itself; instead of a number, or beside it.",
				Example: "MG0123456789abcdef0123456789abcdef", Pattern: "MG[0-9a-fA-F]{32}"},
		},
		Hooks: []models.ChannelHook{
			{Name: hookMessages, Label: "Incoming messages", Help: "At the number, or at the messaging service, as the webhook for a message that comes in (HTTP POST)."},
			{Name: hookStatus, Label: "Delivery status", Help: "Nothing to do: each message tells Twilio this address."},
		},
	}
}

// Address implements chat.Carrier.
func (*Twilio) Address(values map[string]string) (string, error) {
	if from := values["from"]; from != "" {
		return from, nil
	}
	if service := values["messaging_service_sid"]; service != "" {
		return service, nil
	}
	return "", models.Invalid("settings.from", "Give the number that sends, or a messaging service")
}

// account is a path below the Twilio account.
func (t *Twilio) account(line chat.Line, rest string) string {
	return "/2010-04-01/Accounts/" + url.PathEscape(line.Values["account_sid"]) + rest
}

func (t *Twilio) ask(ctx context.Context, line chat.Line, method, path string, form url.Values) (reply, error) {
	contentType := ""
	if form != nil {
		contentType = "application/x-www-form-urlencoded"
	}
	r, err := t.request(ctx, method, path, contentType, []byte(form.Encode()))
	if err != nil {
		return reply{}, err
	}
	r.SetBasicAuth(line.Values["account_sid"], line.Values["auth_token"])
	return t.call(r)
}

// Test implements chat.Carrier: it reads the account.
func (t *Twilio) Test(ctx context.Context, line chat.Line) (string, error) {
	answer, err := t.ask(ctx, line, http.MethodGet, t.account(line, ".json"), nil)
	if err != nil {
		return "", err
	}
	if !answer.ok() {
		return "", twilioError(answer)
	}
	var account struct {
		FriendlyName string `json:"friendly_name"`
		Status       string `json:"status"`
	}
	if err := json.Unmarshal(answer.body, &account); err != nil {
		return "", &chat.CarrierError{Reason: "Twilio's answer makes no sense", Err: err}
	}
	if account.Status != "active" {
		return "", &chat.CarrierError{Reason: "The Twilio account is " + shorten(account.Status)}
	}
	return "Twilio knows the account as " + shorten(account.FriendlyName), nil
}

// Divide implements chat.Carrier: files go with the first pieces of the text.
func (*Twilio) Divide(_ chat.Line, o chat.Outgoing) ([]chat.Piece, error) {
	if o.Message.MessageType == models.TypeTemplate {
		return nil, &chat.CarrierError{Reason: "There are no templates on SMS; send the text itself"}
	}
	files, bytes := o.Message.Attachments, int64(0)
	for _, f := range files {
		bytes += f.Size
	}
	if bytes > twilioFilesBytes {
		return nil, &chat.CarrierError{Reason: "The files are too large for MMS (maximum 5 MB)"}
	}
	var pieces []chat.Piece
	for _, text := range split(o.Message.Content, twilioTextUnits) {
		n := min(len(files), twilioFiles)
		pieces = append(pieces, chat.Piece{Text: text, Files: files[:n]})
		files = files[n:]
	}
	for len(files) > 0 {
		n := min(len(files), twilioFiles)
		pieces = append(pieces, chat.Piece{Files: files[:n]})
		files = files[n:]
	}
	return pieces, nil
}

// Send implements chat.Carrier. Twilio has no idempotency keys here; the address that it
// tells the status carries the piece's reference.
func (t *Twilio) Send(ctx context.Context, line chat.Line, p chat.Parcel) (string, error) {
	form := url.Values{"To": {p.To}}
	if p.Text != "" {
		form.Set("Body", p.Text)
	}
	if service := line.Values["messaging_service_sid"]; service != "" {
		form.Set("MessagingServiceSid", service)
	}
	if from := line.Values["from"]; from != "" {
		form.Set("From", from)
	}
	for _, f := range p.Files {
		form.Add("MediaUrl", p.Link(f))
	}
	if status := line.Hooks[hookStatus]; isPublic(status) {
		form.Set("StatusCallback", status+"?part="+url.QueryEscape(p.Reference))
	}
	answer, err := t.ask(ctx, line, http.MethodPost, t.account(line, "/Messages.json"), form)
	if err != nil {
		return "", err
	}
	if !answer.ok() {
		return "", twilioError(answer)
	}
	var made struct {
		SID string `json:"sid"`
	}
	if err := json.Unmarshal(answer.body, &made); err != nil || made.SID == "" {
		// It took the message: not to be sent again.
		return "", &chat.CarrierError{Reason: "Twilio took the message and answered without an id", Err: err}
	}
	return made.SID, nil
}

// isPublic says whether Twilio could call an address at all: it refuses messages that
// name one which it cannot.
func isPublic(address string) bool {
	u, err := url.Parse(address)
	return err == nil && strings.Contains(u.Hostname(), ".") && !strings.HasPrefix(u.Hostname(), "127.")
}

// twilioError reads an answer that is not a success
// (https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions).
func twilioError(answer reply) error {
	var said struct {
		Code    int    `json:"code"`
		Message string `json:"message"`
	}
	reason := fmt.Sprintf("Twilio answered %d", answer.status)
	if json.Unmarshal(answer.body, &said) == nil && said.Message != "" {
		reason = fmt.Sprintf("Twilio: %s (error %d)", shorten(said.Message), said.Code)
	}
	return &chat.CarrierError{Reason: reason, Temporary: isPassing(answer.status), After: retryAfter(answer.header)}
}

// Fetch implements chat.Fetcher: the files of an MMS. The credentials go to Twilio alone;
// where it keeps its files needs none.
func (t *Twilio) Fetch(ctx context.Context, line chat.Line, m chat.Media) (io.ReadCloser, error) {
	if !strings.HasPrefix(m.Ref, t.base+t.account(line, "/")) {
		return nil, &chat.CarrierError{Reason: "The file is not one of the Twilio account's"}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.Ref, http.NoBody)
	if err != nil {
		return nil, &chat.CarrierError{Reason: "The address of the file makes no sense", Err: err}
	}
	r.SetBasicAuth(line.Values["account_sid"], line.Values["auth_token"])
	return t.fetch(r)
}
