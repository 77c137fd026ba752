package chat_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// token is a JWT as the site signs it.
func (s *shop) token(claims map[string]any) string {
	s.t.Helper()
	secret, err := s.access.Open(s.site.IdentitySecret)
	if err != nil {
		s.t.Fatal(err)
	}
	if claims["exp"] == nil {
		claims["exp"] = time.Now().Add(time.Hour).Unix()
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		s.t.Fatal(err)
	}
	text := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"HS256"}`)) + "." + base64.RawURLEncoding.EncodeToString(payload)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// identify says who a device's user is.
func (s *shop) identify(i chat.Identity, conversations ...models.Conversation) chat.Identified {
	s.t.Helper()
	in := chat.Identification{Identity: i}
	for _, c := range conversations {
		in.Conversations = append(in.Conversations, c.UID)
	}
	found, err := s.chat.Identify(s.t.Context(), s.site, in)
	if err != nil {
		s.t.Fatal(err)
	}
	return found
}

// listed are the conversations of an answer.
func listed(found chat.Identified) []models.UID {
	var all []models.UID
	for _, s := range found.Standings {
		all = append(all, s.Conversation.UID)
	}
	return all
}

func TestASignedIdentityIsTheSameContactOnEveryDevice(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		phone, _ := s.start("phone")
		laptop, _ := s.start("laptop")
		hash := *s.signed("unused", "user-42").Identity
		first := s.identify(hash, phone)
		second := s.identify(chat.Identity{Token: s.token(map[string]any{"sub": "user-42", "name": "Jane Roe"})}, laptop)
		if first.Contact.ID != second.Contact.ID || len(second.Standings) != 2 {
			t.Fatalf("first %+v, second %+v", first, second)
		}
		if got := listed(first); !slices.Equal(got, []models.UID{phone.UID}) {
			t.Errorf("on the phone: %v", got)
		}
		if got := listed(second); !slices.Equal(got, []models.UID{laptop.UID, phone.UID}) {
			t.Errorf("on the laptop: %v", got)
		}
		for _, c := range []models.Conversation{phone, laptop} {
			if got := s.reload(c); !got.Verified || got.ContactID != first.Contact.ID {
				t.Errorf("the team sees %+v", got)
			}
		}
		s.post(s.owner, phone, "Hello Jane")
		s.post(s.owner, phone, "How are you?")
		again := s.identify(hash)
		if got := again.Standings; len(got) != 2 || got[0].Conversation.UID != phone.UID || got[0].Unread != 2 || got[1].Unread != 0 ||
			got[0].Conversation.LastMessagePreview != "How are you?" {
			t.Errorf("later: %+v", got)
		}
		if name := second.Contact.FullName(); name == nil || *name != "Jane Roe" {
			t.Errorf("the contact is called %v", name)
		}
	})
}

func TestWithoutAGoodSignatureNothingIsFoundAndNothingChanges(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("device")
		good := *s.signed("unused", "user-42").Identity
		before := s.events()
		for name, i := range map[string]chat.Identity{
			"nothing": {}, "no hash": {ID: "user-42"}, "another's hash": {ID: "user-43", Hash: good.Hash}, "no token": {Token: "a.b.c"},
			"expired":                        {Token: s.token(map[string]any{"sub": "user-42", "exp": time.Now().Add(-time.Hour).Unix()})},
			"a bad token beside a good hash": {ID: good.ID, Hash: good.Hash, Token: "x"},
		} {
			_, err := s.chat.Identify(t.Context(), s.site, chat.Identification{
				Identity: i, Email: "jane@example.com", Name: "Jane", Conversations: []models.UID{c.UID},
			})
			if !errors.Is(err, chat.ErrIdentityWrong) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if got := s.reload(c); got.Verified || got.ContactID != c.ContactID {
			t.Errorf("the conversation is %+v", got)
		}
		if after := s.events(); len(after) != len(before) {
			t.Errorf("the log went on: %v", after)
		}
	})
}

func TestADeviceBringsOnlyWhatIsNobodysYetAndOfItsSite(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		jane, joe := *s.signed("", "jane").Identity, *s.signed("", "joe").Identity
		shared, _ := s.start("shared computer")
		owner := s.identify(jane, shared)
		if got := s.identify(joe, shared); len(got.Standings) != 0 {
			t.Errorf("the next user of the computer sees %+v", got.Standings)
		}
		if got := s.reload(shared); got.ContactID != owner.Contact.ID {
			t.Errorf("it went to %+v", got.Contact)
		}
		other, _, err := s.chat.CreateSite(t.Context(), s.owner, chat.SiteChange{Name: pointerTo("Other")})
		if err != nil {
			t.Fatal(err)
		}
		elsewhere, err := s.chat.Start(t.Context(), other, opening("elsewhere"))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.identify(joe, elsewhere, models.Conversation{UID: models.NewUID()}); len(got.Standings) != 0 || s.reload(elsewhere).Verified {
			t.Errorf("another site's: %+v", got)
		}
		blocked, visitor := s.start("blocked")
		s.block(blocked)
		if got := s.identify(joe, blocked); len(got.Standings) != 0 {
			t.Errorf("signing in is a way out of being blocked: %+v", got)
		}
		if _, err := s.chat.Post(t.Context(), visitor, blocked.UID, chat.Draft{Content: "me again"}); !errors.Is(err, chat.ErrBlocked) {
			t.Errorf("the blocked visitor: %v", err)
		}
	})
}

func pointerTo[T any](v T) *T { return &v }

func TestWhatIsTypedFindsAndChangesNobody(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		known, _ := s.start("known") // jane@example.com
		o := s.signed("signed", "mallory")
		o.Name = "Mallory"
		c, err := s.chat.Start(t.Context(), s.site, o) // who types Jane's address
		if err != nil {
			t.Fatal(err)
		}
		if c.ContactID == known.ContactID || !s.reload(c).Verified {
			t.Errorf("a typed address led to %+v", c.Contact)
		}
		found, err := s.chat.Identify(t.Context(), s.site, chat.Identification{
			Identity: *s.signed("", "mallory-too").Identity, Email: "Jane@Example.com", Name: "Mallory",
		})
		if err != nil || found.Contact.ID == known.ContactID || found.Contact.Email != nil ||
			found.Contact.Metadata["unverified_email"] != "jane@example.com" {
			t.Errorf("found %+v, %v", found.Contact, err)
		}
		contact, err := s.chat.Contact(t.Context(), s.owner, chat.ContactRef{Email: "jane@example.com"})
		if err != nil || contact.ExternalID != nil || *contact.FullName() != "Jane Doe" {
			t.Errorf("the known contact is %+v, %v", contact, err)
		}
		again := s.identify(*s.signed("", "mallory-too").Identity)
		if again.Contact.ID != found.Contact.ID {
			t.Errorf("again: %+v", again.Contact)
		}
		for name, in := range map[string]chat.Identification{
			"no address": {Email: "nobody"}, "a NUL": {Name: "a\x00b"},
		} {
			in.Identity = *s.signed("", "somebody").Identity
			if _, err := s.chat.Identify(t.Context(), s.site, in); !models.HasCode(err, models.CodeInvalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestASignedAddressFindsTheContactThatIsNobodysElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		imported, err := s.chat.CreateContact(t.Context(), s.owner, chat.ContactInput{Email: models.Give(pointerTo("jane@example.com"))})
		if err != nil {
			t.Fatal(err)
		}
		jane := chat.Identity{Token: s.token(map[string]any{"sub": "jane", "email": "Jane@Example.com", "name": "Jane Roe"})}
		found := s.identify(jane)
		if found.Contact.ID != imported.ID || found.Contact.ExternalID == nil || *found.Contact.FullName() != "Jane Roe" {
			t.Errorf("found %+v", found.Contact)
		}
		stranger := s.identify(chat.Identity{Token: s.token(map[string]any{"sub": "not-jane", "email": "jane@example.com"})})
		if stranger.Contact.ID == imported.ID || stranger.Contact.Email != nil {
			t.Errorf("the address of another identity led to %+v", stranger.Contact)
		}
		odd := s.identify(chat.Identity{Token: s.token(map[string]any{"sub": "odd", "email": "no address", "name": "\u202eevil"})})
		if odd.Contact.Email != nil || *odd.Contact.FullName() != "evil" {
			t.Errorf("what makes no sense: %+v", odd.Contact)
		}
		if types := s.events(); !slices.Contains(types, models.EventContactUpdated) {
			t.Errorf("the log is %v", types)
		}
	})
}

func TestManyDevicesAtOnceMakeOneContact(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		identity := *s.signed("", "everywhere").Identity
		ids := make(chan int64, 8)
		for range cap(ids) {
			go func() {
				found, err := s.chat.Identify(t.Context(), s.site, chat.Identification{Identity: identity, Email: "all@example.com"})
				if err != nil {
					t.Error(err)
				}
				ids <- found.Contact.ID
			}()
		}
		first := <-ids
		for range cap(ids) - 1 {
			if id := <-ids; id != first {
				t.Errorf("contacts %d and %d", first, id)
			}
		}
	})
}

// watched is a database that tells what its transactions lock.
type watched struct {
	*store.Store
	locks *[]string
}

func (w watched) InTx(ctx context.Context, act func(ctx context.Context, tx chat.Tx) error) error {
	return w.Store.InTx(ctx, func(ctx context.Context, tx chat.Tx) error { return act(ctx, watchedTx{tx, w.locks}) })
}

type watchedTx struct {
	chat.Tx
	locks *[]string
}

func (w watchedTx) LockConversation(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
	*w.locks = append(*w.locks, "conversation")
	return w.Tx.LockConversation(ctx, who, uid)
}

func (w watchedTx) LockContact(ctx context.Context, who models.Principal, r chat.ContactRef) (models.Contact, error) {
	*w.locks = append(*w.locks, "contact")
	return w.Tx.LockContact(ctx, who, r)
}

func TestWhoSignsInWaitsForConversationsBeforeTheContactAndForNoneThatIsVerified(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		known, _ := s.start("known")
		fresh, _ := s.start("fresh")
		hash := *s.signed("unused", "user-42").Identity
		s.identify(hash, known)
		var locks []string
		s.chat = chat.New(chat.Options{Store: watched{s.store, &locks}, Bell: s.bell, Blobs: s.blobs, Identities: s.access, Mint: s.access})
		if got := listed(s.identify(hash, known, fresh)); len(got) != 2 {
			t.Errorf("the person sees %v", got)
		}
		if !slices.Equal(locks, []string{"conversation", "contact"}) {
			t.Errorf("locked are %v", locks)
		}
		locks = nil
		s.identify(hash, known, fresh)
		if !slices.Equal(locks, []string{"contact"}) {
			t.Errorf("once all are verified: %v", locks)
		}
	})
}
