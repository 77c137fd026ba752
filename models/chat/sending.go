package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/models"
	"parley/models/jobs"
)

const (
	// sendAttempts is how often a message is offered to a provider that cannot take it
	// just now: with these pauses for about half a day.
	sendAttempts = 18
	sendPause    = 2 * time.Second
	sendPauseMax = 2 * time.Hour
	// sendWorkers is how many messages one node hands over at once.
	sendWorkers = 8
	// sendTimeout bounds the handing over of a whole message, and callTime one call of a
	// provider.
	sendTimeout = 2 * time.Minute
	callTime    = 15 * time.Second
	// linkLife is how long a provider may take to fetch a file.
	linkLife = 24 * time.Hour
	// maxReferences is how many earlier messages a thread hangs by.
	maxReferences = 20
	// queuePause is how long a message waits at least for the one before it.
	queuePause = 500 * time.Millisecond
)

// send hands a message to its channel, part by part. A part that the provider has
// confirmed is never sent again. When the program dies, or the answer is lost, between
// the provider's yes and the note of it, nobody knows whether the part went: then it is
// sent again, since a customer who reads an answer twice is better off than one who never
// reads it; a provider that gave the part's reference back meanwhile settles it.
//
// Nothing leaves a sandbox: there a message stays sent.
func (s *Service) send(ctx context.Context, a *jobs.Attempt) error {
	who := models.System(a.Job.AccountID)
	text, _ := a.Job.Payload["message"].(string)
	message, err := models.ParseID(models.PrefixMessage, text)
	if err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	var load *shipment
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		load, err = s.load(ctx, tx, who, message)
		return err
	})
	if err != nil || load == nil {
		return unlessFinal(err)
	}
	if !load.waitUntil.IsZero() {
		return s.queueAgain(ctx, a, who, load.waitUntil)
	}
	if err := s.dispatch(ctx, who, load); err != nil {
		return unlessFinal(err)
	}
	return a.Finish(ctx, func(ctx context.Context) error { return s.settle(ctx, who, load.out.Message.ID) })
}

// unlessFinal makes an error hopeless that no other try mends.
func unlessFinal(err error) error {
	var told *CarrierError
	if errors.As(err, &told) && !told.Temporary {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	return err
}

// sendGivenUp turns a message into a failed one, with the reason.
func (s *Service) sendGivenUp(ctx context.Context, j models.Job, reason error) error {
	who := models.System(j.AccountID)
	text, _ := j.Payload["message"].(string)
	message, err := models.ParseID(models.PrefixMessage, text)
	if err != nil {
		return nil // it never was one
	}
	told := "It could not be handed to the provider"
	if refused := new(CarrierError); errors.As(reason, &refused) {
		told = refused.Reason
	}
	defer s.nudge(ctx)
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		m, failed, err := tx.FailMessage(ctx, who, message, told)
		if err != nil || !failed {
			return err
		}
		return s.tellOfStatus(ctx, tx, who, m)
	})
}

// queueAgain puts a message off that would overtake another one of its conversation. That
// is no failure, so it costs no attempt.
func (s *Service) queueAgain(ctx context.Context, a *jobs.Attempt, who models.Principal, at time.Time) error {
	return a.Finish(ctx, func(ctx context.Context) error {
		return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			return tx.AddJob(ctx, who, &models.Job{
				Kind: JobSend, UniqueKey: a.Job.UniqueKey, Payload: a.Job.Payload, RunAt: at, CreatedAt: a.Job.CreatedAt,
			})
		})
	})
}

// final makes an error one that no other try mends.
func final(err error) error {
	var told *CarrierError
	if errors.As(err, &told) {
		return err
	}
	return &CarrierError{Reason: err.Error()}
}

// dispatch sends what was not sent yet, and notes each part as soon as the provider has
// taken it.
func (s *Service) dispatch(ctx context.Context, who models.Principal, load *shipment) error {
	for i, part := range load.parts {
		if part.ExternalID != nil {
			continue
		}
		id, err := s.offer(ctx, load, i)
		if err != nil {
			return blamePart(err, i, len(load.parts))
		}
		if err := s.notePart(context.WithoutCancel(ctx), who, part, id); err != nil {
			return fmt.Errorf("note that a message was taken: %w", err)
		}
	}
	return nil
}

func (s *Service) offer(ctx context.Context, load *shipment, i int) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	id, err := load.carrier.Send(ctx, load.line, Parcel{
		Outgoing: load.out, Piece: load.pieces[i], Reference: models.EncodeSuffix(load.parts[i].UID),
	})
	var told *CarrierError
	if err != nil && !errors.As(err, &told) {
		err = &CarrierError{Reason: reasonOf(err), Temporary: true, Err: err}
	}
	return id, err
}

// blamePart says which of several parts was refused: those before it have gone.
func blamePart(err error, i, of int) error {
	var told *CarrierError
	if of == 1 || !errors.As(err, &told) {
		return err
	}
	blamed := *told
	blamed.Reason = fmt.Sprintf("Part %d of %d: %s", i+1, of, told.Reason)
	return &blamed
}

// notePart keeps the provider's id of a part.
func (s *Service) notePart(ctx context.Context, who models.Principal, part models.MessagePart, externalID string) error {
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if _, err := tx.LockMessage(ctx, who, part.MessageID); err != nil {
			return gone(err)
		}
		parts, err := tx.MessageParts(ctx, who, part.MessageID)
		if err != nil {
			return err
		}
		for _, p := range parts {
			// A receipt may have been quicker.
			if p.ID == part.ID && p.ExternalID == nil {
				p.ExternalID = &externalID
				return tx.UpdateMessagePart(ctx, who, &p)
			}
		}
		return nil
	})
}

// gone forgives that something was erased meanwhile.
func gone(err error) error {
	if models.HasCode(err, models.CodeNotFound) {
		return nil
	}
	return err
}

// settle brings a message as far as its parts have come.
func (s *Service) settle(ctx context.Context, who models.Principal, messageID int64) error {
	defer s.nudge(ctx)
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		m, err := tx.LockMessage(ctx, who, messageID)
		if err != nil {
			return gone(err)
		}
		return s.advance(ctx, tx, who, m, "")
	})
}

// advance takes a locked message as far as its parts have come, and tells of it.
func (s *Service) advance(ctx context.Context, tx Tx, who models.Principal, m models.Message, reason string) error {
	parts, err := tx.MessageParts(ctx, who, m.ID)
	if err != nil || len(parts) == 0 {
		return err
	}
	changed := false
	if allSent(parts) && m.ExternalID == nil {
		m.ExternalID, changed = parts[0].ExternalID, true
	}
	next := models.PartsStatus(parts)
	moves := m.Status.Leads(next)
	if moves {
		m.Status, changed = next, true
	}
	if moves && next == models.MessageFailed {
		m.FailureReason = pointer(reason)
	}
	if !changed {
		return nil
	}
	if err := tx.UpdateMessage(ctx, who, &m); err != nil || !moves {
		return err
	}
	return s.tellOfStatus(ctx, tx, who, m)
}

func allSent(parts []models.MessagePart) bool {
	for _, p := range parts {
		if p.ExternalID == nil {
			return false
		}
	}
	return true
}

// tellOfStatus writes what became of a message into the log.
func (s *Service) tellOfStatus(ctx context.Context, tx Tx, who models.Principal, m models.Message) error {
	e := s.event(who, models.EventConversationUpdated)
	e.ConversationID = &m.ConversationID
	switch m.Status {
	case models.MessageDelivered:
		e.Type, e.MessageID = models.EventMessageDelivered, &m.ID
	case models.MessageRead:
		e.Type, e.MessageID = models.EventMessageRead, &m.ID
	default:
		e.Detail = map[string]any{
			"message_id":     models.FormatID(models.PrefixMessage, m.UID),
			"message_status": m.Status, "failure_reason": deref(m.FailureReason),
		}
	}
	return tx.AddEvent(ctx, who, &e)
}
