package storetest

import (
	"context"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// try runs one act in a transaction of its own.
func try(t testing.TB, s *store.Store, act func(ctx context.Context, tx chat.Tx) error) error {
	t.Helper()
	return s.InTx(t.Context(), act)
}

var writing = map[string]func(*testing.T, *store.Store){
	"the named columns are written, empty ones too, and no others": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		subject := "Before"
		c.change(t, k, []string{"subject", "assigned_to"}, func(row *models.Conversation) {
			row.Subject, row.AssignedTo = &subject, &c.Owner.UserID
		})
		later := moment().Add(1e9)
		c.change(t, k, []string{"subject", "assistant_active"}, func(row *models.Conversation) {
			row.Subject, row.AssistantActive, row.AssignedTo, row.Priority = nil, true, nil, models.PriorityUrgent
			row.UpdatedAt = later
		})
		got := c.conversation(t, k)
		equal(t, "the subject", got.Subject, nil)
		equal(t, "the assistant", got.AssistantActive, true)
		equal(t, "the assignee", *got.AssignedTo, c.Owner.UserID)
		equal(t, "the priority", got.Priority, models.PriorityNormal)
		equal(t, "updated", got.UpdatedAt, later)
	},
	"what only the store writes cannot be written": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		for _, column := range []string{"seq", "account_id", "uid", "tick_at", "nope", "Contact", "status; DROP TABLE x"} {
			err := try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.UpdateConversation(ctx, c.Owner, &k.Conversation, column)
			})
			if err == nil {
				t.Errorf("column %s was written", column)
			}
		}
	},
	"a contact is known by external id, then by e-mail": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		known, signed := contactNamed("jane@example.com"), contactNamed("signed@example.com")
		external := "user-1"
		signed.ExternalID = &external
		find := func(want models.Contact, wantCreated bool, by models.Contact) {
			t.Helper()
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				created, err := tx.FindOrCreateContact(ctx, c.System, &by)
				equal(t, "created", created, wantCreated)
				return err
			})
			equal(t, "the contact", by.UID, want.UID)
		}
		find(known, true, known)
		find(signed, true, signed)
		byEmail := contactNamed("jane@example.com")
		other := "Janet"
		byEmail.FirstName = &other
		find(known, false, byEmail)
		both := contactNamed("jane@example.com")
		both.ExternalID = &external
		find(signed, false, both)
		unchanged, err := s.Contacts(t.Context(), c.Owner, chat.ContactQuery{Search: "jane@", Page: hundred})
		must(t, err)
		equal(t, "the name", *unchanged.Rows[0].FirstName, "Jane")
	},
	"one phone is one contact's": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		phone := "+491701234567"
		err := try(t, s, func(ctx context.Context, tx chat.Tx) error {
			for _, email := range []string{"a@example.com", "b@example.com"} {
				contact := contactNamed(email)
				contact.Phone = &phone
				if _, err := tx.FindOrCreateContact(ctx, c.System, &contact); err != nil {
					return err
				}
			}
			return nil
		})
		conflicts(t, "the second", err)
	},
	"a customer has one open thread where the channel knows no more": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		open := func(channel models.Channel, status models.ConversationStatus) error {
			return try(t, s, func(ctx context.Context, tx chat.Tx) error {
				row := models.Conversation{ContactID: k.Contact.ID, Channel: channel, Status: status}
				return tx.CreateConversation(ctx, c.System, &row)
			})
		}
		must(t, open(models.ChannelWhatsApp, models.StatusOpen))
		conflicts(t, "another", open(models.ChannelWhatsApp, models.StatusOpen))
		must(t, open(models.ChannelWhatsApp, models.StatusClosed))
		must(t, open(models.ChannelSMS, models.StatusOpen))
		must(t, open(models.ChannelEmail, models.StatusOpen))
		must(t, open(models.ChannelEmail, models.StatusOpen))
	},
	"each resolve is rated once": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		rate := func(resolve int64) error {
			return try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.CreateRating(ctx, k.Visitor, &models.Rating{
					ConversationID: k.Conversation.ID, ResolveCount: resolve, Score: 5, CreatedAt: moment(),
				})
			})
		}
		must(t, rate(1))
		conflicts(t, "the same again", rate(1))
		must(t, rate(2))
	},
	"the team's messages become read up to a number": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("1"))
		second := post(t, s, c.Owner, k.Answers(c.Owner, "2")).Message
		post(t, s, c.Owner, k.Notes(c.Owner, "note"))
		failed := k.Answers(c.Owner, "3")
		failed.Message.Status = models.MessageFailed
		post(t, s, c.Owner, failed)
		post(t, s, c.Owner, k.Answers(c.Owner, "4"))
		read := func(upTo int64) (newest int64) {
			Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
				newest, err = tx.ReadMessages(ctx, k.Visitor, k.Conversation.ID, upTo)
				return err
			})
			return newest
		}
		equal(t, "the newest", read(3), second.ID)
		equal(t, "again", read(3), 0)
		var statuses []models.MessageStatus
		for _, m := range c.messages(t, k) {
			statuses = append(statuses, m.Status)
		}
		equal(t, "the statuses", statuses, []models.MessageStatus{"received", "read", "sent", "failed", "sent"})
	},
	"unread messages of the contact are counted": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		for _, text := range []string{"1", "2", "3"} {
			post(t, s, k.Visitor, k.Says(text))
			post(t, s, c.Owner, k.Answers(c.Owner, text))
			post(t, s, c.Owner, k.Notes(c.Owner, text))
		}
		for after, want := range map[int64]int64{0: 3, 1: 2, 2: 2, 5: 0, 99: 0} {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				got, err := tx.UnreadAfter(ctx, c.Owner, k.Conversation.ID, after)
				equal(t, "unread", got, want)
				return err
			})
		}
	},
	"an event says what it was told, and who did it": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		at := moment().Add(-1e9)
		e := models.Event{
			Type: models.EventConversationUpdated, ConversationID: &k.Conversation.ID, ContactID: &k.Contact.ID,
			Detail: map[string]any{"before": "low", "after": nil, "n": 1.5}, CreatedAt: at,
		}
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.AddEvent(ctx, c.Owner, &e) })
		got := c.events(t)[0]
		equal(t, "the uid", got.UID, e.UID)
		equal(t, "the place", *got.Pos, 1)
		equal(t, "the actor", got.ActorKind, models.KindUser)
		equal(t, "the actor's user", *got.ActorUserID, c.Owner.UserID)
		equal(t, "the detail", got.Detail, e.Detail)
		equal(t, "the time", got.CreatedAt, at)
		equal(t, "the conversation", got.Conversation.UID, k.Conversation.UID)
		equal(t, "the contact", *got.Contact, k.Contact)
		equal(t, "the account", got.AccountUID, c.Rows.Live.UID)
	},
}

var labelling = map[string]func(*testing.T, *store.Store){
	"labels are a set, sorted, made on first use": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		c.label(t, k, "urgent", "Billing", "urgent", "billing", "äpfel", "ÄPFEL")
		c.label(t, k, "URGENT")
		equal(t, "the labels", c.conversation(t, k).Labels, []string{"Billing", "urgent", "äpfel"})
	},
	"labels are taken off by name": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		c.label(t, k, "a", "b", "c")
		c.label(t, other, "a")
		change := func(change chat.LabelChange) []string {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.ChangeLabels(ctx, c.Owner, k.Conversation.ID, change)
			})
			return c.conversation(t, k).Labels
		}
		equal(t, "without one", change(chat.LabelChange{Remove: []string{"A", "nope"}}), []string{"b", "c"})
		equal(t, "nothing to do", change(chat.LabelChange{}), []string{"b", "c"})
		equal(t, "others instead", change(chat.LabelChange{Add: []string{"c", "d"}, Clear: true}), []string{"c", "d"})
		equal(t, "none", change(chat.LabelChange{Clear: true}), []string{})
		equal(t, "another conversation's", c.conversation(t, other).Labels, []string{"a"})
	},
}
