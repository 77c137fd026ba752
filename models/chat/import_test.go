package chat_test

import (
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
)

// take imports drafts, and gives what that did.
func (s *shop) take(drafts ...knowledge.Draft) chat.Imported {
	s.t.Helper()
	done, err := s.chat.ImportArticles(s.t.Context(), s.owner, drafts)
	if err != nil {
		s.t.Fatal(err)
	}
	return done
}

// shelved are the articles' titles and contents by source.
func (s *shop) shelved() map[string]string {
	s.t.Helper()
	list, err := s.chat.Articles(s.t.Context(), s.owner, chat.ArticleQuery{Page: models.Page{Limit: 100}})
	if err != nil {
		s.t.Fatal(err)
	}
	all := map[string]string{}
	for _, a := range list.Rows {
		all[*a.Source] = a.Title + ": " + a.Content
	}
	return all
}

// renamed is a draft that was known by other sources before.
func renamed(d knowledge.Draft, title string, former ...string) knowledge.Draft {
	d.Title, d.Former = title, former
	return d
}

func TestAnArticleIsFoundAgainByItsFormerSourceWhenTheTitleAgrees(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		german := renamed(draft("faq.md", "Dreißig Tage."), "FAQ")
		german.Language = "de"
		s.take(renamed(draft("returns.md", "Thirty days."), "Returns"), german)
		english := renamed(draft("help/faq.md", "Thirty days for all."), "FAQ", "faq.md")
		english.Language = "en"
		again := renamed(draft("help/returns.md", "Thirty days."), "Returns", "x", "returns.md")
		changed := renamed(draft("other/returns.md", "Sixty days."), "Returns", "returns.md")
		for i, step := range []struct {
			drafts []knowledge.Draft
			want   chat.Imported
		}{
			{[]knowledge.Draft{renamed(draft("de/returns.md", "Dreißig Tage."), "Rückgabe", "returns.md")}, chat.Imported{Created: 1}},
			{[]knowledge.Draft{again, changed, english}, chat.Imported{Created: 2, Unchanged: 1}},
			{[]knowledge.Draft{again, changed, english}, chat.Imported{Unchanged: 3}},
			{[]knowledge.Draft{renamed(draft("third/returns.md", "Ninety days."), "Returns", "help/returns.md")}, chat.Imported{Updated: 1}},
		} {
			if done := s.take(step.drafts...); done != step.want {
				t.Errorf("step %d: %+v, want %+v", i, done, step.want)
			}
		}
		for source, want := range map[string]string{
			"third/returns.md": "Returns: Ninety days.", "other/returns.md": "Returns: Sixty days.", "de/returns.md": "Rückgabe: Dreißig Tage.",
			"faq.md": "FAQ: Dreißig Tage.", "help/faq.md": "FAQ: Thirty days for all.",
		} {
			if got := s.shelved(); got[source] != want || len(got) != 5 {
				t.Errorf("%s is %q among %d", source, got[source], len(got))
			}
		}
	})
}

func TestAFileThatIsAnotherOneReplacesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.take(renamed(draft("returns.md", "You have 30 days to send back what you do not like."), "Returns"))
		foreign := renamed(draft("returns.md", "Sie können alles binnen 30 Tagen zurückgeben."), "Rückgabe")
		foreign.File = "returns.md"
		_, err := s.chat.ImportArticles(t.Context(), s.owner, []knowledge.Draft{draft("first", "Text."), foreign})
		if e := models.AsError(err); e.Code != models.CodeInvalid || e.Field != "file" || !strings.Contains(e.Message, `Article 2 ("Rückgabe", returns.md): the article "Returns"`) {
			t.Errorf("%v", err)
		}
		if got := s.shelved(); len(got) != 1 || !strings.HasPrefix(got["returns.md"], "Returns: You have 30") {
			t.Errorf("%q", got)
		}
		named := renamed(draft("returns.md", "Nothing is as it was."), "New")
		named.Named = true
		for i, edited := range []knowledge.Draft{
			renamed(draft("returns.md", "You have 14 days to send back what you do not like."), "Sending back"),
			renamed(draft("returns.md", "All of it has changed."), "Sending back"), named,
		} {
			if done := s.take(edited); done != (chat.Imported{Updated: 1}) {
				t.Errorf("edit %d: %+v", i, done)
			}
		}
	})
}
