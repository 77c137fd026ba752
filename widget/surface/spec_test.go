package surface_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/widget/surface"
)

func TestTheTableListsEveryOperationWithItsRules(t *testing.T) {
	t.Parallel()
	spec, err := surface.Load(t.Context(), []byte(page), "/api")
	if err != nil {
		t.Fatal(err)
	}
	operations := spec.Operations()
	if len(operations) != 3 {
		t.Fatalf("%d operations, not 3", len(operations))
	}
	post := operations[0]
	if post.ID != "makeThing" || post.Method != http.MethodPost || post.Path != "/things" ||
		post.Caller != surface.KeyHolder || post.Scope != models.ScopeContactsWrite || strings.Join(post.Limits, " ") != "agent" {
		t.Errorf("wrong entry: %+v", post)
	}
	if get := operations[2]; get.Path != "/things/:id" || get.Caller != surface.Anybody || get.Scope != "" || get.Limits != nil {
		t.Errorf("wrong entry: %+v", get)
	}
}

func TestADocumentWithAGapStopsTheStart(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][2]string{
		"not YAML":                {"openapi: 3.0.3", "\t: ["},
		"not OpenAPI":             {"openapi: 3.0.3", "openapi: 3.0.3\npaths: 7"},
		"invalid":                 {"info: {title: test, version: \"1\"}", "info: {title: test}"},
		"no operation id":         {"      operationId: makeThing\n", ""},
		"no principal":            {"      x-principal: key\n      x-scope: contacts:write\n", "      x-scope: contacts:write\n"},
		"unknown principal":       {"x-principal: none", "x-principal: everybody"},
		"no scope":                {"      x-scope: contacts:write\n", ""},
		"unknown scope":           {"x-scope: contacts:write", "x-scope: contacts:all"},
		"scope without a key":     {"x-principal: key\n      x-scope: contacts:write", "x-principal: visitor\n      x-scope: contacts:write"},
		"no limit":                {"      x-limit: none\n", ""},
		"unknown limit":           {"x-limit: none", "x-limit: chat.nothing"},
		"a number for a limit":    {"x-limit: [agent]", "x-limit: [5]"},
		"an empty list of limits": {"x-limit: [agent]", "x-limit: []"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			changed := strings.Replace(page, change[0], change[1], 1)
			if changed == page {
				t.Fatal("the change changes nothing")
			}
			if _, err := surface.Load(t.Context(), []byte(changed), "/api"); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestOnlyTheTableCanBeRegistered(t *testing.T) {
	t.Parallel()
	ok := func(*fiber.Ctx) error { return nil }
	allow := func(*fiber.Ctx, surface.Operation) error { return nil }
	complete := func(r *surface.Router) {
		r.Post("/things", ok)
		r.Put("/things", ok)
		r.Get("/things/:id", ok)
	}
	for name, more := range map[string]struct {
		fill  func(r *surface.Router)
		guard surface.Guard
		want  string
	}{
		"complete":             {fill: complete, guard: allow},
		"a missing guard":      {fill: complete, want: "needs a guard"},
		"a missing handler":    {fill: func(r *surface.Router) { r.Post("/things", ok); r.Put("/things", ok) }, guard: allow, want: "getThing"},
		"an unknown path":      {fill: func(r *surface.Router) { complete(r); r.Get("/more", ok) }, guard: allow, want: "/more"},
		"an unknown method":    {fill: func(r *surface.Router) { complete(r); r.Delete("/things/:id", ok) }, guard: allow, want: "DELETE"},
		"another parameter":    {fill: func(r *surface.Router) { complete(r); r.Patch("/things/:x", ok) }, guard: allow, want: "PATCH"},
		"two handlers at once": {fill: func(r *surface.Router) { complete(r); r.Get("/things/:id", ok, ok) }, guard: allow, want: "not 2"},
		"Use":                  {fill: func(r *surface.Router) { complete(r); r.Use(ok) }, guard: allow, want: "Use"},
		"Head":                 {fill: func(r *surface.Router) { complete(r); r.Head("/h", ok) }, guard: allow, want: "HEAD"},
		"Connect":              {fill: func(r *surface.Router) { complete(r); r.Connect("/h", ok) }, guard: allow, want: "CONNECT"},
		"Options":              {fill: func(r *surface.Router) { complete(r); r.Options("/h", ok) }, guard: allow, want: "OPTIONS"},
		"Trace":                {fill: func(r *surface.Router) { complete(r); r.Trace("/h", ok) }, guard: allow, want: "TRACE"},
		"Add":                  {fill: func(r *surface.Router) { complete(r); r.Add("GET", "/h", ok) }, guard: allow, want: "GET"},
		"Static":               {fill: func(r *surface.Router) { complete(r); r.Static("/s", ".") }, guard: allow, want: "Static"},
		"All":                  {fill: func(r *surface.Router) { complete(r); r.All("/a", ok) }, guard: allow, want: "All"},
		"Group":                {fill: func(r *surface.Router) { complete(r); r.Group("/g") }, guard: allow, want: "Group"},
		"Route":                {fill: func(r *surface.Router) { complete(r); r.Route("/r", func(fiber.Router) {}) }, guard: allow, want: "Route"},
		"Mount":                {fill: func(r *surface.Router) { complete(r); r.Mount("/m", fiber.New()) }, guard: allow, want: "Mount"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec, err := surface.Load(t.Context(), []byte(page), "/api")
			if err != nil {
				t.Fatal(err)
			}
			r := spec.Router(fiber.New(), surface.Options{Guard: more.guard})
			more.fill(r)
			switch err := r.Close(); {
			case more.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case more.want != "" && (err == nil || !strings.Contains(err.Error(), more.want)):
				t.Errorf("error %v does not tell of %q", err, more.want)
			}
		})
	}
}

func TestOtherMethodsAreToldWhatIsAllowed(t *testing.T) {
	t.Parallel()
	b := setup(t, surface.Options{}, nil)
	for _, c := range []struct{ method, path, allow string }{
		{http.MethodDelete, "/things", "POST, PUT"},
		{http.MethodGet, "/things", "POST, PUT"},
		{http.MethodPost, "/things/1", "GET, HEAD"},
		{http.MethodTrace, "/things/1", "GET, HEAD"},
	} {
		a := b.do(t, c.method, c.path, "", nil)
		if a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q", c.method, c.path, a.status, a.header.Get("Allow"))
		}
	}
	if a := b.do(t, http.MethodHead, "/things/1", "", nil); a.status != http.StatusOK {
		t.Errorf("HEAD: %d", a.status)
	}
	for _, path := range []string{"/things/", "/Things", "/things/1/2", "//things", "/things/%2e%2e/x"} {
		if a := b.do(t, http.MethodPost, path, "", nil); a.status != http.StatusNotFound {
			t.Errorf("POST %s: %d, not 404", path, a.status)
		}
	}
}

func TestTheGuardComesBeforeTheBodyAndTheHandler(t *testing.T) {
	t.Parallel()
	guarded := make(chan surface.Operation, 1)
	b := setup(t, surface.Options{Guard: func(_ *fiber.Ctx, op surface.Operation) error {
		guarded <- op
		return models.ErrForbidden
	}}, func(r *surface.Router) {
		never := func(*fiber.Ctx) error { t.Error("the handler was called"); return nil }
		r.Post("/things", never)
		r.Put("/things", never)
		r.Get("/things/:id", never)
	})
	if a := b.postJSON(t, "this is not JSON"); a.status != http.StatusForbidden {
		t.Errorf("status %d", a.status)
	}
	if op := <-guarded; op.ID != "makeThing" {
		t.Errorf("the guard was asked about %s", op.ID)
	}
}

func TestBindingErrorsSpeakOurWords(t *testing.T) {
	t.Parallel()
	fail := func(message string) mount {
		return func(r *surface.Router) {
			h := func(*fiber.Ctx) error { return fiber.NewError(http.StatusBadRequest, message) }
			r.Post("/things", h)
			r.Put("/things", h)
			r.Get("/things/:id", h)
		}
	}
	for _, c := range []struct {
		message string
		code    models.Code
		status  int
		want    string
	}{
		{"Invalid format for parameter id: strconv.ParseInt: secret", "", 404, "Not found"},
		{"Invalid format for parameter limit: secret", "", 400, "Invalid limit"},
		{"Invalid format for parameter limit: secret", models.CodeUnprocessable, 422, "Invalid limit"},
		{"Too many values for ParamName limit, 1 is required, but 2 found", "", 400, "Invalid limit"},
		{"Invalid format for query string: secret", "", 400, "Invalid query string"},
		{"json: secret Go value", "", 400, "The request body is not valid JSON"},
	} {
		b := setup(t, surface.Options{QueryCode: c.code}, fail(c.message))
		if a := b.do(t, http.MethodGet, "/things/1", "", nil); a.status != c.status || a.json["error"] != c.want {
			t.Errorf("%q: %d %s", c.message, a.status, a.body)
		}
	}
}

// special is a path that another one, with a parameter, fits as well.
const special = `
  /things/new:
    post:
      operationId: makeNewThing
      x-principal: key
      x-scope: none
      x-limit: agent
      responses: {"200": {description: ok}}
components:`

func TestAPathWithoutParametersIsItsOwnInEveryMethod(t *testing.T) {
	t.Parallel()
	app, r := build(t, strings.Replace(page, "\ncomponents:", special, 1), surface.Options{}, func(r *surface.Router) {
		echoAll(r) // with the parameter first
		r.Post("/things/new", echo)
	})
	b := listen(t, app, r, nil)
	for method, want := range map[string]int{http.MethodPost: http.StatusOK, http.MethodGet: 405, http.MethodPut: 405} {
		a := b.do(t, method, "/things/new", "", nil)
		if allow := a.header.Get("Allow"); a.status != want || (want == 405) != (allow == "POST") {
			t.Errorf("%s: %d, Allow %q: %s", method, a.status, allow, a.body)
		}
	}
}
