package assistantapi_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"parley/models"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/server/assistant"
)

// anywhere takes every address, and notes what is sent there.
type anywhere struct{ sent chan string }

func (anywhere) Check(context.Context, string) error { return nil }

func (a anywhere) Post(_ context.Context, _ string, _ map[string]string, body []byte) (int, string, error) {
	a.sent <- string(body)
	return 204, "", nil
}

func TestTheAssistantsServerIsToldOfChats(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		out := anywhere{make(chan string, 10)}
		b := setup(t, s, out)
		runner := jobs.New(jobs.Options{Store: s, Kinds: assistant.Teller{Chat: b.Chat, Caller: out}.Jobs()})
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- runner.Run(ctx) }()
		t.Cleanup(func() {
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
		made, err := b.Chat.CreateAssistant(t.Context(), b.Owner, models.AssistantSettings{Name: "Support", Server: &models.AssistantServer{
			URL: "https://shop.example/ai", Events: []models.EventType{models.EventChatCreated, models.EventChatDeleted},
		}}, true)
		if err != nil {
			t.Fatal(err)
		}
		id := models.FormatHandle(models.HandleAssistant, made.UID)
		c := b.post("/api/chats", `{"assistantId":"`+id+`","input":"Hello"}`).want(201)
		b.call("DELETE", "/api/chats/"+c.text("chat.id"), "").want(200)
		runner.Poke()
		told := map[string]bool{}
		for range 2 {
			var news struct {
				Message struct {
					Type            string
					Chat, Assistant struct{ ID string }
				}
			}
			select {
			case body := <-out.sent:
				if err := json.Unmarshal([]byte(body), &news); err != nil || news.Message.Chat.ID != c.text("chat.id") || news.Message.Assistant.ID != id {
					t.Errorf("told %s, %v", body, err)
				}
				told[news.Message.Type] = true
			case <-time.After(20 * time.Second):
				t.Fatal("nobody was told")
			}
		}
		if !told["chat.created"] || !told["chat.deleted"] {
			t.Errorf("told of %v", told)
		}
	})
}
