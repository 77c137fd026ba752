package view

import (
	"regexp"
	"strings"

	"parley/models"
)

// AgentArticle is an article as the team sees it.
type AgentArticle struct {
	ID        string   `json:"id"`
	Title     string   `json:"title"`
	Content   string   `json:"content"`
	Language  *string  `json:"language"`
	Tags      []string `json:"tags"`
	Published bool     `json:"published"`
	Source    *string  `json:"source"`
	CreatedAt Time     `json:"created_at"`
	UpdatedAt Time     `json:"updated_at"`
}

// ArticleForAgent encodes an article for the team.
func ArticleForAgent(a models.Article) AgentArticle {
	return AgentArticle{
		ID: models.FormatID(models.PrefixArticle, a.UID), Title: a.Title, Content: a.Content, Language: a.Language,
		Tags: append([]string{}, a.Tags...), Published: a.Published, Source: a.Source,
		CreatedAt: Time(a.CreatedAt), UpdatedAt: Time(a.UpdatedAt),
	}
}

// VisitorArticle is a published article as a visitor reads it. Content is its Markdown:
// a text to be rendered by the reader's own rules, never HTML.
type VisitorArticle struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	Content   string  `json:"content"`
	Language  *string `json:"language"`
	UpdatedAt Time    `json:"updated_at"`
}

// ArticleForVisitor encodes a published article for a visitor.
func ArticleForVisitor(a models.Article) VisitorArticle {
	return VisitorArticle{
		ID: models.FormatID(models.PrefixArticle, a.UID), Title: a.Title, Content: a.Content, Language: a.Language,
		UpdatedAt: Time(a.UpdatedAt),
	}
}

// ArticleTeaser is a published article in a visitor's list: Excerpt is plain text.
type ArticleTeaser struct {
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	Excerpt  string  `json:"excerpt"`
	Language *string `json:"language"`
}

// excerptLength is how many code points of an article a list shows.
const excerptLength = 200

// TeaserForArticle shows how an article begins.
func TeaserForArticle(a models.Article) ArticleTeaser {
	return ArticleTeaser{models.FormatID(models.PrefixArticle, a.UID), a.Title, excerpt(a.Content), a.Language}
}

// TeaserForPassage shows the part of an article that was found.
func TeaserForPassage(p models.Passage) ArticleTeaser {
	return ArticleTeaser{models.FormatID(models.PrefixArticle, p.Article), p.Title, excerpt(p.Content), p.Language}
}

var (
	linkTarget = regexp.MustCompile(`!?\[([^\]\n]*)\]\([^)\n]*\)`)
	markup     = regexp.MustCompile("(?m)<[^<>\n]*>|^[ \t]*(?:#{1,6}|>|[-*+]|\\|)[ \t]+|\\*\\*|__|`+")
)

// excerpt is the beginning of a Markdown text without its marks, in one line.
func excerpt(markdown string) string {
	plain := markup.ReplaceAllString(linkTarget.ReplaceAllString(markdown, "$1"), "")
	return cut(strings.Join(strings.Fields(plain), " "), excerptLength, "…")
}
