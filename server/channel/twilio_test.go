package channel

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/server/channel/channeltest"
)

// phone is a Twilio account on a stand-in.
type phone struct {
	*Twilio
	fake *channeltest.Twilio
	line chat.Line
}

func newPhone(t *testing.T) phone {
	t.Helper()
	fake := channeltest.NewTwilio(t)
	return phone{NewTwilio(Options{BaseURL: fake.URL + "/"}), fake, chat.Line{
		Values: map[string]string{"account_sid": fake.AccountSID, "auth_token": fake.AuthToken, "from": "+14155550100"},
		Hooks: map[string]string{
			hookMessages: "https://chat.example.com/channels/sms/chn_x/messages", hookStatus: "https://chat.example.com/channels/sms/chn_x/status",
		},
	}}
}

// parcel is a text, with files of which only the link matters.
func parcel(text string, files ...models.Attachment) chat.Parcel {
	o := chat.Outgoing{
		To: "+14155550123", Message: models.Message{Content: text, MessageType: models.TypeText, Attachments: files},
		Link: func(a models.Attachment) string { return "https://chat.example.com/channels/files/" + a.Filename },
		Open: func(_ context.Context, a models.Attachment) (io.ReadSeekCloser, error) {
			return shut{strings.NewReader("bytes of " + a.Filename)}, nil
		},
	}
	return chat.Parcel{Outgoing: o, Piece: chat.Piece{Text: text, Files: files}, Reference: "ref1"}
}

// shut is a reader that closes.
type shut struct{ io.ReadSeeker }

func (shut) Close() error { return nil }

// refused is the carrier's error, which there must be.
func refused(t *testing.T, err error) *chat.CarrierError {
	t.Helper()
	var told *chat.CarrierError
	if !errors.As(err, &told) {
		t.Fatalf("got %v, want a refusal", err)
	}
	return told
}

func TestAnSMSIsSentAsTwilioWantsIt(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	id, err := p.Send(t.Context(), p.line, parcel("Hällo & welcome", models.Attachment{Filename: "a.png"}))
	if err != nil || id != p.fake.SID(1) {
		t.Fatal(id, err)
	}
	want := url.Values{
		"To": {"+14155550123"}, "From": {"+14155550100"}, "Body": {"Hällo & welcome"},
		"MediaUrl":       {"https://chat.example.com/channels/files/a.png"},
		"StatusCallback": {"https://chat.example.com/channels/sms/chn_x/status?part=ref1"},
	}
	if got := p.fake.Sent()[0]; got.Encode() != want.Encode() {
		t.Errorf("sent %v, want %v", got, want)
	}
	p.line.Values["messaging_service_sid"] = "MG0123456789abcdef0123456789abcdef"
	delete(p.line.Values, "from")
	p.line.Hooks[hookStatus] = "http://localhost:8080/channels/sms/chn_x/status" // Twilio would refuse it
	if _, err := p.Send(t.Context(), p.line, parcel("again")); err != nil {
		t.Fatal(err)
	}
	if got := p.fake.Sent()[1]; got.Has("From") || got.Has("StatusCallback") || got.Get("MessagingServiceSid") != "MG0123456789abcdef0123456789abcdef" {
		t.Errorf("sent %v", got)
	}
}

func TestTwilioSaysWhyAndWhetherToTryAgain(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	busy := p.fake.Refusal(429, 20429, "Too Many Requests")
	busy.RetryAfter = "7"
	for _, c := range []struct {
		failure   channeltest.Failure
		reason    string
		temporary bool
		after     time.Duration
	}{
		{p.fake.Refusal(400, 21610, "Attempt to send to unsubscribed recipient"), "Twilio: Attempt to send to unsubscribed recipient (error 21610)", false, 0},
		{busy, "Twilio: Too Many Requests (error 20429)", true, 7 * time.Second},
		{channeltest.Failure{Status: 503, Body: "<html>no upstream</html>"}, "Twilio answered 503", true, 0},
		{channeltest.Failure{Status: 201, Body: "{}"}, "Twilio took the message and answered without an id", false, 0},
	} {
		p.fake.Fail(c.failure)
		_, err := p.Send(t.Context(), p.line, parcel("hello"))
		if told := refused(t, err); told.Reason != c.reason || told.Temporary != c.temporary || told.After != c.after {
			t.Errorf("got %+v, want %+v", told, c)
		}
	}
	p.line.Values["auth_token"] = "wrong"
	_, err := p.Send(t.Context(), p.line, parcel("hello"))
	if told := refused(t, err); told.Temporary || told.Reason != "Twilio: Authenticate (error 20003)" {
		t.Errorf("got %+v", told)
	}
	gone := NewTwilio(Options{BaseURL: "http://127.0.0.1:1"})
	_, err = gone.Send(t.Context(), p.line, parcel("hello"))
	if told := refused(t, err); !told.Temporary || told.Reason != "The provider could not be reached" {
		t.Errorf("got %+v", told)
	}
}

func TestTwilioIsAskedWhetherItKnowsTheAccount(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	if found, err := p.Test(t.Context(), p.line); err != nil || found != "Twilio knows the account as Example Shop" {
		t.Error(found, err)
	}
	p.line.Values["auth_token"] = "wrong"
	_, err := p.Test(t.Context(), p.line)
	if told := refused(t, err); told.Reason != "Twilio: Authenticate (error 20003)" {
		t.Errorf("got %+v", told)
	}
}

func TestALongSMSIsCutWhereWordsEnd(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	files := make([]models.Attachment, 12)
	words := strings.Repeat("word ", 400) // 2,000 characters
	pieces, err := p.Divide(p.line, parcel(words, files...).Outgoing)
	if err != nil || len(pieces) != 2 || len(pieces[0].Files) != 10 || len(pieces[1].Files) != 2 ||
		len(pieces[0].Text) != 1599 || !strings.HasSuffix(pieces[0].Text, "word") || !strings.HasPrefix(pieces[1].Text, "word") {
		t.Errorf("cut into %d, %v: %+v", len(pieces), err, pieces)
	}
	for text, limit := range map[string]int{strings.Repeat("😀", 1000): 800, strings.Repeat("x", 3201): 1600, strings.Repeat(" ", 2000) + "x": 1600} {
		whole := ""
		for _, piece := range split(text, twilioTextUnits) {
			if n := len([]rune(piece)); n > limit || n == 0 {
				t.Errorf("a piece of %d characters", n)
			}
			whole += piece
		}
		if whole != strings.TrimSpace(text) {
			t.Error("something was lost")
		}
	}
	for _, o := range []chat.Outgoing{
		parcel("hello", models.Attachment{Size: 6 << 20}).Outgoing,
		{Message: models.Message{Content: "x", MessageType: models.TypeTemplate}},
	} {
		if _, err := p.Divide(p.line, o); err == nil {
			t.Errorf("%+v is taken", o.Message)
		}
	}
}

// call is a request of Twilio's to one of our hooks.
func (p phone) call(hook, query string, form url.Values) chat.HookRequest {
	address := p.line.Hooks[hook]
	values, _ := url.ParseQuery(query)
	if query != "" {
		address += "?" + query
	}
	signature := p.fake.Sign(address, form)
	return chat.HookRequest{
		Hook: hook, Method: http.MethodPost, URL: address, Query: values, Body: []byte(form.Encode()),
		Header: func(name string) string { return map[string]string{"X-Twilio-Signature": signature}[name] },
	}
}

func TestTwilioIsBelievedForItsSignature(t *testing.T) {
	t.Parallel()
	// The example of Twilio's documentation.
	example := url.Values{
		"CallSid": {"CA1234567890ABCDE"}, "Caller": {"+14158675309"}, "Digits": {"1234"}, "From": {"+14158675309"}, "To": {"+18005551212"},
	}
	if !twilioSigned("12345", "https://mycompany.com/myapp.php?foo=1&bar=2", example, "RSOYDt4T1cUTdK1PDd93/VVr8B8=") {
		t.Error("the documented example is refused")
	}
	p := newPhone(t)
	good := p.call(hookMessages, "", p.fake.Message("+14155550123", "Hello"))
	report, err := p.Receive(t.Context(), p.line, good)
	if err != nil || len(report.Arrivals) != 1 || !strings.Contains(report.Answer.Body, "<Response>") {
		t.Fatalf("%+v, %v", report, err)
	}
	if a := report.Arrivals[0]; a.From != "+14155550123" || a.Content != "Hello" || a.ExternalID == "" || len(a.Media) != 0 {
		t.Errorf("read %+v", a)
	}
	for what, change := range map[string]func(r *chat.HookRequest){
		"no signature":    func(r *chat.HookRequest) { r.Header = func(string) string { return "" } },
		"no base64":       func(r *chat.HookRequest) { r.Header = func(string) string { return "%%%" } },
		"another address": func(r *chat.HookRequest) { r.URL += "?x=1" },
		"another text":    func(r *chat.HookRequest) { r.Body = []byte(strings.Replace(string(r.Body), "Hello", "Hullo", 1)) },
		"another account": func(r *chat.HookRequest) {
			*r = p.call(hookMessages, "", url.Values{"AccountSid": {"AC9"}, "Body": {"x"}})
		},
		"a parameter more": func(r *chat.HookRequest) { r.Body = append(r.Body, []byte("&Extra=1")...) },
	} {
		bad := good
		change(&bad)
		if _, err := p.Receive(t.Context(), p.line, bad); !errors.Is(err, chat.ErrHookForged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	for what, bad := range map[string]chat.HookRequest{
		"a GET":   {Method: http.MethodGet, Header: good.Header},
		"no form": {Method: http.MethodPost, Header: good.Header, Body: []byte("%zz")},
	} {
		if _, err := p.Receive(t.Context(), p.line, bad); err == nil || errors.Is(err, chat.ErrHookForged) {
			t.Errorf("%s: %v", what, err)
		}
	}
	p.line.Values["auth_token"] = ""
	if _, err := p.Receive(t.Context(), p.line, good); !errors.Is(err, chat.ErrHookForged) {
		t.Errorf("without a token: %v", err)
	}
}

func TestTwilioTellsWhatBecameOfAMessage(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	for _, c := range []struct {
		status, code string
		want         chat.Receipt
	}{
		{"queued", "", chat.Receipt{Status: models.MessageSent}},
		{"sent", "", chat.Receipt{Status: models.MessageSent}},
		{"delivered", "", chat.Receipt{Status: models.MessageDelivered}},
		{"read", "", chat.Receipt{Status: models.MessageRead}},
		{"undelivered", "30003", chat.Receipt{Status: models.MessageFailed, Reason: "Twilio could not deliver it: the handset cannot be reached (error 30003)"}},
		{"failed", "39999", chat.Receipt{Status: models.MessageFailed, Reason: "Twilio could not deliver it (error 39999)"}},
	} {
		c.want.ExternalID, c.want.Reference = "SM1", "ref1"
		report, err := p.Receive(t.Context(), p.line, p.call(hookStatus, "part=ref1", p.fake.Status("SM1", c.status, c.code)))
		if err != nil || len(report.Arrivals) != 0 || !slices.Equal(report.Receipts, []chat.Receipt{c.want}) {
			t.Errorf("%s: %+v, %v", c.status, report, err)
		}
	}
}

func TestFilesOfAnMMSAreFetchedFromTwilioAloneAndTheCredentialsGoNowhereElse(t *testing.T) {
	t.Parallel()
	p := newPhone(t)
	report, err := p.Receive(t.Context(), p.line, p.call(hookMessages, "", p.fake.Message("+14155550123", "See", p.fake.Keep("hello"))))
	if err != nil || len(report.Arrivals) != 1 || len(report.Arrivals[0].Media) != 1 {
		t.Fatalf("%+v, %v", report, err)
	}
	media := report.Arrivals[0].Media[0]
	body, err := p.Fetch(t.Context(), p.line, media)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(body)
	if err = errors.Join(err, body.Close()); err != nil || string(content) != "hello" || media.Filename != "file0.txt" {
		t.Errorf("%q as %s, %v", content, media.Filename, err)
	}
	reached := make(chan string, 1)
	inside := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		reached <- r.Header.Get("Authorization")
	}))
	defer inside.Close()
	p.fake.MoveTo(inside.URL) // a redirect to a private address
	if _, err := p.Fetch(t.Context(), p.line, media); err == nil {
		t.Error("the redirect was followed")
	}
	for _, elsewhere := range []string{inside.URL + "/2010-04-01/Accounts/" + p.fake.AccountSID + "/x", "http://169.254.169.254/", "file:///etc/passwd", ""} {
		_, err := p.Fetch(t.Context(), p.line, chat.Media{Ref: elsewhere})
		if told := refused(t, err); told.Temporary {
			t.Errorf("%s: %+v", elsewhere, told)
		}
	}
	select {
	case header := <-reached:
		t.Errorf("another server was asked, with %q", header)
	default:
	}
}
