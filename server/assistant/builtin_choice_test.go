package assistant_test

import (
	"strings"
	"testing"

	"parley/models/handoff"
	"parley/server/assistant"
)

// chapter is a passage under a heading of an article, which retrieval has found with a
// score.
func chapter(title, heading, content string, score float64) assistant.Passage {
	p := passage(title, content)
	p.Heading, p.Score = heading, score
	return p
}

func TestThePassageIsChosenThatHasWhatTheQuestionWants(t *testing.T) {
	t.Parallel()
	tea := []assistant.Passage{
		chapter("Tea delivery", "", "Tea delivery is our pride.", 9), chapter("Tea delivery", "Times", "Tea delivery takes three days.", 8),
		chapter("Tea delivery", "Costs", "Tea delivery costs 4 euros.", 8), chapter("Tea delivery", "Tracking", "You get a letter.", 8.5),
	}
	german := []assistant.Passage{chapter("Teelieferung", "", "Die Teelieferung ist unser Stolz.", 9), chapter("Teelieferung", "", "Die Teelieferung braucht zwei Werktage.", 8), chapter("Teelieferung", "", "Die Teelieferung kostet 4 Euro.", 8)}
	french := []assistant.Passage{chapter("Thé", "", "Le thé est notre fierté.", 9), chapter("Thé", "", "Le thé arrive en deux jours.", 8), chapter("Thé", "", "Le thé coûte 4 €.", 8)}
	chinese := []assistant.Passage{chapter("茶叶配送", "", "茶叶配送是我们的骄傲。", 9), chapter("茶叶配送", "", "茶叶配送需要三天。", 8), chapter("茶叶配送", "", "茶叶配送四欧元。", 8)}
	for _, c := range []struct {
		question string
		passages []assistant.Passage
		want     string
	}{
		{"How long does tea delivery take?", tea, "three days"}, {"When is the tea delivery?", tea, "three days"}, {"How much is the tea delivery?", tea, "4 euros"},
		{"What does the tea delivery cost?", tea, "4 euros"}, {"Tell me of the tea delivery", tea, "our pride"}, {"Is tea delivery free?", tea, "4 euros"},
		{"Wie lange dauert die Teelieferung?", german, "zwei Werktage"}, {"Was kostet die Teelieferung?", german, "4 Euro"}, {"Was ist die Teelieferung?", german, "Stolz"},
		{"Quand arrive le thé ?", french, "deux jours"}, {"Combien coûte le thé ?", french, "4 €"}, {"茶叶配送要多久？", chinese, "三天"}, {"茶叶配送多少钱？", chinese, "四欧元"},
	} {
		a := reply(t, assistant.Ask{Turns: talk(c.question), Passages: c.passages, Handoff: true})
		if !a.KnewIt || !strings.Contains(a.Text, c.want) {
			t.Errorf("%q is answered with %q, want %q", c.question, a.Text, c.want)
		}
	}
}

func TestASentenceThatSaysItAllIsBetterThanATitle(t *testing.T) {
	t.Parallel()
	passages := []assistant.Passage{
		chapter("Ways to pay", "Invoice", "You find the invoice in your account.", 10), chapter("Ways to pay", "", "We take cards and, in Germany, payment by invoice.", 8),
	}
	if a := reply(t, assistant.Ask{Turns: talk("Can I pay by invoice?"), Passages: passages}); !strings.Contains(a.Text, "in Germany, payment by invoice") {
		t.Errorf("the answer is %q", a.Text)
	}
}

func TestWhatLacksANameOrAFigureHasToSpeakOfMore(t *testing.T) {
	t.Parallel()
	passages := []assistant.Passage{passage("Shipping", "Shipping within Norway is our pride.")}
	for question, knows := range map[string]bool{
		"Do you ship to Brazil?": false, "Do you ship to Norway?": true, "Do you ship to brazil?": true, "How is shipping within Brazil?": true,
		"How long is shipping to customers?": false, "Is there shipping to customers?": true, "How long is shipping within Norway?": true, "Liefert ihr Shipping nach Norway?": true,
	} {
		if a := reply(t, assistant.Ask{Turns: talk(question), Passages: passages, Handoff: true}); a.KnewIt != knows {
			t.Errorf("%q: %+v", question, a)
		}
	}
}

// whenAndHowMuch are, by language, a question for a time and one for a price of the
// axolotl, and a sentence that answers each.
var whenAndHowMuch = map[string][4]string{
	"en": {"How long does the axolotl take?", "How much is the axolotl?", "It takes three days.", "It is 4 euros."},
	"de": {"Wie lange braucht der Axolotl?", "Was kostet der Axolotl?", "Er braucht drei Werktage.", "Es sind 4 Euro."},
	"fr": {"Combien de temps prend l'axolotl ?", "Combien coûte l'axolotl ?", "Il faut trois jours.", "Il est gratuit."},
	"es": {"¿Cuánto tiempo tarda el axolotl?", "¿Cuánto cuesta el axolotl?", "Tarda tres días.", "Son 4 euros."},
	"it": {"Quando arriva l'axolotl?", "Quanto costa l'axolotl?", "Arriva in tre giorni.", "Sono 4 euro."},
	"pt": {"Quando chega o axolotl?", "Quanto custa o axolotl?", "Chega em três dias.", "São 4 euros."},
	"nl": {"Hoe lang duurt de axolotl?", "Wat is de prijs van de axolotl?", "Het duurt drie dagen.", "Het is gratis."},
	"pl": {"Jak długo trwa axolotl?", "Ile kosztuje axolotl?", "Trwa trzy dni.", "To 4 zl."},
	"cs": {"Jak dlouho trvá axolotl?", "Kolik stojí axolotl?", "Trvá tři dny, nebo pět dní.", "To je 4 kc."},
	"sv": {"Hur länge tar axolotl?", "Vad är pris för axolotl?", "Det tar tre dagar.", "Det är 4 kr."},
	"da": {"Hvor lang tid tager axolotl?", "Hvad er pris for axolotl?", "Det tager tre dage.", "Det er 4 kr."},
	"fi": {"Milloin axolotl tulee?", "Paljonko axolotl maksaa?", "Se tulee kahden viikkon aikana.", "Se on 4 euroa, tai 4 €."},
	"tr": {"Axolotl ne zaman gelir?", "Axolotl fiyatı ne kadar?", "Üç gün sürer.", "4 euro tutar."},
	"uk": {"Коли буде axolotl?", "Скільки коштує axolotl?", "За три дні.", "Це 4 євро."},
	"ru": {"Когда будет axolotl?", "Сколько стоит axolotl?", "Через три дня.", "Это 4 евро."},
	"ar": {"متى يصل axolotl؟", "كم سعر axolotl؟", "خلال ثلاثة أيام.", "أربعة يورو."},
	"he": {"מתי מגיע axolotl?", "כמה עולה axolotl?", "תוך שלושה ימים.", "זה חינם."},
	"ja": {"axolotlはいつ届きますか", "axolotlはいくらですか", "三日で届きます。", "四百円です。"},
	"ko": {"axolotl 언제 와요?", "axolotl 가격이 얼마예요?", "삼 일 걸립니다.", "무료입니다."},
	"zh": {"axolotl要多久？", "axolotl多少钱？", "需要三天。", "四欧元。"},
}

func TestATimeAndAPriceAreWantedInEveryLanguageOfTheWidget(t *testing.T) {
	t.Parallel()
	for _, language := range handoff.Languages() {
		words := whenAndHowMuch[language]
		passages := []assistant.Passage{chapter("Axolotl", "", "Axolotl!", 9), chapter("Axolotl", "", "Axolotl: "+words[2], 7), chapter("Axolotl", "", "Axolotl: "+words[3], 7)}
		for i := range passages {
			passages[i].Coverage = 1
		}
		for i, question := range words[:2] {
			a := reply(t, assistant.Ask{Turns: talk(question), Locale: language, Passages: passages})
			if !strings.HasPrefix(a.Text, "Axolotl: "+words[2+i]) {
				t.Errorf("%s: %q is answered with %q, want %q", language, question, a.Text, words[2+i])
			}
		}
	}
}

func TestWhatIsWrittenLikeANameIsOne(t *testing.T) {
	t.Parallel()
	half := passage("Shipping", "Shipping is our pride.")
	for question, knows := range map[string]bool{
		"Shipping Brazil":               false,
		"shipping brazil":               true,
		"Brazil shipping":               true, // a sentence begins with a capital
		"is SHIPPING FREEDOM":           true, // who shouts names nothing
		"Is shipping I hope":            true,
		"shipping. Brazil":              true,
		"shipping? To Brazil?":          false,
		"Versand: ist der Shipping gut": true,
	} {
		half.Coverage = 0.5
		if a := reply(t, assistant.Ask{Turns: talk(question), Passages: []assistant.Passage{half}, Handoff: true}); a.KnewIt != knows {
			t.Errorf("%q: %+v", question, a)
		}
	}
}
