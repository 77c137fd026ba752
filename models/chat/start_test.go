package chat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
)

func TestStartMakesContactConversationAndMessageAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		o := opening("token-1")
		o.Page, o.Locale, o.Subject = &models.WebPage{URL: "https://shop.example.com/cups"}, "de", "Cups"
		o.Custom = map[string]any{"plan": "gold"}
		c, err := s.chat.Start(s.t.Context(), s.site, o)
		if err != nil {
			t.Fatal(err)
		}
		got := s.reload(c)
		if got.Status != models.StatusOpen || got.Channel != models.ChannelChat || got.MessageCount != 1 || got.UnreadCount != 1 ||
			got.AuthorName != "Jane Doe" || got.Verified || got.Locale != "de" || *got.Subject != "Cups" || got.Page.URL != o.Page.URL ||
			got.Custom["plan"] != "gold" || got.LastMessagePreview != "Hi, I need help." {
			t.Errorf("the conversation is %+v", got)
		}
		if got.Contact == nil || *got.Contact.Email != "jane@example.com" || *got.Contact.FullName() != "Jane Doe" {
			t.Errorf("the contact is %+v", got.Contact)
		}
		want := []models.EventType{models.EventContactCreated, models.EventConversationCreated, models.EventMessageReceived}
		if types := s.events(); !slices.Equal(types, want) {
			t.Errorf("the log has %v, want %v", types, want)
		}
		rung := s.bell.take()
		if len(rung) != 1 || rung[0].Kind != models.BellMessage || rung[0].Seq != 1 || rung[0].Message.Content != "Hi, I need help." {
			t.Errorf("rang: %+v", rung)
		}
	})
}

func TestStartLooksForMistakesInTheContractsOrder(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		long, longToken := strings.Repeat("x", 10_001), strings.Repeat("é", 256)
		s.start("taken")
		rows := []struct {
			o    chat.Opening
			want *models.Error
		}{
			{chat.Opening{Email: "bad", Message: long, VisitorToken: longToken}, chat.ErrOpeningIncomplete},
			{chat.Opening{Name: " ", Email: "a@b.co", Message: "m", VisitorToken: "t"}, chat.ErrOpeningIncomplete},
			{chat.Opening{Name: "n", Email: "a@b.co", Message: "\u200b", VisitorToken: "t"}, chat.ErrOpeningIncomplete},
			{chat.Opening{Name: "n", Email: "a@b.co", Message: "m", VisitorToken: ""}, chat.ErrOpeningIncomplete},
			{chat.Opening{Name: "n", Email: "bad", Message: long, VisitorToken: longToken}, chat.ErrEmailInvalid},
			{chat.Opening{Name: "n", Email: "a@b.co", Message: long, VisitorToken: longToken}, models.ErrMessageTooLong},
			{chat.Opening{Name: "n", Email: "a@b.co", Message: "m", VisitorToken: longToken}, chat.ErrVisitorTokenTooLong},
			{chat.Opening{Name: "n", Email: "a@b.co", Message: "m", VisitorToken: "taken"}, models.ErrVisitorTokenTaken},
		}
		before := s.events()
		for _, r := range rows {
			if _, err := s.chat.Start(s.t.Context(), s.site, r.o); !errors.Is(err, r.want) {
				t.Errorf("%.60v: %v, want %v", r.o, err, r.want)
			}
		}
		if after := s.events(); len(after) != len(before) {
			t.Errorf("refused calls left %v behind", after[len(before):])
		}
		ok := opening(strings.Repeat("é", 255))
		ok.Message = strings.Repeat("漢", 10_000)
		if _, err := s.chat.Start(s.t.Context(), s.site, ok); err != nil {
			t.Errorf("the longest good opening: %v", err)
		}
	})
}

func TestTheSameOpeningAgainIsARetryAndAnotherAConflict(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		o := opening("token")
		o.ClientID = "first-try"
		first, err := s.chat.Start(s.t.Context(), s.site, o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := s.chat.Start(s.t.Context(), s.site, o)
		if err != nil || again.UID != first.UID {
			t.Errorf("the retry: %v, %v", again.UID, err)
		}
		o.ClientID = "another"
		if _, err := s.chat.Start(s.t.Context(), s.site, o); !errors.Is(err, models.ErrVisitorTokenTaken) {
			t.Errorf("another client id: %v", err)
		}
		if _, err := s.chat.Start(s.t.Context(), s.site, opening("token")); !errors.Is(err, models.ErrVisitorTokenTaken) {
			t.Errorf("no client id: %v", err)
		}
		if n := s.reload(first).MessageCount; n != 1 {
			t.Errorf("%d messages are stored", n)
		}
	})
}

func TestRacingOpeningsWithOneTokenMakeOneConversation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		var (
			wg        sync.WaitGroup
			mu        sync.Mutex
			made      int
			conflicts int
		)
		for i := range 16 {
			wg.Go(func() {
				o := opening("contested")
				o.ClientID = fmt.Sprint("racer-", i)
				_, err := s.chat.Start(s.t.Context(), s.site, o)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					made++
				case errors.Is(err, models.ErrVisitorTokenTaken):
					conflicts++
				default:
					t.Errorf("racer %d: %v", i, err)
				}
			})
		}
		wg.Wait()
		if made != 1 || conflicts != 15 {
			t.Errorf("%d made, %d conflicts", made, conflicts)
		}
		list, err := s.chat.Conversations(s.t.Context(), s.owner, chat.ConversationQuery{Page: models.Page{Limit: 20}})
		if err != nil || list.Total != 1 || list.Rows[0].MessageCount != 1 {
			t.Errorf("%d conversations, %v", list.Total, err)
		}
	})
}

func TestWhatAVisitorTypesChangesNoKnownContact(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		first, _ := s.start("one")
		o := opening("two")
		o.Name, o.Email = "Somebody Else", "JANE@example.com"
		second, err := s.chat.Start(s.t.Context(), s.site, o)
		if err != nil {
			t.Fatal(err)
		}
		if second.ContactID != first.ContactID {
			t.Error("the known e-mail made a second contact")
		}
		got := s.reload(second)
		if *got.Contact.FullName() != "Jane Doe" || got.AuthorName != "Somebody Else" || got.Verified {
			t.Errorf("contact %s, author %s, verified %v", *got.Contact.FullName(), got.AuthorName, got.Verified)
		}
	})
}

func TestAnIdentityCountsOnlyWithItsSignature(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		o := s.signed("signed", "customer-7")
		o.Identity.Hash = "wrong"
		if _, err := s.chat.Start(s.t.Context(), s.site, o); !errors.Is(err, chat.ErrIdentityWrong) {
			t.Errorf("a wrong signature: %v", err)
		}
		c, err := s.chat.Start(s.t.Context(), s.site, s.signed("signed", "customer-7"))
		if err != nil || !s.reload(c).Verified {
			t.Errorf("the right signature: %v, verified %v", err, c.Verified)
		}
		strict := s.site
		strict.IdentityRequired = true
		if _, err := s.chat.Start(s.t.Context(), strict, opening("unsigned")); !errors.Is(err, chat.ErrIdentityRequired) {
			t.Errorf("without identity where one is required: %v", err)
		}
	})
}

func TestTheSameTokenOnTwoSitesIsTwoConversations(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		first, _ := s.start("shared")
		_, otherSite, stranger := newAccount(t, s.access)
		second, err := s.chat.Start(s.t.Context(), otherSite, opening("shared"))
		if err != nil || second.UID == first.UID {
			t.Fatalf("%v, %v", second.UID, err)
		}
		if _, err := s.chat.Conversation(s.t.Context(), stranger, first.UID); !errors.Is(err, models.ErrConversationNotFound) {
			t.Errorf("another account reads the conversation: %v", err)
		}
		sandbox, err := s.access.Site(s.t.Context(), s.creds.TestSiteKey)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.access.Visitor(s.t.Context(), sandbox, "shared"); !errors.Is(err, models.ErrConversationNotFound) {
			t.Errorf("the sandbox knows the token: %v", err)
		}
	})
}

func TestTheConversationTokenOpensTheSameConversation(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("mine")
		token := s.access.ConversationToken(c.UID)
		byToken, err := s.access.Visitor(s.t.Context(), s.site, token)
		if err != nil || byToken.ConversationID != visitor.ConversationID || byToken.Name != "Jane Doe" {
			t.Errorf("%+v, %v", byToken, err)
		}
		_, otherSite, _ := newAccount(t, s.access)
		if _, err := s.access.Visitor(s.t.Context(), otherSite, token); !errors.Is(err, models.ErrConversationNotFound) {
			t.Errorf("the token works on another site: %v", err)
		}
	})
}

func TestKeysOpenTheirAccountUntilTheyAreRevokedOrUnknown(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		test, err := s.access.Key(s.t.Context(), s.creds.TestKey)
		if err != nil || test.AccountID == s.owner.AccountID || test.UserID != s.owner.UserID {
			t.Errorf("the test key opens account %d as user %d: %v", test.AccountID, test.UserID, err)
		}
		inbox, err := s.access.Key(s.t.Context(), s.creds.InboxKey)
		if err != nil || inbox.AccountID != s.owner.AccountID || !inbox.May(models.ScopeConversationsWrite) {
			t.Errorf("the inbox key: %+v, %v", inbox, err)
		}
		for _, wrong := range []string{"", s.creds.SiteKey, s.creds.LiveKey + "x", strings.ToUpper(s.creds.LiveKey), "sk_live_unknown"} {
			if _, err := s.access.Key(s.t.Context(), wrong); !errors.Is(err, models.ErrUnauthorized) {
				t.Errorf("Key(%q) = %v", wrong, err)
			}
		}
		if !s.access.StillStands(s.t.Context(), s.owner) {
			t.Error("a good key is said to have fallen")
		}
		if _, key, err := s.access.CreateKey(s.t.Context(), access.NewKey{Kind: models.KeyKindInbox, Scopes: []models.Scope{models.ScopeContactsRead}, Test: true}); err != nil || !strings.HasPrefix(key, "sf_test_v1_") {
			t.Errorf("CreateKey = %q, %v", key, err)
		} else if who, err := s.access.Key(s.t.Context(), key); err != nil || who.AccountID != test.AccountID || who.May(models.ScopeConversationsRead) {
			t.Errorf("the new key is %+v, %v", who, err)
		}
	})
}
