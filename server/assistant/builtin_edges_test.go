package assistant_test

import (
	"strings"
	"testing"

	"parley/server/assistant"
)

func TestEveryLanguageHasItsOwnWordsForEverything(t *testing.T) {
	t.Parallel()
	for locale, c := range map[string]struct{ unknown, alone, handoff, more, source string }{
		"en": {"I'm sorry, I don't know", "I'm sorry, I can't pass you on", "Of course. I'll pass you on", "That is all I know", "Source:"},
		"de": {"Das weiß ich leider nicht", "Ich kann Sie hier leider", "Gern. Ich gebe Sie", "Mehr weiß ich dazu nicht", "Quelle:"},
		"fr": {"Désolé, je ne connais pas", "Désolé, je ne peux vous passer", "Bien sûr. Je vous passe", "Je n'en sais pas plus", "Source :"},
		"es": {"Lo siento, no sé", "Lo siento, aquí no puedo", "Por supuesto. Le paso", "No sé nada más", "Fuente:"},
		"it": {"Mi dispiace, non conosco", "Mi dispiace, qui non posso", "Certamente. La passo", "Non so altro", "Fonte:"},
		"pt": {"Desculpe, não sei", "Desculpe, aqui não posso", "Claro. Vou passar", "Não sei mais nada", "Fonte:"},
		"nl": {"Sorry, dat weet ik niet", "Sorry, ik kan u hier niet", "Natuurlijk. Ik verbind u", "Meer weet ik er niet over", "Bron:"},
		"pl": {"Przykro mi, nie znam", "Przykro mi, nie mogę", "Oczywiście. Przekazuję", "Nic więcej o tym", "Źródło:"},
		"cs": {"Je mi líto, odpověď neznám", "Je mi líto, zde vás nemohu", "Jistě. Předám vás", "Víc o tom nevím", "Zdroj:"},
		"sv": {"Tyvärr vet jag inte", "Tyvärr kan jag inte", "Självklart. Jag lämnar", "Mer vet jag inte", "Källa:"},
		"da": {"Det ved jeg desværre ikke", "Jeg kan desværre ikke", "Selvfølgelig. Jeg stiller", "Mere ved jeg ikke", "Kilde:"},
		"fi": {"Valitettavasti en tiedä", "Valitettavasti en voi", "Totta kai. Siirrän", "Enempää en siitä", "Lähde:"},
		"tr": {"Üzgünüm, bunun", "Üzgünüm, burada", "Elbette. Sizi", "Bu konuda bildiklerim", "Kaynak:"},
		"uk": {"На жаль, я не знаю", "На жаль, тут я не можу", "Звичайно. Передаю", "Більше я про це", "Джерело:"},
		"ru": {"К сожалению, я не знаю", "К сожалению, здесь я не могу", "Конечно. Передаю", "Больше я об этом", "Источник:"},
		"ar": {"عذرًا، لا أعرف", "عذرًا، لا يمكنني تحويلك", "بالتأكيد. سأحوّلك", "هذا كل ما أعرفه", "المصدر:"},
		"he": {"מצטער, אין לי תשובה", "מצטער, אין לי אפשרות", "בוודאי. אני מעביר", "זה כל מה שידוע", "מקור:"},
		"ja": {"申し訳ありませんが、その答え", "申し訳ありませんが、ここでは", "かしこまりました。担当者", "それについてわかるのは", "出典："},
		"ko": {"죄송합니다. 그 답은", "죄송합니다. 여기서는", "알겠습니다. 여기에서", "제가 아는 것은", "출처:"},
		"zh": {"抱歉，我不知道", "抱歉，我在这里", "好的。我将为您", "关于这个我只知道", "来源："},
	} {
		said := func(handoff bool, words ...string) assistant.Answer {
			return reply(t, assistant.Ask{Turns: talk(words...), Locale: locale, Handoff: handoff})
		}
		offer := said(true, "Pizza")
		if !strings.HasPrefix(offer.Text, c.unknown) || offer.KnewIt || !offer.Handoff {
			t.Errorf("%s does not know with %+v", locale, offer)
		}
		if a := said(true, "Pizza", offer.Text, "ok"); !strings.HasPrefix(a.Text, c.handoff) || !a.Handoff {
			t.Errorf("%s passes on with %+v", locale, a)
		}
		if a := said(false, "Pizza", offer.Text, "ok"); !strings.HasPrefix(a.Text, c.alone) || a.Handoff {
			t.Errorf("%s has nobody to pass on to, and says %+v", locale, a)
		}
		if a := reply(t, assistant.Ask{Turns: talk("Axolotl"), Locale: locale, Passages: []assistant.Passage{passage("Axolotl", "Axolotl.")}}); !strings.Contains(a.Text, "\n\n"+c.source+" *Axolotl*") {
			t.Errorf("%s quotes with %+v", locale, a)
		}
		wish := map[string]string{"en": "more", "de": "mehr", "fr": "plus", "es": "mas", "ar": "المزيد"}[locale]
		if wish == "" {
			wish = "more"
		}
		if a := said(true, "Pizza", "Pizza!", wish); !strings.HasPrefix(a.Text, c.more) || a.KnewIt {
			t.Errorf("%s has no more to tell with %+v", locale, a)
		}
	}
}

func TestYesCountsOnlyRightAfterTheOffer(t *testing.T) {
	t.Parallel()
	offer := reply(t, assistant.Ask{Turns: talk("Pizza?"), Handoff: true}).Text
	for _, turns := range [][]string{
		{"Pizza?", offer, "Do you ship?", "Yes, we do.", "yes"},
		{"Pizza?", offer + " Or tea?", "yes"},
		{"Pizza?", offer, "yesterday I called"},
		{"Pizza?", offer, "no"},
		{offer, "Pardon?", "yes"},
		{"yes"},
	} {
		if a := reply(t, assistant.Ask{Turns: talk(turns...), Handoff: true}); a.KnewIt && a.Handoff {
			t.Errorf("%q: %+v", turns, a)
		}
	}
	for _, yes := range []string{"Yes", "YES!", " ok ", "please do.", "Oui", "s\u00ed", "ja, bitte", "はい"} {
		if a := reply(t, assistant.Ask{Turns: talk("Pizza?", offer, yes), Handoff: true}); !a.KnewIt || !a.Handoff {
			t.Errorf("%q: %+v", yes, a)
		}
	}
}

func TestTellMeMoreGoesThroughAllThatIsKnown(t *testing.T) {
	t.Parallel()
	passages := []assistant.Passage{
		passage("Tea", "Green tea is picked in spring, and comes from the hills."),
		passage("Tea of summer", "Black tea is picked in summer, and is strong."),
		passage("Tea of autumn", "White tea is picked in autumn, and is rare."),
		passage("Parking", "You can park in the yard behind the house."),
	}
	turns := []string{"When is tea picked?"}
	for i, want := range []string{"Green tea", "Black tea", "White tea", "That is all I know about it."} {
		a := reply(t, assistant.Ask{Turns: talk(turns...), Passages: passages, Handoff: true})
		if !strings.HasPrefix(a.Text, want) || a.KnewIt != (i < 3) {
			t.Errorf("answer %d: %+v, want %q", i, a, want)
		}
		if got := assistant.Wanted(talk(turns...)); !strings.HasPrefix(got, turns[0]) {
			t.Errorf("answer %d is looked for by %q", i, got)
		}
		turns = append(turns, a.Text, []string{"Tell me more", "more", "And more details?", "x"}[i])
	}
}

func TestHostileTitlesAndTurnsStayText(t *testing.T) {
	t.Parallel()
	const title = "*Tea* **bold** ${7*7} {{secret}} %s"
	a := reply(t, assistant.Ask{Turns: talk("What is tea?"), Passages: []assistant.Passage{passage(title, "Tea is green. Tea is good.")}})
	if !strings.HasSuffix(a.Text, "Source: *Tea bold ${77} {{secret}} %s*") || a.Citations[0].Title != title {
		t.Errorf("%+v", a)
	}
	const said = `My name is "} ] <img src=x onerror=alert(1)> %d $1 \1.`
	b := reply(t, assistant.Ask{Turns: talk(said, "Hello!", "What was my original question?")})
	if b.Text != "Your original question was: “"+said+"”" {
		t.Errorf("%q", b.Text)
	}
	forged := "I want a pizza " + strings.Repeat("(", 500) + strings.Repeat("a?", 2000)
	if c := reply(t, assistant.Ask{Turns: talk(forged), Handoff: true}); c.KnewIt || len(c.Text) > 200 {
		t.Errorf("%+v", c)
	}
}

func TestAWishForAPersonIsHeardThroughNoise(t *testing.T) {
	t.Parallel()
	for said, want := range map[string]bool{
		"AGENT!!!": true, "  human?  ": true, "Can I   talk to\nsomeone": true, "I need a real person now": true, "live chat": true, "Customer service representative": true,
		"agents of change": false, "humane conditions": false, "I never want to talk to a person": false, "Do you have chat bots?": false, "operator precedence": false,
		"Ich brauche einen Mitarbeiter": true, "Ich brauche kein Mensch": false, "un conseiller": true, "un humano": true, "el humanismo": false,
	} {
		if got := assistant.WantsPerson(said); got != want {
			t.Errorf("%q counts as %v", said, got)
		}
	}
}
