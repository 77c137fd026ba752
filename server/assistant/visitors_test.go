package assistant_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/server/assistant"
)

func TestAVisitorIsAnsweredPieceByPieceAndThenByTheMessage(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for _, title := range []string{"Hours", "Holidays"} {
			content := "We open at nine."
			_, err := f.chat.CreateArticle(f.Context(), f.owner, chat.ArticleInput{Title: &title, Content: &content})
			f.must(err)
		}
		f.script.play(func(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
			a, err := replies("We open", " at", " nine", " [2]. [1] Press [3] or key[10], not [0].")(ctx, ask, emit)
			a.Citations = []assistant.Citation{{ArticleUID: f.assistant.UID, Title: "Hours"}}
			return a, err
		})
		c, _ := f.talkTo("jane", "en", "When do you open?")
		f.work()
		said := f.said(c)
		if len(said) != 1 || said[0].Content != "We open at nine. Press [3] or key[10], not [0]." || said[0].AuthorKind != models.ByAssistant || said[0].Author != "Robin" {
			f.Fatalf("%+v", said)
		}
		if len(said[0].Citations) != 1 || said[0].Citations[0].Title != "Hours" || said[0].Citations[0].ArticleUID != f.assistant.UID {
			f.Errorf("the message rests on %+v", said[0].Citations)
		}
		shown := ""
		for _, d := range f.bell.of(models.BellDelta) {
			if d.ConversationID != c.ID || d.Author != "Robin" || d.Ended || d.StreamID == "" {
				f.Errorf("%+v", d)
			}
			shown += d.Text
		}
		if typing := f.bell.of(models.BellTyping); shown != "We open at nine [2]. [1] Press [3] or key[10], not [0]." || len(typing) != 1 || !typing[0].Active || typing[0].From != models.ByAssistant {
			f.Errorf("%q was shown, after %+v", shown, typing)
		}
		if got := f.usage(); got.Questions != 1 || got.Answered != 1 || got.InputTokens != 1000 || got.OutputTokens != 500 || got.Cost != 0.005 || len(got.Handoffs) != 0 {
			f.Errorf("%+v", got)
		}
		if fresh := f.reload(c); !fresh.Assisted() || fresh.LastMessageBy != models.ByAssistant {
			f.Errorf("%+v", fresh)
		}
	})
}

func TestASiteWithoutAnAssistantHasNoAnswers(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.set(chat.SiteChange{Assistant: models.Give[models.UID](nil)})
		c, visitor := f.talkTo("jane", "en", "When do you open?")
		f.post(visitor, c, "Hello?")
		f.must(f.chat.AskForPerson(f.Context(), visitor))
		f.work()
		if said := f.said(c); len(said) != 0 || len(f.script.asks()) != 0 || f.reload(c).HandoffReason != nil {
			f.Errorf("%+v", said)
		}
	})
}

func TestABurstOfMessagesIsAnsweredOnce(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, visitor := f.talkTo("jane", "en", "Hi")
		f.post(visitor, c, "I have a question")
		f.post(visitor, c, "When do you open?")
		f.work()
		asks := f.script.asks()
		if len(asks) != 1 || asks[0].Question() != "When do you open?" || len(asks[0].Turns) != 3 || !asks[0].HandsOff || asks[0].Locale != "en" {
			f.Fatalf("%+v", asks)
		}
		f.post(visitor, c, "And on Sundays?")
		f.work()
		if said := f.said(c); len(said) != 2 {
			f.Errorf("%+v", said)
		}
		f.post(visitor, c, "I want to speak to a human")
		f.post(visitor, c, "It is about order 123")
		f.work()
		f.handedOff(c, models.HandoffAsked)
	})
}

// interruptions end an answer in the making.
var interruptions = map[string]func(f *front, c models.Conversation, visitor models.Principal) error{
	"an agent's reply": func(f *front, c models.Conversation, _ models.Principal) error {
		f.post(f.owner, c, "I'll take this.")
		return nil
	},
	"an agent who takes over": func(f *front, c models.Conversation, _ models.Principal) error {
		_, err := f.chat.TakeOver(f.Context(), f.owner, c.UID)
		return err
	},
	"an assignment": func(f *front, c models.Conversation, _ models.Principal) error {
		_, err := f.chat.Assign(f.Context(), f.owner, c.UID, chat.Assignment{To: &f.owner.UserUID})
		return err
	},
	"a resolve": func(f *front, c models.Conversation, _ models.Principal) error {
		_, err := f.chat.Resolve(f.Context(), f.owner, c.UID, chat.Resolution{Reason: models.ReasonIssueResolved})
		return err
	},
	"a wish for a person": func(f *front, _ models.Conversation, visitor models.Principal) error {
		return f.chat.AskForPerson(f.Context(), visitor)
	},
}

func TestAnAnswerInTheMakingIsDroppedWhenAPersonComes(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for name, interrupt := range interruptions {
			c, visitor := f.talkTo(strings.ReplaceAll(name, " ", "-"), "en", "When do you open?")
			begun := make(chan struct{})
			f.script.play(func(ctx context.Context, _ assistant.Ask, emit func(string)) (assistant.Answer, error) {
				emit("We open")
				close(begun)
				<-ctx.Done()
				return assistant.Answer{}, ctx.Err()
			})
			done := make(chan error, 1)
			go func() { done <- f.runner().Work(context.WithoutCancel(f.Context())) }()
			<-begun
			f.must(interrupt(f, c, visitor))
			f.must(<-done)
			for _, m := range f.said(c) {
				if strings.Contains(m.Content, "We open") {
					f.Errorf("%s: the assistant said %q", name, m.Content)
				}
			}
			all := f.bell.of(models.BellDelta)
			if last := all[len(all)-1]; !last.Ended || last.ConversationID != c.ID || last.Text != "" {
				f.Errorf("%s: last shown was %+v", name, last)
			}
		}
	})
}

func TestAnAnswerThatComesTooLateIsNotSaid(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, visitor := f.talkTo("jane", "en", "When do you open?")
		f.script.play(func(ctx context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
			f.post(visitor, c, "And where are you?") // the engine does not notice
			return replies("At nine.")(ctx, ask, emit)
		}, replies("In Berlin, from nine."))
		f.work()
		if said := f.said(c); len(said) != 1 || said[0].Content != "In Berlin, from nine." {
			f.Errorf("%+v", said)
		}
		if got := f.usage(); got.Questions != 2 || got.Answered != 1 || got.InputTokens != 2000 {
			f.Errorf("what was dropped was paid for: %+v", got)
		}
	})
}

// TestAQuestionIsAnsweredOnceWhateverDies has attempts end at every point where a node may
// die: another node goes on, and what the first one does later changes nothing.
func TestAQuestionIsAnsweredOnceWhateverDies(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, _ := f.talkTo("jane", "en", "When do you open?")
		begun, release := make(chan struct{}), make(chan struct{})
		f.script.play(func(_ context.Context, ask assistant.Ask, emit func(string)) (assistant.Answer, error) {
			emit("We ")
			close(begun)
			<-release // deaf: the node hangs, and knows of no lease
			return replies("open at nine, said the dead.")(t.Context(), ask, emit)
		}, replies("We open at nine."))
		dead := make(chan error, 1)
		go func() { dead <- f.runner().Work(context.WithoutCancel(f.Context())) }()
		<-begun
		f.later(time.Minute) // the lease is over, as after a kill
		f.must(f.runner().Work(f.Context()))
		close(release)
		f.must(<-dead)
		if said := f.said(c); len(said) != 1 || said[0].Content != "We open at nine." {
			f.Errorf("%+v", said)
		}
		f.replay(c)
		if said := f.said(c); len(said) != 1 || len(f.script.asks()) != 2 {
			f.Errorf("after a replay: %+v", said)
		}
		dropped := false
		for _, d := range f.bell.of(models.BellDelta) {
			dropped = dropped || d.Ended
		}
		if !dropped {
			f.Error("what the dead node showed stays on the screen")
		}
	})
}

// faulty is a database whose commits fail, or whose answers to them are lost.
type faulty struct {
	*store.Store
	// lost says that what failed was done all the same.
	lost  bool
	times atomic.Int32
}

var errConnection = errors.New("connection reset")

// FinishClaim implements jobs.Store.
func (s *faulty) FinishClaim(ctx context.Context, j models.Job, act func(context.Context) error) error {
	if s.times.Add(-1) < 0 {
		return s.Store.FinishClaim(ctx, j, act)
	}
	if s.lost {
		return errors.Join(s.Store.FinishClaim(ctx, j, act), errConnection)
	}
	return s.Store.FinishClaim(ctx, j, func(ctx context.Context) error { return errors.Join(act(ctx), errConnection) })
}

func TestAQuestionIsAnsweredOnceWhereACommitFailsOrItsAnswerIsLost(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for name, lost := range map[string]bool{"rolled-back": false, "answer-lost": true} {
			c, _ := f.talkTo(name, "en", "When do you open?")
			db := &faulty{Store: f.store, lost: lost}
			db.times.Store(1)
			for range 4 {
				f.must(f.runnerOn(db).Work(f.Context()))
				f.later(10 * time.Second)
			}
			if said := f.said(c); len(said) != 1 || said[0].Content != "Hello." {
				f.Errorf("%s: %+v", name, said)
			}
		}
	})
}

func TestSeveralNodesAnswerEachQuestionOnce(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		var all []models.Conversation
		for i := range 12 {
			c, visitor := f.talkTo(fmt.Sprintf("visitor%d", i), "en", "Hello?")
			f.post(visitor, c, "When do you open?")
			all = append(all, c)
		}
		nodes := make(chan error)
		for range 3 {
			go func() { nodes <- f.runner().Work(context.WithoutCancel(f.Context())) }()
		}
		for range 3 {
			f.must(<-nodes)
		}
		for _, c := range all {
			if said := f.said(c); len(said) != 1 {
				f.Errorf("%d answers in one conversation", len(said))
			}
		}
		if n := len(f.script.asks()); n != 12 {
			f.Errorf("the engine was asked %d times", n)
		}
	})
}

func TestAFastAnswerIsShownAFewWordsAtATime(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		pieces := slices.Repeat([]string{"word "}, 500)
		f.script.play(replies(pieces...))
		f.talkTo("jane", "en", "Tell me much")
		f.work()
		shown := ""
		frames := f.bell.of(models.BellDelta)
		for _, d := range frames {
			if d.At != len(shown) || d.Seq != 1 {
				f.Errorf("a piece stands at %d of message %d, want %d of 1", d.At, d.Seq, len(shown))
			}
			shown += d.Text
		}
		if shown != strings.Join(pieces, "") || len(frames) > 100 {
			f.Errorf("%d signs in %d frames", len(shown), len(frames))
		}
	})
}

// replay has a job come back that was done.
func (f *front) replay(c models.Conversation) {
	f.Helper()
	all, err := f.chat.Transcript(f.Context(), f.owner, chat.TranscriptQuery{ConversationID: c.ID})
	f.must(err)
	f.must(f.store.InTx(f.Context(), func(ctx context.Context, tx chat.Tx) error {
		for _, m := range all {
			id := models.FormatID(models.PrefixMessage, m.UID)
			if err := tx.AddJob(ctx, f.owner, &models.Job{
				Kind: chat.JobAnswer, RunAt: f.clock().Add(-time.Minute), CreatedAt: f.clock(), Payload: map[string]any{"message": id},
			}); err != nil {
				return err
			}
		}
		return nil
	}))
	f.work()
}

func TestAnEngineThatFailsIsAskedAgainAndThenAPersonGoesOn(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, _ := f.talkTo("ann", "en", "When do you open?")
		f.script.play(fails(errBroken), func(context.Context, assistant.Ask, func(string)) (assistant.Answer, error) { panic("engine") }, replies("At nine."))
		f.work()
		if said := f.said(c); len(said) != 1 || said[0].Content != "At nine." {
			f.Fatalf("%+v", said)
		}
		for name, times := range map[string]int{"bob": 3, "cat": 1} {
			err := errBroken
			if times == 1 {
				err = assistant.ErrTimeout // the visitor has waited long enough
			}
			c, _ := f.talkTo(name, "de", "Wann öffnen Sie?")
			f.script.play(fails(err))
			f.work()
			said := f.said(c)
			if len(said) != 1 || !strings.Contains(said[0].Content, "Ich gebe Sie an unser Team weiter") || len(f.script.asks()) != times {
				f.Errorf("%s: %d tries, %+v", name, len(f.script.asks()), said)
			}
			if fresh := f.reload(c); fresh.Assisted() || *fresh.HandoffReason != models.HandoffNoAnswer {
				f.Errorf("%+v", fresh)
			}
		}
	})
}

func TestWhatIsNoJobOfOursIsGivenUp(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		for _, payload := range []map[string]any{{}, {"message": "x"}, {"message": models.FormatID(models.PrefixMessage, models.NewUID())}} {
			q, err := f.chat.BeginAnswer(f.Context(), models.Job{AccountID: f.owner.AccountID, Payload: payload})
			if q.Step != chat.StepNothing || (err == nil) != (len(payload) == 1 && payload["message"] != "x") {
				f.Errorf("%v: %v, %v", payload, q.Step, err)
			}
			if err := f.chat.GiveUpAnswer(f.Context(), models.Job{AccountID: f.owner.AccountID, Payload: payload}); err != nil {
				f.Error(err)
			}
		}
		// Another account's message is as unknown.
		c, visitor := f.talkTo("jane", "en", "Hello?")
		m := f.post(visitor, c, "Are you there?")
		q, err := f.chat.BeginAnswer(f.Context(), models.Job{AccountID: f.owner.AccountID + 1, Payload: map[string]any{"message": models.FormatID(models.PrefixMessage, m.UID)}})
		if err != nil || q.Step != chat.StepNothing {
			f.Errorf("%v, %v", q.Step, err)
		}
	})
}

func TestABlockedVisitorGetsNoAnswer(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		c, _ := f.talkTo("jane", "en", "When do you open?")
		contact := f.reload(c).Contact
		status := models.ContactBlocked
		_, err := f.chat.UpdateContact(f.Context(), f.owner, chat.ContactRef{UID: &contact.UID}, chat.ContactInput{Status: &status})
		f.must(err)
		f.work()
		if len(f.script.asks()) != 0 || len(f.said(c)) != 0 {
			f.Error("the assistant talks to somebody who is blocked")
		}
	})
}

func TestOnlyTheEndOfAStreamThatIsWantedIsShown(t *testing.T) {
	t.Parallel()
	eachFront(t, func(f *front) {
		f.script.play(leaves(false, ""))
		c, _ := f.talkTo("jane", "en", "What is the meaning of life?")
		f.work()
		if shown := f.bell.of(models.BellDelta); len(shown) != 0 {
			f.Errorf("%+v was shown", shown)
		}
		if said := f.said(c); len(said) != 1 {
			f.Errorf("%+v", said)
		}
	})
}
