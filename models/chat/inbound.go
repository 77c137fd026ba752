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
	// Speaker says who spoke on voice, caller or ai; it is the caller when nothing is said.
	Speaker string
	// References are the channel's ids of messages that this one answers.
	References []string
	// Files are kept already.
	Files []models.Attachment

	// through is the account that the message came through; handle is what that calls the
	// contact, where it knows neither phone nor e-mail address.
	through *models.ChannelAccount
	handle  string
}

// The speakers on voice.
const (
	SpeakerCaller = "caller"
	SpeakerAI     = "ai"
)

// Sender says who wrote a message.
type Sender struct {
	Contact                         *models.UID
	Phone, Email, Name, First, Last string
}

// ErrSenderMissing blames a message of nobody.
var ErrSenderMissing = models.Invalid("contact", "The contact needs an id, a phone number or an e-mail address")

// Inbound takes in a message of a contact: in its open conversation on the channel,
// else in the latest one where the channel has a single thread, else in a new one.
func (s *Service) Inbound(ctx context.Context, who models.Principal, in Incoming) (taken models.ContactMessage, err error) {
	var posted Posted
	defer func() { // the bytes of files that became nobody's
		if err != nil || posted.Replayed {
			s.forget(ctx, in.Files)
		}
	}()
	if err := allow(who, actInbound); err != nil {
		return models.ContactMessage{}, err
	}
	if in, err = s.checkIncoming(in); err != nil {
		return models.ContactMessage{}, err
	}
	taken, posted, err = s.takeIn(ctx, who, in)
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
	if err := checkContent(in.Content, len(in.Attachments)+len(in.Files)); err != nil {
		return in, err
	}
	in, err := checkSpeaker(in)
	if err != nil {
		return in, err
	}
	if err := checkShort("external_id", in.ExternalID, maxExternalIDLength); err != nil {
		return in, err
	}
	if err := checkShort("subject", in.Subject, maxSubjectLength); err != nil {
		return in, err
	}
	if in.handle != "" { // which the provider vouches for, and which is enough
		return in, checkShort("contact", in.handle, maxHandleLength)
	}
	from, err := checkSender(in.From)
	in.From = from
	return in, err
}

// checkSpeaker wants a speaker on voice, and none elsewhere.
func checkSpeaker(in Incoming) (Incoming, error) {
	switch {
	case in.Channel != models.ChannelVoice && in.Speaker != "":
		return in, models.Invalid("speaker", "Only messages on voice have a speaker")
	case in.Channel != models.ChannelVoice:
	case in.Speaker == "":
		in.Speaker = SpeakerCaller
	case in.Speaker != SpeakerCaller && in.Speaker != SpeakerAI:
		return in, models.Invalid("speaker", "The speaker must be caller or ai")
	}
	return in, nil
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
		if in.through != nil && in.Channel == models.ChannelEmail {
			q.Channel = "" // the answer to a notice is in the conversation that it was about
		}
		first, err := tx.MessageByExternalID(ctx, author, q, in.ExternalID)
		if err == nil || !errors.Is(err, models.ErrNotFound) {
			return Posted{Message: first, Replayed: true}, err
		}
	}
	c, err := s.threadOf(ctx, tx, author, contact, in)
	if err != nil {
		return Posted{}, err
	}
	draft := Draft{
		Content: in.Content, ExternalID: in.ExternalID, Attachments: in.Attachments, Speaker: in.Speaker, FromAddress: in.address(contact),
	}
	if isBlank(in.Content) && len(in.Files) == 0 {
		draft.MessageType = models.TypeFile
	}
	if in.Speaker == SpeakerAI {
		author.Name = "AI"
	}
	return tx.Post(ctx, author, s.entry(author, c.UID, draft, in.Files))
}

// address is where the message came from, as far as it is known.
func (in Incoming) address(c models.Contact) string {
	if in.handle != "" {
		return in.handle
	}
	if in.Channel == models.ChannelEmail || c.Phone == nil {
		return deref(c.Email)
	}
	return deref(c.Phone)
}

// threadOf finds the conversation that an incoming message belongs to, and has it go on
// through the account that the contact uses now.
func (s *Service) threadOf(ctx context.Context, tx Tx, author models.Principal, contact models.Contact, in Incoming) (models.Conversation, error) {
	c, err := s.findThread(ctx, tx, author, contact, in)
	if err != nil || in.through == nil || c.Channel != in.Channel || same(c.ChannelID, &in.through.ID) {
		return c, err
	}
	c.ChannelID, c.UpdatedAt = &in.through.ID, s.clock()
	return c, tx.UpdateConversation(ctx, author, &c, "channel_id")
}

func (s *Service) findThread(ctx context.Context, tx Tx, author models.Principal, contact models.Contact, in Incoming) (models.Conversation, error) {
	if len(in.References) > 0 {
		q := ThreadQuery{ContactID: contact.ID, Channel: in.Channel, Any: true}
		c, err := tx.ConversationByReferences(ctx, author, q, in.References)
		if !errors.Is(err, models.ErrConversationNotFound) {
			return c, err
		}
		c, err = s.noticeThread(ctx, tx, author, contact.ID, in)
		if !errors.Is(err, models.ErrConversationNotFound) {
			return c, err
		}
	}
	return s.thread(ctx, tx, author, thread{
		contact: contact, channel: in.Channel, subject: in.Subject, continues: in.Channel.OneThread(),
		// A letter says what it is about, and one that belongs to another says to which.
		apart: in.through != nil && in.Channel == models.ChannelEmail,
	})
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
	if in.handle != "" {
		return s.findByHandle(ctx, tx, author, in)
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

// findByHandle finds whom the channel account calls so, or makes the contact.
func (s *Service) findByHandle(ctx context.Context, tx Tx, author models.Principal, in Incoming) (models.Contact, error) {
	c, err := tx.LockContactByAddress(ctx, author, in.through.ID, in.handle)
	if !errors.Is(err, ErrContactNotFound) {
		return c, err
	}
	if isBlank(in.From.Name) { // a contact needs one
		in.From.Name = "Customer " + in.handle[max(0, len(in.handle)-4):]
	}
	if c, err = s.makeSender(ctx, tx, author, in.From); err != nil {
		return c, err
	}
	return c, tx.AddContactAddress(ctx, author, &models.ContactAddress{
		ContactID: c.ID, ChannelID: in.through.ID, Address: in.handle, CreatedAt: c.CreatedAt,
	})
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
