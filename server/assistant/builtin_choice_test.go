package assistant_test

import (
	"strings"
	"testing"

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
