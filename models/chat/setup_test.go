package chat_test

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// shop is one account with its site, its owner and a service, on one database.
type shop struct {
	t      *testing.T
	store  *store.Store
	access *access.Service
	chat   *chat.Service
	bell   *recorder
	blobs  *shelf
	site   models.Site
	owner  models.Principal
	creds  access.Credentials
}

// each runs a test on both databases, with a shop of its own.
func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) { test(t, setup(t, db)) })
}

func setup(t *testing.T, db *store.Store) *shop {
	t.Helper()
	keys, err := access.New(access.Options{Store: db, Secret: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	s := &shop{t: t, store: db, access: keys, bell: &recorder{}, blobs: &shelf{kept: map[string][]byte{}}}
	s.chat = chat.New(chat.Options{Store: db, Bell: s.bell, Blobs: s.blobs, Identities: keys, Mint: keys})
	s.creds, s.site, s.owner = newAccount(t, keys)
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

// opening is a good one with the given token.
func opening(token string) chat.Opening {
	return chat.Opening{Name: "Jane Doe", Email: "jane@example.com", Message: "Hi, I need help.", VisitorToken: token}
}

// start opens a conversation and gives its visitor.
func (s *shop) start(token string) (models.Conversation, models.Principal) {
	s.t.Helper()
	c, err := s.chat.Start(s.t.Context(), s.site, opening(token))
	if err != nil {
		s.t.Fatal(err)
	}
	visitor, err := s.access.Visitor(s.t.Context(), s.site, token)
	if err != nil {
		s.t.Fatal(err)
	}
	return c, visitor
}

func (s *shop) post(who models.Principal, c models.Conversation, text string) models.Message {
	s.t.Helper()
	m, err := s.chat.Post(s.t.Context(), who, c.UID, chat.Draft{Content: text})
	if err != nil {
		s.t.Fatal(err)
	}
	return m
}

func (s *shop) reload(c models.Conversation) models.Conversation {
	s.t.Helper()
	fresh, err := s.chat.Conversation(s.t.Context(), s.owner, c.UID)
	if err != nil {
		s.t.Fatal(err)
	}
	return fresh
}

// transcript is what the visitor can read, as texts.
func (s *shop) transcript(visitor models.Principal) []string {
	s.t.Helper()
	messages, err := s.chat.Transcript(s.t.Context(), visitor, chat.TranscriptQuery{ConversationID: visitor.ConversationID})
	if err != nil {
		s.t.Fatal(err)
	}
	texts := []string{}
	for i, m := range messages {
		if m.PublicSeq == nil || *m.PublicSeq != int64(i+1) {
			s.t.Errorf("message %d has the public number %v", i+1, m.PublicSeq)
		}
		texts = append(texts, m.Content)
	}
	return texts
}

// events numbers what is committed and gives the types in the log, oldest first.
func (s *shop) events() []models.EventType {
	s.t.Helper()
	if _, err := s.store.Sequence(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	log, err := s.chat.EventsAfter(s.t.Context(), s.owner, 0, 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	types := []models.EventType{}
	for i, e := range log {
		if e.Pos == nil || *e.Pos != int64(i+1) {
			s.t.Errorf("event %d has the place %v", i+1, e.Pos)
		}
		types = append(types, e.Type)
	}
	return types
}

// recorder is a bell that remembers who rang.
type recorder struct {
	mu   sync.Mutex
	rung []models.Doorbell
}

func (r *recorder) Ring(d models.Doorbell) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rung = append(r.rung, d)
}

// take gives what rang since the last call.
func (r *recorder) take() []models.Doorbell {
	r.mu.Lock()
	defer r.mu.Unlock()
	rung := r.rung
	r.rung = nil
	return rung
}

// shelf keeps blobs in memory.
type shelf struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (s *shelf) Put(_ context.Context, key string, r io.Reader, _ int64) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[key] = b
	return err
}

func (s *shelf) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.kept[key]
	if !ok {
		return nil, models.ErrNotFound
	}
	return nopCloser{bytes.NewReader(b)}, nil
}

func (s *shelf) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, key)
	return nil
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept)
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

// soon waits for something that another goroutine does.
func soon(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline, tick := time.After(10*time.Second), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline:
			t.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}
