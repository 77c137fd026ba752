package assistant

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"parley/models/knowledge"
)

// How much of what a question asks about a passage has to speak of, to count as an answer;
// plenty of one that lacks what such a question wants, or a name that is in it. They were
// chosen on the question set in testdata, whose figures are in the README.
const (
	enough = 0.5
	plenty = 0.6
)

// kind is a sort of question that is told by its words, and what an answer to it has.
// Both are held against folded texts.
type kind struct{ asked, has *regexp.Regexp }

var kinds = []kind{
	{ // when, and how long
		regexp.MustCompile(`\b(how (long|soon|fast|quickly)|how many (minutes|hours|(working |business )?days|weeks|months|years)|when|what time|(opening|business|office|shop|store) hours` +
			`|wie (lange|schnell)|wie viele (stunden|tage|wochen|monate|jahre)|wann|ab wann|offnungszeiten` +
			`|combien de (temps|jours|semaines|mois)|combien d.(heures|annees)|quand|quel (est le )?delai|horaires|cuanto (tiempo|tarda\w*|dura)|cuant[ao]s (horas|dias|semanas|meses|anos)|cuando|horarios?` +
			`|quanto tempo|quanti giorni|quando|orari|quantos dias|hoe lang|hoeveel dagen|wanneer|jak d[lł]ugo|ile dni|kiedy|jak dlouho|kolik dni|kdy|hur lange|hur manga dagar|hvor lang tid|hvor mange dage|hvornar` +
			`|kuinka kauan|milloin|kac gun|ne kadar surer|ne zaman)\b|как долго|сколько (дней|времени)|когда|як довго|скільки (днів|часу)|коли|متي|كم يوما?|كم من الوقت|כמה (זמן|ימים)|מתי` +
			`|多久|几天|幾天|多少天|几年|什么时候|什麼時候|几点|何日|何年|何時|いつ|どのくらい|どれくらい|언제|며칠|얼마나 걸`),
		regexp.MustCompile(`\d ?(am|pm|h|uhr)\b|\d[:.]\d\d ?(am|pm|uhr)|\b(minutes?|hours?|days?|weeks?|months?|years?|(mon|tues|wednes|thurs|fri|satur|sun)days?|noon|midnight|immediately` +
			`|minuten?|stunden?|(werk|arbeits)?tage?n?|wochen?|monate?n?|jahre?n?|(mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sofort|heures?|jours?|semaines?|mois|ans?|annees?|lundi|samedi|dimanche` +
			`|minutos?|horas?|dias?|semanas?|mes(es)?|anos?|lunes|sabados?|domingos?|giorni|settimane|mesi|anni|ore|dagen|weken|maanden|jaar|uur|dni|tygodni\w*|lat|miesiec\w*|tydn\w*|mesic\w*|let` +
			`|dagar|veckor|manader|dage|uger|maneder|paiva\w*|viikko\w*|kuukau\w*|vuo\w+|gun\w*|hafta\w*|y[iı]l\w*)\b|дн(я|ей|і|ів)|недел|тижн|месяц|місяц|год|лет|рок|час|(^|\P{L})(ال)?(يوم|ايام|اسبوع|اسابيع|شهر|اشهر|سن|عام|ساع)|ימים|שבוע|חודש|שנ|שע|[天周週月年日時]|小时|小時|時間|일|주|개월|년|시간`),
	},
	{ // how much
		regexp.MustCompile(`\b(how much|costs?|prices?|pricing|fees?|charges?|free|expensive|cheap|kostet|kosten|preise?|gebuhr\w*|kostenlos|gratis|teuer|combien coute\w*|prix|frais|gratuite?s?|tarifs?` +
			`|cuanto cuesta\w*|precios?|costes?|coste?|tarifas?|quanto costa\w*|prezz[oi]|quanto custa\w*|precos?|hoeveel kost|prijs|prijzen|ile kosztuje|cena|kolik stoji|pris|hinta|maksaa|fiyat\w*|ne kadar)\b` +
			`|сколько стоит|цена|стоимость|скільки коштує|ціна|вартість|كم (تكلف|سعر|ثمن)|تكلف|سعر|מחיר|כמה (עולה|זה עולה)|多少钱|多少錢|费用|費用|价格|價格|运费|いくら|料金|無料|値段|얼마|가격|비용|요금`),
		regexp.MustCompile(`[€$£¥₽₩]|\b(euros?|eur|dollars?|usd|pounds?|gbp|cents?|francs?|chf|zl|kc|kr|kroner|kronor|yen|percent|free|nothing|kostenlos|kostenfrei|gratis|umsonst|gratuite?s?|gratuit\w*|offerte?s?)\b` +
			`|руб|евро|грн|євро|бесплатн|безкоштовн|يورو|دولار|ريال|درهم|مجان|שקל|חינם|[元円원]|欧元|免费|免費|無料|유로|무료`),
	},
}

// wants are the kinds of a question.
func wants(folded string) []kind {
	var all []kind
	for _, k := range kinds {
		if k.asked.MatchString(folded) {
			all = append(all, k)
		}
	}
	return all
}

// answering are the passages that speak of enough, the one that answers best first: one
// that says what is asked about within a sentence, and has what such a question wants,
// counts for more than one whose title has the words.
func (x exchange) answering() []Passage {
	type candidate struct {
		Passage
		worth float64
	}
	var all []candidate
	wanted, names := wants(x.folded), x.names()
	for _, p := range x.Passages {
		text := p.Heading + ". " + knowledge.Plain(p.Content)
		folded := knowledge.Fold(text)
		lacks := slices.ContainsFunc(wanted, func(k kind) bool { return !k.has.MatchString(folded) })
		least, worth := enough, p.Score*(1+x.within(text))
		if lacks || share(names, p.Title+" "+text) < 1 && len(names) > 0 {
			least = plenty
		}
		if !lacks && len(wanted) > 0 {
			worth *= 1.5
		}
		if x.coverage(p) >= least {
			all = append(all, candidate{p, worth})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int { return cmp.Compare(b.worth, a.worth) })
	passages := make([]Passage, len(all))
	for i, c := range all {
		passages[i] = c.Passage
	}
	return passages
}

// within is the largest share of what is asked about that one sentence of a text has.
func (x exchange) within(text string) float64 {
	most := 0.0
	for _, sentence := range knowledge.Sentences(text) {
		most = max(most, share(x.terms, sentence))
	}
	return most
}

// names are the terms of a question that are written like names: with a capital within a
// sentence, where the language has none for other words.
func (x exchange) names() []string {
	if knowledge.Language(x.question) == "de" {
		return nil
	}
	var all []string
	for _, sentence := range knowledge.Sentences(x.question) {
		for i, word := range strings.Fields(sentence) {
			bare := strings.TrimFunc(word, func(r rune) bool { return !unicode.IsLetter(r) })
			if signs := []rune(bare); i > 0 && len(signs) > 1 && unicode.IsUpper(signs[0]) && !unicode.IsUpper(signs[1]) {
				all = append(all, knowledge.Terms(bare)...)
			}
		}
	}
	return all
}
