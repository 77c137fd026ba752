package chat

import (
	"context"
	"fmt"
	"slices"
	"time"

	"parley/models"
	"parley/models/handoff"
	"parley/models/jobs"
)

// Step is what is to be done about a visitor's message.
type Step string

// The steps: nothing any more, leaving it to people, or having an engine answer.
const (
	StepNothing Step = "nothing"
	StepLeave   Step = "leave"
	StepAnswer  Step = "answer"
)

// Inquiry is a visitor's message that an assistant is to answer: everything that an engine
// is asked with, and nothing more of the conversation than its visitor sees.
type Inquiry struct {
	Step Step
	// Reason is why it is left to people.
	Reason       models.HandoffReason
	Conversation models.Conversation
	Question     models.Message
	Assistant    models.Assistant
	Settings     models.AssistantSettings
	Site         models.Site
	// System and FirstMessage are rendered; Turns end with the question.
	System, FirstMessage string
	Turns                []models.ChatTurn
	// Sandbox says that nothing of it may leave the program.
	Sandbox bool

	answer models.AssistantAnswer
	// again says that it may be taken up though a person took over once.
	again bool
	// said ends with the question; wanted says that in what nobody has answered yet the
	// visitor asks for a person.
	said   []models.Message
	wanted bool
}

// Speaker is the assistant as it writes.
func (q Inquiry) Speaker() models.Principal {
	return speakerOf(models.System(q.Conversation.AccountID), q.Assistant)
}

// StreamID names the answer in the making: the same on every attempt.
func (q Inquiry) StreamID() string { return fmt.Sprintf("answer-%d", q.Question.Seq) }

// BeginAnswer takes up the message that a job names. From here on the question counts:
// who asks again and again has asked as often, whatever became of it.
func (s *Service) BeginAnswer(ctx context.Context, j models.Job) (q Inquiry, err error) {
	who := models.System(j.AccountID)
	said, err := s.saidUpTo(ctx, who, j)
	if err != nil {
		return Inquiry{Step: StepNothing}, err
	}
	wanted := wantsPerson(said)
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if q, err = s.askedIn(ctx, tx, who, j); err != nil || q.Step == StepNothing {
			return err
		}
		q.said, q.wanted = said, wanted
		if err := s.takeQuestion(ctx, tx, who, &q); err != nil || q.Step == StepNothing {
			return err
		}
		if q.Reason, err = s.handsOff(ctx, tx, who, q); err != nil {
			return err
		}
		if q.Reason != "" {
			q.Step = StepLeave
			return nil
		}
		q.Sandbox, err = tx.IsSandbox(ctx, who)
		return err
	})
	if err == nil && q.Step == StepAnswer {
		q = q.informed()
	}
	return q, err
}

// saidUpTo reads the end of what was said until the message that a job names. Nothing is
// held meanwhile: what was said before a message stays, and only that is looked at.
func (s *Service) saidUpTo(ctx context.Context, who models.Principal, j models.Job) ([]models.Message, error) {
	message, err := messageOf(j)
	if err != nil {
		return nil, err
	}
	m, err := s.store.AskedMessage(ctx, who, message)
	if err != nil || m.PublicSeq == nil {
		return nil, gone(err)
	}
	said, err := s.lately(ctx, who, TranscriptQuery{ConversationID: m.ConversationID, Until: *m.PublicSeq})
	return said, gone(err)
}

// wantsPerson says whether somebody asks for a person in what was not answered yet: not
// only the last message counts of those that were sent in one go.
func wantsPerson(said []models.Message) bool {
	for _, m := range slices.Backward(said) {
		if m.AuthorKind != models.ByContact {
			return false
		}
		if handoff.Wanted(m.Content) {
			return true
		}
	}
	return false
}

// messageOf is the message that a job names.
func messageOf(j models.Job) (models.UID, error) {
	text, _ := j.Payload["message"].(string)
	message, err := models.ParseID(models.PrefixMessage, text)
	if err != nil {
		return message, fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	return message, nil
}

// askedIn finds the message, and holds its conversation. What was erased is nothing.
func (s *Service) askedIn(ctx context.Context, tx Tx, who models.Principal, j models.Job) (q Inquiry, err error) {
	q.Step = StepNothing
	q.again, _ = j.Payload[payloadAgain].(bool)
	message, err := messageOf(j)
	if err != nil {
		return q, err
	}
	if q.Question, err = tx.AskedMessage(ctx, who, message); err != nil {
		return q, gone(err)
	}
	if q.Conversation, err = tx.LockConversation(ctx, who, q.Question.ConversationUID); err != nil {
		return q, gone(err)
	}
	if !q.stands(q.Conversation) {
		return q, nil
	}
	if q.Assistant, q.Site, err = s.assistantOf(ctx, tx, who, q.Conversation); err != nil {
		return q, err
	}
	if q.Assistant.Published != nil {
		q.Settings = *q.Assistant.Published
	}
	q.Step = StepAnswer
	return q, nil
}

// stands says whether the question waits for an assistant still: nothing was said after
// it, no person has the conversation, and nobody closed it.
func (q Inquiry) stands(c models.Conversation) bool {
	blocked := c.Contact != nil && c.Contact.Status == models.ContactBlocked
	if q.Question.AuthorKind != models.ByContact || blocked {
		return false
	}
	return q.Question.PublicSeq != nil && *q.Question.PublicSeq == c.PublicSeq && c.Assisted() && c.Status == models.StatusOpen
}

// takeQuestion notes that the question was taken up. One that has come to an end has.
func (s *Service) takeQuestion(ctx context.Context, tx Tx, who models.Principal, q *Inquiry) error {
	if q.Assistant.ID == 0 {
		return nil // nobody's account
	}
	now := s.clock()
	q.answer = models.AssistantAnswer{
		UID: models.NewUID(), AssistantID: q.Assistant.ID, ConversationID: &q.Conversation.ID, QuestionSeq: q.Question.Seq,
		Outcome: models.AnswerAsked, CreatedAt: now, UpdatedAt: now,
	}
	if err := tx.TakeQuestion(ctx, who, &q.answer); err != nil {
		return err
	}
	if q.answer.Outcome != models.AnswerAsked && (!q.again || q.answer.Outcome != models.AnswerMoot) {
		q.Step = StepNothing
	}
	return nil
}

// informed is the inquiry with what the engine is asked with.
func (q Inquiry) informed() Inquiry {
	turns := turnsOf(q.said)
	if n := len(turns); n == 0 || turns[n-1].Role != models.RoleOfUser || isBlank(q.Question.Content) {
		turns = append(turns, models.ChatTurn{Role: models.RoleOfUser, Content: fileAlone})
	}
	q.Turns = fit(turns, nil)
	q.System = Render(q.Settings.SystemPrompt, q.Settings.Variables)
	q.FirstMessage = Render(q.Settings.FirstMessage, q.Settings.Variables)
	return q
}

// fileAlone stands for a message without a text. The file's name is the visitor's to
// choose, and says nothing that an answer could rest on.
const fileAlone = "(A file without a text.)"

// StillAsked says whether an answer in the making is wanted.
func (s *Service) StillAsked(ctx context.Context, q Inquiry) (bool, error) {
	c, err := s.store.ConversationByID(ctx, models.System(q.Conversation.AccountID), q.Conversation.ID)
	if err != nil {
		return false, gone(err)
	}
	return q.stands(c), nil
}

// ShowTyping tells the visitor that the assistant is at it, or no longer.
func (s *Service) ShowTyping(ctx context.Context, q Inquiry, active bool) {
	d := s.passing(q, models.BellTyping)
	d.Active = active
	s.bell.Ring(ctx, d)
}

// ShowDelta shows a piece of the answer, which begins so many bytes after its beginning, to
// whoever looks. Nothing of it is stored.
func (s *Service) ShowDelta(ctx context.Context, q Inquiry, at int, text string) {
	d := s.passing(q, models.BellDelta)
	d.At, d.Text = at, text
	s.bell.Ring(ctx, d)
}

// DropDelta takes back what was shown.
func (s *Service) DropDelta(ctx context.Context, q Inquiry) {
	d := s.passing(q, models.BellDelta)
	d.Ended = true
	s.bell.Ring(ctx, d)
}

func (s *Service) passing(q Inquiry, kind models.DoorbellKind) models.Doorbell {
	var seq int64
	if q.Question.PublicSeq != nil {
		seq = *q.Question.PublicSeq
	}
	return models.Doorbell{
		Kind: kind, Seq: seq, AccountID: q.Conversation.AccountID, ConversationID: q.Conversation.ID, ConversationUID: q.Conversation.UID,
		From: models.ByAssistant, Author: q.Assistant.Name, StreamID: q.StreamID(),
	}
}

// budgetTimes are when the day and the month began, where the account is.
func (s *Service) budgetTimes(ctx context.Context, tx Tx, who models.Principal) (day, month time.Time, err error) {
	account, err := tx.Account(ctx, who)
	if err != nil {
		return day, month, err
	}
	zone, err := time.LoadLocation(account.TimeZone)
	if err != nil {
		return day, month, fmt.Errorf("time zone of account %d: %w", account.ID, err)
	}
	now := s.clock().In(zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone), time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, zone), nil
}
