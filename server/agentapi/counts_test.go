package agentapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/models"
)

func TestAStaleChangeIsNoticedAndChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := models.FormatID(models.PrefixConversation, d.begin(d.creds.SiteKey, "Jane", "Hello").UID)
		got := d.want(d.do(http.MethodGet, "/conversation/"+id, ""), 200)
		etag := got.header.Get("ETag")
		if etag != fmt.Sprintf("%q", got.body["version"]) || got.body["updated_at"] == nil {
			d.Errorf("the ETag is %s: %s", etag, got.raw)
		}
		change := func(at, tag, body string) answer {
			return d.send(http.MethodPatch, at, body, map[string]string{"X-API-Key": d.creds.LiveKey, "If-Match": tag})
		}
		at := "/conversation/" + id
		first := d.want(change(at, etag, `{"subject":"Parcel"}`), 200)
		if first.header.Get("ETag") == etag {
			d.Error("the version stayed")
		}
		stale := change(at, etag, `{"priority":"urgent"}`)
		d.refused(stale, 409, Conflict)
		if fmt.Sprint(stale.field("details.changed")) != "[subject]" || stale.field("details.version") != first.body["version"] {
			d.Errorf("details: %s", stale.raw)
		}
		if now := d.want(d.do(http.MethodGet, at, ""), 200); now.body["priority"] != "normal" {
			d.Errorf("it changed: %s", now.raw)
		}
		d.want(change(at, "*", `{"priority":"urgent"}`), 200)
		d.want(change(at, "", `{"priority":"low"}`), 200)
		d.refused(change(at, `W/`+first.header.Get("ETag"), `{"priority":"high"}`), 409, Conflict)
		d.refused(change(at, `'; DROP TABLE`, `{"priority":"high"}`), 409, Conflict)

		assign := func(tag, to string) answer {
			return d.send(http.MethodPost, at+"/assign", `{"assigned_to":`+to+`}`, map[string]string{"X-API-Key": d.creds.LiveKey, "If-Match": tag})
		}
		me := fmt.Sprintf("%q", d.want(d.do(http.MethodGet, "/me", ""), 200).field("user.id"))
		seen := d.want(d.do(http.MethodGet, at, ""), 200).header.Get("ETag")
		d.want(assign(seen, me), 200)
		late := assign(seen, "null")
		d.refused(late, 409, Conflict)
		if fmt.Sprint(late.field("details.changed")) != "[assigned_to]" {
			d.Errorf("details: %s", late.raw)
		}
		if now := d.want(d.do(http.MethodGet, at, ""), 200); now.body["assigned_to"] == nil {
			d.Errorf("it was taken away: %s", now.raw)
		}
		d.want(assign("", "null"), 200)

		contact, _ := got.body["contact_id"].(string)
		at = "/contact/" + contact
		was := d.want(d.do(http.MethodGet, at, ""), 200)
		d.want(change(at, was.header.Get("ETag"), `{"first_name":"Ann"}`), 200)
		old := change(at, was.header.Get("ETag"), `{"last_name":"Roe"}`)
		d.refused(old, 409, Conflict)
		if fmt.Sprint(old.field("details.changed")) != "[first_name]" {
			d.Errorf("details: %s", old.raw)
		}
	})
}

func TestViewsAreCountedAndListed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		ids := []string{}
		for _, name := range []string{"Jane", "Joe", "Ann"} {
			ids = append(ids, models.FormatID(models.PrefixConversation, d.begin(d.creds.SiteKey, name, "Hello").UID))
		}
		me := d.want(d.do(http.MethodGet, "/me", ""), 200)
		user, _ := me.field("user.id").(string)
		name, _ := me.field("user.name").(string)
		d.want(d.do(http.MethodPost, "/conversation/"+ids[0]+"/assign", fmt.Sprintf(`{"assigned_to":%q,"internal_note":"for @%s"}`, user, name)), 200)
		d.want(d.do(http.MethodPost, "/conversation/"+ids[1]+"/message", fmt.Sprintf(`{"content":"@%s, please look","internal":true}`, strings.ToUpper(name))), 201)
		d.want(d.do(http.MethodPost, "/conversation/"+ids[1]+"/message", fmt.Sprintf(`{"content":"write to @%s"}`, name)), 201)
		d.want(d.do(http.MethodPost, "/conversation/"+ids[1]+"/label", `{"labels":["billing"],"action":"add"}`), 200)
		d.want(d.do(http.MethodPost, "/conversation/"+ids[2]+"/message", `{"content":"@nobody","internal":true}`), 201)
		d.want(d.do(http.MethodPost, "/conversation/"+ids[2]+"/resolve", `{"resolution_reason":"duplicate"}`), 200)
		n := d.want(d.do(http.MethodGet, "/conversations/counts", ""), 200)
		for field, want := range map[string]float64{"open": 2, "mine": 1, "unassigned": 1, "mentions": 2, "unread": 2, "closed": 1, "archived": 0} {
			if n.body[field] != want {
				d.Errorf("%s: %v, want %v", field, n.body[field], want)
			}
		}
		d.want(d.do(http.MethodPost, "/conversation/"+ids[0]+"/read", ""), 200)
		if after := d.want(d.do(http.MethodGet, "/conversations/counts", ""), 200); after.body["unread"] != 1.0 {
			d.Errorf("unread after reading: %s", after.raw)
		}
		if !strings.Contains(n.raw, `"labels":[{"name":"billing","count":1}]`) || !strings.Contains(n.raw, `"channels":[{"channel":"chat","count":2}]`) {
			d.Errorf("counts: %s", n.raw)
		}
		list := d.want(d.do(http.MethodGet, "/conversations?mentions=me&sort=created_at:asc", ""), 200)
		if rows := list.rows(); len(rows) != 2 || rows[0]["id"] != ids[0] || rows[1]["id"] != ids[1] {
			d.Errorf("mentioned: %s", list.raw)
		}
		site := d.want(d.do(http.MethodGet, "/sites", ""), 200).first()
		if got := d.want(d.do(http.MethodGet, "/conversations?site="+site, ""), 200); got.field("pagination.total") != 3.0 {
			d.Errorf("of the site: %s", got.raw)
		}
		for _, query := range []string{"site=x", "site=" + models.FormatID(models.PrefixSite, models.NewUID()), "mentions=all", "mentions="} {
			d.refused(d.do(http.MethodGet, "/conversations?"+query, ""), 400, InvalidInput)
		}
	})
}

func TestAPictureIsAnAddressOnHTTPS(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		const picture = "https://example.com/me.jpg?size=64"
		if got := d.want(d.do(http.MethodPatch, "/me", fmt.Sprintf(`{"avatar_url":%q}`, picture)), 200); got.body["avatar_url"] != picture {
			d.Errorf("own: %s", got.raw)
		}
		id := d.colleague(models.RoleAgent)
		d.want(d.do(http.MethodPatch, "/users/"+id, fmt.Sprintf(`{"avatar_url":%q}`, picture)), 200)
		if got := d.want(d.do(http.MethodPatch, "/users/"+id, `{"avatar_url":null}`), 200); got.body["avatar_url"] != nil {
			d.Errorf("taken away: %s", got.raw)
		}
		for _, bad := range []string{
			"", "x", "http://example.com/me.jpg", "javascript:alert(1)", "data:image/png;base64,AA", "//example.com/me.jpg", "https://",
			"https://user:pass@example.com/", "https://example.com/\\u0022onerror=x", "https://exa mple.com/", "https://example.com/" + strings.Repeat("a", 2100),
		} {
			got := d.do(http.MethodPatch, "/me", `{"avatar_url":"`+bad+`"}`)
			if d.refused(got, 400, InvalidInput); got.field("details.field") != "avatar_url" {
				d.Errorf("%.60s: %s", bad, got.raw)
			}
		}
	})
}
