package assistantapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// ask asks until its caller leaves, and says what he is told.
func (b *bench) ask(path, body string) (leave context.CancelFunc, told <-chan error) {
	b.Helper()
	ctx, leave := context.WithCancel(b.Context())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, b.URL+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("x-api-key", b.Creds.LiveKey)
	end := make(chan error, 1)
	go func() {
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			err = response.Body.Close()
		}
		end <- err
	}()
	return leave, end
}

func TestWhoHangsUpInTheLineIsNotAskedFor(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		session := b.session()
		b.come, b.gone = make(chan struct{}), make(chan error, 2)
		asked, free := make(chan struct{}), make(chan struct{})
		b.script(func(w http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			<-free
			says("There you are.")(w, r)
		})
		first := make(chan answer)
		go func() { first <- b.post("/api/chats", in(session, "First")) }()
		<-b.come
		<-asked
		leave, told := b.ask("/api/chats", in(session, "Second"))
		<-b.come
		leave()
		if err := <-told; !errors.Is(err, context.Canceled) {
			b.Errorf("who leaves is told %v", err)
		}
		if err := <-b.gone; err == nil { // while the first one is still at it
			b.Error("there is an answer before its turn")
		}
		close(free)
		(<-first).want(201)
		history := b.get("/api/chats/session/" + session).want(200)
		if said, _ := history.value("session.messages").([]any); len(said) != 2 || strings.Contains(history.body, "Second") {
			b.Errorf("%s", history.body)
		}
	})
}

func TestWhoHangsUpOnAStreamBeforeItsFirstWordStopsTheModel(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.gone = make(chan error, 1)
		asked := make(chan struct{})
		b.script(func(_ http.ResponseWriter, r *http.Request) {
			asked <- struct{}{}
			<-r.Context().Done()
		})
		for path, body := range map[string]string{
			"/api/chats":                  `{"assistantId":"` + b.assistant + `","input":"When?","stream":true}`,
			"/openai/v1/chat/completions": `{"model":"` + b.assistant + `","messages":[{"role":"user","content":"When?"}],"stream":true}`,
			"/openai/v1/responses":        `{"model":"` + b.assistant + `","input":"When?","stream":true}`,
		} {
			leave, told := b.ask(path, body)
			<-asked
			leave()
			if err := <-b.gone; !errors.Is(err, context.Canceled) {
				b.Errorf("%s: the question ends with %v", path, err)
			}
			if err := <-told; !errors.Is(err, context.Canceled) {
				b.Errorf("%s: who leaves is told %v", path, err)
			}
		}
		if list := b.get("/api/chats").want(200); list.body != "[]" {
			b.Errorf("%s", list.body)
		}
	})
}
