package chat_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
)

// write makes a published article.
func (s *shop) write(title, content string) models.Article {
	s.t.Helper()
	a, err := s.chat.CreateArticle(s.t.Context(), s.owner, chat.ArticleInput{Title: &title, Content: &content})
	if err != nil {
		s.t.Fatal(err)
	}
	return a
}

// found are the headings of the passages that a question finds.
func (s *shop) found(question string, limit int) []string {
	s.t.Helper()
	passages, err := s.chat.Passages(s.t.Context(), s.owner, chat.PassageQuery{Question: question, Limit: limit})
	if err != nil {
		s.t.Fatal(err)
	}
	headings := []string{}
	for _, p := range passages {
		headings = append(headings, p.Heading)
	}
	return headings
}

// draft is an article as a file has it.
func draft(source, content string) knowledge.Draft {
	return knowledge.Draft{Source: source, Title: source, Content: content, Published: true}
}

func TestTwoWhoChangeAnArticleAtOnceBothHaveTheirWay(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		a := s.write("Tea", "Green.")
		title, content := "Coffee", "# Colour\n\nBlack as an axolotl."
		var wait sync.WaitGroup
		for range 4 {
			for _, in := range []chat.ArticleInput{{Title: &title}, {Content: &content}} {
				wait.Go(func() {
					if _, err := s.chat.UpdateArticle(t.Context(), s.owner, a.UID, in); err != nil {
						t.Error(err)
					}
				})
			}
		}
		wait.Wait()
		got, err := s.chat.Article(t.Context(), s.owner, a.UID)
		if err != nil || got.Title != title || got.Content != content {
			t.Errorf("the article is %+v, %v", got, err)
		}
		if headings := s.found("axolotl coffee", 9); len(headings) != 1 || headings[0] != "Colour" {
			t.Errorf("it is found as %q", headings)
		}
		if headings := s.found("green tea", 9); len(headings) != 0 {
			t.Errorf("its old text is found as %q", headings)
		}
	})
}

func TestAnArticleIsListedOnceHoweverManyPartsAnswer(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		s.write("Axolotls", "# One\n\nAn axolotl.\n\n# Two\n\nAnother axolotl.\n\n# Three\n\nAxolotl and axolotl.")
		s.write("Newts", "Unlike an axolotl.")
		s.write("Headings", "# axolotl\n## newt")
		if headings := s.found("axolotl", 2); len(headings) != 2 {
			t.Errorf("the limit gives %q", headings)
		}
		for limit, want := range map[int]int{10: 3, 2: 2, 0: 0, -1: 0} {
			articles, err := s.chat.FindArticles(t.Context(), s.owner, chat.PassageQuery{Question: "axolotl", Limit: limit})
			if err != nil || len(articles) != want {
				t.Errorf("a limit of %d gives %d articles, %v", limit, len(articles), err)
			}
		}
		if headings := s.found(strings.Repeat("word ", 500)+"axolotl", 5); len(headings) != 0 {
			t.Error("a question is looked at beyond its bound")
		}
		_, err := s.chat.Passages(t.Context(), s.owner, chat.PassageQuery{Question: "a\x00b", Limit: 5})
		if !models.HasCode(err, models.CodeInvalid) {
			t.Errorf("NUL: %v", err)
		}
	})
}

func TestAnImportIsLookedAtBeforeAnythingIsWritten(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		many := []knowledge.Draft{}
		for i := range chat.MaxImport + 1 {
			many = append(many, draft(fmt.Sprint("a", i), "x"))
		}
		long := draft(strings.Repeat("x", 501), "x")
		long.Title = "Short"
		tagged := draft("tagged", "x")
		tagged.Tags = []string{strings.Repeat("x", 51)}
		spoken := draft("spoken", "x")
		spoken.Language = "not a tag"
		for what, drafts := range map[string][]knowledge.Draft{
			"too many": many, "a bad one at the end": append(many[:30:30], draft("b", " ")), "one twice": {draft("a", "x"), draft("a", "y")}, "a long name": {long},
			"no name": {{Title: "a", Content: "x"}}, "a long tag": {tagged}, "no language": {spoken}, "NUL": {draft("a", "x\x00")},
		} {
			_, err := s.chat.ImportArticles(t.Context(), s.owner, drafts)
			if e := models.AsError(err); e.Code != models.CodeInvalid || e.Field != "file" {
				t.Errorf("%s: %v", what, err)
			}
		}
		list, err := s.chat.Articles(t.Context(), s.owner, chat.ArticleQuery{Page: models.Page{Limit: 1}})
		if err != nil || list.Total != 0 {
			t.Errorf("%d articles, %v", list.Total, err)
		}
	})
}

func TestAnImportChangesWhatHasChangedAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		drafts := []knowledge.Draft{}
		for i := range 25 {
			drafts = append(drafts, draft(fmt.Sprint("a", i), fmt.Sprintf("Text%d of it.", i)))
		}
		steps := []struct {
			change func()
			want   chat.Imported
		}{
			{func() {}, chat.Imported{Created: 25}}, {func() {}, chat.Imported{Unchanged: 25}},
			{func() { drafts[3].Content, drafts[24].Title = "Axolotl.", "Other" }, chat.Imported{Updated: 2, Unchanged: 23}},
			{func() { drafts[3].Published = false }, chat.Imported{Updated: 1, Unchanged: 24}},
			{func() { drafts = append(drafts[5:], draft("new", "New.")) }, chat.Imported{Created: 1, Unchanged: 20}},
		}
		for i, step := range steps {
			step.change()
			done, err := s.chat.ImportArticles(t.Context(), s.owner, drafts)
			if err != nil || done != step.want {
				t.Errorf("step %d: %+v, %v; want %+v", i, done, err, step.want)
			}
		}
		if headings := s.found("axolotl text3", 5); len(headings) != 0 {
			t.Errorf("a draft is found: %q", headings)
		}
		if headings := s.found("text4", 5); len(headings) != 1 {
			t.Error("what a later import leaves out is gone")
		}
	})
}

func TestArticlesAreChangedByThoseWhoMayAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		a := s.write("Tea", "Green.")
		visitor := models.Principal{Kind: models.KindVisitor, AccountID: s.owner.AccountID, SiteID: s.site.ID}
		assistant := models.Principal{Kind: models.KindAssistant, AccountID: s.owner.AccountID}
		agent := s.owner
		agent.Scopes = models.RoleAgent.Scopes()
		for _, who := range []models.Principal{visitor, assistant, agent, {}} {
			title := "x"
			_, created := s.chat.CreateArticle(t.Context(), who, chat.ArticleInput{Title: &title, Content: &title})
			_, updated := s.chat.UpdateArticle(t.Context(), who, a.UID, chat.ArticleInput{Title: &title})
			_, imported := s.chat.ImportArticles(t.Context(), who, []knowledge.Draft{draft("a", "x")})
			for what, err := range map[string]error{"create": created, "update": updated, "import": imported, "delete": s.chat.DeleteArticle(t.Context(), who, a.UID)} {
				if !models.HasCode(err, models.CodeForbidden) {
					t.Errorf("%s by a %q: %v", what, who.Kind, err)
				}
			}
		}
		if got, err := s.chat.Article(t.Context(), visitor, a.UID); err != nil || got.Title != "Tea" {
			t.Errorf("the article is %+v, %v", got, err)
		}
	})
}
