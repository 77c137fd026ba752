package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

var posting = map[string]func(*testing.T, *store.Store){
	"a message is numbered, timed and counted": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		entry := WithClientID(k.Says("Hello,\n  where   is my order?"), "first")
		p := post(t, s, k.Visitor, entry)
		want := entry.Message
		one := int64(1)
		want.ID, want.AccountID, want.ConversationID = p.Message.ID, c.Rows.Live.ID, k.Conversation.ID
		want.ConversationUID, want.Seq, want.PublicSeq = k.Conversation.UID, 1, &one
		want.CreatedAt, want.Attachments = p.Message.CreatedAt, []models.Attachment{}
		equal(t, "the message", p, chat.Posted{Message: want, Status: models.StatusOpen})
		equal(t, "the message as stored", c.messages(t, k), []models.Message{want})
		got := c.conversation(t, k)
		after := k.Conversation
		after.Seq, after.PublicSeq, after.MessageCount, after.UnreadCount = 1, 1, 1, 1
		after.TickAt, after.LastMessageAt, after.UpdatedAt = want.CreatedAt, want.CreatedAt, want.CreatedAt
		after.LastMessagePreview, after.LastMessageBy = "Hello, where is my order?", models.ByContact
		after.Contact, after.Labels = &k.Contact, []string{}
		equal(t, "the conversation", got, after)
	},
	"an answer is the first response and counts nothing unread": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("Hello"))
		first := post(t, s, c.Owner, k.Answers(c.Owner, "Hi")).Message
		post(t, s, c.Owner, k.Answers(c.Owner, "How can I help?"))
		got := c.conversation(t, k)
		equal(t, "first response", *got.FirstResponseAt, first.CreatedAt)
		equal(t, "unread", got.UnreadCount, 1)
		equal(t, "messages", got.MessageCount, 3)
		equal(t, "last by", got.LastMessageBy, models.ByUser)
		equal(t, "the user's uid", first.UserUID, &c.Owner.UserUID)
		equal(t, "the user's uid as stored", c.messages(t, k)[1].UserUID, &c.Owner.UserUID)
	},
	"a note has a place in the order and shows nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		post(t, s, k.Visitor, k.Says("Hello"))
		before := c.conversation(t, k)
		note := post(t, s, c.Owner, k.Notes(c.Owner, "A difficult one")).Message
		equal(t, "the note's public number", note.PublicSeq, nil)
		equal(t, "the note's place", note.Seq, 2)
		after := c.conversation(t, k)
		before.Seq, before.TickAt, before.UpdatedAt = 2, note.CreatedAt, note.CreatedAt
		equal(t, "the conversation", after, before)
		answer := post(t, s, c.Owner, k.Answers(c.Owner, "Hi")).Message
		equal(t, "the next place", answer.Seq, 3)
		equal(t, "the next public number", *answer.PublicSeq, 2)
	},
	"times increase though the clock stands still or goes back": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		now := moment().Add(time.Minute)
		last := k.Conversation.TickAt
		for _, shift := range []time.Duration{0, 0, -time.Hour, 0, time.Microsecond, 500 * time.Nanosecond, 2 * time.Microsecond} {
			e := k.Says("tick")
			e.Now = now.Add(shift)
			at := post(t, s, k.Visitor, e).Message.CreatedAt
			if !at.After(last) {
				t.Errorf("%s came after %s", at, last)
			}
			equal(t, "microseconds", at, at.UTC().Truncate(time.Microsecond))
			last = at
		}
		equal(t, "the last time", last, now.Add(6*time.Microsecond))
	},
	"only a contact's public message reopens": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		for _, status := range []models.ConversationStatus{models.StatusClosed, models.StatusArchived} {
			k := c.NewTalk(t)
			c.close(t, k, status)
			for _, e := range []chat.Entry{k.Answers(c.Owner, "Bye"), k.Notes(c.Owner, "Done")} {
				equal(t, "the team reopens", post(t, s, c.Owner, e).Reopened, false)
			}
			equal(t, "the status", c.conversation(t, k).Status, status)
			p := post(t, s, k.Visitor, k.Says("One more thing"))
			equal(t, "the visitor reopens", p.Reopened, true)
			got := c.conversation(t, k)
			equal(t, "the status after", got.Status, models.StatusOpen)
			equal(t, "when", *got.ReopenedAt, p.Message.CreatedAt)
			equal(t, "closed at", got.ClosedAt, nil)
			equal(t, "the reason", got.ResolutionReason, nil)
			equal(t, "the survey", got.SurveyAsked, false)
			equal(t, "again", post(t, s, k.Visitor, k.Says("And another")).Reopened, false)
		}
	},
	"each kind of message tells its event": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		first := post(t, s, k.Visitor, k.Says("Hello")).Message
		answer := post(t, s, c.Owner, k.Answers(c.Owner, "Hi")).Message
		post(t, s, c.Owner, k.Notes(c.Owner, "Hm"))
		c.close(t, k, models.StatusClosed)
		post(t, s, k.Visitor, k.Says("Back"))
		all := c.events(t)
		equal(t, "the log", types(all), []models.EventType{
			models.EventMessageReceived, models.EventMessageSent, models.EventNoteCreated,
			models.EventMessageReceived, models.EventConversationReopened,
		})
		equal(t, "the first actor", all[0].ActorKind, models.KindVisitor)
		equal(t, "the first actor's user", all[0].ActorUserID, nil)
		equal(t, "the first message", all[0].Message.UID, first.UID)
		equal(t, "the second actor", all[1].ActorKind, models.KindUser)
		equal(t, "the second actor's user", *all[1].ActorUserID, c.Owner.UserID)
		equal(t, "the second message", all[1].Message.UID, answer.UID)
		equal(t, "the time", all[1].CreatedAt, answer.CreatedAt)
	},
	"a retry answers the first message and leaves no hole": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		first := post(t, s, k.Visitor, WithClientID(k.Says("Hello"), "a")).Message
		again := post(t, s, k.Visitor, WithClientID(k.Says("Something else"), "a"))
		equal(t, "the retry", again, chat.Posted{Message: first, Replayed: true})
		next := post(t, s, k.Visitor, k.Says("Next")).Message
		equal(t, "the next number", next.Seq, 2)
		equal(t, "the texts", contents(c.messages(t, k)), []string{"Hello", "Next"})
		equal(t, "the log", len(c.events(t)), 2)
	},
	"a retry in a transaction does the same": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		var posted [2]chat.Posted
		Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
			for i := range posted {
				if posted[i], err = tx.Post(ctx, k.Visitor, WithClientID(k.Says("Hello"), "a")); err != nil {
					return err
				}
			}
			return nil
		})
		equal(t, "the retry", posted[1], chat.Posted{Message: posted[0].Message, Replayed: true})
		equal(t, "the texts", contents(c.messages(t, k)), []string{"Hello"})
	},
	"a client id is one's own": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		post(t, s, k.Visitor, WithClientID(k.Says("one"), "a"))
		for what, p := range map[string]chat.Posted{
			"the team's":             post(t, s, c.Owner, WithClientID(k.Answers(c.Owner, "two"), "a")),
			"another id":             post(t, s, k.Visitor, WithClientID(k.Says("three"), "b")),
			"another conversation's": post(t, s, other.Visitor, WithClientID(other.Says("four"), "a")),
		} {
			equal(t, what, p.Replayed, false)
		}
	},
	"text comes back as it went": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		texts := []string{
			`'; DROP TABLE messages; --`, `{"a":"\u0041\n"}`, "<b>&amp;</b>", "日本語 عربى עברית 👩‍👩‍👧", "a\tb\r\nc\\d%_?$1 @x ?::jsonb",
			strings.Repeat("ü", models.MaxMessageLength), "", " padded ",
		}
		for _, text := range texts {
			equal(t, "the answer", post(t, s, k.Visitor, k.Says(text)).Message.Content, text)
		}
		equal(t, "what is stored", contents(c.messages(t, k)), texts)
	},
	"everything that a message carries is kept": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		e := k.Answers(c.Owner, "A call")
		speaker, from, external := "ai", "+491234567", "wamid.1"
		e.Message.Speaker, e.Message.FromAddress, e.Message.ExternalID = &speaker, &from, &external
		e.Message.MessageType, e.Message.Status = models.TypeAudio, models.MessageDelivered
		p := post(t, s, c.Owner, e)
		equal(t, "what is stored", c.messages(t, k), []models.Message{p.Message})
		equal(t, "the speaker", p.Message.Speaker, &speaker)
	},
	"an assistant and the system may write": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		for _, kind := range []models.AuthorKind{models.ByAssistant, models.BySystem} {
			e := k.Says("beep")
			e.Message.AuthorKind, e.Message.Status = kind, models.MessageSent
			post(t, s, c.System, e)
		}
		got := c.conversation(t, k)
		equal(t, "unread", got.UnreadCount, 0)
		equal(t, "first response", got.FirstResponseAt, nil)
		equal(t, "the log", types(c.events(t)), []models.EventType{models.EventMessageSent, models.EventMessageSent})
	},
	"a context that has ended leaves nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Post(ctx, k.Visitor, k.Says("Hello"))
		fails(t, "the post", err, context.Canceled)
		err = s.InTx(ctx, func(context.Context, chat.Tx) error { return nil })
		fails(t, "the transaction", err, context.Canceled)
		equal(t, "the messages", len(c.messages(t, k)), 0)
	},
}

// close puts a conversation at its end, as resolving does.
func (c Company) close(t testing.TB, k Talk, status models.ConversationStatus) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		row, err := tx.LockConversation(ctx, c.Owner, k.Conversation.UID)
		if err != nil {
			return err
		}
		now, reason := moment(), models.ReasonIssueResolved
		row.Status, row.ClosedAt, row.ResolutionReason, row.SurveyAsked = status, &now, &reason, true
		row.ResolveCount++
		row.UpdatedAt = now
		return tx.UpdateConversation(ctx, c.Owner, &row, "status", "closed_at", "resolution_reason", "survey_asked", "resolve_count")
	})
}
