package handoff_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/handoff"
)

// wishes are ways to ask for a person, by language.
var wishes = map[string][]string{
	"en": {"I want to speak to a human", "Can I talk to someone?", "agent please", "connect me with a real person", "Human!", "Is there a person I can chat with?", "please transfer me to a representative", "I'd like to talk to your manager", "This does not help. Get me an agent now.", "a person please", "Why can't I talk to a person?", "I have asked three times, let me talk\nto somebody", "is anyone there?", "Is there anyone I can talk to?", "Can you put a person on?", "Please escalate this to a human", "I want to contact support", "I'd like to contact customer service", "I do not want to talk to you but to a human", "I want not a bot but a person"},
	"de": {"Ich möchte mit einem Menschen sprechen", "Kann ich mit einem Mitarbeiter reden?", "Mitarbeiter bitte", "Verbinden Sie mich mit einer Mitarbeiterin", "Ich brauche einen echten Menschen", "Kann ich mit jemandem telefonieren?", "Mensch!", "Ich möchte bitte einen Mitarbeiter", "Ich möchte bitte einen Mitarbeiter, Garantie", "Gibt es hier auch echte Menschen?", "Können Sie mich zum Support durchstellen?", "ich will keinen Bot, sondern einen Menschen", "Ich will keinen Bot sondern einen Menschen sprechen"},
	"fr": {"Je voudrais parler à quelqu'un", "Puis-je parler avec un conseiller ?", "Je veux un humain", "Passez-moi un agent", "un conseiller svp", "je ne veux pas parler à un robot mais à une personne", "Je souhaite être mis en relation avec le service client"},
	"es": {"Quiero hablar con una persona", "necesito un agente", "¿Puedo hablar con alguien?", "un humano por favor", "páseme con un operador", "quiero que me atienda un humano", "Quisiera hablar con atención al cliente", "no quiero un robot sino una persona"},
	"it": {"Vorrei parlare con una persona", "Posso parlare con qualcuno?", "voglio un operatore", "operatore per favore", "Non voglio un robot ma una persona"},
	"pt": {"Quero falar com uma pessoa", "Posso falar com alguém?", "preciso de um atendente", "atendente por favor", "não quero um robô mas uma pessoa"},
	"nl": {"Ik wil met een medewerker praten", "Kan ik iemand spreken?", "Verbind me door met een mens", "medewerker aub", "Ik wil een echte medewerker", "Ik wil graag aub een medewerker"},
	"pl": {"Chcę rozmawiać z człowiekiem", "Czy mogę porozmawiać z kimś?", "Proszę połączyć mnie z konsultantem", "konsultant", "Potrzebuję pracownika"},
	"cs": {"Chci mluvit s člověkem", "Můžu mluvit s někým?", "Spojte mě s operátorem", "operátor prosím"},
	"sv": {"Jag vill prata med en människa", "Kan jag få prata med någon?", "Koppla mig till en medarbetare", "människa tack"},
	"da": {"Jeg vil gerne tale med et menneske", "Kan jeg snakke med nogen?", "medarbejder tak", "Jeg vil gerne tale med en medarbejder"},
	"fi": {"Haluan puhua ihmisen kanssa", "Voinko puhua jonkun kanssa?", "Yhdistäkää asiakaspalvelijalle", "asiakaspalvelija kiitos"},
	"tr": {"Bir insanla konuşmak istiyorum", "Biriyle görüşebilir miyim?", "Beni bir temsilciye bağlayın", "canlı destek istiyorum", "Müşteri temsilcisi lütfen", "Beni müşteri hizmetlerine bağlayın"},
	"uk": {"Хочу поговорити з людиною", "З'єднайте мене з оператором", "Потрібен оператор", "оператор", "Можна поговорити з кимось?"},
	"ru": {"Хочу поговорить с человеком", "Соедините меня с оператором", "Нужен живой человек", "оператор", "Можно поговорить с кем-нибудь?", "переведите на оператора", "Не с ботом, а с человеком"},
	"ar": {"أريد التحدث إلى شخص", "هل يمكنني التحدث مع موظف؟", "حولني إلى موظف", "موظف", "أريد موظفًا حقيقيًا", "هل يمكنني التحدث مع أحد؟"},
	"he": {"אני רוצה לדבר עם בן אדם", "אפשר לדבר עם נציג?", "נציג בבקשה", "תעבירו אותי לנציג", "אני רוצה לדבר עם מישהו"},
	"ja": {"担当者と話したい", "オペレーターにつないでください", "人間と話したいです", "オペレーター", "人と話したい", "スタッフの方をお願いします"},
	"ko": {"상담원 연결해 주세요", "사람과 이야기하고 싶어요", "상담원", "담당자와 통화하고 싶습니다", "직원 바꿔주세요"},
	"zh": {"转人工", "我想找人工客服", "我要人工", "人工", "請幫我轉真人客服", "我想和真人说话", "请帮我接客服人员"},
}

// others look like wishes and are none.
var others = []string{
	"", "I don't want to talk to a person", "How many people work here?", "What is the personal data you keep?", "personalised gifts", "Do you ship to Norway?",
	"How do I reach human resources?", "I want a human hair wig", "Can I transfer my ticket to another person?", "I need someone to receive my parcel", "Is the price per person?",
	"I want to book for two people", "Is it a gift for a person who likes tea?", "I need a travel agent", "Can I collect it in person?", "My agent number is 5", "The manager of my shop says it is broken",
	"Ich möchte nicht mit einem Menschen sprechen", "Was kostet es pro Person?", "Welche personenbezogenen Daten speichern Sie?", "Ich brauche keinen Mitarbeiter", "Wie viele Menschen arbeiten hier?",
	"Je ne veux pas parler à un agent", "C'est combien par personne ?", "Quelles données personnelles gardez-vous ?", "no quiero hablar con nadie, ni una persona", "¿Cuánto cuesta por persona?", "recursos humanos",
	"Quanto costa a persona?", "Non voglio parlare con un operatore", "Risorse umane", "Quanto custa por pessoa?", "Não quero falar com um atendente", "Recursos humanos",
	"Wat kost het per persoon?", "Ik wil niet met een medewerker praten", "Ile to kosztuje na osobę?", "Nie chcę rozmawiać z konsultantem", "Jakie dane osobowe przechowujecie?",
	"Kolik to stojí na osobu?", "Nechci mluvit s operátorem", "Hur mycket kostar det per person?", "Jag vill inte prata med en människa", "Hvad koster det per person?", "Jeg vil ikke tale med en medarbejder",
	"Paljonko maksaa per henkilö?", "En halua puhua ihmisen kanssa", "İnsan kaynakları nerede?", "Kişisel verilerim nerede?", "Temsilci ile konuşmak istemiyorum",
	"Скільки коштує на людину?", "Не хочу говорити з оператором", "Сколько стоит на человека?", "Не хочу разговаривать с оператором", "Какие персональные данные вы храните?", "Оператор связи МТС поддерживается?",
	"لا أريد التحدث إلى موظف", "ما هي البيانات الشخصية التي تحفظونها؟", "أريد بياناتي الشخصية", "الموارد البشرية", "نسيت كلمة المرور",
	"אני לא רוצה לדבר עם נציג", "משאבי אנוש", "כמה עולה לאדם?", "個人情報はどうなりますか", "友人に送りたいのでラッピングをお願いします", "担当者の名前は何ですか", "오늘 배송되나요?", "개인정보는 어떻게 되나요", "상담원과 이야기하고 싶지 않아요",
	"I do not want to contact support", "I have a question about support", "I do not want a person but an answer", "not for me but for another person", "How much is it for a person but without lunch?", "Ich habe eine Frage zum Support", "Ich möchte keinen Mitarbeiter, sondern eine Antwort", "Gibt es hier auch Parkplätze?", "Je ne veux pas une personne mais une réponse", "mais personne ne répond", "no quiero una persona sino una respuesta", "客服人员接受现金吗",
	"你们用人工智能吗", "不需要人工", "客服几点上班", "多少钱一个人", "Pay with Visa?", "agents of change, a book",
}

func TestAWishForAPersonIsHeardInEveryLanguageOfTheWidget(t *testing.T) {
	t.Parallel()
	for _, language := range handoff.Languages() {
		if len(wishes[language]) < 4 {
			t.Errorf("%s has too few examples", language)
		}
		for _, said := range wishes[language] {
			if !handoff.Wanted(said) {
				t.Errorf("%s: %q does not count as a wish for a person", language, said)
			}
		}
	}
}

func TestWhatOnlyLooksLikeAWishIsNone(t *testing.T) {
	t.Parallel()
	for _, said := range others {
		if handoff.Wanted(said) {
			t.Errorf("%q counts as a wish for a person", said)
		}
	}
}

func TestALongTextCostsLittle(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("want a ", 200_000)
	begin := time.Now()
	if handoff.Wanted(long) {
		t.Error("nothing is a wish")
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}

func FuzzWantedOfAnyTextEnds(f *testing.F) {
	for _, all := range wishes {
		for _, said := range all {
			f.Add(said)
		}
	}
	f.Fuzz(func(_ *testing.T, said string) { handoff.Wanted(said) })
}

// office is open on Mondays from nine to five in Berlin.
var office = models.OfficeHours{Enabled: true, TimeZone: "Europe/Berlin", Days: []models.OfficeDay{{Weekday: 1, Opens: "09:00", Closes: "17:00"}}}

func TestEveryLanguageSaysWhyAndWhenAPersonComes(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	sunday := monday.Add(-24 * time.Hour)
	seen := map[string]string{}
	for _, language := range handoff.Languages() {
		news := handoff.News{Locale: language, Reason: models.HandoffAsked, Hours: office, Now: monday, Mail: true}
		asked := news.Text()
		news.Now = sunday
		away := news.Text()
		news.Mail = false
		noMail := news.Text()
		news.Reason = models.HandoffNoAnswer
		unknown := news.Text()
		news.Reason = models.HandoffBudget
		limit := news.Text()
		if !strings.Contains(away, "2026-11-30 09:00 (Europe/Berlin)") || strings.Contains(asked, "2026") {
			t.Errorf("%s: %q, and %q while the office is open", language, away, asked)
		}
		if len(noMail) >= len(away) || unknown == noMail || limit == unknown {
			t.Errorf("%s: %q %q %q %q", language, away, noMail, unknown, limit)
		}
		for _, text := range []string{asked, unknown} {
			if other, taken := seen[text]; taken {
				t.Errorf("%s and %s say the same", language, other)
			}
			seen[text] = language
		}
	}
}

func TestTheVisitorsLanguageIsHisLocaleThenHisWordsThenTheSites(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]handoff.News{
		"Gern. ":       {Locale: "de-AT", Said: "I want a human", Site: "fr"},
		"Bien sûr. ":   {Locale: "xx", Site: "fr"},
		"Por supuesto": {Said: "Quiero hablar con una persona, por favor, no entiendo nada de esto"},
		"בוודאי":       {Locale: "iw"},
		"好的":           {Locale: "zh_TW"},
		"Of course. ":  {},
	} {
		n.Reason = models.HandoffAsked
		if got := n.Text(); !strings.HasPrefix(got, want) {
			t.Errorf("%+v: %q", n, got)
		}
	}
}

func TestAnOfficeThatNeverOpensPromisesNoTime(t *testing.T) {
	t.Parallel()
	n := handoff.News{Locale: "en", Hours: models.OfficeHours{Enabled: true, TimeZone: "UTC"}, Now: time.Now(), Mail: true}
	if got := n.Text(); !strings.Contains(got, "as soon as we are back") || !strings.Contains(got, "e-mail") {
		t.Error(got)
	}
}

func TestThereAreTwentyLanguages(t *testing.T) {
	t.Parallel()
	all := handoff.Languages()
	slices.Sort(all)
	if len(slices.Compact(all)) != 20 {
		t.Error(all)
	}
}
