package static_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"parley/static"
)

// setup reads one of the embedded files.
func setup(t *testing.T, name string) string {
	t.Helper()
	dist, err := static.Dist()
	if err != nil {
		t.Fatal(err)
	}
	content, err := fs.ReadFile(dist, name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestEveryPageFindsTheAssetsItNames(t *testing.T) {
	t.Parallel()
	asset := regexp.MustCompile(`(?:src|href)="(/assets/[^"]+)"`)
	for _, page := range []string{"widget/index.html", "demo/index.html", "configurator/index.html", "dashboard/index.html"} {
		found := asset.FindAllStringSubmatch(setup(t, page), -1)
		if len(found) < 2 {
			t.Errorf("%s names %d assets, want a script and a style at least", page, len(found))
		}
		for _, match := range found {
			setup(t, strings.TrimPrefix(match[1], "/"))
		}
	}
}

func TestThePagesCarryNoInlineScript(t *testing.T) {
	t.Parallel()
	script := regexp.MustCompile(`(?s)<script[^>]*>(.*?)</script>`)
	handler := regexp.MustCompile(`\son[a-z]+=`)
	for _, page := range []string{"widget/index.html", "demo/index.html", "configurator/index.html", "dashboard/index.html"} {
		content := setup(t, page)
		for _, match := range script.FindAllStringSubmatch(content, -1) {
			if strings.TrimSpace(match[1]) != "" {
				t.Errorf("%s has an inline script, which its policy forbids: %s", page, match[0])
			}
		}
		if found := handler.FindString(content); found != "" {
			t.Errorf("%s has an inline handler: %s", page, found)
		}
	}
}

func TestTheDemoPageIncludesTheLoaderWithAPlaceForTheKey(t *testing.T) {
	t.Parallel()
	demo := setup(t, "demo/index.html")
	if strings.Count(demo, "__SITE_KEY__") != 1 {
		t.Errorf("demo/index.html must hold __SITE_KEY__ exactly once")
	}
	line := regexp.MustCompile(`<script\s+src="/widget\.js" data-site-key="__SITE_KEY__"[^>]* async></script>`)
	if !line.MatchString(demo) {
		t.Errorf("demo/index.html does not include the loader")
	}
}

func TestTheLoaderIsOneClassicScript(t *testing.T) {
	t.Parallel()
	loader := setup(t, "widget.js")
	if regexp.MustCompile(`(?m)^\s*(?:import|export)\b`).MatchString(loader) {
		t.Errorf("widget.js must run without type=module")
	}
}
