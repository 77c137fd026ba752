package chat_test

import (
	"errors"
	"slices"
	"sync"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestTakingOverIsToldOnceAndMakesTheConversationAPersons(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		for range 2 {
			got := done(t)(s.chat.TakeOver(t.Context(), s.owner, c.UID))
			if !got.TakenOver || got.AssistantActive || got.InboxStatus() != models.InboxInProgress {
				t.Errorf("taken over: %+v", got)
			}
		}
		for range 2 {
			got := done(t)(s.chat.Release(t.Context(), s.owner, c.UID))
			if got.TakenOver || got.AssistantActive || got.InboxStatus() != models.InboxOpen {
				t.Errorf("released, where there is no assistant: %+v", got)
			}
		}
		want := []models.EventType{models.EventConversationUpdated, models.EventConversationUpdated}
		if types := s.events()[3:]; !slices.Equal(types, want) {
			t.Errorf("the log has %v, want %v", types, want)
		}
		if texts := s.transcript(visitor); len(texts) != 1 {
			t.Errorf("the visitor reads %q", texts)
		}
		if _, err := s.chat.TakeOver(t.Context(), s.owner, models.NewUID()); !errors.Is(err, models.ErrConversationNotFound) {
			t.Errorf("an unknown one: %v", err)
		}
		if _, err := s.chat.Release(t.Context(), visitor, c.UID); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("a visitor: %v", err)
		}
	})
}

func TestAnEventOfATakeOverTellsWhatChanged(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("t")
		done(t)(s.chat.TakeOver(t.Context(), s.owner, c.UID))
		s.events()
		log, err := s.chat.EventsAfter(t.Context(), s.owner, 3, 10)
		if err != nil || len(log) != 1 {
			t.Fatalf("the log has %+v, %v", log, err)
		}
		e := log[0]
		if e.Detail["taken_over"] != true || e.Detail["assistant_active"] != false || e.ConversationID == nil || *e.ConversationID != c.ID {
			t.Errorf("the event is %+v", e)
		}
	})
}

func TestResolvingMayKeepTheReasonThatSomebodyGave(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("t")
		done(t)(s.chat.Resolve(t.Context(), s.owner, c.UID, chat.Resolution{Reason: models.ReasonSpam, KeepReason: true}))
		got := done(t)(s.chat.Resolve(t.Context(), s.owner, c.UID, chat.Resolution{Reason: models.ReasonIssueResolved, KeepReason: true}))
		if *got.ResolutionReason != models.ReasonSpam || len(s.events()) != 4 {
			t.Errorf("resolved again: %s, %v", *got.ResolutionReason, s.events())
		}
	})
}

// kinds are the channels that need no setting up, by their kind.
func (s *shop) kinds() map[models.Channel]models.UID {
	s.t.Helper()
	account, err := s.store.Account(s.t.Context(), s.owner)
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[models.Channel]models.UID{}
	for _, kind := range models.Channels() {
		all[kind] = models.UnconfiguredChannel(account.UID, kind)
	}
	return all
}

func TestChatAndAPINeedNoSettingUp(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		listed, err := s.chat.InboxChannels(t.Context(), s.owner)
		if err != nil || len(listed) != 2 {
			t.Fatalf("the channels are %+v, %v", listed, err)
		}
		for i, kind := range []models.Channel{models.ChannelChat, models.ChannelAPI} {
			if listed[i].Kind != kind || listed[i].UID != s.kinds()[kind] {
				t.Errorf("%+v is listed in place %d", listed[i], i)
			}
		}
		_, visitor := s.start("t")
		if _, err := s.chat.InboxChannels(t.Context(), visitor); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("a visitor: %v", err)
		}
	})
}

func TestComposingMakesTheContactOnceAndTheConversationAsTheChannelWants(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		kinds := s.kinds()
		compose := func(kind models.Channel, subject string) models.ContactMessage {
			t.Helper()
			sent, err := s.chat.Compose(t.Context(), s.owner, chat.Composition{
				Channel: kinds[kind], To: chat.Sender{Email: "Tom@Shop.example", Name: "Tom Berg"}, Subject: subject, Content: "Hello",
			})
			if err != nil {
				t.Fatal(err)
			}
			return sent
		}
		first := compose(models.ChannelEmail, "")
		if *first.Contact.Email != "tom@shop.example" || *first.Contact.FirstName != "Tom" || first.Contact.LastContacted == nil {
			t.Errorf("the contact is %+v", first.Contact)
		}
		want := []models.EventType{
			models.EventContactCreated, models.EventConversationCreated, models.EventMessageSent, models.EventMessageSent,
			models.EventConversationCreated, models.EventMessageSent, models.EventConversationCreated, models.EventMessageSent,
			models.EventMessageSent,
		}
		again, letter := compose(models.ChannelEmail, ""), compose(models.ChannelEmail, "An offer")
		text := compose(models.ChannelSMS, "An offer")
		more := compose(models.ChannelSMS, "Another offer")
		if again.Message.ConversationID != first.Message.ConversationID || letter.Message.ConversationID == first.Message.ConversationID {
			t.Error("only a subject begins a conversation of its own on e-mail")
		}
		if more.Message.ConversationID != text.Message.ConversationID || text.Contact.ID != first.Contact.ID {
			t.Error("a text message goes on with the one thread")
		}
		if types := s.events(); !slices.Equal(types, want) {
			t.Errorf("the log has %v, want %v", types, want)
		}
		c, err := s.chat.InboxConversation(t.Context(), s.owner, letter.Message.ConversationUID)
		if err != nil || *c.Subject != "An offer" || c.InboxStatus() != models.InboxAwaitingContact || c.ChannelUID != kinds[models.ChannelEmail] {
			t.Errorf("the letter's conversation is %+v, %v", c, err)
		}
	})
}

func TestTwoWhoComposeToTheSameStrangerAtOnceBothSucceed(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		channel := s.kinds()[models.ChannelWhatsApp]
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				_, err := s.chat.Compose(t.Context(), s.owner, chat.Composition{
					Channel: channel, To: chat.Sender{Phone: "+14155550142"}, Content: "Hello",
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		page, err := s.chat.Inbox(t.Context(), s.owner, chat.InboxQuery{Limit: 10})
		if err != nil || len(page.Conversations) != 1 || page.Conversations[0].MessageCount != 4 || page.Next != nil {
			t.Errorf("the inbox is %+v, %v", page, err)
		}
	})
}

func TestWhatCannotBeComposedLeavesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		email, status := "blocked@shop.example", models.ContactBlocked
		blocked, err := s.chat.CreateContact(t.Context(), s.owner, chat.ContactInput{Email: models.Give(&email), Status: &status})
		if err != nil {
			t.Fatal(err)
		}
		before := len(s.events())
		good := chat.Composition{Channel: s.kinds()[models.ChannelAPI], To: chat.Sender{Email: "new@shop.example"}, Content: "Hello"}
		unknown := models.NewUID()
		for field, spoil := range map[string]func(c *chat.Composition){
			"content": func(c *chat.Composition) { c.Content = " " }, "channel_id": func(c *chat.Composition) { c.Channel = unknown },
			"contact.id": func(c *chat.Composition) { c.To.Contact = &unknown }, "contact": func(c *chat.Composition) { c.To = chat.Sender{Name: "X"} },
			"contact.email": func(c *chat.Composition) { c.To.Email = "nobody" }, "contact.phone": func(c *chat.Composition) { c.To.Phone = "12" },
			"subject": func(c *chat.Composition) { c.Subject = "a\x00b" },
		} {
			c := good
			spoil(&c)
			if _, err := s.chat.Compose(t.Context(), s.owner, c); models.AsError(err).Field != field || !models.HasCode(err, models.CodeInvalid) {
				t.Errorf("%s: %v", field, err)
			}
		}
		good.To = chat.Sender{Contact: &blocked.UID}
		if _, err := s.chat.Compose(t.Context(), s.owner, good); !errors.Is(err, chat.ErrContactBlocked) {
			t.Errorf("to a blocked contact: %v", err)
		}
		if after := s.events(); len(after) != before {
			t.Errorf("something happened: %v", after[before:])
		}
	})
}

func TestTheInboxTellsWhereItGoesOn(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		for _, token := range []string{"a", "b", "c"} {
			s.start(token)
		}
		page, err := s.chat.Inbox(t.Context(), s.owner, chat.InboxQuery{Limit: 2})
		if err != nil || len(page.Conversations) != 2 || page.Next == nil {
			t.Fatalf("the first page is %+v, %v", page, err)
		}
		page, err = s.chat.Inbox(t.Context(), s.owner, chat.InboxQuery{Limit: 2, After: page.Next})
		if err != nil || len(page.Conversations) != 1 || page.Next != nil {
			t.Errorf("the last page is %+v, %v", page, err)
		}
		if _, err := s.chat.Inbox(t.Context(), s.owner, chat.InboxQuery{Limit: 2, Search: string(make([]rune, 201))}); models.AsError(err).Field != "q" {
			t.Errorf("too long a search: %v", err)
		}
		if _, err := s.chat.InboxConversation(t.Context(), s.owner, models.NewUID()); !errors.Is(err, models.ErrConversationNotFound) {
			t.Errorf("an unknown one: %v", err)
		}
	})
}
