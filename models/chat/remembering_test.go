package chat_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// remembered is how many messages an assistant is given at most.
const remembered = 400

// reader is a store that notes how many messages are read of what was said, and that it is
// not done while a transaction that writes is held.
type reader struct {
	chat.Store
	t    *testing.T
	rows int
	// fails is what the next look ends with.
	fails error
}

func (r *reader) Transcript(ctx context.Context, who models.Principal, q chat.TranscriptQuery) ([]models.Message, error) {
	if err := r.fails; err != nil {
		r.fails = nil
		return nil, err
	}
	rows, err := r.Store.Transcript(ctx, who, q)
	r.rows += len(rows)
	return rows, err
}

func (r *reader) InTx(ctx context.Context, fn func(ctx context.Context, tx chat.Tx) error) error {
	return r.Store.InTx(ctx, func(ctx context.Context, tx chat.Tx) error { return fn(ctx, writer{tx, r.t}) })
}

// writer is a transaction in which nobody reads what was said.
type writer struct {
	chat.Tx
	t *testing.T
}

func (w writer) Transcript(ctx context.Context, who models.Principal, q chat.TranscriptQuery) ([]models.Message, error) {
	w.t.Error("what was said is read while others wait")
	return w.Tx.Transcript(ctx, who, q)
}

// eachReader is a desk whose store is watched.
func eachReader(t *testing.T, test func(t *testing.T, d *desk, r *reader)) {
	t.Helper()
	eachDesk(t, func(t *testing.T, d *desk) {
		r := &reader{Store: d.store, t: t}
		d.chat = chat.New(chat.Options{Store: r, Bell: d.bell, Blobs: d.blobs, Identities: d.access, Mint: d.access, Now: d.clock})
		test(t, d, r)
	})
}

// tells has a chat of many turns, numbered on from the one given, and gives the number
// after them.
func (d *desk) tells(q chat.Question, from int) (models.Chat, int) {
	d.t.Helper()
	for range 199 {
		q.Input = append(q.Input, models.ChatTurn{Role: models.RoleOfUser, Content: fmt.Sprint(from)})
		from++
	}
	return d.ask(q, fmt.Sprint(from)), from + 1
}

// isTheEnd wants that a turn has the newest messages until before a number, and the question.
func isTheEnd(t *testing.T, turn chat.Turn, next int) {
	t.Helper()
	want := []string{}
	for n := next - remembered; n < next; n++ {
		want = append(want, fmt.Sprint(n))
	}
	got := []string{}
	for _, said := range turn.Turns {
		got = append(got, said.Content)
	}
	if want = append(want, "And now?"); !slices.Equal(got, want) {
		t.Errorf("the engine is given %d turns, %q", len(got), got)
	}
}

func TestALongSessionGoesOnWithTheNewestOfIt(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, d *desk, r *reader) {
		s, next := d.session(models.Overrides{}), 1
		for range 3 {
			_, next = d.tells(chat.Question{Session: &s.UID}, next)
			if next <= remembered {
				continue
			}
			r.rows = 0
			turn := d.begin(chat.Question{Session: &s.UID, Input: says("And now?")})
			isTheEnd(t, turn, next)
			if r.rows != remembered {
				t.Errorf("%d messages are read of %d", r.rows, next-1)
			}
			if err := d.chat.AbandonTurn(t.Context(), d.owner, turn); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestALongPathGoesOnWithTheNewestOfItPastWhatCameLater(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, d *desk, r *reader) {
		last, next := d.tells(chat.Question{Assistant: &d.assistant.UID}, 1)
		for range 2 {
			last, next = d.tells(chat.Question{Previous: &last.UID}, next)
		}
		for i := range 2 {
			d.tells(chat.Question{Previous: &last.UID}, 10_000*(i+1))
		}
		r.rows = 0
		isTheEnd(t, d.begin(chat.Question{Previous: &last.UID, Input: says("And now?")}), next)
		if r.rows != remembered {
			t.Errorf("%d messages are read", r.rows)
		}
	})
}

func TestWhatWasDeletedTakesNoPlaceInWhatIsRemembered(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, d *desk, _ *reader) {
		s, next := d.session(models.Overrides{}), 1
		for range 2 {
			_, next = d.tells(chat.Question{Session: &s.UID}, next)
		}
		for range 2 {
			gone, _ := d.tells(chat.Question{Session: &s.UID}, 10_000)
			if _, err := d.chat.DeleteChat(t.Context(), d.owner, gone.UID); err != nil {
				t.Fatal(err)
			}
		}
		isTheEnd(t, d.begin(chat.Question{Session: &s.UID, Input: says("And now?")}), next)
	})
}

func TestASessionIsFreeAgainWhenItsPastCannotBeRead(t *testing.T) {
	t.Parallel()
	eachReader(t, func(t *testing.T, d *desk, r *reader) {
		s := d.session(models.Overrides{})
		ctx, cancel := context.WithCancel(t.Context())
		broken := errors.New("the database is away")
		r.fails = broken
		if _, err := d.chat.BeginTurn(ctx, d.owner, chat.Question{Session: &s.UID, Input: says("?")}); !errors.Is(err, broken) {
			t.Errorf("the turn began with %v", err)
		}
		cancel()
		d.ask(chat.Question{Session: &s.UID, Input: says("?")}, "!")
	})
}

func TestAVisitorsLongConversationIsAnsweredFromTheNewestOfIt(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		r := &reader{Store: db, t: t}
		s := setup(t, db)
		s.chat = chat.New(chat.Options{Store: r, Bell: s.bell, Blobs: s.blobs, Identities: s.access, Mint: s.access})
		c, visitor := s.start("long")
		var asked models.Message
		for i := range remembered + 20 {
			asked = s.post(visitor, c, fmt.Sprint(i))
		}
		s.post(visitor, c, "later")
		r.rows = 0
		q, err := s.chat.BeginAnswer(t.Context(), models.Job{AccountID: s.owner.AccountID, Payload: map[string]any{
			"message": models.FormatID(models.PrefixMessage, asked.UID),
		}})
		if err != nil || q.Step != chat.StepNothing || r.rows != remembered {
			t.Errorf("%d messages are read, %q, %v", r.rows, q.Step, err)
		}
	})
}
