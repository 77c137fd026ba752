package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "parley"

// room is one line of the import table: what a package may know of ours, and
// what it must not know of others'. Arrows only go down.
type room struct {
	of     string   // package in the module; "x/..." is x and all below it
	ours   []string // packages of ours that it may import
	never  []string // import paths, with all below them, that it must not import
	reason string
}

const (
	fiber    = "github.com/gofiber"
	fasthttp = "github.com/valyala/fasthttp"
	gorm     = "gorm.io"
	redis    = "github.com/redis"
	http     = "net/http"
	guesses  = "math/rand"
)

// domain is what surfaces and adapters call: the nouns, the one service and the
// encoders, without the store behind them.
var domain = []string{"models", "models/chat", "models/access", "models/view", "ratelimit"}

// house is the import table. A package that it does not name may not exist.
var house = []room{
	{"models", nil, []string{fiber, fasthttp, gorm, redis, http},
		"models is the vocabulary that all others share: it is true without HTTP or a database, and imports nothing of ours"},
	{"models/view", []string{"models"}, []string{fiber, fasthttp, gorm, redis, http},
		"view encodes the nouns for an audience, the same for every surface, socket and webhook"},
	{"models/knowledge", []string{"models"}, []string{fiber, fasthttp, gorm, redis, http},
		"knowledge cuts and reads texts; it knows neither where they are kept nor who asks"},
	{"models/handoff", []string{"models", "models/knowledge"}, []string{fiber, fasthttp, gorm, redis, http},
		"handoff has words: it hears a wish and speaks, and others decide"},
	{"models/chat", []string{"models", "models/handoff", "models/jobs", "models/knowledge"}, []string{fiber, fasthttp, gorm, redis, http, guesses},
		"chat is the one service: it reaches store, bus and files through its own ports, so that no surface's or database's ways get in"},
	{"models/jobs", []string{"models"}, []string{fiber, fasthttp, gorm, redis, http},
		"jobs runs work that is kept by a store, and knows neither the store nor the work"},
	{"models/access", []string{"models", "models/jobs"}, []string{fiber, fasthttp, gorm, redis, http, guesses},
		"access turns credentials into a principal, whatever carried them; secrets must not be guessable"},
	{"models/migrations", nil, []string{fiber, fasthttp, gorm, redis, http},
		"migrations are SQL files and what embeds them"},
	{"models/store/...", []string{"models", "models/chat", "models/access", "models/jobs", "models/knowledge", "models/migrations", "models/store"}, []string{fiber, fasthttp, redis, http},
		"store serves the ports of chat and access and is the only place with GORM; it knows no HTTP and no bus"},
	{"models/testservice", nil, []string{fiber, fasthttp, gorm, redis},
		"testservice starts services for tests and knows nothing of what is tested"},
	{"ratelimit/...", []string{"models", "ratelimit"}, []string{gorm},
		"a limit is a limit whatever it limits, and its counts are in memory or Redis"},
	{"realtime/...", append([]string{"realtime"}, domain...), []string{gorm},
		"realtime reads through a port that server fills with the store, and knows no surface"},
	{"widget", append([]string{"widget/surface"}, domain...), []string{gorm, redis},
		"a surface decodes, calls the one service and encodes: no store, no sockets, no program"},
	{"widget/surface", domain, []string{gorm, redis},
		"surface is what the HTTP surfaces share, so it stands below all of them"},
	{"static", nil, []string{fiber, fasthttp, gorm, redis, http},
		"static holds the built front end and knows nothing"},
	{"server/...", append([]string{"widget/surface", "models/handoff", "models/jobs", "models/knowledge"}, domain...), []string{gorm},
		"surfaces and adapters act through the one service and do not know each other: server alone wires them, and alone imports widget, realtime, static and store"},
	{"server/channel/email", append([]string{"server/mail"}, domain...), []string{gorm, fiber},
		"conversations by e-mail and the program's own letters go out by the same SMTP"},
	{"server", []string{"..."}, nil, "server is the program: it may know everything"},
}

// listed is what we read of go list -json.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

// breaches returns every import of the package that the table forbids, each
// with the reason.
func breaches(p listed) []string {
	path := strings.TrimPrefix(p.ImportPath, module+"/")
	if strings.HasSuffix(path, "test") { // support for tests, such as storetest
		return testBreaches(path, p.Imports)
	}
	found := testBreaches(path, slices.Concat(p.TestImports, p.XTestImports))
	at := roomOf(path)
	if at == nil {
		return append(found, path+" has no line in the import table: say there what it may know, and why")
	}
	for _, imported := range p.Imports {
		if !at.allows(path, imported) {
			found = append(found, fmt.Sprintf("%s must not import %s: %s", path, imported, at.reason))
		}
	}
	return found
}

// testBreaches looks at what tests import: they may know the whole module, but
// not what stands above them.
func testBreaches(path string, imports []string) []string {
	var found []string
	for _, imported := range imports {
		if below(imported, module+"/server") && !below(path, "server") {
			found = append(found, fmt.Sprintf("a test of %s must not import %s: nobody imports server", path, imported))
		}
	}
	return found
}

// roomOf returns the table's line for the package: its own, else the nearest
// that covers everything below a folder.
func roomOf(path string) *room {
	var nearest *room
	for i, candidate := range house {
		folder, covers := strings.CutSuffix(candidate.of, "/...")
		switch {
		case candidate.of == path:
			return &house[i]
		case covers && below(path, folder) && (nearest == nil || len(nearest.of) < len(candidate.of)):
			nearest = &house[i]
		}
	}
	return nearest
}

func (r *room) allows(path, imported string) bool {
	if slices.ContainsFunc(r.never, func(never string) bool { return below(imported, never) }) {
		return false
	}
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	switch {
	case !isOurs:
		return true
	case ours == "models/testservice":
		return false // only tests have services started for them
	}
	inside := strings.HasSuffix(r.of, "/...") && below(ours, path)
	return inside || slices.Contains(r.ours, "...") || slices.Contains(r.ours, ours)
}

// below says whether path is the folder or stands in it.
func below(path, folder string) bool {
	return path == folder || strings.HasPrefix(path, folder+"/")
}

// repository is the folder with go.mod.
func repository(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(folder, "go.mod")); err != nil {
		t.Fatal(err)
	}
	return folder
}

func packages(t *testing.T) []listed {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	list.Dir = repository(t)
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var all []listed
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		switch err := decoder.Decode(&p); {
		case errors.Is(err, io.EOF):
			return all
		case err != nil:
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func TestEveryPackageImportsOnlyWhatTheTableAllows(t *testing.T) {
	t.Parallel()
	all := packages(t)
	if len(all) == 0 {
		t.Fatal("go list knows no package")
	}
	for _, p := range all {
		for _, breach := range breaches(p) {
			t.Error(breach)
		}
	}
}

func TestTheImportTableNoticesEachBreach(t *testing.T) {
	t.Parallel()
	tests := []struct{ of, imported, reason string }{
		{"models", "gorm.io/gorm", "vocabulary"},
		{"models", "net/http/httptest", "vocabulary"},
		{"models", "parley/models/chat", "vocabulary"},
		{"models/view", "parley/models/store", "audience"},
		{"models/chat", "github.com/gofiber/fiber/v2", "one service"},
		{"models/chat", "parley/models/store", "one service"},
		{"models/chat", "math/rand/v2", "one service"},
		{"models/access", "parley/models/chat", "principal"},
		{"models/store", "github.com/redis/go-redis/v9", "only place with GORM"},
		{"models/store", "parley/models/testservice", "only place with GORM"},
		{"models/store/dialect", "github.com/gofiber/fiber/v2", "only place with GORM"},
		{"ratelimit", "parley/models/chat", "whatever it limits"},
		{"realtime", "parley/widget", "no surface"},
		{"realtime", "parley/models/store", "through a port"},
		{"widget", "parley/realtime", "no sockets"},
		{"widget/surface", "parley/widget", "below all of them"},
		{"static", "net/http", "knows nothing"},
		{"server/agentapi", "parley/server/inboxapi", "do not know each other"},
		{"server/agentapi", "parley/server", "do not know each other"},
		{"server/agentapi", "parley/widget", "server alone"},
		{"server/webhook", "gorm.io/gorm", "one service"},
		{"server", "parley/models/testservice", "program"},
		{"utilities", "fmt", "no line in the import table"},
	}
	for _, test := range tests {
		found := breaches(listed{ImportPath: module + "/" + test.of, Imports: []string{test.imported}})
		if len(found) != 1 || !strings.Contains(found[0], test.of) || !strings.Contains(found[0], test.reason) {
			t.Errorf("%s importing %s: got %q", test.of, test.imported, found)
		}
	}
}

func TestTheImportTableAllowsTheWaysDown(t *testing.T) {
	t.Parallel()
	tests := []struct{ of, imported string }{
		{"models", "encoding/json"},
		{"models/store", "gorm.io/gorm"},
		{"models/store", "parley/models/chat"},
		{"models/store", "parley/models/store/dialect"},
		{"models/store/storetest", "parley/models/testservice"},
		{"realtime", "github.com/redis/go-redis/v9"},
		{"realtime", "parley/models/view"},
		{"widget", "parley/widget/surface"},
		{"widget/surface", "github.com/gofiber/fiber/v2"},
		{"server/agentapi", "parley/widget/surface"},
		{"server/agentapi", "parley/models/chat"},
		{"server", "parley/realtime"},
	}
	for _, test := range tests {
		found := breaches(listed{ImportPath: module + "/" + test.of, Imports: []string{test.imported}})
		if len(found) != 0 {
			t.Errorf("%s importing %s: got %q", test.of, test.imported, found)
		}
	}
}

func TestTheImportTableLetsTestsLookDownButNotUp(t *testing.T) {
	t.Parallel()
	of := listed{ImportPath: "parley/widget", TestImports: []string{"parley/models/testservice"}, XTestImports: []string{"parley/models/store"}}
	if found := breaches(of); len(found) != 0 {
		t.Errorf("a test looks down: got %q", found)
	}
	of.XTestImports = []string{"parley/server/agentapi"}
	if found := breaches(of); len(found) != 1 || !strings.Contains(found[0], "nobody imports server") {
		t.Errorf("a test looks up: got %q", found)
	}
}
