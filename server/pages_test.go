package main

import (
	"compress/gzip"
	"context"
	"database/sql"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"testing"

	"parley/static"
)

func TestThePagesAreThereAndSafe(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	p := n.firstRun()
	for at, want := range map[string]struct{ kind, cache, content, ancestors string }{
		"/":                               {"text/html", cacheNever, "/demo", "'none'"},
		"/demo":                           {"text/html", cacheNever, p.SiteKey, "'self'"},
		"/demo?site_key=" + p.TestSiteKey: {"text/html", cacheNever, p.TestSiteKey, "'self'"},
		"/configure":                      {"text/html", cacheNever, p.SiteKey, "'self'"},
		"/widget?site_key=" + p.SiteKey:   {"text/html", cacheNever, "/assets/", "*"},
		"/app":                            {"text/html", cacheNever, "/assets/app/", "'none'"},
		"/app/inbox/conv_1?view=mine":     {"text/html", cacheNever, "/assets/app/", "'none'"},
		"/widget.js":                      {"text/javascript", cacheBriefly, "siteKey", ""},
		"/parley-client.js":               {"text/javascript", cacheBriefly, "export", ""},
		"/parley-client.d.ts":             {"text/plain", cacheBriefly, "createClient", ""},
		"/push-worker.js":                 {"text/javascript", cacheBriefly, "push", ""},
		"/healthz":                        {"application/json", "no-store", `"ok"`, ""},
		"/readyz":                         {"application/json", "no-store", `"ready"`, ""},
	} {
		r := n.get(at)
		if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), want.kind) ||
			r.Header.Get("Cache-Control") != want.cache || !strings.Contains(r.text, want.content) {
			t.Errorf("%s: %d %v", at, r.StatusCode, r.Header)
		}
		if r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Referrer-Policy") == "" || r.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s lacks a header: %v", at, r.Header)
		}
		if strings.Contains(r.text, siteKeyMark) || strings.Contains(r.text, publicURLMark) {
			t.Errorf("%s has a mark left", at)
		}
		rules := r.Header.Get("Content-Security-Policy")
		if want.ancestors != "" && (!strings.HasSuffix(rules, "frame-ancestors "+want.ancestors) ||
			!strings.Contains(rules, "default-src 'none'") || !strings.Contains(rules, "script-src 'self';")) {
			t.Errorf("%s: the policy is %q", at, rules)
		}
		head := n.call(http.MethodHead, at, "")
		if head.StatusCode != http.StatusOK || head.text != "" {
			t.Errorf("HEAD %s: %d %q", at, head.StatusCode, head.text)
		}
	}
}

func TestAPageThatIsNotThereIsASentence(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	for at, status := range map[string]int{
		"/nothing": 404, "/widget": 404, "/widget?site_key=pk_live_none": 404, "/demo?site_key=pk_live_none": 404, "/assets/": 404,
		"/assets/none.js": 404, "/assets/..%2fwidget.js": 404, "/widget.js/": 404, "/Demo": 404, "/apps": 404, "/App": 404, "/v2x": 404, "/api/v1/chatter": 404,
	} {
		r := n.get(at, "Accept", "text/html")
		if r.StatusCode != status || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") || strings.Count(r.text, "\n") != 1 {
			t.Errorf("%s: %d %q", at, r.StatusCode, r.text)
		}
	}
	if r := n.call(http.MethodPost, "/demo", ""); r.StatusCode != http.StatusMethodNotAllowed || r.Header.Get("Allow") == "" {
		t.Errorf("POST /demo: %d %v", r.StatusCode, r.Header)
	}
}

func TestTheDemoSaysWhatToDoWhenThereIsNoAccount(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	n.change(`DELETE FROM sites`)
	if r := n.get("/demo"); r.StatusCode != http.StatusNotFound || !strings.Contains(r.text, "parley init") {
		t.Errorf("%d %s", r.StatusCode, r.text)
	}
}

// change alters the node's SQLite database behind its back.
func (n *node) change(statement string, args ...any) {
	n.Helper()
	_, name, _ := strings.Cut(n.app.settings.database, "://")
	db, err := sql.Open("sqlite", name+"?_pragma=busy_timeout(5000)")
	if err != nil {
		n.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if _, err := db.ExecContext(context.WithoutCancel(n.Context()), statement, args...); err != nil {
		n.Fatal(err)
	}
}

func TestOnlyTheSitesOriginsMayFrameItsWidget(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	p := n.firstRun()
	n.change(`UPDATE sites SET allowed_origins = ? WHERE site_key = ?`,
		`["https://shop.example.com","https://*.example.org:8443","https://x.example; script-src *"]`, p.SiteKey)
	rules := n.get("/widget?site_key=" + p.SiteKey).Header.Get("Content-Security-Policy")
	if !strings.HasSuffix(rules, "; frame-ancestors 'self' https://shop.example.com https://*.example.org:8443") {
		t.Errorf("the policy is %q", rules)
	}
	if sandbox := n.get("/widget?site_key=" + p.TestSiteKey).Header.Get("Content-Security-Policy"); !strings.HasSuffix(sandbox, "frame-ancestors *") {
		t.Errorf("another site's policy is %q", sandbox)
	}
}

// A window of its own is told the conversation by the frame that opened it, which a
// policy of openers would cut off; every other page keeps that policy.
func TestTheFrameMayOpenAWindowAndSpeakToIt(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	for at, want := range map[string]string{"/widget?site_key=" + n.firstRun().SiteKey: "unsafe-none", "/demo": "same-origin-allow-popups"} {
		if got := n.get(at).Header.Get("Cross-Origin-Opener-Policy"); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
}

// The requests of the frame carry our own origin: the list says who may show the frame.
func TestTheFrameOfASiteThatListsOriginsMayTalk(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	p := n.firstRun()
	n.change(`UPDATE sites SET allowed_origins = ? WHERE site_key = ?`, `["https://shop.example.com"]`, p.SiteKey)
	for origin, want := range map[string]int{"http://localhost:0": 200, "https://shop.example.com": 200, "https://evil.example": 403} {
		if r := n.get("/api/v1/chat/config", "X-Site-Key", p.SiteKey, "Origin", origin); r.StatusCode != want {
			t.Errorf("%s: %d, want %d", origin, r.StatusCode, want)
		}
	}
}

func TestListedOriginsThatAreNoneLetNobodyElseIn(t *testing.T) {
	t.Parallel()
	if got := frameAncestors([]string{"https://a; x", "'self'", "a b"}); !slices.Equal(got, []string{"'self'"}) {
		t.Errorf("%q", got)
	}
}

func TestEveryBuiltFileIsServedForEverAndToEveryOrigin(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	dist, err := static.Dist()
	if err != nil {
		t.Fatal(err)
	}
	served := 0
	err = fs.WalkDir(dist, assetsFolder, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		want, err := fs.ReadFile(dist, name)
		if err != nil {
			return err
		}
		served++
		r := n.get("/" + name)
		if r.StatusCode != http.StatusOK || r.text != string(want) || r.Header.Get("Cache-Control") != cacheForever ||
			r.Header.Get("Access-Control-Allow-Origin") != "*" || r.Header.Get("Cross-Origin-Resource-Policy") != "cross-origin" {
			t.Errorf("%s: %d, %d bytes of %d, %v", name, r.StatusCode, len(r.text), len(want), r.Header)
		}
		return nil
	})
	if err != nil || served == 0 {
		t.Fatalf("%d assets, %v", served, err)
	}
}

func TestTextIsSentCompressedToWhoeverTakesIt(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	whole := n.get("/widget.js", "Accept-Encoding", "identity")
	for header, packed := range map[string]bool{
		"gzip": true, "br, gzip;q=0.5": true, "*": true, "GZIP": true, "gzip;q=0": false, "gzip; q=0.0, br": false, "br": false, "identity": false,
	} {
		r := n.get("/widget.js", "Accept-Encoding", header)
		got := r.text
		if packed {
			z, err := gzip.NewReader(strings.NewReader(r.text))
			if err != nil {
				t.Errorf("%s: %v", header, err)
				continue
			}
			unpacked, err := io.ReadAll(z)
			if err != nil {
				t.Errorf("%s: %v", header, err)
			}
			got = string(unpacked)
		}
		if (r.Header.Get("Content-Encoding") == "gzip") != packed || got != whole.text || r.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: %v", header, r.Header)
		}
	}
}

func TestABrowserThatHasAPageGetsItNotAgain(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	for _, at := range []string{"/", "/demo", "/widget.js", "/widget?site_key=" + n.firstRun().SiteKey} {
		etag := n.get(at).Header.Get("ETag")
		for header, status := range map[string]int{etag: 304, "W/" + etag: 304, `"x", ` + etag: 304, `"x"`: 200, "": 200} {
			if r := n.get(at, "If-None-Match", header); r.StatusCode != status || (status == 304 && r.text != "") || etag == "" {
				t.Errorf("%s with %q: %d", at, header, r.StatusCode)
			}
		}
	}
}

func TestBehindTLSBrowsersAreToldToStayThere(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.PublicURL = "https://chat.example.com"
	n := start(t, cfg)
	r := n.get("/")
	if r.Header.Get("Strict-Transport-Security") == "" || !strings.Contains(r.text, "https://chat.example.com/widget.js") ||
		!strings.Contains(r.Header.Get("Content-Security-Policy"), "connect-src 'self' wss://chat.example.com;") {
		t.Errorf("%v\n%s", r.Header, r.text)
	}
}
