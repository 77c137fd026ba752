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

// TurnTime is how long a turn may take altogether, waiting for its session included.
const TurnTime = 2 * time.Minute

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

// Reply is a stored turn, and what the engine said about it.
type Reply struct {
	Chat   models.Chat
	Answer Answer
}

// Hearer follows a turn while it is made; nil functions do not.
type Hearer struct {
	// Begun is called once, before any delta.
	Begun func(chat.Turn)
	// Delta is called with each piece of the answer.
	Delta func(text string)
}

// Ask asks a question and stores it with its answer. Where there is none, nothing is
// stored.
func (d *Desk) Ask(ctx context.Context, who models.Principal, q chat.Question, h Hearer) (Reply, error) {
	turn, err := d.o.Chat.BeginTurn(ctx, who, q)
	if err != nil {
		return Reply{}, err
	}
	if h.Begun != nil {
		h.Begun(turn)
	}
	answer, err := d.answer(ctx, who, turn, h.Delta)
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
	defer cancel()
	if err != nil {
		_ = d.o.Chat.AbandonTurn(settle, who, turn) // its lease ends it otherwise
		return Reply{}, err
	}
	done, err := d.o.Chat.FinishTurn(settle, who, turn, chat.Answered{
		Text: answer.Text, InputTokens: int64(answer.Usage.InputTokens), OutputTokens: int64(answer.Usage.OutputTokens),
	})
	return Reply{Chat: done, Answer: answer}, err
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
