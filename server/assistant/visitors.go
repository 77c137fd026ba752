package assistant

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/jobs"
)

const (
	// visitorTries is how often a visitor's message is tried to be answered, crashes
	// included, before people take it: a visitor waits.
	visitorTries   = 3
	visitorTimeout = 110 * time.Second
	visitorPause   = time.Second
	visitorRest    = 5 * time.Second
	// visitorWorkers are a node's answers at once. Waiting for a model costs little, and
	// one that hangs must not keep the others waiting for long.
	visitorWorkers = 32
	// lookEvery is how soon an answer in the making is dropped that nobody wants any more.
	lookEvery = 500 * time.Millisecond
	// finishTries is how often an answer is stored at most that the database refuses.
	finishTries = 3
	// noteTime is how long the end of an attempt may take to note what it cost.
	noteTime = 2 * time.Second
	// typingEvery is how often a visitor is told that the assistant is at it, until the first
	// word: clients take it for over after 6 s.
	typingEvery = 3 * time.Second
)

// Visitors answer on sites: a job for each message, which ends together with what comes
// of it.
type Visitors struct{ Desk *Desk }

// Jobs are the kinds of job of Visitors, for the runner.
func (v Visitors) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{chat.JobAnswer: {
		Run: v.answer, GivenUp: v.giveUp, Attempts: visitorTries, Timeout: visitorTimeout, Workers: visitorWorkers,
		Pause: jobs.Doubling(visitorPause, visitorRest),
	}}
}

// errMoot ends an answer that nobody wants any more.
var errMoot = errors.New("the question is moot")

func (v Visitors) answer(ctx context.Context, a *jobs.Attempt) error {
	service := v.Desk.o.Chat
	q, err := service.BeginAnswer(ctx, a.Job)
	if err != nil {
		return err
	}
	if a.Job.Attempt > 1 && q.Conversation.ID != 0 {
		service.DropDelta(ctx, q) // what the attempt before has shown
	}
	switch q.Step {
	case chat.StepNothing:
		return v.rest(ctx, a, q)
	case chat.StepLeave:
		return v.finish(ctx, a, q, chat.Made{Leaves: q.Reason})
	case chat.StepAnswer:
	}
	service.ShowTyping(ctx, q, true)
	made, began, err := v.ask(ctx, q)
	if err != nil {
		v.spend(ctx, q, made)
		v.takeBack(ctx, q)
	} else {
		err = v.finish(ctx, a, q, made)
	}
	// The visitor has waited long enough, or has read a part of an answer already: no model
	// is asked for another one. It is after a crash, since nobody is left to tell, and when a
	// person who cut the answer off gives the question back.
	if errors.Is(err, ErrTimeout) || err != nil && began && !errors.Is(err, chat.ErrAskedAgain) {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	return err
}

// rest ends the job of a question that is moot, unless it is asked again by then.
func (v Visitors) rest(ctx context.Context, a *jobs.Attempt, q chat.Inquiry) error {
	if q.Conversation.ID == 0 {
		return nil // erased
	}
	return a.Finish(ctx, func(ctx context.Context) error {
		_, err := v.Desk.o.Chat.FinishAnswer(ctx, q, chat.Made{})
		return err
	})
}

// spend notes what a failed answer cost, also when the node leaves.
func (v Visitors) spend(ctx context.Context, q chat.Inquiry, made chat.Made) {
	if made.InputTokens+made.OutputTokens == 0 {
		return
	}
	noting, end := context.WithTimeout(context.WithoutCancel(ctx), noteTime)
	defer end()
	if err := v.Desk.o.Chat.SpendOn(noting, q, made); err != nil {
		slog.WarnContext(ctx, "assistant: not noted what a failed answer cost", "error", err)
	}
}

// finish ends the job with what came of it. What fails is tried again while the answer is
// at hand: it has been paid for. What was shown and is not said is taken back.
func (v Visitors) finish(ctx context.Context, a *jobs.Attempt, q chat.Inquiry, made chat.Made) error {
	var said bool
	var err error
	for range finishTries {
		err = a.Finish(ctx, func(ctx context.Context) (err error) {
			said, err = v.Desk.o.Chat.FinishAnswer(ctx, q, made)
			return err
		})
		if err == nil || errors.Is(err, jobs.ErrLost) || errors.Is(err, chat.ErrAskedAgain) || !pause(ctx, retryPause) {
			break
		}
	}
	if (err != nil || !said) && !errors.Is(err, jobs.ErrLost) {
		v.takeBack(ctx, q)
	}
	return err
}

// takeBack takes back what was shown. Who lost the lease leaves that to who has it now, and
// may be showing an answer.
func (v Visitors) takeBack(ctx context.Context, q chat.Inquiry) {
	if errors.Is(context.Cause(ctx), jobs.ErrLost) {
		return
	}
	v.Desk.o.Chat.DropDelta(ctx, q)
	v.Desk.o.Chat.ShowTyping(ctx, q, false)
}

// ask has the engine answer, for as long as the answer is wanted. One that is not any
// more is no failure: the end of the job finds it moot. began says that something was shown.
func (v Visitors) ask(ctx context.Context, q chat.Inquiry) (made chat.Made, began bool, err error) {
	shown := newShown(func(at int, text string) { v.Desk.o.Chat.ShowDelta(ctx, q, at, text) })
	defer shown.stop()
	asking, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	go v.watch(asking, q, shown, cancel)
	answer, err := v.Desk.reply(asking, q, shown.add)
	made = chat.Made{Model: answer.Model, InputTokens: int64(answer.Usage.InputTokens), OutputTokens: int64(answer.Usage.OutputTokens)}
	if err != nil && errors.Is(context.Cause(asking), errMoot) {
		return made, shown.begun(), nil
	}
	if err != nil {
		return made, shown.begun(), err
	}
	shown.flush()
	made.Text, made.Citations = answer.Text, answer.Citations
	switch {
	case answer.Handoff && answer.KnewIt:
		made.Leaves = models.HandoffAsked
	case answer.Handoff:
		made.Leaves = models.HandoffNoAnswer
	}
	return made, shown.begun(), nil
}

// watch ends an answer as soon as somebody says something else, or takes the conversation.
// Until there is a first word it says now and then that one is to come.
func (v Visitors) watch(ctx context.Context, q chat.Inquiry, shown *shown, cancel context.CancelCauseFunc) {
	tick, told := time.NewTicker(lookEvery), time.Now()
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if time.Since(told) >= typingEvery {
			told = time.Now()
			shown.before(func() { v.Desk.o.Chat.ShowTyping(ctx, q, true) })
		}
		wanted, err := v.Desk.o.Chat.StillAsked(ctx, q)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "assistant: not seen whether the answer is wanted", "error", err)
		}
		if err == nil && !wanted {
			cancel(errMoot)
			return
		}
	}
}

// giveUp leaves the message to people.
func (v Visitors) giveUp(ctx context.Context, j models.Job, _ error) error {
	return v.Desk.o.Chat.GiveUpAnswer(ctx, j)
}

// reply asks the engine for a visitor, who reads no numbers of passages. With an error
// comes what it may have cost.
func (d *Desk) reply(ctx context.Context, q chat.Inquiry, emit func(string)) (Answer, error) {
	engine, outside := d.o.BuiltIn, d.o.Upstream != nil && !q.Sandbox
	if outside {
		engine = d.o.Upstream
	}
	ask := Ask{
		System: q.System, FirstMessage: q.FirstMessage, Turns: q.Turns, Model: q.Settings.Model,
		Handoff: q.Settings.Handoff, HandsOff: true, Locale: q.Conversation.Locale,
	}
	if q.Settings.Knowledge {
		var err error
		if ask.Passages, err = d.o.Knowledge.Passages(ctx, q.Speaker(), Wanted(ask.Turns), passages); err != nil {
			return Answer{}, err
		}
	}
	answer, err := engine.Answer(ctx, ask, emit)
	if outside { // the other one writes none, but may quote some
		answer.Text = unnumbered(answer.Text, len(ask.Passages))
	}
	if err == nil && !answer.Handoff && models.IsBlank(answer.Text) {
		return answer.spent(), ErrUpstream.Because(errEmpty)
	}
	return answer, err
}
