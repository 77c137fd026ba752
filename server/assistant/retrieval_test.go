package assistant_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/server/assistant"
)

// clerk is a library that notes what it is asked for.
type clerk struct {
	asked chat.PassageQuery
	who   models.Principal
	gives []models.Passage
	fails error
}

// Passages implements assistant.Library.
func (c *clerk) Passages(_ context.Context, who models.Principal, q chat.PassageQuery) ([]models.Passage, error) {
	c.asked, c.who = q, who
	return c.gives, c.fails
}

func TestRetrievalAsksInTheLanguageOfTheQuestion(t *testing.T) {
	t.Parallel()
	who := models.Principal{Kind: models.KindAssistant, AccountID: 7}
	found := models.Passage{Article: models.NewUID(), Title: "T", Heading: "H", Content: "C", Score: 2, Coverage: 0.7}
	for question, language := range map[string]string{"Wie kann ich das zurückgeben?": "de", "How do I return it?": "en", "كيف يمكنني إرجاع هذا؟": "ar", "12": ""} {
		c := &clerk{gives: []models.Passage{found}}
		passages, err := assistant.Retrieval{Library: c}.Passages(t.Context(), who, question, 3)
		if err != nil || c.who.AccountID != 7 || c.asked != (chat.PassageQuery{Question: question, Language: language, Limit: 3}) {
			t.Errorf("%q: asked for %+v, %v", question, c.asked, err)
		}
		want := assistant.Passage{ArticleUID: found.Article, Title: "T", Heading: "H", Content: "C", Score: 2, Coverage: 0.7}
		if len(passages) != 1 || passages[0] != want {
			t.Errorf("%q: %+v", question, passages)
		}
	}
	if passages, err := (assistant.Retrieval{Library: &clerk{fails: models.ErrUnavailable}}).Passages(t.Context(), who, "x", 3); !errors.Is(err, models.ErrUnavailable) || passages != nil {
		t.Errorf("%v, %v", passages, err)
	}
}

func TestAnotherAccountsArticlesAnswerNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := openLibrary(t, s)
		l.who.AccountID = storetest.NewCompany(t, s).Rows.Live.ID
		for _, question := range []string{"Is returning goods free?", "Was kostet der Versand?", "可以用支付宝支付吗？"} {
			if a := l.ask(t, talk(question)...); a.KnewIt || len(a.Citations) != 0 {
				t.Errorf("%q: %+v", question, a)
			}
		}
	})
}

func TestAnAnswerIsInTheLanguageOfTheQuestion(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		l := openLibrary(t, s)
		for question, want := range map[string]string{
			"How long can I return something?": "Source: *Returns and refunds*", "Wie lange kann ich zurückgeben?": "Quelle: *Rückgabe und Widerruf*",
			"كم تكلفة الشحن؟": "المصدر: *الشحن والتوصيل*", "¿Cuándo llega el reembolso?": "Fuente: *Devoluciones y reembolsos*",
		} {
			a := l.ask(t, talk(question)...)
			if !a.KnewIt || !strings.Contains(a.Text, want) {
				t.Errorf("%q: %q, want %q", question, a.Text, want)
			}
		}
	})
}
