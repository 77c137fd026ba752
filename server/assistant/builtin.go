package assistant

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/models"
	"parley/models/knowledge"
)

// BuiltinModel is the name under which the built-in engine answers.
const BuiltinModel = "builtin"

// Builtin answers without any network: from the passages it is given and from what was
// said in the conversation. It quotes, and does not make sentences about things: what it
// says of the company is what the company wrote. The zero Builtin is ready.
type Builtin struct{}

var _ Engine = Builtin{}

// exchange is one question in the making of its answer.
type exchange struct {
	Ask
	question string
	// folded is the question as words are compared, and terms what it asks about.
	folded string
	terms  []string
	say    phrases
	// heard is what it says besides what there is to know.
	heard smallTalk
}

// Answer implements Engine.
func (Builtin) Answer(ctx context.Context, ask Ask, emit func(delta string)) (Answer, error) {
	if err := ctx.Err(); err != nil {
		return Answer{}, err
	}
	question := ask.Question()
	x := exchange{
		Ask: ask, question: question, folded: knowledge.Fold(question), terms: knowledge.Asked(essence(question)), say: phrasesFor(ask),
		heard: hearSmallTalk(question, ask.chatLanguages()),
	}
	a := x.answer()
	a.Model = BuiltinModel
	a.Usage = Usage{InputTokens: tokens(question), OutputTokens: tokens(a.Text)}
	if ask.HandsOff && a.Handoff {
		a.Text, emit = "", nil // whoever hands over says so
	}
	return a, stream(ctx, a.Text, emit)
}

// answer is the first that fits.
func (x exchange) answer() Answer {
	for _, try := range []func() (Answer, bool){x.toPerson, x.politeness, x.memory, x.more, x.quoteBest, x.recall, x.vague} {
		if a, fits := try(); fits {
			return a
		}
	}
	return x.unknown()
}

// toPerson is for who wants a person, or says yes to the offer of one.
func (x exchange) toPerson() (Answer, bool) {
	accepts := x.heard.accepts() && x.offered()
	if !accepts && !WantsPerson(x.question) {
		return Answer{}, false
	}
	if !x.Handoff {
		return Answer{Text: x.say["alone"], KnewIt: true}, true
	}
	return Answer{Text: x.say["handoff"], KnewIt: true, Handoff: true}, true
}

// offered says whether the assistant's last turn was the offer of a person.
func (x exchange) offered() bool {
	return x.lastSaid(func(said string, p phrases) bool { return strings.HasSuffix(said, p["offer"]) })
}

// lastSaid says whether the turn before the question was the assistant's, and the phrases
// of any language fit it.
func (x exchange) lastSaid(fits func(said string, p phrases) bool) bool {
	n := len(x.Turns)
	if n < 2 || x.Turns[n-2].Role != roleAssistant {
		return false
	}
	for _, p := range spoken() {
		if fits(x.Turns[n-2].Content, p) {
			return true
		}
	}
	return false
}

// quoteBest quotes the passage that answers best, when one speaks of enough.
func (x exchange) quoteBest() (Answer, bool) {
	if len(x.terms) == 0 {
		return Answer{}, false
	}
	passages := x.answering()
	if len(passages) == 0 {
		return Answer{}, false
	}
	return x.quote(passages), true
}

// coverage is what retrieval has found it to be, or else the share of the question's
// terms that the passage has.
func (x exchange) coverage(p Passage) float64 {
	if p.Coverage > 0 {
		return p.Coverage
	}
	return share(x.terms, p.Title+" "+p.Heading+" "+p.Content)
}

// share is the part of the terms that a text has.
func share(terms []string, text string) float64 {
	if len(terms) == 0 {
		return 0
	}
	has, n := knowledge.Terms(text), 0
	for _, term := range terms {
		if slices.Contains(has, term) {
			n++
		}
	}
	return float64(n) / float64(len(terms))
}

// quote is an answer out of the first passage, and names another article that speaks of
// the same.
func (x exchange) quote(passages []Passage) Answer {
	best := passages[0]
	a := Answer{KnewIt: true, Citations: []Citation{{ArticleUID: best.ArticleUID, Title: best.Title}}}
	a.Text = excerpt(best.Content, x.terms) + "\n\n" + x.say["source"] + " *" + plainTitle(best.Title) + "*"
	for _, p := range passages[1:] {
		if p.ArticleUID != best.ArticleUID && p.Score >= best.Score*0.85 {
			a.Citations = append(a.Citations, Citation{ArticleUID: p.ArticleUID, Title: p.Title})
			a.Text += "\n" + x.say["also"] + " *" + plainTitle(p.Title) + "*"
			break
		}
	}
	return a
}

// plainTitle is a title that does not end the emphasis it stands in.
func plainTitle(title string) string { return strings.ReplaceAll(title, "*", "") }

// unknown says so, and offers a person where there is one.
func (x exchange) unknown() Answer {
	if x.Handoff {
		return Answer{Text: x.say["unknown"] + " " + x.say["offer"], Handoff: true}
	}
	return Answer{Text: x.say["unknown"] + " " + x.say["rephrase"]}
}

// The roles of turns.
const (
	roleUser      = "user"
	roleAssistant = "assistant"
)

// earlier are the user's turns before the question, oldest first.
func (x exchange) earlier() []string {
	var said []string
	for _, turn := range x.Turns[:max(0, len(x.Turns)-1)] {
		if turn.Role == roleUser {
			said = append(said, turn.Content)
		}
	}
	return said
}

// excerptLength is how much of a passage an answer quotes, in code points.
const excerptLength = 500

// excerpt is a passage without its marks, but with its links; of a long one the sentences
// from the one that speaks most of the terms.
func excerpt(content string, terms []string) string {
	if quote := knowledge.Quote(content); utf8.RuneCountInString(knowledge.Plain(content)) <= excerptLength {
		return quote
	}
	sentences := knowledge.Sentences(knowledge.Quote(withoutFences(content)))
	best, from := -1.0, 0
	for i, s := range sentences {
		if n := share(terms, s); n > best {
			best, from = n, i
		}
	}
	chosen := ""
	for _, s := range sentences[from:] {
		if chosen != "" && utf8.RuneCountInString(knowledge.Plain(chosen+s)) > excerptLength {
			break
		}
		chosen = strings.TrimSpace(chosen + " " + s)
	}
	if signs := []rune(knowledge.Plain(chosen)); len(signs) > excerptLength { // not within a link
		chosen = strings.TrimSpace(string(signs[:excerptLength])) + "…"
	}
	if from > 0 {
		chosen = "… " + chosen
	}
	return chosen
}

// withoutFences is a text whose code stands among its sentences.
func withoutFences(markdown string) string {
	return fence.ReplaceAllString(markdown, "")
}

var fence = regexp.MustCompile("(?m)^ {0,3}(```|~~~).*$")

// tokens is about how many a model would count.
func tokens(text string) int { return (utf8.RuneCountInString(text) + 3) / 4 }

// stream emits a text word by word.
func stream(ctx context.Context, text string, emit func(string)) error {
	if emit == nil {
		return nil
	}
	for word := range strings.SplitAfterSeq(text, " ") {
		if err := ctx.Err(); err != nil {
			return err
		}
		emit(word)
	}
	return nil
}

// Wanted is what to look for in the knowledge base when the last of these turns is the
// question. One that only makes sense after the one before it ("And to Norway?", "Tell me
// more") brings that along.
func Wanted(turns []models.ChatTurn) string {
	x := exchange{Ask: Ask{Turns: turns}}
	question := essence(x.Question())
	before := essence(x.topic())
	if before == "" {
		return question
	}
	folded := strings.TrimSpace(knowledge.Fold(question))
	if len(knowledge.Asked(question)) == 0 || moreWish.MatchString(folded) || followUp.MatchString(folded) {
		return before + "\n" + question
	}
	return question
}
