package widget_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/models"
)

// everywhere calls every operation without a body that could go wrong first.
func (s *shop) everywhere(t *testing.T, headers ...string) map[string]answer {
	t.Helper()
	all := s.calls(t, "token", headers...)
	all["config"] = s.get(t, "/config", headers...)
	all["articles"] = s.get(t, "/articles?q=x", headers...)
	all["article"] = s.get(t, "/articles/art_01h455vb4pex5vsknk084sn02q", headers...)
	all["start"] = s.post(t, "/conversations", opening("another"), headers...)
	return all
}

func TestBadCredentialsAreAllTheSame(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		s.start(t, "token")
		for what, key := range map[string]string{
			"none": "", "unknown": "pk_live_unknown", "an API key": s.creds.LiveKey, "a test key": s.creds.TestKey, "an inbox key": s.creds.InboxKey,
			"in other case": strings.ToUpper(s.creds.SiteKey), "with more behind it": s.creds.SiteKey + "x", "cut short": s.creds.SiteKey[:len(s.creds.SiteKey)-1],
			"very long": strings.Repeat("k", 3000), "quotes": `' OR 1=1 --`, "a bearer": "Bearer " + s.creds.SiteKey,
		} {
			for call, a := range s.everywhere(t, "X-API-Key", key) {
				a.want(t, what+" "+call, http.StatusUnauthorized, "Invalid API key")
			}
		}
	})
}

func TestASiteKeyComesByHeaderOrQuery(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	key, query := s.creds.SiteKey, "?site_key="+s.creds.SiteKey
	for what, a := range map[string]answer{
		"X-API-Key":                       s.get(t, "/config"),
		"in small letters":                s.get(t, "/config", "X-API-Key", "", "x-api-key", key),
		"X-Site-Key":                      s.get(t, "/config", "X-API-Key", "", "X-Site-Key", key),
		"the query":                       s.get(t, "/config"+query, "X-API-Key", ""),
		"the first of two":                s.get(t, "/config", "X-Site-Key", "wrong"),
		"the header over the query":       s.get(t, "/config?site_key=wrong"),
		"a query for an image":            s.get(t, "/config"+query+"&x=1", "X-API-Key", ""),
		"the query behind the conversion": s.get(t, "/config?site_key="+url.QueryEscape(key), "X-API-Key", ""),
	} {
		a.want(t, what, http.StatusOK, "")
	}
	for what, a := range map[string]answer{
		"a wrong first of two":        s.get(t, "/config", "X-API-Key", "wrong", "X-Site-Key", key),
		"a wrong header over a query": s.get(t, "/config"+query, "X-API-Key", "wrong"),
		"a line break behind it":      s.get(t, "/config"+query+"%0A", "X-API-Key", ""),
		"NUL behind it":               s.get(t, "/config"+query+"%00", "X-API-Key", ""),
		"twice in the query":          s.get(t, "/config"+query+"&site_key="+key, "X-API-Key", ""),
		"another parameter":           s.get(t, "/config?Site_Key="+key, "X-API-Key", ""),
	} {
		a.want(t, what, http.StatusUnauthorized, "Invalid API key")
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/config", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, headers := range [][]string{{key, key}, {key, ""}, {"", key}, {"", ""}} {
		request.Header["X-Api-Key"] = headers
		s.do(t, request).want(t, "two headers", http.StatusUnauthorized, "Invalid API key")
	}
	request.Header["X-Api-Key"], request.Header["X-Site-Key"] = []string{""}, []string{key}
	s.do(t, request).want(t, "an empty header before a good one", http.StatusOK, "")
}

func TestOnlyListedOriginsAreAnswered(t *testing.T) {
	t.Parallel()
	s := open(t, setting{site: func(site *models.Site) {
		if !strings.HasPrefix(site.SiteKey, "pk_test_") {
			site.AllowedOrigins = []string{"https://shop.example.com", "https://*.example.org", "http://localhost:3000"}
		}
	}})
	s.start(t, "token")
	for _, origin := range []string{
		"https://shop.example.com", "https://SHOP.example.com", "https://shop.example.com:443", "https://a.example.org", "https://a.b.example.org",
		"http://localhost:3000", "HTTPS://shop.example.com",
	} {
		a := s.get(t, "/config", "Origin", origin)
		if a.status != http.StatusOK || a.header.Get("Access-Control-Allow-Origin") != origin {
			t.Errorf("%s: %d, allowed %q", origin, a.status, a.header.Get("Access-Control-Allow-Origin"))
		}
	}
	for _, origin := range []string{
		"null", "https://example.com", "https://evil.com", "https://shop.example.com.evil.com", "https://evilshop.example.com", "https://shopxexample.com",
		"http://shop.example.com", "https://shop.example.com:8443", "https://shop.example.com.", "https://shop.example.com/", "https://shop.example.com/x",
		"https://user@shop.example.com", "https://shop.example.com@evil.com", "https://evil.com#shop.example.com", "https://evil.com?shop.example.com",
		"https://evil.com\\.example.org", "https://example.org", "https://.example.org", "https://evilexample.org", "https://example.org.evil.com",
		"http://a.example.org", "https://*.example.org", "https://a.example.org:444", "http://localhost", "http://localhost:30000", "http://127.0.0.1:3000",
		"shop.example.com", "//shop.example.com", "file://", "chrome-extension://abc", "https://", "*", "https://shop.example.com https://evil.com",
		"https://shop.example.com, https://evil.com", "https://shop%2eexample.com", "https://shop.example.com%00.evil.com", "javascript:alert(1)",
	} {
		for call, a := range s.everywhere(t, "Origin", origin) {
			a.want(t, origin+" "+call, http.StatusForbidden, "Origin not allowed")
			if a.header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(a.header.Get("Vary"), "Origin") {
				t.Errorf("%s %s: %v", origin, call, a.header)
			}
		}
	}
	// What is no page names no origin, and may call.
	s.get(t, "/config").want(t, "no origin", http.StatusOK, "")
	s.get(t, "/config", "X-API-Key", "wrong", "Origin", "https://evil.com").want(t, "the key comes first", http.StatusUnauthorized, "Invalid API key")
	s.get(t, "/config", "X-API-Key", s.creds.TestSiteKey, "Origin", "https://evil.com").want(t, "another site's list", http.StatusOK, "")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/config", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-API-Key", s.creds.SiteKey)
	request.Header["Origin"] = []string{"https://shop.example.com", "https://evil.com"}
	s.do(t, request).want(t, "two origins", http.StatusForbidden, "Origin not allowed")
	request.Header["Origin"] = []string{"https://shop.example.com", "https://shop.example.com"}
	s.do(t, request).want(t, "one origin twice", http.StatusForbidden, "Origin not allowed")
}

func TestPagesMayReadWhatTheyNeedAndNoCookieCounts(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.config=1000/m"})
	for _, origin := range []string{"https://anywhere.example", "null"} {
		a := s.get(t, "/config", "Origin", origin)
		exposed := a.header.Get("Access-Control-Expose-Headers")
		if a.header.Get("Access-Control-Allow-Origin") != origin || a.header.Get("Access-Control-Allow-Credentials") != "" || !strings.Contains(a.header.Get("Vary"), "Origin") {
			t.Errorf("%s: %v", origin, a.header)
		}
		for _, name := range []string{"ETag", "Retry-After", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset", "X-Request-Id", "Content-Disposition"} {
			if !strings.Contains(exposed, name) {
				t.Errorf("%s is not exposed: %s", name, exposed)
			}
		}
	}
	if a := s.get(t, "/config"); a.header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(a.header.Get("Vary"), "Origin") {
		t.Errorf("without an origin: %v", a.header)
	}
	wrong := s.get(t, "/config", "Origin", "https://a.example", "X-API-Key", "wrong")
	if wrong.header.Get("Access-Control-Allow-Origin") != "https://a.example" {
		t.Error("the page cannot read that its key is wrong")
	}
	missing := s.get(t, talk("nobody")+"/messages", "Origin", "https://a.example")
	if missing.status != http.StatusNotFound || missing.header.Get("Access-Control-Allow-Origin") != "https://a.example" {
		t.Error("the page cannot read that the conversation is unknown")
	}
}

func TestPreflightsSucceedWithoutAKey(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.create=1/m", site: func(site *models.Site) { site.AllowedOrigins = []string{"https://shop.example.com"} }})
	for _, path := range []string{"/config", "/conversations", talk("token") + "/messages", talk("token") + "/files/1/2", talk("token") + "/read", talk("token") + "/rating"} {
		for range 3 {
			a := s.send(t, http.MethodOptions, path, nil, "X-API-Key", "", "Origin", "https://shop.example.com",
				"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type,x-api-key")
			if a.status != http.StatusNoContent || a.header.Get("Access-Control-Allow-Origin") != "https://shop.example.com" || a.header.Get("Access-Control-Allow-Credentials") != "" {
				t.Errorf("%s: %d %v", path, a.status, a.header)
			}
			for _, name := range []string{"X-API-Key", "X-Site-Key", "Content-Type", "If-None-Match"} {
				if !strings.Contains(a.header.Get("Access-Control-Allow-Headers"), name) {
					t.Errorf("%s may not be sent", name)
				}
			}
			if !strings.Contains(a.header.Get("Access-Control-Allow-Methods"), "POST") || !strings.Contains(a.header.Get("Vary"), "Origin") {
				t.Errorf("%s: %v", path, a.header)
			}
		}
	}
}

func TestTheSocketsRouteIsGuardedBeforeTheUpgrade(t *testing.T) {
	t.Parallel()
	s := open(t, setting{rules: "chat.ws=3/m"})
	none := []string{"X-API-Key", ""}
	// The socket counts for the site; here stands the wall of ten times as much.
	for i := range 31 {
		a := s.get(t, "/ws", none...)
		want := map[bool]int{true: http.StatusOK, false: http.StatusTooManyRequests}[i < 30]
		a.want(t, "one address", want, "")
		if a.header.Get("X-RateLimit-Limit") != "30" || (i == 30) != (a.header.Get("Retry-After") != "") {
			t.Errorf("%d: %v", i, a.header)
		}
	}
	s.get(t, "/ws", append(none, "X-Test-Address", "198.51.100.7")...).want(t, "another address", http.StatusOK, "")
}

func TestUnknownRoutesAnswerInTheSurfacesShape(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	for _, path := range []string{"/", "", "/nothing", "/config/", "/Config", "/conversations/token", "/conversations//messages", "/conversations/token/messages/", "/conversations/token/files/1", "/ws/x"} {
		s.get(t, path).want(t, "GET "+path, http.StatusNotFound, "Not found")
	}
	for path, allow := range map[string]string{
		"/config": "GET, HEAD", "/conversations": "POST", talk("t") + "/messages": "GET, HEAD, POST", talk("t") + "/read": "POST",
		talk("t") + "/rating": "POST", talk("t") + "/files/1/2": "GET, HEAD", "/ws": "GET, HEAD",
	} {
		a := s.send(t, http.MethodDelete, path, nil, "X-API-Key", "")
		a.want(t, "DELETE "+path, http.StatusMethodNotAllowed, "Method not allowed")
		if a.header.Get("Allow") != allow {
			t.Errorf("%s allows %q, not %q", path, a.header.Get("Allow"), allow)
		}
	}
	a := s.post(t, "/config", `{}`, "X-HTTP-Method-Override", "GET")
	a.want(t, "a method override", http.StatusMethodNotAllowed, "")
	s.get(t, "/config", "X-Filler", strings.Repeat("x", 10_000)).want(t, "a header beyond the buffer", http.StatusBadRequest, "The request header is too large (maximum 8 KiB)")
	if a := s.send(t, http.MethodHead, "/config", nil); a.status != http.StatusOK || len(a.body) != 0 {
		t.Errorf("HEAD: %d %s", a.status, a.body)
	}
}
