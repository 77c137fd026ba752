package chat_test

import (
	"slices"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// diary wants what each act appends to the log.
type diary struct {
	*shop
	told int
}

func (d *diary) tells(act string, want ...models.EventType) {
	d.t.Helper()
	all := d.events()
	if got := all[d.told:]; !slices.Equal(got, want) {
		d.t.Errorf("%s tells %v, want %v", act, got, want)
	}
	d.told = len(all)
}

// These tests run acts one after the other: each appends exactly its events to the log;
// done again, or refused, it appends nothing.

func TestEveryActOfATalkTellsOfItselfOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		ctx := t.Context()
		tells := (&diary{shop: s}).tells
		c, visitor := s.start("token")
		tells("starting", models.EventContactCreated, models.EventConversationCreated, models.EventMessageReceived)
		_, err := s.chat.Start(ctx, s.site, opening("token"))
		refused(t, "starting again", err)
		tells("starting again")
		for range 2 {
			_, err := s.chat.Post(ctx, visitor, c.UID, chat.Draft{Content: "again", ClientID: "one"})
			must(t, err)
		}
		tells("a message sent twice", models.EventMessageReceived)
		_, err = s.chat.Post(ctx, s.owner, c.UID, chat.Draft{Content: "answer"})
		must(t, err)
		tells("an answer", models.EventMessageSent)
		_, err = s.chat.Post(ctx, s.owner, c.UID, chat.Draft{Content: "for us", Internal: true})
		must(t, err)
		tells("a note", models.EventNoteCreated)
		_, err = s.chat.Post(ctx, s.owner, c.UID, chat.Draft{})
		refused(t, "an empty message", err)
		tells("an empty message")
		for range 2 {
			_, err := s.chat.MarkRead(ctx, visitor, c.UID, 3)
			must(t, err)
		}
		tells("the visitor reading", models.EventMessageRead)
		for range 2 {
			_, err := s.chat.MarkRead(ctx, s.owner, c.UID, 0)
			must(t, err)
		}
		tells("the team reading", models.EventConversationUpdated)
	})
}

func TestEveryActOnAConversationTellsOfItselfOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		ctx := t.Context()
		c, visitor := s.start("token")
		tells := (&diary{shop: s, told: len(s.events())}).tells
		var err error
		for range 2 {
			_, err := s.chat.Assign(ctx, s.owner, c.UID, chat.Assignment{To: &s.owner.UserUID})
			must(t, err)
		}
		tells("assigning", models.EventConversationAssigned)
		for range 2 {
			_, err := s.chat.Label(ctx, s.owner, c.UID, []string{"urgent"}, chat.LabelAdd)
			must(t, err)
		}
		tells("labelling", models.EventConversationUpdated)
		for range 2 {
			_, err := s.chat.Resolve(ctx, s.owner, c.UID, chat.Resolution{Reason: models.ReasonSpam})
			must(t, err)
		}
		tells("resolving", models.EventConversationResolved)
		must(t, s.chat.Rate(ctx, visitor, 5, "fine"))
		refused(t, "rating again", s.chat.Rate(ctx, visitor, 5, "fine"))
		tells("rating", models.EventRatingCreated)
		_, err = s.chat.Archive(ctx, s.owner, c.UID)
		must(t, err)
		tells("archiving", models.EventConversationUpdated)
		for range 2 {
			_, err = s.chat.Reopen(ctx, s.owner, c.UID)
			must(t, err)
		}
		tells("reopening", models.EventConversationReopened)
		ref := chat.ContactRef{UID: &c.Contact.UID}
		must(t, s.chat.EraseContact(ctx, s.owner, ref))
		refused(t, "erasing again", s.chat.EraseContact(ctx, s.owner, ref))
		tells("erasing", models.EventContactDeleted)
	})
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error) {
	t.Helper()
	if err == nil {
		t.Errorf("%s was not refused", what)
	}
}
