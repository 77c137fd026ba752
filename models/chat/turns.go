package chat

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"parley/models"
)

const (
	// TurnTime is how long a turn may take altogether, waiting for its session included.
	TurnTime = 2 * time.Minute
	// TurnLease is how long a chat may keep others of its session waiting: longer than
	// any answer takes. After a crash the next one goes on when it is over.
	TurnLease = 130 * time.Second
	// turnPause lies between two looks whether the session is free. It doubles up to
	// turnRest: a look takes the one writer that SQLite has.
	turnPause, turnRest = 50 * time.Millisecond, 500 * time.Millisecond
	// turnSettle is how long it may take to give a session back, whatever became of its asker.
	turnSettle = 10 * time.Second
	// maxTurns bounds one chat's input, and maxInputLength the whole of it.
	maxTurns       = 200
	maxInputLength = 200_000
)

// ErrTwoPlaces is the answer to a chat that would go on in two places.
var ErrTwoPlaces = models.Invalid("previousChatId", "Give sessionId or previousChatId, not both")

var (
	errTurnBusy = models.Fail(models.CodeConflict, "Another chat of this session is still being answered; try again shortly")
	errTurnLost = models.Fail(models.CodeConflict, "The session was deleted, or the chat took too long; nothing was stored")
)

// Question is a chat to be: in a session, after an earlier chat, or with an assistant
// alone.
type Question struct {
	Session, Previous, Assistant *models.UID
	// Input is what is asked: turns of user and assistant, the last one the user's, and
	// turns of system, which are put after the system prompt.
	Input     []models.ChatTurn
	Overrides models.Overrides
}

// Turn is a chat that has begun: everything an engine is asked with.
type Turn struct {
	Chat      models.Chat
	Session   models.Session
	Assistant models.Assistant
	// Settings are the assistant's with what session and chat put over them.
	Settings models.AssistantSettings
	// System and FirstMessage are rendered; Turns is what was said, and then the input.
	System, FirstMessage string
	Turns                []models.ChatTurn
	// Sandbox says that nothing of it may leave the program.
	Sandbox bool

	// fresh says that neither the session nor the chat is stored yet.
	fresh bool
}

// Hearer follows a turn while it is made; nil functions do not.
type Hearer struct {
	// Begun is called once, before any delta.
	Begun func(Turn)
	// Delta is called with each piece of the answer.
	Delta func(text string)
}

// Reply is a stored turn, and what there is to say of its answer.
type Reply struct {
	Chat models.Chat
	Text string
	// Cut says that the text ends early, because it may be no longer.
	Cut       bool
	Citations []models.Citation
}

// Answered is what became of a turn.
type Answered struct {
	Text                      string
	InputTokens, OutputTokens int64
	// Leaves is why a person goes on after the answer; "" is that none does.
	Leaves models.HandoffReason
}

// BeginTurn begins a chat. Chats of one session run one after the other: it waits until
// the one before has ended. It must be followed by FinishTurn or AbandonTurn.
func (s *Service) BeginTurn(ctx context.Context, who models.Principal, q Question) (Turn, error) {
	if err := allow(who, actChat); err != nil {
		return Turn{}, err
	}
	if err := checkQuestion(q); err != nil {
		return Turn{}, err
	}
	for pause := turnPause; ; pause = min(2*pause, turnRest) {
		turn, err := s.beginTurn(ctx, who, q)
		if !errors.Is(err, errTurnBusy) {
			return turn, err
		}
		select {
		case <-ctx.Done():
			return Turn{}, errTurnBusy
		case <-time.After(pause):
		}
	}
}

func checkQuestion(q Question) error {
	switch {
	case q.Session != nil && q.Previous != nil:
		return ErrTwoPlaces
	case q.Session == nil && q.Previous == nil && q.Assistant == nil:
		return models.Invalid("sessionId", "One of sessionId, previousChatId and assistantId is required")
	case len(q.Input) == 0:
		return models.Invalid("input", "input is required")
	case len(q.Input) > maxTurns:
		return models.Invalid("input", "input has too many turns (maximum 200)")
	case q.Input[len(q.Input)-1].Role != models.RoleOfUser:
		return models.Invalid("input", "input must end with a turn of the role user")
	}
	whole := 0
	for _, t := range q.Input {
		if whole += len(t.Content); whole > maxInputLength {
			return models.Invalid("input", "input is too long (maximum 200000 bytes altogether)")
		}
		if err := checkTurn(t); err != nil {
			return err
		}
	}
	return checkOverrides(q.Overrides)
}

func checkTurn(t models.ChatTurn) error {
	var err error
	switch t.Role {
	case models.RoleOfUser, models.RoleOfAssistant:
		err = checkContent(t.Content, 0)
	case models.RoleOfSystem:
		err = checkText("input", t.Content)
	default:
		return models.Invalid("input", "input holds a role that is not user, assistant or system")
	}
	switch {
	case errors.Is(err, models.ErrMessageRequired):
		return models.Invalid("input", "input must not be blank")
	case errors.Is(err, models.ErrMessageTooLong):
		return models.Invalid("input", "input is too long (maximum 10000 characters in each turn)")
	case err != nil:
		return models.Invalid("input", models.AsError(err).Message)
	}
	return nil
}

func (s *Service) beginTurn(ctx context.Context, who models.Principal, q Question) (turn Turn, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		turn = Turn{}
		var err error
		if turn.Sandbox, err = tx.IsSandbox(ctx, who); err != nil {
			return err
		}
		begin := s.beginNext
		if q.Session == nil && q.Previous == nil {
			begin = s.beginFresh
		}
		if err := begin(ctx, tx, who, q, &turn); err != nil {
			return err
		}
		return turn.render(q)
	})
	if err != nil {
		return turn, err
	}
	if err := s.remember(ctx, who, q, &turn); err != nil {
		settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), turnSettle)
		defer cancel()
		return turn, errors.Join(err, s.AbandonTurn(settle, who, turn))
	}
	return turn, nil
}

// beginFresh begins a chat without a past. It leaves nothing in the store until there is
// an answer.
func (s *Service) beginFresh(ctx context.Context, tx Tx, who models.Principal, q Question, turn *Turn) (err error) {
	if turn.Assistant, err = published(ctx, tx, who, *q.Assistant); err != nil {
		return err
	}
	turn.fresh = true
	turn.Session = s.newSession(who, turn.Assistant, NewSession{Name: turn.Assistant.Published.Name + " (API)", Life: SessionLife})
	turn.Session.OneShot = true
	turn.Chat = s.newChat(turn.Session, q)
	return nil
}

func (s *Service) newChat(session models.Session, q Question) models.Chat {
	now := s.clock()
	lease := now.Add(TurnLease)
	return models.Chat{
		UID: models.NewUID(), SessionID: session.ID, SessionUID: session.UID, Input: q.Input, Output: []models.ChatTurn{},
		Status: models.ChatRunning, LeaseUntil: &lease, CreatedAt: now, UpdatedAt: now,
	}
}

// beginNext begins a chat of a session that there is.
func (s *Service) beginNext(ctx context.Context, tx Tx, who models.Principal, q Question, turn *Turn) error {
	var previous *models.Chat
	session := q.Session
	if q.Previous != nil {
		c, err := tx.Chat(ctx, who, *q.Previous)
		if err != nil {
			return inPlaceOf(err, ErrChatNotFound)
		}
		previous, session = &c, &c.SessionUID
	}
	var err error
	if turn.Session, err = tx.LockSession(ctx, who, *session); err != nil {
		return inPlaceOf(err, ErrSessionNotFound)
	}
	if err := s.mayGoOn(ctx, tx, who, q, turn); err != nil {
		return err
	}
	if err := s.takeTurn(ctx, tx, who, turn.Session); err != nil {
		return err
	}
	turn.Chat = s.newChat(turn.Session, q)
	if previous != nil {
		turn.Chat.PreviousID = &previous.ID
	} else if turn.Chat.PreviousID, err = lastChat(ctx, tx, who, turn.Session.ID); err != nil {
		return err
	}
	return tx.CreateChat(ctx, who, &turn.Chat)
}

// mayGoOn says why a session goes no further, or nil, and finds who answers there.
func (s *Service) mayGoOn(ctx context.Context, tx Tx, who models.Principal, q Question, turn *Turn) error {
	if turn.Session.StatusAt(s.clock()) == models.SessionExpired {
		return ErrSessionExpired
	}
	var err error
	if turn.Assistant, err = published(ctx, tx, who, turn.Session.AssistantUID); err != nil {
		return err
	}
	if q.Assistant != nil && *q.Assistant != turn.Assistant.UID {
		if _, err := published(ctx, tx, who, *q.Assistant); err != nil {
			return err
		}
		return models.Invalid("assistantId", "assistantId is not the assistant of this session; leave it out")
	}
	c, err := tx.ConversationByID(ctx, who, turn.Session.ConversationID)
	if err == nil && silent(c) {
		err = ErrAssistantSilent
	}
	return err
}

// silent says whether a person has the conversation.
func silent(c models.Conversation) bool { return !c.Assisted() }

// takeTurn waits for nobody: it says that the session is busy, unless whoever held it
// has been gone for long.
func (s *Service) takeTurn(ctx context.Context, tx Tx, who models.Principal, session models.Session) error {
	running, err := tx.RunningChat(ctx, who, session.ID)
	if models.HasCode(err, models.CodeNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if running.LeaseUntil != nil && s.clock().Before(*running.LeaseUntil) {
		return errTurnBusy
	}
	_, err = tx.DropChat(ctx, who, running.ID)
	return err
}

// remember reads what the engine is given of what was said in the session, on the way to
// a chat if one is given. Nothing is held meanwhile but the session's turn, which keeps
// other chats from being answered there.
func (s *Service) remember(ctx context.Context, who models.Principal, q Question, turn *Turn) error {
	asked := slices.DeleteFunc(slices.Clone(q.Input), func(t models.ChatTurn) bool { return t.Role == models.RoleOfSystem })
	if turn.fresh {
		turn.Turns = fit(asked, nil)
		return nil
	}
	look := TranscriptQuery{ConversationID: turn.Session.ConversationID}
	if q.Previous != nil {
		look.Path = &Path{Session: turn.Session.ID, Chat: *turn.Chat.PreviousID}
	}
	said, err := s.lately(ctx, who, look)
	turn.Turns = append(fit(turnsOf(said), asked), fit(asked, nil)...)
	return err
}

// lastChat is the session's last chat, or nil before the first.
func lastChat(ctx context.Context, tx Tx, who models.Principal, sessionID int64) (*int64, error) {
	last, err := tx.LastChat(ctx, who, sessionID)
	if models.HasCode(err, models.CodeNotFound) {
		return nil, nil
	}
	return &last.ID, err
}

// render settles what the engine is asked with, but for what was said.
func (t *Turn) render(q Question) error {
	settings := *t.Assistant.Published
	if t.Session.Overrides != nil {
		settings = t.Session.Overrides.Over(settings)
	}
	t.Settings = q.Overrides.Over(settings)
	if err := checkRendered(overriddenValues, t.Settings); err != nil {
		return err
	}
	t.FirstMessage = Render(t.Settings.FirstMessage, t.Settings.Variables)
	system := []string{Render(t.Settings.SystemPrompt, t.Settings.Variables)}
	for _, turn := range q.Input {
		if turn.Role == models.RoleOfSystem {
			system = append(system, turn.Content)
		}
	}
	t.System = strings.TrimSpace(strings.Join(system, "\n\n"))
	return nil
}
