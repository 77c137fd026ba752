package assistant_test

import (
	"slices"
	"strings"
	"testing"

	"parley/models/handoff"
	"parley/server/assistant"
)

// courtesies are, by language, what people say that asks for no article, and how the
// answer to it begins: greetings, thanks, taking note and leaving, pleas, and yes.
var courtesies = map[string]struct {
	hello, welcome, fine, ask      string
	greet, thank, note, plead, yes []string
}{
	"en": {
		"Hello! How can I help you?", "You're welcome!", "All right!", "How can I help? Please",
		[]string{"Hello", "hi there!", "Hi there, how are you?", "Good morning", "HEY!!", "Hello, I need help", "Hi, can you help me?", "Hello! I have a question about my order"},
		[]string{"Thanks", "Thank you so much!", "Great, that helps, thanks!", "ok thank you", "thx 🙏", "Thank you, bye", "Thanks for your help."},
		[]string{"ok", "Ok.", "👍", "No", "No, thank you", "great!", "I see", "bye", "Got it, see you", "never mind", "😀", ":-)"},
		[]string{"I have a question", "can you help me please", "Help!", "I need help with my account", "?", "???", "quick question, please"}, []string{"yes", "Yes please", "sure"},
	},
	"de": {
		"Hallo! Wie", "Gern geschehen!", "In Ordnung!", "Wie kann ich helfen? Schreiben",
		[]string{"Guten Tag", "Moin!", "Hallo zusammen", "Hallo, ich habe eine Frage", "Grüß Gott"}, []string{"Danke schön", "Super, danke!", "Vielen Dank für die schnelle Antwort", "ok danke"},
		[]string{"Alles klar", "Nein danke", "Tschüss!", "verstanden", "passt"}, []string{"Ich habe eine Frage zu meiner Bestellung", "Können Sie mir bitte helfen?", "Ich brauche Hilfe"}, []string{"Ja", "ja bitte", "gerne"},
	},
	"fr": {
		"Bonjour !", "Je vous en prie", "Entendu !", "Comment puis-je vous aider ? Dites",
		[]string{"Bonjour", "Bonsoir !", "Bonjour, j'ai une question", "salut, ça va ?"}, []string{"merci beaucoup", "Parfait, merci !", "Merci pour votre aide"},
		[]string{"D'accord", "non merci", "au revoir", "c'est noté"}, []string{"J'ai une question sur ma commande", "Pouvez-vous m'aider ?"}, []string{"Oui", "oui, s'il vous plaît"},
	},
	"es": {
		"¡Hola!", "¡De nada!", "¡De acuerdo!", "¿En qué puedo ayudarle? Dígame",
		[]string{"Hola", "¡Hola!", "Buenos días", "Hola, una pregunta", "buenas, ¿qué tal?"}, []string{"gracias", "¡Muchas gracias!", "Perfecto, gracias"},
		[]string{"Vale", "no, gracias", "adiós", "entendido"}, []string{"Tengo una pregunta sobre mi pedido", "¿Puede ayudarme?"}, []string{"Sí", "sí, por favor"},
	},
	"it": {
		"Buongiorno!", "Prego!", "Va bene!", "Come posso aiutarla? Mi",
		[]string{"Ciao", "Buongiorno!", "Salve, ho una domanda", "Buonasera"}, []string{"Grazie", "grazie mille!", "Perfetto, grazie"},
		[]string{"va bene", "No grazie", "Arrivederci", "capito"}, []string{"Ho una domanda sul mio ordine", "Può aiutarmi?"}, []string{"Sì", "certo"},
	},
	"pt": {
		"Olá!", "De nada!", "Está bem!", "Como posso ajudar? Diga",
		[]string{"Olá!", "Oi, tudo bem?", "Bom dia", "Boa tarde, tenho uma dúvida"}, []string{"Obrigado!", "muito obrigada", "Valeu, obrigado"},
		[]string{"Tá bom", "não, obrigado", "tchau", "entendi"}, []string{"Tenho uma pergunta sobre meu pedido", "Pode me ajudar?"}, []string{"Sim", "sim, por favor"},
	},
	"nl": {
		"Hallo!", "Graag gedaan!", "Prima!", "Waarmee kan ik u helpen? Laat",
		[]string{"Hoi", "Goedemorgen", "Hallo, ik heb een vraag", "Dag!"}, []string{"Dank je wel", "Bedankt!", "Oké, hartelijk dank"},
		[]string{"oké", "Nee, dank je", "Tot ziens", "begrepen"}, []string{"Ik heb een vraag over mijn bestelling", "Kunt u mij helpen?"}, []string{"Ja", "ja graag"},
	},
	"pl": {
		"Dzień dobry!", "Nie ma za co!", "W porządku!", "W czym mogę pomóc? Proszę",
		[]string{"Cześć", "Dzień dobry", "Witam, mam pytanie", "hej"}, []string{"Dziękuję", "dzieki!", "Dziękuję bardzo za pomoc", "Super, dzięki"},
		[]string{"dobrze", "nie, dziękuję", "Do widzenia", "rozumiem"}, []string{"Mam pytanie dotyczące zamówienia", "Czy możecie mi pomóc?"}, []string{"Tak", "tak, proszę"},
	},
	"cs": {
		"Dobrý den!", "Není zač!", "Dobře!", "Jak vám mohu pomoci? Napište",
		[]string{"Ahoj", "Dobrý den", "Dobrý den, mám dotaz", "čau"}, []string{"Děkuji", "díky!", "Děkuji mockrát"},
		[]string{"dobře", "ne, děkuji", "Na shledanou", "rozumím"}, []string{"Mám dotaz ohledně objednávky", "Můžete mi pomoct?"}, []string{"Ano", "ano, prosím"},
	},
	"sv": {
		"Hej! Vad", "Varsågod!", "Bra!", "Vad kan jag hjälpa till med? Skriv",
		[]string{"Hej", "Hallå!", "Hej, jag har en fråga", "God morgon"}, []string{"Tack", "Tack så mycket!", "Perfekt, tack för hjälpen"},
		[]string{"okej", "nej tack", "Hej då", "jag förstår"}, []string{"Jag har en fråga om min beställning", "Kan ni hjälpa mig?"}, []string{"Ja", "ja tack"},
	},
	"da": {
		"Hej! Hvad", "Selv tak!", "Helt i orden!", "Hvad kan jeg hjælpe med? Skriv",
		[]string{"Hej", "Goddag", "Hej, jeg har et spørgsmål", "hejsa"}, []string{"Tak", "Mange tak!", "Super, tak for hjælpen"},
		[]string{"okay", "nej tak", "Farvel", "forstået"}, []string{"Jeg har et spørgsmål om min ordre", "Kan du hjælpe mig?"}, []string{"Ja", "ja tak"},
	},
	"fi": {
		"Hei!", "Ole hyvä!", "Selvä!", "Miten voin auttaa? Kerro",
		[]string{"Hei", "Moi!", "Hyvää päivää", "Terve, minulla on kysymys"}, []string{"Kiitos", "Kiitos paljon!", "Hienoa, kiitos avusta"},
		[]string{"selvä", "ei kiitos", "Näkemiin", "ymmärrän"}, []string{"Minulla on kysymys", "Voitteko auttaa?"}, []string{"Kyllä", "kyllä kiitos"},
	},
	"tr": {
		"Merhaba!", "Rica ederim!", "Tamam!", "Size nasıl yardımcı olabilirim? Lütfen",
		[]string{"Merhaba", "Selam!", "İyi günler", "Merhaba, bir sorum var"}, []string{"Teşekkürler", "Çok teşekkür ederim!", "tamam sağ olun"},
		[]string{"tamam", "hayır, teşekkürler", "Hoşça kalın", "anladım"}, []string{"Bir sorum var", "Bana yardım eder misiniz?"}, []string{"Evet", "evet lütfen"},
	},
	"uk": {
		"Вітаю!", "Будь ласка!", "Гаразд!", "Чим можу допомогти? Напишіть",
		[]string{"Привіт", "Добрий день!", "Доброго дня, маю питання"}, []string{"Дякую", "Щиро дякую!", "Супер, дякую за допомогу"},
		[]string{"добре", "ні, дякую", "До побачення", "зрозуміло"}, []string{"Маю питання щодо замовлення", "Можете допомогти?"}, []string{"Так", "так, будь ласка"},
	},
	"ru": {
		"Здравствуйте!", "Пожалуйста!", "Хорошо!", "Чем я могу помочь? Напишите",
		[]string{"Здравствуйте", "Привет!", "Добрый день, у меня вопрос"}, []string{"Спасибо", "Большое спасибо!", "Отлично, спасибо за помощь"},
		[]string{"хорошо", "нет, спасибо", "До свидания", "понятно"}, []string{"У меня вопрос по заказу", "Можете помочь?"}, []string{"Да", "да, пожалуйста"},
	},
	"ar": {
		"مرحبًا!", "على الرحب والسعة", "حسنًا!", "كيف يمكنني المساعدة؟",
		[]string{"مرحبا", "السلام عليكم", "صباح الخير!", "مرحبًا، لدي سؤال"}, []string{"شكرا", "شكرًا جزيلًا!", "تمام، شكرا لك"},
		[]string{"حسنًا", "لا شكرا", "مع السلامة", "فهمت"}, []string{"لدي سؤال عن طلبي", "هل يمكنك مساعدتي؟"}, []string{"نعم", "نعم من فضلك"},
	},
	"he": {
		"שלום!", "על לא דבר!", "בסדר!", "איך אפשר לעזור? כתבו",
		[]string{"שלום", "היי!", "בוקר טוב", "שלום, יש לי שאלה"}, []string{"תודה", "תודה רבה!", "מעולה, תודה על העזרה"},
		[]string{"בסדר", "לא תודה", "להתראות", "הבנתי"}, []string{"יש לי שאלה לגבי ההזמנה", "תוכלו לעזור לי?"}, []string{"כן", "כן, בבקשה"},
	},
	"ja": {
		"こんにちは！", "どういたしまして！", "かしこまりました！", "どのようなご用件でしょうか？お",
		[]string{"こんにちは", "おはようございます！", "こんにちは、質問があります"}, []string{"ありがとう", "ありがとうございます！", "わかりました、ありがとうございました"},
		[]string{"わかりました", "いいえ、結構です", "さようなら", "了解です"}, []string{"質問があります", "手伝ってもらえますか？"}, []string{"はい", "はい、お願いします"},
	},
	"ko": {
		"안녕하세요!", "천만에요!", "알겠습니다!", "무엇을 도와드릴까요? 알고",
		[]string{"안녕하세요", "안녕!", "안녕하세요, 질문 있어요"}, []string{"감사합니다", "정말 고마워요!", "네 알겠습니다 감사합니다"},
		[]string{"알겠습니다", "아니요, 괜찮아요", "안녕히 계세요", "좋아요"}, []string{"질문이 있습니다", "도와주세요"}, []string{"네", "네, 부탁합니다"},
	},
	"zh": {
		"您好！", "不客气！", "好的！", "请问有什么可以帮您？请",
		[]string{"你好", "您好！", "早上好", "你好，我有个问题"}, []string{"谢谢", "非常感谢！", "好的，谢谢您的帮助"},
		[]string{"好的", "不用了，谢谢", "再见", "明白了"}, []string{"我有问题", "能帮我吗？"}, []string{"是的", "对"},
	},
}

func TestWhatAsksNothingGetsAKindAnswerInEveryLanguageOfTheWidget(t *testing.T) {
	t.Parallel()
	for _, language := range handoff.Languages() {
		c := courtesies[language]
		for _, group := range []struct {
			begins string
			said   []string
		}{{c.hello, c.greet}, {c.welcome, c.thank}, {c.fine, c.note}, {c.ask, c.plead}, {c.ask, c.yes}} {
			if len(group.said) == 0 || group.begins == "" {
				t.Errorf("%s has no examples", language)
			}
			for _, said := range group.said {
				a := reply(t, assistant.Ask{Turns: talk(said), Locale: language, Handoff: true, HandsOff: true, Passages: []assistant.Passage{passage(said, said)}})
				if !strings.HasPrefix(a.Text, group.begins) || !a.KnewIt || a.Handoff || len(a.Citations) > 0 {
					t.Errorf("%s: %q is answered with %+v, want %q", language, said, a, group.begins)
				}
			}
		}
		// Nobody has said what language he speaks, and his words do.
		if a := reply(t, assistant.Ask{Turns: talk(c.thank[0]), Handoff: true}); !a.KnewIt || a.Handoff {
			t.Errorf("%s: %q without a locale: %+v", language, c.thank[0], a)
		}
	}
}

func TestYesToTheOfferOfAPersonIsHeardInEveryLanguageOfTheWidget(t *testing.T) {
	t.Parallel()
	for _, language := range handoff.Languages() {
		ask := assistant.Ask{Turns: talk("Axolotl"), Locale: language, Handoff: true}
		offer := reply(t, ask).Text
		for _, yes := range courtesies[language].yes {
			ask.Turns = talk("Axolotl", offer, yes)
			if a := reply(t, ask); !a.Handoff || !a.KnewIt {
				t.Errorf("%s: %q to %q: %+v", language, yes, offer, a)
			}
		}
		for _, other := range slices.Concat(courtesies[language].greet, courtesies[language].thank) {
			ask.Turns = talk("Axolotl", offer, other)
			if a := reply(t, ask); a.Handoff {
				t.Errorf("%s: %q to %q: %+v", language, other, offer, a)
			}
		}
	}
}

func TestACourtesyBesideAQuestionDoesNotHideIt(t *testing.T) {
	t.Parallel()
	for question, want := range map[string]string{
		"Hello! I have a question: how long is delivery?": "how long is delivery?", "Hi, thanks. Do you ship, please?": "Do you ship,", "Hi, thanks.": "Hi, thanks.", "Why? Ok.": "Why? Ok.",
		"Danke! Wie lange dauert es, und was kostet der Versand?": "Wie lange dauert es, und was kostet der Versand?", "3.5 or 4,5 watts?": "3.5 or 4,5 watts?", "你好，保修多久？": "保修多久？",
	} {
		if got := assistant.Wanted(talk(question)); got != want {
			t.Errorf("%q looks for %q, want %q", question, got, want)
		}
	}
	for question, title := range map[string]string{
		"Hello, how long is the warranty?": "Warranty", "Thanks! And the warranty?": "Warranty", "Ok, no warranty?": "Warranty", "Yes but what about the warranty": "Warranty",
		"I have a question: how long is the warranty?": "Warranty of years", "Can you help me return a lamp?": "Return of a lamp", "Please help, warranty": "Warranty", "hi warranty": "Warranty",
		"Hallo, wie lange ist die Garantie?": "Garantie", "Danke! Und die Garantie?": "Garantie", "Bonjour, la garantie ?": "Garantie", "Hola, ¿y la garantía?": "Garantía",
		"Merhaba, garanti süresi?": "Garanti süresi", "Привіт, яка гарантія?": "гарантія яка", "你好，保修多久？": "保修", "こんにちは、保証は？": "保証",
	} {
		a := reply(t, assistant.Ask{Turns: talk("Hi", "Hello!", question), Handoff: true, Passages: []assistant.Passage{passage(title, title+".")}})
		if !a.KnewIt || len(a.Citations) != 1 {
			t.Errorf("%q is answered with %+v", question, a)
		}
	}
	for _, question := range []string{"That does not help", "No, that is wrong", "ok but my axolotl is green", "goodbye gifts", "thank you cards", "Danke-Karten", "hallo welt kissen", "not good", "ok 12345"} {
		if a := reply(t, assistant.Ask{Turns: talk("Axolotl", "Green.", question), Handoff: true}); a.KnewIt {
			t.Errorf("%q is answered with %+v", question, a)
		}
	}
}

func TestWhoWantsHelpIsAskedOnceWhatWith(t *testing.T) {
	t.Parallel()
	for _, said := range []string{"I need help", "Help, my axolotl!", "what is it", "?", "How does it work?", "siparişim hakkında bir sorum var", "发票问题"} {
		first := reply(t, assistant.Ask{Turns: talk(said), Handoff: true})
		if !first.KnewIt || first.Handoff || len(first.Citations) > 0 {
			t.Errorf("%q is answered with %+v", said, first)
		}
		if again := reply(t, assistant.Ask{Turns: talk(said, first.Text, said), Handoff: true}); again.KnewIt || !again.Handoff {
			t.Errorf("%q is answered a second time with %+v", said, again)
		}
	}
	if a := reply(t, assistant.Ask{Turns: talk("When do you ship tea?", "Today.", "Why?"), Handoff: true}); a.KnewIt {
		t.Errorf("a question about the answer before it: %+v", a)
	}
}

func TestACourtesyIsNotWhatTheConversationIsAbout(t *testing.T) {
	t.Parallel()
	turns := talk("How long is delivery?", "Three days.", "Great, thanks!", "You're welcome!", "And to Norway?")
	if got := assistant.Wanted(turns); got != "How long is delivery?\nAnd to Norway?" {
		t.Errorf("it is looked for by %q", got)
	}
	a := reply(t, assistant.Ask{Turns: talk("Good morning, how are you?", "Hello!", "When do you open?", "At nine.", "Perfect, that helps.", "Good.", "What was my last question?")})
	if a.Text != "Your last question was: “When do you open?”" {
		t.Errorf("%+v", a)
	}
}

func TestSmallTalkIsAnsweredInTheLanguageOfTheConversation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ locale, want string }{{"", "In Ordnung!"}, {"sv-SE", "Bra!"}, {"iw", "בסדר!"}, {"pt_BR", "Está bem!"}, {"xx", "In Ordnung!"}} {
		a := reply(t, assistant.Ask{Turns: talk("Wie lange dauert die Lieferung?", "Zwei Tage.", "👍", "In Ordnung!", "ok"), Locale: c.locale})
		if !strings.HasPrefix(a.Text, c.want) {
			t.Errorf("%q: %q, want %q", c.locale, a.Text, c.want)
		}
	}
	if a := reply(t, assistant.Ask{Turns: talk("Danke schön"), Locale: "en"}); !strings.HasPrefix(a.Text, "Gern") {
		t.Errorf("German thanks in England: %q", a.Text)
	}
}
