package chat

import (
	"context"
	"errors"

	"parley/models"
	"parley/models/jobs"
)

// Made is what an engine made of a question.
type Made struct {
	Text                      string
	Citations                 []models.Citation
	InputTokens, OutputTokens int64
	Model                     string
	// Leaves is why a person should go on; "" is that none need.
	Leaves models.HandoffReason

	outcome models.AnswerOutcome
}

// ErrAskedAgain has a question that was moot tried again: a person gave the conversation
// back before the job for it ended, so that there is no other one.
var ErrAskedAgain = errors.New("the question is asked again")

// FinishAnswer stores an answer, or leaves the conversation to people as it says. It is
// meant for the transaction that ends the job, and happens once with it. When another
// message was said meanwhile, or a person came, nothing is said; that is no error. That
// nothing was made is one where the question stands.
func (s *Service) FinishAnswer(ctx context.Context, q Inquiry, m Made) (said bool, err error) {
	m.outcome = models.AnswerAnswered
	if m.Leaves != "" {
		m.outcome = models.AnswerHandedOff
	}
	return s.settleQuestion(ctx, q, m)
}

// GiveUpAnswer leaves the message of a job to people: no engine could answer it. It is
// meant for the transaction that ends the job.
func (s *Service) GiveUpAnswer(ctx context.Context, j models.Job) error {
	who := models.System(j.AccountID)
	var q Inquiry
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if q, err = s.askedIn(ctx, tx, who, j); err != nil || q.Step == StepNothing {
			return err
		}
		return s.takeQuestion(ctx, tx, who, &q)
	})
	if errors.Is(err, jobs.ErrHopeless) {
		return nil // it names no message, and never will
	}
	if err != nil || q.Step == StepNothing {
		if q.Conversation.ID != 0 {
			s.DropDelta(ctx, q) // nothing else takes its place
		}
		return err
	}
	_, err = s.settleQuestion(ctx, q, Made{Leaves: models.HandoffNoAnswer, outcome: models.AnswerFailed})
	return err
}

func (s *Service) settleQuestion(ctx context.Context, q Inquiry, m Made) (said bool, err error) {
	who := q.Speaker()
	var (
		c      models.Conversation
		posted Posted
		made   change
	)
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		said, made = false, change{}
		if c, err = tx.LockConversation(ctx, who, q.Conversation.UID); err != nil {
			return gone(err)
		}
		if !q.stands(c) {
			m.outcome = models.AnswerMoot
			return s.closeQuestion(ctx, tx, q, m)
		}
		if isBlank(m.Text) && m.Leaves == "" {
			return ErrAskedAgain
		}
		said = true
		if m.Leaves != "" {
			posted, made, err = s.handOff(ctx, tx, who, &c, leaving{
				reason: m.Leaves, lead: m.Text, said: q.Question.Content, speaker: who, site: q.Site, citations: m.Citations,
			})
		} else {
			posted, err = s.postAnswer(ctx, tx, who, q, m)
		}
		if err != nil {
			return err
		}
		return s.closeQuestion(ctx, tx, q, m)
	})
	if err != nil || !said {
		return false, err
	}
	s.announce(ctx, posted)
	s.ringFor(ctx, c, made)
	return true, nil
}

// postAnswer posts the answer. Its client id is the question's: were everything else to
// fail, no question would have two.
func (s *Service) postAnswer(ctx context.Context, tx Tx, who models.Principal, q Inquiry, m Made) (Posted, error) {
	d := Draft{Content: m.Text, Citations: m.Citations, ClientID: "answer-" + models.FormatID(models.PrefixMessage, q.Question.UID)}
	if err := checkDraft(d); err != nil {
		return Posted{}, err
	}
	return tx.Post(ctx, who, s.entry(who, q.Conversation.UID, d, nil))
}

// SpendOn notes what an attempt cost that failed: it has to be paid all the same. What
// became of the question meanwhile, perhaps on another node, stays.
func (s *Service) SpendOn(ctx context.Context, q Inquiry, m Made) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockConversation(ctx, q.Speaker(), q.Conversation.UID); err != nil {
			return gone(err)
		}
		return s.closeQuestion(ctx, tx, q, m)
	})
}

// closeQuestion notes what became of a question, if anything did, and adds what it cost to
// what stands there now. The conversation is held.
func (s *Service) closeQuestion(ctx context.Context, tx Tx, q Inquiry, m Made) error {
	a := q.answer
	if a.ID == 0 {
		return nil
	}
	if err := tx.TakeQuestion(ctx, q.Speaker(), &a); err != nil {
		return err
	}
	// What was paid for before, by an attempt that failed or until a person took over, was
	// paid for.
	a.InputTokens, a.OutputTokens = a.InputTokens+m.InputTokens, a.OutputTokens+m.OutputTokens
	a.UpdatedAt = s.clock()
	if m.outcome != "" {
		a.Outcome = m.outcome
	}
	if m.Model != "" {
		a.Model = m.Model
	}
	a.Cost += q.Settings.Price.Cost(m.InputTokens, m.OutputTokens)
	return tx.UpdateAnswer(ctx, q.Speaker(), &a)
}
