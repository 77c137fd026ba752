package storetest

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
)

var credentials = map[string]func(*testing.T, *store.Store){
	"an account comes with its sandbox, owner, sites and keys": func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		before, err := s.HasAccount(ctx)
		must(t, err)
		equal(t, "has an account before", before, false)
		c := NewCompany(t, s)
		after, err := s.HasAccount(ctx)
		must(t, err)
		equal(t, "has an account after", after, true)
		live, err := s.LiveAccount(ctx, &c.Rows.Live.UID)
		must(t, err)
		equal(t, "the account", live, c.Rows.Live)
		sandbox, err := s.Sandbox(ctx, live)
		must(t, err)
		equal(t, "its sandbox", sandbox, c.Rows.Sandbox)
		equal(t, "the sandbox names the account", *sandbox.LiveID, live.ID)
		for _, account := range []models.Account{live, sandbox} {
			owner, err := s.Owner(ctx, account)
			must(t, err)
			equal(t, "the owner", owner, c.Rows.Owner)
		}
		site, err := s.SiteByKey(ctx, c.Rows.SandboxSite.SiteKey)
		must(t, err)
		equal(t, "the sandbox's site", site, c.Rows.SandboxSite)
	},
	"a key is found by hash and by id, with its maker": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		want := c.Rows.LiveKeys[1]
		byHash, user, err := s.KeyByHash(t.Context(), want.KeyHash)
		must(t, err)
		equal(t, "the key by hash", byHash, want)
		equal(t, "its maker", user, c.Rows.Owner)
		byID, user, err := s.KeyByID(t.Context(), want.ID)
		must(t, err)
		equal(t, "the key by id", byID, want)
		equal(t, "its maker", user, c.Rows.Owner)
	},
	"a key notes when it was used last": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		at := moment().Add(time.Hour)
		must(t, s.TouchKey(t.Context(), c.Rows.LiveKeys[0].ID, at))
		touched, _, err := s.KeyByID(t.Context(), c.Rows.LiveKeys[0].ID)
		must(t, err)
		equal(t, "the touched key", *touched.LastUsedAt, at)
		other, _, err := s.KeyByID(t.Context(), c.Rows.LiveKeys[1].ID)
		must(t, err)
		equal(t, "another key", other.LastUsedAt, nil)
	},
	"a key can be made later, and no two have one hash": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		key := c.Rows.LiveKeys[0]
		key.ID, key.UID, key.KeyHash = 0, models.NewUID(), models.TokenHash("another")
		must(t, s.CreateKey(t.Context(), &key))
		found, _, err := s.KeyByHash(t.Context(), key.KeyHash)
		must(t, err)
		equal(t, "the new key", found, key)
		twin := key
		twin.ID, twin.UID = 0, models.NewUID()
		conflicts(t, "the same hash", s.CreateKey(t.Context(), &twin))
	},
	"what is not there is not found": func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		_, err := s.LiveAccount(ctx, nil)
		fails(t, "an account before there is one", err, models.ErrNotFound)
		_, err = s.FirstSite(ctx)
		fails(t, "a site before there is one", err, models.ErrNotFound)
		c := NewCompany(t, s)
		unknown := models.NewUID()
		_, err = s.SiteByKey(ctx, "nope")
		fails(t, "a site", err, models.ErrNotFound)
		_, _, err = s.KeyByHash(ctx, models.TokenHash("nope"))
		fails(t, "a key by hash", err, models.ErrNotFound)
		_, _, err = s.KeyByID(ctx, 12345)
		fails(t, "a key by id", err, models.ErrNotFound)
		_, err = s.LiveAccount(ctx, &unknown)
		fails(t, "an account", err, models.ErrNotFound)
		_, err = s.LiveAccount(ctx, &c.Rows.Sandbox.UID)
		fails(t, "a sandbox as an account", err, models.ErrNotFound)
		_, err = s.Sandbox(ctx, c.Rows.Sandbox)
		fails(t, "a sandbox's sandbox", err, models.ErrNotFound)
		_, err = s.ConversationByVisitor(ctx, c.Site.ID, models.TokenHash("nope"))
		fails(t, "a conversation by token", err, models.ErrConversationNotFound)
		_, err = s.SiteConversation(ctx, c.Site.ID, unknown)
		fails(t, "a conversation by uid", err, models.ErrConversationNotFound)
	},
	"the only account needs no name, and the oldest site is the first": func(t *testing.T, s *store.Store) {
		first := NewCompany(t, s)
		only, err := s.LiveAccount(t.Context(), nil)
		must(t, err)
		equal(t, "the only account", only, first.Rows.Live)
		NewCompany(t, s)
		_, err = s.LiveAccount(t.Context(), nil)
		fails(t, "one of two accounts", err, models.ErrNotFound)
		site, err := s.FirstSite(t.Context())
		must(t, err)
		equal(t, "the first site", site, first.Rows.LiveSite)
	},
	"of many that make the first account one does": func(t *testing.T, s *store.Store) {
		var made atomic.Int32
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				rows := companyRows()
				rows.First = true
				err := s.CreateAccount(t.Context(), &rows)
				if err == nil {
					made.Add(1)
					return
				}
				conflicts(t, "a later one", err)
			})
		}
		wait.Wait()
		equal(t, "accounts made", made.Load(), 1)
	},
	"a visitor token opens its conversation on its site alone": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		other := NewCompany(t, s)
		k := c.NewTalk(t)
		found, err := s.ConversationByVisitor(t.Context(), c.Site.ID, k.VisitorHash)
		must(t, err)
		equal(t, "the conversation", found, k.Conversation)
		found, err = s.SiteConversation(t.Context(), c.Site.ID, k.Conversation.UID)
		must(t, err)
		equal(t, "the conversation by uid", found.ID, k.Conversation.ID)
		for _, site := range []int64{other.Site.ID, c.Rows.SandboxSite.ID} {
			_, err = s.ConversationByVisitor(t.Context(), site, k.VisitorHash)
			fails(t, "the token on another site", err, models.ErrConversationNotFound)
			_, err = s.SiteConversation(t.Context(), site, k.Conversation.UID)
			fails(t, "the uid on another site", err, models.ErrConversationNotFound)
		}
	},
}
