package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// How a stand-in answers: so many bytes in each piece, and so long between two.
const (
	pieceBytes = 5
	piecePause = 40 * time.Millisecond
)

// ask is one call for an answer.
type ask struct {
	node string // who asks
	// at is closed when the answer has come to where it stops, or to its end.
	at chan struct{}
}

// model stands in for a model's server. What it says to a question belongs to the
// question's conversation, and is different each time, so that the ledger knows it.
type model struct {
	*httptest.Server
	book *ledger
	mu   sync.Mutex
	asks map[string][]*ask // by the client id of the question
	// stops is after how many bytes the first answer to a question hangs.
	stops map[string]int
}

// never is where the stops are that do not stop; hang is the end of every answer, which
// hangs with all of it said.
const (
	never = 1000
	hang  = never - 1
)

func newModel(t *testing.T, book *ledger) *model {
	t.Helper()
	m := &model{book: book, asks: map[string][]*ask{}, stops: map[string]int{}}
	m.Server = httptest.NewServer(m)
	t.Cleanup(func() {
		m.CloseClientConnections()
		m.Close()
	})
	return m
}

// ServeHTTP implements http.Handler.
func (m *model) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
	}
	text, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(text, &asked) != nil || len(asked.Messages) == 0 {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	question := asked.Messages[len(asked.Messages)-1].Content
	id := question[strings.LastIndexByte(question, '|')+1:]
	one, number, stop := m.note(id, strings.Split(r.URL.Path, "/")[1])
	answer := fmt.Sprintf("%s~%d", question, number)
	m.book.invoke(id[:strings.LastIndexByte(id, '-')], fmt.Sprintf("%s~%d", id, number), answer)
	w.Header().Set("Content-Type", "text/event-stream")
	defer close(one.at)
	for at := 0; at < min(len(answer), stop); at += pieceBytes {
		say(w, answer[at:min(at+pieceBytes, len(answer))], nil)
		pause(r.Context(), piecePause)
	}
	if stop < never {
		one.at <- struct{}{}
		<-r.Context().Done()
		return
	}
	stopped := "stop"
	say(w, "", &stopped)
	_, _ = io.WriteString(w, "data: [DONE]\n\n")
	_ = http.NewResponseController(w).Flush()
}

// note keeps account of a call.
func (m *model) note(id, node string) (one *ask, number, stop int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one = &ask{node: node, at: make(chan struct{}, 1)}
	m.asks[id] = append(m.asks[id], one)
	number, stop = len(m.asks[id]), never
	if at, ok := m.stops[id]; ok && number == 1 {
		stop = at
	}
	return one, number, stop
}

// say sends a piece of an answer.
func say(w http.ResponseWriter, text string, reason *string) {
	frame, _ := json.Marshal(map[string]any{"choices": []any{
		map[string]any{"index": 0, "delta": map[string]any{"content": text}, "finish_reason": reason},
	}})
	_, _ = fmt.Fprintf(w, "data: %s\n\n", frame)
	_ = http.NewResponseController(w).Flush()
}

// first waits for the first call for an answer to a question.
func (m *model) first(t *testing.T, id string) *ask {
	t.Helper()
	await(t, "somebody asks for an answer to "+id, func() bool { return m.times(id) > 0 })
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asks[id][0]
}

func (m *model) times(id string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.asks[id])
}

// assists has the model answer the visitors of every account.
func (m *model) assists(t *testing.T, c *cluster) {
	t.Helper()
	for _, account := range c.accounts {
		th := &thread{cluster: c, account: account}
		var made struct {
			ID string `json:"id"`
		}
		var sites struct {
			Data []struct {
				ID string `json:"id"`
			} `json:"data"`
		}
		settings := map[string]any{"name": "Robin", "systemPrompt": "You answer.", "knowledge": false}
		if status, err := th.call(t.Context(), http.MethodPost, "/api/assistants", account.LiveKey, settings, &made); status != http.StatusCreated {
			t.Fatalf("make an assistant: %d %v", status, err)
		}
		if status, err := th.call(t.Context(), http.MethodGet, "/v2/sites", account.LiveKey, nil, &sites); err != nil || len(sites.Data) == 0 {
			t.Fatalf("list the sites: %d %v", status, err)
		}
		th.mustDo(http.MethodPatch, "/v2/sites/"+sites.Data[0].ID, map[string]string{"assistant": "asst_" + strings.TrimPrefix(made.ID, "assistant-")})
	}
}

// bubbles are what the receivers of a conversation show of an answer in the making.
type bubbles struct {
	mu    sync.Mutex
	text  map[string]string
	wrong []string
}

func (b *bubbles) show(receiver, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.text == nil {
		b.text = map[string]string{}
	}
	b.text[receiver] = text
}

// longest is how much the receiver shows that shows the most.
func (b *bubbles) longest() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, text := range b.text {
		n = max(n, len(text))
	}
	return n
}

// grows applies a piece of an answer; what it makes has to be the beginning of one.
func (th *thread) grows(receiver, piece string, end bool) {
	th.bubbles.mu.Lock()
	text := th.bubbles.text[receiver] + piece
	th.bubbles.mu.Unlock()
	if end {
		text = ""
	}
	th.bubbles.show(receiver, text)
	if !th.ledger.knows(th.name, text) {
		th.bubbles.mu.Lock()
		defer th.bubbles.mu.Unlock()
		th.bubbles.wrong = append(th.bubbles.wrong, fmt.Sprintf("%s shows %q", receiver, text))
	}
}

// knows says whether a text is the beginning of something that was written.
func (l *ledger) knows(conversation, text string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.order {
		if w.conversation == conversation && strings.HasPrefix(w.body, text) {
			return true
		}
	}
	return false
}
