package assistant_test

import (
	"context"
	"strings"
	"testing"

	"parley/models"
	"parley/models/knowledge"
	"parley/server/assistant"
)

// builtin plays the engine of who has no model.
func builtin(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
	return assistant.Builtin{}.Answer(ctx, ask, emit)
}

func TestACourtesyDoesNotEndTheAssistantInTheWidget(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.script.play(builtin)
		_, err := f.chat.ImportArticles(f.Context(), f.owner, []knowledge.Draft{
			{Source: "warranty", Title: "Warranty", Content: "The warranty is five years. [How to use it](https://lumen.example/warranty).", Published: true},
			{Source: "delivery", Title: "Delivery", Content: "You may follow your delivery.\n\n## Times\n\nDelivery takes two working days.", Published: true},
		})
		f.must(err)
		c, visitor := f.talkTo("jane", "en", "Hi there!")
		f.work()
		for i, turn := range []struct{ said, want string }{
			{"", "Hello! How can I help you?"},
			{"How long is the warranty?", "The warranty is five years. [How to use it](https://lumen.example/warranty)."},
			{"Great, that helps, thanks!", "You're welcome!"},
			{"👍", "All right!"},
			{"I have a question about my order", "How can I help? Please tell me"},
			{"How long does delivery take?", "Delivery takes two working days."},
			{"ok", "All right!"},
		} {
			if turn.said != "" {
				f.post(visitor, c, turn.said)
				f.work()
			}
			said := f.said(c)
			if len(said) != i+1 || !strings.HasPrefix(said[i].Content, turn.want) {
				f.Fatalf("%q is answered with %+v, want %q", turn.said, said[len(said)-1].Content, turn.want)
			}
		}
		if fresh := f.reload(c); !fresh.Assisted() || fresh.HandoffReason != nil || len(f.told()) != 0 {
			f.Errorf("the assistant has gone: %+v", fresh)
		}
		f.post(visitor, c, "Do you sell vegan pizza?")
		f.work()
		f.handedOff(c, models.HandoffNoAnswer)
	})
}

func TestCourtesiesAreAnsweredInTheVisitorsLanguageInTheWidget(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.script.play(builtin)
		for _, language := range []string{"it", "pl", "tr", "he", "ja"} {
			words := courtesies[language]
			c, visitor := f.talkTo("visitor-"+language, language, words.greet[0])
			f.work()
			f.post(visitor, c, words.thank[0])
			f.work()
			said := f.said(c)
			if len(said) != 2 || !strings.HasPrefix(said[0].Content, words.hello) || !strings.HasPrefix(said[1].Content, words.welcome) || !f.reload(c).Assisted() {
				f.Errorf("%s: %+v", language, said)
			}
		}
	})
}
