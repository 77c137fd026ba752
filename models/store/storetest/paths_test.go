package storetest

import (
	"context"
	"fmt"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// turn stores a finished chat with its messages, a question and its answer.
func (d study) turn(t testing.TB, previous *models.Chat, text string) models.Chat {
	t.Helper()
	first := post(t, d.Store, d.Visitor, d.Says(text+"?")).Message.Seq
	last := post(t, d.Store, d.Owner, d.Answers(d.Owner, text+"!")).Message.Seq
	row := chatOf(d.session, models.ChatActive, moment())
	row.FirstSeq, row.LastSeq = &first, &last
	if previous != nil {
		row.PreviousID = &previous.ID
	}
	d.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.CreateChat(ctx, d.Owner, &row) })
	return row
}

// said is what there is on the way to a chat.
func (d study) said(t testing.TB, to models.Chat, newest int) []string {
	t.Helper()
	rows, err := d.Store.Transcript(t.Context(), d.Owner, chat.TranscriptQuery{
		ConversationID: d.Conversation.ID, Newest: newest, Path: &chat.Path{Session: d.session.ID, Chat: to.ID},
	})
	must(t, err)
	return contents(rows)
}

var paths = map[string]func(*testing.T, *store.Store){
	"a path leads through the chats that went before, and past the others": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s) // where somebody said "secret" outside of all chats
		a := d.turn(t, nil, "a")
		b := d.turn(t, &a, "b")
		post(t, s, d.Owner, d.Answers(d.Owner, "a person"))
		c := d.turn(t, &a, "c")
		e := d.turn(t, &c, "e")
		f := d.turn(t, &b, "f")
		post(t, s, d.Owner, d.Notes(d.Owner, "note"))
		post(t, s, d.Owner, d.Answers(d.Owner, "again"))
		equal(t, "to the first", d.said(t, a, 99), []string{"secret", "a?", "a!", "a person", "again"})
		equal(t, "to the second", d.said(t, b, 99), []string{"secret", "a?", "a!", "b?", "b!", "a person", "again"})
		equal(t, "to a branch", d.said(t, e, 99), []string{"secret", "a?", "a!", "a person", "c?", "c!", "e?", "e!", "again"})
		equal(t, "to the other", d.said(t, f, 99), []string{"secret", "a?", "a!", "b?", "b!", "a person", "f?", "f!", "again"})
		equal(t, "the newest of it", d.said(t, f, 5), []string{"b!", "a person", "f?", "f!", "again"})
		d.do(t, func(ctx context.Context, tx chat.Tx) error {
			b.Status = models.ChatDeleted
			must(t, tx.UpdateChat(ctx, d.Owner, &b))
			return tx.HideMessages(ctx, d.Owner, d.Conversation.ID, chat.Span{First: *b.FirstSeq, Last: *b.LastSeq}, moment())
		})
		equal(t, "past one that was deleted", d.said(t, f, 99), []string{"secret", "a?", "a!", "a person", "f?", "f!", "again"})
	},
	"another account's path leads nowhere": func(t *testing.T, s *store.Store) {
		d, stranger := newStudy(t, s), newStudy(t, s)
		a := d.turn(t, nil, "a")
		theirs := stranger.turn(t, nil, "theirs")
		equal(t, "to theirs", d.said(t, theirs, 99), []string{"secret"})
		rows, err := s.Transcript(t.Context(), stranger.Owner, chat.TranscriptQuery{
			ConversationID: d.Conversation.ID, Path: &chat.Path{Session: d.session.ID, Chat: a.ID},
		})
		must(t, err)
		equal(t, "a stranger's look", len(rows), 0)
	},
	"the end of a long path is where many others end, too": func(t *testing.T, s *store.Store) {
		d := newStudy(t, s)
		root := d.turn(t, nil, "root")
		trunk := root
		for i := range 6 {
			trunk = d.turn(t, &trunk, fmt.Sprint(i))
			d.turn(t, &root, "aside")
		}
		equal(t, "the end", d.said(t, trunk, 4), []string{"4?", "4!", "5?", "5!"})
		equal(t, "the beginning's", d.said(t, root, 99), []string{"secret", "root?", "root!"})
	},
}
