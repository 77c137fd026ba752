package assistantapi_test

import (
	"errors"
	"strings"
	"testing"

	openai "github.com/sashabaranov/go-openai"
)

func TestAnErrorBlamesAFieldThatTheRequestHas(t *testing.T) {
	t.Parallel()
	const completions, responses = "/openai/v1/chat/completions", "/openai/v1/responses"
	onBoth(t, func(b *bench) {
		hello := `"messages":[{"role":"user","content":"Hello"}]`
		for _, c := range []struct{ path, body, param string }{
			{completions, hello + `,"temperature":3`, "temperature"},
			{completions, hello + `,"max_tokens":0`, "max_tokens"},
			{completions, hello + `,"max_completion_tokens":0`, "max_completion_tokens"},
			{completions, hello + `,"max_tokens":5,"max_completion_tokens":-1`, "max_completion_tokens"},
			{completions, `"messages":[]`, "messages"},
			{completions, `"messages":[{"role":"user","content":" "}]`, "messages"},
			{completions, `"messages":[{"role":"assistant","content":"Hello"}]`, "messages"},
			{completions, `"messages":[{"role":"tool","content":"Hello"},{"role":"user","content":"Hello"}]`, "messages"},
			{completions, `"messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"x"}}]}]`, "messages"},
			{completions, hello + `,"n":2`, "n"},
			{responses, `"input":"Hello","temperature":3`, "temperature"},
			{responses, `"input":"Hello","max_output_tokens":0`, "max_output_tokens"},
			{responses, `"input":" "`, "input"},
		} {
			for _, stream := range []string{"", `,"stream":true`} {
				a := b.post(c.path, `{"model":"`+b.assistant+`",`+c.body+stream+`}`).want(400)
				if a.text("error.param") != c.param || !strings.HasPrefix(a.text("error.message"), c.param+" ") || strings.Contains(a.body, "assistantOverrides") {
					b.Errorf("%s%s is answered %s", c.body, stream, a.body)
				}
			}
		}
		for _, previous := range []string{"chat-01h455vb4pex5vsknk084sn02q", "nonsense"} {
			a := b.post(responses, `{"model":"`+b.assistant+`","input":"?","previous_response_id":"`+previous+`"}`).want(404)
			if a.text("error.param") != "previous_response_id" || a.text("error.code") != "not_found" {
				b.Errorf("after %s: %s", previous, a.body)
			}
		}
		if asked := b.questions(); len(asked) != 0 {
			b.Errorf("the model was asked %q", asked)
		}
	})
}

func TestThePublishedGoClientIsToldWhichFieldIsWrong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		_, err := b.client(b.Creds.LiveKey).CreateChatCompletion(b.Context(), openai.ChatCompletionRequest{
			Model: b.assistant, Temperature: 3, Messages: []openai.ChatCompletionMessage{{Role: "user", Content: "Hello"}},
		})
		var e *openai.APIError
		if !errors.As(err, &e) || e.Param == nil || *e.Param != "temperature" || e.Message != "temperature must be between 0 and 2" {
			b.Errorf("the client is told %v", err)
		}
	})
}
