package inboxapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
)

func TestAKeyIsReadFromEitherHeader(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		key := b.Creds.InboxKey
		if !strings.HasPrefix(key, "sf_live_v1_") {
			t.Errorf("the key is %.12s…", key)
		}
		for _, headers := range []map[string]string{
			{"Authorization": "Bearer " + key}, {"authorization": "bearer " + key}, {"X-API-Key": key}, {"x-api-key": key},
			{"X-API-Key": key, "Authorization": "Bearer " + key}, {"X-API-Key": b.Creds.LiveKey},
		} {
			b.want(b.send(http.MethodGet, "", "", headers), 200)
		}
	})
}

func TestWhatIsNoKeyIsUnauthorizedWhateverIsAsked(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		key, site := b.Creds.InboxKey, b.Creds.SiteKey
		for _, headers := range []map[string]string{
			{}, {"Authorization": key}, {"Authorization": "Bearer "}, {"Authorization": "Bearer sf_live_v1_aaaaaaaaaaaaaaaaaaaaaaaaaa"},
			{"X-API-Key": site}, {"Authorization": "Bearer " + site}, {"X-Site-Key": site}, {"Cookie": "__Host-parley=" + key},
			{"X-API-Key": key, "Authorization": "Bearer " + b.Creds.LiveKey},
		} {
			b.refused(b.send(http.MethodGet, "", "", headers), 401, "Unauthorized")
			b.refused(b.send(http.MethodPost, "/nonsense/reply", "not even JSON", headers), 401, "Unauthorized")
		}
	})
}

func TestAMissingScopeIsNamedWhateverTheID(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		known := b.begin("Mara Lind", "Hello").UID.String()
		readers, writers := b.key(false, models.ScopeConversationsRead), b.key(false, models.ScopeConversationsWrite)
		for _, op := range b.spec.Operations() {
			for _, id := range []string{known, models.NewUID().String(), "nonsense"} {
				path := strings.TrimPrefix(strings.ReplaceAll(op.Path, ":id", id), "/conversations")
				key, scope := writers, "conversations:read"
				if op.Method == http.MethodPost {
					key, scope = readers, "conversations:write"
				}
				b.refused(b.as(key, op.Method, path, `{"any":"thing"}`), 403, "Missing scope: "+scope)
			}
		}
		b.want(b.as(readers, http.MethodGet, "/"+known+"/messages", ""), 200)
		b.want(b.as(writers, http.MethodPost, "/"+known+"/reply", `{"content":"Hello"}`), 200)
	})
}

func TestWritingIsEnoughToWriteToAStranger(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		body := fmt.Sprintf(`{"channelId":%q,"contactEmail":"new@post.example","content":"Hello"}`, b.channel(models.ChannelAPI))
		b.succeeds(b.as(b.key(false, models.ScopeConversationsWrite), http.MethodPost, "/compose", body))
	})
}

func TestATestKeySeesTheSandboxAlone(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		live, tried := b.begin("Mara Lind", "Hello"), b.Begin(b.Creds.TestSiteKey, "Tim Test", "Hello")
		test := b.key(true)
		if !strings.HasPrefix(test, "sf_test_v1_") {
			t.Errorf("the key is %.12s…", test)
		}
		for key, seen := range map[string][2]models.Conversation{test: {tried, live}, b.Creds.InboxKey: {live, tried}} {
			list := b.want(b.as(key, http.MethodGet, "", ""), 200)
			if ids := list.ids(); len(ids) != 1 || ids[0] != seen[0].UID.String() {
				t.Errorf("the list is %s", list.raw)
			}
			b.refused(b.as(key, http.MethodGet, "/"+seen[1].UID.String(), ""), 404, "Conversation not found")
			b.refused(b.as(key, http.MethodPost, "/"+seen[1].UID.String()+"/reply", `{"content":"Hi"}`), 404, "Conversation not found")
		}
		mine := b.as(test, http.MethodGet, "", "").rows()[0]["workspaceId"]
		if mine == b.get("").rows()[0]["workspaceId"] {
			t.Error("the sandbox is the same workspace")
		}
	})
}

func TestUnknownRoutesAndMethodsAnswerAsTheSurfaceDoes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		b := setup(t, s, ratelimit.Defaults())
		id := b.begin("Mara Lind", "Hello").UID.String()
		for path, allow := range map[string]string{
			"": "GET, HEAD", "/" + id: "GET, HEAD", "/" + id + "/reply": "POST", "/compose": "POST", "/channels": "GET, HEAD",
		} {
			a := b.as(b.Creds.InboxKey, http.MethodPut, path, `{}`)
			b.refused(a, 405, "Method not allowed")
			if a.header.Get("Allow") != allow {
				t.Errorf("%s allows %q, want %q", path, a.header.Get("Allow"), allow)
			}
		}
		b.refused(b.get("/compose"), 405, "Method not allowed")
		for _, path := range []string{"/" + id + "/nothing", "/", "/" + id + "/", "/" + id + "/messages/1"} {
			b.refused(b.get(path), 404, "Not found")
		}
	})
}

func TestCallsBeyondTheLimitAreRefusedForTheKey(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		rules := ratelimit.Defaults()
		rules[ratelimit.Agent] = ratelimit.Rule{Name: ratelimit.Agent, Limit: 2, Period: time.Minute}
		b := setup(t, s, rules)
		for i, path := range []string{"", "/nonsense"} {
			if a := b.get(path); a.header.Get("X-RateLimit-Limit") != "2" || a.header.Get("X-RateLimit-Remaining") != fmt.Sprint(1-i) {
				t.Errorf("%q: %v", path, a.header)
			}
		}
		a := b.get("")
		b.refused(a, 429, "Too many requests; slow down and try again")
		if a.header.Get("Retry-After") == "" || a.header.Get("X-RateLimit-Reset") == "" {
			t.Errorf("refused with %v", a.header)
		}
		b.want(b.as(b.key(false), http.MethodGet, "", ""), 200) // each key counts for itself
	})
}
