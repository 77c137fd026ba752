package handoff

import (
	"strings"

	"parley/models/knowledge"
)

// polite are words that may stand beside a person who is called for.
var polite = phrases([]string{
	"please", "pls", "now", "hello", "hi", "bitte", "hallo", "danke", "s il vous plait", "svp", "bonjour", "por favor", "hola", "per favore",
	"ciao", "alstublieft", "aub", "prosze", "prosim", "tack", "hej", "tak", "kiitos", "lutfen", "будь ласка", "пожалуйста", "من فضلك", "לו סמחת", "בבקשה",
})

// contrary are words that turn to the opposite: not a bot, but a human.
var contrary = phrases([]string{
	"but", "sondern", "mais", "sino", "ma", "mas", "maar", "ale", "lecz", "nýbrž", "utan", "men", "vaan", "а", "но", "але", "بل", "אלא",
})

var wordy = []lexicon{
	compile(wish{ // English
		talk:   []string{"speak", "talk", "chat", "connect me", "connected to", "transfer me", "transferred to", "put me through", "pass me", "hand me", "escalate", "want to contact", "like to contact", "need to contact"},
		want:   []string{"want", "need", "is there", "are there", "give me", "get me", "get", "reach", "contact", "i d like", "would like", "looking for", "connect", "transfer"},
		fill:   []string{"a", "an", "any", "some", "real", "live", "actual", "human", "to", "with", "your", "me", "us", "one", "of", "support", "speak", "talk", "there", "now"},
		people: []string{"human", "humans", "person", "people", "agent", "agents", "representative", "representatives", "rep", "operator", "employee", "supervisor", "manager", "advisor", "adviser", "team member", "staff member", "human being", "customer service representative", "customer service rep", "support agent", "live chat"},
		anybody: []string{
			"someone", "somebody", "anyone", "anybody", "customer service", "customer support", "support team", "your team", "staff",
		},
		say:   []string{"is anyone there", "is anybody there", "anyone there", "anybody there", "someone i can talk", "someone i can speak", "somebody i can talk", "somebody i can speak", "anyone i can talk", "anyone i can speak", "anybody i can talk", "anybody i can speak", "put a person on", "put a human on", "put an agent on", "put someone on", "put somebody on", "talk to support", "speak to support", "speak with support", "want to contact support", "like to contact support", "need to contact support", "real person", "real human", "actual human", "live agent", "live person", "customer service rep", "support agent please"},
		not:   []string{"don t want", "dont want", "do not want", "don t need", "dont need", "do not need", "no need", "not want", "never want", "rather not", "don t have to", "don t like", "without talking", "without speaking", "without having to"},
		never: []string{"human resources", "human error", "human rights", "human hair", "human body", "per person", "in person", "another person", "other person", "third person", "other people", "people manager", "travel agent", "cleaning agent", "the person who", "a person who", "people who", "agent orange"},
	}),
	compile(wish{ // German
		talk: []string{"sprechen", "spreche", "reden", "chatten", "verbinden", "verbinde", "verbindet", "telefonieren", "unterhalten", "kontaktieren", "durchstellen", "weiterleiten"}, either: true,
		want:    []string{"brauche", "möchte", "will", "wollen", "hätte", "gibt es", "gib mir", "geben sie mir", "kontakt"},
		fill:    []string{"einen", "eine", "einem", "einer", "ein", "echten", "echte", "echter", "richtigen", "richtige", "menschlichen", "mit", "zu", "mir", "gern", "gerne", "lieber", "an", "euren", "ihren", "hier", "auch", "denn"},
		people:  []string{"mensch", "menschen", "mitarbeiter", "mitarbeiterin", "mitarbeiters", "person", "berater", "beraterin", "kollegen", "kollegin", "ansprechpartner", "ansprechpartnerin", "kundenberater", "agent", "agenten"},
		anybody: []string{"jemand", "jemanden", "jemandem", "kundenservice", "kundendienst", "support"},
		say:     []string{"mit einem menschen", "mit einem mitarbeiter", "mit einer mitarbeiterin", "mit einem berater", "an einen menschen", "an einen mitarbeiter", "mit einem echten menschen"},
		not:     []string{"möchte nicht", "will nicht", "nicht mit", "keinen menschen", "keinen mitarbeiter", "kein mensch", "brauche keine*", "nicht sprechen", "nicht nötig", "kein mitarbeiter"},
		never:   []string{"pro person", "andere person", "anderen person", "eine andere person", "die person"},
	}),
	compile(wish{ // French
		talk:    []string{"parler", "discuter", "échanger avec", "joindre", "contacter", "parle", "passez moi", "passe moi", "mettez moi en relation", "mettre en relation", "mis en relation", "mise en relation", "transférez moi"},
		want:    []string{"besoin", "voudrais", "veux", "souhaite", "aimerais", "y a t il", "donnez moi", "avoir"},
		fill:    []string{"d", "de", "un", "une", "vrai", "vraie", "à", "avec", "l", "du", "des", "avoir", "votre", "parler"},
		people:  []string{"humain", "humaine", "personne", "conseiller", "conseillère", "agent", "opérateur", "opératrice", "responsable", "collaborateur", "être humain"},
		anybody: []string{"quelqu un", "service client"},
		say:     []string{"vraie personne", "vrai humain", "vraie humaine", "y a t il quelqu un", "il y a quelqu un"},
		not:     []string{"ne veux pas", "veux pas", "ne souhaite pas", "pas besoin", "ne voudrais pas", "sans parler"},
		never:   []string{"par personne", "autre personne", "ressources humaines", "la personne qui", "une personne qui", "responsable de", "responsable du"},
	}),
	compile(wish{ // Spanish
		talk:    []string{"hablar", "chatear", "conversar", "contactar", "comunicarme", "comunícame", "comuníqueme", "pásame", "páseme", "conéctame", "transfiérame", "transfiéreme", "hablo", "me atienda", "me atiendan", "me puede atender"},
		want:    []string{"quiero", "necesito", "deseo", "quisiera", "hay", "dame", "deme"},
		fill:    []string{"a", "con", "un", "una", "de", "algún", "alguna", "real", "verdadera", "su", "hablar"},
		people:  []string{"humano", "humana", "persona", "agente", "asesor", "asesora", "operador", "operadora", "representante", "empleado", "encargado", "gerente", "ser humano"},
		anybody: []string{"alguien", "atención al cliente", "servicio al cliente"},
		say:     []string{"persona real", "hay alguien ahí", "agente humano", "persona de verdad"},
		not:     []string{"no quiero", "no necesito", "no hace falta", "no deseo", "sin hablar"},
		never:   []string{"por persona", "otra persona", "recursos humanos", "la persona que", "una persona que", "en persona"},
	}),
	compile(wish{ // Italian
		talk:    []string{"parlare", "parlo", "chattare", "contattare", "mettermi in contatto", "passami", "passatemi", "mi passi", "mi metta", "mettimi in contatto", "trasferiscimi"},
		want:    []string{"voglio", "vorrei", "ho bisogno", "mi serve", "c è", "desidero"},
		fill:    []string{"di", "un", "una", "uno", "con", "a", "vera", "vero", "reale", "vostro", "parlare"},
		people:  []string{"persona", "umano", "umana", "operatore", "operatrice", "agente", "addetto", "addetta", "consulente", "responsabile", "rappresentante", "essere umano"},
		anybody: []string{"qualcuno", "assistenza clienti"},
		say:     []string{"persona reale", "persona vera", "operatore umano", "c è qualcuno"},
		not:     []string{"non voglio", "non vorrei", "non ho bisogno", "non mi serve", "senza parlare"},
		never:   []string{"per persona", "altra persona", "risorse umane", "la persona che", "una persona che", "di persona"},
	}),
	compile(wish{ // Portuguese
		talk:    []string{"falar", "falo", "conversar", "contactar", "contatar", "me passe", "passe me", "me transfira", "transfira me", "me conecte"},
		want:    []string{"quero", "preciso", "gostaria", "desejo", "há", "tem"},
		fill:    []string{"de", "com", "um", "uma", "a", "real", "verdadeira", "algum", "alguma", "falar"},
		people:  []string{"humano", "humana", "pessoa", "atendente", "agente", "operador", "operadora", "representante", "gerente", "funcionário", "funcionária", "colaborador", "ser humano"},
		anybody: []string{"alguém"},
		say:     []string{"pessoa real", "pessoa de verdade", "atendente humano", "tem alguém aí", "há alguém aí"},
		not:     []string{"não quero", "não preciso", "não desejo", "não gostaria", "sem falar"},
		never:   []string{"por pessoa", "outra pessoa", "recursos humanos", "a pessoa que", "uma pessoa que"},
	}),
	compile(wish{ // Dutch
		talk: []string{"praten", "spreken", "chatten", "verbinden", "verbind", "doorverbinden", "contact"}, either: true,
		want:    []string{"wil", "nodig", "is er", "graag", "heb", "geef me"},
		fill:    []string{"een", "met", "echte", "echt", "menselijke", "menselijk", "graag", "ik", "van", "jullie"},
		people:  []string{"mens", "persoon", "medewerker", "medewerkster", "agent", "collega", "adviseur", "vertegenwoordiger", "operator"},
		anybody: []string{"iemand", "klantenservice"},
		say:     []string{"echt mens", "echt persoon", "echte medewerker", "is er iemand"},
		not:     []string{"wil niet", "hoef niet", "geen mens", "geen medewerker", "niet nodig", "niet met", "geen persoon"},
		never:   []string{"per persoon", "andere persoon", "ander persoon"},
	}),
	compile(wish{ // Polish
		talk:    []string{"rozmawiać", "porozmawiać", "pogadać", "mówić", "połączyć", "połącz", "połączcie", "połączenie", "skontaktować", "kontakt", "przełącz", "przełączyć", "przekieruj"},
		want:    []string{"chcę", "chciałbym", "chciałabym", "potrzebuję", "poproszę", "poproszę o", "proszę o", "czy jest"},
		fill:    []string{"z", "ze", "o", "do", "się", "żywym", "żywego", "żywą", "prawdziwym", "prawdziwego", "prawdziwą", "rozmowę"},
		people:  []string{"człowiek*", "osobą", "osoba", "osobę", "konsultant*", "pracownik*", "agent", "agentem", "agenta", "operator*", "doradc*", "przedstawiciel*"},
		anybody: []string{"kimś", "kogoś"},
		say:     []string{"żywym człowiekiem", "prawdziwym człowiekiem", "czy jest tam ktoś"},
		not:     []string{"nie chcę", "nie potrzebuję", "nie muszę", "nie chciałbym", "nie chciałabym", "bez rozmowy"},
		never:   []string{"na osobę", "inna osoba", "inną osobą", "zasoby ludzkie", "dane osobowe"},
	}),
	compile(wish{ // Czech
		talk:    []string{"mluvit", "promluvit", "hovořit", "popovídat", "spojit", "spojte", "spoj", "přepojit", "přepojte", "přepojíte"},
		want:    []string{"chci", "chtěl", "chtěla", "potřebuji", "potřebuju", "dejte mi", "je tam"},
		fill:    []string{"s", "se", "bych", "živým", "živého", "skutečným", "skutečného", "opravdovým", "na", "k"},
		people:  []string{"člověk*", "operátor*", "osobou", "pracovník*", "zástupce*", "agent", "agentem", "agenta", "konzultant*"},
		anybody: []string{"někým", "někoho"},
		say:     []string{"živým člověkem", "skutečným člověkem", "je tam někdo"},
		not:     []string{"nechci", "nepotřebuji", "nepotřebuju", "nemusím", "nechtěl", "nechtěla"},
		never:   []string{"na osobu", "jiným člověkem", "lidské zdroje", "osobní údaje"},
	}),
	compile(wish{ // Swedish
		talk:    []string{"prata", "tala", "chatta", "koppla", "kopplas", "kontakta"},
		want:    []string{"vill", "behöver", "finns det", "ge mig"},
		fill:    []string{"en", "ett", "med", "till", "riktig", "verklig", "levande", "mänsklig", "ha", "få", "prata"},
		people:  []string{"människa", "människor", "person", "medarbetare", "agent", "handläggare", "operatör", "representant", "kundtjänstmedarbetare"},
		anybody: []string{"någon", "kundtjänst"},
		say:     []string{"riktig människa", "riktig person", "är det någon där"},
		not:     []string{"vill inte", "behöver inte", "vill ej", "slippa prata"},
		never:   []string{"per person", "annan person"},
	}),
	compile(wish{ // Danish
		talk:    []string{"tale", "snakke", "chatte", "stille mig om", "stil mig om", "stil mig igennem", "kontakte"},
		want:    []string{"vil", "behøver", "ønsker", "brug for", "er der", "giv mig"},
		fill:    []string{"gerne", "et", "en", "med", "til", "rigtig", "rigtigt", "levende", "have"},
		people:  []string{"menneske", "person", "medarbejder", "agent", "operatør", "repræsentant", "kundeservicemedarbejder"},
		anybody: []string{"nogen", "kundeservice"},
		say:     []string{"rigtigt menneske", "rigtig person", "er der nogen"},
		not:     []string{"vil ikke", "behøver ikke", "ikke brug for", "ønsker ikke"},
		never:   []string{"per person", "pr person", "anden person"},
	}),
	compile(wish{ // Finnish
		talk: []string{"puhua", "puhun", "jutella", "keskustella", "yhdistä", "yhdistäkää", "yhdistätkö"}, either: true,
		want:    []string{"haluan", "haluaisin", "tarvitsen", "onko siellä"},
		fill:    []string{"kanssa", "oikean", "oikea", "elävän", "aidon", "puhua"},
		people:  []string{"ihminen", "ihmisen", "ihmiselle", "ihmistä", "henkilön", "henkilölle", "asiakaspalvelija*", "työntekijä*", "edustaja*"},
		anybody: []string{"jonkun", "jollekin", "asiakaspalvelun"},
		say:     []string{"oikean ihmisen kanssa", "onko siellä ketään"},
		not:     []string{"en halua", "en tarvitse", "en haluaisi"},
		never:   []string{"henkilöä kohden", "toisen henkilön", "toiselle henkilölle"},
	}),
	compile(wish{ // Turkish
		talk: []string{"konuşmak", "konuşabilir*", "konuşayım", "görüşmek", "görüşebilir*", "bağla", "bağlayın", "bağlar", "bağlanmak", "aktar", "aktarın"}, either: true,
		want:    []string{"istiyorum", "ihtiyacım var", "lazım", "var mı"},
		fill:    []string{"bir", "gerçek", "canlı", "ile", "müşteri", "destek"},
		people:  []string{"insan", "insanla", "insana", "yetkili", "yetkiliyle", "yetkiliye", "temsilci", "temsilciye", "temsilciyle", "temsilcisi", "temsilcisine", "temsilcisiyle", "kişiyle", "danışman", "danışmanla"},
		anybody: []string{"biri", "biriyle", "birisiyle", "birine", "müşteri hizmetlerine", "müşteri hizmetleriyle", "müşteri hizmetleri"},
		say:     []string{"gerçek bir insan", "gerçek kişi", "canlı destek", "kimse var mı"},
		not:     []string{"istemiyorum", "gerek yok", "istemem"},
		never:   []string{"insan kaynakları", "kişi başı", "başka biri", "başka birine", "başka kişiyle"},
	}),
	compile(wish{ // Ukrainian
		talk:    []string{"поговорити", "говорити", "розмовляти", "поспілкуватися", "з єднайте", "з єднай", "переведіть", "переключіть", "зв язатися"},
		want:    []string{"хочу", "потрібен", "потрібна", "потрібно", "чи є", "дайте", "покличте"},
		fill:    []string{"з", "із", "зі", "живою", "жива", "живий", "живим", "реальною", "справжньою", "мені", "до", "на"},
		people:  []string{"людина", "людиною", "людину", "оператор*", "менеджер*", "фахівц*", "консультант*", "працівник*", "спеціаліст*", "агент", "агентом", "представник*"},
		anybody: []string{"кимось", "кимсь"},
		say:     []string{"живою людиною", "жива людина", "тут є хтось"},
		not:     []string{"не хочу", "не потрібен", "не потрібна", "не потрібно", "не треба"},
		never:   []string{"на людину", "іншою людиною", "інша людина"},
	}),
	compile(wish{ // Russian
		talk:    []string{"поговорить", "говорить", "разговаривать", "пообщаться", "соедините", "соедини", "переведите", "переведи", "переключите", "связаться", "свяжите"},
		want:    []string{"хочу", "нужен", "нужна", "нужно", "есть ли", "дайте", "позовите"},
		fill:    []string{"с", "со", "живым", "живой", "живого", "реальным", "реальный", "настоящим", "настоящий", "мне", "к", "на", "ваш", "вашим"},
		people:  []string{"человек", "человеком", "человека", "оператор*", "менеджер*", "специалист*", "консультант*", "сотрудник*", "агент", "агентом", "представител*"},
		anybody: []string{"кем нибудь", "кем то"},
		say:     []string{"живым человеком", "живой человек", "тут есть кто нибудь", "есть кто живой"},
		not:     []string{"не хочу", "не нужен", "не нужна", "не нужно", "не надо"},
		never:   []string{"на человека", "другим человеком", "другой человек", "отдел кадров"},
	}),
	compile(wish{ // Arabic
		talk:    []string{"*تحدث", "*تكلم", "*تواصل", "حولني", "حولوني", "تحويلي", "وصلني"},
		want:    []string{"اريد", "احتاج", "ابغى", "عايز", "هل يوجد"},
		fill:    []string{"الى", "مع", "من", "حقيقي", "ان"},
		people:  []string{"*شخص", "*شخصا", "*موظف", "*موظفا", "*انسان", "*بشري", "*ممثل", "*وكيل"},
		anybody: []string{"احد", "احدهم", "خدمة العملاء"},
		say:     []string{"شخص حقيقي", "موظف حقيقي", "هل من احد"},
		not:     []string{"لا اريد", "لا احتاج", "لا ارغب", "مش عايز"},
		never:   []string{"*شخصي*", "*بشريه", "شخص اخر"},
	}),
	compile(wish{ // Hebrew
		talk:    []string{"לדבר", "מדבר", "מדברת", "לשוחח", "להתחבר", "העבירו אותי", "תעבירו אותי", "תעביר אותי", "תעבירי אותי", "חברו אותי"},
		want:    []string{"רוצה", "צריך", "צריכה", "יש", "תנו לי", "אפשר"},
		fill:    []string{"עם", "אל", "אמיתי", "אנושי", "את", "כאן", "פה"},
		people:  []string{"אדם", "לאדם", "בנאדם", "נציג", "נציגה", "לנציג", "לנציגה", "הנציג", "מענה אנושי", "בן אדם", "איש צוות"},
		anybody: []string{"מישהו", "מישהי", "שירות הלקוחות"},
		say:     []string{"נציג אנושי", "אדם אמיתי", "בן אדם אמיתי", "יש כאן מישהו", "יש פה מישהו"},
		not:     []string{"לא רוצה", "לא צריך", "לא צריכה", "אין צורך"},
		never:   []string{"משאבי אנוש", "אדם אחר", "לאדם אחר"},
	}),
}

// unspaced are Japanese, Korean and Chinese.
var unspaced = []packedWish{
	folded(packedWish{
		people: []string{"担当者", "担当の方", "オペレーター", "オペレータ", "人間", "スタッフ", "係の人", "係員", "サポートの方", "誰か"},
		talk:   []string{"話したい", "話せ", "話し", "話を", "話がしたい", "つない", "つなげ", "繋い", "繋げ", "代わ", "替わ", "連絡したい", "チャットしたい", "お願いします", "呼んで", "相談したい", "いますか"},
		say:    []string{"人と話", "人と直接", "人につない", "人に繋い", "有人対応", "有人チャット"},
		not:    []string{"話したくない", "必要ない", "必要ありません", "不要", "いりません", "要りません", "しなくて"},
		never:  []string{"個人", "友人", "知人", "他人", "恋人", "本人", "法人", "人間関係", "人間工学", "婦人", "老人"},
	}),
	folded(packedWish{
		people: []string{"상담원", "상담사", "담당자", "사람", "직원", "매니저"},
		talk:   []string{"연결", "통화하", "이야기하", "얘기하", "대화하", "말하고싶", "상담하고", "바꿔주"},
		say:    []string{"상담원연결", "사람과이야기", "사람이랑얘기"},
		not:    []string{"싶지않", "필요없", "필요하지않", "원하지않", "안해도"},
		never:  []string{"다른사람", "사람들이"},
	}),
	folded(packedWish{
		people: []string{"人工", "真人", "客服人员", "客服人員", "人工客服", "客服", "专员", "專員", "工作人员", "工作人員"},
		talk:   []string{"转", "轉", "找", "联系", "聯繫", "聯絡", "接通", "说话", "說話", "聊", "对话", "對話", "谈谈", "談談", "沟通", "溝通", "我要", "我需要", "想要", "帮我接", "幫我接", "请接", "請接"},
		say:    []string{"转人工", "轉人工", "人工服务", "人工服務", "真人客服", "接客服", "接真人"},
		not:    []string{"不要", "不想", "不需要", "别转", "不用"},
		never:  []string{"人工智能", "人工智慧", "人工费", "人工費", "人工成本", "人工合成", "人力资源"},
	}),
}

// folded has the words in the form that texts are compared in.
func folded(p packedWish) packedWish {
	for _, list := range [][]string{p.talk, p.people, p.say, p.not, p.never} {
		for i := range list {
			list[i] = strings.ReplaceAll(knowledge.Fold(list[i]), " ", "")
		}
	}
	return p
}
