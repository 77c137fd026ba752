package knowledge

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// packed are the scripts that write no spaces, or glue particles to their words: their
// runs are told apart by pairs of signs.
var packed = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar,
}

// longMark lengthens a vowel in Katakana and Hiragana, and belongs to no script.
const longMark = 'ー'

// run is a piece of text without a gap, of one kind of script.
type run struct {
	signs  []rune
	packed bool
}

// spellings brings together what is written in several ways, and hours that have several
// names.
var spellings = strings.NewReplacer("e-mail", "email", "wi-fi", "wifi", "log in", "login", "log-in", "login", "sign in", "login", "sign-in", "login",
	"business hours", "opening hours", "office hours", "opening hours", "store hours", "opening hours", "shop hours", "opening hours", "hours of operation", "opening hours")

// Fold is the form in which words are compared: lower case, without accents, widths,
// and the marks that Arabic may leave out.
func Fold(text string) string {
	bare := strings.Map(func(r rune) rune {
		switch {
		case r >= 0x0300 && r <= 0x036f, r >= 0x064b && r <= 0x065f, r == 0x0670, r == 0x0640:
			return -1
		case r == 'ى':
			return 'ي'
		case r == 'ة':
			return 'ه'
		case r == 'ß':
			return 's'
		}
		return unicode.ToLower(r)
	}, norm.NFKD.String(text))
	return norm.NFC.String(bare)
}

// runs cuts a folded text at everything that is neither letter, mark nor digit, and
// where packed script begins or ends.
func runs(text string) []run {
	var all []run
	gap := true
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) {
			gap = true
			continue
		}
		dense := r >= 0x0e00 && (r == longMark || unicode.IsOneOf(packed, r))
		if gap || all[len(all)-1].packed != dense {
			all = append(all, run{packed: dense})
		}
		gap = false
		last := &all[len(all)-1]
		last.signs = append(last.signs, r)
	}
	return all
}

// Terms are the words by which a text is found, as often as they stand in it, without
// those that every text has. Text and question go through the same folding and
// stemming, whatever their language.
func Terms(text string) []string {
	var all []string
	for _, r := range runs(spellings.Replace(Fold(text))) {
		if !r.packed {
			all = appendWord(all, string(r.signs))
			continue
		}
		for i, sign := range r.signs {
			if len(r.signs) == 1 || unicode.Is(unicode.Han, sign) {
				all = append(all, string(sign))
			}
			if i > 0 {
				all = append(all, string(r.signs[i-1:i+1]))
			}
		}
	}
	return all
}

// Asked are the terms of a question, each once, in their order. Where a script packs
// its words, what only makes it a question is left out.
func Asked(question string) []string {
	var all []string
	seen := map[string]bool{}
	for _, term := range askedRuns(runs(spellings.Replace(Fold(question)))) {
		if !seen[term] {
			seen[term] = true
			all = append(all, term)
		}
	}
	return all
}

func askedRuns(all []run) []string {
	var terms, faint []string
	for _, r := range all {
		if !r.packed {
			terms = appendWord(terms, string(r.signs))
			continue
		}
		strong, weak := pairs(r.signs)
		terms, faint = append(terms, strong...), append(faint, weak...)
	}
	if len(terms) == 0 {
		return faint // all there is to go by
	}
	return terms
}

// pairs are the pairs of signs of a packed run, or its only sign: strong ones speak of
// the matter, weak ones have Hiragana in them, which is mostly grammar.
func pairs(signs []rune) (strong, weak []string) {
	for _, part := range strings.FieldsFunc(particles.Replace(string(signs)), unicode.IsSpace) {
		signs := []rune(part)
		for i := range signs {
			pair := signs[max(0, i-1) : i+1]
			switch {
			case i == 0 && len(signs) > 1:
			case strings.ContainsFunc(string(pair), func(r rune) bool { return unicode.Is(unicode.Hiragana, r) }):
				weak = append(weak, string(pair))
			default:
				strong = append(strong, string(pair))
			}
		}
	}
	return strong, weak
}

// appendWord adds a word of a script with spaces, unless it says nothing.
func appendWord(all []string, word string) []string {
	if common[word] {
		return all
	}
	if utf8.RuneCountInString(word) < 2 && !unicode.IsDigit([]rune(word)[0]) {
		return all
	}
	return append(all, cut(stem(word), longestTerm))
}

// longestTerm bounds what one word may take in the index, in code points.
const longestTerm = 40

// cut is the beginning of a text, of at most n code points.
func cut(s string, n int) string {
	seen := 0
	for i := range s {
		if seen == n {
			return s[:i]
		}
		seen++
	}
	return s
}

// What a word in a title or a heading counts for, against one in the text.
const (
	inTitle   = 3
	inHeading = 2
)

// usual is how many terms a chunk has as a rule: longer ones say less with each.
const usual = 80

// Weigh tells how much a chunk speaks of each of its terms: the part of BM25 that
// depends on the chunk alone (k1 = 1.2, b = 0.75), in thousandths.
func Weigh(title string, c Chunk) map[string]int64 {
	counts := map[string]int{}
	long := 0
	for _, part := range []struct {
		text   string
		counts int
	}{{title, inTitle}, {c.Heading, inHeading}, {Plain(c.Content), 1}} {
		for _, term := range Terms(part.text) {
			counts[term] += part.counts
			long++
		}
	}
	weights := make(map[string]int64, len(counts))
	for term, n := range counts {
		often := float64(n)
		weights[term] = int64(1000 * often * 2.2 / (often + 1.2*(0.25+0.75*float64(long)/usual)))
	}
	return weights
}
