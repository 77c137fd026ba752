package agentapi

import (
	"fmt"
	"net/http"
	"testing"

	"parley/models"
)

func TestWhatIsRefusedSaysWhatWouldHaveBeenRight(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/conversation/" + d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		for call, want := range map[string]string{
			"GET /conversations?status=opened":        "status must be one of open, closed, archived, all",
			"GET /conversations?channel=":             "channel must be one of chat, whatsapp, instagram, sms, email, voice, api",
			"GET /conversations?status=open&status=x": "status must be given once",
			"GET /conversations?limit=ten":            "limit must be a whole number",
			"GET /conversations?offset=":              "offset must be a whole number",
			"GET /conversations?limit=0":              "The limit must be a whole number of 1 or more",
			"GET /contacts?sort=name": "sort must be one of created_at:desc, created_at:asc, updated_at:desc, updated_at:asc, " +
				"last_contacted:desc, last_contacted:asc",
			"GET /contact/jane@example.com/conversations?status=x": "status must be one of open, closed, archived, all",
			"GET " + at + "/messages?order=down":                   "order must be one of asc, desc",
			"GET /reports?group=week":                              "group must be one of day, user, label, channel",
			"GET /search":                                          "q is required",
			"GET /search?q=x&types=messages":                       "types must be words out of conversation, message, contact, article, separated by commas",
			"GET /export":                                          "contact is required",
			"GET /users/7":                                         "User not found",
			"GET /users/" + models.FormatID(models.PrefixUser, models.NewUID()): "User not found",
			"GET /sites/" + models.FormatID(models.PrefixSite, models.NewUID()): "Site not found",
			"GET /keys/" + models.FormatID(models.PrefixKey, models.NewUID()):   "API key not found",
			"GET /labels/x":      "Label not found",
			"GET /canned/x":      "Canned reply not found",
			"GET /attachments/x": "Attachment not found",
			"GET /auth/oidc":     "No identity provider is set up",
		} {
			var method, path string
			_, _ = fmt.Sscan(call, &method, &path)
			if a := d.do(method, path, ""); a.body["message"] != want || a.status != 400 && a.status != 404 {
				d.Errorf("%s: %s", call, a.raw)
			}
		}
		a := d.do(http.MethodPost, at+"/message", `{"attachments":["photo.png"]}`)
		if a.body["message"] != "Each of the attachments must be an id that begins with att_" {
			d.Errorf("a file's name for its id: %s", a.raw)
		}
	})
}

func TestAnUnknownAddressAndMethodSayWhereToLook(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, path := range []string{"/nothing", "/conversation", "/contacts/", "/users/x/y"} {
			a := d.do(http.MethodGet, path, "")
			d.refused(a, 404, NotFound)
			if a.body["message"] != "There is no such address; /docs lists them all" {
				d.Errorf("%s: %s", path, a.raw)
			}
		}
		a := d.do(http.MethodDelete, "/contacts", "")
		d.refused(a, 405, MethodNotAllowed)
		if fmt.Sprint(a.field("details.allow")) != "[GET HEAD]" || a.header.Get("Allow") != "GET, HEAD" {
			d.Errorf("the methods there are: %s, %s", a.raw, a.header.Get("Allow"))
		}
		key := map[string]string{"X-API-Key": d.creds.LiveKey, "Content-Type": "text/plain"}
		for path, want := range map[string]string{
			"/contact": "Send the body with Content-Type: application/json", "/attachments": "Send the body with Content-Type: multipart/form-data",
		} {
			if a := d.send(http.MethodPost, path, "hello", key); a.body["message"] != want {
				d.Errorf("%s: %s", path, a.raw)
			}
		}
	})
}

// A node remembers a key for a moment; what it still lets in must not find the key gone.
func TestAKeyThatWasRevokedJustNowIsUnauthorizedAndNotUnknown(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/keys", `{"name":"K","scopes":["conversations:read"]}`), 201)
		key := fmt.Sprint(made.body["key"])
		d.want(d.as(key, http.MethodGet, "/me", ""), 200)
		d.want(d.do(http.MethodDelete, "/keys/"+fmt.Sprint(made.body["id"]), ""), 204)
		d.refused(d.as(key, http.MethodGet, "/me", ""), 401, Unauthorized)
	})
}
