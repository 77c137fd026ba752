package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// ending is the end of a word that goes, when at least keep letters stay.
type ending struct {
	text string
	keep int
}

// endings are those of English, German, French, Spanish, Portuguese and Italian, longest
// first. Taken off again and again they bring the forms of a word together; that they do
// so the same way for question and text matters more than what is left.
var endings = []ending{
	{"imientos", 4}, {"amientos", 4},
	{"imiento", 4}, {"amiento", 4}, {"uciones", 4}, {"aciones", 4}, {"iciones", 4},
	{"amente", 4}, {"ements", 4}, {"ations", 4}, {"keiten", 4}, {"heiten", 4}, {"aisons", 4},
	{"ement", 4}, {"ation", 4}, {"aison", 4}, {"ungen", 4}, {"ments", 3}, {"acion", 4}, {"icion", 4}, {"ucion", 4}, {"iendo", 4},
	{"ment", 3}, {"ings", 3}, {"able", 4}, {"ible", 4}, {"ness", 4}, {"keit", 4}, {"heit", 4}, {"lich", 4}, {"ando", 4}, {"eron", 4},
	{"ados", 4}, {"adas", 4}, {"idos", 4}, {"idas", 4}, {"euse", 4}, {"acao", 4}, {"zion", 4},
	{"ing", 3}, {"ion", 4}, {"ung", 4}, {"ern", 4}, {"ies", 3}, {"ied", 3}, {"ado", 4}, {"ada", 4}, {"ido", 4}, {"ida", 4}, {"eux", 4},
	{"ed", 3}, {"er", 4}, {"en", 4}, {"em", 4}, {"es", 3}, {"os", 4}, {"as", 4}, {"ar", 4}, {"ir", 4}, {"ez", 4}, {"ly", 4},
	{"s", 3}, {"e", 3}, {"y", 3}, {"a", 4}, {"o", 4},
}

// What Arabic puts before and after its words, longest first (the light stemming of
// Larkey, Ballesteros and Connell, 2002).
var (
	arabicBefore = []string{"وال", "بال", "كال", "فال", "لل", "ال", "و"}
	arabicAfter  = []string{"ها", "ان", "ات", "ون", "ين", "يه", "هم", "كم", "نا", "ه", "ي", "ت"}
)

// Where endings are many and no list of them is kept, the beginning of a word stands
// for it: so many letters of it.
const slavicLength = 5

// kept are words whose endings belong to them: without these they would be taken for
// others, customs for customers and police for policies.
var kept = map[string]string{
	"customs": "customs", "customer": "customer", "customers": "customer", "police": "police", "state": "state", "states": "state",
	"business": "business", "businesses": "business", "matter": "matter", "summer": "summer", "number": "number", "numbers": "number",
}

// stem brings the forms of a folded word together.
func stem(word string) string {
	if whole, found := kept[word]; found {
		return whole
	}
	first, _ := utf8.DecodeRuneInString(word)
	switch {
	case unicode.Is(unicode.Latin, first):
		return stemLatin(word)
	case unicode.Is(unicode.Arabic, first):
		return stemArabic(word)
	case unicode.Is(unicode.Cyrillic, first), unicode.Is(unicode.Greek, first):
		return cut(word, slavicLength)
	}
	return word
}

func stemLatin(word string) string {
	for {
		shorter := undouble(shorten(word))
		if shorter == word {
			return word
		}
		word = shorter
	}
}

func shorten(word string) string {
	for _, e := range endings {
		if len(word)-len(e.text) >= e.keep && strings.HasSuffix(word, e.text) {
			return word[:len(word)-len(e.text)]
		}
	}
	return word
}

// undouble makes shipp of shipping the ship of shipment.
func undouble(word string) string {
	if n := len(word); n >= 4 && word[n-1] == word[n-2] && !strings.ContainsRune("aeiou0123456789", rune(word[n-1])) {
		return word[:n-1]
	}
	return word
}

// arabicRoot is how many letters of an Arabic word stay at least.
const arabicRoot = 3

func stemArabic(word string) string {
	for _, before := range arabicBefore {
		rest, found := strings.CutPrefix(word, before)
		if found && utf8.RuneCountInString(rest) >= arabicRoot {
			word = rest
			break
		}
	}
	for _, after := range arabicAfter {
		rest, found := strings.CutSuffix(word, after)
		if found && utf8.RuneCountInString(rest) >= arabicRoot {
			return rest
		}
	}
	return word
}
