package widget_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/ratelimit"
	"parley/widget"
	"parley/widget/surface"
)

// shop is an account with its site, and the Chat surface over the real services, on
// a listener of its own.
type shop struct {
	t      *testing.T
	store  *store.Store
	access *access.Service
	chat   *chat.Service
	blobs  *shelf
	site   models.Site
	owner  models.Principal
	creds  access.Credentials
	agents *presence
	url    string
	client *http.Client
	// at is what the server's clock shows, if it is not the real time.
	at atomic.Pointer[time.Time]
}

// setting is what a test wants otherwise.
type setting struct {
	// rules are the limits; "" turns them off.
	rules string
	// site changes the site before anybody sees it.
	site func(s *models.Site)
	// uploads bounds files.
	uploads chat.UploadLimits
}

// each runs a test on both databases.
func each(t *testing.T, o setting, test func(t *testing.T, s *shop)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) { test(t, setup(t, db, o)) })
}

// open is a shop on SQLite, for what no database decides.
func open(t *testing.T, o setting) *shop {
	t.Helper()
	return setup(t, storetest.Open(t, storetest.SQLite), o)
}

func setup(t *testing.T, db *store.Store, o setting) *shop {
	t.Helper()
	s := &shop{t: t, store: db, agents: &presence{}, blobs: &shelf{kept: map[string][]byte{}}}
	keys, err := access.New(access.Options{Store: sites{db, o.site}, Secret: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	s.access = keys
	s.chat = chat.New(chat.Options{Store: db, Bell: silence{}, Blobs: s.blobs, Identities: keys, Uploads: o.uploads})
	s.creds, s.site, s.owner = newAccount(t, keys)
	s.serve(o)
	return s
}

func newAccount(t *testing.T, keys *access.Service) (access.Credentials, models.Site, models.Principal) {
	t.Helper()
	creds, err := keys.CreateAccount(t.Context(), access.NewAccount{Password: "correct horse"})
	if err != nil {
		t.Fatal(err)
	}
	site, err := keys.Site(t.Context(), creds.SiteKey)
	if err != nil {
		t.Fatal(err)
	}
	owner, err := keys.Key(t.Context(), creds.LiveKey)
	if err != nil {
		t.Fatal(err)
	}
	return creds, site, owner
}

// serve mounts the surface and listens.
func (s *shop) serve(o setting) {
	s.t.Helper()
	if o.rules == "" {
		o.rules = "off"
	}
	rules, err := ratelimit.ParseRules(o.rules)
	if err != nil {
		s.t.Fatal(err)
	}
	surfaceOf, err := widget.New(s.t.Context(), widget.Options{
		Chat: s.chat, Access: s.access, Limits: ratelimit.New(ratelimit.Options{}), Rules: rules,
		Presence: s.agents, ClientIP: toldAddress, Now: s.now,
		Socket: func(c *fiber.Ctx) error { return c.SendString("a socket") },
	})
	if err != nil {
		s.t.Fatal(err)
	}
	config := surface.Config()
	config.ErrorHandler = func(c *fiber.Ctx, err error) error {
		if e := surface.Failure(err); surface.Status(e.Code) >= 500 {
			s.t.Logf("%s %s: %v", c.Method(), c.Path(), err)
		}
		return widget.WriteError(c, err)
	}
	app := fiber.New(config)
	app.Use(surface.Begin)
	if err := surfaceOf.Mount(app); err != nil {
		s.t.Fatal(err)
	}
	s.url = listen(s.t, app) + widget.Prefix
	s.client = &http.Client{Transport: newContract(s.t)}
}

func listen(t *testing.T, app *fiber.App) (url string) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- app.Listener(listener) }()
	t.Cleanup(func() {
		if err := app.ShutdownWithTimeout(5 * time.Second); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// toldAddress is the client's address as the tests tell it.
func toldAddress(c *fiber.Ctx) netip.Addr {
	if addr, err := netip.ParseAddr(c.Get("X-Test-Address")); err == nil {
		return addr
	}
	return netip.MustParseAddr("192.0.2.1")
}

func (s *shop) now() time.Time {
	if at := s.at.Load(); at != nil {
		return *at
	}
	return time.Now()
}

// answer is a response, read.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// object is the answer as a JSON object.
func (a answer) object(t *testing.T) map[string]any {
	t.Helper()
	var o map[string]any
	if err := json.Unmarshal(a.body, &o); err != nil {
		t.Fatalf("%d %.200q is no object: %v", a.status, a.body, err)
	}
	return o
}

// sentence is the error of the answer.
func (a answer) sentence(t *testing.T) string {
	t.Helper()
	text, _ := a.object(t)["error"].(string)
	return text
}

// number is a number of the answer.
func (a answer) number(t *testing.T, name string) int64 {
	t.Helper()
	n, ok := a.object(t)[name].(float64)
	if !ok {
		t.Fatalf("%.200q has no number %s", a.body, name)
	}
	return int64(n)
}

// token is the conversation token of an answer to an opening.
func (a answer) token(t *testing.T) string {
	t.Helper()
	token, _ := a.object(t)["conversation_token"].(string)
	if token == "" {
		t.Fatalf("%.200q has no conversation token", a.body)
	}
	return token
}

// want fails unless the answer has the status and, for a refusal, the sentence.
func (a answer) want(t *testing.T, what string, status int, sentence string) {
	t.Helper()
	if a.status != status || (sentence != "" && a.sentence(t) != sentence) {
		t.Errorf("%s: %d %.200s, not %d %q", what, a.status, a.body, status, sentence)
	}
}

// send makes a request with the site key; headers come in pairs, and an empty value
// takes a header out.
func (s *shop) send(t *testing.T, method, path string, body io.Reader, headers ...string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, s.url+path, body)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-API-Key", s.creds.SiteKey)
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		request.Header.Del(headers[i])
		if headers[i+1] != "" {
			request.Header.Set(headers[i], headers[i+1])
		}
	}
	return s.do(t, request)
}

func (s *shop) do(t *testing.T, request *http.Request) answer {
	t.Helper()
	response, err := s.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(response.Body)
	if err = errors.Join(err, response.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, body}
}

func (s *shop) get(t *testing.T, path string, headers ...string) answer {
	t.Helper()
	return s.send(t, http.MethodGet, path, nil, headers...)
}

// post sends a body as JSON; a string goes as it is.
func (s *shop) post(t *testing.T, path string, body any, headers ...string) answer {
	t.Helper()
	raw, literal := body.(string)
	if !literal {
		encoded, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		raw = string(encoded)
	}
	return s.send(t, http.MethodPost, path, strings.NewReader(raw), headers...)
}

// fields is a JSON object on its way out.
type fields map[string]any

// with is a copy with other values; nil takes a field out.
func (f fields) with(pairs ...any) fields {
	changed := fields{}
	for name, value := range f {
		changed[name] = value
	}
	for i := 0; i < len(pairs); i += 2 {
		name := fmt.Sprint(pairs[i])
		changed[name] = pairs[i+1]
		if pairs[i+1] == nil {
			delete(changed, name)
		}
	}
	return changed
}

// opening is a good one.
func opening(token string) fields {
	return fields{"name": "Jane Doe", "email": "jane@example.com", "message": "Hi, I need help.", "visitor_token": token}
}

// talk is the address of a conversation.
func talk(token string) string { return "/conversations/" + url.PathEscape(token) }

// start opens a conversation over HTTP, and gives its visitor.
func (s *shop) start(t *testing.T, token string) models.Principal {
	t.Helper()
	s.post(t, "/conversations", opening(token)).want(t, "start", http.StatusCreated, "")
	visitor, err := s.access.Visitor(t.Context(), s.site, token)
	if err != nil {
		t.Fatal(err)
	}
	return visitor
}

// answerAs posts as the team.
func (s *shop) answerAs(t *testing.T, visitor models.Principal, d chat.Draft) models.Message {
	t.Helper()
	m, err := s.chat.Post(t.Context(), s.owner, visitor.ConversationUID, d)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// message is one of a list, as a poller reads it.
type message struct {
	Direction, Body, Timestamp, Author, Type, Status string
	ID, Seq                                          int64
	ClientID                                         string `json:"client_id"`
	Attachments                                      []struct {
		ID          int64
		Filename    string
		ContentType string `json:"content_type"`
		Size        int64
		Width       *int
		Height      *int
		URL         string
	}
}

// messages reads a conversation; query is like "?since=…".
func (s *shop) messages(t *testing.T, token, query string) []message {
	t.Helper()
	a := s.get(t, talk(token)+"/messages"+query)
	if a.status != http.StatusOK {
		t.Fatalf("messages%s: %d %s", query, a.status, a.body)
	}
	var list []message
	if err := json.Unmarshal(a.body, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// count is how many conversations and messages the account holds.
func (s *shop) count(t *testing.T) (conversations, messages, contacts int64) {
	t.Helper()
	list, err := s.chat.Conversations(t.Context(), s.owner, chat.ConversationQuery{Page: models.Page{Limit: 100}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list.Rows {
		messages += c.MessageCount
	}
	people, err := s.chat.Contacts(t.Context(), s.owner, chat.ContactQuery{Page: models.Page{Limit: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return list.Total, messages, people.Total
}
