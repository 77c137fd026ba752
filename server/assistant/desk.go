package assistant

import (
	"context"
	"time"

	"parley/models"
	"parley/models/chat"
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
	})
	return chat.Reply{Chat: done, Text: answer.Text, Cut: answer.Cut, Citations: answer.Citations}, err
}

func (d *Desk) answer(ctx context.Context, who models.Principal, turn chat.Turn, emit func(string)) (Answer, error) {
	engine := d.o.Upstream
	if engine == nil || turn.Sandbox {
		engine = d.o.BuiltIn
	}
	ask := Ask{
		System: turn.System, FirstMessage: turn.FirstMessage, Turns: turn.Turns, Model: turn.Settings.Model, Handoff: turn.Settings.Handoff,
	}
	if turn.Settings.Knowledge {
		var err error
		// The assistant reads, whatever the one who asks may read.
		reader := models.Principal{Kind: models.KindAssistant, AccountID: who.AccountID, AssistantID: turn.Assistant.ID, Name: turn.Assistant.Name}
		if ask.Passages, err = d.o.Knowledge.Passages(ctx, reader, ask.Question(), passages); err != nil {
			return Answer{}, err
		}
	}
	return engine.Answer(ctx, ask, emit)
}
