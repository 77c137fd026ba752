package agentapi

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/store"
	"parley/models/store/storetest"
)

func TestALoginSetsACookieThatNoScriptAndNoOtherSiteCanUse(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.browser()
		a := b.want(b.logIn("  "+strings.ToUpper(o.creds.Email), goodPassword), 200)
		if a.field("user.email") != o.creds.Email || a.field("totp_enabled") != false || a.header.Get("Cache-Control") != "no-store" {
			o.Errorf("the answer is %s with %v", a.raw, a.header)
		}
		for _, c := range (&http.Response{Header: a.header}).Cookies() {
			if !strings.HasPrefix(c.Name, "__Host-parley") || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode ||
				c.Path != "/" || c.Domain != "" || c.MaxAge <= 0 {
				o.Errorf("the cookie is %v", c)
			}
		}
		if len(b.cookies) != 2 || strings.Contains(a.raw, b.cookies[session]) {
			o.Errorf("the cookies are %v, the answer %s", b.cookies, a.raw)
		}
		rows := b.want(b.call(http.MethodGet, "/users", ""), 200).rows()
		if len(rows) != 1 || rows[0]["email"] != o.creds.Email {
			o.Errorf("the users are %v", rows)
		}
	})
}

func TestCookiesGoWithoutTheSafePrefixWhereBrowsersWouldRefuseIt(t *testing.T) {
	t.Parallel()
	for address, safe := range map[string]bool{
		"https://chat.example.com": true, "http://localhost:8080": true, "http://127.0.0.1:8080": true, "http://[::1]:8080": true,
		"http://192.168.1.5:8080": false, "http://chat.example.com": false,
	} {
		if got := cookiesOf(address).safe; got != safe {
			t.Errorf("%s: safe is %v", address, got)
		}
	}
}

func TestAnIDThatTheClientChoseIsIgnoredAndEachLoginMakesANewOne(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.browser()
		b.cookies[session] = "chosenbytheclient1234567890"
		o.refused(b.call(http.MethodGet, "/users", ""), 401, Unauthorized)
		b.want(b.logIn(o.creds.Email, goodPassword), 200)
		first := b.cookies[session]
		b.want(b.logIn(o.creds.Email, goodPassword), 200)
		if first == "chosenbytheclient1234567890" || first == b.cookies[session] {
			o.Error("the id is not a new one")
		}
		if _, err := o.store.SessionByHash(o.Context(), models.TokenHash(first)); err != nil {
			o.Errorf("the session is not kept by its hash: %v", err)
		}
	})
}

func TestAnUnknownAddressAndAWrongPasswordAreAlike(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		wrong := o.browser().logIn(o.creds.Email, "wrong horse")
		unknown := o.browser().logIn("nobody@example.com", "wrong horse")
		for _, a := range []answer{wrong, unknown, o.browser().logIn("not an address", "wrong horse"), o.browser().logIn("", "")} {
			o.refused(a, 401, Unauthorized)
			if a.body["message"] != wrong.body["message"] || a.field("details") == nil || len(a.header.Values("Set-Cookie")) != 0 {
				o.Errorf("the answers differ: %s and %s", a.raw, wrong.raw)
			}
		}
	})
}

func TestAHugePasswordIsRefused(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		o.refused(o.browser().logIn(o.creds.Email, strings.Repeat("a", 1001)), 400, InvalidInput)
		o.refused(o.browser().logIn(o.creds.Email, strings.Repeat("a", 900_000)), 400, InvalidInput)
		o.refused(o.browser().logIn(o.creds.Email, strings.Repeat("a", 1<<20)), 413, PayloadTooLarge)
		o.want(o.browser().logIn(o.creds.Email, goodPassword), 200)
	})
}

func TestWhereAnAddressBelongsToSeveralAccountsThePasswordDecides(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		var ids []string
		for i, password := range []string{"first password", "other password", "other password"} {
			made, err := o.access.CreateAccount(o.Context(), access.NewAccount{Name: fmt.Sprint("Shop ", i), Email: "twice@example.com", Password: password})
			if err != nil {
				o.Fatal(err)
			}
			ids = append(ids, models.FormatID(models.PrefixAccount, made.AccountID))
		}
		one := o.want(o.browser().logIn("twice@example.com", "first password"), 200)
		if one.field("account.id") != ids[0] || one.field("account.name") != "Shop 0" {
			o.Errorf("the account is %s", one.raw)
		}
		both := o.browser().logIn("twice@example.com", "other password")
		o.refused(both, 409, Conflict)
		if offered, _ := both.field("details.accounts").([]any); len(offered) != 2 || strings.Contains(both.raw, ids[0]) {
			o.Errorf("the accounts are %s", both.raw)
		}
		body := `{"email":"twice@example.com","password":"other password","account":%q}`
		if a := o.want(o.browser().call(http.MethodPost, "/auth/login", fmt.Sprintf(body, ids[2])), 200); a.field("account.id") != ids[2] {
			o.Errorf("the account is %s", a.raw)
		}
		o.refused(o.browser().call(http.MethodPost, "/auth/login", fmt.Sprintf(body, ids[0])), 401, Unauthorized)
		o.refused(o.browser().call(http.MethodPost, "/auth/login", fmt.Sprintf(body, "org_x")), 400, InvalidInput)
	})
}

func TestOneHundredTriesSlowDownAndTheOwnerIsNotLockedOut(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		owner := o.owner()
		refused := 0
		for i := range 100 {
			// Guessers at many addresses.
			a := o.browser().at(fmt.Sprint("198.51.100.", i)).logIn(o.creds.Email, "not the password")
			if a.status == http.StatusTooManyRequests {
				refused++
				if a.header.Get("Retry-After") == "" || a.body["retry_after"] == nil {
					o.Errorf("refused with %v and %s", a.header, a.raw)
				}
			}
		}
		if refused < 90 {
			o.Errorf("only %d of 100 tries were refused", refused)
		}
		delete(owner.cookies, session)
		o.want(owner.at("203.0.113.9").logIn(o.creds.Email, goodPassword), 200)
		// The mark is worth nothing for anybody else's account.
		for name := range owner.cookies {
			owner.cookies[name] += "x"
		}
		if a := owner.at("203.0.113.10").logIn(o.creds.Email, goodPassword); a.status != http.StatusTooManyRequests {
			o.Errorf("a forged mark is believed: %s", a.raw)
		}
	})
}

func TestOneAddressThatTriesManyAccountsIsSlowedDown(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		status := map[int]int{}
		for i := range 30 {
			// What is no password costs no hash, and counts as well.
			status[o.browser().logIn(fmt.Sprintf("user%d@example.com", i), strings.Repeat("a", 2000)).status]++
		}
		if status[400] != 20 || status[429] != 10 {
			o.Errorf("the answers are %v", status)
		}
		o.want(o.browser().at("2001:db8::1").logIn(o.creds.Email, goodPassword), 200)
	})
}

func TestASessionIsOverWhenItIsNotUsedAndAfterAMonthInAnyCase(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		idle, busy := o.owner(), o.owner()
		for range 29 {
			o.clock.pass(24 * time.Hour)
			o.want(busy.call(http.MethodGet, "/users", ""), 200)
		}
		o.refused(idle.call(http.MethodGet, "/users", ""), 401, Unauthorized)
		if rows := o.want(busy.call(http.MethodGet, "/auth/sessions", ""), 200).rows(); len(rows) != 1 || rows[0]["current"] != true {
			o.Errorf("the sessions are %v", rows)
		}
		o.clock.pass(24 * time.Hour)
		o.refused(busy.call(http.MethodGet, "/users", ""), 401, Unauthorized)
	})
}

func TestLoggingOutEndsTheSessionAndClosesItsSockets(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b, other := o.owner(), o.owner()
		token := b.cookies[session]
		who, err := o.access.Session(o.Context(), token, false)
		if err != nil || !o.access.StillStands(o.Context(), who) {
			o.Fatalf("before: %v", err)
		}
		o.want(b.call(http.MethodPost, "/auth/logout", ""), 200)
		if b.cookies[session] != "" {
			o.Error("the cookie is still there")
		}
		b.cookies[session] = token
		o.refused(b.call(http.MethodGet, "/users", ""), 401, Unauthorized)
		o.want(other.call(http.MethodGet, "/users", ""), 200)
		if o.access.StillStands(o.Context(), who) {
			o.Error("the socket would stay")
		}
		rung := o.bell.all()
		if len(rung) != 1 || rung[0].Kind != models.BellRevoked || rung[0].SessionID != who.SessionID || rung[0].UserID != 0 {
			o.Errorf("rang %+v", rung)
		}
	})
}

func TestAUserSeesTheOwnSessionsAloneAndEndsThem(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		first, second, third := o.owner(), o.owner(), o.owner()
		stranger := o.newAccount()
		foreign := o.browser()
		o.want(foreign.logIn(stranger.Email, goodPassword), 200)
		foreignID := o.want(foreign.call(http.MethodGet, "/auth/sessions", ""), 200).first()
		list := o.want(first.call(http.MethodGet, "/auth/sessions?limit=2", ""), 200)
		if list.field("pagination.total") != 3.0 || list.field("pagination.has_more") != true || len(list.rows()) != 2 {
			o.Errorf("the sessions are %s", list.raw)
		}
		for _, id := range []string{foreignID, "ses_nonsense", models.FormatID(models.PrefixLogin, models.NewUID())} {
			o.refused(first.call(http.MethodDelete, "/auth/sessions/"+id, ""), 404, NotFound)
		}
		thirdID := o.want(third.call(http.MethodGet, "/auth/sessions?limit=1", ""), 200).first()
		o.want(first.call(http.MethodDelete, "/auth/sessions/"+thirdID, ""), 204)
		o.refused(third.call(http.MethodGet, "/users", ""), 401, Unauthorized)
		o.want(first.call(http.MethodDelete, "/auth/sessions", ""), 204)
		o.refused(second.call(http.MethodGet, "/users", ""), 401, Unauthorized)
		o.want(first.call(http.MethodGet, "/users", ""), 200)
		o.want(foreign.call(http.MethodGet, "/users", ""), 200)
		if len(o.bell.all()) != 2 {
			o.Errorf("rang %+v", o.bell.all())
		}
	})
}

func TestAnotherSitesPageCannotUseTheCookie(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b := o.owner()
		for what, headers := range map[string]map[string]string{
			"cross-site":       {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
			"a neighbour":      {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.localhost"},
			"an old browser":   {"Origin": "https://evil.example"},
			"an opaque origin": {"Origin": "null"},
			"another port":     {"Origin": "http://localhost:9"},
		} {
			b.headers = headers
			for _, path := range []string{"/auth/logout", "/auth/sessions", "/auth/password", "/auth/login", "/auth/totp/setup"} {
				a := b.call(http.MethodPost, path, `{"email":"a@example.com","password":"aaaaaaaa","current":"a","new":"b"}`)
				if path == "/auth/sessions" {
					a = b.call(http.MethodDelete, path, "")
				}
				o.refused(a, 403, Forbidden)
				if a.body["message"] != errCrossOrigin.Message {
					o.Errorf("%s: %s", what, a.raw)
				}
			}
			o.want(b.call(http.MethodGet, "/users", ""), 200) // the page cannot read the answer
		}
		for _, headers := range []map[string]string{{"Origin": "http://localhost:8080"}, {"Sec-Fetch-Site": "same-origin"}, {}} {
			b.headers = headers
			o.want(b.call(http.MethodPost, "/auth/totp/setup", ""), 200)
		}
	})
}

func TestAFormPostIsNoLogin(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		for _, kind := range []string{"application/x-www-form-urlencoded", "text/plain"} {
			a := o.send(http.MethodPost, "/auth/login", `{"email":"a@example.com","password":"aaaaaaaa"}`, map[string]string{"Content-Type": kind})
			o.refused(a, 415, UnsupportedMediaType)
		}
	})
}

func TestAKeyWinsOverACookieAndASessionChoosesTheSandbox(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		live := o.start(o.creds.SiteKey, "Jane Live", "Hello")
		test := o.start(o.creds.TestSiteKey, "Jane Test", "Hello")
		b := o.owner()
		for _, c := range []struct {
			headers map[string]string
			want    string
		}{
			{map[string]string{}, live}, {map[string]string{"X-Sandbox": "1"}, test}, {map[string]string{"X-Sandbox": "0"}, live},
			{map[string]string{"X-API-Key": o.creds.TestKey}, test},
			{map[string]string{"X-API-Key": o.creds.LiveKey, "X-Sandbox": "1"}, live},
		} {
			b.headers = c.headers
			if got := o.want(b.call(http.MethodGet, "/conversations", ""), 200); got.first() != c.want || len(got.rows()) != 1 {
				o.Errorf("%v shows %s", c.headers, got.raw)
			}
		}
		b.headers = map[string]string{"X-API-Key": "sk_live_nonsense"}
		o.refused(b.call(http.MethodGet, "/conversations", ""), 401, Unauthorized)
		b.headers = map[string]string{"X-API-Key": ""}
		o.refused(b.call(http.MethodGet, "/conversations", ""), 401, Unauthorized)
	})
}

func TestWhatASessionAloneMayDoNoKeyOpens(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		seen := 0
		for _, op := range o.spec.Operations() {
			if op.Caller != "session" {
				continue
			}
			seen++
			o.refused(o.do(op.Method, pathOf(op, "x"), `{}`), 401, Unauthorized)
			o.refused(o.send(op.Method, pathOf(op, "x"), `{}`, nil), 401, Unauthorized)
		}
		if seen < 7 {
			o.Errorf("only %d operations are for sessions", seen)
		}
	})
}

func TestAPasswordIsChangedByWhoKnowsItAndOtherSessionsEnd(t *testing.T) {
	t.Parallel()
	offices(t, func(o *office) {
		b, other := o.owner(), o.owner()
		change := func(current, next string) answer {
			return b.call(http.MethodPost, "/auth/password", fmt.Sprintf(`{"current":%q,"new":%q}`, current, next))
		}
		for _, bad := range []string{"", "seven77", strings.Repeat("ä", 1001)} {
			if a := change(goodPassword, bad); a.status != 400 || a.field("details.field") != "new" {
				o.Errorf("%d characters: %s", len(bad), a.raw)
			}
		}
		if a := change("wrong horse", "a new password"); a.status != 400 || a.field("details.field") != "current" {
			o.Errorf("a wrong password: %s", a.raw)
		}
		o.want(other.call(http.MethodGet, "/users", ""), 200)
		long := strings.Repeat("ä", 1000)
		o.want(change(goodPassword, long), 200)
		o.want(b.call(http.MethodGet, "/users", ""), 200)
		o.refused(other.call(http.MethodGet, "/users", ""), 401, Unauthorized)
		o.refused(o.browser().logIn(o.creds.Email, goodPassword), 401, Unauthorized)
		o.want(o.browser().logIn(o.creds.Email, long), 200)
	})
}

func TestManyLoginsAtOnceAllSucceed(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		o := openOffice(t, s, true, nil)
		var wait sync.WaitGroup
		for i := range 8 {
			wait.Go(func() {
				if a := o.browser().at(fmt.Sprint("198.51.100.", i)).logIn(o.creds.Email, goodPassword); a.status != 200 {
					o.Errorf("a login: %s", a.raw)
				}
			})
		}
		wait.Wait()
	})
}
