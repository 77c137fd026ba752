package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

var someReaders = []string{"one", "two"}

// finished is a conversation of two messages and a note, which was closed and rated.
func (c Company) finished(t testing.TB, at time.Time, contact *models.Contact) chat.Filled {
	t.Helper()
	message := func(by models.AuthorKind, text string, after time.Duration) models.Message {
		m := models.Message{
			UID: models.NewUID(), AuthorKind: by, Author: "Somebody", MessageType: models.TypeText, Content: text,
			Status: models.MessageReceived, CreatedAt: at.Add(after),
		}
		if by == models.ByUser {
			m.UserID = &c.Owner.UserID
		}
		return m
	}
	note := message(models.ByUser, "a note", time.Second)
	note.Internal = true
	first := message(models.ByContact, "Where is my axolotl?", 0)
	first.Attachments = []models.Attachment{file(unique("photo") + ".png")}
	closed := at.Add(time.Minute)
	zero := int64(0)
	return chat.Filled{
		Contact: contact,
		Conversation: models.Conversation{
			UID: models.NewUID(), Channel: models.ChannelEmail, Status: models.StatusClosed, Priority: models.PriorityNormal, AuthorName: "Jane",
			Locale: "en", ClosedAt: &closed, ResolveCount: 1, AgentReadSeq: 2, CreatedAt: at, UpdatedAt: closed,
		},
		Messages: []models.Message{first, note, message(models.ByUser, "Here it is.", 2*time.Second)},
		Ratings:  []models.Rating{{UID: models.NewUID(), ResolveCount: 1, Score: 4, CreatedAt: closed}},
		Changes:  []models.StatusChange{{Status: models.StatusClosed, OpenedAt: at, CreatedAt: closed}},
		Events: []models.Event{
			{UID: models.NewUID(), Type: models.EventConversationCreated, ActorKind: models.KindChannel, CreatedAt: at},
			{UID: models.NewUID(), Type: models.EventMessageReceived, ActorKind: models.KindChannel, MessageID: &zero, CreatedAt: at},
		},
	}
}

func newContact(at time.Time) *models.Contact {
	c := contactNamed(unique("filled") + "@example.com")
	c.CreatedAt, c.UpdatedAt = at, at
	return &c
}

// places are the places in the log of an account, and where its readers are.
func (c Company) places(t testing.TB) (places []int64, readers map[string]int64) {
	t.Helper()
	events, err := c.Store.EventsAfter(t.Context(), c.Owner, 0, 1000)
	must(t, err)
	for _, e := range events {
		places = append(places, *e.Pos)
	}
	readers = map[string]int64{}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		for _, name := range someReaders {
			pos, _, err := tx.TakeCursor(ctx, c.Owner, name)
			if err != nil {
				return err
			}
			readers[name] = pos
		}
		return nil
	})
	return places, readers
}

var filling = map[string]func(*testing.T, *store.Store){
	"what is filled in counts as if it had been posted": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		at := moment().Add(-time.Hour)
		shared := newContact(at)
		rows := []chat.Filled{c.finished(t, at, shared), c.finished(t, at.Add(time.Minute), shared)}
		must(t, s.Fill(t.Context(), c.Owner, someReaders, rows))
		got, err := s.Conversation(t.Context(), c.Owner, rows[0].Conversation.UID)
		must(t, err)
		equal(t, "the numbers", []int64{got.Seq, got.PublicSeq, got.MessageCount, got.UnreadCount}, []int64{3, 2, 2, 0})
		equal(t, "the preview", got.LastMessagePreview, "Here it is.")
		equal(t, "who wrote last", got.LastMessageBy, models.ByUser)
		equal(t, "the first answer", got.FirstResponseAt.UTC(), at.Add(2*time.Second).UTC())
		equal(t, "the contact", got.ContactID, rows[1].Conversation.ContactID)
		list, err := s.Messages(t.Context(), c.Owner, chat.MessageQuery{Conversation: got.UID, Page: hundred})
		must(t, err)
		equal(t, "messages", len(list.Rows), 3)
		equal(t, "files", len(list.Rows[0].Attachments), 1)
		equal(t, "the public number of a note", list.Rows[1].PublicSeq, nil)
		next := post(t, s, c.Owner, chat.Entry{Conversation: got.UID, Now: moment(), Message: models.Message{
			UID: models.NewUID(), AuthorKind: models.ByUser, UserID: &c.Owner.UserID, Author: "O", MessageType: models.TypeText, Content: "More", Status: models.MessageSent,
		}})
		equal(t, "what comes after it", []int64{next.Message.Seq, *next.Message.PublicSeq}, []int64{4, 3})
		Index(t, s)
		found, err := s.Search(t.Context(), c.Owner, chat.SearchQuery{Text: "axolotl", Kinds: []models.SearchKind{models.SearchMessage}, Limit: 10})
		must(t, err)
		equal(t, "found", len(found.Messages.Rows), 2)
	},
	"a contact that there is gets another conversation": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		at := moment().Add(-time.Hour)
		known := newContact(at)
		must(t, s.Fill(t.Context(), c.Owner, nil, []chat.Filled{c.finished(t, at, known)}))
		spoke := at.Add(time.Minute)
		known.LastContacted = &spoke
		again := []chat.Filled{c.finished(t, at.Add(time.Minute), known)}
		must(t, s.Fill(t.Context(), c.Owner, nil, again))
		equal(t, "its contact", again[0].Conversation.ContactID, known.ID)
		equal(t, "last contacted", c.contact(t, known.UID).LastContacted.UTC(), spoke.UTC())
	},
	"the log has no hole, and its readers are told nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		at := moment().Add(-time.Hour)
		must(t, s.Fill(t.Context(), c.Owner, someReaders, []chat.Filled{c.finished(t, at, newContact(at))}))
		must(t, s.Fill(t.Context(), c.Owner, someReaders, []chat.Filled{c.finished(t, at, newContact(at))}))
		places, readers := c.places(t)
		equal(t, "places", places, []int64{1, 2, 3, 4})
		equal(t, "readers", readers, map[string]int64{"one": 4, "two": 4})
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("Hello"))
		_, err := s.Sequence(t.Context())
		must(t, err)
		places, _ = c.places(t)
		equal(t, "what happens next", places[len(places)-1], int64(len(places)))
	},
	"where a reader lags, the log is left alone": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("Hello"))
		_, err := s.Sequence(t.Context())
		must(t, err)
		before, _ := c.places(t)
		at := moment().Add(-time.Hour)
		must(t, s.Fill(t.Context(), c.Owner, someReaders, []chat.Filled{c.finished(t, at, newContact(at))}))
		after, readers := c.places(t)
		equal(t, "places", after, before)
		equal(t, "readers", readers, map[string]int64{"one": 0, "two": 0})
		_, head, err := s.EventSpan(t.Context(), c.Owner)
		must(t, err)
		equal(t, "the head", head, before[len(before)-1])
	},
	"nothing is filled in for a visitor, and a broken set leaves nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		at := moment().Add(-time.Hour)
		fails(t, "a visitor", s.Fill(t.Context(), k.Visitor, nil, []chat.Filled{c.finished(t, at, newContact(at))}), models.ErrForbidden)
		twice := c.finished(t, at, newContact(at))
		broken := c.finished(t, at, newContact(at))
		broken.Conversation.UID = twice.Conversation.UID
		conflicts(t, "two of one name", s.Fill(t.Context(), c.Owner, nil, []chat.Filled{twice, broken}))
		_, err := s.Conversation(t.Context(), c.Owner, twice.Conversation.UID)
		fails(t, "the first one", err, models.ErrConversationNotFound)
	},
}
