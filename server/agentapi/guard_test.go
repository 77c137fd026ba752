package agentapi

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/widget/surface"
)

func TestAKeyIsReadFromEitherHeader(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		key := d.creds.LiveKey
		for _, headers := range []map[string]string{
			{"X-API-Key": key}, {"x-api-key": key}, {"Authorization": "Bearer " + key}, {"authorization": "bearer " + key},
			{"Authorization": "BEARER  " + key}, {"X-API-Key": key, "Authorization": "Bearer " + key},
			{"X-API-Key": key, "Authorization": "Basic dXNlcjpwYXNz"},
		} {
			d.want(d.send(http.MethodGet, "/users", "", headers), 200)
		}
	})
}

func TestWhatIsNoGoodKeyIsUnauthorizedAndAlwaysAlike(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		key, other := d.creds.LiveKey, d.newAccount().LiveKey
		expired := d.expiredKey()
		for what, headers := range map[string]map[string]string{
			"none":            {},
			"empty":           {"X-API-Key": ""},
			"empty bearer":    {"Authorization": "Bearer "},
			"no scheme":       {"Authorization": key},
			"basic":           {"Authorization": "Basic " + key},
			"unknown":         {"X-API-Key": "sk_live_aaaaaaaaaaaaaaaaaaaaaaaaaa"},
			"other case":      {"X-API-Key": strings.ToUpper(key)},
			"longer":          {"X-API-Key": key + "a"},
			"shorter":         {"X-API-Key": key[:len(key)-1]},
			"huge":            {"X-API-Key": "sk_live_" + strings.Repeat("a", 2000)},
			"a site key":      {"X-API-Key": d.creds.SiteKey},
			"a site key too":  {"Authorization": "Bearer " + d.creds.SiteKey},
			"two keys":        {"X-API-Key": key, "Authorization": "Bearer " + other},
			"one good of two": {"X-API-Key": key, "Authorization": "Bearer nonsense"},
			"expired":         {"X-API-Key": expired},
			"an inbox key":    {"X-API-Key": d.creds.InboxKey},
		} {
			a := d.send(http.MethodGet, "/conversations", "", headers)
			d.refused(a, 401, Unauthorized)
			want := errKey
			if other := otherRefusals[what]; other != nil {
				want = other
			}
			if a.body["message"] != want.Message || fmt.Sprint(a.body["details"]) != "map[]" {
				d.Errorf("%s: %s", what, a.raw)
			}
		}
		d.refused(d.send(http.MethodGet, "/conversations?api_key="+key, "", nil), 401, Unauthorized)
		d.refused(d.send(http.MethodPost, "/conversation/x/message", "not even JSON", nil), 401, Unauthorized)
	})
}

// otherRefusals are of what is wrong before anybody looks for the key, or is no secret.
var otherRefusals = map[string]*models.Error{
	"none": errNoKey, "empty": errNoKey, "empty bearer": errNoKey, "no scheme": errNoKey, "basic": errNoKey,
	"two keys": errTwoKeys, "one good of two": errTwoKeys, "an inbox key": errKeyKind,
}

// expiredKey is a key whose time is over.
func (d *desk) expiredKey() string {
	d.Helper()
	creds := d.newAccount()
	uid := creds.AccountID
	account, err := d.store.LiveAccount(d.Context(), &uid)
	if err != nil {
		d.Fatal(err)
	}
	owner, err := d.store.Owner(d.Context(), account)
	if err != nil {
		d.Fatal(err)
	}
	const key = "sk_live_ofyesterday00000000000000"
	over := models.Now(time.Now().Add(-time.Hour))
	row := models.APIKey{
		UID: models.NewUID(), AccountID: account.ID, UserID: owner.ID, Name: "old", Kind: models.KeyKindAgent,
		Hint: "sk_live_ofye", KeyHash: models.TokenHash(key), Scopes: models.AllScopes(), ExpiresAt: &over, CreatedAt: over,
	}
	if err := d.store.CreateKey(d.Context(), &row); err != nil {
		d.Fatal(err)
	}
	return key
}

func TestTwoHeadersWithDifferentKeysAreNobody(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		request := httptest.NewRequestWithContext(d.Context(), http.MethodGet, Prefix+"/users", nil)
		request.Header["X-Api-Key"] = []string{d.creds.LiveKey, d.creds.TestKey}
		response, err := d.app.Test(request, -1)
		if err != nil {
			d.Fatal(err)
		}
		_ = response.Body.Close()
		if response.StatusCode != http.StatusUnauthorized {
			d.Errorf("status %d", response.StatusCode)
		}
	})
}

// pathOf is a call's path with an id in it.
func pathOf(op surface.Operation, id string) string { return strings.ReplaceAll(op.Path, ":id", id) }

func TestEveryOperationWantsItsScopeWhateverTheID(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		known := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		for _, op := range d.spec.Operations() {
			if op.Scope == "" {
				continue
			}
			var others []models.Scope
			for _, scope := range models.AllScopes() {
				if scope != op.Scope {
					others = append(others, scope)
				}
			}
			key := d.key(others...)
			for _, id := range []string{known, models.FormatID(models.PrefixConversation, models.NewUID()), "nonsense"} {
				a := d.as(key, op.Method, pathOf(op, id), `{"any":"thing"}`)
				d.refused(a, 403, Forbidden)
				if a.field("details.required_permission") != string(op.Scope) {
					d.Errorf("%s: %s", op.ID, a.raw)
				}
			}
			if a := d.as(d.key(op.Scope), op.Method, pathOf(op, "nonsense"), ""); a.status == 401 || a.status == 403 {
				d.Errorf("%s with its scope alone: %s", op.ID, a.raw)
			}
		}
	})
}

func TestReadingTheTeamNeedsAnyKey(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		for _, scope := range models.AllScopes() {
			d.want(d.as(d.key(scope), http.MethodGet, "/users", ""), 200)
		}
	})
}

func TestAKeyThatMayWriteAloneGetsTheWholeConversationFromAnAct(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		id := d.start(d.creds.SiteKey, "Jane Doe", "Hello")
		key := d.key(models.ScopeConversationsWrite)
		for call, body := range calls() {
			if method, path, _ := strings.Cut(call, " "); method == http.MethodPost && path != "/archive" {
				if a := d.as(key, method, "/conversation/"+id+path, body); a.status >= 300 {
					d.Errorf("%s: %s", call, a.raw)
				}
			}
		}
	})
}

func TestEveryAnswerTellsTheLimitAndTheCallBeyondItIsRefused(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rules := ratelimit.Defaults()
		rules[ratelimit.Agent] = ratelimit.Rule{Name: ratelimit.Agent, Limit: 3, Period: time.Minute}
		d := setup(t, s, rules)
		for i, path := range []string{"/users", "/conversation/nonsense", "/conversations?limit=x"} {
			a := d.do(http.MethodGet, path, "")
			if a.header.Get("X-RateLimit-Limit") != "3" || a.header.Get("X-RateLimit-Remaining") != fmt.Sprint(2-i) ||
				a.header.Get("X-RateLimit-Reset") == "" {
				t.Errorf("%s: the headers are %v", path, a.header)
			}
		}
		a := d.do(http.MethodGet, "/users", "")
		d.refused(a, 429, RateLimited)
		seconds, _ := a.body["retry_after"].(float64)
		if seconds < 1 || seconds > 60 || a.header.Get("Retry-After") != fmt.Sprint(seconds) || a.header.Get("X-RateLimit-Remaining") != "0" {
			t.Errorf("refused with %v and %s", a.header, a.raw)
		}
		d.want(d.as(d.creds.TestKey, http.MethodGet, "/users", ""), 200) // each key counts for itself
	})
}

func TestTheTeamsSocketNeedsNoCredentialBeforeItsFirstFrame(t *testing.T) {
	t.Parallel()
	onBoth(t, func(d *desk) {
		r, err := d.app.Test(httptest.NewRequestWithContext(d.Context(), http.MethodGet, Prefix+"/ws", nil), -1)
		if err != nil {
			d.Fatal(err)
		}
		body, err := io.ReadAll(r.Body)
		if err = errors.Join(err, r.Body.Close()); err != nil || r.StatusCode != http.StatusOK || string(body) != "a socket" {
			d.Errorf("%d %s (%v)", r.StatusCode, body, err)
		}
		if _, err := Mount(d.Context(), fiber.New(), Options{Chat: d.chat, Access: d.access}); err == nil {
			d.Error("a surface without its socket is mounted")
		}
	})
}
