package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"testing"
	"time"
)

// leaving is a node whose model hangs, and says when it has been given up.
type leaving struct {
	*node
	model   *model
	begun   chan struct{}
	givenUp chan struct{}
}

func startLeaving(t *testing.T, cfg Config) *leaving {
	t.Helper()
	l := &leaving{begun: make(chan struct{}, 1), givenUp: make(chan struct{}, 1)}
	l.model = newModel(t, func(_ http.ResponseWriter, r *http.Request) {
		l.begun <- struct{}{}
		<-r.Context().Done()
		l.givenUp <- struct{}{}
	})
	l.node = start(t, l.model.configures(cfg))
	return l
}

// leave asks over a connection of its own and hangs up once the model is at work.
func (l *leaving) leave(path, body, idempotencyKey string) {
	l.Helper()
	conn := dial(l, strings.TrimPrefix(l.base, "http://"))
	_, err := fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-API-Key: %s\r\nIdempotency-Key: %s\r\nContent-Length: %d\r\n\r\n%s",
		path, l.firstRun().LiveKey, idempotencyKey, len(body), body)
	if err != nil {
		l.Fatal(err)
	}
	l.soon(path+": the model is asked", l.begun)
	if err := conn.Close(); err != nil {
		l.Fatal(err)
	}
	left := time.Now()
	l.soon(path+": the model is given up", l.givenUp)
	// A second is meant, and a minute is how long it would wait for a word; a loaded machine
	// may take its time.
	if took := time.Since(left); took > 15*time.Second {
		l.Errorf("%s: the model worked on for %v", path, took)
	}
}

func (l *leaving) soon(what string, signal <-chan struct{}) {
	l.Helper()
	select {
	case <-signal:
	case <-time.After(patienceOfTests):
		l.Fatalf("not in time: %s", what)
	}
}

// question is a call that waits for the model, and the status of its answer.
type question struct {
	path, body string
	status     int
}

// questions are all calls that do.
func (l *leaving) questions() []question {
	l.Helper()
	key := l.firstRun().LiveKey
	assistant := l.must(201, http.MethodPost, "/api/assistants", robin, "X-API-Key", key).json("id")
	session := l.must(201, http.MethodPost, "/api/sessions", fmt.Sprintf(`{"name":"Support","assistantId":%q}`, assistant), "X-API-Key", key).json("session.id")
	l.begin("jane", "When do you open?")
	copilot := "/v2/conversation/" + l.conversationOf("jane")
	l.begin("john", "When do you close?") // whose label it might be as well
	l.must(200, http.MethodPost, "/v2/conversation/"+l.conversationOf("john")+"/label", `{"labels":["billing"],"action":"add"}`, "X-API-Key", key)
	return []question{
		{"/api/chats", fmt.Sprintf(`{"sessionId":%q,"input":"Hello?"}`, session), 201},
		{"/openai/v1/chat/completions", fmt.Sprintf(`{"model":%q,"messages":[{"role":"user","content":"Hello?"}]}`, assistant), 200},
		{"/openai/v1/responses", fmt.Sprintf(`{"model":%q,"input":"Hello?"}`, assistant), 200},
		{copilot + "/suggest", `{"instructions":"Be brief."}`, 200},
		{copilot + "/summary", `{}`, 200},
		{copilot + "/suggest-labels", `{}`, 200},
	}
}

func TestWhoHangsUpOnAnAssistantTakesTheQuestionAlong(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		l := startLeaving(t, cfg)
		key := l.firstRun().LiveKey
		all := l.questions()
		for _, q := range all {
			l.leave(q.path, q.body, q.path)
		}
		// A stream that has not begun is left alike.
		l.leave("/api/chats", strings.Replace(all[0].body, "{", `{"stream":true,`, 1), "streamed")
		if chats := l.must(200, http.MethodGet, "/api/chats", "", "X-API-Key", key); chats.text != "[]" {
			t.Errorf("what nobody waited for left %s", chats.text)
		}
		l.model.play(speaks("We open at nine."))
		for _, q := range all {
			// The key is free again, and so is the session, which nothing runs in.
			var again reply
			l.await(q.path+" is free again", func() bool {
				again = l.call(http.MethodPost, q.path, q.body, "X-API-Key", key, "Idempotency-Key", q.path)
				return again.StatusCode != http.StatusConflict
			})
			if again.StatusCode != q.status || again.Header.Get("Idempotent-Replayed") != "" {
				t.Errorf("%s, asked again: %d %s", q.path, again.StatusCode, again.text)
			}
		}
		if chats := l.must(200, http.MethodGet, "/api/chats", "", "X-API-Key", key); strings.Count(chats.text, `"We open at nine."`) != 3 || strings.Count(chats.text, `"sessionId"`) != 3 {
			t.Errorf("there are %s", chats.text)
		}
		if strings.Contains(l.log.String(), `"level":"ERROR"`) {
			t.Error("somebody who left is logged as a failure of ours")
		}
	})
}

func TestWhoStaysWithAnAssistantIsAnsweredAndKeepsTheConnection(t *testing.T) {
	t.Parallel()
	answering := make(chan struct{})
	m := newModel(t, func(w http.ResponseWriter, r *http.Request) { <-answering; speaks("We open at nine.")(w, r) })
	l := &leaving{node: start(t, m.configures(sqliteConfig(t)))}
	q := l.questions()[0]
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	time.AfterFunc(600*time.Millisecond, func() { close(answering) }) // after somebody has looked
	for i := range 2 {
		var reused bool
		ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(c httptrace.GotConnInfo) { reused = c.Reused }})
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.base+q.path, strings.NewReader(q.body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/json")
		request.Header.Set("X-API-Key", l.firstRun().LiveKey)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || response.StatusCode != q.status || !strings.Contains(string(said), `"We open at nine."`) || reused != (i == 1) {
			t.Errorf("question %d: %d %s, %v; the connection is reused: %t", i, response.StatusCode, said, err, reused)
		}
	}
}
