package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"parley/models"
	"parley/models/jobs"
)

const (
	// sendAttempts is how often a message is offered to a provider that cannot take it
	// just now: with these pauses for about half a day.
	sendAttempts = 14
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

// shipment is a message with everything that it takes to hand it over.
type shipment struct {
	// waitUntil is set when another message goes first.
	waitUntil time.Time
	carrier   Carrier
	line      Line
	out       Outgoing
	pieces    []Piece
	parts     []models.MessagePart
}

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
	if err := s.handOver(ctx, who, load); err != nil {
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

// load gathers what is to be sent; nil when there is nothing to send any more.
func (s *Service) load(ctx context.Context, tx Tx, who models.Principal, message models.UID) (*shipment, error) {
	m, err := tx.MessageByUID(ctx, who, message)
	if errors.Is(err, models.ErrNotFound) {
		return nil, nil // it was erased
	}
	if err != nil || m.Status != models.MessageSent || m.ExternalID != nil {
		return nil, err
	}
	if sandbox, err := tx.IsSandbox(ctx, who); err != nil || sandbox {
		return nil, err
	}
	c, err := tx.Conversation(ctx, who, m.ConversationUID)
	if err != nil {
		return nil, err
	}
	load := &shipment{out: Outgoing{Message: m, Conversation: c, Contact: *c.Contact, Open: s.openFile, Link: s.linkFile}}
	if load.carrier, load.line, err = s.route(ctx, tx, who, &load.out.Conversation); err != nil {
		return nil, err
	}
	if load.out.To, err = s.addressee(ctx, tx, who, load); err != nil {
		return nil, err
	}
	// Last, since what cannot go at all need not wait.
	if load.waitUntil, err = s.waits(ctx, tx, who, m); err != nil || !load.waitUntil.IsZero() {
		return load, err
	}
	if load.out.References, err = tx.ExternalIDs(ctx, who, m, maxReferences); err != nil {
		return nil, err
	}
	return load, s.divide(ctx, tx, who, load)
}

// waits says until when a message waits for an earlier one; the zero time when there is
// none to be sent.
func (s *Service) waits(ctx context.Context, tx Tx, who models.Principal, m models.Message) (time.Time, error) {
	earlier, err := tx.UnsentBefore(ctx, who, m)
	if errors.Is(err, models.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	due, err := tx.JobDue(ctx, who, JobSend, models.FormatID(models.PrefixMessage, earlier))
	if errors.Is(err, models.ErrNotFound) {
		return time.Time{}, nil // nobody sends it any more
	}
	soon := s.clock().Add(queuePause)
	if due.After(soon) {
		soon = due
	}
	return soon, err
}

// route finds the account that carries the conversation. One that went through none yet
// goes through the oldest of its kind from now on.
func (s *Service) route(ctx context.Context, tx Tx, who models.Principal, c *models.Conversation) (Carrier, Line, error) {
	account, err := tx.ChannelOf(ctx, who, c.ChannelID, c.Channel)
	if errors.Is(err, ErrChannelNotFound) || s.carriers[c.Channel] == nil {
		return nil, Line{}, &CarrierError{Reason: "The channel " + string(c.Channel) + " is not configured"}
	}
	if err != nil {
		return nil, Line{}, err
	}
	if account.DisabledAt != nil {
		return nil, Line{}, &CarrierError{Reason: "The channel " + account.Name + " is switched off"}
	}
	if c.ChannelID == nil {
		c.ChannelID, c.UpdatedAt = &account.ID, s.clock()
		if err := tx.UpdateConversation(ctx, who, c, "channel_id"); err != nil {
			return nil, Line{}, err
		}
	}
	return s.line(account)
}

// addressee is what the channel calls the contact.
func (s *Service) addressee(ctx context.Context, tx Tx, who models.Principal, load *shipment) (to string, err error) {
	reason := "The contact has no phone number"
	switch contact := load.out.Contact; load.carrier.Kind().Addressing {
	case models.ByPhone:
		to = deref(contact.Phone)
	case models.ByEmail:
		to, reason = deref(contact.Email), "The contact has no e-mail address"
	case models.ByHandle:
		reason = "The contact has never written to " + load.line.Account.Name + ", and only who has can be answered there"
		to, err = tx.ContactAddress(ctx, who, contact.ID, load.line.Account.ID)
	}
	if err == nil && to == "" {
		err = &CarrierError{Reason: reason}
	}
	return to, err
}

// divide cuts the message, and keeps a row for each part before any of them is sent.
func (s *Service) divide(ctx context.Context, tx Tx, who models.Principal, load *shipment) error {
	var err error
	if load.pieces, err = load.carrier.Divide(load.line, load.out); err != nil {
		return final(err)
	}
	if load.parts, err = tx.MessageParts(ctx, who, load.out.Message.ID); err != nil || len(load.parts) == len(load.pieces) {
		return err
	}
	if len(load.parts) > 0 {
		return fmt.Errorf("message %d was cut into %d parts and is now %d", load.out.Message.ID, len(load.parts), len(load.pieces))
	}
	now := s.clock()
	for i := range load.pieces {
		load.parts = append(load.parts, models.MessagePart{
			UID: models.NewUID(), MessageID: load.out.Message.ID, ChannelID: &load.line.Account.ID, Ordinal: i,
			Status: models.MessageSent, CreatedAt: now,
		})
	}
	return tx.CreateMessageParts(ctx, who, load.parts)
}

// final makes an error one that no other try mends.
func final(err error) error {
	var told *CarrierError
	if errors.As(err, &told) {
		return err
	}
	return &CarrierError{Reason: err.Error()}
}

// handOver sends what was not sent yet, and notes each part as soon as the provider has
// taken it.
func (s *Service) handOver(ctx context.Context, who models.Principal, load *shipment) error {
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
	if errors.Is(err, models.ErrNotFound) {
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

func (s *Service) openFile(ctx context.Context, a models.Attachment) (io.ReadSeekCloser, error) {
	return s.blobs.Open(ctx, a.StorageKey)
}

func (s *Service) linkFile(a models.Attachment) string {
	return s.links.FileLink(a, s.clock().Add(linkLife))
}
