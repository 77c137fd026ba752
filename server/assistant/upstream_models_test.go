package assistant_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"parley/server/assistant"
)

// bounded is a question with everything that an API caller may set.
func bounded(name string, temperature float64) assistant.Ask {
	most, ask := 500, question("When do you open?")
	ask.Model = assistant.ModelSettings{Model: name, Temperature: &temperature, MaxTokens: &most}
	return ask
}

func TestAModelThatReasonsIsAskedAsItTakesQuestions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		old, fresh int
		warm       bool
	}{
		"gpt-5-mini": {fresh: 500}, "o1": {fresh: 500}, "o3-mini": {fresh: 500}, "o4-mini": {fresh: 500}, "gpt-6-luna": {fresh: 500},
		"gpt-4o": {old: 500, warm: true}, "llama3": {old: 500, warm: true}, "openai/gpt-5-mini": {old: 500, warm: true},
	} {
		for _, temperature := range []float64{0, 0.2, 1, 2} {
			f := model(t, says("At nine."))
			a, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), bounded(name, temperature), nil)
			if err != nil || a.Text != "At nine." || a.Model != name {
				t.Fatalf("%s at %v: %+v, %v", name, temperature, a, err)
			}
			var sent struct {
				MaxTokens   int `json:"max_tokens"`
				Fresh       int `json:"max_completion_tokens"`
				Temperature *float64
			}
			if err := json.Unmarshal([]byte(f.calls[0]), &sent); err != nil {
				t.Fatal(err)
			}
			if sent.MaxTokens != c.old || sent.Fresh != c.fresh || c.warm && sent.Temperature == nil || !c.warm && sent.Temperature != nil && *sent.Temperature != 1 {
				t.Errorf("%s at %v is asked with %s", name, temperature, f.calls[0])
			}
		}
	}
}

// TestAQuestionThatTheClientRefusesKeepsNobodyElseOut has a model that answers no chats:
// the question never leaves, which says nothing of the server.
func TestAQuestionThatTheClientRefusesKeepsNobodyElseOut(t *testing.T) {
	t.Parallel()
	f := model(t, says("Here"))
	e, _ := clocked(f)
	for range 6 {
		if _, err := e.Answer(t.Context(), bounded("text-davinci-003", 1), nil); !errors.Is(err, assistant.ErrUpstream) || errors.Is(err, assistant.ErrTimeout) {
			t.Errorf("%v", err)
		}
	}
	if a, err := e.Answer(t.Context(), question("?"), nil); err != nil || a.Text != "Here" || f.asked() != 1 {
		t.Errorf("the next one: %q, %v after %d calls", a.Text, err, f.asked())
	}
}

// TestAQuestionThatNeverLeftIsNoTryOfAServerThatIsDown has it come when one question may
// see whether the server is back: the next one may still.
func TestAQuestionThatNeverLeftIsNoTryOfAServerThatIsDown(t *testing.T) {
	t.Parallel()
	bad := refuses(http.StatusTooManyRequests, "application/json", shy)
	f := model(t, bad, bad, bad, bad, bad, says("Back"))
	e, later := clocked(f)
	for range 5 {
		_, _ = e.Answer(t.Context(), question("?"), nil) // the count tells
	}
	later(11 * time.Second)
	if _, err := e.Answer(t.Context(), bounded("text-davinci-003", 1), nil); err == nil || f.asked() != 5 {
		t.Errorf("%v after %d calls", err, f.asked())
	}
	if a, err := e.Answer(t.Context(), question("?"), nil); err != nil || a.Text != "Back" {
		t.Errorf("the next one: %q, %v", a.Text, err)
	}
}
