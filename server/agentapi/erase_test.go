package agentapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/models"
)

func TestErasingAContactLeavesNothingOfItBehind(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		c := d.begin(d.creds.SiteKey, "Jane Doe", "my secret")
		row := d.want(d.do(http.MethodGet, "/conversations", ""), 200).rows()[0]
		conversation, contact := fmt.Sprint(row["id"]), fmt.Sprint(row["contact_id"])
		file := d.want(d.upload("secret.txt", "the secret file"), 201)
		d.want(d.do(http.MethodPost, "/conversation/"+conversation+"/message", `{"content":"here","attachments":["`+fmt.Sprint(file.body["id"])+`"]}`), 201)
		d.want(d.do(http.MethodPost, "/conversation/"+conversation+"/label", `{"labels":["vip"],"action":"add"}`), 200)
		d.want(d.do(http.MethodPost, "/conversation/"+conversation+"/resolve", `{"resolution_reason":"issue_resolved"}`), 200)
		visitor := models.Principal{
			Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: *c.SiteID, ConversationID: c.ID, ConversationUID: c.UID, Name: "Jane",
		}
		if err := d.chat.Rate(d.Context(), visitor, 1, "secretly bad"); err != nil {
			d.Fatal(err)
		}
		d.want(d.do(http.MethodPost, "/contact/"+contact+"/message", `{"channel":"whatsapp","content":"secret too"}`), 201)
		before := len(d.events())
		if a := d.want(d.do(http.MethodDelete, "/contact/"+contact, ""), 204); a.raw != "" {
			d.Errorf("204 with a body: %q", a.raw)
		}
		for _, path := range []string{"/contact/" + contact, "/conversation/" + conversation, "/attachments/" + fmt.Sprint(file.body["id"])} {
			d.refused(d.do(http.MethodGet, path, ""), 404, NotFound)
		}
		if total := d.do(http.MethodGet, "/conversations", "").field("pagination.total"); total != 0.0 {
			d.Errorf("%v conversations remain", total)
		}
		log := d.events()
		if len(log) != before+1 {
			d.Errorf("%d events, want %d", len(log), before+1)
		}
		for _, e := range log[:before] {
			if e.ConversationID != nil || e.ContactID != nil || e.MessageID != nil || len(e.Detail) > 0 {
				d.Errorf("the log keeps %+v", e)
			}
		}
		if last := log[before]; last.Type != models.EventContactDeleted || last.Detail["contact_id"] != contact {
			d.Errorf("the last event is %+v", last)
		}
		d.refused(d.do(http.MethodDelete, "/contact/"+contact, ""), 404, NotFound)
		d.jobsDone()
		if left := d.bytesLeft(); left != 0 {
			d.Errorf("the bytes of %d files remain", left)
		}
	})
}

func TestAnExportHoldsEverythingOfOneContact(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		d.start(d.creds.SiteKey, "Somebody Else", "not hers")
		conversation := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		d.want(d.do(http.MethodPost, "/conversation/"+conversation+"/message", `{"content":"a note on Jane","internal":true}`), 201)
		contact := fmt.Sprint(d.do(http.MethodGet, "/conversation/"+conversation, "").body["contact_id"])
		d.want(d.do(http.MethodPost, "/contact/"+contact+"/message", `{"channel":"api","content":"hi Jane"}`), 201)
		for _, name := range []string{contact, "jane.doe@example.com"} {
			a := d.want(d.do(http.MethodGet, "/export?contact="+url.QueryEscape(name), ""), 200)
			conversations, _ := a.body["conversations"].([]any)
			if a.field("contact.id") != contact || len(conversations) != 2 || strings.Contains(a.raw, "not hers") {
				d.Fatalf("the export is %s", a.raw)
			}
			for _, part := range []string{`"content":"Hello"`, `"content":"a note on Jane"`, `"content":"hi Jane"`, `"ratings":[]`, conversation} {
				if !strings.Contains(a.raw, part) {
					d.Errorf("%s is missing in %s", part, a.raw)
				}
			}
		}
		foreign, _ := d.want(d.as(d.newAccount().LiveKey, http.MethodPost, "/contact", john), 201).body["id"].(string)
		for _, query := range []string{"", "?contact=", "?contact=x", "?contact=" + foreign, "?contact=nobody@example.com"} {
			a := d.do(http.MethodGet, "/export"+query, "")
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != "contact" {
				d.Errorf("%s blames %v", query, a.field("details.field"))
			}
		}
		d.refused(d.as(d.key(models.ScopeContactsRead), http.MethodGet, "/export?contact="+contact, ""), 403, Forbidden)
		d.refused(d.as(d.key(models.ScopeConversationsRead), http.MethodGet, "/export?contact="+contact, ""), 403, Forbidden)
	})
}
