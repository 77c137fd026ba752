package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// newChannel makes an account of the company's on SMS.
func (c Company) newChannel(t testing.TB, who models.Principal, address string) models.ChannelAccount {
	t.Helper()
	row := models.ChannelAccount{
		UID: models.NewUID(), Kind: models.ChannelSMS, Name: "Support", Address: address, Secrets: []byte("sealed"),
		Settings: map[string]any{"from": address}, CreatedAt: moment(), UpdatedAt: moment(),
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.CreateChannel(ctx, who, &row) })
	return row
}

// newParts keeps two parts of a message.
func (c Company) newParts(t testing.TB, m models.Message, channel models.ChannelAccount) []models.MessagePart {
	t.Helper()
	parts := make([]models.MessagePart, 2)
	for i := range parts {
		parts[i] = models.MessagePart{
			UID: models.NewUID(), MessageID: m.ID, ChannelID: &channel.ID, Ordinal: i, Status: models.MessageSent, CreatedAt: moment(),
		}
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.CreateMessageParts(ctx, c.Owner, parts) })
	return parts
}

// lane is a company with a channel, a conversation that goes through it, and a message
// of the team in two parts.
type lane struct {
	Company
	Talk
	channel models.ChannelAccount
	message models.Message
	parts   []models.MessagePart
}

func newLane(t testing.TB, s *store.Store) lane {
	t.Helper()
	c := NewCompany(t, s)
	l := lane{Company: c, Talk: c.NewTalk(t), channel: c.newChannel(t, c.Owner, "+14155550100")}
	Do(t, s, func(ctx context.Context, tx chat.Tx) error {
		l.Conversation.ChannelID = &l.channel.ID
		if err := tx.UpdateConversation(ctx, c.Owner, &l.Conversation, "channel_id"); err != nil {
			return err
		}
		return tx.AddContactAddress(ctx, c.Owner, &models.ContactAddress{
			ContactID: l.Contact.ID, ChannelID: l.channel.ID, Address: "handle", CreatedAt: moment(),
		})
	})
	l.message = post(t, s, c.Owner, l.Answers(c.Owner, "hello")).Message
	l.parts = c.newParts(t, l.message, l.channel)
	return l
}

// do is Do with one act.
func (l lane) do(t testing.TB, act func(ctx context.Context, tx chat.Tx) error) {
	t.Helper()
	Do(t, l.Store, act)
}

// one is an attempt at one row.
func one(act func(ctx context.Context, tx chat.Tx, who models.Principal) error) attempt {
	return func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) { return 1, act(ctx, tx, who) }
}

// channelAttempts are methods on the lane's channel.
func (l lane) channelAttempts() map[string]attempt {
	return map[string]attempt{
		"Channels": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Channels(ctx, who, hundred)
			if err == nil && len(list.Rows) == 0 {
				err = chat.ErrChannelNotFound
			}
			return len(list.Rows), err
		},
		"Channel": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.Channel(ctx, who, l.channel.UID))
		}),
		"LockChannel": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.LockChannel(ctx, who, l.channel.UID))
		}),
		"ChannelOf": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.ChannelOf(ctx, who, &l.channel.ID, models.ChannelSMS))
		}),
		"ChannelKnowing": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.ChannelKnowing(ctx, who, l.Contact.ID, models.ChannelSMS))
		}),
		"UpdateChannel": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := l.channel
			row.Name = "Intruder"
			return tx.UpdateChannel(ctx, who, &row)
		}),
		"DeleteChannel": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return tx.DeleteChannel(ctx, who, l.channel.ID)
		}),
		"LockContactByAddress": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.LockContactByAddress(ctx, who, l.channel.ID, "handle"))
		}),
		"AddContactAddress": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return tx.AddContactAddress(ctx, who, &models.ContactAddress{
				ContactID: l.Contact.ID, ChannelID: l.channel.ID, Address: "other", CreatedAt: moment(),
			})
		}),
	}
}

// partAttempts are methods on the lane's message and its parts.
func (l lane) partAttempts() map[string]attempt {
	return map[string]attempt{
		"MessageByUID": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.MessageByUID(ctx, who, l.message.UID))
		}),
		"LockMessage": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.LockMessage(ctx, who, l.message.ID))
		}),
		"UpdateMessage": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := l.message
			row.Status = models.MessageRead
			return tx.UpdateMessage(ctx, who, &row)
		}),
		"MessagePart": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.MessagePart(ctx, who, l.channel.ID, "", l.parts[0].UID))
		}),
		"UpdateMessagePart": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := l.parts[0]
			row.Status = models.MessageRead
			return tx.UpdateMessagePart(ctx, who, &row)
		}),
		"CreateMessageParts": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return tx.CreateMessageParts(ctx, who, []models.MessagePart{{
				UID: models.NewUID(), MessageID: l.message.ID, Ordinal: 9, Status: models.MessageSent, CreatedAt: moment(),
			}})
		}),
	}
}

func second[T any](_ T, err error) error { return err }

var channels = map[string]func(*testing.T, *store.Store){
	"channels are their account's alone": func(t *testing.T, s *store.Store) {
		l, stranger := newLane(t, s), NewCompany(t, s)
		g := target{Company: l.Company, Talk: l.Talk}
		for _, who := range []models.Principal{stranger.Owner, stranger.System, l.Sandbox, l.Visitor, {}, {Kind: models.KindUser}} {
			g.isClosedTo(t, who, l.channelAttempts())
			g.isClosedTo(t, who, l.partAttempts())
		}
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			for _, who := range []models.Principal{stranger.Owner, l.Sandbox} {
				if address, err := tx.ContactAddress(ctx, who, l.Contact.ID, l.channel.ID); address != "" || err != nil {
					t.Errorf("a stranger sees %q, %v", address, err)
				}
				if parts, err := tx.MessageParts(ctx, who, l.message.ID); len(parts) != 0 || err != nil {
					t.Errorf("a stranger sees %v, %v", parts, err)
				}
			}
			parts, err := tx.MessageParts(ctx, l.Owner, l.message.ID)
			equal(t, "the parts", parts, l.parts)
			return err
		})
		got, err := s.Channel(t.Context(), l.Owner, l.channel.UID)
		must(t, err)
		equal(t, "the channel", got, l.channel)
	},
	"an address is one account's of a kind": func(t *testing.T, s *store.Store) {
		l, stranger := newLane(t, s), NewCompany(t, s)
		stranger.newChannel(t, stranger.Owner, l.channel.Address) // another account's is another matter
		l.newChannel(t, l.Sandbox, l.channel.Address)
		row := l.channel
		row.UID = models.NewUID()
		conflicts(t, "the same again", try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateChannel(ctx, l.Owner, &row) }))
		for what, address := range map[string]string{"found": l.channel.Address, "not found": "+1"} {
			got, err := s.ChannelByAddress(t.Context(), l.Rows.Live.ID, models.ChannelSMS, address)
			if what == "found" {
				equal(t, what, got.ID, l.channel.ID)
			} else {
				fails(t, what, err, chat.ErrChannelNotFound)
			}
		}
		_, err := s.ChannelByUID(t.Context(), models.NewUID())
		fails(t, "an unknown uid", err, chat.ErrChannelNotFound)
	},
	"the default is the oldest account that is switched on": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		younger := l.newChannel(t, l.Owner, "+14155550200")
		of := func() (got models.ChannelAccount) {
			l.do(t, func(ctx context.Context, tx chat.Tx) (err error) {
				got, err = tx.ChannelOf(ctx, l.Owner, nil, models.ChannelSMS)
				return err
			})
			return got
		}
		equal(t, "the default", of().ID, l.channel.ID)
		now := moment()
		l.channel.DisabledAt = &now
		l.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateChannel(ctx, l.Owner, &l.channel) })
		equal(t, "with that one off", of().ID, younger.ID)
		on, err := s.ChannelsOfKind(t.Context(), models.ChannelSMS)
		must(t, err)
		equal(t, "those that are on", len(on), 1)
	},
	"a deleted channel leaves its conversations and takes its addresses": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		l.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.DeleteChannel(ctx, l.Owner, l.channel.ID) })
		equal(t, "the conversation's channel", l.conversation(t, l.Talk).ChannelID, nil)
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			parts, err := tx.MessageParts(ctx, l.Owner, l.message.ID)
			equal(t, "the parts", len(parts), 2)
			_, lost := tx.LockContactByAddress(ctx, l.Owner, l.channel.ID, "handle")
			fails(t, "the address", lost, chat.ErrContactNotFound)
			return errors.Join(err, nil)
		})
	},
	"a part is found by the provider's id, and by its own until that is known": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		find := func(external string, uid models.UID) (ordinal int) {
			ordinal = -1
			l.do(t, func(ctx context.Context, tx chat.Tx) error {
				p, err := tx.MessagePart(ctx, l.Owner, l.channel.ID, external, uid)
				if err == nil {
					ordinal = p.Ordinal
				}
				if errors.Is(err, models.ErrNotFound) {
					return nil
				}
				return err
			})
			return ordinal
		}
		id := "SM1"
		equal(t, "by its own", find(id, l.parts[1].UID), 1)
		l.parts[1].ExternalID, l.parts[1].Status = &id, models.MessageDelivered
		l.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateMessagePart(ctx, l.Owner, &l.parts[1]) })
		equal(t, "by the provider's", find(id, models.UID{}), 1)
		equal(t, "by its own, afterwards", find("SM2", l.parts[1].UID), -1)
		equal(t, "nobody's", find("SM2", models.UID{}), -1)
		l.parts[0].ExternalID = &id
		conflicts(t, "two with one id", try(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.UpdateMessagePart(ctx, l.Owner, &l.parts[0])
		}))
	},
	"a message knows what goes before it, and what was said": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		in := l.Says("question")
		external := "in-1"
		in.Message.ExternalID = &external
		post(t, s, l.System, in)
		post(t, s, l.Owner, l.Notes(l.Owner, "a note"))
		last := post(t, s, l.Owner, l.Answers(l.Owner, "later")).Message
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			earlier, err := tx.UnsentBefore(ctx, l.Owner, last)
			must(t, err)
			equal(t, "what goes first", earlier, l.message.UID)
			_, err = tx.UnsentBefore(ctx, l.Owner, l.message)
			fails(t, "before the first", err, models.ErrNotFound)
			sent, row := "SM1", l.message
			row.ExternalID = &sent
			must(t, tx.UpdateMessage(ctx, l.Owner, &row))
			_, err = tx.UnsentBefore(ctx, l.Owner, last)
			fails(t, "when that is gone", err, models.ErrNotFound)
			ids, err := tx.ExternalIDs(ctx, l.Owner, last, 10)
			equal(t, "the references", ids, []string{"SM1", "in-1"})
			must(t, err)
			ids, err = tx.ExternalIDs(ctx, l.Owner, last, 1)
			equal(t, "the last reference", ids, []string{"in-1"})
			must(t, err)
			q := chat.ThreadQuery{ContactID: l.Contact.ID, Channel: models.ChannelChat, Any: true}
			c, err := tx.ConversationByReferences(ctx, l.Owner, q, []string{"unknown", "in-1"})
			must(t, err)
			equal(t, "the thread", c.ID, l.Conversation.ID)
			_, err = tx.ConversationByReferences(ctx, l.Owner, q, []string{"unknown"})
			fails(t, "no thread", err, models.ErrConversationNotFound)
			return nil
		})
	},
	"a job says when it is due": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		key, due := "msg_1", moment().Add(time.Hour)
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.AddJob(ctx, l.System, &models.Job{Kind: chat.JobSend, UniqueKey: &key, RunAt: due, CreatedAt: moment()}))
			at, err := tx.JobDue(ctx, l.System, chat.JobSend, key)
			must(t, err)
			equal(t, "due", at.UTC(), due)
			_, err = tx.JobDue(ctx, l.System, chat.JobSend, "msg_2")
			fails(t, "another", err, models.ErrNotFound)
			_, err = tx.JobDue(ctx, models.System(l.Rows.Sandbox.ID), chat.JobSend, key)
			fails(t, "another account's", err, models.ErrNotFound)
			return nil
		})
	},
	"a contact's addresses go where it goes": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		other := l.NewTalk(t)
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			return tx.AbsorbContact(ctx, l.Owner, l.Contact.ID, other.Contact.ID)
		})
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			found, err := tx.LockContactByAddress(ctx, l.Owner, l.channel.ID, "handle")
			equal(t, "whose it is", found.ID, other.Contact.ID)
			must(t, err)
			_, err = tx.EraseContact(ctx, l.Owner, other.Contact.ID)
			must(t, err)
			_, err = tx.LockContactByAddress(ctx, l.Owner, l.channel.ID, "handle")
			fails(t, "erased", err, chat.ErrContactNotFound)
			parts, err := tx.MessageParts(ctx, l.Owner, l.message.ID)
			equal(t, "the parts", len(parts), 0)
			return err
		})
	},
}
