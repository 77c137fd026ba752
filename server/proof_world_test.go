package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"parley/models"
	"parley/models/access"
	"parley/server/agentapi"
	"parley/widget/surface"
)

// world is a running node with what the proofs know of its operations.
type world struct {
	*node
	ops []described
	db  *rawDatabase
}

// tenant is one account, or a sandbox, as its clients see it.
type tenant struct {
	*world
	accountID           int64
	uid                 models.UID
	key, siteKey, email string
	sandbox             bool
	// team is the tenant whose users these are: the sandbox has those of the live account.
	team *tenant
	// cookie logs the owner in when it is first asked for.
	cookie func() string
}

// numbers keep the rows of tests apart.
var numbers atomic.Int64

// openWorld starts a node; rules are RATE_LIMITS.
func openWorld(t *testing.T, cfg Config, rules string) *world {
	t.Helper()
	cfg.RateLimits = rules
	w := &world{node: start(t, cfg)}
	var problems []string
	if w.ops, problems = operations(w.app.specs); len(problems) > 0 {
		t.Fatalf("the documents leave something open:\n%s", strings.Join(problems, "\n"))
	}
	w.db = openRaw(t, cfg.DatabaseURL)
	return w
}

// account makes an account and gives it with its sandbox.
func (w *world) account() (live, sandbox *tenant) {
	w.Helper()
	creds, err := w.app.access.CreateAccount(w.Context(), access.NewAccount{
		Name: "Acme", Email: fmt.Sprintf("owner%d@acme.example", numbers.Add(1)), Password: examplePassword,
	})
	if err != nil {
		w.Fatal(err)
	}
	live = &tenant{world: w, uid: creds.AccountID, key: creds.LiveKey, siteKey: creds.SiteKey, email: creds.Email}
	live.cookie = sync.OnceValue(func() string { return w.enter(creds.Email) })
	live.team = live
	other := *live
	sandbox = &other
	sandbox.key, sandbox.siteKey, sandbox.sandbox = creds.TestKey, creds.TestSiteKey, true
	for _, one := range []*tenant{live, sandbox} {
		who, err := w.app.access.Key(w.Context(), one.key)
		if err != nil {
			w.Fatal(err)
		}
		one.accountID = who.AccountID
	}
	return live, sandbox
}

// accountIs is the condition that a row is the tenant's.
func (t *tenant) accountIs(column string) string { return fmt.Sprintf("%s = %d", column, t.accountID) }

// atOnce runs what does not touch each other, a few at a time.
func atOnce(tasks []func()) {
	var all sync.WaitGroup
	free := make(chan struct{}, 4)
	for _, task := range tasks {
		free <- struct{}{}
		all.Go(func() {
			defer func() { <-free }()
			task()
		})
	}
	all.Wait()
}

// request is a call that is being put together.
type request struct {
	op      described
	path    map[string]string
	query   url.Values
	body    any
	raw     []byte // instead of body
	headers map[string]string
}

// credentials are the headers that a tenant's own client sends.
func (t *tenant) credentials(op described) map[string]string {
	switch op.Caller {
	case surface.KeyHolder:
		return map[string]string{"X-API-Key": t.key}
	case surface.LoggedIn:
		return t.loggedIn()
	default:
		return map[string]string{"X-Site-Key": t.siteKey}
	}
}

// ready is a call as the document's example has it, about rows of the family.
func (t *tenant) ready(op described, r *row) request {
	t.Helper()
	q := request{op: op, path: map[string]string{}, query: url.Values{}, headers: t.credentials(op), body: op.example()}
	q.body = distinct(op.bodySchema(), q.body, numbers.Add(1))
	if op.ID == "startConversation" {
		q.body = put(q.body, "visitor_token", fmt.Sprint("token-", numbers.Add(1)))
	}
	if op.ID == "identify" {
		q.body = put(q.body, "identity", t.signed("user-42"))
	}
	for _, p := range op.params {
		if p.Value.In == openapi3.ParameterInQuery && p.Value.Required {
			q.query.Set(p.Value.Name, fmt.Sprint(p.Value.Example))
		}
	}
	q.fill(r)
	return q
}

// signed is an identity as the tenant's own site signs it.
func (t *tenant) signed(id string) map[string]any {
	t.Helper()
	site, err := t.app.access.Site(t.Context(), t.siteKey)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := t.app.access.Open(site.IdentitySecret)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id))
	return map[string]any{"id": id, "hash": hex.EncodeToString(mac.Sum(nil))}
}

// fill puts the family's rows where the request names some.
func (q *request) fill(r *row) {
	r.t.Helper()
	op := q.op
	for _, s := range op.slots {
		if s.place == "path" || s.place == "query" && q.query.Has(s.name) || s.place == "body" && holds(q.body, s.name) {
			from := r
			if s.place == "body" && slices.ContainsFunc(op.slots, func(o slot) bool { return o.place == "path" && o.kind == s.kind }) {
				from = r.another()
			}
			q.set(s, from.id(s.kind))
		}
	}
}

// ask adds the examples of all that the address may ask besides.
func (q *request) ask(r *row) {
	for _, p := range q.op.params {
		if p.Value.In == openapi3.ParameterInQuery {
			q.query.Set(p.Value.Name, fmt.Sprint(p.Value.Example))
		}
	}
	if q.query.Has("site_key") {
		q.query.Set("site_key", r.t.siteKey)
	}
	q.fill(r)
}

// set fills a slot.
func (q *request) set(s slot, id string) {
	id = q.op.spelled(id)
	switch s.place {
	case "path":
		q.path[s.name] = id
	case "query":
		q.query.Set(s.name, id)
	case "header":
		q.headers[s.name] = id
	default:
		q.body = put(q.body, s.name, id)
	}
}

// target is the request's address on the node.
func (q *request) target() string {
	path := q.op.Path
	for name, id := range q.path {
		path = strings.Replace(path, ":"+name, id, 1)
	}
	if len(q.query) > 0 {
		path += "?" + q.query.Encode()
	}
	return q.op.spec.Prefix() + path
}

// send makes the call.
func (w *world) send(q request) reply {
	w.Helper()
	body := q.raw
	contentType := "application/json"
	switch {
	case body == nil && q.body != nil:
		var err error
		if body, err = json.Marshal(q.body); err != nil {
			w.Fatal(err)
		}
	case body == nil && q.op.doc.RequestBody != nil && q.op.media() == nil:
		var form string
		form, contentType = fileForm(w.TB)
		body = []byte(strings.ReplaceAll(form, `name="files"`, `name="file"`))
	}
	r := httptest.NewRequestWithContext(w.Context(), q.op.Method, w.base+q.target(), bytes.NewReader(body))
	r.RequestURI = ""
	if len(body) > 0 {
		r.Header.Set("Content-Type", contentType)
	}
	for name, value := range q.headers {
		r.Header.Set(name, value)
	}
	return w.roundTrip(r)
}

func (w *world) roundTrip(r *http.Request) reply {
	w.Helper()
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode == http.StatusSwitchingProtocols {
		return reply{response, ""}
	}
	text, err := io.ReadAll(response.Body)
	if err != nil {
		w.Fatalf("%s %s: %v", r.Method, r.URL, err)
	}
	return reply{response, string(text)}
}

// must ends the test unless the call went well.
func (w *world) must(r reply) reply {
	w.Helper()
	if r.StatusCode >= 300 {
		w.Fatalf("%s %s answers %d: %s", r.Request.Method, r.Request.URL, r.StatusCode, r.text)
	}
	return r
}

// unknown is a well-formed id of a kind that names nothing.
func unknown(kind string) string {
	switch kind {
	case "token":
		return fmt.Sprint("token-of-nobody-", numbers.Add(1))
	case "activity", "file":
		return fmt.Sprint(int64(1)<<50 + numbers.Add(1))
	case "login":
		return fmt.Sprintf("nobody%d@acme.example", numbers.Add(1))
	case "code":
		return "000000"
	case "setup", "invitation", "reset":
		return fmt.Sprint("AAAA", numbers.Add(1))
	case "invited":
		return models.FormatID(models.PrefixUser, models.NewUID())
	default:
		return models.FormatID(models.Prefix(kind), models.NewUID())
	}
}

// isSurfaceError says whether a text is an error in the shape of the operation's surface.
func isSurfaceError(prefix string, r reply) bool {
	var body map[string]any
	if json.Unmarshal([]byte(r.text), &body) != nil {
		return false
	}
	if problem, is := body["error"].(map[string]any); is && body["jsonrpc"] == "2.0" { // MCP's
		details, _ := problem["data"].(map[string]any)
		return prefix == "" && problem["message"] != "" && details["status"] == float64(r.StatusCode) && details["request_id"] == r.Header.Get("X-Request-Id")
	}
	if problem, is := body["error"].(map[string]any); is { // OpenAI's
		return prefix == "" && problem["message"] != "" && problem["type"] != nil
	}
	sentence, _ := body["error"].(string)
	if prefix == "" {
		return body["message"] != "" && body["statusCode"] == float64(r.StatusCode) && sentence == http.StatusText(r.StatusCode)
	}
	if prefix != agentapi.Prefix {
		return sentence != ""
	}
	message, _ := body["message"].(string)
	code, _ := body["code"].(float64)
	_, details := body["details"].(map[string]any)
	return sentence != "" && message != "" && int(code) == r.StatusCode && details && body["request_id"] == r.Header.Get("X-Request-Id")
}
