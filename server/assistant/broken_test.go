package assistant_test

import (
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

func TestAfterAPartOfAnAnswerWasShownAPersonGoesOn(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.script.play(breaks(errBroken), replies("At nine."))
		c, visitor := f.talkTo("jane", "en", "When do you open?")
		f.work()
		f.handedOff(c, models.HandoffNoAnswer)
		shown := f.bell.of(models.BellDelta)
		if len(shown) != 2 || shown[0].Text != "Well, " || !shown[1].Ended {
			f.Errorf("shown was %+v", shown)
		}
		if got := f.usage(); len(f.script.asks()) != 1 || len(f.said(c)) != 1 || got.Questions != 1 || got.Answered != 0 || got.InputTokens != 1000 {
			f.Errorf("%d times asked: %+v, %+v", len(f.script.asks()), f.said(c), got)
		}
		f.post(visitor, c, "Hello?")
		f.work()
		if len(f.script.asks()) != 1 {
			f.Error("the assistant goes on")
		}
	})
}

func TestAnAnswerOfANumberAloneIsNone(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		title, content := "Hours", "We open at nine."
		_, err := f.chat.CreateArticle(f.Context(), f.owner, chat.ArticleInput{Title: &title, Content: &content})
		f.must(err)
		f.script.play(replies(" [1] "))
		c, _ := f.talkTo("jane", "en", "When do you open?")
		f.work()
		f.handedOff(c, models.HandoffNoAnswer)
		if got := f.usage(); len(f.script.asks()) != 1 || len(f.script.asks()[0].Passages) != 1 || got.InputTokens != 1000 {
			f.Errorf("%d times asked, %+v", len(f.script.asks()), got)
		}
	})
}

// TestAnAnswerThatCannotBeStoredIsNotMadeAgain has the database refuse it once, and for good.
func TestAnAnswerThatCannotBeStoredIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for name, times := range map[string]int32{"once": 1, "for-good": 100} {
			f.script.play(replies("At nine."))
			c, _ := f.talkTo(name, "en", "When do you open?")
			db := &faulty{Store: f.store}
			db.times.Store(times)
			for range 4 {
				f.must(f.runnerOn(db).Work(f.Context()))
				f.later(10 * time.Second)
			}
			if times > 1 {
				f.handedOff(c, models.HandoffNoAnswer)
			} else if said := f.said(c); len(said) != 1 || said[0].Content != "At nine." {
				f.Errorf("%s: %+v", name, said)
			}
			if n := len(f.script.asks()); n != 1 {
				f.Errorf("%s: the engine was asked %d times", name, n)
			}
		}
	})
}
