package chat

import (
	"context"
	"time"

	"parley/models"
)

// How long a session lives.
const (
	SessionLife    = 24 * time.Hour
	minSessionLife = time.Minute
	maxSessionLife = 30 * 24 * time.Hour
)

// Errors of sessions and chats.
var (
	ErrSessionNotFound = models.Fail(models.CodeNotFound, "Session not found")
	ErrChatNotFound    = models.Fail(models.CodeNotFound, "Chat not found")
	ErrSessionExpired  = models.Fail(models.CodeGone, "The session has expired; create a new one")
	ErrNotPublished    = models.Fail(models.CodeConflict, "The assistant is a draft; publish it first")
	ErrAssistantSilent = models.Fail(models.CodeConflict,
		"This conversation is with a person now, so the assistant is silent; it answers again once the conversation is released")
)

// NewSession is a session to be.
type NewSession struct {
	Name      string
	Assistant models.UID
	// Life is how long it lives; 0 is SessionLife.
	Life      time.Duration
	Overrides models.Overrides
}

// CreateSession begins a conversation on the channel api that an assistant answers.
func (s *Service) CreateSession(ctx context.Context, who models.Principal, n NewSession) (models.Session, error) {
	var session models.Session
	if err := allow(who, actChat); err != nil {
		return session, err
	}
	if err := checkNewSession(&n); err != nil {
		return session, err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		assistant, err := published(ctx, tx, who, n.Assistant)
		if err != nil {
			return err
		}
		if err := checkRendered(overriddenValues, n.Overrides.Over(*assistant.Published)); err != nil {
			return err
		}
		session = s.newSession(who, assistant, n)
		_, err = s.openSession(ctx, tx, who, &session)
		return err
	})
	if err == nil {
		s.nudge(ctx)
	}
	return session, err
}

func checkNewSession(n *NewSession) error {
	n.Name = cleanName(n.Name)
	if isBlank(n.Name) {
		return models.Invalid("name", "name is required")
	}
	if err := checkShort("name", n.Name, maxNameLength); err != nil {
		return err
	}
	if n.Life == 0 {
		n.Life = SessionLife
	}
	if n.Life < minSessionLife || n.Life > maxSessionLife {
		return models.Invalid("expirationSeconds", "expirationSeconds must be between 60 and 2592000")
	}
	return checkOverrides(n.Overrides)
}

// overriddenValues is where a session or a chat gives values of its own.
const overriddenValues = "assistantOverrides.variableValues"

// checkOverrides judges what a session or a chat changes of its assistant.
func checkOverrides(o models.Overrides) error {
	const field = "assistantOverrides"
	if err := checkVariables(overriddenValues, o.Variables); err != nil {
		return err
	}
	if err := checkModel(field+".model", o.Model); err != nil {
		return err
	}
	err := checkPrompts(deref(o.FirstMessage), deref(o.SystemPrompt))
	if models.HasCode(err, models.CodeInvalid) {
		e := *models.AsError(err)
		e.Field, e.Message = field+"."+e.Field, field+"."+e.Message
		return &e
	}
	return err
}

// published finds an assistant that sessions may use.
func published(ctx context.Context, tx Tx, who models.Principal, assistant models.UID) (models.Assistant, error) {
	a, err := tx.AssistantByUID(ctx, who, assistant)
	switch {
	case err != nil:
		return a, asAssistant(err)
	case a.Published == nil:
		return a, ErrNotPublished
	default:
		return a, nil
	}
}

func (s *Service) newSession(who models.Principal, a models.Assistant, n NewSession) models.Session {
	now := s.clock()
	return models.Session{
		UID: models.NewUID(), AccountID: who.AccountID, AssistantID: a.ID, AssistantUID: a.UID, Name: n.Name,
		Status: models.SessionActive, Overrides: &n.Overrides, ExpiresAt: now.Add(n.Life), CreatedAt: now, UpdatedAt: now,
	}
}

// openSession stores a new session with the conversation and the contact behind it.
func (s *Service) openSession(ctx context.Context, tx Tx, who models.Principal, session *models.Session) (models.Conversation, error) {
	first, last := models.SplitName(session.Name)
	contact := models.Contact{
		UID: models.NewUID(), FirstName: first, LastName: last, Status: models.ContactActive,
		Metadata: map[string]any{}, CreatedAt: session.CreatedAt, UpdatedAt: session.CreatedAt,
	}
	if err := tx.CreateContact(ctx, who, &contact); err != nil {
		return models.Conversation{}, err
	}
	c := models.Conversation{
		UID: models.NewUID(), ContactID: contact.ID, Channel: models.ChannelAPI, Subject: pointer(session.Name),
		Status: models.StatusOpen, Priority: models.PriorityNormal, AssistantActive: true,
		AuthorName: displayName(contact), CreatedAt: session.CreatedAt,
	}
	if err := tx.CreateConversation(ctx, who, &c); err != nil {
		return c, err
	}
	session.ConversationID = c.ID
	if err := tx.CreateSession(ctx, who, session); err != nil {
		return c, err
	}
	return c, s.tellOfStart(ctx, tx, who, c, true)
}

// Sessions lists the account's, the newest first; those made for a single chat are not
// among them.
func (s *Service) Sessions(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Session], error) {
	if err := allow(who, actAssistants); err != nil {
		return models.List[models.Session]{}, err
	}
	return s.store.AssistantSessions(ctx, who, p)
}

// Session finds one by uid, with what was said.
func (s *Service) Session(ctx context.Context, who models.Principal, session models.UID) (models.Session, error) {
	if err := allow(who, actAssistants); err != nil {
		return models.Session{}, err
	}
	found, err := s.store.AssistantSession(ctx, who, session)
	if err != nil {
		return found, inPlaceOf(err, ErrSessionNotFound)
	}
	said, err := s.store.Transcript(ctx, who, TranscriptQuery{ConversationID: found.ConversationID})
	found.Messages = turnsOf(said)
	return found, err
}

// DeleteSession takes a session away with everything that was said in it; the closed
// conversation remains for the team.
func (s *Service) DeleteSession(ctx context.Context, who models.Principal, session models.UID) (models.Session, error) {
	var gone models.Session
	if err := allow(who, actChat); err != nil {
		return gone, err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if gone, err = tx.LockSession(ctx, who, session); err != nil {
			return inPlaceOf(err, ErrSessionNotFound)
		}
		return s.endSession(ctx, tx, who, &gone)
	})
	if err == nil {
		s.nudge(ctx)
		s.pokeJobs(ctx)
	}
	return gone, err
}

func (s *Service) endSession(ctx context.Context, tx Tx, who models.Principal, session *models.Session) error {
	now := s.clock()
	session.Status, session.DeletedAt, session.UpdatedAt = models.SessionDeleted, &now, now
	if err := tx.UpdateSession(ctx, who, session); err != nil {
		return err
	}
	row, err := tx.ConversationByID(ctx, who, session.ConversationID)
	if err != nil {
		return err
	}
	c, err := tx.LockConversation(ctx, who, row.UID)
	if err != nil {
		return err
	}
	if err := tx.HideMessages(ctx, who, c.ID, Span{1, c.Seq}, now); err != nil {
		return err
	}
	if err := tx.HideChats(ctx, who, session.ID, now); err != nil {
		return err
	}
	if c.Status == models.StatusOpen {
		if err := s.apply(ctx, tx, who, &c, s.closeNow(who, &c, Resolution{Reason: models.ReasonIssueResolved})); err != nil {
			return err
		}
	}
	return s.tellOfChat(ctx, tx, who, News{
		Type: models.EventChatDeleted, Session: session.UID, Conversation: c.ID, Assistant: session.AssistantID,
	})
}
