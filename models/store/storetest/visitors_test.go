package storetest

import (
	"context"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// subscribe keeps a browser.
func (c Company) subscribe(t testing.TB, k Talk, endpoint string, most int) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.KeepPushSubscription(ctx, k.Visitor, subscription(k, endpoint), most)
	})
}

func subscription(k Talk, endpoint string) *models.PushSubscription {
	return &models.PushSubscription{
		UID: models.NewUID(), ConversationID: k.Conversation.ID, EndpointHash: models.TokenHash(endpoint), Sealed: []byte(endpoint), CreatedAt: moment(),
	}
}

// subscribed are the browsers of a conversation, the newest first.
func (c Company) subscribed(t testing.TB, k Talk) []string {
	t.Helper()
	rows, err := c.Store.PushSubscriptions(t.Context(), c.System, k.Conversation.ID)
	must(t, err)
	all := []string{}
	for _, r := range rows {
		all = append(all, string(r.Sealed))
	}
	return all
}

// counts are the owner's.
func (c Company) counts(t testing.TB, who models.Principal) chat.ConversationCounts {
	t.Helper()
	n, err := c.Store.ConversationCounts(t.Context(), who)
	must(t, err)
	return n
}

var visiting = map[string]func(*testing.T, *store.Store){
	"the same browser is kept once, and the oldest beyond the most goes": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		c.subscribe(t, other, "elsewhere", 2)
		for _, endpoint := range []string{"a", "b", "a", "c"} {
			c.subscribe(t, k, endpoint, 2)
		}
		equal(t, "kept", c.subscribed(t, k), []string{"c", "a"})
		equal(t, "elsewhere", c.subscribed(t, other), []string{"elsewhere"})
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.DropPushSubscription(ctx, k.Visitor, k.Conversation.ID, models.TokenHash("c"))
		})
		equal(t, "after one went", c.subscribed(t, k), []string{"a"})
	},
	"subscriptions and mentions go with the conversation": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		c.subscribe(t, k, "a", 5)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.AddMentions(ctx, c.Owner, k.Conversation.ID, []int64{c.Owner.UserID}, moment())
		})
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			_, err := tx.EraseContact(ctx, c.Owner, k.Contact.ID)
			return err
		})
		equal(t, "subscriptions", c.subscribed(t, k), []string{})
		equal(t, "mentions", c.counts(t, c.Owner).Mentioned, 0)
	},
	"a browser of another conversation or account is nobody's": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		c.subscribe(t, k, "a", 5)
		rows, err := s.PushSubscriptions(t.Context(), c.System, k.Conversation.ID)
		must(t, err)
		for what, who := range map[string]models.Principal{"another visitor": other.Visitor, "a stranger": stranger.Owner} {
			fails(t, what+" subscribes", try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.KeepPushSubscription(ctx, who, subscription(k, "b"), 5)
			}), models.ErrConversationNotFound)
			fails(t, what+" ends it", try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.DropPushSubscription(ctx, who, k.Conversation.ID, models.TokenHash("a"))
			}), models.ErrConversationNotFound)
			fails(t, what+" mentions", try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.AddMentions(ctx, who, k.Conversation.ID, []int64{c.Owner.UserID}, moment())
			}), models.ErrConversationNotFound)
		}
		_, err = s.PushSubscription(t.Context(), stranger.System, rows[0].UID)
		fails(t, "a stranger looks", err, models.ErrNotFound)
		_, err = s.PushSubscription(t.Context(), k.Visitor, rows[0].UID)
		fails(t, "a visitor looks", err, models.ErrForbidden)
		equal(t, "kept", c.subscribed(t, k), []string{"a"})
	},
	"the keys of pushes are the first ones": func(t *testing.T, s *store.Store) {
		_, err := s.PushKey(t.Context())
		fails(t, "before", err, models.ErrNotFound)
		for _, key := range []string{"first", "second"} {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.KeepPushKey(ctx, models.PushKey{Public: key, Private: []byte(key), CreatedAt: moment()})
			})
		}
		got, err := s.PushKey(t.Context())
		must(t, err)
		equal(t, "the key", got.Public+string(got.Private), "firstfirst")
	},
	"what a contact is verified to own on a site is listed with what is unread": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		for _, row := range []Talk{k, other} {
			row.Conversation.ContactID, row.Conversation.Verified = k.Contact.ID, row.Conversation.ID == k.Conversation.ID
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.UpdateConversation(ctx, c.Owner, &row.Conversation, "contact_id", "verified")
			})
		}
		post(t, s, k.Visitor, k.Says("hello"))
		post(t, s, c.Owner, k.Answers(c.Owner, "one"))
		post(t, s, c.Owner, k.Notes(c.Owner, "a note"))
		post(t, s, c.Owner, k.Answers(c.Owner, "two"))
		got, err := s.Standings(t.Context(), c.System, c.Site.ID, k.Contact.ID, 10)
		must(t, err)
		if len(got) != 1 || got[0].Conversation.UID != k.Conversation.UID || got[0].Unread != 2 {
			t.Errorf("listed: %+v", got)
		}
		got, err = s.Standings(t.Context(), stranger.System, c.Site.ID, k.Contact.ID, 10)
		must(t, err)
		equal(t, "to a stranger", len(got), 0)
		_, err = s.Standings(t.Context(), k.Visitor, c.Site.ID, k.Contact.ID, 10)
		fails(t, "to a visitor", err, models.ErrForbidden)
	},
	"conversations are counted by view, and lists agree": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		mine, free, done, answered := c.NewTalk(t), c.NewTalk(t), c.NewTalk(t), c.NewTalk(t)
		stranger.NewTalk(t)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			mine.Conversation.AssignedTo, done.Conversation.Status = &c.Owner.UserID, models.StatusClosed
			answered.Conversation.AssistantActive = true
			for _, k := range []Talk{mine, free, done, answered} {
				k.Conversation.UnreadCount = 2
				if err := tx.UpdateConversation(ctx, c.Owner, &k.Conversation, "assigned_to", "status", "assistant_active", "unread_count"); err != nil {
					return err
				}
			}
			for range 2 { // naming somebody again changes nothing
				for _, k := range []Talk{free, done} {
					if err := tx.AddMentions(ctx, c.Owner, k.Conversation.ID, []int64{c.Owner.UserID}, moment()); err != nil {
						return err
					}
				}
			}
			return nil
		})
		c.label(t, mine, "billing")
		c.label(t, done, "billing")
		equal(t, "the counts", c.counts(t, c.Owner), chat.ConversationCounts{
			Open: 3, Mine: 1, Unassigned: 2, Mentioned: 1, Closed: 1, Unread: 2, Channels: map[models.Channel]int64{models.ChannelChat: 3},
			Sites: map[models.UID]int64{c.Site.UID: 3}, Labels: map[string]int64{"billing": 1},
		})
		equal(t, "a stranger's", c.counts(t, stranger.Owner).Mentioned, 0)
		equal(t, "unread to whom nothing is assigned", c.counts(t, c.System).Unread, 1)
		list, err := s.Conversations(t.Context(), c.Owner, chat.ConversationQuery{Mentioned: true, Site: &c.Site.UID, Page: hundred})
		must(t, err)
		equal(t, "those that name the owner", list.Total, 2)
		list, err = s.Conversations(t.Context(), c.Sandbox, chat.ConversationQuery{Mentioned: true, Page: hundred})
		must(t, err)
		equal(t, "in the sandbox", list.Total, 0)
		_, err = s.Conversations(t.Context(), c.Owner, chat.ConversationQuery{Site: &stranger.Site.UID, Page: hundred})
		equal(t, "another account's site", models.AsError(err).Field, "site")
		_, err = s.ConversationCounts(t.Context(), mine.Visitor)
		fails(t, "a visitor", err, models.ErrForbidden)
	},
	"faces and articles are the account's": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		users, err := s.UsersByUID(t.Context(), c.System, []models.UID{c.Owner.UserUID, stranger.Owner.UserUID})
		must(t, err)
		if len(users) != 1 || users[0].ID != c.Owner.UserID {
			t.Errorf("faces: %+v", users)
		}
		there, err := s.HasArticles(t.Context(), c.System)
		must(t, err)
		equal(t, "articles", there, false)
		_, err = s.HasArticles(t.Context(), models.Principal{})
		fails(t, "nobody", err, models.ErrForbidden)
	},
}
