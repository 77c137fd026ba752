package assistant_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/server/assistant"
)

// front is a site with an assistant: the real service on one database, a runner of jobs,
// and an engine that a test writes the part of.
type front struct {
	*testing.T
	store     *store.Store
	access    *access.Service
	chat      *chat.Service
	bell      *chime
	script    *script
	site      models.Site
	owner     models.Principal
	creds     access.Credentials
	assistant models.Assistant

	mu  sync.Mutex
	now time.Time
}

// script is an engine that plays a part, call by call; the last one goes on.
type script struct {
	mu    sync.Mutex
	parts []func(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error)
	asked []assistant.Ask
}

type part = func(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error)

// Answer implements assistant.Engine.
func (s *script) Answer(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
	s.mu.Lock()
	n := len(s.asked)
	s.asked = append(s.asked, ask)
	play := s.parts[min(n, len(s.parts)-1)]
	s.mu.Unlock()
	return play(ctx, ask, emit)
}

func (s *script) asks() []assistant.Ask {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]assistant.Ask{}, s.asked...)
}

func (s *script) play(parts ...part) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts, s.asked = parts, nil
}

// replies says these pieces.
func replies(pieces ...string) part {
	return func(_ context.Context, _ assistant.Ask, emit func(string)) (assistant.Answer, error) {
		for _, p := range pieces {
			emit(p)
		}
		return assistant.Answer{
			Text: strings.Join(pieces, ""), KnewIt: true, Model: "script", Usage: assistant.Usage{InputTokens: 1000, OutputTokens: 500},
		}, nil
	}
}

// fails does not answer.
func fails(err error) part {
	return func(context.Context, assistant.Ask, func(string)) (assistant.Answer, error) {
		return assistant.Answer{}, err
	}
}

// breaks begins an answer, and goes no further.
func breaks(err error) part {
	return func(_ context.Context, _ assistant.Ask, emit func(string)) (assistant.Answer, error) {
		emit("Well, ")
		return assistant.Answer{Usage: assistant.Usage{InputTokens: 1000, OutputTokens: 2}, Model: "script"}, err
	}
}

// leaves hands off.
func leaves(knew bool, text string) part {
	return func(context.Context, assistant.Ask, func(string)) (assistant.Answer, error) {
		return assistant.Answer{Text: text, Handoff: true, KnewIt: knew}, nil
	}
}

// chime is a bell that remembers who rang.
type chime struct {
	mu   sync.Mutex
	rung []models.Doorbell
}

// Ring implements chat.Bell.
func (c *chime) Ring(d models.Doorbell) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rung = append(c.rung, d)
}

// of gives those of one kind.
func (c *chime) of(kind models.DoorbellKind) []models.Doorbell {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []models.Doorbell
	for _, d := range c.rung {
		if d.Kind == kind {
			all = append(all, d)
		}
	}
	return all
}

// shelves keep no files.
type shelves struct{}

func (shelves) Put(context.Context, string, io.Reader, int64) error { return nil }
func (shelves) Open(context.Context, string) (io.ReadSeekCloser, error) {
	return nil, models.ErrNotFound
}
func (shelves) Delete(context.Context, string) error { return nil }

// postbox counts letters.
type postbox struct{}

func (postbox) Send(context.Context, models.Mail) error { return nil }
func (postbox) MessageID(models.UID) string             { return "" }

func settingsOfFront() models.AssistantSettings {
	return models.AssistantSettings{
		Name: "Robin", SystemPrompt: "You work for {{company}}.", FirstMessage: "Hello from {{company}}!", Knowledge: true, Handoff: true,
		Variables: map[string]string{"company": "TechFlow", "unused": "variable-secret"}, Price: models.Price{Input: 2, Output: 6},
	}
}

// eachFront runs a test on both databases.
func eachFront(t *testing.T, test func(f *front)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(newFront(t, s)) })
}

func newFront(t *testing.T, s *store.Store) *front {
	t.Helper()
	f := &front{T: t, store: s, bell: &chime{}, script: &script{}, now: time.Now()}
	f.script.play(replies("Hello."))
	var err error
	f.access, err = access.New(access.Options{
		Store: s, Secret: []byte(strings.Repeat("k", 32)), Cost: &argon2id.Params{Memory: 64, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32},
	})
	f.must(err)
	f.chat = chat.New(chat.Options{
		Store: s, Bell: f.bell, Blobs: shelves{}, Identities: f.access, Mint: f.access, Mailer: postbox{}, Notices: f.access, Now: f.clock,
	})
	f.creds, err = f.access.CreateAccount(t.Context(), access.NewAccount{Password: "correct horse"})
	f.must(err)
	f.owner, err = f.access.Key(t.Context(), f.creds.LiveKey)
	f.must(err)
	f.assistant, err = f.chat.CreateAssistant(t.Context(), f.owner, settingsOfFront(), true)
	f.must(err)
	f.set(chat.SiteChange{Assistant: models.Give(&f.assistant.UID)})
	return f
}

func (f *front) must(err error) {
	f.Helper()
	if err != nil {
		f.Fatal(err)
	}
}

func (f *front) clock() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *front) later(by time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(by)
}

// set changes the site.
func (f *front) set(change chat.SiteChange) {
	f.Helper()
	site, err := f.access.Site(f.Context(), f.creds.SiteKey)
	f.must(err)
	f.site, err = f.chat.UpdateSite(f.Context(), f.owner, site.UID, change)
	f.must(err)
}

// limit publishes limits.
func (f *front) limit(l models.AssistantLimits) {
	f.Helper()
	_, err := f.chat.EditAssistant(f.Context(), f.owner, f.assistant.UID, func(s *models.AssistantSettings) error {
		s.Limits = l
		return nil
	})
	f.must(err)
	_, err = f.chat.PublishAssistant(f.Context(), f.owner, f.assistant.UID)
	f.must(err)
}

// talkTo begins a conversation, as a visitor whose browser speaks a language.
func (f *front) talkTo(token, locale, message string) (models.Conversation, models.Principal) {
	f.Helper()
	c, err := f.chat.Start(f.Context(), f.site, chat.Opening{
		Name: "Jane Doe", Email: token + "@example.com", Message: message, VisitorToken: token, Locale: locale,
	})
	f.must(err)
	visitor, err := f.access.Visitor(f.Context(), f.site, token)
	f.must(err)
	f.later(time.Millisecond) // what is due is due from now on
	return c, visitor
}

func (f *front) post(who models.Principal, c models.Conversation, text string) models.Message {
	f.Helper()
	m, err := f.chat.Post(f.Context(), who, c.UID, chat.Draft{Content: text})
	f.must(err)
	f.later(time.Millisecond)
	return m
}

func (f *front) reload(c models.Conversation) models.Conversation {
	f.Helper()
	fresh, err := f.chat.Conversation(f.Context(), f.owner, c.UID)
	f.must(err)
	return fresh
}

// said is what the visitor reads of the assistant's.
func (f *front) said(c models.Conversation) []models.Message {
	f.Helper()
	all, err := f.chat.Transcript(f.Context(), f.owner, chat.TranscriptQuery{ConversationID: c.ID})
	f.must(err)
	var said []models.Message
	for _, m := range all {
		if m.AuthorKind == models.ByAssistant || m.AuthorKind == models.BySystem {
			said = append(said, m)
		}
	}
	return said
}

// runner makes one of a node's.
func (f *front) runner() *jobs.Runner { return f.runnerOn(f.store) }

func (f *front) runnerOn(db jobs.Store) *jobs.Runner {
	desk := assistant.NewDesk(assistant.Options{
		Chat: f.chat, Upstream: f.script, BuiltIn: assistant.Builtin{}, Knowledge: assistant.Retrieval{Library: f.chat},
	})
	return jobs.New(jobs.Options{Store: db, Kinds: assistant.Visitors{Desk: desk}.Jobs(), Now: f.clock, Poll: 10 * time.Millisecond})
}

// work does what is due, whatever time that takes.
func (f *front) work() {
	f.Helper()
	for range 5 {
		f.must(f.runner().Work(f.Context()))
		f.later(10 * time.Second) // for what is to be tried again
	}
}

// usage is that of today.
func (f *front) usage() models.AssistantUsage {
	f.Helper()
	r, err := f.chat.Report(f.Context(), f.owner, chat.ReportAsk{})
	f.must(err)
	return r.Assistant
}

var errBroken = errors.New("broken")
