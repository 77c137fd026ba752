package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/server/agentapi"
	"parley/widget"
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
	accountID    int64
	uid          models.UID
	key, siteKey string
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
		Name: "Acme", Email: fmt.Sprintf("owner%d@acme.example", numbers.Add(1)), Password: "correct horse",
	})
	if err != nil {
		w.Fatal(err)
	}
	live = &tenant{world: w, uid: creds.AccountID, key: creds.LiveKey, siteKey: creds.SiteKey}
	sandbox = &tenant{world: w, uid: creds.AccountID, key: creds.TestKey, siteKey: creds.TestSiteKey}
	for _, one := range []*tenant{live, sandbox} {
		who, err := w.app.access.Key(w.Context(), one.key)
		if err != nil {
			w.Fatal(err)
		}
		one.accountID = who.AccountID
	}
	return live, sandbox
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
	if op.calledWithKey() {
		return map[string]string{"X-API-Key": t.key}
	}
	return map[string]string{"X-Site-Key": t.siteKey}
}

// row is a family of rows that belong together, made when they are asked for.
type row struct {
	t     *tenant
	known map[string]string
	twin  *row
}

// another is a second family, for requests that name two rows of a kind.
func (r *row) another() *row {
	if r.twin == nil {
		r.twin = r.t.row()
	}
	return r.twin
}

func (t *tenant) row() *row { return &row{t: t, known: map[string]string{}} }

// id names the family's row of a kind.
func (r *row) id(kind string) string {
	r.t.Helper()
	if id, there := r.known[kind]; there {
		return id
	}
	switch kind {
	case "conv", "cnt", "msg", "token", "activity", "file":
		r.talk()
	case "usr":
		r.known[kind] = r.t.first(agentapi.Prefix + "/users?limit=1")
	case "att":
		r.known[kind] = r.t.waitingFile()
	case "chn":
		r.known[kind] = r.t.mailbox()
	default:
		r.known[kind] = r.t.make(kind)
	}
	return r.known[kind]
}

// talk lets a visitor start a conversation and send a file.
func (r *row) talk() {
	r.t.Helper()
	n := numbers.Add(1)
	token := fmt.Sprintf("token-%d", n)
	chatOf := widget.Prefix + "/conversations"
	start := fmt.Sprintf(`{"name":"Jane Doe","email":"jane%d@example.com","message":"Hello","visitor_token":%q}`, n, token)
	r.t.must(r.t.call(http.MethodPost, chatOf, start, "X-Site-Key", r.t.siteKey))
	body, contentType := fileForm(r.t.T)
	r.t.must(r.t.call(http.MethodPost, chatOf+"/"+token+"/messages", body, "X-Site-Key", r.t.siteKey, "Content-Type", contentType))
	var said []struct {
		ID          int64
		Attachments []struct{ ID int64 }
	}
	transcript := r.t.must(r.t.get(chatOf+"/"+token+"/messages", "X-Site-Key", r.t.siteKey))
	if err := json.Unmarshal([]byte(transcript.text), &said); err != nil || len(said) != 2 || len(said[1].Attachments) != 1 {
		r.t.Fatalf("the transcript is %s (%v)", transcript.text, err)
	}
	conversation := r.t.first(agentapi.Prefix + "/conversations?limit=1&sort=created_at:desc")
	one := r.t.must(r.t.get(agentapi.Prefix+"/conversation/"+conversation, "X-API-Key", r.t.key))
	contact, _ := one.json("contact_id").(string)
	r.known["token"], r.known["conv"], r.known["cnt"] = token, conversation, contact
	r.known["activity"], r.known["file"] = fmt.Sprint(said[1].ID), fmt.Sprint(said[1].Attachments[0].ID)
	r.known["msg"] = r.t.first(agentapi.Prefix + "/conversation/" + conversation + "/messages?limit=1")
}

// fileForm is a message with a picture.
func fileForm(t *testing.T) (body, contentType string) {
	t.Helper()
	var form bytes.Buffer
	parts := multipart.NewWriter(&form)
	part, err := parts.CreateFormFile("files", "note.txt")
	if err == nil {
		_, err = io.WriteString(part, "a plain note")
	}
	if err == nil {
		err = parts.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return form.String(), parts.FormDataContentType()
}

// waitingFile is an attachment that no message has yet.
func (t *tenant) waitingFile() string {
	t.Helper()
	who, err := t.app.access.Key(t.Context(), t.key)
	if err != nil {
		t.Fatal(err)
	}
	file := models.Attachment{
		UID: models.NewUID(), Filename: "note.txt", ContentType: "text/plain", Size: 4,
		StorageKey: "key-" + newUID(), CreatedAt: models.Now(time.Now()),
	}
	if err := t.app.files.Put(t.Context(), file.StorageKey, strings.NewReader("note"), file.Size); err != nil {
		t.Fatal(err)
	}
	err = t.app.store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error { return tx.CreateAttachment(ctx, who, &file) })
	if err != nil {
		t.Fatal(err)
	}
	return models.FormatID(models.PrefixAttachment, file.UID)
}

// mailbox is a channel account.
func (t *tenant) mailbox() string {
	t.Helper()
	uid := models.NewUID()
	t.db.run(fmt.Sprintf("INSERT INTO channels (uid, account_id, kind, name, address, created_at, updated_at) "+
		"SELECT '%s', id, 'email', 'Desk', 'desk-%s@shop.example', created_at, created_at FROM accounts WHERE id = %d", uid, uid, t.accountID))
	return models.FormatID(models.PrefixChannel, uid)
}

// first is the id of a list's first row.
func (t *tenant) first(path string) string {
	t.Helper()
	var list struct{ Data []struct{ ID string } }
	answer := t.must(t.get(path, "X-API-Key", t.key))
	if err := json.Unmarshal([]byte(answer.text), &list); err != nil || len(list.Data) == 0 {
		t.Fatalf("%s gives %s (%v)", path, answer.text, err)
	}
	return list.Data[0].ID
}

// make creates a row of a kind by the operation that does so, with its example.
func (t *tenant) make(kind string) string {
	t.Helper()
	for _, op := range t.ops {
		if op.makes() != kind || !op.calledWithKey() {
			continue
		}
		answer := t.must(t.send(t.ready(op, t.row())))
		id, _ := answer.json("id").(string)
		return id
	}
	t.Fatalf("no operation makes a row of kind %q: write x-id as the ids are spelled, describe what creates it "+
		"(POST, answering an object whose id has the pattern '^%s_…'), or teach row.id to make one", kind, kind)
	return ""
}

// ready is a call as the document's example has it, about rows of the family.
func (t *tenant) ready(op described, r *row) request {
	t.Helper()
	q := request{op: op, path: map[string]string{}, query: url.Values{}, headers: t.credentials(op), body: op.example()}
	q.body = distinct(op.bodySchema(), q.body, numbers.Add(1))
	if op.ID == "startConversation" {
		q.body = put(q.body, "visitor_token", fmt.Sprint("token-", numbers.Add(1)))
	}
	for _, p := range op.params {
		if p.Value.In == "query" && p.Value.Example != nil {
			q.query.Set(p.Value.Name, fmt.Sprint(p.Value.Example))
		}
	}
	for _, s := range op.slots {
		if s.place == "path" || s.place == "query" && q.query.Has(s.name) || s.place == "body" && holds(q.body, s.name) {
			from := r
			if s.place == "body" && slices.ContainsFunc(op.slots, func(o slot) bool { return o.place == "path" && o.kind == s.kind }) {
				from = r.another()
			}
			q.set(s, from.id(s.kind))
		}
	}
	return q
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
		form, contentType = fileForm(w.T)
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
	sentence, _ := body["error"].(string)
	if prefix != agentapi.Prefix {
		return sentence != ""
	}
	message, _ := body["message"].(string)
	code, _ := body["code"].(float64)
	_, details := body["details"].(map[string]any)
	return sentence != "" && message != "" && int(code) == r.StatusCode && details && body["request_id"] == r.Header.Get("X-Request-Id")
}
