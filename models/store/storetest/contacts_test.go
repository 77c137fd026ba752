package storetest

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// furnish gives a talk an answer with a file, a label and a rating.
func (c Company) furnish(t testing.TB, k Talk) models.Message {
	t.Helper()
	e := k.Answers(c.Owner, "secret")
	e.Files = []models.Attachment{file("secret.png")}
	m := post(t, c.Store, c.Owner, e).Message
	c.label(t, k, "secret")
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.CreateRating(ctx, c.System, &models.Rating{ConversationID: k.Conversation.ID, ResolveCount: 1, Score: 5, CreatedAt: moment()})
	})
	return m
}

// contact reads one that must be there.
func (c Company) contact(t testing.TB, uid models.UID) models.Contact {
	t.Helper()
	found, err := c.Store.Contact(t.Context(), c.Owner, chat.ContactRef{UID: &uid})
	must(t, err)
	return found
}

var contacts = map[string]func(*testing.T, *store.Store){
	"a contact is found by each of its names, and by its account alone": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		phone := "+14155550142"
		row := contactNamed("mara@example.com")
		row.Phone, row.Metadata = &phone, map[string]any{"tier": "gold"}
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateContact(ctx, c.Owner, &row) })
		for _, ref := range []chat.ContactRef{{UID: &row.UID}, {Phone: phone}, {Email: "mara@example.com"}} {
			got, err := s.Contact(t.Context(), c.Owner, ref)
			must(t, err)
			equal(t, "the contact", got, row)
			for _, who := range []models.Principal{stranger.Owner, c.Sandbox} {
				_, err := s.Contact(t.Context(), who, ref)
				fails(t, "another's", err, chat.ErrContactNotFound)
			}
		}
		_, err := s.Contact(t.Context(), c.Owner, chat.ContactRef{})
		fails(t, "no name at all", err, chat.ErrContactNotFound)
		_, err = s.Contact(t.Context(), c.NewTalk(t).Visitor, chat.ContactRef{UID: &row.UID})
		fails(t, "a visitor", err, models.ErrForbidden)
	},
	"an update writes what a person may change and nothing else": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		before := c.contact(t, k.Contact.UID)
		row := before
		phone, channel, later := "+14155550142", models.ChannelSMS, moment().Add(time.Hour)
		row.Phone, row.Email, row.FirstName, row.PreferredChannel = &phone, nil, nil, &channel
		row.Status, row.Metadata, row.UpdatedAt, row.LastContacted = models.ContactInactive, map[string]any{"a": "b"}, later, &later
		want := row
		row.CreatedAt = later
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateContact(ctx, c.Owner, &row) })
		equal(t, "the contact", c.contact(t, k.Contact.UID), want)
	},
	"absorbing moves conversations and events": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		from, into := c.NewTalk(t), c.NewTalk(t)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			e := models.Event{Type: models.EventContactUpdated, ContactID: &from.Contact.ID}
			if err := tx.AddEvent(ctx, c.Owner, &e); err != nil {
				return err
			}
			return tx.AbsorbContact(ctx, c.Owner, from.Contact.ID, into.Contact.ID)
		})
		equal(t, "the conversation's contact", c.conversation(t, from).ContactID, into.Contact.ID)
		equal(t, "the event's contact", *c.events(t)[0].ContactID, into.Contact.ID)
		_, err := s.Contact(t.Context(), c.Owner, chat.ContactRef{UID: &from.Contact.UID})
		fails(t, "the absorbed one", err, chat.ErrContactNotFound)
	},
	"rivals are the open conversations that cannot stand beside each other": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		from, into := c.NewTalk(t), c.NewTalk(t)
		var rival models.UID
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			for _, row := range []models.Conversation{
				{ContactID: from.Contact.ID, Channel: models.ChannelWhatsApp}, {ContactID: into.Contact.ID, Channel: models.ChannelWhatsApp},
				{ContactID: from.Contact.ID, Channel: models.ChannelSMS}, {ContactID: into.Contact.ID, Channel: models.ChannelSMS, Status: models.StatusClosed},
				{ContactID: from.Contact.ID, Channel: models.ChannelEmail}, {ContactID: into.Contact.ID, Channel: models.ChannelEmail},
			} {
				if err := tx.CreateConversation(ctx, c.System, &row); err != nil {
					return err
				}
				if rival == (models.UID{}) {
					rival = row.UID
				}
			}
			rivals, err := tx.RivalConversations(ctx, c.Owner, from.Contact.ID, into.Contact.ID)
			equal(t, "the rivals", rivals, []models.UID{rival})
			return err
		})
	},
	"erasing takes everything of one contact and nothing of another": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		gone, kept := c.NewTalk(t), c.NewTalk(t)
		message := c.furnish(t, gone)
		c.furnish(t, kept)
		before := c.events(t)
		var keys []string
		Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
			keys, err = tx.EraseContact(ctx, c.Owner, gone.Contact.ID)
			return err
		})
		equal(t, "the files' keys", keys, []string{message.Attachments[0].StorageKey})
		_, err := s.Conversation(t.Context(), c.Owner, gone.Conversation.UID)
		fails(t, "its conversation", err, models.ErrConversationNotFound)
		_, err = s.Attachment(t.Context(), c.Owner, message.ID, message.Attachments[0].ID)
		fails(t, "its file", err, models.ErrNotFound)
		for i, e := range c.events(t) {
			equal(t, "the event's place", e.Pos, before[i].Pos)
			mine := before[i].ConversationID != nil && *before[i].ConversationID == gone.Conversation.ID
			equal(t, "what the event tells of is gone", e.ConversationID == nil && e.MessageID == nil, mine)
		}
		equal(t, "the other's labels", c.conversation(t, kept).Labels, []string{"secret"})
		d, err := s.Dossier(t.Context(), c.Owner, chat.ContactRef{UID: &kept.Contact.UID})
		must(t, err)
		equal(t, "the other's ratings", len(d.Ratings[kept.Conversation.ID]), 1)
		equal(t, "the other's files", len(d.Messages[kept.Conversation.ID][0].Attachments), 1)
	},
	"a blocked contact gets and gives notes alone": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		first := post(t, s, k.Visitor, WithClientID(k.Says("before"), "a"))
		row := c.contact(t, k.Contact.UID)
		row.Status = models.ContactBlocked
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateContact(ctx, c.Owner, &row) })
		_, err := s.Post(t.Context(), k.Visitor, k.Says("after"))
		fails(t, "the visitor", err, chat.ErrBlocked)
		_, err = s.Post(t.Context(), c.Owner, k.Answers(c.Owner, "after"))
		fails(t, "the team", err, chat.ErrContactBlocked)
		again := post(t, s, k.Visitor, WithClientID(k.Says("before"), "a"))
		equal(t, "a retry of what was said before", again.Message.ID, first.Message.ID)
		post(t, s, c.Owner, k.Notes(c.Owner, "blocked"))
		equal(t, "the messages", contents(c.messages(t, k)), []string{"before", "blocked"})
		equal(t, "the public number", c.conversation(t, k).PublicSeq, 1)
	},
	"many posts beside a block are all before it or refused": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		row := c.contact(t, k.Contact.UID)
		row.Status = models.ContactBlocked
		crowd(40, func(i int) {
			if i == 20 {
				Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateContact(ctx, c.Owner, &row) })
				return
			}
			if _, err := s.Post(t.Context(), k.Visitor, k.Says("hello")); err != nil {
				fails(t, "a post", err, chat.ErrBlocked)
			}
		})
		stored := c.messages(t, k)
		isUnbroken(t, stored, len(stored))
		_, err := s.Post(t.Context(), k.Visitor, k.Says("late"))
		fails(t, "a late one", err, chat.ErrBlocked)
	},
	"contacts sort with those that nobody contacted last": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		var uids []models.UID
		for i := range 3 {
			k := c.NewTalk(t)
			row := c.contact(t, k.Contact.UID)
			if at := moment().Add(time.Duration(i) * time.Hour); i > 0 {
				row.LastContacted = &at
			}
			row.UpdatedAt = moment().Add(-time.Duration(i) * time.Hour)
			Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateContact(ctx, c.Owner, &row) })
			uids = append(uids, row.UID)
		}
		for sort, want := range map[chat.ContactSort][]int{
			chat.ContactsByContactedDesc: {2, 1, 0}, chat.ContactsByContactedAsc: {1, 2, 0},
			chat.ContactsByUpdatedDesc: {0, 1, 2}, chat.ContactsByUpdatedAsc: {2, 1, 0},
		} {
			list, err := s.Contacts(t.Context(), c.Owner, chat.ContactQuery{Sort: sort, Page: hundred})
			must(t, err)
			got := []int{}
			for _, row := range list.Rows {
				got = append(got, slices.Index(uids, row.UID))
			}
			equal(t, string(sort), got, want)
		}
	},
	"whom the team spoke to is noted, whichever way the message takes": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		quick := func(e chat.Entry) chat.Posted { return post(t, s, c.Owner, e) }
		slow := func(e chat.Entry) (p chat.Posted) {
			Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
				p, err = tx.Post(ctx, c.Owner, e)
				return err
			})
			return p
		}
		for way, say := range map[string]func(chat.Entry) chat.Posted{"quick": quick, "slow": slow} {
			k, other := c.NewTalk(t), c.NewTalk(t)
			contacted := func() *time.Time {
				got, err := s.Contact(t.Context(), c.Owner, chat.ContactRef{UID: &k.Contact.UID})
				must(t, err)
				equal(t, way+": when the contact changed", got.UpdatedAt, k.Contact.UpdatedAt)
				return got.LastContacted
			}
			system, assistant := k.Says("from the system"), k.Says("from the assistant")
			system.Message.AuthorKind, assistant.Message.AuthorKind = models.BySystem, models.ByAssistant
			say(k.Notes(c.Owner, "a note"))
			say(k.Says("Hello"))
			say(system)
			say(other.Answers(c.Owner, "to somebody else"))
			equal(t, way+": before anybody answers", contacted(), nil)
			at := say(assistant).Message.CreatedAt
			equal(t, way+": the assistant's", contacted(), &at)
			answer := WithClientID(k.Answers(c.Owner, "Hi"), "once")
			at = say(answer).Message.CreatedAt
			equal(t, way+": the user's", contacted(), &at)
			say(k.Notes(c.Owner, "another note"))
			say(k.Says("Thanks"))
			equal(t, way+": the answer sent again", say(answer).Replayed, true)
			equal(t, way+": after all", contacted(), &at)
		}
	},
	"answers in many conversations of a contact at once note the latest": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		first, rival := c.NewTalk(t), c.NewTalk(t)
		talks := []Talk{first, rival}
		for i := range 14 {
			k := []Talk{first, rival}[i%2]
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				k.Conversation = conversationOf(k.Contact.ID, c.Site.ID, models.TokenHash(unique("token")))
				return tx.CreateConversation(ctx, c.System, &k.Conversation)
			})
			talks = append(talks, k)
		}
		latest := map[int64]time.Time{}
		var mu sync.Mutex
		crowd(len(talks), func(i int) {
			for range 4 {
				p, err := s.Post(t.Context(), c.Owner, talks[i].Answers(c.Owner, "Hi"))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if id := talks[i].Contact.ID; p.Message.CreatedAt.After(latest[id]) {
					latest[id] = p.Message.CreatedAt
				}
				mu.Unlock()
			}
		})
		for _, k := range []Talk{first, rival} {
			got, err := s.Contact(t.Context(), c.Owner, chat.ContactRef{UID: &k.Contact.UID})
			must(t, err)
			equal(t, "when it was spoken to", *got.LastContacted, latest[k.Contact.ID])
		}
	},
}
