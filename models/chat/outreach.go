package chat

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"parley/models"
)

// Outreach is a message to a contact; an empty channel is the one it prefers.
type Outreach struct {
	Channel models.Channel
	Draft   Draft
}

// ErrChannelNeeded blames a message that does not say which way it goes.
var ErrChannelNeeded = models.Invalid("channel", "The channel must be chat, whatsapp, instagram, sms, email, voice or api")

// MessageContact writes to a contact: in its open conversation on the channel, or in a
// new one. What then becomes of the message on its channel changes its status later.
func (s *Service) MessageContact(ctx context.Context, who models.Principal, ref ContactRef, o Outreach) (models.ContactMessage, error) {
	if err := allow(who, actReach); err != nil {
		return models.ContactMessage{}, err
	}
	draft, err := s.fill(ctx, who, o.Draft)
	if err != nil {
		return models.ContactMessage{}, err
	}
	if err := checkContent(draft.Content, len(draft.Attachments)); err != nil {
		return models.ContactMessage{}, err
	}
	var (
		sent   models.ContactMessage
		posted Posted
	)
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		contact, err := tx.LockContact(ctx, who, ref)
		if err != nil {
			return err
		}
		channel, err := channelFor(contact, o.Channel)
		if err != nil {
			return err
		}
		sent, posted, err = s.reachOut(ctx, tx, who, thread{contact: contact, channel: channel}, draft)
		return err
	})
	if err != nil {
		return models.ContactMessage{}, err
	}
	s.announce(ctx, posted)
	return sent, nil
}

// reachOut writes to a contact that the caller holds.
func (s *Service) reachOut(ctx context.Context, tx Tx, who models.Principal, t thread, d Draft) (models.ContactMessage, Posted, error) {
	sent := models.ContactMessage{Contact: t.contact, Channel: t.channel}
	c, err := s.thread(ctx, tx, who, t)
	if err != nil {
		return sent, Posted{}, err
	}
	posted, err := tx.Post(ctx, who, s.entry(who, c.UID, d, nil))
	if err != nil {
		return sent, posted, err
	}
	sent.Message, sent.Contact.LastContacted = posted.Message, &posted.Message.CreatedAt // as the post has written it
	return sent, posted, nil
}

func channelFor(c models.Contact, asked models.Channel) (models.Channel, error) {
	if asked == "" && c.PreferredChannel != nil {
		asked = *c.PreferredChannel
	}
	if !asked.Valid() {
		return asked, ErrChannelNeeded
	}
	if c.Status == models.ContactBlocked {
		return asked, ErrContactBlocked
	}
	return asked, nil
}

// thread is where a message to or from a contact belongs.
type thread struct {
	contact models.Contact
	channel models.Channel
	subject string
	// channelID is the channel account, where one is meant.
	channelID *int64
	// continues has the latest closed conversation go on when none is open; fresh begins
	// one whatever is open; apart does where that is about something else.
	continues, fresh, apart bool
}

// thread finds the conversation, or begins it. The caller holds the contact.
func (s *Service) thread(ctx context.Context, tx Tx, who models.Principal, t thread) (models.Conversation, error) {
	c, err := findThread(ctx, tx, who, t)
	if !errors.Is(err, models.ErrConversationNotFound) && (err != nil || !t.apart || sameSubject(deref(c.Subject), t.subject)) {
		return c, err
	}
	now := s.clock()
	c = models.Conversation{
		UID: models.NewUID(), AccountID: who.AccountID, ContactID: t.contact.ID, Channel: t.channel, ChannelID: t.channelID,
		Subject: pointer(cleanName(t.subject)), Status: models.StatusOpen, Priority: models.PriorityNormal,
		AuthorName: displayName(t.contact), CreatedAt: now,
	}
	if err := tx.CreateConversation(ctx, who, &c); err != nil {
		return c, err
	}
	return c, s.tellOfStart(ctx, tx, who, c, false)
}

// answerMark is what mail programs put before a subject, in the ways that are common.
var answerMark = regexp.MustCompile(`(?i)^\s*((re|aw|sv|vs|ref|rif|res|odp|ynt|antw|fwd?|wg|tr)(\[\d+\])?\s*:\s*)+`)

// sameSubject says whether one subject is the other one, or an answer to it.
func sameSubject(a, b string) bool {
	plain := func(text string) string { return strings.TrimSpace(answerMark.ReplaceAllString(cleanName(text), "")) }
	return strings.EqualFold(plain(a), plain(b))
}

// findThread finds the conversation that a message goes on with, if there is one.
func findThread(ctx context.Context, tx Tx, who models.Principal, t thread) (models.Conversation, error) {
	if t.fresh {
		return models.Conversation{}, models.ErrConversationNotFound
	}
	q := ThreadQuery{ContactID: t.contact.ID, Channel: t.channel, ChannelID: t.channelID}
	if t.channel.OneThread() {
		q.ChannelID = nil // there is one open conversation, whichever account it came by
	}
	c, err := tx.LatestConversation(ctx, who, q)
	if errors.Is(err, models.ErrConversationNotFound) && t.continues {
		q.Any = true
		c, err = tx.LatestConversation(ctx, who, q)
	}
	return c, err
}

// displayName is what a contact is called where it has given no name.
func displayName(c models.Contact) string {
	for _, name := range []*string{c.FullName(), c.Email, c.Phone} {
		if name != nil {
			return *name
		}
	}
	return "Customer"
}

// fill puts the canned reply and the type of the first file into a draft that leaves
// them open.
func (s *Service) fill(ctx context.Context, who models.Principal, d Draft) (Draft, error) {
	if len(d.Attachments) > s.limits.MaxFiles {
		return d, models.Invalid("attachments", "Too many attachments").With("max_files", s.limits.MaxFiles)
	}
	if d.Canned != "" {
		if !isBlank(d.Content) {
			return d, models.Invalid("canned", "Give either content or canned, not both")
		}
		reply, err := s.store.CannedReply(ctx, who, parseCanned(d.Canned))
		if errors.Is(err, ErrCannedNotFound) {
			return d, models.Invalid("canned", "There is no such canned reply in this account")
		}
		if err != nil {
			return d, err
		}
		d.Content = reply.Content
	}
	if len(d.Attachments) == 0 || d.MessageType != "" || !isBlank(d.Content) {
		return d, nil
	}
	// An unknown file is blamed by the store, under its lock.
	a, err := s.store.AttachmentByUID(ctx, who, d.Attachments[0])
	if err == nil {
		d.MessageType = fileType(a.ContentType)
	}
	if errors.Is(err, ErrAttachmentNotFound) {
		err = nil
	}
	return d, err
}

// parseCanned reads an id or a shortcut.
func parseCanned(s string) CannedRef {
	if uid, err := models.ParseID(models.PrefixCanned, s); err == nil {
		return CannedRef{UID: &uid}
	}
	return CannedRef{Shortcut: ParseShortcut(s)}
}

// ContactConversations lists a contact's conversations.
func (s *Service) ContactConversations(
	ctx context.Context, who models.Principal, ref ContactRef, q ConversationQuery,
) (models.List[models.Conversation], error) {
	c, err := s.Contact(ctx, who, ref)
	if err != nil {
		return models.List[models.Conversation]{}, err
	}
	q.Contact = &c.UID
	return s.store.Conversations(ctx, who, q)
}

// ConversationEdit changes what it names.
type ConversationEdit struct {
	Subject  models.Given[string]
	Priority *models.Priority
	// Expected is how the conversation looked to who changes it.
	Expected models.Expected
}

// EditConversation changes subject and priority.
func (s *Service) EditConversation(ctx context.Context, who models.Principal, conversation models.UID, edit ConversationEdit) (models.Conversation, error) {
	if err := edit.check(); err != nil {
		return models.Conversation{}, err
	}
	return s.alter(ctx, who, conversation, func(_ context.Context, _ Tx, c *models.Conversation) (change, error) {
		var made change
		if err := edit.Expected.MeetsConversation(*c); err != nil {
			return made, err
		}
		detail := map[string]any{}
		if edit.Subject.Is {
			if subject := pointer(cleanName(deref(edit.Subject.To))); deref(subject) != deref(c.Subject) {
				made.columns = append(made.columns, "subject")
				c.Subject, detail["subject"] = subject, subject
			}
		}
		if edit.Priority != nil && *edit.Priority != c.Priority {
			made.columns = append(made.columns, "priority")
			detail["priority"], detail["previous_priority"] = *edit.Priority, c.Priority
			c.Priority = *edit.Priority
		}
		if len(made.columns) > 0 {
			e := s.event(who, models.EventConversationUpdated)
			e.Detail, made.event = detail, &e
		}
		return made, nil
	})
}

func (e ConversationEdit) check() error {
	if e.Priority != nil {
		switch *e.Priority {
		case models.PriorityLow, models.PriorityNormal, models.PriorityHigh, models.PriorityUrgent:
		default:
			return models.Invalid("priority", "The priority must be low, normal, high or urgent")
		}
	}
	return checkShort("subject", deref(e.Subject.To), maxSubjectLength)
}
