package storetest

import (
	"slices"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// inbox lists what a query selects.
func (c Company) inbox(t testing.TB, q chat.InboxQuery) []models.Conversation {
	t.Helper()
	if q.Limit == 0 {
		q.Limit = 100
	}
	rows, err := c.Store.Inbox(t.Context(), c.Owner, q)
	must(t, err)
	return rows
}

// everyStanding makes a conversation in each state that the inbox tells apart, and some
// that it does not.
func (c Company) everyStanding(t testing.TB) []Talk {
	t.Helper()
	var talks []Talk
	for _, status := range []models.ConversationStatus{models.StatusOpen, models.StatusClosed, models.StatusArchived} {
		for _, by := range []models.AuthorKind{models.ByContact, models.ByUser, models.ByAssistant} {
			for _, person := range []string{"nobody", "taken over", "assigned"} {
				k := c.NewTalk(t)
				c.change(t, k, []string{"status", "last_message_by", "taken_over", "assigned_to"}, func(row *models.Conversation) {
					row.Status, row.LastMessageBy, row.TakenOver = status, by, person == "taken over"
					if person == "assigned" {
						row.AssignedTo = &c.Owner.UserID
					}
				})
				talks = append(talks, k)
			}
		}
	}
	return talks
}

var inboxes = map[string]func(*testing.T, *store.Store){
	"the inbox's statuses are the same in SQL as in the vocabulary": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		all := len(c.everyStanding(t))
		counted := 0
		for _, status := range []models.InboxStatus{
			models.InboxClosed, models.InboxResolved, models.InboxInProgress, models.InboxAwaitingContact, models.InboxOpen,
		} {
			rows := c.inbox(t, chat.InboxQuery{Status: status})
			counted += len(rows)
			for _, row := range rows {
				equal(t, "the status", row.InboxStatus(), status)
			}
			if len(rows) == 0 {
				t.Errorf("nothing is %s", status)
			}
		}
		equal(t, "how many have a status", counted, all)
		for _, managed := range []bool{true, false} {
			rows := c.inbox(t, chat.InboxQuery{HumanManaged: &managed})
			counted -= len(rows)
			for _, row := range rows {
				equal(t, "whether a person has it", row.HumanManaged(), managed)
			}
		}
		equal(t, "how many are left", counted, 0)
	},
	"the inbox goes on from a place, in the order of the last messages": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		var want []models.UID
		for range 7 {
			k := c.NewTalk(t)
			post(t, s, k.Visitor, k.Says("a parcel"))
			want = append(want, k.Conversation.UID)
		}
		slices.Reverse(want)
		for _, search := range []string{"", "parcel"} {
			var got []models.UID
			q := chat.InboxQuery{Search: search, Limit: 3}
			for page := c.inbox(t, q); len(page) > 0; page = c.inbox(t, q) {
				got = append(got, uids(page)...)
				last := page[len(page)-1]
				q.After = &chat.InboxPlace{LastMessageAt: last.LastMessageAt, ID: last.ID}
			}
			equal(t, "the order, searching for "+search, got, want)
		}
	},
	"conversations of one moment have an order all the same": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		at := moment()
		for range 4 {
			c.change(t, c.NewTalk(t), []string{"last_message_at"}, func(row *models.Conversation) { row.LastMessageAt = at })
		}
		seen := map[models.UID]bool{}
		q := chat.InboxQuery{Limit: 1}
		for page := c.inbox(t, q); len(page) > 0; page = c.inbox(t, q) {
			seen[page[0].UID] = true
			q.After = &chat.InboxPlace{LastMessageAt: page[0].LastMessageAt, ID: page[0].ID}
		}
		equal(t, "how many were listed", len(seen), 4)
	},
	"the inbox filters by contact, text and conversation, and shows what it needs": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		c.NewTalk(t)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("100% wool"))
		c.change(t, k, []string{"assigned_to"}, func(row *models.Conversation) { row.AssignedTo = &c.Owner.UserID })
		for name, q := range map[string]chat.InboxQuery{
			"contact": {Contact: &k.Contact.UID}, "text": {Search: "0% W"}, "conversation": {Conversation: &k.Conversation.UID},
			"all of it": {Contact: &k.Contact.UID, Search: "wool", Status: models.InboxInProgress},
		} {
			rows := c.inbox(t, q)
			equal(t, name, uids(rows), []models.UID{k.Conversation.UID})
			equal(t, "the contact", rows[0].Contact.UID, k.Contact.UID)
			equal(t, "the assignee", rows[0].Assignee.UID, c.Owner.UserUID)
			equal(t, "the account", rows[0].AccountUID, c.Rows.Live.UID)
			equal(t, "the channel", rows[0].ChannelUID, models.UnconfiguredChannel(c.Rows.Live.UID, models.ChannelChat))
		}
		equal(t, "what nobody said", len(c.inbox(t, chat.InboxQuery{Search: "silk"})), 0)
		stranger := models.NewUID()
		_, err := s.Inbox(t.Context(), c.Owner, chat.InboxQuery{Contact: &stranger, Limit: 1})
		equal(t, "the field", models.AsError(err).Field, "contact_id")
	},
}
