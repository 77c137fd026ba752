package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// hundred is a page that holds all that a test makes.
var hundred = models.Page{Limit: 100}

// uids are the conversations' in their order.
func uids(rows []models.Conversation) []models.UID {
	all := make([]models.UID, len(rows))
	for i, c := range rows {
		all[i] = c.UID
	}
	return all
}

// list lists the conversations that a query selects.
func (c Company) list(t testing.TB, q chat.ConversationQuery) []models.UID {
	t.Helper()
	if q.Page.Limit == 0 {
		q.Page = hundred
	}
	list, err := c.Store.Conversations(t.Context(), c.Owner, q)
	must(t, err)
	if q.Search != "" {
		Index(t, c.Store)
		again, err := c.Store.Conversations(t.Context(), c.Owner, q)
		must(t, err)
		equal(t, "what is found of "+q.Search+" once it is indexed", uids(again.Rows), uids(list.Rows))
	}
	return uids(list.Rows)
}

// change writes columns of a conversation.
func (c Company) change(t testing.TB, k Talk, columns []string, set func(*models.Conversation)) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		row, err := tx.LockConversation(ctx, c.Owner, k.Conversation.UID)
		if err != nil {
			return err
		}
		set(&row)
		return tx.UpdateConversation(ctx, c.Owner, &row, columns...)
	})
}

// label puts labels on a conversation.
func (c Company) label(t testing.TB, k Talk, names ...string) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.ChangeLabels(ctx, c.Owner, k.Conversation.ID, chat.LabelChange{Add: names})
	})
}

var reading = map[string]func(*testing.T, *store.Store){
	"a conversation comes with contact, assignee and labels": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		c.label(t, k, "urgent", "Billing")
		c.change(t, k, []string{"assigned_to"}, func(row *models.Conversation) { row.AssignedTo = &c.Owner.UserID })
		for _, who := range []models.Principal{c.Owner, c.System, k.Visitor} {
			got, err := s.Conversation(t.Context(), who, k.Conversation.UID)
			must(t, err)
			equal(t, "the contact", *got.Contact, k.Contact)
			equal(t, "the assignee", *got.Assignee, c.Rows.Owner)
			equal(t, "the labels", got.Labels, []string{"Billing", "urgent"})
		}
	},
	"a conversation keeps everything": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		row := conversationOf(k.Contact.ID, c.Site.ID, models.TokenHash("x"))
		subject, client := "Order", "start"
		row.Subject, row.StartClientID, row.Verified, row.AssistantActive, row.TakenOver = &subject, &client, true, true, true
		row.Page = &models.WebPage{URL: "https://shop.example/?a=1&b=%20", Title: "Ä \"quoted\" title"}
		row.Custom = map[string]any{"plan": "pro", "seats": 3.0, "tags": []any{"a", nil}}
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateConversation(ctx, c.System, &row) })
		row.Contact, row.Labels = &k.Contact, []string{}
		got, err := s.Conversation(t.Context(), c.Owner, row.UID)
		must(t, err)
		equal(t, "the conversation", got, row)
	},
	"conversations are filtered, each filter by itself and all together": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		plain, special := c.NewTalk(t), c.NewTalk(t)
		c.label(t, special, "Billing")
		c.change(t, special, []string{"status", "priority", "assigned_to"}, func(row *models.Conversation) {
			row.Status, row.Priority, row.AssignedTo = models.StatusClosed, models.PriorityHigh, &c.Owner.UserID
		})
		filters := map[string]func(*chat.ConversationQuery){
			"status":   func(q *chat.ConversationQuery) { q.Status = models.StatusClosed },
			"priority": func(q *chat.ConversationQuery) { q.Priority = models.PriorityHigh },
			"assignee": func(q *chat.ConversationQuery) { q.AssignedTo = &c.Owner.UserUID },
			"contact":  func(q *chat.ConversationQuery) { q.Contact = &special.Contact.UID },
			"label":    func(q *chat.ConversationQuery) { q.Label = "billing" },
			"search":   func(q *chat.ConversationQuery) { q.Search = *special.Contact.Email },
		}
		all := chat.ConversationQuery{Channel: models.ChannelChat}
		for name, filter := range filters {
			var q chat.ConversationQuery
			filter(&q)
			filter(&all)
			equal(t, name, c.list(t, q), []models.UID{special.Conversation.UID})
		}
		equal(t, "all filters", c.list(t, all), []models.UID{special.Conversation.UID})
		all.Channel = models.ChannelSMS
		equal(t, "all filters and a channel", c.list(t, all), []models.UID{})
		equal(t, "unassigned", c.list(t, chat.ConversationQuery{Unassigned: true}), []models.UID{plain.Conversation.UID})
		equal(t, "a label nobody used", c.list(t, chat.ConversationQuery{Label: "nope"}), []models.UID{})
		nobody := models.NewUID()
		equal(t, "an unknown assignee", c.list(t, chat.ConversationQuery{AssignedTo: &nobody}), []models.UID{})
	},
	"conversations are sorted and paged": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		var made []Talk
		for range 5 {
			made = append(made, c.NewTalk(t))
		}
		// The first one is the last that somebody wrote in.
		post(t, s, made[0].Visitor, made[0].Says("again"))
		id := func(places ...int) []models.UID {
			all := make([]models.UID, len(places))
			for i, p := range places {
				all[i] = made[p].Conversation.UID
			}
			return all
		}
		equal(t, "by default", c.list(t, chat.ConversationQuery{}), id(0, 4, 3, 2, 1))
		equal(t, "oldest message first", c.list(t, chat.ConversationQuery{Sort: chat.SortLastMessageAsc}), id(1, 2, 3, 4, 0))
		equal(t, "newest first", c.list(t, chat.ConversationQuery{Sort: chat.SortCreatedDesc}), id(4, 3, 2, 1, 0))
		equal(t, "oldest first", c.list(t, chat.ConversationQuery{Sort: chat.SortCreatedAsc}), id(0, 1, 2, 3, 4))
		q := chat.ConversationQuery{Sort: chat.SortCreatedAsc, Page: models.Page{Limit: 2, Offset: 3}}
		list, err := s.Conversations(t.Context(), c.Owner, q)
		must(t, err)
		equal(t, "the second page", uids(list.Rows), id(3, 4))
		equal(t, "the total", list.Total, 5)
		equal(t, "more", list.HasMore(), false)
		q.Page.Offset = 7
		list, err = s.Conversations(t.Context(), c.Owner, q)
		must(t, err)
		equal(t, "beyond the end", uids(list.Rows), []models.UID{})
		equal(t, "the total beyond the end", list.Total, 5)
	},
	"messages are paged either way, notes included": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("1"))
		post(t, s, c.Owner, k.Notes(c.Owner, "2"))
		post(t, s, c.Owner, k.Answers(c.Owner, "3"))
		for _, want := range []struct {
			q    chat.MessageQuery
			text []string
		}{
			{chat.MessageQuery{Page: hundred}, []string{"1", "2", "3"}},
			{chat.MessageQuery{Page: hundred, Descending: true}, []string{"3", "2", "1"}},
			{chat.MessageQuery{Page: models.Page{Limit: 1, Offset: 1}}, []string{"2"}},
			{chat.MessageQuery{Page: models.Page{Limit: 2, Offset: 2}, Descending: true}, []string{"1"}},
		} {
			want.q.Conversation = k.Conversation.UID
			list, err := s.Messages(t.Context(), c.Owner, want.q)
			must(t, err)
			equal(t, "the texts", contents(list.Rows), want.text)
			equal(t, "the total", list.Total, 3)
			equal(t, "the conversation", list.Rows[0].ConversationUID, k.Conversation.UID)
		}
		_, err := s.Messages(t.Context(), c.Owner, chat.MessageQuery{Conversation: models.NewUID(), Page: hundred})
		fails(t, "an unknown conversation", err, models.ErrConversationNotFound)
	},
	"a transcript is public, and follows a time or a number": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("1"))
		post(t, s, c.Owner, k.Notes(c.Owner, "note"))
		second := post(t, s, c.Owner, k.Answers(c.Owner, "2")).Message
		third := post(t, s, k.Visitor, k.Says("3")).Message
		east := second.CreatedAt.In(time.FixedZone("east", 5*3600))
		before := second.CreatedAt.Add(-time.Microsecond)
		for _, want := range []struct {
			q    chat.TranscriptQuery
			text []string
		}{
			{chat.TranscriptQuery{}, []string{"1", "2", "3"}},
			{chat.TranscriptQuery{Limit: 2}, []string{"1", "2"}},
			{chat.TranscriptQuery{Since: &east}, []string{"3"}},
			{chat.TranscriptQuery{Since: &before}, []string{"2", "3"}},
			{chat.TranscriptQuery{Since: &third.CreatedAt}, []string{}},
			{chat.TranscriptQuery{After: 1, Limit: 1}, []string{"2"}},
			{chat.TranscriptQuery{After: 99}, []string{}},
			{chat.TranscriptQuery{Until: 2}, []string{"1", "2"}},
			{chat.TranscriptQuery{After: 1, Until: 2}, []string{"2"}},
			{chat.TranscriptQuery{Newest: 2}, []string{"2", "3"}},
			{chat.TranscriptQuery{Newest: 1, Until: 2}, []string{"2"}},
			{chat.TranscriptQuery{Newest: 99}, []string{"1", "2", "3"}},
		} {
			want.q.ConversationID = k.Conversation.ID
			for _, who := range []models.Principal{k.Visitor, c.Owner} {
				rows, err := s.Transcript(t.Context(), who, want.q)
				must(t, err)
				equal(t, "the texts", contents(rows), want.text)
				for _, m := range rows {
					equal(t, "the conversation", m.ConversationUID, k.Conversation.UID)
				}
			}
		}
	},
	"a poller that follows the time reads each message once": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		const total = 120
		done := make(chan struct{})
		go func() {
			defer close(done)
			crowd(total, func(i int) {
				if _, err := s.Post(t.Context(), k.Visitor, k.Says(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			})
		}()
		seen := map[string]int{}
		var since *time.Time
		for end := time.Now().Add(time.Minute); len(seen) < total && time.Now().Before(end); {
			rows, err := s.Transcript(t.Context(), k.Visitor, chat.TranscriptQuery{ConversationID: k.Conversation.ID, Since: since})
			must(t, err)
			for _, m := range rows {
				seen[m.Content]++
				since = &m.CreatedAt
			}
		}
		<-done
		equal(t, "different messages", len(seen), total)
		for content, n := range seen {
			equal(t, "times "+content, n, 1)
		}
	},
	"users are the account's and its sandbox's": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		NewCompany(t, s)
		for _, who := range []models.Principal{c.Owner, c.Sandbox} {
			list, err := s.Users(t.Context(), who, hundred)
			must(t, err)
			equal(t, "the users", list, models.List[models.User]{Rows: []models.User{c.Rows.Owner}, Total: 1, Page: hundred})
			user, err := s.UserByUID(t.Context(), who, c.Rows.Owner.UID)
			must(t, err)
			equal(t, "the user", user, c.Rows.Owner)
		}
	},
	"contacts are filtered, sorted and paged": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		var made []string
		for range 3 {
			made = append(made, *c.NewTalk(t).Contact.Email)
		}
		emails := func(q chat.ContactQuery) (all []string) {
			list, err := s.Contacts(t.Context(), c.Owner, q)
			must(t, err)
			equal(t, "the total", list.Total, 3)
			for _, row := range list.Rows {
				all = append(all, *row.Email)
			}
			return all
		}
		equal(t, "by default", emails(chat.ContactQuery{Page: hundred}), []string{made[2], made[1], made[0]})
		equal(t, "oldest first", emails(chat.ContactQuery{Page: hundred, Sort: chat.ContactsByCreatedAsc}), made)
		equal(t, "a page", emails(chat.ContactQuery{Page: models.Page{Limit: 1, Offset: 1}, Status: models.ContactActive}), made[1:2])
		list, err := s.Contacts(t.Context(), c.Owner, chat.ContactQuery{Status: models.ContactBlocked, Page: hundred})
		must(t, err)
		equal(t, "blocked ones", list.Total, 0)
	},
	"the newest numbers are asked by id": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k, quiet := c.NewTalk(t), c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("1"))
		post(t, s, c.Owner, k.Notes(c.Owner, "note"))
		post(t, s, k.Visitor, k.Says("2"))
		many := make([]int64, 0, 3000)
		for i := range int64(2998) {
			many = append(many, 1_000_000+i)
		}
		seqs, err := s.PublicSeqs(t.Context(), append(many, k.Conversation.ID, quiet.Conversation.ID))
		must(t, err)
		equal(t, "public numbers", seqs, map[int64]int64{k.Conversation.ID: 2, quiet.Conversation.ID: 0})
		none, err := s.EventPositions(t.Context(), []int64{c.Rows.Live.ID})
		must(t, err)
		equal(t, "places before any", none, map[int64]int64{})
		c.events(t)
		places, err := s.EventPositions(t.Context(), []int64{c.Rows.Live.ID, c.Rows.Sandbox.ID})
		must(t, err)
		equal(t, "places", places, map[int64]int64{c.Rows.Live.ID: 3})
		nothing, err := s.PublicSeqs(t.Context(), nil)
		must(t, err)
		equal(t, "of nothing", nothing, map[int64]int64{})
	},
}
