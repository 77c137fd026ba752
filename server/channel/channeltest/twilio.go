// Package channeltest stands in for the providers of channels: servers that check and
// answer calls as Twilio's and Meta's public documentation says, and that call our hooks
// as they do.
package channeltest

import (
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // the signature that Twilio makes
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// Failure is an answer that refuses.
type Failure struct {
	Status     int
	Body       string
	RetryAfter string
}

// Twilio is api.twilio.com with one account.
type Twilio struct {
	URL, AccountSID, AuthToken string

	mu       sync.Mutex
	sent     []url.Values
	failures []Failure
	// media are files by path, and elsewhere where the account's files are moved to.
	media     map[string]string
	elsewhere string
}

// NewTwilio starts one.
func NewTwilio(t testing.TB) *Twilio {
	t.Helper()
	f := &Twilio{
		AccountSID: "AC0123456789abcdef0123456789abcdef", AuthToken: "fedcba9876543210fedcba9876543210", media: map[string]string{},
	}
	server := httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(server.Close)
	f.URL = server.URL
	return f
}

// Sent are the forms of the messages that were taken.
func (f *Twilio) Sent() []url.Values {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.sent)
}

// Fail refuses the next calls that would send.
func (f *Twilio) Fail(failures ...Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = append(f.failures, failures...)
}

// Refusal is an error in Twilio's shape.
func (f *Twilio) Refusal(status, code int, message string) Failure {
	body, _ := json.Marshal(map[string]any{ // strings and numbers encode
		"code": code, "message": message, "more_info": fmt.Sprintf("https://www.twilio.com/docs/errors/%d", code), "status": status,
	})
	return Failure{Status: status, Body: string(body)}
}

// Keep puts a file of an MMS where its MediaUrl says, and gives that. Twilio redirects
// from there to where it keeps the bytes.
func (f *Twilio) Keep(content string) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	path := fmt.Sprintf("/2010-04-01/Accounts/%s/Messages/MM%032d/Media/ME%032d", f.AccountSID, len(f.media), len(f.media))
	f.media[path] = content
	return f.URL + path
}

// MoveTo has files redirect to another server.
func (f *Twilio) MoveTo(base string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.elsewhere = base
}

func (f *Twilio) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	user, password, _ := r.BasicAuth()
	account := "/2010-04-01/Accounts/" + f.AccountSID
	content, isFile := f.media[r.URL.Path]
	switch {
	case user != f.AccountSID || password != f.AuthToken:
		answer(w, f.Refusal(http.StatusUnauthorized, 20003, "Authenticate"))
	case isFile && f.elsewhere != "":
		http.Redirect(w, r, f.elsewhere+"/file", http.StatusTemporaryRedirect)
	case isFile:
		_, _ = w.Write([]byte(content)) // the test sees what did not come
	case r.Method == http.MethodGet && r.URL.Path == account+".json":
		writeJSON(w, http.StatusOK, map[string]any{"sid": f.AccountSID, "friendly_name": "Example Shop", "status": "active", "type": "Full"})
	case r.Method == http.MethodPost && r.URL.Path == account+"/Messages.json":
		f.create(w, r)
	default:
		answer(w, f.Refusal(http.StatusNotFound, 20404, "The requested resource "+r.URL.Path+" was not found"))
	}
}

// create is "Create a Message resource".
func (f *Twilio) create(w http.ResponseWriter, r *http.Request) {
	if len(f.failures) > 0 {
		answer(w, f.failures[0])
		f.failures = f.failures[1:]
		return
	}
	if r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || r.ParseForm() != nil {
		answer(w, f.Refusal(http.StatusBadRequest, 20001, "The body is not a form"))
		return
	}
	form := r.PostForm
	if code, wrong := mistake(form); code != 0 {
		answer(w, f.Refusal(http.StatusBadRequest, code, wrong))
		return
	}
	f.sent = append(f.sent, form)
	sid := fmt.Sprintf("SM%032d", len(f.sent))
	writeJSON(w, http.StatusCreated, map[string]any{
		"account_sid": f.AccountSID, "api_version": "2010-04-01", "body": form.Get("Body"), "direction": "outbound-api",
		"date_created": "Thu, 24 Aug 2023 05:01:45 +0000", "error_code": nil, "error_message": nil, "from": form.Get("From"),
		"num_media": fmt.Sprint(len(form["MediaUrl"])), "num_segments": "1", "price": nil, "sid": sid, "status": "queued",
		"to": form.Get("To"), "uri": "/2010-04-01/Accounts/" + f.AccountSID + "/Messages/" + sid + ".json",
	})
}

// mistake is the documented error of a form, or 0.
func mistake(form url.Values) (code int, message string) {
	switch {
	case !strings.HasPrefix(form.Get("To"), "+"):
		return 21211, "The 'To' number " + form.Get("To") + " is not a valid phone number."
	case form.Get("From") == "" && form.Get("MessagingServiceSid") == "":
		return 21603, "A 'From' phone number is required."
	case form.Get("Body") == "" && len(form["MediaUrl"]) == 0:
		return 21602, "Message body is required."
	case utf8.RuneCountInString(form.Get("Body")) > 1600:
		return 21617, "The concatenated message body exceeds the 1600 character limit."
	case len(form["MediaUrl"]) > 10:
		return 21623, "Number of media files exceeds allowed limit."
	}
	return 0, ""
}

// SID is Twilio's id of the n-th message that was sent, the first being 1.
func (f *Twilio) SID(n int) string { return fmt.Sprintf("SM%032d", n) }

// Message is the form that Twilio calls with when a message comes in.
func (f *Twilio) Message(from, body string, media ...string) url.Values {
	form := url.Values{
		"MessageSid": {fmt.Sprintf("SM%032x", len(body)*1000+len(media))}, "AccountSid": {f.AccountSID}, "From": {from}, "To": {"+14155550100"},
		"Body": {body}, "NumMedia": {fmt.Sprint(len(media))}, "NumSegments": {"1"}, "SmsStatus": {"received"}, "ApiVersion": {"2010-04-01"},
		"FromCity": {"SAN FRANCISCO"}, "FromCountry": {"US"},
	}
	for i, address := range media {
		form.Set(fmt.Sprint("MediaUrl", i), address)
		form.Set(fmt.Sprint("MediaContentType", i), "text/plain")
	}
	return form
}

// Status is the form that Twilio tells the status of a message with.
func (f *Twilio) Status(sid, status, errorCode string) url.Values {
	form := url.Values{
		"MessageSid": {sid}, "SmsSid": {sid}, "AccountSid": {f.AccountSID}, "MessageStatus": {status}, "SmsStatus": {status},
		"From": {"+14155550100"}, "To": {"+14155550123"}, "ApiVersion": {"2010-04-01"},
	}
	if errorCode != "" {
		form.Set("ErrorCode", errorCode)
	}
	return form
}

// Sign is the X-Twilio-Signature of a call.
func (f *Twilio) Sign(address string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	text := address
	for _, name := range names {
		text += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(f.AuthToken))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func answer(w http.ResponseWriter, f Failure) {
	if f.RetryAfter != "" {
		w.Header().Set("Retry-After", f.RetryAfter)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.Status)
	_, _ = w.Write([]byte(f.Body)) // the test sees what did not come
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the test sees what did not come
}
