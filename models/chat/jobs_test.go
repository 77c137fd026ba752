package chat_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
)

// brokenShelf cannot delete until it is mended.
type brokenShelf struct {
	*shelf
	mended atomic.Bool
}

// Delete implements chat.Blobs.
func (b *brokenShelf) Delete(ctx context.Context, key string) error {
	if !b.mended.Load() {
		return errors.New("the disk is away")
	}
	return b.shelf.Delete(ctx, key)
}

// contact makes one of the shop's.
func (s *shop) contact(email string) models.Contact {
	s.t.Helper()
	c, err := s.chat.CreateContact(s.t.Context(), s.owner, chat.ContactInput{Email: models.Give(&email)})
	if err != nil {
		s.t.Fatal(err)
	}
	return c
}

func (s *shop) tells(c models.Contact, channel models.Channel, text string) models.Message {
	s.t.Helper()
	sent, err := s.chat.MessageContact(s.t.Context(), s.owner, chat.ContactRef{UID: &c.UID}, chat.Outreach{
		Channel: channel, Draft: chat.Draft{Content: text},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return sent.Message
}

// runner does what the shop queues.
func (s *shop) runner(now func() time.Time) *jobs.Runner {
	return jobs.New(jobs.Options{Store: s.store, Kinds: s.chat.Jobs(), Now: now})
}

// status is that of the last message of a conversation.
func (s *shop) status(conversation models.UID) models.MessageStatus {
	s.t.Helper()
	list, err := s.chat.Messages(s.t.Context(), s.owner, chat.MessageQuery{
		Conversation: conversation, Descending: true, Page: models.Page{Limit: 1},
	})
	if err != nil || len(list.Rows) == 0 {
		s.t.Fatal(list, err)
	}
	return list.Rows[0].Status
}

func TestTheRunnerBeginsAtOnceWithWhatIsQueued(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		var runner *jobs.Runner
		s.chat = chat.New(chat.Options{
			Store: s.store, Bell: s.bell, Blobs: s.blobs, Identities: s.access, Queued: func() { runner.Poke() },
		})
		runner = jobs.New(jobs.Options{Store: s.store, Kinds: s.chat.Jobs(), Poll: time.Hour}) // Poke wakes it
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- runner.Run(ctx) }()
		m := s.tells(s.contact("mara@shop.example"), models.ChannelSMS, "hello")
		soon(t, "the message fails", func() bool { return s.status(m.ConversationUID) == models.MessageFailed })
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func TestTwoRunnersTellOfAFailureOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		m := s.tells(s.contact("mara@shop.example"), models.ChannelSMS, "hello")
		before := len(s.events())
		done := make(chan error, 2)
		for range 2 {
			go func() { done <- s.runner(time.Now).Work(t.Context()) }()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if s.status(m.ConversationUID) != models.MessageFailed {
			t.Error("the message did not fail")
		}
		if told := s.events()[before:]; len(told) != 1 || told[0] != models.EventConversationUpdated {
			t.Errorf("told of: %v", told)
		}
	})
}

func TestBytesThatCannotBeDeletedNowAreDeletedLater(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		s := setup(t, db)
		broken := &brokenShelf{shelf: s.blobs}
		s.chat = chat.New(chat.Options{Store: db, Bell: s.bell, Blobs: broken, Identities: s.access})
		var ahead atomic.Int64
		runner := s.runner(func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) })
		c, visitor := s.start("t")
		_, err := s.chat.Post(t.Context(), visitor, c.UID, chat.Draft{Files: []chat.Upload{{Filename: "a.txt", Body: strings.NewReader("hello")}}})
		if err != nil {
			t.Fatal(err)
		}
		contact := s.reload(c).Contact.UID
		if err := s.chat.EraseContact(t.Context(), s.owner, chat.ContactRef{UID: &contact}); err != nil {
			t.Fatal(err)
		}
		if err := runner.Work(t.Context()); err != nil || s.blobs.count() != 1 {
			t.Fatalf("with a broken disk: %v, %d files", err, s.blobs.count())
		}
		broken.mended.Store(true)
		if err := runner.Work(t.Context()); err != nil || s.blobs.count() != 1 {
			t.Errorf("tried again at once: %v, %d files", err, s.blobs.count())
		}
		ahead.Store(int64(time.Minute))
		if err := runner.Work(t.Context()); err != nil || s.blobs.count() != 0 {
			t.Errorf("after a while: %v, %d files", err, s.blobs.count())
		}
	})
}

func TestAFileThatIsRefusedByTheDatabaseLeavesNoBytes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		nobody := s.owner
		nobody.UserID = 1 << 40
		if _, err := s.chat.Upload(t.Context(), nobody, chat.Upload{Filename: "a.txt", Body: strings.NewReader("hello")}); err == nil {
			t.Error("a user who is not there uploads")
		}
		if s.blobs.count() != 0 {
			t.Errorf("%d files remain", s.blobs.count())
		}
	})
}
