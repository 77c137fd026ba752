package assistant

import (
	"context"
	"slices"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/handoff"
)

// How much an assistant is given of the knowledge base, and how long the end of a turn
// may take to be stored, whatever became of its asker.
const (
	passages   = 5
	settleTime = 10 * time.Second
)

// Options are what a Desk stands on.
type Options struct {
	Chat *chat.Service
	// Upstream answers unless it is nil, and BuiltIn otherwise; in a sandbox BuiltIn always
	// does, since nothing leaves it.
	Upstream, BuiltIn Engine
	Knowledge         Knowledge
}

// Desk leads questions to an engine, and answers into the conversation.
type Desk struct{ o Options }

// NewDesk makes a Desk.
func NewDesk(o Options) *Desk { return &Desk{o} }

// Ask asks a question and stores it with its answer. Where there is none, nothing is
// stored.
func (d *Desk) Ask(ctx context.Context, who models.Principal, q chat.Question, h chat.Hearer) (chat.Reply, error) {
	turn, err := d.o.Chat.BeginTurn(ctx, who, q)
	if err != nil {
		return chat.Reply{}, err
	}
	if h.Begun != nil {
		h.Begun(turn)
	}
	answer, err := d.answer(ctx, who, turn, h.Delta)
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if err != nil {
		_ = d.o.Chat.AbandonTurn(settle, who, turn) // its lease ends it otherwise
		return chat.Reply{}, err
	}
	done, err := d.o.Chat.FinishTurn(settle, who, turn, chat.Answered{
		Text: answer.Text, InputTokens: int64(answer.Usage.InputTokens), OutputTokens: int64(answer.Usage.OutputTokens),
		Leaves: answer.leaves,
	})
	return chat.Reply{Chat: done, Text: answer.Text, Cut: answer.Cut, Citations: answer.Citations}, err
}

// outcome is an answer, and why a person goes on after it; "" is that none does.
type outcome struct {
	Answer
	leaves models.HandoffReason
}

// answer asks the engine. Who asks for a person in a session gets one, as visitors do: no
// engine can keep him from it. There is nobody to come where there is no session.
func (d *Desk) answer(ctx context.Context, who models.Principal, turn chat.Turn, emit func(string)) (a outcome, err error) {
	ask := Ask{
		System: turn.System, FirstMessage: turn.FirstMessage, Turns: turn.Turns, Model: turn.Settings.Model,
		Handoff: turn.Settings.Handoff && !turn.Session.OneShot,
	}
	if wish := wish(ask.Turns); ask.Handoff && wish != "" {
		return tell(ctx, outcome{leaves: models.HandoffAsked}, wish, emit)
	}
	if turn.Settings.Knowledge {
		// The assistant reads, whatever the one who asks may read.
		reader := models.Principal{Kind: models.KindAssistant, AccountID: who.AccountID, AssistantID: turn.Assistant.ID, Name: turn.Assistant.Name}
		if ask.Passages, err = d.o.Knowledge.Passages(ctx, reader, Wanted(ask.Turns), passages); err != nil {
			return a, err
		}
	}
	engine := d.o.Upstream
	if engine == nil || turn.Sandbox {
		engine = d.o.BuiltIn
	}
	if a.Answer, err = engine.Answer(ctx, ask, emit); err != nil || !a.Handoff {
		return a, err
	}
	blank := models.IsBlank(a.Text)
	switch {
	case a.KnewIt:
		a.leaves = models.HandoffAsked
	case blank:
		a.leaves = models.HandoffNoAnswer
	}
	if blank {
		return tell(ctx, a, ask.Question(), emit)
	}
	return a, nil
}

// tell has an answer say that a person goes on, in the language of the question.
func tell(ctx context.Context, a outcome, question string, emit func(string)) (outcome, error) {
	a.Text = handoff.News{Said: question, Reason: a.leaves}.Text()
	return a, stream(ctx, a.Text, emit)
}

// wish is the last turn in which the user asks for a person, of those that nobody has
// answered yet; "" when there is none.
func wish(turns []models.ChatTurn) string {
	for _, turn := range slices.Backward(turns) {
		if turn.Role != roleUser {
			break
		}
		if WantsPerson(turn.Content) {
			return turn.Content
		}
	}
	return ""
}
