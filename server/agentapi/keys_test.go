package agentapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/models"
)

// eventually polls until it is so.
func (d *desk) eventually(what string, so func() bool) {
	d.Helper()
	deadline, tick := time.After(20*time.Second), time.NewTicker(50*time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-deadline:
			d.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// newKey makes a key through the API and gives its id and the key.
func (d *desk) newKey(body string) (id, key string) {
	d.Helper()
	a := d.want(d.do(http.MethodPost, "/keys", body), 201)
	id, _ = a.body["id"].(string)
	key, _ = a.body["key"].(string)
	return id, key
}

func TestAKeyIsShownOnceAndOpensWhatItsScopesSay(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		made := d.want(d.do(http.MethodPost, "/keys",
			`{"name":" Orders ","scopes":["conversations:read","contacts:read","contacts:read"],"expires_at":"2099-01-01T01:00:00+01:00"}`), 201)
		key, _ := made.body["key"].(string)
		hint, _ := made.body["hint"].(string)
		if !strings.HasPrefix(key, "sk_live_") || !strings.HasPrefix(key, hint) || len(hint) > len("sk_live_")+4 {
			d.Errorf("the key %q has the hint %q", key, hint)
		}
		for path, want := range map[string]any{
			"name": "Orders", "kind": "agent", "expires_at": "2099-01-01T00:00:00.000000Z", "last_used_at": nil, "created_by.name": "Owner",
		} {
			if made.field(path) != want {
				d.Errorf("%s is %v, want %v", path, made.field(path), want)
			}
		}
		if got := fmt.Sprint(made.body["scopes"]); got != "[contacts:read conversations:read]" {
			d.Errorf("the scopes are %s", got)
		}
		d.want(d.as(key, http.MethodGet, "/contacts", ""), 200)
		d.refused(d.as(key, http.MethodGet, "/keys", ""), 403, Forbidden)
		shown := d.want(d.do(http.MethodGet, "/keys/"+fmt.Sprint(made.body["id"]), ""), 200)
		if shown.body["last_used_at"] == nil {
			d.Errorf("its use is not noted: %s", shown.raw)
		}
		list := d.want(d.do(http.MethodGet, "/keys", ""), 200)
		if list.first() != made.body["id"] || list.field("pagination.total") != 3.0 {
			d.Errorf("the keys are %s", list.raw)
		}
		for _, secret := range []string{key, d.creds.LiveKey, d.creds.InboxKey} {
			if strings.Contains(list.raw+shown.raw, secret) {
				d.Error("a key is shown again")
			}
		}
	})
}

func TestAKeyOfEachKindAndModeIsSpelledSo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, c := range []struct{ maker, kind, prefix string }{
			{d.creds.LiveKey, "agent", "sk_live_"}, {d.creds.LiveKey, "inbox", "sf_live_v1_"},
			{d.creds.TestKey, "agent", "sk_test_"}, {d.creds.TestKey, "inbox", "sf_test_v1_"},
		} {
			a := d.want(d.as(c.maker, http.MethodPost, "/keys", `{"name":"K","kind":"`+c.kind+`","scopes":["admin:read"]}`), 201)
			key, _ := a.body["key"].(string)
			if !strings.HasPrefix(key, c.prefix) || a.body["kind"] != c.kind {
				d.Errorf("%s %s: %s", c.prefix, c.kind, a.raw)
			}
			if me := d.as(key, http.MethodGet, "/me", ""); c.kind == "inbox" {
				d.refused(me, 401, Unauthorized)
			} else if d.want(me, 200).body["sandbox"] != strings.Contains(c.prefix, "test") || me.field("key.kind") != c.kind {
				d.Errorf("%s is %s", c.prefix, me.raw)
			}
			// What is made on one side is not there on the other.
			seen := 0
			for _, holder := range []string{d.creds.LiveKey, d.creds.TestKey} {
				if d.as(holder, http.MethodGet, "/keys/"+fmt.Sprint(a.body["id"]), "").status == 200 {
					seen++
				}
			}
			if seen != 1 {
				d.Errorf("%d sides see the key", seen)
			}
		}
	})
}

func TestAKeyThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		before := len(d.do(http.MethodGet, "/keys", "").rows())
		for body, field := range map[string]string{
			`{"scopes":["admin:read"]}`:                                           "name",
			`{"name":"","scopes":["admin:read"]}`:                                 "name",
			`{"name":"` + strings.Repeat("x", 101) + `","scopes":["admin:read"]}`: "name",
			`{"name":"K"}`:                                                             "scopes",
			`{"name":"K","scopes":[]}`:                                                 "scopes",
			`{"name":"K","scopes":null}`:                                               "scopes",
			`{"name":"K","scopes":"admin:read"}`:                                       "scopes",
			`{"name":"K","scopes":["everything"]}`:                                     "scopes.0",
			`{"name":"K","scopes":["admin:read"],"kind":"skeleton"}`:                   "kind",
			`{"name":"K","scopes":["admin:read"],"expires_at":"tomorrow"}`:             "expires_at",
			`{"name":"K","scopes":["admin:read"],"expires_at":"2001-01-01T00:00:00Z"}`: "expires_at",
			`{"name":"K","scopes":["admin:read"],"expires_at":4102444800}`:             "expires_at",
		} {
			a := d.do(http.MethodPost, "/keys", body)
			d.refused(a, 400, InvalidInput)
			if a.field("details.field") != field {
				d.Errorf("%.70s blames %v, want %s", body, a.field("details.field"), field)
			}
		}
		few := d.key(models.ScopeAdminWrite, models.ScopeContactsRead)
		a := d.as(few, http.MethodPost, "/keys", `{"name":"K","scopes":["contacts:read","contacts:write"]}`)
		d.refused(a, 403, Forbidden)
		if a.field("details.required_permission") != "contacts:write" {
			d.Errorf("more than the maker has: %s", a.raw)
		}
		d.want(d.as(few, http.MethodPost, "/keys", `{"name":"K","scopes":["contacts:read","admin:write"],"expires_at":null}`), 201)
		if after := len(d.do(http.MethodGet, "/keys", "").rows()); after != before+2 {
			d.Errorf("%d keys became %d", before, after)
		}
	})
}

func TestARevokedKeyIsGoneAndRefused(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id, key := d.newKey(`{"name":"K","scopes":["contacts:read"]}`)
		d.want(d.as(key, http.MethodGet, "/me", ""), 200)
		d.refused(d.as(d.creds.TestKey, http.MethodDelete, "/keys/"+id, ""), 404, NotFound)
		d.want(d.do(http.MethodDelete, "/keys/"+id, ""), 204)
		d.refused(d.do(http.MethodDelete, "/keys/"+id, ""), 404, NotFound)
		d.refused(d.do(http.MethodGet, "/keys/"+id, ""), 404, NotFound)
		began := time.Now()
		d.eventually("the key is refused", func() bool { return d.as(key, http.MethodGet, "/me", "").status == 401 })
		if took := time.Since(began); took > 10*time.Second {
			d.Errorf("it was believed for %v", took)
		}
		if strings.Contains(d.do(http.MethodGet, "/keys", "").raw, id) {
			d.Error("it is still listed")
		}
	})
}
