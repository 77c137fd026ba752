package assistantapi_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	openai "github.com/sashabaranov/go-openai"

	"parley/models"
	"parley/models/chat"
)

func TestASupportChatRunsAsTheGuideHasIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		made := b.post("/api/sessions", `{"name":"Customer Support Session","assistantId":"`+b.assistant+`"}`).want(201)
		if made.text("message") != "Session created successfully" || made.text("session.status") != "active" || fmt.Sprint(made.value("session.messages")) != "[]" {
			b.Errorf("%s", made.body)
		}
		session := made.text("session.id")
		first := b.post("/api/chats", in(session, "Hi, I need help with my TechFlow account")).want(201)
		if first.text("message") != "Chat created successfully" || first.text("chat.input") != "Hi, I need help with my TechFlow account" ||
			first.text("chat.output.0.content") != "I can help." || first.text("chat.output.0.role") != "assistant" ||
			!strings.HasPrefix(first.body, `{"message":`) || first.value("chat.cost") != 0.005 || first.text("chat.sessionId") != session || first.text("chat.status") != "active" {
			b.Errorf("%s", first.body)
		}
		b.post("/api/chats", in(session, "I forgot my password")).want(201)
		asked := b.last()
		for _, part := range []string{"You work for TechFlow.", `"Hello!"`, "Hi, I need help with my TechFlow account", "I can help.", "I forgot my password"} {
			if !strings.Contains(asked, part) {
				b.Errorf("the model was not told %q: %s", part, asked)
			}
		}
		b.post("/api/chats", `{"sessionId":"`+session+`","input":[{"role":"user","content":[{"type":"text","text":"I am"}]},{"role":"user","content":"Premium"}],`+
			`"assistantOverrides":{"variableValues":{"company":"TechFlow Solutions","seats":5,"trial":false}}}`).want(201)
		if !strings.Contains(b.last(), "You work for TechFlow Solutions.") {
			b.Errorf("the variable is not in %s", b.last())
		}
		history := b.get("/api/chats/session/" + session).want(200)
		if list, _ := history.value("session.messages").([]any); len(list) != 7 || history.text("session.messages.0.role") != "user" || history.text("message") == "" {
			b.Errorf("%s", history.body)
		}
		once := b.post("/api/chats", `{"assistantId":"`+b.assistant+`","input":"One question"}`).want(201)
		again := b.post("/api/chats", `{"previousChatId":"`+once.text("chat.id")+`","input":"And another"}`).want(201)
		if !strings.Contains(b.last(), "One question") || again.text("chat.sessionId") != once.text("chat.sessionId") {
			b.Errorf("%s after %s", again.body, b.last())
		}
		if gone := b.call("DELETE", "/api/chats/"+first.text("chat.id"), "").want(200); gone.text("chat.status") != "deleted" {
			b.Errorf("%s", gone.body)
		}
		b.call("DELETE", "/api/chats/"+first.text("chat.id"), "").want(404)
		b.get("/api/chats/" + first.text("chat.id")).want(404)
	})
}

func TestMistakesAreToldInTheSurfacesShape(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		session := b.session()
		unknown := models.FormatHandle(models.HandleSession, models.NewUID())
		for body, want := range map[string]int{
			`{"input":"x"}`: 400, `{"sessionId":"` + session + `"}`: 400, in(session, " "): 400, in(session, "a\x00"): 400,
			`{"sessionId":"` + session + `","previousChatId":"chat-01h455vb4pex5vsknk084sn02q","input":"x"}`: 400,
			`{"sessionId":"` + session + `","input":5}`:                                                      400,
			`{"sessionId":"` + session + `","input":[{"role":"robot","content":"x"}]}`:                       400,
			`{"sessionId":"` + session + `","input":[{"role":"user","content":[{"type":"image_url"}]}]}`:     400,
			in(unknown, "x"): 404, in("nonsense", "x"): 404, `{"assistantId":"nonsense","input":"x"}`: 404,
			`{"sessionId":"` + session + `","input":"x","assistantOverrides":{"variableValues":{"a":{}}}}`: 400,
		} {
			a := b.post("/api/chats", body)
			if a.status != want || a.value("statusCode") != float64(want) || a.text("message") == "" || a.text("error") != http.StatusText(want) {
				b.Errorf("%s: %d %s", body, a.status, a.body)
			}
		}
		for _, path := range []string{"/api/sessions/" + unknown, "/api/assistants/x", "/api/chats/session/" + unknown} {
			b.get(path).want(404)
		}
		b.post("/api/sessions", `{"name":"x","assistantId":"`+b.assistant+`","expirationSeconds":59}`).want(400)
		b.post("/api/assistants", `{"name":" "}`).want(400)
		b.post("/api/assistants", `{"name":"x","model":{"temperature":3}}`).want(400)
		b.call("GET", "/api/chats", "", "x-api-key", "sk_live_wrong").want(401)
	})
}

func TestAModelThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		session := b.session()
		for name, c := range map[string]struct {
			script http.HandlerFunc
			want   int
		}{
			"refuses": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTooManyRequests) }, 502},
			"hangs":   {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, 504},
		} {
			b.script(c.script)
			for _, stream := range []string{"false", "true"} {
				body := `{"sessionId":"` + session + `","input":"` + name + `","stream":` + stream + `}`
				if a := b.post("/api/chats", body); a.status != c.want || a.value("statusCode") != float64(c.want) {
					b.Errorf("%s: %d %s", name, a.status, a.body)
				}
			}
		}
		if list := b.get("/api/chats").want(200); list.body != "[]" {
			b.Errorf("%s", list.body)
		}
		b.script(says("Back"))
		b.post("/api/chats", in(session, "Hello?")).want(201)
	})
}

func TestAnAnswerIsStreamedAndThenStored(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.script(says("We ", "open ", "at nine."))
		session := b.session()
		a := b.post("/api/chats", `{"sessionId":"`+session+`","input":"When?","stream":true}`).want(200)
		if a.header.Get("Content-Type") != "text/event-stream" || !strings.HasSuffix(a.body, "data: [DONE]\n\n") {
			b.Fatalf("%v %s", a.header, a.body)
		}
		text, id := "", ""
		for line := range strings.SplitSeq(a.body, "\n") {
			var d struct{ ID, SessionID, Path, Delta string }
			if data, ok := strings.CutPrefix(line, "data: {"); ok {
				if err := json.Unmarshal([]byte("{"+data), &d); err != nil || d.SessionID != session || d.Path != "chat.output[0].content" {
					b.Errorf("%s: %v", line, err)
				}
				text, id = text+d.Delta, d.ID
			}
		}
		if stored := b.get("/api/chats/" + id).want(200); text != "We open at nine." || stored.text("output.0.content") != text {
			b.Errorf("%q, stored %s", text, stored.body)
		}
	})
}

func TestAStreamThatBreaksEndsWithTheErrorAndStoresNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.script(func(w http.ResponseWriter, _ *http.Request) { piece(w, "We") })
		a := b.post("/api/chats", `{"assistantId":"`+b.assistant+`","input":"When?","stream":true}`).want(200)
		if !strings.Contains(a.body, `"statusCode":502`) || strings.Contains(a.body, "[DONE]") {
			b.Errorf("%s", a.body)
		}
		if list := b.get("/api/chats").want(200); list.body != "[]" {
			b.Errorf("%s", list.body)
		}
	})
}

func TestWhoClosesAStreamStopsTheModel(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		stopped := make(chan struct{})
		b.script(func(w http.ResponseWriter, r *http.Request) {
			piece(w, "Well")
			<-r.Context().Done()
			close(stopped)
		})
		ctx, leave := context.WithCancel(b.Context())
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.URL+"/api/chats",
			strings.NewReader(`{"assistantId":"`+b.assistant+`","input":"When?","stream":true}`))
		if err != nil {
			b.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("x-api-key", b.Creds.LiveKey)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := response.Body.Read(make([]byte, 10)); err != nil {
			b.Fatal(err)
		}
		leave()
		_ = response.Body.Close()
		<-stopped
	})
}

func TestARetryGetsTheFirstAnswerAndWhoIsTooEarlyWaitsOutside(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		asked, free := make(chan struct{}), make(chan struct{})
		b.script(func(w http.ResponseWriter, r *http.Request) {
			close(asked)
			<-free
			says("Once.")(w, r)
		})
		body := in(b.session(), "Hello")
		var first answer
		var wg sync.WaitGroup
		wg.Go(func() { first = b.post("/api/chats", body, "Idempotency-Key", "k1") })
		<-asked
		b.post("/api/chats", body, "Idempotency-Key", "k1").want(409)
		close(free)
		wg.Wait()
		again := b.post("/api/chats", body, "Idempotency-Key", "k1").want(201)
		if first.status != 201 || again.body != first.body || again.header.Get("Idempotent-Replayed") != "true" {
			b.Errorf("%s and then %s", first.body, again.body)
		}
		b.post("/api/chats", in("x", "Other"), "Idempotency-Key", "k1").want(422)
	})
}

func TestAPersonSilencesTheAssistantUntilItIsReleased(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		session := b.session()
		b.post("/api/chats", in(session, "Hi")).want(201)
		list, err := b.Chat.Conversations(b.Context(), b.Owner, chat.ConversationQuery{Page: models.Page{Limit: 1}})
		if err != nil {
			b.Fatal(err)
		}
		c := list.Rows[0]
		for _, d := range []chat.Draft{{Content: "I am Sarah."}, {Content: "SECRET note", Internal: true}} {
			if _, err := b.Chat.Post(b.Context(), b.Owner, c.UID, d); err != nil {
				b.Fatal(err)
			}
		}
		if a := b.post("/api/chats", in(session, "And?")).want(409); !strings.Contains(a.text("message"), "person") {
			b.Errorf("%s", a.body)
		}
		if _, err := b.Chat.Release(b.Context(), b.Owner, c.UID); err != nil {
			b.Fatal(err)
		}
		other := b.session()
		b.post("/api/chats", in(other, "FOREIGN words")).want(201)
		b.post("/api/chats", in(session, "And now?")).want(201)
		asked := b.last()
		if !strings.Contains(asked, "I am Sarah.") {
			b.Errorf("the model does not know what the person said: %s", asked)
		}
		for _, secret := range []string{"SECRET", "FOREIGN", b.Creds.LiveKey, "sk-upstream", b.Creds.Email, session} {
			if strings.Contains(asked, secret) {
				b.Errorf("the model was told %q: %s", secret, asked)
			}
		}
	})
}

func TestASandboxSendsNothingAway(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		made := b.post("/api/assistants", `{"name":"Test"}`, "x-api-key", b.Creds.TestKey).want(201)
		a := b.post("/api/chats", `{"assistantId":"`+made.text("id")+`","input":"What are your hours?"}`, "x-api-key", b.Creds.TestKey).want(201)
		if a.text("chat.output.0.content") == "" || len(b.asked) != 0 {
			b.Errorf("asked %q, answered %s", b.asked, a.body)
		}
		b.post("/api/chats", `{"assistantId":"`+b.assistant+`","input":"?"}`, "x-api-key", b.Creds.TestKey).want(404)
	})
}

// client is the published Go client, as it comes.
func (b *bench) client(key string) *openai.Client {
	config := openai.DefaultConfig(key)
	config.BaseURL = b.URL + "/openai/v1"
	return openai.NewClientWithConfig(config)
}

func TestThePublishedGoClientWorksUnchanged(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.script(says("Hi ", "there"))
		client := b.client(b.Creds.LiveKey)
		request := openai.ChatCompletionRequest{Model: b.assistant, Messages: []openai.ChatCompletionMessage{
			{Role: "system", Content: "Be brief"}, {Role: "user", Content: "Hello"}, {Role: "assistant", Content: "Yes?"}, {Role: "user", Content: "Who are you?"},
		}}
		whole, err := client.CreateChatCompletion(b.Context(), request)
		if err != nil || whole.Choices[0].Message.Content != "Hi there" || whole.Choices[0].FinishReason != openai.FinishReasonStop || whole.Usage.TotalTokens != 1500 {
			b.Errorf("%+v, %v", whole, err)
		}
		request.StreamOptions = &openai.StreamOptions{IncludeUsage: true}
		stream, err := client.CreateChatCompletionStream(b.Context(), request)
		if err != nil {
			b.Fatal(err)
		}
		text, tokens := "", 0
		for {
			part, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if part.Usage != nil {
				tokens = part.Usage.TotalTokens
			}
			if len(part.Choices) > 0 {
				text += part.Choices[0].Delta.Content
			}
		}
		if text != "Hi there" || tokens != 1500 {
			b.Errorf("%q, %d tokens", text, tokens)
		}
		all, err := client.ListModels(b.Context())
		if err != nil || len(all.Models) != 1 || all.Models[0].ID != b.assistant {
			b.Errorf("%+v, %v", all, err)
		}
		if one, err := client.GetModel(b.Context(), b.assistant); err != nil || one.OwnedBy != "Support" {
			b.Errorf("%+v, %v", one, err)
		}
	})
}

func TestThePublishedGoClientUnderstandsTheErrors(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		ask := func(key, model string, stream bool) error {
			r := openai.ChatCompletionRequest{Model: model, Messages: []openai.ChatCompletionMessage{{Role: "user", Content: "Hello"}}}
			var err error
			if stream {
				_, err = b.client(key).CreateChatCompletionStream(b.Context(), r)
			} else {
				_, err = b.client(key).CreateChatCompletion(b.Context(), r)
			}
			return err
		}
		down := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }
		b.script(down)
		for name, c := range map[string]struct {
			key, model, kind, code string
			status                 int
		}{
			"a wrong key":   {"sk_live_wrong", b.assistant, "authentication_error", "invalid_api_key", 401},
			"a wrong model": {b.Creds.LiveKey, "gpt-4o", "invalid_request_error", "model_not_found", 404},
			"a dead model":  {b.Creds.LiveKey, b.assistant, "server_error", "bad_gateway", 502},
		} {
			for _, stream := range []bool{false, true} {
				var e *openai.APIError
				if err := ask(c.key, c.model, stream); !errors.As(err, &e) || e.HTTPStatusCode != c.status || e.Type != c.kind || e.Code != c.code || e.Message == "" {
					b.Errorf("%s (stream %v): %v", name, stream, err)
				}
			}
		}
	})
}

func TestResponsesGoOnFromEarlierOnes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.script(says("A ", "response"))
		one := b.post("/openai/v1/responses", `{"model":"`+b.assistant+`","input":"My name is Ann","instructions":"Be brief"}`).want(200)
		if one.text("output.0.content.0.text") != "A response" || one.text("status") != "completed" || one.value("usage.total_tokens") != 1500.0 {
			b.Errorf("%s", one.body)
		}
		two := b.post("/openai/v1/responses", `{"model":"`+b.assistant+`","input":"Who am I?","previous_response_id":"`+one.text("id")+`","stream":true}`).want(200)
		if !strings.Contains(b.last(), "My name is Ann") || strings.Contains(b.last(), "Be brief") {
			b.Errorf("asked %s", b.last())
		}
		at := -1
		for _, event := range []string{
			"response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta",
			"response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed",
		} {
			next := strings.Index(two.body, "event: "+event+"\n")
			if next <= at {
				b.Errorf("%s is missing, or too early: %s", event, two.body)
			}
			at = next
		}
		missing := b.post("/openai/v1/responses", `{"model":"`+b.assistant+`","input":"?","previous_response_id":"chat-01h455vb4pex5vsknk084sn02q"}`).want(404)
		if missing.text("error.type") != "invalid_request_error" {
			b.Errorf("%s", missing.body)
		}
		b.post("/openai/v1/responses", `{"model":"`+b.assistant+`","input":"?","tools":[{"type":"web_search"}]}`).want(400)
	})
}
