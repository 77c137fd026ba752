package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// file is a row on its way in.
func file(name string) models.Attachment {
	width := 640
	return models.Attachment{
		UID: models.NewUID(), StorageKey: unique("key"), Filename: name, ContentType: "image/png", Size: 123, Width: &width,
		CreatedAt: moment(),
	}
}

// wait stores a file that waits for its message.
func wait(t testing.TB, s *store.Store, who models.Principal, a models.Attachment) models.Attachment {
	t.Helper()
	Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateAttachment(ctx, who, &a) })
	return a
}

var files = map[string]func(*testing.T, *store.Store){
	"new files come with their message": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("without"))
		e := k.Says("")
		e.Files = []models.Attachment{file("one.png"), file("two.png")}
		p := post(t, s, k.Visitor, e)
		equal(t, "how many", len(p.Message.Attachments), 2)
		for i, a := range p.Message.Attachments {
			want := e.Files[i]
			want.ID, want.AccountID, want.ConversationID, want.MessageID = a.ID, c.Rows.Live.ID, &k.Conversation.ID, &p.Message.ID
			equal(t, "the file", a, want)
			found, err := s.Attachment(t.Context(), k.Visitor, p.Message.ID, a.ID)
			must(t, err)
			equal(t, "the file as found", found, want)
		}
		stored := c.messages(t, k)
		equal(t, "the message without", stored[0].Attachments, []models.Attachment{})
		equal(t, "the message with", stored[1], p.Message)
		equal(t, "the number", stored[1].Seq, 2)
	},
	"a retry with files stores them once": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		var first chat.Posted
		for i := range 2 {
			e := WithClientID(k.Says("look"), "a")
			e.Files = []models.Attachment{file("one.png")}
			p := post(t, s, k.Visitor, e)
			want := chat.Posted{Message: first.Message, Replayed: true}
			if i == 0 {
				first, want = p, chat.Posted{Message: p.Message, Status: models.StatusOpen}
			}
			equal(t, "the message", p, want)
		}
		equal(t, "stored", c.messages(t, k), []models.Message{first.Message})
	},
	"a file that waits is used once, in the order asked for": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		one, two := wait(t, s, c.Owner, file("one.png")), wait(t, s, c.Owner, file("two.png"))
		e := k.Answers(c.Owner, "here")
		e.Attachments = []models.UID{two.UID, one.UID}
		p := post(t, s, c.Owner, e)
		equal(t, "the first", p.Message.Attachments[0].UID, two.UID)
		equal(t, "the second", p.Message.Attachments[1].UID, one.UID)
		equal(t, "its conversation", *p.Message.Attachments[0].ConversationID, k.Conversation.ID)
		again := k.Answers(c.Owner, "again")
		again.Attachments = []models.UID{one.UID}
		_, err := s.Post(t.Context(), c.Owner, again)
		fails(t, "a used file", err, models.Invalid("attachments", "An attachment is unknown, used already, or not yours"))
		equal(t, "the messages", contents(c.messages(t, k)), []string{"here"})
	},
	"a file that is not to be had is to blame": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		old := file("old.png")
		old.CreatedAt = moment().Add(-25 * time.Hour)
		elsewhere := file("elsewhere.png")
		elsewhere.ConversationID = &other.Conversation.ID
		good := wait(t, s, c.Owner, file("good.png"))
		for what, bad := range map[string]models.UID{
			"unknown": models.NewUID(), "another account's": wait(t, s, stranger.Owner, file("theirs.png")).UID,
			"the sandbox's": wait(t, s, c.Sandbox, file("sandbox.png")).UID, "a day old": wait(t, s, c.Owner, old).UID,
			"another conversation's": wait(t, s, c.Owner, elsewhere).UID, "the same twice": good.UID,
		} {
			e := k.Answers(c.Owner, "here")
			e.Attachments = []models.UID{good.UID, bad}
			_, err := s.Post(t.Context(), c.Owner, e)
			if got := models.AsError(err); got.Code != models.CodeInvalid || got.Field != "attachments" {
				t.Errorf("%s: got %v", what, err)
			}
		}
		equal(t, "the messages", len(c.messages(t, k)), 0)
		equal(t, "the log", len(c.events(t)), 0)
		e := k.Answers(c.Owner, "here")
		e.Attachments = []models.UID{good.UID}
		equal(t, "the first number", post(t, s, c.Owner, e).Message.Seq, 1)
	},
	"of many that take one file one gets it": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		a := wait(t, s, c.Owner, file("one.png"))
		got := make(chan bool, 8)
		crowd(8, func(int) {
			e := k.Answers(c.Owner, "mine")
			e.Attachments = []models.UID{a.UID}
			_, err := s.Post(t.Context(), c.Owner, e)
			if err != nil && !models.HasCode(err, models.CodeInvalid) {
				t.Error(err)
			}
			got <- err == nil
		})
		winners := 0
		for range 8 {
			if <-got {
				winners++
			}
		}
		equal(t, "winners", winners, 1)
		isUnbroken(t, c.messages(t, k), 1)
	},
	"a visitor sees files of public messages of the own conversation": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		public, note := k.Answers(c.Owner, "here"), k.Notes(c.Owner, "secret")
		public.Files, note.Files = []models.Attachment{file("public.png")}, []models.Attachment{file("note.png")}
		shown, hidden := post(t, s, c.Owner, public).Message, post(t, s, c.Owner, note).Message
		find := func(who models.Principal, m, of models.Message) error {
			_, err := s.Attachment(t.Context(), who, m.ID, of.Attachments[0].ID)
			return err
		}
		must(t, find(k.Visitor, shown, shown))
		must(t, find(c.Owner, hidden, hidden))
		fails(t, "a note's file", find(k.Visitor, hidden, hidden), models.ErrNotFound)
		fails(t, "a note's file under a public message", find(k.Visitor, shown, hidden), models.ErrNotFound)
		fails(t, "a file under another message", find(c.Owner, shown, hidden), models.ErrNotFound)
		fails(t, "another visitor", find(other.Visitor, shown, shown), models.ErrNotFound)
		fails(t, "the sandbox", find(c.Sandbox, shown, shown), models.ErrNotFound)
	},
}
