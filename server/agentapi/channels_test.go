package agentapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/models"
)

// sms is the body that connects the stand-in's account.
func (d *desk) sms(from string) string {
	return fmt.Sprintf(`{"kind":"sms","name":"Support","settings":{"account_sid":%q,"auth_token":%q,"from":%q}}`,
		d.twilio.AccountSID, d.twilio.AuthToken, from)
}

func TestAChannelIsConnectedTestedChangedAndDisconnected(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/channels", d.sms("+14155550100")), 201)
		id := fmt.Sprint(made.body["id"])
		for path, want := range map[string]any{
			"kind": "sms", "name": "Support", "address": "+14155550100", "enabled": true, "secrets": "[auth_token]",
			"settings": "map[account_sid:" + d.twilio.AccountSID + " from:+14155550100]",
		} {
			if got := made.field(path); fmt.Sprint(got) != fmt.Sprint(want) {
				d.Errorf("%s is %v, want %v", path, got, want)
			}
		}
		if !strings.Contains(made.raw, `"url":"https://chat.example.com/channels/sms/`+id+`/messages"`) || strings.Contains(made.raw, d.twilio.AuthToken) {
			d.Errorf("made: %s", made.raw)
		}
		at := "/channels/" + id
		if got := d.want(d.do(http.MethodGet, at, ""), 200); got.raw != made.raw {
			d.Errorf("got %s, made %s", got.raw, made.raw)
		}
		if list := d.want(d.do(http.MethodGet, "/channels", ""), 200); list.first() != id || list.field("pagination.total") != 1.0 || strings.Contains(list.raw, d.twilio.AuthToken) {
			d.Errorf("the list is %s", list.raw)
		}
		if tested := d.want(d.do(http.MethodPost, at+"/test", ""), 200); tested.body["ok"] != true || tested.body["detail"] != "Twilio knows the account as Example Shop" {
			d.Errorf("tested: %s", tested.raw)
		}
		changed := d.want(d.do(http.MethodPatch, at, `{"name":"Sales","enabled":false,"settings":{"auth_token":"stale","from":null,"messaging_service_sid":"MG0123456789abcdef0123456789abcdef"}}`), 200)
		if changed.body["name"] != "Sales" || changed.body["enabled"] != false || changed.body["address"] != "MG0123456789abcdef0123456789abcdef" ||
			changed.field("settings.from") != nil || changed.field("settings.account_sid") != d.twilio.AccountSID {
			d.Errorf("changed: %s", changed.raw)
		}
		if tested := d.want(d.do(http.MethodPost, at+"/test", ""), 200); tested.body["ok"] != false || tested.body["detail"] != "Twilio: Authenticate (error 20003)" {
			d.Errorf("tested: %s", tested.raw)
		}
		d.want(d.do(http.MethodDelete, at, ""), 204)
		for _, call := range []answer{d.do(http.MethodGet, at, ""), d.do(http.MethodDelete, at, ""), d.do(http.MethodPost, at+"/test", ""), d.do(http.MethodPatch, at, `{}`)} {
			d.refused(call, 404, NotFound)
		}
	})
}

func TestChannelsAreTheirAccountsAloneAndNeedTheScope(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/channels", d.sms("+14155550100")), 201)
		at := "/channels/" + fmt.Sprint(made.body["id"])
		writer, reader := d.key(models.ScopeConversationsWrite), d.key(models.ScopeAdminRead)
		for method, path := range map[string]string{"GET": at, "POST": at + "/test", "PATCH": at, "DELETE": at} {
			body := ""
			if method == "PATCH" {
				body = "{}"
			}
			d.refused(d.as(d.creds.TestKey, method, path, body), 404, NotFound)
			d.refused(d.as(writer, method, path, body), 403, Forbidden)
			if method != "GET" {
				d.refused(d.as(reader, method, path, body), 403, Forbidden)
			}
		}
		d.want(d.as(reader, http.MethodGet, at, ""), 200)
		d.want(d.as(d.creds.TestKey, http.MethodPost, "/channels", d.sms("+14155550100")), 201) // the sandbox has its own
		a := d.do(http.MethodPost, "/channels", d.sms("+14155550100"))
		d.refused(a, 409, Conflict)
		if a.field("details.field") != "settings" {
			d.Errorf("the same number again: %s", a.raw)
		}
	})
}

func TestTheFormsOfChannelsAreToldAndHeld(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		kinds := d.want(d.do(http.MethodGet, "/channels/kinds", ""), 200)
		if rows := kinds.rows(); len(rows) != 1 || rows[0]["kind"] != "sms" || !strings.Contains(kinds.raw, `"name":"auth_token"`) ||
			!strings.Contains(kinds.raw, `"secret":true`) {
			d.Errorf("the kinds are %s", kinds.raw)
		}
		for body, field := range map[string]string{
			`{"kind":"fax","name":"x"}`:                                              "kind",
			`{"kind":"voice","name":"x"}`:                                            "kind",
			`{"kind":"sms"}`:                                                         "name",
			`{"kind":"sms","name":" "}`:                                              "name",
			`{"kind":"sms","name":"x"}`:                                              "settings.account_sid",
			`{"kind":"sms","name":"x","settings":{"account_sid":5}}`:                 "settings.account_sid",
			`{"kind":"sms","name":"x","settings":[]}`:                                "settings",
			`{"kind":"sms","name":"x","settings":{"account_sid":"AC1"}}`:             "settings.account_sid",
			strings.Replace(d.sms("+14155550100"), `"from"`, `"colour"`, 1):          "settings.colour",
			strings.Replace(d.sms("+14155550100"), `"from"`, `"__proto__"`, 1):       "settings.__proto__",
			d.sms("(415) 555-0100"):                                                  "settings.from",
			d.sms(""):                                                                "settings.from",
			strings.Replace(d.sms("+14155550100"), `"+14155550100"`, `"a\u0000"`, 1): "settings.from",
		} {
			a := d.do(http.MethodPost, "/channels", body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != field {
				d.Errorf("%.120s blames %v, want %s", body, a.field("details.field"), field)
			}
		}
		if list := d.do(http.MethodGet, "/channels", ""); len(list.rows()) != 0 {
			d.Errorf("something was made: %s", list.raw)
		}
	})
}

func TestAVoiceTranscriptComesInWithItsSpeaker(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		say := func(speaker, text string) answer {
			return d.do(http.MethodPost, "/conversations/inbound",
				`{"channel":"voice","contact":{"phone":"+14155550123"},"content":"`+text+`","speaker":"`+speaker+`"}`)
		}
		first := d.want(say("caller", "Is my parcel there?"), 201)
		second := d.want(say("ai", "It comes tomorrow."), 201)
		if first.body["conversation_id"] != second.body["conversation_id"] {
			d.Errorf("two conversations: %s, %s", first.raw, second.raw)
		}
		list := d.want(d.do(http.MethodGet, "/conversation/"+fmt.Sprint(first.body["conversation_id"])+"/messages", ""), 200)
		var got []string
		for _, m := range list.rows() {
			got = append(got, fmt.Sprint(m["sent_by"], " ", m["speaker"], " ", m["status"], ": ", m["content"]))
		}
		if !slices.Equal(got, []string{"contact caller received: Is my parcel there?", "contact ai received: It comes tomorrow."}) {
			d.Errorf("the transcript is %v", got)
		}
		a := say("robot", "x")
		d.refused(a, 400, InvalidInput)
		if a.field("details.field") != "speaker" {
			d.Errorf("a robot blames %v", a.field("details.field"))
		}
	})
}
