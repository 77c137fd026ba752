package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// partsOf are the message's in their order.
func (l lane) partsOf(t testing.TB) (parts []models.MessagePart) {
	t.Helper()
	l.do(t, func(ctx context.Context, tx chat.Tx) (err error) {
		parts, err = tx.MessageParts(ctx, l.Owner, l.message.ID)
		return err
	})
	return parts
}

// read notes that a part was read, and that the message was when all its parts are.
func (l lane) read(ctx context.Context, tx chat.Tx, part models.MessagePart) error {
	m, err := tx.LockMessage(ctx, l.Owner, l.message.ID)
	if err != nil {
		return err
	}
	part.Status = models.MessageRead
	if err := tx.UpdateMessagePart(ctx, l.Owner, &part); err != nil {
		return err
	}
	parts, err := tx.MessageParts(ctx, l.Owner, m.ID)
	if err != nil {
		return err
	}
	for _, p := range parts {
		if p.Status != models.MessageRead {
			return nil
		}
	}
	m.Status = models.MessageRead
	return tx.UpdateMessage(ctx, l.Owner, &m)
}

var receipts = map[string]func(*testing.T, *store.Store){
	"a message's parts come in their order, one of each number": func(t *testing.T, s *store.Store) {
		l, stranger := newLane(t, s), newLane(t, s)
		part := func(ordinal int) models.MessagePart {
			return models.MessagePart{
				UID: models.NewUID(), MessageID: l.message.ID, ChannelID: &l.channel.ID, Ordinal: ordinal,
				Status: models.MessageSent, CreatedAt: moment(),
			}
		}
		more := []models.MessagePart{part(3), part(2)}
		l.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.CreateMessageParts(ctx, l.Owner, more) })
		want := []models.MessagePart{l.parts[0], l.parts[1], more[1], more[0]}
		equal(t, "the parts", l.partsOf(t), want)
		for what, set := range map[string]func(*models.MessagePart){
			"a number that there is":    func(p *models.MessagePart) { p.Ordinal = 2 },
			"a uid that there is":       func(p *models.MessagePart) { p.UID = l.parts[0].UID },
			"another account's channel": func(p *models.MessagePart) { p.ChannelID = &stranger.channel.ID },
			"another account's message": func(p *models.MessagePart) { p.MessageID, p.Ordinal = stranger.message.ID, 9 },
		} {
			bad := part(5)
			set(&bad)
			conflicts(t, what, try(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.CreateMessageParts(ctx, l.Owner, []models.MessagePart{part(4), bad})
			}))
		}
		equal(t, "the parts afterwards", l.partsOf(t), want)
	},
	"a receipt writes how far a part has come, and nothing else": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		id := "SM1"
		row := l.parts[0]
		row.Status, row.ExternalID = models.MessageFailed, &id
		want := row
		row.UID, row.ChannelID, row.Ordinal, row.MessageID, row.CreatedAt = models.NewUID(), nil, 7, 0, moment().Add(time.Hour)
		l.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateMessagePart(ctx, l.Owner, &row) })
		equal(t, "the parts", l.partsOf(t), []models.MessagePart{want, l.parts[1]})
	},
	"a message's own receipt leaves what was said": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		reason, id := "The number is not in service", "SM1"
		row := l.message
		row.Status, row.FailureReason, row.ExternalID, row.Content, row.Seq = models.MessageFailed, &reason, &id, "other", 9
		want := l.message
		want.Status, want.FailureReason, want.ExternalID = models.MessageFailed, &reason, &id
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.UpdateMessage(ctx, l.Owner, &row))
			got, err := tx.MessageByUID(ctx, l.Owner, l.message.UID)
			equal(t, "the message", got, want)
			return err
		})
	},
	"two channels may call parts the same": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		other, id := l.newChannel(t, l.Owner, "+14155550200"), "1"
		theirs := models.MessagePart{
			UID: models.NewUID(), MessageID: l.message.ID, ChannelID: &other.ID, Ordinal: 2, ExternalID: &id,
			Status: models.MessageSent, CreatedAt: moment(),
		}
		l.parts[0].ExternalID = &id
		l.do(t, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.UpdateMessagePart(ctx, l.Owner, &l.parts[0]))
			must(t, tx.CreateMessageParts(ctx, l.Owner, []models.MessagePart{theirs}))
			for channel, want := range map[int64]int{l.channel.ID: 0, other.ID: 2} {
				got, err := tx.MessagePart(ctx, l.Owner, channel, id, models.NewUID())
				must(t, err)
				equal(t, "the part of a channel", got.Ordinal, want)
			}
			_, err := tx.MessagePart(ctx, l.Owner, other.ID, "2", l.parts[1].UID)
			fails(t, "a part by its own id, of another channel", err, models.ErrNotFound)
			return nil
		})
	},
	"a receipt that is undone never came": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		fails(t, "the transaction", try(t, s, func(ctx context.Context, tx chat.Tx) error {
			for _, p := range l.parts {
				must(t, l.read(ctx, tx, p))
			}
			return errUndone
		}), errUndone)
		equal(t, "the parts", l.partsOf(t), l.parts)
		equal(t, "the message", l.messages(t, l.Talk)[0].Status, models.MessageSent)
	},
	"of receipts that come at once the last one sees the others": func(t *testing.T, s *store.Store) {
		l := newLane(t, s)
		together := meeting(s, len(l.parts))
		crowd(len(l.parts), func(i int) {
			arrive := sync.OnceFunc(together)
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				arrive()
				return l.read(ctx, tx, l.parts[i])
			})
			if err != nil {
				t.Error(err)
			}
		})
		equal(t, "the message", l.messages(t, l.Talk)[0].Status, models.MessageRead)
	},
}
