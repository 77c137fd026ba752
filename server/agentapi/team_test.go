package agentapi

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/models"
)

// colleague takes somebody into the team and gives the id.
func (d *desk) colleague(role models.Role) string {
	d.Helper()
	a := d.want(d.do(http.MethodPost, "/users",
		fmt.Sprintf(`{"name":"Sarah Johnson","email":"sarah%d@example.com","role":%q}`, accounts.Add(1), role)), 201)
	id, _ := a.body["id"].(string)
	return id
}

// keyOf is a key with every scope that the user has made, in the live account.
func (d *desk) keyOf(id string) string {
	d.Helper()
	account, err := d.store.LiveAccount(d.Context(), &d.creds.AccountID)
	if err != nil {
		d.Fatal(err)
	}
	uid, err := models.ParseID(models.PrefixUser, id)
	if err != nil {
		d.Fatal(err)
	}
	user, err := d.store.UserByUID(d.Context(), models.System(account.ID), uid)
	if err != nil {
		d.Fatal(err)
	}
	key, row := d.access.MintKey(models.KeyKindAgent, false)
	row.AccountID, row.UserID, row.Name, row.Scopes = account.ID, user.ID, "of a colleague", models.AllScopes()
	if err := d.store.CreateKey(d.Context(), &row); err != nil {
		d.Fatal(err)
	}
	return key
}

// owner is the id of the account's first user.
func (d *desk) owner() string {
	d.Helper()
	return d.want(d.do(http.MethodGet, "/users?limit=1", ""), 200).first()
}

func TestAUserIsTakenInChangedAndDisabled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/users", `{"name":" Sarah Johnson ","email":"Sarah@Example.com","role":"agent"}`), 201)
		for field, want := range map[string]any{
			"name": "Sarah Johnson", "email": "sarah@example.com", "role": "agent", "availability": "offline", "disabled": false,
		} {
			if made.body[field] != want {
				d.Errorf("%s is %v, want %v", field, made.body[field], want)
			}
		}
		at := "/users/" + fmt.Sprint(made.body["id"])
		if got := d.want(d.do(http.MethodGet, at, ""), 200); got.raw != made.raw {
			d.Errorf("made %s, got %s", made.raw, got.raw)
		}
		changed := d.want(d.do(http.MethodPatch, at, `{"name":"Sarah Lee","role":"admin","availability":"away"}`), 200)
		if changed.body["name"] != "Sarah Lee" || changed.body["role"] != "admin" || changed.body["availability"] != "away" {
			d.Errorf("changed: %s", changed.raw)
		}
		if same := d.want(d.do(http.MethodPatch, at, `{}`), 200); same.raw != changed.raw {
			d.Errorf("an empty change: %s", same.raw)
		}
		for range 2 {
			d.want(d.do(http.MethodDelete, at, ""), 204)
		}
		if gone := d.want(d.do(http.MethodGet, at, ""), 200); gone.body["disabled"] != true || gone.body["availability"] != "offline" {
			d.Errorf("disabled: %s", gone.raw)
		}
		if back := d.want(d.do(http.MethodPatch, at, `{"disabled":false}`), 200); back.body["disabled"] != false {
			d.Errorf("enabled: %s", back.raw)
		}
		if n := d.do(http.MethodGet, "/users", "").field("pagination.total"); n != 2.0 {
			d.Errorf("%v users", n)
		}
	})
}

func TestAUserThatMakesNoSenseIsRefusedAndTheFieldNamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/users/" + d.colleague(models.RoleAgent)
		for _, c := range []struct{ method, path, body, field string }{
			{"POST", "/users", `{"email":"a@example.com","role":"agent"}`, "name"},
			{"POST", "/users", `{"name":"","email":"a@example.com","role":"agent"}`, "name"},
			{"POST", "/users", `{"name":"\u200b ","email":"a@example.com","role":"agent"}`, "name"},
			{"POST", "/users", `{"name":"a\u0000b","email":"a@example.com","role":"agent"}`, "name"},
			{"POST", "/users", `{"name":"` + strings.Repeat("é", 256) + `","email":"a@example.com","role":"agent"}`, "name"},
			{"POST", "/users", `{"name":"A","role":"agent"}`, "email"},
			{"POST", "/users", `{"name":"A","email":"nobody","role":"agent"}`, "email"},
			{"POST", "/users", `{"name":"A","email":"A <a@example.com>","role":"agent"}`, "email"},
			{"POST", "/users", `{"name":"A","email":"a@example.com"}`, "role"},
			{"POST", "/users", `{"name":"A","email":"a@example.com","role":"king"}`, "role"},
			{"PATCH", at, `{"name":null}`, "name"},
			{"PATCH", at, `{"name":" "}`, "name"},
			{"PATCH", at, `{"role":"king"}`, "role"},
			{"PATCH", at, `{"availability":"asleep"}`, "availability"},
			{"PATCH", at, `{"disabled":"yes"}`, "disabled"},
			{"PATCH", "/me", `{"name":""}`, "name"},
			{"PATCH", "/me", `{"availability":"busy"}`, "availability"},
			{"PATCH", "/account", `{"name":""}`, "name"},
			{"PATCH", "/account", `{"time_zone":""}`, "time_zone"},
			{"PATCH", "/account", `{"time_zone":"Local"}`, "time_zone"},
			{"PATCH", "/account", `{"time_zone":"Mars/Olympus"}`, "time_zone"},
			{"PATCH", "/account", `{"time_zone":"../../etc/passwd"}`, "time_zone"},
		} {
			a := d.do(c.method, c.path, c.body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != c.field {
				d.Errorf("%s %s %.60s blames %v, want %s", c.method, c.path, c.body, a.field("details.field"), c.field)
			}
		}
		taken := d.do(http.MethodPost, "/users", `{"name":"A","email":"`+strings.ToUpper(d.creds.Email)+`","role":"agent"}`)
		d.refused(taken, 409, Conflict)
		if taken.field("details.field") != "email" {
			d.Errorf("a taken address: %s", taken.raw)
		}
	})
}

// deeds is the table of who may do what: the roles that may, and what others get.
var deeds = []struct {
	method, path, body string
	roles              string
}{
	{"GET", "/users", "", "owner admin agent"},
	{"GET", "/users/AGENT", "", "owner admin agent"},
	{"GET", "/me", "", "owner admin agent"},
	{"PATCH", "/me", `{"name":"Me","availability":"away"}`, "owner admin agent"},
	{"GET", "/account", "", "owner admin agent"},
	{"PATCH", "/account", `{"name":"Acme"}`, "owner admin"},
	{"POST", "/users", `{"name":"A","email":"NEW","role":"agent"}`, "owner admin"},
	{"POST", "/users", `{"name":"A","email":"NEW","role":"admin"}`, "owner admin"},
	{"POST", "/users", `{"name":"A","email":"NEW","role":"owner"}`, "owner"},
	{"PATCH", "/users/AGENT", `{"name":"Changed"}`, "owner admin"},
	{"PATCH", "/users/AGENT", `{"role":"admin"}`, "owner admin"},
	{"PATCH", "/users/AGENT", `{"role":"owner"}`, "owner"},
	{"PATCH", "/users/AGENT", `{"disabled":true}`, "owner admin"},
	{"PATCH", "/users/ADMIN", `{"role":"agent"}`, "owner admin"},
	{"PATCH", "/users/ADMIN", `{"disabled":true}`, "owner admin"},
	{"PATCH", "/users/OWNER", `{"name":"Changed"}`, "owner"},
	{"PATCH", "/users/OWNER", `{"availability":"away"}`, "owner"},
	{"PATCH", "/users/OWNER", `{"role":"agent"}`, "owner"},
	{"PATCH", "/users/OWNER", `{"disabled":true}`, "owner"},
	{"DELETE", "/users/AGENT", "", "owner admin"},
	{"DELETE", "/users/ADMIN", "", "owner admin"},
	{"DELETE", "/users/OWNER", "", "owner"},
	{"GET", "/sites", "", "owner admin"},
	{"GET", "/sites/SITE", "", "owner admin"},
	{"POST", "/sites", `{"name":"Shop"}`, "owner admin"},
	{"PATCH", "/sites/SITE", `{"greeting":"Hi"}`, "owner admin"},
	{"POST", "/sites/SITE/rotate-identity-secret", "", "owner admin"},
	{"DELETE", "/sites/SITE", "", "owner admin"},
	{"GET", "/keys", "", "owner admin"},
	{"GET", "/keys/KEY", "", "owner admin"},
	{"POST", "/keys", `{"name":"K","scopes":["contacts:read"]}`, "owner admin"},
	{"DELETE", "/keys/KEY", "", "owner admin"},
	{"GET", "/conversations", "", "owner admin agent"},
	{"GET", "/contacts", "", "owner admin agent"},
}

func TestEachRoleMayDoWhatTheTableSaysAndNothingElse(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, role := range []models.Role{models.RoleOwner, models.RoleAdmin, models.RoleAgent} {
			key := d.keyOf(d.colleague(role))
			for _, deed := range deeds {
				path, body := d.fill(deed.path), strings.ReplaceAll(deed.body, "NEW", strings.ToLower(rand.Text())+"@example.com")
				a := d.as(key, deed.method, path, body)
				if may := strings.Contains(deed.roles, string(role)); may != (a.status < 300) || (!may && a.status != 403) {
					d.Errorf("%s: %s %s %s answers %d %s", role, deed.method, deed.path, deed.body, a.status, a.raw)
				}
			}
		}
	})
}

// fill puts fresh rows into the slots of a path, so that no deed meets another's.
func (d *desk) fill(path string) string {
	d.Helper()
	for slot, fresh := range map[string]func() string{
		"AGENT": func() string { return d.colleague(models.RoleAgent) },
		"ADMIN": func() string { return d.colleague(models.RoleAdmin) },
		"OWNER": func() string { return d.colleague(models.RoleOwner) },
		"SITE": func() string {
			id, _ := d.want(d.do(http.MethodPost, "/sites", `{"name":"Shop"}`), 201).body["id"].(string)
			return id
		},
		"KEY": func() string {
			id, _ := d.newKey(`{"name":"K","scopes":["contacts:read"]}`)
			return id
		},
	} {
		if strings.Contains(path, slot) {
			path = strings.ReplaceAll(path, slot, fresh())
		}
	}
	return path
}

func TestAnOwnerStaysWhateverHappens(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/users/" + d.owner()
		for _, call := range []struct{ method, body string }{
			{"PATCH", `{"role":"admin"}`}, {"PATCH", `{"disabled":true}`}, {"DELETE", ""},
		} {
			d.refused(d.do(call.method, at, call.body), 409, Conflict)
		}
		if a := d.do(http.MethodGet, at, ""); a.body["role"] != "owner" || a.body["disabled"] != false {
			d.Fatalf("the owner is %s", a.raw)
		}
		second := d.colleague(models.RoleOwner)
		other := d.keyOf(second)
		// Each takes the other away at the same time: one of them has to stay.
		var wait sync.WaitGroup
		wait.Go(func() { d.do(http.MethodPatch, "/users/"+second, `{"role":"agent"}`) })
		wait.Go(func() { d.as(other, http.MethodPatch, at, `{"disabled":true}`) })
		wait.Wait()
		owners := 0
		account, err := d.store.LiveAccount(d.Context(), &d.creds.AccountID)
		if err != nil {
			d.Fatal(err)
		}
		users, err := d.store.Users(d.Context(), models.System(account.ID), models.Page{Limit: 10})
		if err != nil {
			d.Fatal(err)
		}
		for _, u := range users.Rows {
			if u.Role == models.RoleOwner && u.DisabledAt == nil {
				owners++
			}
		}
		if owners != 1 {
			d.Errorf("%d owners are left", owners)
		}
	})
}

func TestADisabledUserLosesTheConversationsInTheSandboxToo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.colleague(models.RoleAgent)
		mine, theirs := d.start(d.creds.SiteKey, "Jane Doe", "Hello"), d.start(d.creds.SiteKey, "John Doe", "Hello")
		tried := d.start(d.creds.TestSiteKey, "Jane Doe", "Hello")
		assign := func(key, conversation, user string) {
			d.want(d.as(key, http.MethodPost, "/conversation/"+conversation+"/assign", `{"assigned_to":"`+user+`"}`), 200)
		}
		assign(d.creds.LiveKey, mine, id)
		assign(d.creds.TestKey, tried, id)
		assign(d.creds.LiveKey, theirs, d.owner())
		d.want(d.do(http.MethodPost, "/conversation/"+mine+"/resolve", `{"resolution_reason":"spam"}`), 200)
		d.want(d.do(http.MethodDelete, "/users/"+id, ""), 204)
		for _, c := range []struct {
			key, conversation string
			assigned          bool
		}{{d.creds.LiveKey, mine, false}, {d.creds.TestKey, tried, false}, {d.creds.LiveKey, theirs, true}} {
			if a := d.as(c.key, http.MethodGet, "/conversation/"+c.conversation, ""); (a.body["assigned_to"] != nil) != c.assigned {
				d.Errorf("assigned: %s", a.raw)
			}
		}
		body := `{"assigned_to":"` + id + `"}`
		d.refused(d.do(http.MethodPost, "/conversation/"+mine+"/assign", body), 400, InvalidInput)
	})
}

func TestTheSandboxDoesNotChangeTheTeam(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		at := "/users/" + d.colleague(models.RoleAgent)
		before := d.want(d.as(d.creds.TestKey, http.MethodGet, at, ""), 200)
		for _, c := range []struct{ method, path, body string }{
			{"POST", "/users", `{"name":"A","email":"a@example.com","role":"agent"}`}, {"PATCH", at, `{"name":"Changed"}`},
			{"DELETE", at, ""}, {"PATCH", "/me", `{"name":"Changed"}`},
		} {
			d.refused(d.as(d.creds.TestKey, c.method, c.path, c.body), 403, Forbidden)
		}
		if after := d.do(http.MethodGet, at, ""); after.raw != before.raw {
			d.Errorf("%s became %s", before.raw, after.raw)
		}
		if n := d.do(http.MethodGet, "/users", "").field("pagination.total"); n != 2.0 {
			d.Errorf("%v users", n)
		}
	})
}

func TestForeignAndUnknownUsersSitesAndKeysAnswerAlike(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		stranger := d.newAccount()
		firstOf := func(key, list string) string {
			return d.want(d.as(key, http.MethodGet, list, ""), 200).first()
		}
		for list, ids := range map[string][]string{
			"/users": {firstOf(stranger.LiveKey, "/users"), models.FormatID(models.PrefixUser, models.NewUID()), "usr_", "1", d.creds.SiteKey},
			"/sites": {firstOf(stranger.LiveKey, "/sites"), firstOf(d.creds.TestKey, "/sites"), models.FormatID(models.PrefixSite, models.NewUID()), "x"},
			"/keys":  {firstOf(stranger.LiveKey, "/keys"), firstOf(d.creds.TestKey, "/keys"), models.FormatID(models.PrefixKey, models.NewUID()), "%00"},
		} {
			for _, id := range ids {
				for method, body := range map[string]string{"GET": "", "PATCH": `{"name":"X"}`, "DELETE": ""} {
					if a := d.do(method, list+"/"+id, body); a.status != 404 && (a.status != 405 || list != "/keys" || method != "PATCH") {
						d.Errorf("%s %s/%s: %d %s", method, list, id, a.status, a.raw)
					}
				}
			}
		}
		d.refused(d.do(http.MethodPost, "/sites/"+firstOf(stranger.LiveKey, "/sites")+"/rotate-identity-secret", ""), 404, NotFound)
		d.want(d.as(stranger.LiveKey, http.MethodGet, "/users", ""), 200)
	})
}

func TestWhoAmISaysUserAccountKeyAndScopes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		live, test := d.want(d.do(http.MethodGet, "/me", ""), 200), d.want(d.as(d.creds.TestKey, http.MethodGet, "/me", ""), 200)
		for _, c := range []struct {
			a       answer
			sandbox bool
			hint    string
		}{{live, false, "sk_live_"}, {test, true, "sk_test_"}} {
			hint, _ := c.a.field("key.hint").(string)
			if c.a.body["sandbox"] != c.sandbox || c.a.field("account.sandbox") != c.sandbox || !strings.HasPrefix(hint, c.hint) ||
				c.a.field("user.email") != d.creds.Email || c.a.field("key.kind") != "agent" || c.a.field("limits.requests") != 1000.0 ||
				c.a.field("limits.period_seconds") != 60.0 || c.a.field("limits.message_length") != 10000.0 {
				d.Errorf("I am %s", c.a.raw)
			}
		}
		if live.field("account.id") != models.FormatID(models.PrefixAccount, d.creds.AccountID) ||
			live.field("account.id") == test.field("account.id") || live.field("user.id") != test.field("user.id") {
			d.Errorf("live %s, test %s", live.raw, test.raw)
		}
		if strings.Contains(live.raw, d.creds.LiveKey) {
			d.Error("the key is shown")
		}
		few := d.want(d.as(d.key(models.ScopeContactsRead), http.MethodGet, "/me", ""), 200)
		if fmt.Sprint(few.body["scopes"]) != "[contacts:read]" {
			d.Errorf("scopes: %s", few.raw)
		}
		d.want(d.do(http.MethodPatch, "/me", `{"name":"Olivia","availability":"away","role":"agent","disabled":true}`), 200)
		me := d.do(http.MethodGet, "/me", "")
		if me.field("user.name") != "Olivia" || me.field("user.availability") != "away" || me.field("user.role") != "owner" {
			d.Errorf("I became %s", me.raw)
		}
	})
}

func TestAKeyHasNoMoreThanTheRoleOfItsMaker(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.colleague(models.RoleAdmin)
		key := d.keyOf(id)
		scopes := func() []any { s, _ := d.as(key, http.MethodGet, "/me", "").body["scopes"].([]any); return s }
		if got := scopes(); len(got) != len(models.AllScopes()) {
			d.Errorf("an admin's key may %v", got)
		}
		d.want(d.do(http.MethodPatch, "/users/"+id, `{"role":"agent"}`), 200)
		d.eventually("the key loses what the role lost", func() bool { return len(scopes()) == len(models.RoleAgent.Scopes()) })
		if slices.Contains(scopes(), any("admin:write")) {
			d.Errorf("an agent's key may %v", scopes())
		}
		d.refused(d.as(key, http.MethodGet, "/sites", ""), 403, Forbidden)
		d.want(d.do(http.MethodPatch, "/users/"+id, `{"disabled":true}`), 200)
		d.eventually("a disabled user's key is refused", func() bool { return d.as(key, http.MethodGet, "/me", "").status == 401 })
		d.want(d.do(http.MethodPatch, "/users/"+id, `{"disabled":false,"role":"admin"}`), 200)
		d.eventually("an enabled user's key is good again", func() bool { return d.as(key, http.MethodGet, "/sites", "").status == 200 })
	})
}

func TestTheAccountAndItsSandboxHaveNamesAndTimeZonesOfTheirOwn(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		live := d.want(d.do(http.MethodPatch, "/account", `{"name":"Acme Ltd","time_zone":"Europe/Vienna"}`), 200)
		if live.body["name"] != "Acme Ltd" || live.body["time_zone"] != "Europe/Vienna" || live.body["sandbox"] != false {
			d.Errorf("changed: %s", live.raw)
		}
		if got := d.want(d.do(http.MethodGet, "/account", ""), 200); got.raw != live.raw {
			d.Errorf("got %s, want %s", got.raw, live.raw)
		}
		test := d.want(d.as(d.creds.TestKey, http.MethodGet, "/account", ""), 200)
		if test.body["name"] != "Acme (sandbox)" || test.body["time_zone"] != "UTC" || test.body["sandbox"] != true {
			d.Errorf("the sandbox: %s", test.raw)
		}
		d.want(d.as(d.creds.TestKey, http.MethodPatch, "/account", `{"time_zone":"Asia/Tokyo"}`), 200)
		if got := d.do(http.MethodGet, "/account", ""); got.body["time_zone"] != "Europe/Vienna" {
			d.Errorf("the sandbox changed the live account: %s", got.raw)
		}
	})
}
