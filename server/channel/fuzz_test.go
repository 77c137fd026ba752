package channel

import (
	"errors"
	"net/http"
	"net/url"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/server/channel/channeltest"
)

// FuzzReceive gives the adapters anything at all as a body, signed: they must say what is
// wrong or read it, and never blame themselves.
func FuzzReceive(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "[]", `{"entry":null}`, `{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"type":"text"}],"statuses":[{}]}}]}]}`,
		`{"entry":[{"messaging":[{"message":{"attachments":[{}]}},{"read":{}},{"postback":{}}]}]}`,
		`{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"type":"location","location":{"latitude":1e308}},{"image":{}},{"contacts":[{}]}]}}]}]}`,
		"AccountSid=AC0123456789abcdef0123456789abcdef&NumMedia=99999&MediaUrl0=x", "NumMedia=-1", "%zz", "\x00\xff",
	} {
		f.Add(seed)
	}
	graph, twilio := channeltest.NewGraph(f), channeltest.NewTwilio(f)
	meta := metaLine(graph)
	sms := chat.Line{Values: map[string]string{"account_sid": twilio.AccountSID, "auth_token": twilio.AuthToken}}
	f.Fuzz(func(t *testing.T, body string) {
		form, _ := url.ParseQuery(body) // what cannot be read is signed as nothing
		signed := map[string]string{"X-Hub-Signature-256": graph.Sign(body), "X-Twilio-Signature": twilio.Sign("https://x/", form)}
		r := chat.HookRequest{
			Method: http.MethodPost, URL: "https://x/", Body: []byte(body), Header: func(name string) string { return signed[name] },
		}
		for _, c := range []struct {
			carrier chat.Carrier
			line    chat.Line
		}{{&WhatsApp{}, meta}, {&Instagram{}, meta}, {&Twilio{}, sms}} {
			report, err := c.carrier.Receive(t.Context(), c.line, r)
			var told *models.Error
			if err != nil && (!errors.As(err, &told) || told.Code == models.CodeInternal) {
				t.Errorf("%T: %v", c.carrier, err)
			}
			for _, a := range report.Arrivals {
				if len(a.Media) > twilioFiles && c.carrier.Kind().Kind == models.ChannelSMS {
					t.Errorf("%d files", len(a.Media))
				}
			}
			r.Header = func(string) string { return "sha256=00" }
			if report, err := c.carrier.Receive(t.Context(), c.line, r); err == nil || len(report.Arrivals)+len(report.Receipts) > 0 {
				t.Errorf("%T believes %q", c.carrier, body)
			}
			r.Header = func(name string) string { return signed[name] }
		}
	})
}
