package storetest

import (
	"errors"
	"reflect"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

func TestSQLiteDoesWhatEveryStoreMust(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T) *store.Store { return Open(t, SQLite) })
}

func TestPostgreSQLDoesWhatEveryStoreMust(t *testing.T) {
	t.Parallel()
	conform(t, func(t *testing.T) *store.Store { return Open(t, Postgres) })
}

// conform is what every store must do. Open gives each test an empty, migrated store.
func conform(t *testing.T, open func(t *testing.T) *store.Store) {
	t.Helper()
	for _, part := range []map[string]func(*testing.T, *store.Store){
		credentials, posting, crowds, files, reading, searching, writing, labelling, transactions, isolation, sequencing,
		indexing, reporting,
		contacts, desks, knowing, queued, team, replies, webhooks, inboxes, channels, receipts, articles, assisting, answering,
		turns, paths, noticing, visiting, exemplary, filling,
	} {
		for name, test := range part {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, open(t))
			})
		}
	}
}

// equal fails the test unless both are the same.
func equal[T any](t testing.TB, what string, got, want T) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%s: got %+v, want %+v", what, got, want)
	}
}

// fails wants an error, and this one.
func fails(t testing.TB, what string, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// conflicts wants an error of code conflict.
func conflicts(t testing.TB, what string, err error) {
	t.Helper()
	if !models.HasCode(err, models.CodeConflict) {
		t.Errorf("%s: got error %v, want a conflict", what, err)
	}
}

// post stores a message that must be stored.
func post(t testing.TB, s *store.Store, who models.Principal, e chat.Entry) chat.Posted {
	t.Helper()
	p, err := s.Post(t.Context(), who, e)
	must(t, err)
	return p
}

// conversation reads one that must be there.
func (c Company) conversation(t testing.TB, k Talk) models.Conversation {
	t.Helper()
	got, err := c.Store.Conversation(t.Context(), c.Owner, k.Conversation.UID)
	must(t, err)
	return got
}

// messages are all of a conversation's, notes included.
func (c Company) messages(t testing.TB, k Talk) []models.Message {
	t.Helper()
	list, err := c.Store.Messages(t.Context(), c.Owner, chat.MessageQuery{
		Conversation: k.Conversation.UID, Page: models.Page{Limit: 10_000},
	})
	must(t, err)
	return list.Rows
}

// events places what is waiting and reads the whole log.
func (c Company) events(t testing.TB) []models.Event {
	t.Helper()
	_, err := c.Store.Sequence(t.Context())
	must(t, err)
	all, err := c.Store.EventsAfter(t.Context(), c.Owner, 0, 10_000)
	must(t, err)
	return all
}

// types are the events' types in their order.
func types(events []models.Event) []models.EventType {
	all := make([]models.EventType, len(events))
	for i, e := range events {
		all[i] = e.Type
	}
	return all
}

// contents are the messages' texts in their order.
func contents(messages []models.Message) []string {
	all := make([]string, len(messages))
	for i, m := range messages {
		all[i] = m.Content
	}
	return all
}
