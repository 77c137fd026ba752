package main

import (
	"io/fs"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"parley/server/agentapi"
	"parley/server/inboxapi"
	"parley/static"
	"parley/widget"
	"parley/widget/surface"
)

func TestOneDocumentDescribesEveryOperationOfEverySurface(t *testing.T) {
	t.Parallel()
	w := openWorld(t, sqliteConfig(t), "")
	answer := w.get("/openapi.json")
	if answer.StatusCode != http.StatusOK || answer.Header.Get("Content-Type") != "application/json" || answer.Header.Get("ETag") == "" {
		t.Fatalf("%d %v", answer.StatusCode, answer.Header)
	}
	document, err := openapi3.NewLoader().LoadFromData([]byte(answer.text))
	if err != nil {
		t.Fatal(err)
	}
	if err := document.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	described := 0
	for _, item := range document.Paths.Map() {
		described += len(item.Operations())
	}
	if described != len(w.ops) || described < 20 {
		t.Errorf("%d operations are described, %d there are", described, len(w.ops))
	}
	for _, op := range w.ops {
		item := document.Paths.Find(op.spec.Prefix() + regexp.MustCompile(`:([a-z_A-Z]+)`).ReplaceAllString(op.Path, "{$1}"))
		if item == nil || item.GetOperation(op.Method) == nil {
			t.Errorf("%s is missing", op)
			continue
		}
		sufficient(t, op, item.GetOperation(op.Method))
	}
	if strings.Contains(answer.text, `"x-`) {
		t.Error("the document has words of our own generator")
	}
}

// sufficient wants of an operation what a caller must know.
func sufficient(t *testing.T, op described, shown *openapi3.Operation) {
	t.Helper()
	if shown.Summary == "" || len(shown.Tags) != 1 || !strings.HasSuffix(shown.OperationID, "."+op.ID) {
		t.Errorf("%s is shown as %q, %v, %q", op, shown.Summary, shown.Tags, shown.OperationID)
	}
	if op.Scope != "" && !strings.Contains(shown.Description, string(op.Scope)) {
		t.Errorf("%s does not tell its scope: %q", op, shown.Description)
	}
	for _, limit := range op.Limits {
		if !strings.Contains(shown.Description, "`"+limit+"`") {
			t.Errorf("%s does not tell its limit: %q", op, shown.Description)
		}
	}
	if want := needed(op); !reflect.DeepEqual(*shown.Security, want) {
		t.Errorf("%s wants the credentials %v, not %v", op, *shown.Security, want)
	}
	if op.calledWithKey() || op.Caller == surface.LoggedIn {
		for _, status := range []int{401, 429} {
			r := shown.Responses.Status(status)
			if r == nil || r.Value.Content["application/json"].Schema.Ref != "#/components/schemas/"+surfaceName(op.spec)+".Error" {
				t.Errorf("%s does not tell of %d", op, status)
			}
		}
	}
	showsItsAnswer(t, op, shown)
}

// showsItsAnswer wants the answer that the operation's own document shows.
func showsItsAnswer(t *testing.T, op described, shown *openapi3.Operation) {
	t.Helper()
	status, schema := op.success()
	if schema == nil {
		return
	}
	want, _ := op.answer()
	if got := shown.Responses.Status(status).Value.Content["application/json"].Example; got == nil || !reflect.DeepEqual(deepCopy(got), want) {
		t.Errorf("%s shows the answer %v, not %v", op, got, want)
	}
}

// needed is what an operation's caller must show, each way by itself.
func needed(op described) openapi3.SecurityRequirements {
	var ways []string
	switch op.Caller {
	case surface.SiteHolder, surface.Visitor:
		ways = []string{"Chat.apiKey", "Chat.siteKey", "Chat.siteKeyQuery"}
	case surface.KeyHolder:
		ways = []string{"Agent.apiKey", "Agent.bearer", "Agent.session"}
		if op.inbox() {
			ways = []string{"Inbox.bearer", "Inbox.apiKey"}
		} else if surfaceName(op.spec) == "MCP" {
			ways = []string{"MCP.apiKey", "MCP.bearer"}
		} else if op.keysAlone() {
			ways = []string{"Assistant.bearer", "Assistant.apiKey"}
		} else if op.spec.Prefix() == "" {
			ways = []string{"Assistant.bearer", "Assistant.apiKey", "Assistant.session"}
		}
	case surface.LoggedIn:
		ways = []string{"Agent.session"}
	case surface.Anybody:
		if op.Path == "/ws" && op.spec.Prefix() == agentapi.Prefix {
			return openapi3.SecurityRequirements{{"Agent.session": []string{}}, {}} // or the first frame
		}
	}
	all := openapi3.SecurityRequirements{}
	for _, way := range ways {
		all = append(all, openapi3.SecurityRequirement{way: []string{}})
	}
	return all
}

// outside is an address on another host.
var outside = regexp.MustCompile(`(src|href|url)["']?\s*[=:]\s*["']?\s*(https?:)?//`)

func TestTheReferencePageAsksNothingOfOtherHosts(t *testing.T) {
	t.Parallel()
	n := start(t, sqliteConfig(t))
	page := n.get("/docs")
	rules := page.Header.Get("Content-Security-Policy")
	if page.StatusCode != http.StatusOK || !strings.HasPrefix(page.Header.Get("Content-Type"), "text/html") ||
		!strings.Contains(rules, "script-src 'self';") || !strings.Contains(rules, "default-src 'none'") ||
		!strings.Contains(rules, "font-src 'self'") || strings.Contains(rules, "unsafe-eval") {
		t.Fatalf("%d %v", page.StatusCode, page.Header)
	}
	needed := regexp.MustCompile(`(?:src|href)="(/[^"]+)"`).FindAllStringSubmatch(page.text, -1)
	if len(needed) < 4 || outside.MatchString(page.text) {
		t.Errorf("the page needs %v:\n%s", needed, page.text)
	}
	for _, file := range needed {
		r := n.get(file[1])
		if r.StatusCode != http.StatusOK || r.Header.Get("X-Content-Type-Options") != "nosniff" || len(r.text) < 200 {
			t.Errorf("%s: %d %v", file[1], r.StatusCode, r.Header)
		}
	}
	if r := n.get("/docs/docs.js"); outside.MatchString(r.text) || !strings.Contains(r.text, `"/openapi.json"`) || !strings.Contains(r.text, "validatorUrl: null") {
		t.Errorf("the script is\n%s", r.text)
	}
	for _, missing := range []string{"/docs/", "/docs/none.js", "/docs/..%2fwidget.js", "/openapi.yaml"} {
		if status := n.status(missing); status != http.StatusNotFound {
			t.Errorf("%s: %d", missing, status)
		}
	}
}

func TestSurfacesThatUseOneNameForTwoThingsKeepThemApart(t *testing.T) {
	t.Parallel()
	w := openWorld(t, sqliteConfig(t), "")
	document, err := openapi3.NewLoader().LoadFromData([]byte(w.get("/openapi.json").text))
	if err != nil {
		t.Fatal(err)
	}
	visitors := document.Components.Schemas["Chat.Message"].Value.Properties
	agents := document.Components.Schemas["Agent.Message"].Value.Properties
	if visitors["body"] == nil || agents["body"] != nil || agents["content"] == nil {
		t.Errorf("the messages are %v and %v", visitors, agents)
	}
	for prefix, want := range map[string]string{widget.Prefix: "Chat", agentapi.Prefix: "Agent", inboxapi.Prefix: "Inbox"} {
		tagged := slices.ContainsFunc(document.Tags, func(tag *openapi3.Tag) bool { return tag.Name == want && tag.Description != "" })
		if !tagged {
			t.Errorf("%s has no tag %s", prefix, want)
		}
	}
}

func TestAReferenceWithoutItsPageIsNotServed(t *testing.T) {
	t.Parallel()
	w := openWorld(t, sqliteConfig(t), "")
	built, err := static.Dist()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := newReference("http://x", built, w.app.specs, w.app.settings.limits); err != nil {
		t.Fatal(err)
	}
	if _, err := newReference("http://x", without{built, "docs/index.html"}, w.app.specs, w.app.settings.limits); err == nil {
		t.Error("a page that is not there was served")
	}
}

// without is a file system that lacks one file.
type without struct {
	fs.FS
	name string
}

// Open implements fs.FS.
func (w without) Open(name string) (fs.File, error) {
	if name == w.name {
		return nil, fs.ErrNotExist
	}
	return w.FS.Open(name)
}

func TestACopyOfAPartOfTheReferenceSharesNothing(t *testing.T) {
	t.Parallel()
	whole := map[string]any{
		"content": map[string]any{"application/json": map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/Error"}}},
		"tags":    []any{map[string]any{"name": "a"}, "b", 3.0, nil, true},
	}
	twin := copied(whole)
	if !reflect.DeepEqual(twin, any(whole)) {
		t.Fatalf("the copy is %v, not %v", twin, whole)
	}
	m := merger{name: "Agent"}
	m.tidy(twin)
	first(twin)["name"] = "changed"
	schema := object(object(object(whole["content"])["application/json"])["schema"])
	if got := schema["$ref"]; got != "#/components/schemas/Error" {
		t.Errorf("the reference became %v", got)
	}
	if got := first(whole)["name"]; got != "a" {
		t.Errorf("the list became %v", got)
	}
}

// first is the first of a document's tags.
func first(document any) map[string]any {
	tags, _ := object(document)["tags"].([]any)
	if len(tags) == 0 {
		return map[string]any{}
	}
	return object(tags[0])
}
