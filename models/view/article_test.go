package view

import (
	"strings"
	"testing"

	"parley/models"
)

func TestAnArticleShowsEachAudienceItsOwn(t *testing.T) {
	t.Parallel()
	a := models.Article{
		UID: uid, Title: "Returns", Content: "Within **30 days**.", Language: ptr("en"), Published: true, Source: ptr("returns.md"), CreatedAt: noon, UpdatedAt: noon,
	}
	agent := `{"id":"art_` + suffix + `","title":"Returns","content":"Within **30 days**.","language":"en","tags":[],"published":true,"source":"returns.md",` +
		`"created_at":"2026-01-25T13:20:00.000000Z","updated_at":"2026-01-25T13:20:00.000000Z"}`
	visitor := `{"id":"art_` + suffix + `","title":"Returns","content":"Within **30 days**.","language":"en","updated_at":"2026-01-25T13:20:00.000000Z"}`
	teaser := `{"id":"art_` + suffix + `","title":"Returns","excerpt":"Within 30 days.","language":"en"}`
	found := models.Passage{Article: uid, Title: "Returns", Language: ptr("en"), Heading: "Time", Content: "Within **30 days**.", Score: 5}
	for want, got := range map[string]string{
		agent: encode(t, ArticleForAgent(a)), visitor: encode(t, ArticleForVisitor(a)), teaser: encode(t, TeaserForArticle(a)) + "",
	} {
		if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	if got := encode(t, TeaserForPassage(found)); got != teaser {
		t.Errorf("a passage is %s", got)
	}
}

func TestAnExcerptIsOneShortLineOfPlainText(t *testing.T) {
	t.Parallel()
	for markdown, want := range map[string]string{
		"# Title\n\nA [link](https://x.example/?a=(b) and ![picture](p.png) here": "Title A link and picture here",
		"> quoted\n\n- one\n- two\n* three\n\n`code` <b>bold</b> 3 < 5":           "quoted one two three code bold 3 < 5",
		strings.Repeat("长", 300): strings.Repeat("长", 200) + "…", "": "",
	} {
		if got := excerpt(markdown); got != want {
			t.Errorf("%.40q is %q, want %q", markdown, got, want)
		}
	}
}
