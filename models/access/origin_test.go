package access

import (
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
