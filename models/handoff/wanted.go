// Package handoff has the words of handing a conversation over to people: it hears when
// somebody asks for a person, and says that one will come, in the languages of the widget.
// It decides nothing.
package handoff

import (
	"strings"
	"unicode"

	"parley/models/knowledge"
)

// wish is how people of one language ask for a person. Everything is a word or a few of
// them, compared as knowledge.Fold leaves them; * at an end stands for any letters.
type wish struct {
	// talk are words of talking, which may stand at a distance from the person; in either
	// order where the verb goes last. want are words of wanting: only fill may stand between
	// them and the person.
	talk, want, fill []string
	either           bool
	// people are whom one can ask for, anybody those whom talk alone is about: who needs
	// somebody to sign for a parcel does not need an agent.
	people, anybody []string
	// say are wishes as they stand. A clause with one of not is none, and never are
	// words that only look like people.
	say, not, never []string
}

// distance is how many words may stand between talk and people.
const distance = 6

// Wanted says whether somebody asks for a person, in any language of the widget. What is
// a sentence to a reader is one here: a wish does not reach over its end.
func Wanted(text string) bool {
	folded := knowledge.Fold(text)
	for _, clause := range clauses(folded) {
		for _, l := range wordy {
			if l.in(clause) {
				return true
			}
		}
	}
	dense := strings.Join(strings.Fields(folded), "")
	for _, l := range unspaced {
		if l.in(dense) {
			return true
		}
	}
	return false
}

// longestText bounds what is looked through, in words: a wish comes early, or not at all.
const longestText = 2_000

// clauses cuts a folded text at everything that ends one, and into words. A line's end is
// no clause's.
func clauses(folded string) [][]string {
	var all [][]string
	words := 0
	for clause := range strings.FieldsFuncSeq(folded, func(r rune) bool { return strings.ContainsRune(",.;:!?¿¡؟،؛…()\"", r) }) {
		cut := strings.FieldsFunc(clause, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
		if words += len(cut); words > longestText {
			break
		}
		all = append(all, turned(cut)...)
	}
	return all
}

// turned cuts a clause where it turns to the opposite: what is not wanted before that
// says nothing of what is wanted after it.
func turned(clause []string) [][]string {
	var all [][]string
	begin := 0
	for i := range len(clause) + 1 {
		if i < len(clause) && begins(contrary, clause, i) == 0 {
			continue
		}
		if i > begin {
			all = append(all, clause[begin:i])
		}
		begin = i + 1
	}
	return all
}

// phrase is a pattern of words.
type phrase []string

// lexicon is a wish that is ready to be looked for.
type lexicon struct {
	talk, want, fill, people, anybody, say, not, never []phrase
	either                                             bool
}

func phrases(given []string) []phrase {
	all := make([]phrase, 0, len(given))
	for _, g := range given {
		all = append(all, strings.Fields(knowledge.Fold(g)))
	}
	return all
}

func compile(w wish) lexicon {
	return lexicon{
		talk: phrases(w.talk), want: phrases(w.want), fill: phrases(w.fill), people: phrases(w.people), anybody: phrases(w.anybody),
		say: phrases(w.say), not: phrases(w.not), never: phrases(w.never), either: w.either,
	}
}

// fits says whether a word is what the pattern means.
func fits(pattern, word string) bool {
	bare := strings.Trim(pattern, "*")
	before, after := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
	switch {
	case before && after:
		return strings.Contains(word, bare)
	case before:
		return strings.HasSuffix(word, bare)
	case after:
		return strings.HasPrefix(word, bare)
	}
	return word == bare
}

// begins says how many words of the clause from i on are one of the phrases; 0 for none.
func begins(all []phrase, clause []string, i int) int {
	longest := 0
	for _, p := range all {
		if len(p) <= longest || i+len(p) > len(clause) {
			continue
		}
		n := 0
		for n < len(p) && fits(p[n], clause[i+n]) {
			n++
		}
		if n == len(p) {
			longest = n
		}
	}
	return longest
}

func holds(all []phrase, clause []string) bool {
	for i := range clause {
		if begins(all, clause, i) > 0 {
			return true
		}
	}
	return false
}

// blank takes out what only looks like people.
func (l lexicon) blank(clause []string) []string {
	seen := append([]string{}, clause...)
	for i := range seen {
		for n := begins(l.never, clause, i); n > 0; n-- {
			seen[i+n-1] = "\x00"
		}
	}
	return seen
}

// in says whether a clause is a wish in this language.
func (l lexicon) in(clause []string) bool {
	if holds(l.not, clause) {
		return false
	}
	clause = l.blank(clause)
	return holds(l.say, clause) || l.alone(clause) || l.talks(clause) || l.wants(clause)
}

// alone is for who says nothing but "Agent, please".
func (l lexicon) alone(clause []string) bool {
	called := false
	for i := 0; i < len(clause); {
		n := begins(l.people, clause, i)
		called = called || n > 0
		if n = max(n, begins(l.fill, clause, i), begins(polite, clause, i)); n == 0 {
			return false
		}
		i += n
	}
	return called
}

func (l lexicon) talks(clause []string) bool {
	for i := range clause {
		n := begins(l.talk, clause, i)
		if n == 0 {
			continue
		}
		from := i + n
		if l.either {
			from = max(0, i-distance)
		}
		for j := from; j < min(len(clause), i+n+distance); j++ {
			if begins(l.people, clause, j) > 0 || begins(l.anybody, clause, j) > 0 {
				return true
			}
		}
	}
	return false
}

func (l lexicon) wants(clause []string) bool {
	for i := range clause {
		n := begins(l.want, clause, i)
		if n > 0 && (l.meets(clause, i+n, 1) || l.either && l.meets(clause, i-1, -1)) {
			return true
		}
	}
	return false
}

// meets goes over what may stand in between, until it meets people.
func (l lexicon) meets(clause []string, at, step int) bool {
	for at >= 0 && at < len(clause) {
		if begins(l.people, clause, at) > 0 {
			return true
		}
		n := max(begins(l.fill, clause, at), begins(polite, clause, at))
		if n == 0 {
			return false
		}
		if step > 0 {
			at += n
		} else {
			at--
		}
	}
	return false
}

// packedWish is the same for scripts without gaps between words: what is said and whom
// one can ask for stand anywhere in the text.
type packedWish struct{ talk, people, say, not, never []string }

func (p packedWish) in(text string) bool {
	if contains(text, p.not) {
		return false
	}
	for _, n := range p.never {
		text = strings.ReplaceAll(text, n, "\x00")
	}
	bare := strings.TrimFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
	for _, who := range p.people {
		if bare == who {
			return true
		}
	}
	return contains(text, p.say) || contains(text, p.people) && contains(text, p.talk)
}

func contains(text string, words []string) bool {
	for _, a := range words {
		if strings.Contains(text, a) {
			return true
		}
	}
	return false
}
