package chat

import (
	"context"
	"errors"

	"parley/models"
)

// maxExternalIDLength bounds a channel's own id of a message, in code points.
const maxExternalIDLength = 255

// Incoming is a customer's message from any channel.
type Incoming struct {
	Channel models.Channel
	// From says who wrote: a contact's id, or a number and an address to find or make
	// one by.
	From Sender
	// Subject is that of a conversation that the message begins.
	Content, Subject string
	// ExternalID is the channel's own id of the message: the same one from the same
	// contact on the same channel is taken in once.
	ExternalID  string
	Attachments []models.UID
}

// Sender says who wrote a message.
type Sender struct {
	Contact                         *models.UID
	Phone, Email, Name, First, Last string
}

// ErrSenderMissing blames a message of nobody.
var ErrSenderMissing = models.Invalid("contact", "The contact needs an id, a phone number or an e-mail address")

// Inbound takes in a message of a contact: in its open conversation on the channel,
// else in the latest one where the channel has a single thread, else in a new one.
func (s *Service) Inbound(ctx context.Context, who models.Principal, in Incoming) (models.ContactMessage, error) {
	if err := allow(who, actInbound); err != nil {
		return models.ContactMessage{}, err
	}
	in, err := s.checkIncoming(in)
	if err != nil {
		return models.ContactMessage{}, err
	}
	taken, posted, err := s.takeIn(ctx, who, in)
	if models.HasCode(err, models.CodeConflict) && !errors.Is(err, ErrContactBlocked) {
		// Somebody else made the contact at the same time: now it is there to be found.
		taken, posted, err = s.takeIn(ctx, who, in)
	}
	if err != nil {
		return models.ContactMessage{}, err
	}
	s.announce(ctx, posted)
	return taken, nil
}

func (s *Service) checkIncoming(in Incoming) (Incoming, error) {
	if !in.Channel.Valid() {
		return in, ErrChannelNeeded
	}
	if err := checkContent(in.Content, len(in.Attachments)); err != nil {
		return in, err
	}
	if err := checkShort("external_id", in.ExternalID, maxExternalIDLength); err != nil {
		return in, err
	}
	if err := checkShort("subject", in.Subject, maxSubjectLength); err != nil {
		return in, err
	}
	from, err := checkSender(in.From)
	in.From = from
	return in, err
}

// checkSender looks for what is wrong with a contact's names and addresses, and gives
// them back cleaned. The fields are those of a "contact".
func checkSender(from Sender) (Sender, error) {
	for field, name := range map[string]string{
		"contact.name": from.Name, "contact.first_name": from.First, "contact.last_name": from.Last,
	} {
		if err := checkShort(field, name, maxNameLength); err != nil {
			return from, err
		}
	}
	if from.Phone != "" && !phonePattern.MatchString(from.Phone) {
		return from, models.Invalid("contact.phone", ErrPhoneInvalid.Message)
	}
	if from.Email != "" {
		email, ok := normalEmail(from.Email)
		if !ok || checkText("email", email) != nil {
			return from, models.Invalid("contact.email", ErrEmailInvalid.Message)
		}
		from.Email = email
	}
	if from.Contact == nil && from.Phone == "" && from.Email == "" {
		return from, ErrSenderMissing
	}
	return from, nil
}

func (s *Service) takeIn(ctx context.Context, who models.Principal, in Incoming) (taken models.ContactMessage, posted Posted, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		author := models.Principal{Kind: models.KindChannel, AccountID: who.AccountID}
		contact, err := s.findSender(ctx, tx, author, in)
		if err != nil {
			return err
		}
		if contact.Status == models.ContactBlocked {
			return ErrContactBlocked
		}
		author.Name = displayName(contact)
		posted, err = s.takeInOnce(ctx, tx, author, contact, in)
		taken = models.ContactMessage{Message: posted.Message, Contact: contact, Channel: in.Channel}
		return err
	})
	return taken, posted, err
}

// takeInOnce posts the message, or finds what it posted the first time.
func (s *Service) takeInOnce(ctx context.Context, tx Tx, author models.Principal, contact models.Contact, in Incoming) (Posted, error) {
	if in.ExternalID != "" {
		q := ThreadQuery{ContactID: contact.ID, Channel: in.Channel, Any: true}
		first, err := tx.MessageByExternalID(ctx, author, q, in.ExternalID)
		if err == nil || !errors.Is(err, models.ErrNotFound) {
			return Posted{Message: first, Replayed: true}, err
		}
	}
	c, err := s.thread(ctx, tx, author, thread{
		contact: contact, channel: in.Channel, subject: in.Subject, continues: in.Channel.OneThread(),
	})
	if err != nil {
		return Posted{}, err
	}
	draft := Draft{Content: in.Content, ExternalID: in.ExternalID, Attachments: in.Attachments, FromAddress: deref(contact.Phone)}
	if in.Channel == models.ChannelEmail || draft.FromAddress == "" {
		draft.FromAddress = deref(contact.Email)
	}
	if isBlank(in.Content) {
		draft.MessageType = models.TypeFile
	}
	return tx.Post(ctx, author, s.entry(author, c.UID, draft, nil))
}

// findSender finds and locks the contact, or makes it. An address that is the
// channel's own counts for more than the other.
func (s *Service) findSender(ctx context.Context, tx Tx, author models.Principal, in Incoming) (models.Contact, error) {
	if in.From.Contact != nil {
		c, err := tx.LockContact(ctx, author, ContactRef{UID: in.From.Contact})
		if errors.Is(err, ErrContactNotFound) {
			err = models.Invalid("contact.id", "There is no such contact in this account")
		}
		return c, err
	}
	refs := []ContactRef{{Phone: in.From.Phone}, {Email: in.From.Email}}
	if in.Channel == models.ChannelEmail {
		refs[0], refs[1] = refs[1], refs[0]
	}
	for _, ref := range refs {
		if ref == (ContactRef{}) {
			continue
		}
		c, err := tx.LockContact(ctx, author, ref)
		if err == nil || !errors.Is(err, ErrContactNotFound) {
			return c, err
		}
	}
	return s.makeSender(ctx, tx, author, in.From)
}

func (s *Service) makeSender(ctx context.Context, tx Tx, author models.Principal, from Sender) (models.Contact, error) {
	now := s.clock()
	c := models.Contact{
		UID: models.NewUID(), AccountID: author.AccountID, Phone: pointer(from.Phone), Email: pointer(from.Email),
		FirstName: pointer(cleanName(from.First)), LastName: pointer(cleanName(from.Last)),
		Status: models.ContactActive, Metadata: map[string]any{}, CreatedAt: now, UpdatedAt: now,
	}
	if c.FirstName == nil && c.LastName == nil {
		c.FirstName, c.LastName = models.SplitName(cleanName(from.Name))
	}
	if err := tx.CreateContact(ctx, author, &c); err != nil {
		return c, err
	}
	e := s.event(author, models.EventContactCreated)
	e.ContactID = &c.ID
	return c, tx.AddEvent(ctx, author, &e)
}
