package assistant

import (
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"parley/models/handoff"
	"parley/models/knowledge"
)

// phrases are what the built-in engine says of its own, in one language, by name.
type phrases = namedWords

// spoken are the phrases of each language.
var spoken = sync.OnceValue(func() map[string]namedWords { return wordsBy(spokenWords) })

// phrasesFor speaks the language of the question, else the locale's, else that of what was
// said before it, else English.
func phrasesFor(ask Ask) phrases {
	for _, language := range ask.languages() {
		if p, known := spoken()[language]; known {
			return p
		}
	}
	return spoken()["en"]
}

// languages are those that the asker may speak, the likeliest first.
func (a Ask) languages() []string {
	base, _, _ := strings.Cut(strings.ToLower(strings.ReplaceAll(a.Locale, "_", "-")), "-")
	if base == "iw" { // what Java calls Hebrew
		base = "he"
	}
	words := knowledge.Language(a.Question())
	if words == "zh" && base == "ja" { // who writes Kanji alone
		words = base
	}
	all := []string{words, base}
	for i := len(a.Turns) - 2; i >= 0; i-- {
		if a.Turns[i].Role == roleUser {
			all = append(all, knowledge.Language(a.Turns[i].Content))
		}
	}
	return all
}

// chatLanguages are all languages of the widget, in the order in which small talk is
// looked for: the visitor's own comes before what the words look like, since "hej" is
// said by several.
func (a Ask) chatLanguages() []string {
	likely := a.languages()
	likely[0], likely[1] = likely[1], likely[0]
	var all []string
	for _, language := range append(likely, handoff.Languages()...) {
		if _, known := chatterboxes()[language]; known && !slices.Contains(all, language) {
			all = append(all, language)
		}
	}
	return all
}

// longestQuote is how much of a person's words an answer repeats, in code points.
const longestQuote = 500

// quoted puts somebody's words into quotation marks.
func (p phrases) quoted(words string) string {
	words = strings.TrimSpace(words)
	if utf8.RuneCountInString(words) > longestQuote {
		words = strings.TrimSpace(string([]rune(words)[:longestQuote])) + "…"
	}
	return strings.Replace(p["quoted"], "…", words, 1)
}

// WantsPerson says whether somebody asks for a person, in any of the languages of the
// widget.
func WantsPerson(text string) bool { return handoff.Wanted(text) }
