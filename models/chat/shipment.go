package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"parley/models"
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
	account, err := s.accountOf(ctx, tx, who, *c)
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

// accountOf is the conversation's account, or one for a conversation that has none: where
// only those are known who have written, one that knows the contact.
func (s *Service) accountOf(ctx context.Context, tx Tx, who models.Principal, c models.Conversation) (models.ChannelAccount, error) {
	if c.ChannelID == nil && s.ChannelKind(c.Channel).Addressing == models.ByHandle {
		account, err := tx.ChannelKnowing(ctx, who, c.ContactID, c.Channel)
		if !errors.Is(err, ErrChannelNotFound) {
			return account, err
		}
	}
	return tx.ChannelOf(ctx, who, c.ChannelID, c.Channel)
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

func (s *Service) openFile(ctx context.Context, a models.Attachment) (io.ReadSeekCloser, error) {
	return s.blobs.Open(ctx, a.StorageKey)
}

func (s *Service) linkFile(a models.Attachment) string {
	return s.links.FileLink(a, s.clock().Add(linkLife))
}
