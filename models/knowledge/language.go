package knowledge

import (
	"maps"
	"slices"
	"strings"
	"sync"
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

// tellingWords are, for languages whose common words are no part of the search, some by
// which they are recognised.
var tellingWords = map[string]string{
	"it": `un a avete il lo gli di da che chi non è sono ho hai ha avete abbiamo posso può potete come quando quanto quanti quale quali dove perché una uno mio mia della del dei delle nel nella alla costa vorrei vostro vostra si la i le con per`,
	"pt": `o os um uma não é são tem têm tenho posso pode podem como quando quanto quantos qual quais onde porque meu minha do da dos das no na ao custa você vocês vosso seu sua para com por que eu se`,
	"nl": `het een de ik je jij u wij jullie niet wat wie hoe waar wanneer waarom welke kan kun kunt hebben heb heeft zijn wordt duurt kost mijn uw voor van met op naar bij aan ook lang is en of`,
	"pl": `jest są nie czy jak co kto gdzie kiedy dlaczego ile jaki jaka jakie który która mogę można mam macie mój moja moje do na w z się dla od przez za długo trwa kosztuje po i a`,
	"cs": `je jsou není jak co kdo kde kdy proč kolik jaký jaká jaké který mohu můžu lze mám máte můj moje do na v z se pro od za dlouho trvá stojí po i a`,
	"sv": `är det den en ett jag ni inte vad vem hur var när varför vilken vilka kan har finns min mitt mina till från på med om och lång tid tar kostar ska får i`,
	"da": `er det den en et jeg du i ikke hvad hvem hvordan hvor hvornår hvorfor hvilken hvilke kan har findes min mit mine til fra på med om og lang tid tager koster skal får`,
	"fi": `on ovat ei en mikä mitä kuka miten missä milloin miksi kuinka paljonko monta voinko voiko voitte minun minulla onko teillä ja tai kanssa kauan kestää maksaa se`,
	"tr": `bir ve mi mı mu mü ne nasıl nerede nereye zaman neden kaç hangi için ile var yok benim bana siz sizin kadar sürer olur olarak değil bu şu`,
	"uk": `я ви ми як що хто де коли чому скільки який яка яке чи є не на до з від для мій моя моє можна можу мені вас коштує триває і та`,
	"ru": `я вы мы как что кто где когда почему сколько какой какая какие ли есть не на до с от для мой моя моё можно могу мне вас стоит и в`,
}

// signsOf are letters and marks that one of the languages alone has.
var signsOf = map[string]string{"es": "ñ", "de": "ß", "pl": "ąęłńśźż", "cs": "ěřůťď", "tr": "ığş", "pt": "ãõ", "da": "øæ", "uk": "іїєґ", "ru": "ыэъё"}

// recognised are the languages that words tell, in the order that decides where several
// are as likely.
var recognised = []string{"en", "de", "fr", "es", "ar", "it", "pt", "nl", "pl", "cs", "sv", "da", "fi", "tr", "ru", "uk"}

// telling says whose every word is that tells a language, folded.
var telling = sync.OnceValue(readTelling)

func readTelling() map[string][]string {
	all := maps.Clone(languageOf)
	for _, language := range recognised {
		for word := range strings.FieldsSeq(tellingWords[language]) {
			if word = Fold(word); !slices.Contains(all[word], language) {
				all[word] = append(slices.Clone(all[word]), language)
			}
		}
	}
	return all
}

// Language guesses the language of a text among those whose words are known, and those
// with a script of their own; "" when nothing tells.
func Language(text string) string {
	if strings.ContainsAny(text, "¿¡") { // which Spanish alone begins sentences with
		return "es"
	}
	counts, words := map[string]int{}, telling()
	for _, r := range runs(Fold(text)) {
		for _, language := range words[string(r.signs)] {
			counts[language]++
		}
	}
	best, lower := "", strings.ToLower(text)
	for _, language := range recognised {
		if strings.ContainsAny(lower, signsOf[language]) {
			counts[language]++
		}
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
		{"he", unicode.Hebrew}, {"ru", unicode.Cyrillic},
	} {
		if strings.ContainsFunc(text, func(r rune) bool { return unicode.Is(script.table, r) }) {
			return script.language
		}
	}
	return ""
}
