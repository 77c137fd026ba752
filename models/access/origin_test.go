package access

import (
	"strings"
	"testing"

	"parley/models"
)

func TestOriginsMatchExactlyOrBelowAStar(t *testing.T) {
	t.Parallel()
	listed := []string{"https://shop.example.com", "https://*.example.org", "http://localhost:3000"}
	rows := map[string]bool{
		"https://shop.example.com":                   true,
		"https://SHOP.example.com":                   true,
		"https://shop.example.com:443":               true,
		"https://a.example.org":                      true,
		"https://a.b.example.org":                    true,
		"http://localhost:3000":                      true,
		"":                                           false,
		"null":                                       false,
		"http://shop.example.com":                    false,
		"https://shop.example.com:8443":              false,
		"https://shop.example.com.":                  false,
		"https://shop.example.com.evil.com":          false,
		"https://evilshop.example.com":               false,
		"https://shop.example.com@evil.com":          false,
		"https://u:p@shop.example.com":               false,
		"https://shop.example.com/":                  false,
		"https://shop.example.com/path":              false,
		"https://shop.example.com?x":                 false,
		"https://shop.example.com?":                  false,
		"https://shop.example.com#":                  false,
		"https://example.org":                        false,
		"https://evilexample.org":                    false,
		"https://.example.org":                       false,
		"https://*.example.org":                      false,
		"https://a.example.org.":                     false,
		"http://localhost":                           false,
		"http://localhost:30000":                     false,
		"//shop.example.com":                         false,
		"shop.example.com":                           false,
		"https://shop.example.com, https://evil.com": false,
		"https://shop.example.com evil":              false,
		"javascript://shop.example.com":              false,
	}
	site := models.Site{AllowedOrigins: listed}
	var s Service
	for origin, want := range rows {
		if got := s.OriginAllowed(site, origin); got != want {
			t.Errorf("OriginAllowed(%q) = %v, want %v", origin, got, want)
		}
	}
	if !s.OriginAllowed(models.Site{}, "https://anybody.example") {
		t.Error("a site that lists no origin refuses one")
	}
}

func TestOurOwnOriginMayAlways(t *testing.T) {
	t.Parallel()
	site := models.Site{AllowedOrigins: []string{"https://shop.example.com"}}
	s := Service{publicURL: "https://chat.example.com"}
	for origin, want := range map[string]bool{
		"https://chat.example.com": true, "https://chat.example.com:443": true, "https://shop.example.com": true,
		"http://chat.example.com": false, "https://x.chat.example.com": false, "https://chat.example.com:8443": false, "": false,
	} {
		if got := s.OriginAllowed(site, origin); got != want {
			t.Errorf("%q: %v, want %v", origin, got, want)
		}
	}
	for _, nowhere := range []string{"", "not an address", "%"} {
		s := Service{publicURL: nowhere}
		if s.OriginAllowed(site, nowhere) {
			t.Errorf("the public address %q lets in itself", nowhere)
		}
	}
}

func FuzzOriginsNeverEscapeTheirList(f *testing.F) {
	f.Add("https://shop.example.com")
	f.Add("https://x.example.org:443")
	site := models.Site{AllowedOrigins: []string{"https://*.example.org"}}
	var s Service
	f.Fuzz(func(t *testing.T, origin string) {
		if !s.OriginAllowed(site, origin) {
			return
		}
		o, ok := parseOrigin(origin)
		if !ok || o.scheme != "https" || o.port != "443" || len(o.host) <= len(".example.org") {
			t.Errorf("%q was let in as %+v", origin, o)
		}
	})
}

func TestAnOriginIsListedInTheOneSpellingThatBrowsersSend(t *testing.T) {
	t.Parallel()
	var s Service
	for given, want := range map[string]string{
		"https://shop.example.com":             "https://shop.example.com",
		" HTTPS://Shop.Example.com/ ":          "https://shop.example.com",
		"https://shop.example.com:443":         "https://shop.example.com",
		"http://shop.example.com:80":           "http://shop.example.com",
		"https://shop.example.com:8443":        "https://shop.example.com:8443",
		"http://localhost:3000":                "http://localhost:3000",
		"http://127.0.0.1:3000":                "http://127.0.0.1:3000",
		"http://[::1]:3000":                    "http://[::1]:3000",
		"https://*.example.com":                "https://*.example.com",
		"https://*.shop.example.com:8443":      "https://*.shop.example.com:8443",
		"https://xn--bcher-kva.example":        "https://xn--bcher-kva.example",
		"":                                     "",
		"*":                                    "",
		"null":                                 "",
		"shop.example.com":                     "",
		"//shop.example.com":                   "",
		"ftp://shop.example.com":               "",
		"javascript://shop.example.com":        "",
		"https://":                             "",
		"https://shop.example.com/path":        "",
		"https://shop.example.com//":           "",
		"https://shop.example.com?x":           "",
		"https://shop.example.com#x":           "",
		"https://u:p@shop.example.com":         "",
		"https://shop.example.com.":            "",
		"https://shop..example.com":            "",
		"https://-shop.example.com":            "",
		"https://shop example.com":             "",
		"https://shop.example.com; script-src": "",
		"https://bücher.example":               "",
		"https://shop.example.com:0":           "",
		"https://shop.example.com:65536":       "",
		"https://*":                            "",
		"https://*.com":                        "",
		"http://*.example.com":                 "",
		"https://*.*.example.com":              "",
		"https://a.*.example.com":              "",
		"https://*shop.example.com":            "",
		"https://*.127.0.0.1":                  "",
		"https://[fe80::1%25eth0]":             "",
	} {
		got, ok := s.CleanOrigin(given)
		if got != want || ok != (want != "") {
			t.Errorf("CleanOrigin(%q) = %q, %v, want %q", given, got, ok, want)
		}
		if ok && got != "" && !s.OriginAllowed(models.Site{AllowedOrigins: []string{got}}, stand(got)) {
			t.Errorf("%q lets nobody in", got)
		}
	}
}

// stand is an origin that the listed one should let in.
func stand(listed string) string { return strings.Replace(listed, "*.", "any.", 1) }
