package widget_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// teach writes a published article, and gives its id.
func (s *shop) teach(t *testing.T, title, content, language string) string {
	t.Helper()
	in := chat.ArticleInput{Title: &title, Content: &content}
	if language != "" {
		in.Language = models.Give(&language)
	}
	a, err := s.chat.CreateArticle(t.Context(), s.owner, in)
	if err != nil {
		t.Fatal(err)
	}
	return models.FormatID(models.PrefixArticle, a.UID)
}

// titlesOf are the titles of an answered list, and whether it goes on.
func titlesOf(t *testing.T, a answer) string {
	t.Helper()
	a.want(t, "the list", http.StatusOK, "")
	rows, _ := a.object(t)["articles"].([]any)
	titles := []string{}
	for _, row := range rows {
		article, _ := row.(map[string]any)
		titles = append(titles, fmt.Sprint(article["title"]))
	}
	if a.object(t)["has_more"] == true {
		titles = append(titles, "…")
	}
	return strings.Join(titles, ", ")
}

func TestVisitorsSearchAndReadPublishedArticles(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		returns := s.teach(t, "Returns", "# Time\n\nSend it [back](https://x.example) within **30 days**.\n\n# Cost\n\nReturning is free of charge.", "en-GB")
		s.teach(t, "Rückgabe", "Innerhalb von 30 Tagen.", "de")
		s.teach(t, "Delivery", "<b>Three</b> days to Norway.", "")
		draft := s.teach(t, "Secret plans", "Returns of axolotls.", "en")
		hidden := false
		uid, err := models.ParseID(models.PrefixArticle, draft)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.chat.UpdateArticle(t.Context(), s.owner, uid, chat.ArticleInput{Published: &hidden}); err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]string{
			"": "Delivery, Returns, Rückgabe", "?locale=en-US": "Delivery, Returns", "?locale=de-AT": "Delivery, Rückgabe", "?limit=1": "Delivery, …", "?limit=1&offset=2": "Rückgabe",
			"?q=how+do+I+return+something": "Returns", "?q=NORWAY": "Delivery", "?q=axolotl": "", "?q=%25": "", "?q=+": "Delivery, Returns, Rückgabe",
			"?q=" + url.QueryEscape(`"returns" NEAR/2 ' OR 1=1 --`): "Returns", "?q=days&limit=1": "Delivery",
		} {
			if got := titlesOf(t, s.get(t, "/articles"+query)); got != want {
				t.Errorf("%s: %q, want %q", query, got, want)
			}
		}
		found := s.get(t, "/articles?q=cost+of+returning")
		if body := string(found.body); !strings.Contains(body, `"excerpt":"Returning is free of charge."`) {
			t.Errorf("the part that answers is %s", body)
		}
		if list := string(s.get(t, "/articles").body); !strings.Contains(list, `"excerpt":"Time Send it back within 30 days. Cost Returning is free of charge."`) || strings.Contains(list, "u003cb") {
			t.Errorf("the list is %s", list)
		}
		article := s.get(t, "/articles/"+returns).object(t)
		if article["title"] != "Returns" || article["language"] != "en-GB" || !strings.Contains(fmt.Sprint(article["content"]), "**30 days**") {
			t.Errorf("the article is %v", article)
		}
		for _, id := range []string{draft, "art_01h455vb4pex5vsknk084sn02q", "art_x", "7", "%00"} {
			s.get(t, "/articles/"+id).want(t, id, http.StatusNotFound, "Article not found")
		}
		s.get(t, "/articles/"+returns, "X-API-Key", s.creds.TestSiteKey).want(t, "from the sandbox", http.StatusNotFound, "Article not found")
		if got := titlesOf(t, s.get(t, "/articles?q=returns", "X-API-Key", s.creds.TestSiteKey)); got != "" {
			t.Errorf("the sandbox finds %q", got)
		}
	})
}

func TestASearchThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	s := open(t, setting{})
	for query, sentence := range map[string]string{
		"limit=0": "Invalid limit", "limit=51": "Invalid limit", "limit=-1": "Invalid limit", "offset=-1": "Invalid offset", "q=" + strings.Repeat("x", 201): "Invalid q",
		"q=a%00b": "Invalid q", "locale=" + strings.Repeat("x", 36): "Invalid locale", "q=%ff": "Invalid q",
	} {
		s.get(t, "/articles?"+query).want(t, query, http.StatusUnprocessableEntity, sentence)
	}
	for _, query := range []string{"limit=x", "limit=1.5", "limit=99999999999999999999", "offset=9223372036854775807"} {
		if a := s.get(t, "/articles?"+query); a.status >= 500 {
			t.Errorf("%s: %d %s", query, a.status, a.body)
		}
	}
}
