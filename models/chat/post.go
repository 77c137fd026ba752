package chat

import (
	"context"
	"unicode/utf8"

	"parley/models"
)

// Draft is a message to be posted.
type Draft struct {
	Content string
	// MessageType "" is text, or what the first file is when there is no text.
	MessageType models.MessageType
	// Internal makes it a note for the team alone.
	Internal bool
	// ClientID, if given, makes a retry harmless: the same one, from the same kind of
	// author in the same conversation, answers the first message again.
	ClientID string
	// Files come with the message; Attachments were uploaded before.
	Files       []Upload
	Attachments []models.UID
	// Canned is the id or the shortcut of a canned reply, in place of the content.
	Canned string
	// Citations are what an assistant's message rests on.
	Citations []models.Citation
	// Speaker, FromAddress and ExternalID come from channels.
	Speaker, FromAddress, ExternalID string
}

// Post adds a message to a conversation: the one door for everybody who writes. It
// fails with models.ErrConversationNotFound, ErrMessageRequired, ErrMessageTooLong,
// ErrTooManyFiles, ErrFileTooLarge, ErrFileType, ErrBlocked
// or ErrContactBlocked.
func (s *Service) Post(ctx context.Context, who models.Principal, conversation models.UID, d Draft) (models.Message, error) {
	if err := allow(who, actOf(d)); err != nil {
		return models.Message{}, err
	}
	d, err := s.fill(ctx, who, d)
	if err != nil {
		return models.Message{}, err
	}
	if err := checkDraft(d); err != nil {
		return models.Message{}, err
	}
	files, err := s.keep(ctx, d.Files)
	if err != nil {
		return models.Message{}, err
	}
	posted, err := s.put(ctx, who, s.entry(who, conversation, d, files))
	if err != nil || posted.Replayed {
		s.forget(ctx, files)
	}
	if err != nil {
		return models.Message{}, err
	}
	s.announce(ctx, posted)
	return posted.Message, nil
}

func checkDraft(d Draft) error {
	if utf8.RuneCountInString(d.ClientID) > maxClientIDLength {
		return models.Invalid("client_id", "The client_id is too long (maximum 255 characters)")
	}
	if err := checkText("client_id", d.ClientID); err != nil {
		return err
	}
	return checkContent(d.Content, len(d.Files)+len(d.Attachments))
}

func actOf(d Draft) act {
	if d.Internal {
		return actNote
	}
	return actPost
}

// entry is the draft as the store takes it.
func (s *Service) entry(who models.Principal, conversation models.UID, d Draft, files []models.Attachment) Entry {
	m := models.Message{
		UID: models.NewUID(), AuthorKind: authorKind(who), Author: who.Name,
		MessageType: typeOf(d, files), Content: d.Content, Internal: d.Internal, Status: models.MessageSent,
		ClientID: pointer(d.ClientID), Speaker: pointer(d.Speaker),
		FromAddress: pointer(d.FromAddress), ExternalID: pointer(d.ExternalID), Citations: d.Citations,
	}
	switch m.AuthorKind {
	case models.ByContact:
		m.Status = models.MessageReceived
	case models.ByUser:
		m.UserID = &who.UserID
		m.UserUID, m.UserAvatar = &who.UserUID, who.Avatar
	case models.ByAssistant:
		m.AssistantID = &who.AssistantID
	case models.BySystem:
	}
	return Entry{Conversation: conversation, Message: m, Files: files, Attachments: d.Attachments, Now: s.clock()}
}

// authorKind is how the principal's messages are signed; nobody else decides it.
func authorKind(who models.Principal) models.AuthorKind {
	switch who.Kind {
	case models.KindVisitor, models.KindChannel:
		return models.ByContact
	case models.KindUser, models.KindKey:
		return models.ByUser
	case models.KindAssistant:
		return models.ByAssistant
	default:
		return models.BySystem
	}
}

func typeOf(d Draft, files []models.Attachment) models.MessageType {
	switch {
	case d.MessageType != "":
		return d.MessageType
	case len(files) > 0 && isBlank(d.Content):
		return fileType(files[0].ContentType)
	default:
		return models.TypeText
	}
}

// announce rings for a committed message. A note rings nobody but the readers of
// the event log.
func (s *Service) announce(ctx context.Context, p Posted) {
	s.nudge(ctx)
	if p.Queued {
		s.pokeJobs(ctx)
	}
	if p.Replayed || p.Message.PublicSeq == nil {
		return
	}
	m := p.Message
	s.bell.Ring(ctx, models.Doorbell{
		Kind: models.BellMessage, AccountID: m.AccountID, ConversationID: m.ConversationID,
		ConversationUID: m.ConversationUID, Seq: *m.PublicSeq, Message: &m,
	})
	if p.Silenced {
		assisted := false
		s.bell.Ring(ctx, models.Doorbell{
			Kind: models.BellConversation, AccountID: m.AccountID, ConversationID: m.ConversationID,
			ConversationUID: m.ConversationUID, Status: p.Status, Assisted: &assisted,
		})
	}
	if p.Reopened {
		s.bell.Ring(ctx, models.Doorbell{
			Kind: models.BellConversation, AccountID: m.AccountID, ConversationID: m.ConversationID,
			ConversationUID: m.ConversationUID, Status: models.StatusOpen,
		})
	}
}
