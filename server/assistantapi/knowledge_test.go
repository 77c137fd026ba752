package assistantapi_test

import (
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// knows gives the account articles in English, by their titles.
func (c caller) knows(articles map[string]string) {
	c.Helper()
	language := "en"
	for title, content := range articles {
		_, err := c.Chat.CreateArticle(c.Context(), c.who, chat.ArticleInput{Title: &title, Content: &content, Language: models.Give(&language)})
		if err != nil {
			c.Fatal(err)
		}
	}
}

// told is what the caller finds out: the answer, and what a model was given for it.
func (c caller) told(session, input string) string {
	c.Helper()
	said := c.sends("/api/chats", in(session, input)).want(201).text("chat.output.0.content")
	if c.key == c.Creds.LiveKey {
		said += c.last()
	}
	return said
}

func TestAQuestionThatGoesOnFromTheOneBeforeIsUnderstood(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		for _, c := range b.callers() {
			c.knows(map[string]string{
				"Returning lamps": "## How to return a lamp\n\nPut the lamp into its box to return it.\n\n## The time for returning a lamp\n\nReturn a lamp within thirty days.",
				"Delivery":        "Delivery to Germany takes two days. Delivery to Norway takes a whole week.",
				"Careers":         "We look for two people for the workshop.",
			})
			session := c.session()
			first := c.told(session, "How do I return a lamp?")
			if !strings.Contains(first, "into its box") {
				b.Errorf("asked how, the caller is told %s", first)
			}
			if more := c.told(session, "Tell me more"); !strings.Contains(more, "within thirty days") {
				b.Errorf("asked for more, the caller is told %s", more)
			}
			c.told(session, "How long does delivery to Germany take?")
			if other := c.told(session, "And to Norway?"); !strings.Contains(other, "a whole week") {
				b.Errorf("asked for Norway, the caller is told %s", other)
			}
			if next := c.told(session, "What does a giraffe weigh?"); c.key != c.Creds.LiveKey && strings.Contains(next, "lamp") {
				b.Errorf("asked for something new, the caller is told %s", next)
			}
		}
	})
}
