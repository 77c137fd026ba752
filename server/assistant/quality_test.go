package assistant_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/server/assistant"
)

// What the built-in engine must reach on the question set. The figures it has reached
// are in the README.
const (
	leastAnswered   = 0.88 // of the questions that articles answer
	leastRight      = 0.92 // of the answers given, that quote the right article
	leastHonest     = 0.88 // of the questions that nothing answers, that get "I don't know"
	leastRightDoubt = 0.80 // of the times it says "I don't know", that nothing answers
)

// library is an account with the articles of testdata.
type library struct {
	who    models.Principal
	chat   *chat.Service
	titles map[string]string
}

func openLibrary(t *testing.T, s *store.Store) library {
	t.Helper()
	company := storetest.NewCompany(t, s)
	l := library{
		who:  models.Principal{Kind: models.KindAssistant, AccountID: company.Rows.Live.ID},
		chat: chat.New(chat.Options{Store: s}), titles: map[string]string{},
	}
	paths, err := filepath.Glob("testdata/articles/*.md")
	if err != nil || len(paths) < 20 {
		t.Fatalf("%d articles: %v", len(paths), err)
	}
	var drafts []knowledge.Draft
	for _, path := range paths {
		file, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		some, err := chat.ReadArticles(filepath.Base(path), file)
		if err != nil {
			t.Fatal(err)
		}
		drafts = append(drafts, some...)
		l.titles[strings.TrimSuffix(filepath.Base(path), ".md")] = some[0].Title
	}
	if _, err := l.chat.ImportArticles(t.Context(), company.Owner, drafts); err != nil {
		t.Fatal(err)
	}
	return l
}

// ask has the engine answer the last of the turns.
func (l library) ask(t *testing.T, turns ...models.ChatTurn) assistant.Answer {
	t.Helper()
	passages, err := assistant.Retrieval{Library: l.chat}.Passages(t.Context(), l.who, assistant.Wanted(turns), 5)
	if err != nil {
		t.Fatal(err)
	}
	a, err := assistant.Builtin{}.Answer(t.Context(), assistant.Ask{Turns: turns, Passages: passages, Handoff: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// tally counts answers: right and wrong ones, doubts that were due and that were not,
// and answers where a doubt was due.
type tally struct{ right, wrong, dueDoubt, doubt, invented float64 }

func (l library) judge(t *testing.T, question, article string) (c tally) {
	t.Helper()
	a := l.ask(t, models.ChatTurn{Role: "user", Content: question})
	cited := ""
	if len(a.Citations) > 0 {
		cited = a.Citations[0].Title
	}
	switch {
	case article == "" && !a.KnewIt:
		c.dueDoubt = 1
	case article == "":
		c.invented = 1
	case !a.KnewIt:
		c.doubt = 1
	case cited == l.titles[article]:
		c.right = 1
		return c
	default:
		c.wrong = 1
	}
	if c.dueDoubt == 0 {
		t.Logf("%q, for %q, was answered out of %q", question, article, cited)
	}
	return c
}

func (c *tally) add(o tally) {
	c.right, c.wrong, c.dueDoubt, c.doubt, c.invented = c.right+o.right, c.wrong+o.wrong, c.dueDoubt+o.dueDoubt, c.doubt+o.doubt, c.invented+o.invented
}

func TestTheBuiltinEngineKnowsWhatItKnows(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("testdata/questions.csv")
	if err != nil {
		t.Fatal(err)
	}
	questions, err := csv.NewReader(strings.NewReader(string(file))).ReadAll()
	if err != nil || len(questions) < 61 {
		t.Fatalf("%d questions: %v", len(questions), err)
	}
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := openLibrary(t, s)
		var c tally
		for _, q := range questions[1:] {
			c.add(l.judge(t, q[0], q[1]))
		}
		for _, figure := range []struct {
			name         string
			value, least float64
		}{
			{"answered rightly, of what can be answered", c.right / (c.right + c.wrong + c.doubt), leastAnswered},
			{"right, of the answers given", c.right / (c.right + c.wrong + c.invented), leastRight},
			{"doubted, of what cannot be answered", c.dueDoubt / (c.dueDoubt + c.invented), leastHonest},
			{"due, of the doubts", c.dueDoubt / (c.dueDoubt + c.doubt), leastRightDoubt},
		} {
			t.Logf("%.3f %s", figure.value, figure.name)
			if figure.value < figure.least {
				t.Errorf("%.3f %s; at least %.2f is wanted", figure.value, figure.name, figure.least)
			}
		}
	})
}
