package assistant_test

import (
	"strings"
	"testing"

	"parley/server/assistant"
)

func TestEveryLanguageHasItsOwnWordsForEverything(t *testing.T) {
	t.Parallel()
	for locale, c := range map[string]struct{ unknown, alone, handoff, more string }{
		"en": {"I'm sorry, I don't know", "I'm sorry, I can't pass you on", "Of course. I'll pass you on", "That is all I know"},
		"de": {"Das weiß ich leider nicht", "Ich kann Sie hier leider", "Gern. Ich gebe Sie", "Mehr weiß ich dazu nicht"},
		"fr": {"Désolé, je ne connais pas", "Désolé, je ne peux vous passer", "Bien sûr. Je vous passe", "Je n'en sais pas plus"},
		"es": {"Lo siento, no sé", "Lo siento, aquí no puedo", "Por supuesto. Le paso", "No sé nada más"},
		"ar": {"عذرًا، لا أعرف", "عذرًا، لا يمكنني تحويلك", "بالتأكيد. سأحوّلك", "هذا كل ما أعرفه"},
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
		wish := map[string]string{"en": "more", "de": "mehr", "fr": "plus", "es": "mas", "ar": "المزيد"}[locale]
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
