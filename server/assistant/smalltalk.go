package assistant

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"parley/models/handoff"
	"parley/models/knowledge"
)

// tone is what a message says that asks for no passage.
type tone uint8

const (
	greets tone = 1 << iota
	thanks
	leaves
	agrees
	affirms
	declines
	pleads // for help, without saying what with
)

// has says whether any of these was said.
func (t tone) has(some tone) bool { return t&some != 0 }

// saying is a phrase, ready to be looked for.
type saying struct {
	text string
	tone tone
}

// chatterbox are the phrases of one language, the longest first. A packed one puts no gaps
// between its words.
type chatterbox struct {
	sayings []saying
	about   []string
	packed  bool
}

// chatterboxes are read when somebody first says something: most commands hear nobody.
var chatterboxes = sync.OnceValue(open)

// open reads the phrases of all languages.
func open() map[string]chatterbox {
	lists := wordsBy(smallTalkWords)
	tones := map[string]tone{"greet": greets, "thank": thanks, "leave": leaves, "agree": agrees, "affirm": affirms, "decline": declines, "plead": pleads, "fill": 0}
	all := map[string]chatterbox{}
	for _, language := range handoff.Languages() {
		box := chatterbox{packed: language == "ja" || language == "ko" || language == "zh"}
		for name, tone := range tones {
			for _, phrase := range box.read(lists["*"][name] + "|" + lists[language][name]) {
				box.sayings = append(box.sayings, saying{phrase, tone})
			}
		}
		box.about = box.read(lists[language]["about"])
		slices.SortFunc(box.sayings, func(a, b saying) int {
			return cmp.Or(cmp.Compare(len(b.text), len(a.text)), cmp.Compare(a.text, b.text), cmp.Compare(b.tone, a.tone))
		})
		all[language] = box
	}
	return all
}

// read makes phrases of a list in the form that texts are compared in.
func (b chatterbox) read(list string) []string {
	var all []string
	for phrase := range strings.SplitSeq(list, "|") {
		if words := strings.Join(sentenceWords(knowledge.Fold(phrase)), " "); words != "" {
			all = append(all, b.pack(words))
		}
	}
	return all
}

func (b chatterbox) pack(words string) string {
	if b.packed {
		return strings.ReplaceAll(words, " ", "")
	}
	return words
}

func sentenceWords(folded string) []string {
	return strings.FieldsFunc(folded, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) })
}

// What is longer than longestChatter, in code points, is no small talk. A plea may be
// about so many words, and leave so many words or packed signs unheard.
const (
	longestChatter = 160
	longestAbout   = 3
	fewWords       = 3
	fewSigns       = 6
)

// hear says what the clauses of a text say in this language, and how many words, or signs
// where these are packed, say something else. "Help" is a plea at the beginning, and none
// in "That does not help".
func (b chatterbox) hear(clauses []string) (said tone, left int) {
	for _, clause := range clauses {
		clause = b.pack(clause)
		before := left
		for clause != "" && left <= fewSigns {
			t, rest, found := b.next(clause)
			if found && (t != pleads || left == before || b.packed || strings.Contains(strings.TrimSuffix(clause, " "+rest), " ")) {
				said, clause = said|t, rest
				continue
			}
			if said.has(pleads) && b.isAbout(clause) {
				break
			}
			_, clause = b.first(clause)
			left++
		}
	}
	return said, left
}

// next takes the longest phrase off the beginning of a clause.
func (b chatterbox) next(clause string) (said tone, rest string, found bool) {
	for _, s := range b.sayings {
		if rest, found := b.after(clause, s.text); found {
			return s.tone, rest, true
		}
	}
	return 0, "", false
}

// after is what follows a phrase that a clause begins with.
func (b chatterbox) after(clause, phrase string) (string, bool) {
	rest, found := strings.CutPrefix(clause, phrase)
	if !found || !b.packed && rest != "" && rest[0] != ' ' {
		return "", false
	}
	return strings.TrimPrefix(rest, " "), true
}

// first takes the first word or sign off.
func (b chatterbox) first(clause string) (word, rest string) {
	if b.packed {
		_, n := utf8.DecodeRuneInString(clause)
		return clause[:n], clause[n:]
	}
	word, rest, _ = strings.Cut(clause, " ")
	return word, rest
}

// isAbout says whether the rest of a clause only names what a plea is about.
func (b chatterbox) isAbout(clause string) bool {
	return slices.ContainsFunc(b.about, func(about string) bool {
		rest, found := b.after(clause, about)
		return found && len(strings.Fields(rest)) <= longestAbout
	})
}

// few says whether so little was not heard that a plea is all there is.
func (b chatterbox) few(left int) bool { return left <= fewWords || b.packed && left <= fewSigns }

// smallTalk is what a message says besides what there is to know, in one of the languages,
// the first of which is the likeliest. Whole is one that says nothing else.
type smallTalk struct {
	tone     tone
	language string
	whole    bool
}

// hearSmallTalk listens to a message.
func hearSmallTalk(text string, languages []string) smallTalk {
	folded := knowledge.Fold(text)
	if utf8.RuneCountInString(folded) > longestChatter {
		return smallTalk{}
	}
	var clauses []string
	for clause := range strings.FieldsFuncSeq(folded, endsClause) {
		if words := sentenceWords(clause); len(words) > 0 {
			clauses = append(clauses, strings.Join(words, " "))
		}
	}
	if len(clauses) == 0 {
		return hearSigns(text)
	}
	heard := smallTalk{}
	for _, language := range languages {
		box := chatterboxes()[language]
		switch said, left := box.hear(clauses); {
		case said != 0 && left == 0:
			return smallTalk{said, language, true}
		case said.has(pleads) && box.few(left) && heard.tone == 0:
			heard = smallTalk{pleads, language, false}
		}
	}
	return heard
}

func endsClause(r rune) bool {
	return strings.ContainsRune(".,;:!?¿¡؟،؛…。、，；：！？()（）\n", r)
}

// longestAsked is how long a message may be, in bytes, to be freed of small talk.
const longestAsked = 1000

// essence is a message without the clauses that say nothing, where others do.
func essence(text string) string {
	if len(text) > longestAsked {
		return text
	}
	kept := ""
	for rest := text; rest != ""; {
		clause := rest
		if end := strings.IndexFunc(rest, endsClause); end >= 0 {
			_, sign := utf8.DecodeRuneInString(rest[end:])
			clause = rest[:end+sign]
		}
		rest = rest[len(clause):]
		if !strings.ContainsFunc(clause, unicode.IsLetter) || !hearSmallTalk(clause, handoff.Languages()).whole {
			kept += clause
		}
	}
	if kept = strings.TrimSpace(kept); len(knowledge.Asked(kept)) == 0 {
		return text
	}
	return kept
}

// hearSigns is for a text without any words: a question mark alone wants to know
// something, and a thumb is content.
func hearSigns(text string) smallTalk {
	switch {
	case strings.ContainsAny(text, "?؟？¿"):
		return smallTalk{tone: pleads, whole: true}
	case strings.ContainsFunc(text, func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) }):
		return smallTalk{tone: agrees, whole: true}
	}
	return smallTalk{}
}

// isCourtesy says whether a text only greets, thanks or takes leave.
func isCourtesy(text string) bool {
	heard := hearSmallTalk(text, handoff.Languages())
	return heard.whole && !heard.tone.has(agrees|affirms|declines|pleads)
}

// isIdle says whether a text neither asks nor tells anything.
func isIdle(text string) bool {
	heard := hearSmallTalk(text, handoff.Languages())
	return heard.whole && !heard.tone.has(pleads)
}

// politeness answers what asks nothing: it greets back, takes thanks, and asks who wants
// help what he wishes to know.
func (x exchange) politeness() (Answer, bool) {
	heard := x.heard
	if !heard.whole {
		return Answer{}, false
	}
	say := x.say
	if heard.language != "" {
		say = spoken()[heard.language]
	}
	switch t := heard.tone; {
	case t.has(pleads) && x.hasAsked():
		return Answer{}, false // asking once is enough
	case t.has(thanks) && !t.has(pleads|declines):
		return Answer{Text: say["welcome"], KnewIt: true}, true
	case t.has(greets) && !t.has(leaves):
		return Answer{Text: say["hello"], KnewIt: true}, true
	case t.has(pleads), t.has(affirms) && !t.has(declines|leaves|agrees):
		return Answer{Text: say["ask"], KnewIt: true}, true
	}
	return Answer{Text: say["fine"], KnewIt: true}, true
}

// vague asks, once, who has said too little to look for anything.
func (x exchange) vague() (Answer, bool) {
	blank := len(x.terms) == 0 && x.topic() == "" && strings.ContainsFunc(x.question, unicode.IsLetter)
	if x.hasAsked() || !blank && !x.heard.tone.has(pleads) {
		return Answer{}, false
	}
	return Answer{Text: x.say["ask"], KnewIt: true}, true
}

// hasAsked says whether the assistant's last turn asked what there is to know.
func (x exchange) hasAsked() bool {
	return x.lastSaid(func(said string, p phrases) bool { return strings.TrimSpace(said) == p["ask"] })
}

// accepts says whether a message takes an offer.
func (s smallTalk) accepts() bool {
	return s.whole && !s.tone.has(declines|leaves|pleads|greets) && (s.tone.has(affirms) || s.tone.has(agrees) && !s.tone.has(thanks))
}
