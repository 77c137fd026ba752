package chat_test

import (
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestTemplatesAreFilledOnce(t *testing.T) {
	t.Parallel()
	values := map[string]string{"a": "{{b}}", "b": "B", "long.name-1": "yes", "dollar": "$1 ${a} %s"}
	for template, want := range map[string]string{
		"{{a}} {{ b }}{{unknown}}!":             "{{b}} B!",
		"{{long.name-1}}":                       "yes",
		"{{dollar}}":                            "$1 ${a} %s",
		"{{constructor.constructor('x')()}}":    "{{constructor.constructor('x')()}}",
		"{{__proto__}} {{constructor}}":         " ",
		"${7*7} %s {b} {{}} {{1a}} {{ {{b}} }}": "${7*7} %s {b} {{}} {{1a}} {{ B }}",
		"{{a":                                   "{{a",
	} {
		if got := chat.Render(template, values); got != want {
			t.Errorf("%q became %q, not %q", template, got, want)
		}
	}
}

func TestWhatATemplateBecomesIsBounded(t *testing.T) {
	t.Parallel()
	many, value := strings.Repeat("{{a}}", 10_000), strings.Repeat("x", 10_000)
	if got := len(chat.Render(many+"!", map[string]string{"a": value})); got != 200_000 {
		t.Errorf("it has %d bytes", got)
	}
	for left, want := range map[int]int{200_000: 200_000, 200_001: 0} {
		template := strings.Repeat("y", left-1) + "{{a}}"
		if got := len(chat.Render(template, map[string]string{"a": "x"})); got != want {
			t.Errorf("of %d bytes there are %d", left, got)
		}
	}
	eachDesk(t, func(t *testing.T, d *desk) {
		wide := settings()
		wide.SystemPrompt, wide.Variables = many, map[string]string{"a": value}
		if _, err := d.chat.CreateAssistant(t.Context(), d.owner, wide, true); models.AsError(err).Field != "variables" {
			t.Errorf("at saving: %v", err)
		}
		wide.Variables = map[string]string{"a": "x"}
		a, err := d.chat.CreateAssistant(t.Context(), d.owner, wide, true)
		if err != nil {
			t.Fatal(err)
		}
		const blamed = "assistantOverrides.variableValues"
		wider := models.Overrides{Variables: map[string]string{"a": value}}
		_, err = d.chat.CreateSession(t.Context(), d.owner, chat.NewSession{Name: "Jane", Assistant: a.UID, Overrides: wider})
		if models.AsError(err).Field != blamed {
			t.Errorf("of a session: %v", err)
		}
		_, err = d.chat.BeginTurn(t.Context(), d.owner, chat.Question{Assistant: &a.UID, Input: says("Hi"), Overrides: wider})
		if models.AsError(err).Field != blamed {
			t.Errorf("of a chat: %v", err)
		}
		if turn := d.begin(chat.Question{Assistant: &a.UID, Input: says("Hi")}); turn.System != strings.Repeat("x", 10_000) {
			t.Errorf("what fits has %d bytes", len(turn.System))
		}
	})
}
