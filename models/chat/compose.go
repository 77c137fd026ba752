package chat

import (
	"context"
	"errors"
	"strings"

	"parley/models"
)

// Composition is a first message to somebody.
type Composition struct {
	// Channel is a channel account's identity, or that of a kind without one.
	Channel models.UID
	// To is who gets it: a contact's id, or a number and an address to find or make one
	// by. The names are for a contact that is made.
	To               Sender
	Subject, Content string
}

// Compose writes to a contact, which is made when it is not known yet. On e-mail a
// subject begins a conversation of its own; otherwise the contact's open conversation on
// the channel goes on, or one begins.
func (s *Service) Compose(ctx context.Context, who models.Principal, c Composition) (models.ContactMessage, error) {
	if err := allow(who, actCompose); err != nil {
		return models.ContactMessage{}, err
	}
	c, err := checkComposition(c)
	if err != nil {
		return models.ContactMessage{}, err
	}
	sent, posted, err := s.compose(ctx, who, c)
	if models.HasCode(err, models.CodeConflict) && !errors.Is(err, ErrContactBlocked) {
		// Somebody else made the contact, or began the conversation, at the same time.
		sent, posted, err = s.compose(ctx, who, c)
	}
	if err != nil {
		return models.ContactMessage{}, err
	}
	s.announce(ctx, posted)
	return sent, nil
}

func checkComposition(c Composition) (Composition, error) {
	if err := checkContent(c.Content, 0); err != nil {
		return c, err
	}
	if err := checkShort("subject", c.Subject, maxSubjectLength); err != nil {
		return c, err
	}
	to, err := checkSender(c.To)
	c.To = to
	return c, err
}

func (s *Service) compose(ctx context.Context, who models.Principal, c Composition) (sent models.ContactMessage, posted Posted, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		channel, err := channelByUID(ctx, tx, who, c.Channel)
		if err != nil {
			return err
		}
		contact, err := s.findSender(ctx, tx, who, Incoming{Channel: channel.Kind, From: c.To})
		if err != nil {
			return err
		}
		if contact.Status == models.ContactBlocked {
			return ErrContactBlocked
		}
		t := thread{contact: contact, channel: channel.Kind, subject: c.Subject}
		if channel.ID != 0 {
			t.channelID = &channel.ID
		}
		t.fresh = channel.Kind == models.ChannelEmail && strings.TrimSpace(c.Subject) != ""
		sent, posted, err = s.reachOut(ctx, tx, who, t, Draft{Content: c.Content})
		return err
	})
	return sent, posted, err
}
