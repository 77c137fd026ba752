package knowledge

import (
	"strings"
	"unicode"
)

// commonWords are, by language, the words that say nothing of what a text is about:
// grammar, politeness, and what makes a sentence a question. They are also how a
// language is recognised.
var commonWords = map[string]string{
	"en": `a about all also am an and any are as at be been but by can could did do does doing don for from get give got had has have
		hello help hey hi how i if in into is isn it its just know let like may me might much many my need no not of on one or our
		please possible see shall should so some tell than thank thanks that the their them there these they this those to too us
		want was we were what when where which while who whom whose why will with would yes you your yours
		long take takes taking took make makes work works go going there any does happen happens say explain way
		doesn didn wasn aren wouldn couldn shouldn im ive id ll re ve something anything exactly really still`,
	"de": `aber alle als am an auch auf aus bei bin bis bist bitte da danke dann das dass dein dem den der des dich die dies diese dir doch
		du ein eine einem einen einer eines er es etwas euch euer eure für gibt guten haben habe hallo hat hatte ich ihr ihre ihnen im
		in ist ja kann kannst können könnt man mein meine meinem meinen meiner mich mir mit möchte muss müssen nach nicht noch nur ob
		oder ohne schon sein sich sie sind soll sollte tag über um und uns unser unsere vom von vor wann war warum was welche wenn wer
		werden wie wieder will wir wird wo wohin würde zu zum zur dauert lange funktioniert geht bekomme bekommen mache`,
	"fr": `à ai alors au aussi aux avec avez avoir avons bonjour ce cela ces cet cette chez ci comme comment dans de des dois donc du elle
		elles en est et être eu faire faut il ils je la le les leur lui ma mais me mes moi mon ne nos notre nous on ou où par pas
		peut peux plus pour pourquoi pouvez puis quand que quel quelle quelles quels qui quoi sa salut sans se ses si son sont sur
		svp merci beaucoup temps prend combien long fonctionne marche ta te tes toi ton tu un une vais vers veux vos votre voudrais vous plaît`,
	"es": `al algo ante aquí como cómo con cual cuál cuando cuanto cuesta de del desde donde dónde el ella ellos en entre era es
		esa ese eso esta está están este esto estos favor gracias ha hacer hay hola la las le les lo los más me mi mis muy necesito no
		nos nuestra nuestro o para pero por porque puedo puede que qué quien quién quiero se ser si sí sin sobre son su sus también
		tarda tardan tiempo funciona tengo tiene tu tus un una unas uno unos usted ustedes y ya yo`,
	"ar": `في من على الى عن مع هل ما ماذا متى اين كيف لماذا كم هذا هذه ذلك تلك التي الذي انا انت نحن هو هي هم او ثم ان كان يكون لا نعم
		لم لن قد كل بعد قبل عند عندي لدي لديكم يمكن يمكنني استطيع اريد ارجو شكرا مرحبا اهلا السلام عليكم من فضلك لي لكم لك بي اي ايضا`,
}

// common are the words of all languages, folded; languageOf says whose they are.
var common, languageOf = gather()

func gather() (all map[string]bool, languages map[string][]string) {
	all, languages = map[string]bool{}, map[string][]string{}
	for language, words := range commonWords {
		for word := range strings.FieldsSeq(words) {
			word = Fold(word)
			all[word] = true
			languages[word] = append(languages[word], language)
		}
	}
	return all, languages
}

// particles are what makes a question of packed script one, and its grammar: gaps
// between the words that matter. Longer ones come first where one begins another.
var particles = strings.NewReplacer(gaps(
	"请问", "怎么样", "怎么", "怎样", "如何", "什么", "多少", "多久", "可以", "需要", "我们", "你们", "你好", "谢谢", "是否", "哪里", "哪些",
	"为什么", "有没有", "能不能", "我", "你", "您", "的", "了", "吗", "呢", "吧", "是", "在", "有", "能", "会", "要", "和", "与", "或", "请", "想", "把", "被",
	"어떻게", "무엇", "얼마나", "얼마", "언제", "어디", "있나요", "하나요", "되나요", "인가요", "할수", "있어요", "해야", "합니까", "입니까", "안녕하세요",
)...)

func gaps(words ...string) []string {
	pairs := make([]string, 0, 2*len(words))
	for _, word := range words {
		pairs = append(pairs, word, " ")
	}
	return pairs
}

// Language guesses the language of a text among those whose common words are known, and
// those with a script of their own; "" when nothing tells.
func Language(text string) string {
	counts := map[string]int{}
	for _, r := range runs(Fold(text)) {
		for _, language := range languageOf[string(r.signs)] {
			counts[language]++
		}
	}
	best := ""
	for _, language := range []string{"en", "de", "fr", "es", "ar"} {
		if counts[language] > counts[best] {
			best = language
		}
	}
	if best != "" {
		return best
	}
	return languageOfScript(text)
}

func languageOfScript(text string) string {
	for _, script := range []struct {
		language string
		table    *unicode.RangeTable
	}{
		{"ar", unicode.Arabic}, {"ja", unicode.Hiragana}, {"ja", unicode.Katakana}, {"ko", unicode.Hangul}, {"zh", unicode.Han},
	} {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(script.table, r) }) {
			return script.language
		}
	}
	return ""
}
