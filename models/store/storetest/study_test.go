package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// newAssistant makes one that was published.
func (c Company) newAssistant(t testing.TB, at time.Time) models.Assistant {
	t.Helper()
	warm := 0.5
	settings := models.AssistantSettings{
		Name: "Ada", SystemPrompt: "Be kind.", Model: models.ModelSettings{Temperature: &warm},
		Variables: map[string]string{"shop": "Kettles"}, Knowledge: true, Price: models.Price{Input: 0.25, Output: 2},
	}
	a := models.Assistant{
		UID: models.NewUID(), Name: settings.Name, Draft: &settings, Published: &settings, PublishedAt: &at, CreatedAt: at, UpdatedAt: at,
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.CreateAssistant(ctx, c.Owner, &a) })
	return a
}

// sessionOf is one that is not stored yet.
func sessionOf(k Talk, a models.Assistant, at time.Time) models.Session {
	first := "Welcome"
	return models.Session{
		UID: models.NewUID(), ConversationID: k.Conversation.ID, AssistantID: a.ID, AssistantUID: a.UID, Name: "Visit",
		Status: models.SessionActive, Overrides: &models.Overrides{FirstMessage: &first},
		ExpiresAt: at.Add(time.Hour), CreatedAt: at, UpdatedAt: at,
	}
}

// newSession stores one.
func (c Company) newSession(t testing.TB, k Talk, a models.Assistant, at time.Time) models.Session {
	t.Helper()
	row := sessionOf(k, a, at)
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.CreateSession(ctx, c.Owner, &row) })
	return row
}

// study is a company with an assistant, a session of it, and two chats there: one that
// is finished, and one that follows it and runs.
type study struct {
	Company
	Talk
	assistant models.Assistant
	session   models.Session
	finished  models.Chat
	running   models.Chat
}

func newStudy(t testing.TB, s *store.Store) study {
	t.Helper()
	c := NewCompany(t, s)
	d := study{Company: c, Talk: c.NewTalk(t), assistant: c.newAssistant(t, moment())}
	post(t, s, d.Visitor, d.Says("secret"))
	d.session = c.newSession(t, d.Talk, d.assistant, moment())
	d.finished = c.newChat(t, d.session, models.ChatActive, moment())
	d.running = chatOf(d.session, models.ChatRunning, moment())
	d.running.PreviousID = &d.finished.ID
	d.do(t, func(ctx context.Context, tx chat.Tx) error { return tx.CreateChat(ctx, c.Owner, &d.running) })
	return d
}

// do is Do with one act.
func (d study) do(t testing.TB, act func(ctx context.Context, tx chat.Tx) error) {
	t.Helper()
	Do(t, d.Store, act)
}

// lists are methods that show rows, or none.
func (d study) lists() map[string]attempt {
	return map[string]attempt{
		"Assistants": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Assistants(ctx, who, hundred)
			return len(list.Rows) + int(list.Total), err
		},
		"AssistantSessions": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.AssistantSessions(ctx, who, hundred)
			return len(list.Rows) + int(list.Total), err
		},
		"Chats": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			list, err := tx.Chats(ctx, who, hundred)
			return len(list.Rows) + int(list.Total), err
		},
		"DropChat": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			dropped, err := tx.DropChat(ctx, who, d.running.ID)
			if dropped {
				return 1, err
			}
			return 0, err
		},
		"HideChats": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.HideChats(ctx, who, d.session.ID, moment())
		},
	}
}

// finds are methods that look for one row by its id.
func (d study) finds() map[string]attempt {
	return map[string]attempt{
		"AssistantByID": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.AssistantByID(ctx, who, d.assistant.ID))
		}),
		"AssistantByUID": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.AssistantByUID(ctx, who, d.assistant.UID))
		}),
		"LockAssistant": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.LockAssistant(ctx, who, d.assistant.UID))
		}),
		"AssistantSession": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.AssistantSession(ctx, who, d.session.UID))
		}),
		"AssistantSessionByID": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.AssistantSessionByID(ctx, who, d.session.ID))
		}),
		"LockSession": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.LockSession(ctx, who, d.session.UID))
		}),
		"ConversationByID": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.ConversationByID(ctx, who, d.Conversation.ID))
		}),
		"Chat": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.Chat(ctx, who, d.finished.UID))
		}),
		"ChatEvenDeleted": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.ChatEvenDeleted(ctx, who, d.running.UID))
		}),
		"LastChat": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.LastChat(ctx, who, d.session.ID))
		}),
		"RunningChat": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.RunningChat(ctx, who, d.session.ID))
		}),
	}
}

// changes are methods that change a row by its id.
func (d study) changes() map[string]attempt {
	return map[string]attempt{
		"UpdateAssistant": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := d.assistant
			row.Name = "intruder"
			return tx.UpdateAssistant(ctx, who, &row)
		}),
		"RetireAssistant": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return tx.RetireAssistant(ctx, who, d.assistant.ID, moment())
		}),
		"UpdateSession": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := d.session
			row.Status = models.SessionDeleted
			return tx.UpdateSession(ctx, who, &row)
		}),
		"UpdateChat": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := d.finished
			row.Status = models.ChatDeleted
			return tx.UpdateChat(ctx, who, &row)
		}),
		"HideMessages": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return tx.HideMessages(ctx, who, d.Conversation.ID, chat.Span{First: 1, Last: 9}, moment())
		}),
	}
}

// creations are methods that make a row.
func (d study) creations(k Talk) map[string]attempt {
	return map[string]attempt{
		"CreateSession": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := sessionOf(k, d.assistant, moment())
			return tx.CreateSession(ctx, who, &row)
		}),
		"CreateChat": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			row := chatOf(d.session, models.ChatActive, moment())
			return tx.CreateChat(ctx, who, &row)
		}),
	}
}

// isAsItWas wants that nobody changed anything.
func (d study) isAsItWas(t *testing.T) {
	t.Helper()
	d.do(t, func(ctx context.Context, tx chat.Tx) error {
		assistant, err := tx.AssistantByUID(ctx, d.Owner, d.assistant.UID)
		must(t, err)
		equal(t, "the assistant", assistant, d.assistant)
		session, err := tx.AssistantSession(ctx, d.Owner, d.session.UID)
		must(t, err)
		equal(t, "the session", session, d.session)
		finished, err := tx.Chat(ctx, d.Owner, d.finished.UID)
		must(t, err)
		equal(t, "the finished chat", finished, d.finished)
		running, err := tx.RunningChat(ctx, d.Owner, d.session.ID)
		equal(t, "the running chat", running, d.running)
		return err
	})
	equal(t, "the messages", contents(d.messages(t, d.Talk)), []string{"secret"})
}

// attemptAs is the attempt's error.
func attemptAs(t testing.TB, s *store.Store, who models.Principal, attempt attempt) error {
	t.Helper()
	return try(t, s, func(ctx context.Context, tx chat.Tx) error { return second(attempt(ctx, tx, who)) })
}

// isUnknownTo wants that each attempt finds nothing.
func isUnknownTo(t testing.TB, s *store.Store, who models.Principal, attempts map[string]attempt) {
	t.Helper()
	for name, attempt := range attempts {
		if err := attemptAs(t, s, who, attempt); !models.HasCode(err, models.CodeNotFound) {
			t.Errorf("%s: got %v, want that it is not found", name, err)
		}
	}
}

// isForbidden wants that each attempt is refused to the visitor, and to who is nobody.
func isForbidden(t testing.TB, s *store.Store, visitor models.Principal, attempts map[string]attempt) {
	t.Helper()
	for _, who := range []models.Principal{{}, {Kind: models.KindUser}, {AccountID: visitor.AccountID}, visitor} {
		for name, attempt := range attempts {
			fails(t, name, attemptAs(t, s, who, attempt), models.ErrForbidden)
		}
	}
}
