package agentapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/models"
)

func TestABodyThatMakesNoSenseIsRefusedAndTheFieldNamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		long := strings.Repeat("é", 10_001)
		for _, c := range []struct{ call, body, field string }{
			{"/message", `{}`, "content"},
			{"/message", `{"content":" \u200b\n"}`, "content"},
			{"/message", `{"content":"` + long + `"}`, "content"},
			{"/message", `{"content":null}`, "content"},
			{"/message", `{"content":5}`, "content"},
			{"/message", `{"content":"a\u0000b"}`, "content"},
			{"/message", `{"content":"x","message_type":"smell"}`, "message_type"},
			{"/message", `{"content":"x","internal":"yes"}`, "internal"},
			{"/message", `{"content":"x","attachments":["photo.png"]}`, "attachments"},
			{"/message", `{"content":"x","attachments":["att_01h455vb4pex5vsknk084sn02q"]}`, "attachments"},
			{"/message", `{"content":"x","attachments":{}}`, "attachments"},
			{"/label", `{"action":"add"}`, "labels"},
			{"/label", `{"labels":["a"]}`, "action"},
			{"/label", `{"labels":["a"],"action":"toggle"}`, "action"},
			{"/label", `{"labels":"a","action":"add"}`, "labels"},
			{"/label", `{"labels":[""],"action":"add"}`, "labels"},
			{"/label", `{"labels":["` + strings.Repeat("x", 101) + `"],"action":"add"}`, "labels"},
			{"/label", `{"labels":[null],"action":"add"}`, "labels.0"},
			{"/resolve", `{}`, "resolution_reason"},
			{"/resolve", `{"resolution_reason":"bored"}`, "resolution_reason"},
			{"/resolve", `{"resolution_reason":"spam","send_satisfaction_survey":1}`, "send_satisfaction_survey"},
			{"/resolve", `{"resolution_reason":"spam","internal_note":"` + long + `"}`, "internal_note"},
			{"/assign", `{"Assigned_To":null}`, "assigned_to"},
			{"/typing", `{"active":"true"}`, "active"},
		} {
			a := d.do(http.MethodPost, at+c.call, c.body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != c.field {
				d.Errorf("%s %.80s blames %v, want %s", c.call, c.body, a.field("details.field"), c.field)
			}
		}
		c := d.want(d.do(http.MethodGet, at, ""), 200)
		if c.body["message_count"] != 1.0 || c.body["status"] != "open" || fmt.Sprint(c.body["labels"]) != "[]" {
			d.Errorf("a refused call left something: %s", c.raw)
		}
	})
}

func TestABodyThatIsNoJSONObjectIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello") + "/message"
		for _, body := range []string{
			`{"content":"x"`, `{"content":"x"} {}`, `[]`, `"x"`, `null`, `7`, `{'content':'x'}`, "\ufeff{}", "{\"content\":\"\xff\"}",
			`{"content":"x","a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + `}`, `{"content":"x","n":1e400}`,
		} {
			d.refused(d.do(http.MethodPost, at, body), 400, InvalidInput)
		}
		d.refused(d.do(http.MethodPost, at, ""), 400, InvalidInput)
		d.refused(d.do(http.MethodPost, at, `{"content":"`+strings.Repeat("x", 1<<20)+`"}`), 413, PayloadTooLarge)
		key := map[string]string{"X-API-Key": d.creds.LiveKey}
		for header, value := range map[string]string{
			"Content-Type": "application/x-www-form-urlencoded", "Content-Encoding": "gzip",
		} {
			key[header] = value
			d.refused(d.send(http.MethodPost, at, `{"content":"x"}`, key), 415, UnsupportedMediaType)
			delete(key, header)
		}
		if n := d.do(http.MethodGet, at+"s", "").field("pagination.total"); n != 1.0 {
			d.Errorf("%v messages", n)
		}
	})
}

// calls are every call about one conversation, with a body that would do.
func calls() map[string]string {
	return map[string]string{
		"GET ": "", "GET /messages": "", "POST /message": `{"content":"x"}`, "POST /assign": `{"assigned_to":null}`,
		"POST /label": `{"labels":["a"],"action":"add"}`, "POST /resolve": `{"resolution_reason":"spam"}`,
		"POST /reopen": "", "POST /archive": "", "POST /read": "", "POST /typing": `{"active":true}`,
	}
}

// about makes every call about a conversation and gives the answers to look at.
func about(d *desk, key, id string, look func(call string, a answer)) {
	d.Helper()
	for call, body := range calls() {
		method, path, _ := strings.Cut(call, " ")
		look(call, d.as(key, method, "/conversation/"+id+path, body))
	}
}

func TestAMalformedIDInAPathIsAsUnknownAsAnyOther(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, id := range []string{
			models.FormatID(models.PrefixConversation, models.NewUID()), models.FormatID(models.PrefixContact, models.NewUID()),
			"conv_", "1", "conv_01H455VB4PEX5VSKNK084SN02Q", models.NewUID().String(), "%00", "%25zz", "%2f", "%2e%2e", strings.Repeat("c", 1000),
		} {
			about(d, d.creds.LiveKey, id, func(call string, a answer) {
				if a.status != 404 {
					d.Errorf("%s %.40s: %s", call, id, a.raw)
				}
				d.refused(a, 404, NotFound)
			})
		}
	})
}

func TestAForeignConversationAnswersAsAnUnknownOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		mine := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		stranger := d.newAccount()
		theirs := d.start(stranger.SiteKey, "Jane Doe", "Hello")
		sandbox := d.start(d.creds.TestSiteKey, "Jane Doe", "Hello")
		for _, c := range []struct{ who, key, id string }{
			{"another account", d.creds.LiveKey, theirs}, {"the stranger", stranger.LiveKey, mine},
			{"the sandbox from live", d.creds.LiveKey, sandbox}, {"live from the sandbox", d.creds.TestKey, mine},
		} {
			about(d, c.key, c.id, func(call string, a answer) {
				d.refused(a, 404, NotFound)
				if a.body["message"] != "Conversation not found" || fmt.Sprint(a.field("details")) != "map[]" {
					d.Errorf("%s, %s: %s", c.who, call, a.raw)
				}
			})
		}
		for key, want := range map[string]string{d.creds.LiveKey: mine, d.creds.TestKey: sandbox, stranger.LiveKey: theirs} {
			list := d.want(d.as(key, http.MethodGet, "/conversations", ""), 200)
			if got := ids(list); len(got) != 1 || got[0] != want {
				d.Errorf("a key sees %v, want %s alone", got, want)
			}
			if n := len(d.want(d.as(key, http.MethodGet, "/contacts", ""), 200).rows()); n != 1 {
				d.Errorf("a key sees %d contacts", n)
			}
			d.want(d.as(key, http.MethodGet, "/conversation/"+want, ""), 200)
		}
	})
}

func TestTheTeamIsTheSameInTheSandbox(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		live, sandbox := d.do(http.MethodGet, "/users", ""), d.as(d.creds.TestKey, http.MethodGet, "/users", "")
		if len(ids(live)) != 1 || fmt.Sprint(ids(live)) != fmt.Sprint(ids(sandbox)) {
			d.Errorf("live %v, sandbox %v", ids(live), ids(sandbox))
		}
		id := d.start(d.creds.TestSiteKey, "Jane Doe", "Hello")
		body := `{"assigned_to":"` + ids(sandbox)[0] + `"}`
		a := d.want(d.as(d.creds.TestKey, http.MethodPost, "/conversation/"+id+"/assign", body), 200)
		if a.field("assigned_to.id") != ids(live)[0] {
			d.Errorf("assigned to %v", a.body["assigned_to"])
		}
	})
}

func TestUnknownRoutesAndWrongMethodsAnswerInTheSurfacesShape(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, path := range []string{"", "/", "/nothing", "/conversations/", "/Conversations", "/conversation/x/y/z", "/users/1"} {
			d.refused(d.do(http.MethodGet, path, ""), 404, NotFound)
		}
		for path, allow := range map[string]string{
			"/conversations": "GET, HEAD", "/users": "GET, HEAD, POST", "/conversation/x": "GET, HEAD, PATCH", "/conversation/x/message": "POST",
		} {
			a := d.do(http.MethodDelete, path, "")
			d.refused(a, 405, MethodNotAllowed)
			if got := a.header.Get("Allow"); got != allow {
				d.Errorf("%s allows %q, want %q", path, got, allow)
			}
		}
	})
}
