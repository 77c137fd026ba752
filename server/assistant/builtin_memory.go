package assistant

import (
	"regexp"
	"slices"
	"strings"

	"parley/models/knowledge"
)

// What people ask about the conversation itself. Like all patterns here they are held
// against folded texts: in lower case and without accents.
var (
	originalAsked = regexp.MustCompile(`\b(original|first|initial) (question|request|message|problem|issue)\b|what did i (first|originally|initially) (ask|say|write|want)` +
		`|\b(ursprungliche|erste|anfangliche)[nrs]? (frage|anliegen|nachricht|problem)\b|\b(premiere|question initiale|question d'origine|demande initiale)\b.*\?|question (initiale|d.origine)` +
		`|\b(pregunta|consulta) (original|inicial)\b|\bprimera (pregunta|consulta)\b|سوالي? ?(الاول|الاصلي)`)
	latestAsked = regexp.MustCompile(`\b(last|previous|my) (question|message)\b.*\?|what did i (just )?(ask|say|write)\b|what have i (asked|said)` +
		`|\b(letzte|vorige|meine)[nrs]? (frage|nachricht)\b.*\?|was habe ich (gerade )?(gefragt|geschrieben|gesagt)` +
		`|(derniere|precedente) question|question precedente|qu.ai.je (demande|dit|ecrit)|(ultima|anterior) pregunta|pregunta anterior|que (he )?(preguntado|pregunte|dije)` +
		`|سوالي? ?(الاخير|السابق)|ماذا سالت`)
	moreWish = regexp.MustCompile(`^(please |ok,? |and )?(tell me more|more|more details?|more information|go on|continue|anything else|what else|more please|explain( more)?)\b[^\p{L}]*$` +
		`|^(mehr|mehr (dazu|details|infos?|informationen)|weiter|erzahl mehr|und weiter|was noch|sonst noch etwas)[^\p{L}]*$` +
		`|^(plus|plus de details|dis.m.en plus|dites.m.en plus|en savoir plus|continue[zr]?|quoi d.autre)[^\p{L}]*$` +
		`|^(mas|mas detalles|mas info\w*|cuentame mas|continua|que mas|algo mas)[^\p{L}]*$` +
		`|^(المزيد|اخبرني المزيد|المزيد من التفاصيل|اكمل|ماذا ايضا)[^\p{L}]*$`)
	followUp = regexp.MustCompile(`^(and|what about|how about|und|was ist mit|wie sieht es mit|et|et pour|y|y para|وماذا عن|ماذا عن|و)\b|^(and|und|et|y)\s|^وماذا|^ماذا عن|^那|^じゃあ|^では`)
	// A plea says nothing that could be told again.
	plea = regexp.MustCompile(`\b(help|assistance|hilfe|helfen|aide|aider|ayuda|ayudar)\b|مساعد|帮助|帮忙|手伝|助けて`)
)

// memory answers what is asked about the conversation itself.
func (x exchange) memory() (Answer, bool) {
	before := slices.DeleteFunc(x.earlier(), func(said string) bool { return len(knowledge.Asked(said)) == 0 || isIdle(said) })
	original, latest := originalAsked.MatchString(x.folded), latestAsked.MatchString(x.folded)
	switch {
	case !original && !latest:
		return Answer{}, false
	case len(before) == 0:
		return Answer{Text: x.say["silence"], KnewIt: true}, true
	case original:
		return Answer{Text: x.say["first"] + " " + x.say.quoted(before[0]), KnewIt: true}, true
	}
	return Answer{Text: x.say["last"] + " " + x.say.quoted(before[len(before)-1]), KnewIt: true}, true
}

// more goes on with what the conversation is about: the next passage that has not been
// quoted yet.
func (x exchange) more() (Answer, bool) {
	if !moreWish.MatchString(strings.TrimSpace(x.folded)) || len(x.earlier()) == 0 {
		return Answer{}, false
	}
	x.terms = knowledge.Asked(x.topic())
	for i, p := range x.Passages {
		if !x.hasQuoted(p) && share(x.terms, p.Title+" "+p.Heading+" "+p.Content) > 0 {
			return x.quote(x.Passages[i : i+1]), true
		}
	}
	a := x.unknown()
	a.Text = strings.Replace(a.Text, x.say["unknown"], x.say["noMore"], 1)
	return a, true
}

// topic is what the user last said that was neither a wish for more of the same nor
// idle; "" when there is no such thing.
func (x exchange) topic() string {
	for _, said := range slices.Backward(x.earlier()) {
		if !moreWish.MatchString(strings.TrimSpace(knowledge.Fold(said))) && !isIdle(said) {
			return said
		}
	}
	return ""
}

// hasQuoted says whether an earlier answer had this passage.
func (x exchange) hasQuoted(p Passage) bool {
	start := []rune(excerpt(p.Content, nil))
	needle := string(start[:min(len(start), 40)])
	for _, turn := range x.Turns {
		if turn.Role == roleAssistant && strings.Contains(turn.Content, needle) {
			return true
		}
	}
	return false
}

// recall answers out of what the person has said before: the latest sentence that speaks
// of all that is asked about, and says something about it.
func (x exchange) recall() (Answer, bool) {
	if len(x.terms) == 0 {
		return Answer{}, false
	}
	for _, said := range slices.Backward(x.earlier()) {
		for _, s := range knowledge.Sentences(said) {
			if !strings.ContainsAny(s, "?؟？") && !plea.MatchString(knowledge.Fold(s)) && share(x.terms, s) == 1 && len(knowledge.Asked(s)) > len(x.terms) {
				return Answer{Text: x.say["told"] + " " + x.say.quoted(s), KnewIt: true}, true
			}
		}
	}
	return Answer{}, false
}
