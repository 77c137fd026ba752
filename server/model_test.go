package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// withModel is the configuration with a model that always says the same.
func withModel(t *testing.T, cfg Config, text string) Config {
	t.Helper()
	frame, err := json.Marshal(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": text}, "finish_reason": "stop"}}})
	if err != nil {
		t.Fatal(err)
	}
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintf(w, "data: %s\n\ndata: {\"choices\":[],\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":500}}\n\ndata: [DONE]\n\n", frame)
	}))
	t.Cleanup(model.Close)
	cfg.OpenAIBaseURL, cfg.OpenAIKey = model.URL+"/v1", "sk-model"
	return cfg
}

func TestAServerThatFailsVisitorsIsNotAskedForAgents(t *testing.T) {
	t.Parallel()
	m := newModel(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	n := start(t, m.configures(sqliteConfig(t)))
	n.assist(robin)
	n.begin("jane", "When do you open?")
	path, key := "/v2/conversation/"+n.conversationOf("jane"), n.firstRun().LiveKey
	n.await("people have to answer", func() bool {
		return n.must(200, http.MethodGet, path, "", "X-API-Key", key).json("assistant_active") == false
	})
	// Three tries of two attempts, but for the last one: five failures are enough.
	for _, act := range []string{"/suggest", "/summary"} {
		n.must(502, http.MethodPost, path+act, "{}", "X-API-Key", key)
	}
	if asked := len(m.requests()); asked != 5 {
		t.Errorf("the server was asked %d times", asked)
	}
}

// pausing says a piece, and the others when it may go on.
func pausing(first string, goOn <-chan struct{}, others ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":%q}}]}\n\n", first)
		_ = http.NewResponseController(w).Flush()
		<-goOn
		speaks(others...)(w, r)
	}
}
