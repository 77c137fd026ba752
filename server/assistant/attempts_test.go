package assistant_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/server/assistant"
)

// TestAQuestionDoesNotCountAgainstItselfWhenItIsTriedAgain has the last question that the
// limits allow fail once: it is tried again, and the one after it is beyond them.
func TestAQuestionDoesNotCountAgainstItselfWhenItIsTriedAgain(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for name, limits := range map[string]models.AssistantLimits{"visitor": {VisitorDay: few(1)}, "month": {Month: few(1)}} {
			f.later(100 * 24 * time.Hour)
			f.limit(limits)
			f.script.play(fails(errBroken), replies("At nine."))
			c, visitor := f.talkTo(name, "en", "When do you open?")
			f.work()
			if said := f.said(c); len(said) != 1 || said[0].Content != "At nine." {
				f.Fatalf("%s: %+v", name, said)
			}
			f.post(visitor, c, "And on Sundays?")
			f.work()
			f.handedOff(c, models.HandoffBudget)
		}
	})
}

func TestAnEndlessLeadLeavesRoomForWhatTheVisitorIsTold(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.script.play(leaves(true, strings.Repeat("ü", models.MaxMessageLength)))
		c, _ := f.talkTo("jane", "en", "When do you open?")
		f.work()
		got := []rune(f.handedOff(c, models.HandoffAsked))
		if len(got) > models.MaxMessageLength || got[0] != 'ü' || got[len(got)-1] == 'ü' {
			f.Errorf("%d signs end with %q", len(got), string(got[len(got)-20:]))
		}
	})
}

// TestWhoLostTheLeaseTakesNothingBack has a node lose its lease while another one is
// showing an answer to the same question.
func TestWhoLostTheLeaseTakesNothingBack(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, _ := f.talkTo("jane", "en", "When do you open?")
		begun, release := make(chan struct{}), make(chan struct{})
		again, end := make(chan struct{}), make(chan struct{})
		f.script.play(func(_ context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
			close(begun)
			<-release
			return replies("said the dead.")(f.Context(), ask, func(string) {})
		}, func(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
			emit("We open")
			close(again)
			<-end
			return replies("We open at nine.")(ctx, ask, func(string) {})
		})
		work := func() chan error {
			ended := make(chan error, 1)
			go func() { ended <- f.runner().Work(context.WithoutCancel(f.Context())) }()
			return ended
		}
		dead := work()
		<-begun
		f.later(time.Minute)
		alive := work()
		<-again
		before := len(f.bell.of(models.BellDelta))
		close(release)
		f.must(<-dead)
		if after := f.bell.of(models.BellDelta)[before:]; len(after) > 0 {
			f.Errorf("who lost the lease rang %+v", after)
		}
		close(end)
		f.must(<-alive)
		if said := f.said(c); len(said) != 1 || said[0].Content != "We open at nine." {
			f.Errorf("%+v", said)
		}
	})
}

func TestTypingGoesOnUntilTheFirstWord(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.talkTo("jane", "en", "When do you open?")
		f.script.play(func(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
			for len(f.bell.of(models.BellTyping)) < 2 && ctx.Err() == nil {
				<-time.After(20 * time.Millisecond)
			}
			return replies("At nine.")(ctx, ask, emit)
		})
		f.work()
		for _, d := range f.bell.of(models.BellTyping) {
			if !d.Active || d.From != models.ByAssistant {
				f.Errorf("%+v", d)
			}
		}
	})
}

// TestWhatIsCutOffCountsForTheBudgetAllTheSame has a visitor go on writing while the model
// answers: what it said so far is paid for.
func TestWhatIsCutOffCountsForTheBudgetAllTheSame(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		cost := 0.0001
		f.limit(models.AssistantLimits{MonthCost: &cost})
		c, visitor := f.talkTo("jane", "en", "When do you open?")
		f.script.play(func(ctx context.Context, _ assistant.Ask, emit func(string)) (assistant.Answer, error) {
			emit(strings.Repeat("Once upon a time. ", 100))
			f.post(visitor, c, "Just tell me when.")
			<-ctx.Done()
			return assistant.Answer{Usage: assistant.Usage{InputTokens: 100, OutputTokens: 450}}, ctx.Err()
		})
		f.work()
		f.handedOff(c, models.HandoffBudget)
		if got := f.usage(); got.OutputTokens < 300 || got.Cost < cost || len(f.script.asks()) != 1 {
			f.Errorf("%+v after %d questions", got, len(f.script.asks()))
		}
	})
}

// TestWhatADeadNodeShowedIsTakenBackThoughNobodyAsksAnyMore has a person take over while
// the node that was answering is dead: no message of the assistant's replaces its half text.
func TestWhatADeadNodeShowedIsTakenBackThoughNobodyAsksAnyMore(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for _, tries := range []int{1, 3} { // taken up again, and given up
			c, _ := f.talkTo(fmt.Sprint("jane", tries), "en", "When do you open?")
			begun, release := make(chan struct{}), make(chan struct{})
			ended := make(chan error, tries)
			f.script.play(func(_ context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
				emit("We ")
				begun <- struct{}{}
				<-release
				return replies("open.")(f.Context(), ask, emit)
			})
			for range tries {
				go func() { ended <- f.runner().Work(context.WithoutCancel(f.Context())) }()
				<-begun
				f.later(time.Minute)
			}
			f.post(f.owner, c, "A person is here.")
			f.must(f.runner().Work(f.Context()))
			all := f.bell.of(models.BellDelta)
			if last := all[len(all)-1]; !last.Ended || last.ConversationID != c.ID || len(f.said(c)) != 0 {
				f.Errorf("after %d tries the last was %+v", tries, last)
			}
			close(release)
			for range tries {
				f.must(<-ended)
			}
		}
	})
}

func TestAnAnswerThatIsGivenUpIsPaidFor(t *testing.T) {
	t.Parallel()
	cost := assistant.Answer{Usage: assistant.Usage{InputTokens: 1000, OutputTokens: 500}, Model: "script"}
	eachFront(t, func(f *front) {
		_, _ = f.talkTo("ann", "en", "When do you open?")
		broken := func(context.Context, assistant.Ask, func(string)) (assistant.Answer, error) { return cost, errBroken }
		f.script.play(broken, broken, replies("At nine."))
		f.work()
		if got := f.usage(); got.Questions != 1 || got.Answered != 1 || got.InputTokens != 3000 || got.OutputTokens != 1500 || got.Cost != 0.015 {
			f.Errorf("two failures and an answer: %+v", got)
		}
		c, visitor := f.talkTo("bob", "en", "When do you open?")
		f.script.play(func(ctx context.Context, _ assistant.Ask, emit func(string)) (assistant.Answer, error) {
			emit("We open")
			f.must(f.chat.AskForPerson(f.Context(), visitor))
			<-ctx.Done()
			return cost, ctx.Err()
		})
		f.work()
		if got := f.usage(); got.Questions != 2 || got.Answered != 1 || got.InputTokens != 4000 || len(f.said(c)) != 1 {
			f.Errorf("one that nobody wanted any more: %+v", got)
		}
		last, _ := f.talkTo("cat", "en", "When do you open?")
		erased := f.reload(last).Contact.UID
		f.script.play(func(ctx context.Context, _ assistant.Ask, _ func(string)) (assistant.Answer, error) {
			f.must(f.chat.EraseContact(f.Context(), f.owner, chat.ContactRef{UID: &erased}))
			<-ctx.Done()
			return cost, ctx.Err()
		})
		f.work()
		if n := len(f.script.asks()); n != 1 {
			f.Errorf("for somebody erased the engine was asked %d times", n)
		}
	})
}

// TestALateFailureUndoesNothingOfTheAnswer has an attempt that lost its lease note its cost
// after another one has answered.
func TestALateFailureUndoesNothingOfTheAnswer(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, visitor := f.talkTo("jane", "en", "Hi")
		m := f.post(visitor, c, "When do you open?")
		q, err := f.chat.BeginAnswer(f.Context(), models.Job{
			AccountID: f.owner.AccountID, Payload: map[string]any{"message": models.FormatID(models.PrefixMessage, m.UID)},
		})
		f.must(err)
		f.work()
		f.must(f.chat.SpendOn(f.Context(), q, chat.Made{InputTokens: 10, OutputTokens: 5, Model: "slow"}))
		if got := f.usage(); got.Answered != 1 || got.InputTokens != 1010 || got.OutputTokens != 505 {
			f.Errorf("%+v", got)
		}
	})
}
