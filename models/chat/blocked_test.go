package chat_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// block blocks the contact of a conversation.
func (s *shop) block(c models.Conversation) models.UID {
	s.t.Helper()
	contact, blocked := s.reload(c).Contact.UID, models.ContactBlocked
	if _, err := s.chat.UpdateContact(s.t.Context(), s.owner, chat.ContactRef{UID: &contact}, chat.ContactInput{Status: &blocked}); err != nil {
		s.t.Fatal(err)
	}
	return contact
}

// signed is an opening of a person whom the site knows.
func (s *shop) signed(token, id string) chat.Opening {
	s.t.Helper()
	secret, err := s.access.Open(s.site.IdentitySecret)
	if err != nil {
		s.t.Fatal(err)
	}
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(id))
	o := opening(token)
	o.Identity = &chat.Identity{ID: id, Hash: hex.EncodeToString(mac.Sum(nil))}
	return o
}

func TestATypedAddressRevealsNothingOfItsBlockedContact(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("t")
		blocked := s.block(c)
		if _, err := s.chat.Post(t.Context(), visitor, c.UID, chat.Draft{Content: "me again"}); !errors.Is(err, chat.ErrBlocked) {
			t.Errorf("a message of the blocked conversation: %v", err)
		}
		other, stranger := s.start("another token")
		if _, err := s.chat.Post(t.Context(), stranger, other.UID, chat.Draft{Content: "and more"}); err != nil {
			t.Errorf("whoever types the address goes on: %v", err)
		}
		got := s.reload(other)
		if got.Contact.UID == blocked || got.Contact.Email != nil || got.MessageCount != 2 {
			t.Errorf("the stranger is %+v with %d messages", got.Contact, got.MessageCount)
		}
		contact, err := s.chat.Contact(t.Context(), s.owner, chat.ContactRef{UID: &got.Contact.UID})
		if err != nil || contact.Metadata["unverified_email"] != "jane@example.com" || contact.Status != models.ContactActive {
			t.Errorf("the team sees %+v, %v", contact, err)
		}
		if c, err := s.chat.Contact(t.Context(), s.owner, chat.ContactRef{UID: &blocked}); err != nil || *c.Email != "jane@example.com" || c.Status != models.ContactBlocked {
			t.Errorf("the blocked contact is %+v, %v", c, err)
		}
	})
}

func TestABlockedPersonWhoProvesWhoItIsCannotBeginAnew(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, err := s.chat.Start(t.Context(), s.site, s.signed("first", "customer-7"))
		if err != nil {
			t.Fatal(err)
		}
		s.block(c)
		if _, err := s.chat.Start(t.Context(), s.site, s.signed("second", "customer-7")); !errors.Is(err, chat.ErrBlocked) {
			t.Errorf("the same person: %v", err)
		}
		other, err := s.chat.Start(t.Context(), s.site, s.signed("third", "customer-8"))
		if err != nil {
			t.Fatalf("somebody else who types the address: %v", err)
		}
		if got := s.reload(other); got.Contact.Email != nil || got.ContactID == c.ContactID {
			t.Errorf("somebody else is %+v", got.Contact)
		}
		list, err := s.chat.Conversations(t.Context(), s.owner, chat.ConversationQuery{Page: models.Page{Limit: 10}})
		if err != nil || list.Total != 2 {
			t.Errorf("%d conversations, %v", list.Total, err)
		}
	})
}
