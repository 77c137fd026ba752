package storetest

import (
	"context"
	"crypto/rand"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// colleague inserts a user of the live account.
func (c Company) colleague(t testing.TB, role models.Role) models.User {
	t.Helper()
	u := models.User{
		UID: models.NewUID(), Email: unique("colleague") + "@example.com", Name: "Colin Colleague", Role: role,
		Availability: models.AvailabilityOnline, CreatedAt: moment(), UpdatedAt: moment(),
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		u.ID = 0
		return tx.CreateUser(ctx, c.Owner, &u)
	})
	return u
}

// newKey inserts an API key of the owner.
func (c Company) newKey(t testing.TB) models.APIKey {
	t.Helper()
	k := models.APIKey{
		UID: models.NewUID(), Name: "key", Kind: models.KeyKindInbox, Hint: "sf_…", KeyHash: models.TokenHash(rand.Text()),
		Scopes: models.AllScopes(), CreatedAt: moment(),
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.CreateAPIKey(ctx, c.Owner, &k) })
	return k
}

var team = map[string]func(*testing.T, *store.Store){
	"a new user is a member of the account and its sandbox": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		u := c.colleague(t, models.RoleAgent)
		for _, who := range []models.Principal{c.Owner, c.Sandbox} {
			found, err := s.UserByUID(t.Context(), who, u.UID)
			must(t, err)
			equal(t, "the user", found, u)
		}
		_, err := s.UserByUID(t.Context(), stranger.Owner, u.UID)
		fails(t, "the stranger's view", err, models.ErrNotFound)
		twin := u
		twin.ID, twin.UID = 0, models.NewUID()
		conflicts(t, "the same address", try(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.CreateUser(ctx, c.Owner, &twin)
		}))
	},
	"an update of a user writes what may change": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		u := c.colleague(t, models.RoleAgent)
		changed, at := u, moment()
		changed.Name, changed.Role, changed.Availability = "Another", models.RoleAdmin, models.AvailabilityAway
		changed.DisabledAt, changed.UpdatedAt = &at, at
		asked := changed
		asked.Email, asked.PasswordHash = "other@example.com", "other"
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateUser(ctx, c.Owner, &asked) })
		found, err := s.UserByUID(t.Context(), c.Owner, u.UID)
		must(t, err)
		equal(t, "the user", found, changed)
	},
	"other owners are those who are not disabled": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		NewCompany(t, s)
		count := func(userID int64) (n int64) {
			Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
				n, err = tx.OtherOwners(ctx, c.Owner, userID)
				return err
			})
			return n
		}
		equal(t, "alone", count(c.Owner.UserID), 0)
		second := c.colleague(t, models.RoleOwner)
		c.colleague(t, models.RoleAdmin)
		equal(t, "with a second", count(c.Owner.UserID), 1)
		at := moment()
		second.DisabledAt = &at
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateUser(ctx, c.Owner, &second) })
		equal(t, "with a disabled one", count(c.Owner.UserID), 0)
	},
	"unassigning leaves no conversation, and one event each": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		u := c.colleague(t, models.RoleAgent)
		mine, ours := c.NewTalk(t), c.NewTalk(t)
		assign := func(k Talk, to int64) {
			k.Conversation.AssignedTo = &to
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.UpdateConversation(ctx, c.Owner, &k.Conversation, "assigned_to")
			})
		}
		assign(mine, u.ID)
		assign(ours, c.Owner.UserID)
		e := models.Event{
			Type: models.EventConversationAssigned, ActorKind: models.KindUser, ActorUserID: &c.Owner.UserID, CreatedAt: moment(),
			Detail: map[string]any{"assigned_to": nil},
		}
		for _, who := range []models.Principal{stranger.Owner, c.Owner, c.Owner} {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.Unassign(ctx, who, u.ID, e) })
		}
		equal(t, "the colleague's", c.conversation(t, mine).AssignedTo, nil)
		equal(t, "the owner's", *c.conversation(t, ours).AssignedTo, c.Owner.UserID)
		log := c.events(t)
		equal(t, "the log", types(log), []models.EventType{models.EventConversationAssigned})
		equal(t, "the event's conversation", *log[0].ConversationID, mine.Conversation.ID)
		equal(t, "the event's contact", *log[0].ContactID, mine.Contact.ID)
	},
	"a site's settings come back as they were written": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		site, reply := c.Site, "Soon"
		site.Name, site.Greeting, site.AutoReply, site.Locale = "Shop", "", &reply, "de"
		site.AllowedOrigins = []string{"https://*.example.com"}
		site.Theme = models.Theme{Color: "#aabbcc", Position: "left"}
		site.Prechat = models.Prechat{Fields: []models.PrechatField{{Name: "a", Label: "A", Kind: "text", Required: true}}}
		site.OfficeHours = models.OfficeHours{
			Enabled: true, TimeZone: "Asia/Tokyo", Days: []models.OfficeDay{{Weekday: 1, Opens: "09:00", Closes: "17:00"}},
			Holidays: []string{"2026-12-25"},
		}
		site.Survey, site.IdentityRequired, site.IdentitySecret, site.UpdatedAt = true, true, []byte("sealed"), moment()
		asked := site
		asked.SiteKey, asked.UID = "another", models.NewUID()
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateSite(ctx, c.Owner, &asked) })
		found, err := s.SiteByUID(t.Context(), c.Owner, c.Site.UID)
		must(t, err)
		equal(t, "the site", found, site)
		site.AutoReply, site.Survey = nil, false
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateSite(ctx, c.Owner, &site) })
		byKey, err := s.SiteByKey(t.Context(), c.Site.SiteKey)
		must(t, err)
		equal(t, "the site by its key", byKey, site)
	},
	"a site with a conversation cannot be deleted": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		remove := func(ctx context.Context, tx chat.Tx) error { return tx.DeleteSite(ctx, c.Owner, c.Site.ID) }
		c.NewTalk(t)
		conflicts(t, "a site in use", try(t, s, remove))
		unused := c.Site
		unused.UID, unused.SiteKey = models.NewUID(), rand.Text()
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateSite(ctx, c.Owner, &unused) })
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.DeleteSite(ctx, c.Owner, unused.ID) })
		list, err := s.Sites(t.Context(), c.Owner, hundred)
		must(t, err)
		equal(t, "the sites", list.Rows, []models.Site{c.Site})
	},
	"a revoked key is listed no more, and revoked once": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k, at := c.newKey(t), moment()
		list, err := s.Keys(t.Context(), c.Owner, hundred)
		must(t, err)
		equal(t, "the keys", list.Total, int64(len(c.Rows.LiveKeys)+1))
		equal(t, "the newest key's maker", *list.Rows[0].User, c.Rows.Owner)
		revoke := func(ctx context.Context, tx chat.Tx) error {
			_, err := tx.RevokeKey(ctx, c.Owner, k.UID, at)
			return err
		}
		must(t, try(t, s, revoke))
		fails(t, "again", try(t, s, revoke), models.ErrNotFound)
		_, err = s.KeyByUID(t.Context(), c.Owner, k.UID)
		fails(t, "the key by uid", err, models.ErrNotFound)
		found, _, err := s.KeyByHash(t.Context(), k.KeyHash)
		must(t, err)
		equal(t, "when it was revoked", *found.RevokedAt, at)
	},
	"another account, the sandbox and a visitor see and change no settings": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		k := c.newKey(t)
		visitor := c.NewTalk(t).Visitor
		for name, attempt := range c.teamAttempts(k) {
			try := func(who models.Principal) error {
				return try(t, s, func(ctx context.Context, tx chat.Tx) error { return attempt(ctx, tx, who) })
			}
			fails(t, name+" by a stranger", try(stranger.Owner), models.ErrNotFound)
			fails(t, name+" by the sandbox", try(c.Sandbox), models.ErrNotFound)
			fails(t, name+" by a visitor", try(visitor), models.ErrForbidden)
			fails(t, name+" by nobody", try(models.Principal{}), models.ErrForbidden)
		}
		site, err := s.SiteByUID(t.Context(), c.Owner, c.Site.UID)
		must(t, err)
		equal(t, "the site", site, c.Site)
		found, _, err := s.KeyByID(t.Context(), k.ID)
		must(t, err)
		equal(t, "the key", found, k)
	},
	"an account is its own, whoever asks": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		NewCompany(t, s)
		changed := c.Rows.Sandbox
		changed.Name, changed.TimeZone, changed.UpdatedAt = "Changed", "Asia/Tokyo", moment()
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			asked := changed
			asked.ID, asked.UID = c.Rows.Live.ID, c.Rows.Live.UID
			return tx.UpdateAccount(ctx, c.Sandbox, &asked)
		})
		for _, row := range []struct {
			who  models.Principal
			want models.Account
		}{{c.Owner, c.Rows.Live}, {c.Sandbox, changed}} {
			got, err := s.Account(t.Context(), row.who)
			must(t, err)
			equal(t, "the account", got, row.want)
		}
	},
}

// teamAttempts are the methods that name a row of the live account.
func (c Company) teamAttempts(k models.APIKey) map[string]func(context.Context, chat.Tx, models.Principal) error {
	return map[string]func(context.Context, chat.Tx, models.Principal) error{
		"SiteByUID": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			_, err := tx.SiteByUID(ctx, who, c.Site.UID)
			return err
		},
		"LockSite": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			_, err := tx.LockSite(ctx, who, c.Site.UID)
			return err
		},
		"UpdateSite": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			site := c.Site
			site.Name = "stolen"
			return tx.UpdateSite(ctx, who, &site)
		},
		"DeleteSite": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return tx.DeleteSite(ctx, who, c.Site.ID)
		},
		"KeyByUID": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			_, err := tx.KeyByUID(ctx, who, k.UID)
			return err
		},
		"OwnKey": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			who.KeyID = k.ID
			_, err := tx.OwnKey(ctx, who)
			return err
		},
		"RevokeKey": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			_, err := tx.RevokeKey(ctx, who, k.UID, moment())
			return err
		},
		"UpdateUser": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			owner := c.Rows.Owner
			owner.Role = models.RoleAgent
			return tx.UpdateUser(ctx, who, &owner)
		},
		"AssistantByUID": func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			_, err := tx.AssistantByUID(ctx, who, models.NewUID())
			return err
		},
	}
}
