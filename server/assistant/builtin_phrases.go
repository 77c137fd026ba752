package assistant

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"parley/models/handoff"
	"parley/models/knowledge"
)

// phrases are what the built-in engine says of its own, in one language.
type phrases struct {
	hello, welcome          string
	unknown, offer          string
	rephrase, noMore        string
	handoff, alone          string
	source, also            string
	first, last, told       string
	silence                 string
	openQuote, closingQuote string
}

var spoken = map[string]phrases{
	"en": {
		hello: "Hello! How can I help you?", welcome: "You're welcome! Is there anything else I can help you with?",
		unknown: "I'm sorry, I don't know the answer to that.", offer: "Would you like to talk to a person?",
		rephrase: "Could you put it in other words?", noMore: "That is all I know about it.",
		handoff: "Of course. I'll pass you on to a person, who will answer you here.", alone: "I'm sorry, I can't pass you on to a person here.",
		source: "Source:", also: "See also:", first: "Your original question was:", last: "Your last question was:", told: "You told me:",
		silence: "You haven't asked me anything yet. How can I help you?", openQuote: "“", closingQuote: "”",
	},
	"de": {
		hello: "Hallo! Wie kann ich helfen?", welcome: "Gern geschehen! Kann ich sonst noch helfen?",
		unknown: "Das weiß ich leider nicht.", offer: "Möchten Sie mit einem Menschen sprechen?",
		rephrase: "Können Sie es anders formulieren?", noMore: "Mehr weiß ich dazu nicht.",
		handoff: "Gern. Ich gebe Sie an einen Menschen weiter, der Ihnen hier antwortet.", alone: "Ich kann Sie hier leider an niemanden weitergeben.",
		source: "Quelle:", also: "Siehe auch:", first: "Ihre ursprüngliche Frage war:", last: "Ihre letzte Frage war:", told: "Sie haben mir geschrieben:",
		silence: "Sie haben mich noch nichts gefragt. Wie kann ich helfen?", openQuote: "„", closingQuote: "“",
	},
	"fr": {
		hello: "Bonjour ! Comment puis-je vous aider ?", welcome: "Je vous en prie ! Puis-je vous aider pour autre chose ?",
		unknown: "Désolé, je ne connais pas la réponse.", offer: "Souhaitez-vous parler à une personne ?",
		rephrase: "Pouvez-vous le dire autrement ?", noMore: "Je n'en sais pas plus.",
		handoff: "Bien sûr. Je vous passe une personne, qui vous répondra ici.", alone: "Désolé, je ne peux vous passer personne ici.",
		source: "Source :", also: "Voir aussi :", first: "Votre question initiale était :", last: "Votre dernière question était :", told: "Vous m'avez écrit :",
		silence: "Vous ne m'avez encore rien demandé. Comment puis-je vous aider ?", openQuote: "« ", closingQuote: " »",
	},
	"es": {
		hello: "¡Hola! ¿En qué puedo ayudarle?", welcome: "¡De nada! ¿Puedo ayudarle en algo más?",
		unknown: "Lo siento, no sé la respuesta.", offer: "¿Quiere hablar con una persona?",
		rephrase: "¿Puede decirlo de otra manera?", noMore: "No sé nada más sobre eso.",
		handoff: "Por supuesto. Le paso con una persona, que le responderá aquí.", alone: "Lo siento, aquí no puedo pasarle con una persona.",
		source: "Fuente:", also: "Véase también:", first: "Su pregunta original fue:", last: "Su última pregunta fue:", told: "Usted me escribió:",
		silence: "Todavía no me ha preguntado nada. ¿En qué puedo ayudarle?", openQuote: "«", closingQuote: "»",
	},
	"ar": {
		hello: "مرحبًا! كيف يمكنني مساعدتك؟", welcome: "على الرحب والسعة! هل من شيء آخر أساعدك فيه؟",
		unknown: "عذرًا، لا أعرف الإجابة عن ذلك.", offer: "هل تودّ التحدث إلى شخص من الفريق؟",
		rephrase: "هل يمكنك صياغته بطريقة أخرى؟", noMore: "هذا كل ما أعرفه عن ذلك.",
		handoff: "بالتأكيد. سأحوّلك إلى شخص من الفريق ليجيبك هنا.", alone: "عذرًا، لا يمكنني تحويلك إلى شخص هنا.",
		source: "المصدر:", also: "انظر أيضًا:", first: "كان سؤالك الأول:", last: "كان سؤالك الأخير:", told: "لقد كتبت لي:",
		silence: "لم تسألني شيئًا بعد. كيف يمكنني مساعدتك؟", openQuote: "«", closingQuote: "»",
	},
}

func languages() []string { return []string{"en", "de", "fr", "es", "ar"} }

// phrasesFor speaks the language of the question, else the locale's, else English.
func phrasesFor(locale, question string) phrases {
	base, _, _ := strings.Cut(strings.ToLower(locale), "-")
	for _, language := range []string{knowledge.Language(question), base} {
		if p, known := spoken[language]; known {
			return p
		}
	}
	return spoken["en"]
}

// longestQuote is how much of a person's words an answer repeats, in code points.
const longestQuote = 500

// quoted puts somebody's words into quotation marks.
func (p phrases) quoted(words string) string {
	words = strings.TrimSpace(words)
	if utf8.RuneCountInString(words) > longestQuote {
		words = strings.TrimSpace(string([]rune(words)[:longestQuote])) + "…"
	}
	return p.openQuote + words + p.closingQuote
}

// Patterns of what people say, held against folded texts.
var (
	greeting = regexp.MustCompile(`^¡?(hello|hi|hey|hiya|good (morning|afternoon|evening|day)|greetings|hallo|guten (tag|morgen|abend)|moin|servus|grus gott|` +
		`bonjour|bonsoir|salut|coucou|hola|buenos dias|buenas( tardes| noches)?|مرحبا|اهلا( وسهلا)?|السلام عليكم|صباح الخير|مساء الخير|你好|您好|こんにちは|안녕하세요)` +
		`( there| you| all| zusammen| team)?[^\p{L}\p{N}]*$`)
	thanks = regexp.MustCompile(`^¡?(ok,? |great,? |perfect,? )?(thanks?( you)?( so much| very much| a lot)?|thx|cheers|danke( schon| sehr| dir| ihnen)?|vielen dank|merci( beaucoup)?|(muchas )?gracias|` +
		`شكرا( جزيلا| لك| لكم)?|谢谢|ありがとう(ございます)?|감사합니다)[^\p{L}\p{N}]*$`)
	yes = regexp.MustCompile(`^(yes|yeah|yep|sure|ok|okay|please|yes,? please|please do|ja|ja,? bitte|gern|gerne|bitte|oui|oui,? s.il vous plait|d.accord|volontiers|si|si,? por favor|claro|vale|` +
		`نعم|نعم من فضلك|اجل|من فضلك|是的?|好的?|はい|네)[^\p{L}\p{N}]*$`)
)

// WantsPerson says whether somebody asks for a person, in any of the languages of the
// widget.
func WantsPerson(text string) bool { return handoff.Wanted(text) }
