package assistant_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/server/assistant"
)

// release gives a conversation back.
func (f *front) release(c models.Conversation) models.Conversation {
	f.Helper()
	got, err := f.chat.Release(f.Context(), f.owner, c.UID)
	f.must(err)
	return got
}

func (f *front) takeOver(c models.Conversation) {
	f.Helper()
	_, err := f.chat.TakeOver(f.Context(), f.owner, c.UID)
	f.must(err)
}

func TestWhatWaitsIsAnsweredOnceWhenTheConversationIsGivenBack(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		owner := f.owner.UserUID
		for name, before := range map[string]func(c models.Conversation, visitor models.Principal){
			"taken over": func(c models.Conversation, _ models.Principal) { f.takeOver(c) },
			"assigned": func(c models.Conversation, _ models.Principal) {
				_, err := f.chat.Assign(f.Context(), f.owner, c.UID, chat.Assignment{To: &owner})
				f.must(err)
			},
			"answered, and asked again": func(c models.Conversation, visitor models.Principal) {
				f.post(f.owner, c, "At nine.")
				f.post(visitor, c, "And on Sundays?")
			},
			"with a note": func(c models.Conversation, _ models.Principal) {
				f.takeOver(c)
				_, err := f.chat.Post(f.Context(), f.owner, c.UID, chat.Draft{Content: "A regular", Internal: true})
				f.must(err)
			},
		} {
			c, visitor := f.talkTo(fmt.Sprint("jane", len(name)), "en", "When do you open?")
			before(c, visitor)
			f.work()
			if said := f.said(c); len(said) != 0 {
				f.Fatalf("%s: a person has it, and the assistant said %q", name, said[0].Content)
			}
			if got := f.release(c); !got.Assisted() || got.AssignedTo != nil || got.TakenOver {
				f.Errorf("%s: given back it is %+v", name, got)
			}
			f.release(c)
			f.work()
			f.release(c)
			f.takeOver(c)
			f.release(c)
			f.work()
			if said := f.said(c); len(said) != 1 || said[0].Content != "Hello." {
				f.Errorf("%s: %d answers", name, len(said))
			}
		}
		if asked := len(f.script.asks()); asked != 4 {
			f.Errorf("the engine was asked %d times", asked)
		}
	})
}

func TestGivingBackAnswersNothingThatIsAnsweredOrClosed(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for i, before := range []func(c models.Conversation){
			func(c models.Conversation) { f.post(f.owner, c, "At nine.") },
			func(c models.Conversation) {
				_, err := f.chat.Resolve(f.Context(), f.owner, c.UID, chat.Resolution{Reason: models.ReasonSpam})
				f.must(err)
			},
		} {
			c, _ := f.talkTo(fmt.Sprint("jane", i), "en", "When do you open?")
			f.takeOver(c)
			f.work()
			before(c)
			f.release(c)
			f.work()
			if said := f.said(c); len(said) != 0 {
				f.Errorf("%d: the assistant said %q", i, said[0].Content)
			}
		}
		c, _ := f.talkTo("handed", "en", "agent please")
		f.work()
		f.handedOff(c, models.HandoffAsked)
		f.release(c)
		f.work()
		if said := f.said(c); len(said) != 1 || len(f.script.asks()) != 0 {
			f.Errorf("after what the assistant said itself: %+v", said)
		}
	})
}

// TestAnAnswerThatAPersonCutOffIsMadeAnewWhenItIsGivenBack has the question taken up once,
// and given back after that answer ended, and before.
func TestAnAnswerThatAPersonCutOffIsMadeAnewWhenItIsGivenBack(t *testing.T) {
	t.Parallel()
	for _, early := range []bool{false, true} {
		t.Run(fmt.Sprint("early ", early), func(t *testing.T) {
			t.Parallel()
			eachFront(t, func(f *front) {
				c, _ := f.talkTo("jane", "en", "When do you open?")
				f.script.play(func(ctx context.Context, _ assistant.Ask, emit func(string)) (assistant.Answer, error) {
					emit("We ")
					f.takeOver(c)
					<-ctx.Done() // it is noticed
					if early {
						f.release(c)
					}
					return assistant.Answer{Usage: assistant.Usage{InputTokens: 90, OutputTokens: 1}}, ctx.Err()
				}, replies("We open at nine."))
				f.work()
				if !early {
					f.release(c)
				}
				f.work()
				if said := f.said(c); len(said) != 1 || said[0].Content != "We open at nine." {
					f.Errorf("%+v", said)
				}
				if got := f.usage(); got.Questions != 1 || got.Answered != 1 || got.InputTokens < 1000 || got.Cost < 0.005 || !early && got.Cost == 0.005 {
					f.Errorf("%+v", got)
				}
			})
		})
	}
}

func TestManyWhoGiveBackAtOnceGetOneAnswer(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, _ := f.talkTo("jane", "en", "When do you open?")
		f.takeOver(c)
		f.work()
		var wait sync.WaitGroup
		failed := make(chan error, 40)
		for range 10 {
			wait.Go(func() {
				_, err := f.chat.Release(f.Context(), f.owner, c.UID)
				_, again := f.chat.TakeOver(f.Context(), f.owner, c.UID)
				_, last := f.chat.Release(f.Context(), f.owner, c.UID)
				failed <- errors.Join(err, again, last)
			})
			wait.Go(func() { failed <- f.runner().Work(context.WithoutCancel(f.Context())) })
		}
		wait.Wait()
		close(failed)
		for err := range failed {
			f.must(err)
		}
		f.release(c)
		f.work()
		if said := f.said(c); len(said) != 1 {
			f.Errorf("%d answers", len(said))
		}
	})
}
