package storetest

import (
	"context"
	"crypto/rand"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
)

// Company is an account with its sandbox, and who acts in them.
type Company struct {
	Store *store.Store
	Rows  access.AccountRows
	// Owner is the owner acting in the live account, Sandbox the same person in the
	// sandbox, and System the program itself in the live account.
	Owner   models.Principal
	Sandbox models.Principal
	System  models.Principal
	Site    models.Site
}

// Talk is a conversation with its visitor.
type Talk struct {
	Conversation models.Conversation
	Contact      models.Contact
	Visitor      models.Principal
	VisitorHash  []byte
}

// numbers make fixtures differ from each other.
var numbers atomic.Int64

// unique is a word that no other fixture has.
func unique(word string) string { return fmt.Sprintf("%s-%d", word, numbers.Add(1)) }

// moment is a time in the resolution of the databases.
func moment() time.Time { return models.Now(time.Now()) }

// NewCompany makes an account in the store.
func NewCompany(t testing.TB, s *store.Store) Company {
	t.Helper()
	rows := companyRows()
	if err := s.CreateAccount(t.Context(), &rows); err != nil {
		t.Fatalf("storetest: create an account: %v", err)
	}
	owner := models.Principal{
		Kind: models.KindUser, AccountID: rows.Live.ID, UserID: rows.Owner.ID, UserUID: rows.Owner.UID,
		Name: rows.Owner.Name, Role: models.RoleOwner, Scopes: models.AllScopes(),
	}
	sandbox := owner
	sandbox.AccountID = rows.Sandbox.ID
	return Company{
		Store: s, Rows: rows, Owner: owner, Sandbox: sandbox, System: models.System(rows.Live.ID), Site: rows.LiveSite,
	}
}

func companyRows() access.AccountRows {
	now := moment()
	name := unique("Company")
	account := func() models.Account {
		return models.Account{UID: models.NewUID(), Name: name, TimeZone: "UTC", CreatedAt: now, UpdatedAt: now}
	}
	site := func() models.Site {
		return models.Site{
			UID: models.NewUID(), Name: name, SiteKey: "site_" + rand.Text(), Greeting: "Hello", Locale: "en",
			CreatedAt: now, UpdatedAt: now,
		}
	}
	key := func(kind models.KeyKind) models.APIKey {
		return models.APIKey{
			UID: models.NewUID(), Name: "key", Kind: kind, Hint: "sk_live_…", KeyHash: models.TokenHash(rand.Text()),
			Scopes: models.AllScopes(), CreatedAt: now,
		}
	}
	return access.AccountRows{
		Live: account(), Sandbox: account(),
		Owner: models.User{
			UID: models.NewUID(), Email: unique("owner") + "@example.com", Name: "Olivia Owner", Role: models.RoleOwner,
			PasswordHash: "hash", Availability: models.AvailabilityOnline, CreatedAt: now, UpdatedAt: now,
		},
		LiveSite: site(), SandboxSite: site(),
		LiveKeys:    []models.APIKey{key(models.KeyKindAgent), key(models.KeyKindInbox)},
		SandboxKeys: []models.APIKey{key(models.KeyKindAgent)},
	}
}

// Do runs fn in a transaction that must succeed.
func Do(t testing.TB, s *store.Store, fn func(ctx context.Context, tx chat.Tx) error) {
	t.Helper()
	if err := s.InTx(t.Context(), fn); err != nil {
		t.Fatalf("storetest: %v", err)
	}
}

// NewTalk makes a contact and an open conversation of the live account, without a
// message.
func (c Company) NewTalk(t testing.TB) Talk {
	t.Helper()
	talk := Talk{VisitorHash: models.TokenHash(rand.Text())}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		talk.Contact = contactNamed(unique("visitor") + "@example.com")
		if _, err := tx.FindOrCreateContact(ctx, c.System, &talk.Contact); err != nil {
			return err
		}
		talk.Conversation = conversationOf(talk.Contact.ID, c.Site.ID, talk.VisitorHash)
		return tx.CreateConversation(ctx, c.System, &talk.Conversation)
	})
	talk.Visitor = models.Principal{
		Kind: models.KindVisitor, AccountID: c.Rows.Live.ID, SiteID: c.Site.ID, Name: talk.Conversation.AuthorName,
		ConversationID: talk.Conversation.ID, ConversationUID: talk.Conversation.UID,
	}
	return talk
}

func contactNamed(email string) models.Contact {
	first, last := "Jane", "Doe"
	now := moment()
	return models.Contact{
		UID: models.NewUID(), Email: &email, FirstName: &first, LastName: &last, Status: models.ContactActive,
		CreatedAt: now, UpdatedAt: now,
	}
}

func conversationOf(contactID, siteID int64, hash []byte) models.Conversation {
	return models.Conversation{
		UID: models.NewUID(), ContactID: contactID, SiteID: &siteID, Channel: models.ChannelChat, VisitorHash: hash,
		AuthorName: "Jane Doe", Locale: "en", CreatedAt: moment(),
	}
}

// Says is a message of the visitor on its way in.
func (k Talk) Says(content string) chat.Entry {
	return chat.Entry{
		Conversation: k.Conversation.UID, Now: moment(),
		Message: models.Message{
			UID: models.NewUID(), AuthorKind: models.ByContact, Author: "Jane Doe", MessageType: models.TypeText,
			Content: content, Status: models.MessageReceived,
		},
	}
}

// Answers is a message of a user on its way in.
func (k Talk) Answers(who models.Principal, content string) chat.Entry {
	e := k.Says(content)
	e.Message.AuthorKind, e.Message.UserID, e.Message.Author = models.ByUser, &who.UserID, who.Name
	e.Message.Status = models.MessageSent
	return e
}

// Notes is an internal note of a user on its way in.
func (k Talk) Notes(who models.Principal, content string) chat.Entry {
	e := k.Answers(who, content)
	e.Message.Internal = true
	return e
}

// WithClientID is the entry with a client id.
func WithClientID(e chat.Entry, id string) chat.Entry {
	e.Message.ClientID = &id
	return e
}
