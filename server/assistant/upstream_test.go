package assistant_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"parley/models"
	"parley/server/assistant"
)

const secretKey = "sk-upstream-secret"

// fake is a model's server that does what a test tells it, call by call.
type fake struct {
	*httptest.Server

	mu    sync.Mutex
	calls []string
	heads []http.Header
	gone  chan struct{}
}

// model starts a server whose n-th call is answered by the n-th script, and all further
// ones by the last.
func model(t *testing.T, scripts ...http.HandlerFunc) *fake {
	t.Helper()
	f := &fake{gone: make(chan struct{}, 10)}
	f.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		f.mu.Lock()
		n := len(f.calls)
		f.calls = append(f.calls, string(body))
		f.heads = append(f.heads, r.Header.Clone())
		f.mu.Unlock()
		scripts[min(n, len(scripts)-1)](w, r)
	}))
	t.Cleanup(f.Close)
	return f
}

func (f *fake) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.calls)
}

// engine asks the server, impatiently.
func (f *fake) engine(o assistant.UpstreamOptions) *assistant.Upstream {
	o.BaseURL, o.Key, o.Model = f.URL+"/v1/", secretKey, "small"
	if o.First == 0 {
		o.First, o.Between, o.Total = 5*time.Second, 5*time.Second, 10*time.Second
	}
	return assistant.NewUpstream(o)
}

// says answers with these pieces and an orderly end.
func says(pieces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		begin(w)
		for _, p := range pieces {
			piece(w, p)
		}
		_, _ = io.WriteString(w, `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`+"\n\n"+
			`data: {"choices":[],"usage":{"prompt_tokens":12,"completion_tokens":7}}`+"\n\ndata: [DONE]\n\n")
	}
}

func begin(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/event-stream; charset=utf-8") }

func piece(w http.ResponseWriter, text string) {
	frame, _ := json.Marshal(map[string]any{"choices": []any{map[string]any{"index": 0, "delta": map[string]any{"content": text}}}})
	_, _ = fmt.Fprintf(w, "data: %s\n\n", frame)
	_ = http.NewResponseController(w).Flush()
}

// refuses answers with a status and a body that no client may see.
func refuses(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// hangs says these pieces and then nothing until its caller leaves.
func hangs(f **fake, pieces ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if len(pieces) > 0 {
			begin(w)
		}
		for _, p := range pieces {
			piece(w, p)
		}
		<-r.Context().Done()
		(*f).gone <- struct{}{}
	}
}

func question(text string) assistant.Ask {
	return assistant.Ask{Turns: []models.ChatTurn{{Role: "user", Content: text}}}
}

func TestAnAnswerComesInPiecesThatMakeTheWhole(t *testing.T) {
	t.Parallel()
	f := model(t, says(" \n", "We open", " ", "at nine", "", " [2], see also [2] and [9].", "\n\n "))
	ask := question("When do you open?")
	ask.System, ask.FirstMessage, ask.Handoff = "You are kind.", "Hello!", true
	ask.Passages = []assistant.Passage{
		{ArticleUID: models.NewUID(), Title: "Prices", Content: "Cheap."}, {ArticleUID: models.NewUID(), Title: "Hours", Heading: "Weekdays", Content: "Nine to five."},
	}
	zero, most := 0.0, 50
	ask.Model = assistant.ModelSettings{Model: "large", Temperature: &zero, MaxTokens: &most}
	var pieces []string
	answer, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), ask, func(d string) { pieces = append(pieces, d) })
	if err != nil {
		t.Fatal(err)
	}
	want := "We open at nine [2], see also [2] and [9]."
	if answer.Text != want || strings.Join(pieces, "") != want || len(pieces) != 3 {
		t.Errorf("%q in %q", answer.Text, pieces)
	}
	if answer.Usage != (assistant.Usage{InputTokens: 12, OutputTokens: 7}) || answer.Model != "large" || !answer.KnewIt || answer.Cut {
		t.Errorf("%+v", answer)
	}
	if !slices.Equal(answer.Citations, []assistant.Citation{{ArticleUID: ask.Passages[1].ArticleUID, Title: "Hours"}}) {
		t.Errorf("cites %v", answer.Citations)
	}
	var sent struct {
		Model       string
		Temperature *float64
		MaxTokens   int `json:"max_tokens"`
		Stream      bool
		Messages    []models.ChatTurn
	}
	if err := json.Unmarshal([]byte(f.calls[0]), &sent); err != nil {
		t.Fatal(err)
	}
	if sent.Model != "large" || sent.Temperature == nil || *sent.Temperature > 0.001 || sent.MaxTokens != 50 || !sent.Stream || len(sent.Messages) != 3 {
		t.Fatalf("asked with %+v", sent)
	}
	if s := sent.Messages[0]; s.Role != "system" || !strings.HasPrefix(s.Content, "You are kind.") || !strings.Contains(s.Content, "[2] Hours — Weekdays\nNine to five.") {
		t.Errorf("the system prompt is %q", s)
	}
	if sent.Messages[1] != (models.ChatTurn{Role: "assistant", Content: "Hello!"}) || sent.Messages[2] != ask.Turns[0] {
		t.Errorf("the turns are %q", sent.Messages[1:])
	}
}

func TestTheKeyOpensTheServerAndIsInNoBody(t *testing.T) {
	t.Parallel()
	f := model(t, says("Yes"))
	if _, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), question("?"), nil); err != nil {
		t.Fatal(err)
	}
	if f.heads[0].Get("Authorization") != "Bearer "+secretKey || strings.Contains(f.calls[0], secretKey) {
		t.Errorf("%v %s", f.heads[0], f.calls[0])
	}
}

// shy is a body that quotes what must not come back.
const shy = `{"error":{"message":"internal: Bearer ` + secretKey + `","type":"server_error"}}`

func TestWhatGoesWrongUpstreamHasAKindAndNoText(t *testing.T) {
	t.Parallel()
	data := func(lines string) http.HandlerFunc { return refuses(200, "text/event-stream", lines) }
	for name, c := range map[string]struct {
		script http.HandlerFunc
		want   error
		calls  int
	}{
		"an error":             {refuses(500, "application/json", shy), assistant.ErrUpstream, 2},
		"an error in HTML":     {refuses(503, "text/html", "<h1>"+secretKey+"</h1>"), assistant.ErrUpstream, 2},
		"a wrong key":          {refuses(401, "application/json", shy), assistant.ErrUpstream, 1},
		"an unknown model":     {refuses(404, "application/json", shy), assistant.ErrUpstream, 1},
		"too many requests":    {refuses(429, "application/json", shy), assistant.ErrLimited, 1},
		"a page":               {refuses(200, "text/html", "<html>Log in</html>"), assistant.ErrUpstream, 1},
		"a page called events": {data(strings.Repeat("<p>Log in</p>\n", 1000)), assistant.ErrUpstream, 2},
		"a redirect": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://127.0.0.1:1/", http.StatusFound)
		}, assistant.ErrUpstream, 1},
		"nonsense":               {data("data: {\"choices\":[{\"delta\":{\"content\":5}}]}\n\n"), assistant.ErrUpstream, 2},
		"half a frame":           {data("data: {\"choices\":[{\"del"), assistant.ErrUpstream, 2},
		"an error in the middle": {data("data: {\"error\":{\"message\":\"" + secretKey + "\"}}\n\n"), assistant.ErrUpstream, 2},
		"no text":                {says(), assistant.ErrUpstream, 2},
		"blanks":                 {says(" \n", "\u200b", "  "), assistant.ErrUpstream, 1},
		"no end":                 {data("data: {\"choices\":[{\"delta\":{\"content\":\"I\"}}]}\n\n"), assistant.ErrUpstream, 1},
		"a line without end":     {data("data: " + strings.Repeat("x", 9<<20)), assistant.ErrUpstream, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := model(t, c.script)
			answer, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), question("?"), nil)
			if !errors.Is(err, c.want) || answer.Text != "" {
				t.Errorf("%q, %v", answer.Text, err)
			}
			if f.asked() != c.calls {
				t.Errorf("asked %d times, not %d", f.asked(), c.calls)
			}
			if strings.Contains(fmt.Sprint(err), secretKey) || strings.Contains(models.AsError(err).Message, "model's server answered") {
				t.Errorf("tells too much: %v", err)
			}
		})
	}
}

func TestASecondTryHelpsWhenNothingHadCome(t *testing.T) {
	t.Parallel()
	f := model(t, refuses(502, "text/html", "restarting"), says("Here"))
	answer, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), question("?"), nil)
	if err != nil || answer.Text != "Here" || f.asked() != 2 {
		t.Errorf("%q, %v after %d calls", answer.Text, err, f.asked())
	}
}

func TestSilenceIsATimeOutWhereverItFalls(t *testing.T) {
	t.Parallel()
	const soon, long = 30 * time.Millisecond, 5 * time.Second
	for name, c := range map[string]struct {
		limits assistant.UpstreamOptions
		pieces []string
	}{
		"before the first token": {assistant.UpstreamOptions{First: soon, Between: long, Total: long}, nil},
		"between two tokens":     {assistant.UpstreamOptions{First: long, Between: soon, Total: long}, []string{"I", " think"}},
		"altogether":             {assistant.UpstreamOptions{First: long, Between: long, Total: 5 * soon}, []string{"I"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var f *fake
			f = model(t, hangs(&f, c.pieces...))
			_, err := f.engine(c.limits).Answer(t.Context(), question("?"), nil)
			if !errors.Is(err, assistant.ErrTimeout) {
				t.Errorf("%v", err)
			}
			<-f.gone // the server is let go
		})
	}
}

func TestAnEndlessAnswerEndsWhereAMessageDoes(t *testing.T) {
	t.Parallel()
	stopped := make(chan struct{})
	f := model(t, func(w http.ResponseWriter, r *http.Request) {
		defer close(stopped)
		begin(w)
		for r.Context().Err() == nil {
			piece(w, strings.Repeat("wörd ", 200))
		}
	})
	answer, err := f.engine(assistant.UpstreamOptions{}).Answer(t.Context(), question("?"), nil)
	if err != nil || utf8.RuneCountInString(answer.Text) != models.MaxMessageLength || !answer.Cut || answer.Usage.OutputTokens == 0 {
		t.Errorf("%d code points, %v, %+v", utf8.RuneCountInString(answer.Text), err, answer.Usage)
	}
	<-stopped
}

func TestWhoLeavesTakesTheQuestionWithThem(t *testing.T) {
	t.Parallel()
	var f *fake
	f = model(t, hangs(&f, "I"))
	ctx, leave := context.WithCancel(t.Context())
	_, err := f.engine(assistant.UpstreamOptions{}).Answer(ctx, question("?"), func(string) { leave() })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	<-f.gone
}

func TestAServerThatIsDownIsLeftAloneForAWhile(t *testing.T) {
	t.Parallel()
	var up bool
	f := model(t, func(w http.ResponseWriter, r *http.Request) {
		if up {
			says("Back")(w, r)
			return
		}
		refuses(500, "application/json", shy)(w, r)
	})
	now := time.Now()
	e := f.engine(assistant.UpstreamOptions{First: time.Second, Between: time.Second, Total: 5 * time.Second, Now: func() time.Time { return now }})
	fails := func() {
		t.Helper()
		if _, err := e.Answer(t.Context(), question("?"), nil); !errors.Is(err, assistant.ErrUpstream) {
			t.Fatalf("%v", err)
		}
	}
	for range 4 {
		fails()
	}
	if f.asked() != 5 {
		t.Errorf("asked %d times, not 5", f.asked())
	}
	now = now.Add(11 * time.Second)
	fails()
	if f.asked() != 6 {
		t.Errorf("after the pause %d calls, not one more", f.asked())
	}
	up, now = true, now.Add(11*time.Second)
	for range 2 {
		if a, err := e.Answer(t.Context(), question("?"), nil); err != nil || a.Text != "Back" {
			t.Errorf("%q, %v", a.Text, err)
		}
	}
}
