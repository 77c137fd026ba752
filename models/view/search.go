package view

import (
	"slices"
	"strings"
	"unicode"

	"parley/models"
)

// snippetLength is how many code points of a text a highlight shows.
const snippetLength = 160

// Highlight is where a field contains the searched text: a piece of the field, and the
// places in it, counted in code points.
type Highlight struct {
	Field   string  `json:"field"`
	Snippet string  `json:"snippet"`
	Matches []Place `json:"matches"`
}

// Place is a part of a text, from Start to before End.
type Place struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// highlight finds a text in a field; nil when it is not there.
func highlight(field, text string, content *string) []Highlight {
	if content == nil {
		return nil
	}
	signs, needle := []rune(*content), lowered([]rune(text))
	at := index(lowered(signs), needle)
	if at < 0 || len(needle) == 0 {
		return nil
	}
	from := max(0, min(at-snippetLength/4, len(signs)-snippetLength))
	signs = signs[from:min(len(signs), max(from+snippetLength, at+len(needle)))]
	h := Highlight{Field: field, Snippet: string(signs), Matches: []Place{}}
	low := lowered(signs)
	for at := 0; ; at += len(needle) {
		next := index(low[at:], needle)
		if next < 0 {
			return []Highlight{h}
		}
		at += next
		h.Matches = append(h.Matches, Place{at, at + len(needle)})
	}
}

func lowered(signs []rune) []rune {
	low := make([]rune, len(signs))
	for i, r := range signs {
		low[i] = unicode.ToLower(r)
	}
	return low
}

func index(signs, needle []rune) int {
	for i := 0; i+len(needle) <= len(signs); i++ {
		if slices.Equal(signs[i:i+len(needle)], needle) {
			return i
		}
	}
	return -1
}

// FoundConversation is a conversation that a search found.
type FoundConversation struct {
	Conversation AgentConversation `json:"conversation"`
	Highlights   []Highlight       `json:"highlights"`
}

// FoundMessage is a message that a search found, and whom its conversation is with.
type FoundMessage struct {
	Message    AgentMessage   `json:"message"`
	Contact    ContactSummary `json:"contact"`
	Highlights []Highlight    `json:"highlights"`
}

// FoundContact is a contact that a search found.
type FoundContact struct {
	Contact    AgentContact `json:"contact"`
	Highlights []Highlight  `json:"highlights"`
}

// FoundArticle is an article that a search found.
type FoundArticle struct {
	Article    ArticleSummary `json:"article"`
	Highlights []Highlight    `json:"highlights"`
}

// ArticleSummary is an article without its text.
type ArticleSummary struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	Language  *string `json:"language"`
	Published bool    `json:"published"`
	UpdatedAt Time    `json:"updated_at"`
}

// FoundRows are what a search found of one kind, and whether there are more.
type FoundRows[V any] struct {
	Data    []V  `json:"data"`
	HasMore bool `json:"has_more"`
}

// Found is what a search found.
type Found struct {
	Query         string                       `json:"query"`
	Conversations FoundRows[FoundConversation] `json:"conversations"`
	Messages      FoundRows[FoundMessage]      `json:"messages"`
	Contacts      FoundRows[FoundContact]      `json:"contacts"`
	Articles      FoundRows[FoundArticle]      `json:"articles"`
}

// FoundFor encodes what the search for a text found.
func FoundFor(text string, f models.Found) Found {
	return Found{
		Query: text,
		Conversations: found(f.Conversations, func(c models.Conversation) FoundConversation {
			return FoundConversation{ConversationForAgent(c), join(highlight("subject", text, c.Subject), highlightContact("contact.", text, c.Contact))}
		}),
		Messages: found(f.Messages, func(m models.Message) FoundMessage {
			v := FoundMessage{Message: MessageForAgent(m), Highlights: join(highlight("content", text, &m.Content))}
			if m.Contact != nil {
				v.Contact = summary(*m.Contact)
			}
			return v
		}),
		Contacts: found(f.Contacts, func(c models.Contact) FoundContact {
			return FoundContact{ContactForAgent(c), highlightContact("", text, &c)}
		}),
		Articles: found(f.Articles, func(a models.Article) FoundArticle {
			return FoundArticle{
				ArticleSummary{models.FormatID(models.PrefixArticle, a.UID), a.Title, a.Language, a.Published, Time(a.UpdatedAt)},
				join(highlight("title", text, &a.Title), highlight("content", text, &a.Content)),
			}
		}),
	}
}

func found[R, V any](m models.Matches[R], encode func(R) V) FoundRows[V] {
	rows := FoundRows[V]{Data: make([]V, 0, len(m.Rows)), HasMore: m.More}
	for _, row := range m.Rows {
		rows.Data = append(rows.Data, encode(row))
	}
	return rows
}

// join puts highlights together; none are an empty array.
func join(parts ...[]Highlight) []Highlight {
	return append([]Highlight{}, slices.Concat(parts...)...)
}

func highlightContact(prefix, text string, c *models.Contact) []Highlight {
	if c == nil {
		return []Highlight{}
	}
	text = strings.TrimSpace(text)
	return join(
		highlight(prefix+"full_name", text, c.FullName()), highlight(prefix+"email", text, c.Email), highlight(prefix+"phone", text, c.Phone),
	)
}
