package chat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestASessionExpiresAndCanStillBeRead(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		s := d.session(models.Overrides{})
		d.ask(chat.Question{Session: &s.UID, Input: says("?")}, "!")
		d.later(chat.SessionLife)
		if _, err := d.chat.BeginTurn(t.Context(), d.owner, chat.Question{Session: &s.UID, Input: says("?")}); !errors.Is(err, chat.ErrSessionExpired) {
			t.Errorf("%v", err)
		}
		read, err := d.chat.Session(t.Context(), d.owner, s.UID)
		if err != nil || len(read.Messages) != 2 || read.StatusAt(d.clock()) != models.SessionExpired {
			t.Errorf("%+v, %v", read, err)
		}
	})
}

func TestSessionsUseWhatIsPublished(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		edit := func(s *models.AssistantSettings) error { s.SystemPrompt, s.Name = "New", "Renamed"; return nil }
		edited, err := d.chat.EditAssistant(t.Context(), d.owner, d.assistant.UID, edit)
		if err != nil || edited.Name != "Support" || edited.Draft.Name != "Renamed" {
			t.Fatalf("%+v, %v", edited, err)
		}
		s := d.session(models.Overrides{})
		turn := d.begin(chat.Question{Session: &s.UID, Input: says("?")})
		if strings.Contains(turn.System, "New") {
			t.Errorf("uses the draft: %q", turn.System)
		}
		if err := d.chat.AbandonTurn(t.Context(), d.owner, turn); err != nil {
			t.Fatal(err)
		}
		if _, err := d.chat.PublishAssistant(t.Context(), d.owner, d.assistant.UID); err != nil {
			t.Fatal(err)
		}
		if turn = d.begin(chat.Question{Session: &s.UID, Input: says("?")}); turn.System != "New" || turn.Assistant.Name != "Renamed" {
			t.Errorf("does not use what was published: %q", turn.System)
		}
		draft, err := d.chat.CreateAssistant(t.Context(), d.owner, settings(), false)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.chat.CreateSession(t.Context(), d.owner, chat.NewSession{Name: "x", Assistant: draft.UID}); !errors.Is(err, chat.ErrNotPublished) {
			t.Errorf("a draft: %v", err)
		}
		if _, err := d.chat.DeleteAssistant(t.Context(), d.owner, d.assistant.UID); err != nil {
			t.Fatal(err)
		}
		if _, err := d.chat.BeginTurn(t.Context(), d.owner, chat.Question{Assistant: &d.assistant.UID, Input: says("?")}); !errors.Is(err, chat.ErrAssistantNotFound) {
			t.Errorf("a deleted one: %v", err)
		}
		if list, err := d.chat.Assistants(t.Context(), d.owner, models.Page{Limit: 10}); err != nil || list.Total != 1 {
			t.Errorf("%d are listed, %v", list.Total, err)
		}
	})
}

func TestAnotherAccountsAssistantsAreUnknown(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		s := d.session(models.Overrides{})
		c := d.ask(chat.Question{Session: &s.UID, Input: says("?")}, "!")
		_, _, stranger := newAccount(t, d.access)
		ctx := t.Context()
		for name, err := range map[string]error{
			"assistant": failureOf(d.chat.Assistant(ctx, stranger, d.assistant.UID)),
			"publish":   failureOf(d.chat.PublishAssistant(ctx, stranger, d.assistant.UID)),
			"delete":    failureOf(d.chat.DeleteAssistant(ctx, stranger, d.assistant.UID)),
			"session":   failureOf(d.chat.Session(ctx, stranger, s.UID)),
			"end":       failureOf(d.chat.DeleteSession(ctx, stranger, s.UID)),
			"chat":      failureOf(d.chat.Chat(ctx, stranger, c.UID)),
			"undo":      failureOf(d.chat.DeleteChat(ctx, stranger, c.UID)),
			"turn":      failureOf(d.chat.BeginTurn(ctx, stranger, chat.Question{Session: &s.UID, Input: says("?")})),
			"one shot":  failureOf(d.chat.BeginTurn(ctx, stranger, chat.Question{Assistant: &d.assistant.UID, Input: says("?")})),
			"previous":  failureOf(d.chat.BeginTurn(ctx, stranger, chat.Question{Previous: &c.UID, Input: says("?")})),
			"start":     failureOf(d.chat.CreateSession(ctx, stranger, chat.NewSession{Name: "x", Assistant: d.assistant.UID})),
		} {
			if !models.HasCode(err, models.CodeNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func failureOf[T any](_ T, err error) error { return err }

func TestQuestionsThatCannotBeAskedBlameTheirField(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		id := models.NewUID()
		hot := 3.0
		for name, c := range map[string]struct {
			q     chat.Question
			field string
		}{
			"nobody":        {chat.Question{Input: says("?")}, "sessionId"},
			"two":           {chat.Question{Session: &id, Previous: &id, Input: says("?")}, "previousChatId"},
			"nothing":       {chat.Question{Session: &id}, "input"},
			"blank":         {chat.Question{Session: &id, Input: says(" \u200b ")}, "input"},
			"too long":      {chat.Question{Session: &id, Input: says(strings.Repeat("x", 10_001))}, "input"},
			"NUL":           {chat.Question{Session: &id, Input: says("a\x00b")}, "input"},
			"ends wrong":    {chat.Question{Session: &id, Input: []models.ChatTurn{{Role: "assistant", Content: "x"}}}, "input"},
			"strange role":  {chat.Question{Session: &id, Input: append([]models.ChatTurn{{Role: "tool", Content: "x"}}, says("?")...)}, "input"},
			"too many":      {chat.Question{Session: &id, Input: slices.Repeat(says("?"), 201)}, "input"},
			"hot":           {chat.Question{Session: &id, Input: says("?"), Overrides: models.Overrides{Model: models.ModelSettings{Temperature: &hot}}}, "assistantOverrides.model.temperature"},
			"long variable": {chat.Question{Session: &id, Input: says("?"), Overrides: models.Overrides{Variables: map[string]string{"x": strings.Repeat("x", 10_001)}}}, "assistantOverrides.variableValues"},
		} {
			_, err := d.chat.BeginTurn(t.Context(), d.owner, c.q)
			if e := models.AsError(err); e.Code != models.CodeInvalid || e.Field != c.field {
				t.Errorf("%s: %v blames %q", name, err, e.Field)
			}
		}
	})
}

func TestTheOldestIsLeftOutWhenNotEverythingFits(t *testing.T) {
	t.Parallel()
	eachDesk(t, func(t *testing.T, d *desk) {
		s := d.session(models.Overrides{})
		for i := range 3 {
			d.ask(chat.Question{Session: &s.UID, Input: says(fmt.Sprint(i) + strings.Repeat("ä", 9_990))}, fmt.Sprint(i)+strings.Repeat("b", 9_990))
		}
		turn := d.begin(chat.Question{Session: &s.UID, Input: says("last")})
		if n := len(turn.Turns); n != 5 || turn.Turns[0].Content[0] != '1' || turn.Turns[4].Content != "last" {
			t.Errorf("%d turns, the first is %.3q", n, turn.Turns[0].Content)
		}
	})
}
