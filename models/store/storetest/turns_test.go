package storetest

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// errBusy is what a chat gets that finds another one running.
var errBusy = errors.New("busy")

// chatOf is one that is not stored yet.
func chatOf(session models.Session, status models.ChatStatus, at time.Time) models.Chat {
	lease := at.Add(time.Minute)
	return models.Chat{
		UID: models.NewUID(), SessionID: session.ID, SessionUID: session.UID, Status: status,
		Input: []models.ChatTurn{{Role: models.RoleOfUser, Content: "How are you?"}}, Output: []models.ChatTurn{},
		LeaseUntil: &lease, CreatedAt: at, UpdatedAt: at,
	}
}

// newChat stores one.
func (c Company) newChat(t testing.TB, session models.Session, status models.ChatStatus, at time.Time) models.Chat {
	t.Helper()
	row := chatOf(session, status, at)
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.CreateChat(ctx, c.Owner, &row) })
	return row
}

// takeTurn begins a chat where none runs, or where the one that does has had its time.
func (d study) takeTurn(ctx context.Context, tx chat.Tx) (models.Chat, error) {
	row := chatOf(d.session, models.ChatRunning, moment())
	if _, err := tx.LockSession(ctx, d.Owner, d.session.UID); err != nil {
		return row, err
	}
	running, err := tx.RunningChat(ctx, d.Owner, d.session.ID)
	switch {
	case err == nil && moment().Before(*running.LeaseUntil):
		return row, errBusy
	case err == nil:
		if dropped, err := tx.DropChat(ctx, d.Owner, running.ID); err != nil || !dropped {
			return row, errors.Join(err, models.ErrNotFound)
		}
	case !errors.Is(err, models.ErrNotFound):
		return row, err
	}
	return row, tx.CreateChat(ctx, d.Owner, &row)
}

// meeting is where n transactions wait for each other when they have begun. On SQLite,
// where one waits for the end of another, nobody does.
func meeting(s *store.Store, n int) (arrive func()) {
	if s.Dialect() == SQLite {
		return func() {}
	}
	var missing sync.WaitGroup
	missing.Add(n)
	return func() {
		missing.Done()
		missing.Wait()
	}
}

var turns = map[string]func(*testing.T, *store.Store){
	"a chat is kept whole, and changes in all but its beginning": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		first, last, later := int64(2), int64(3), moment().Add(time.Second)
		row := d.running
		row.Status, row.Cost, row.InputTokens, row.OutputTokens = models.ChatActive, 0.000_000_125, 7, 1<<40
		row.Output = []models.ChatTurn{{Role: models.RoleOfAssistant, Content: "Fine 🙂"}}
		row.FirstSeq, row.LastSeq, row.LeaseUntil, row.UpdatedAt = &first, &last, nil, later
		want := row
		row.UID, row.SessionID, row.PreviousID, row.Input, row.CreatedAt = models.NewUID(), 0, nil, nil, later
		d.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateChat(ctx, d.Owner, &row) })
		got, err := s.Chat(t.Context(), d.Owner, d.running.UID)
		must(t, err)
		equal(t, "the chat", got, want)
	},
	"chats that run, or failed, are not among the finished": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		failed := d.newChat(t, d.session, models.ChatFailed, moment())
		list, err := s.Chats(t.Context(), d.Owner, hundred)
		must(t, err)
		equal(t, "the chats", list.Rows, []models.Chat{d.finished})
		for _, uid := range []models.UID{d.running.UID, failed.UID, models.NewUID()} {
			_, err := s.Chat(t.Context(), d.Owner, uid)
			fails(t, "one of them", err, models.ErrNotFound)
		}
	},
	"a session is busy with one chat, and others are not": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		again := func() error {
			row := chatOf(d.session, models.ChatRunning, moment())
			return try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateChat(ctx, d.Owner, &row) })
		}
		conflicts(t, "a second one", again())
		d.newChat(t, d.newSession(t, d.NewTalk(t), d.assistant, moment()), models.ChatRunning, moment())
		d.running.Status = models.ChatActive
		d.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateChat(ctx, d.Owner, &d.running) })
		must(t, again())
	},
	"a chat refers to nothing that is not there": func(t *testing.T, s *store.Store) {
		d, stranger := newStudy(t, s), newStudy(t, s)
		for what, set := range map[string]func(*models.Chat){
			"another account's session": func(row *models.Chat) { row.SessionID = stranger.session.ID },
			"another account's chat":    func(row *models.Chat) { row.PreviousID = &stranger.finished.ID },
			"the same uid":              func(row *models.Chat) { row.UID = d.finished.UID },
		} {
			row := chatOf(d.session, models.ChatActive, moment())
			set(&row)
			conflicts(t, what, try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.CreateChat(ctx, d.Owner, &row) }))
		}
		d.isAsItWas(t)
		stranger.isAsItWas(t)
	},
	"of chats that begin at once one wins": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		d.do(t, func(ctx context.Context, tx chat.Tx) error { return second(tx.DropChat(ctx, d.Owner, d.running.ID)) })
		var won, busy atomic.Int32
		together := meeting(s, 4)
		crowd(4, func(int) {
			arrive := sync.OnceFunc(together)
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				arrive()
				return second(d.takeTurn(ctx, tx))
			})
			switch {
			case err == nil:
				won.Add(1)
			case errors.Is(err, errBusy):
				busy.Add(1)
			default:
				t.Error(err)
			}
		})
		equal(t, "those that won and those that wait", []int32{won.Load(), busy.Load()}, []int32{1, 3})
	},
	"without a lock of the session one wins as well": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		d.do(t, func(ctx context.Context, tx chat.Tx) error { return second(tx.DropChat(ctx, d.Owner, d.running.ID)) })
		var won atomic.Int32
		crowd(6, func(int) {
			row := chatOf(d.session, models.ChatRunning, moment())
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error { return tx.CreateChat(ctx, d.Owner, &row) })
			if err == nil {
				won.Add(1)
			} else {
				conflicts(t, "one that lost", err)
			}
		})
		equal(t, "those that won", won.Load(), 1)
	},
	"a chat whose time ran out is followed by one, and comes to nothing": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		busy := try(t, s, func(ctx context.Context, tx chat.Tx) error { return second(d.takeTurn(ctx, tx)) })
		fails(t, "while it has time", busy, errBusy)
		past := moment().Add(-time.Second)
		d.running.LeaseUntil = &past
		d.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateChat(ctx, d.Owner, &d.running) })
		var won atomic.Int32
		together := meeting(s, 4)
		crowd(4, func(int) {
			arrive := sync.OnceFunc(together)
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				arrive()
				return second(d.takeTurn(ctx, tx))
			})
			if err == nil {
				won.Add(1)
			} else if !errors.Is(err, errBusy) {
				t.Error(err)
			}
		})
		equal(t, "those that follow it", won.Load(), 1)
		d.running.Status = models.ChatActive
		late := try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateChat(ctx, d.Owner, &d.running) })
		fails(t, "its answer, too late", late, chat.ErrChatNotFound)
	},
	"a chat is dropped once, and only while it runs": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		for _, want := range []bool{true, false} {
			d.do(t, func(ctx context.Context, tx chat.Tx) error {
				dropped, err := tx.DropChat(ctx, d.Owner, d.running.ID)
				equal(t, "whether it was dropped", dropped, want)
				must(t, err)
				dropped, err = tx.DropChat(ctx, d.Owner, d.finished.ID)
				equal(t, "whether a finished one was", dropped, false)
				return err
			})
			_, err := s.ChatEvenDeleted(t.Context(), d.Owner, d.running.UID)
			fails(t, "afterwards", err, models.ErrNotFound)
		}
		got, err := s.Chat(t.Context(), d.Owner, d.finished.UID)
		must(t, err)
		equal(t, "the finished one", got, d.finished)
	},
	"a session's hidden chats are there for who remembers them": func(t *testing.T, s *store.Store) {
		d, at := newStudy(t, s), moment()
		other := d.newChat(t, d.newSession(t, d.NewTalk(t), d.assistant, at), models.ChatActive, at)
		next := chatOf(d.session, models.ChatActive, at)
		first, last := int64(4), int64(5)
		next.PreviousID, next.FirstSeq, next.LastSeq = &d.finished.ID, &first, &last
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.CreateChat(ctx, d.Owner, &next))
			return tx.HideChats(ctx, d.Owner, d.session.ID, at)
		})
		list, err := s.Chats(t.Context(), d.Owner, hundred)
		must(t, err)
		equal(t, "the chats", list.Rows, []models.Chat{other})
		hidden := d.finished
		hidden.Status, hidden.DeletedAt, hidden.UpdatedAt = models.ChatDeleted, &at, at
		got, err := s.ChatEvenDeleted(t.Context(), d.Owner, hidden.UID)
		must(t, err)
		equal(t, "a hidden one", got, hidden)
		_, err = s.ChatEvenDeleted(t.Context(), d.Owner, d.running.UID)
		fails(t, "the one that ran", err, models.ErrNotFound)
		latest, err := s.LastChat(t.Context(), d.Owner, d.session.ID)
		must(t, err)
		next.Status, next.DeletedAt, next.UpdatedAt = models.ChatDeleted, &at, at
		equal(t, "the last chat", latest, next)
	},
	"hidden messages are gone from what a conversation says and is found by": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("apples"))
		post(t, s, c.Owner, k.Notes(c.Owner, "cherries"))
		post(t, s, k.Visitor, k.Says("bananas"))
		Index(t, s)
		hide := func(first, last int64) models.Conversation {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				return tx.HideMessages(ctx, c.Owner, k.Conversation.ID, chat.Span{First: first, Last: last}, moment())
			})
			return c.conversation(t, k)
		}
		got := hide(3, 3)
		equal(t, "what is said", contents(c.messages(t, k)), []string{"apples", "cherries"})
		equal(t, "the newest", got.LastMessagePreview, "apples")
		equal(t, "the counts", []int64{got.MessageCount, got.UnreadCount, got.Seq}, []int64{1, 1, 3})
		equal(t, "found by what is hidden", len(c.list(t, chat.ConversationQuery{Search: "bananas"})), 0)
		equal(t, "found by what is not", len(c.list(t, chat.ConversationQuery{Search: "apples"})), 1)
		got = hide(1, got.Seq)
		equal(t, "with all hidden", []any{got.LastMessagePreview, got.MessageCount, got.UnreadCount}, []any{"", int64(0), int64(0)})
		equal(t, "what is left", len(c.messages(t, k)), 0)
		equal(t, "the next number", post(t, s, k.Visitor, k.Says("dates")).Message.Seq, 4)
	},
}
