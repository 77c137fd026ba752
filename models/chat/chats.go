package chat

import (
	"context"
	"slices"
	"time"

	"parley/models"
)

// News is what there is to tell of a chat. Chat is zero when a whole session went.
type News struct {
	Type          models.EventType
	Chat, Session models.UID
	// Conversation is the session's, by its integer id.
	Conversation int64
	// Assistant is its integer id.
	Assistant int64
}

// Chats lists the account's, the newest first.
func (s *Service) Chats(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Chat], error) {
	if err := allow(who, actAssistants); err != nil {
		return models.List[models.Chat]{}, err
	}
	return s.store.Chats(ctx, who, p)
}

// Chat finds one by uid.
func (s *Service) Chat(ctx context.Context, who models.Principal, chat models.UID) (models.Chat, error) {
	if err := allow(who, actAssistants); err != nil {
		return models.Chat{}, err
	}
	c, err := s.store.Chat(ctx, who, chat)
	return c, inPlaceOf(err, ErrChatNotFound)
}

// DeleteChat takes a turn out of its session: it is no longer read, nor remembered.
func (s *Service) DeleteChat(ctx context.Context, who models.Principal, chat models.UID) (models.Chat, error) {
	var gone models.Chat
	if err := allow(who, actChat); err != nil {
		return gone, err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		found, err := tx.Chat(ctx, who, chat)
		if err != nil {
			return inPlaceOf(err, ErrChatNotFound)
		}
		session, err := tx.LockSession(ctx, who, found.SessionUID)
		if err != nil {
			return inPlaceOf(err, ErrChatNotFound)
		}
		// Read again under the lock: somebody else may have deleted it.
		if gone, err = tx.Chat(ctx, who, chat); err != nil {
			return inPlaceOf(err, ErrChatNotFound)
		}
		return s.removeChat(ctx, tx, who, session, &gone)
	})
	if err == nil {
		s.nudge(ctx)
		s.pokeJobs(ctx)
	}
	return gone, err
}

func (s *Service) removeChat(ctx context.Context, tx Tx, who models.Principal, session models.Session, c *models.Chat) error {
	now := s.clock()
	c.Status, c.DeletedAt, c.UpdatedAt = models.ChatDeleted, &now, now
	if err := tx.UpdateChat(ctx, who, c); err != nil {
		return err
	}
	if c.FirstSeq != nil && c.LastSeq != nil {
		if err := tx.HideMessages(ctx, who, session.ConversationID, Span{*c.FirstSeq, *c.LastSeq}, now); err != nil {
			return err
		}
	}
	return s.tellOfChat(ctx, tx, who, News{
		Type: models.EventChatDeleted, Chat: c.UID, Session: session.UID, Conversation: session.ConversationID, Assistant: session.AssistantID,
	})
}

// tellOfChat writes an event, and has the assistant's server told of it, if it wishes.
func (s *Service) tellOfChat(ctx context.Context, tx Tx, who models.Principal, n News) error {
	assistant, err := tx.AssistantByID(ctx, who, n.Assistant)
	if err != nil {
		return err
	}
	e := s.event(who, n.Type)
	e.ConversationID = &n.Conversation
	e.Detail = map[string]any{
		"session_id":   models.FormatHandle(models.HandleSession, n.Session),
		"assistant_id": models.FormatHandle(models.HandleAssistant, assistant.UID),
	}
	if n.Chat != (models.UID{}) {
		e.Detail["chat_id"] = models.FormatHandle(models.HandleChat, n.Chat)
	}
	if err := tx.AddEvent(ctx, who, &e); err != nil {
		return err
	}
	settings := assistant.Published
	if settings == nil || settings.Server == nil || !slices.Contains(settings.Server.Events, n.Type) {
		return nil
	}
	return tx.AddJob(ctx, who, &models.Job{Kind: JobTell, RunAt: e.CreatedAt, CreatedAt: e.CreatedAt, Payload: map[string]any{
		"type": string(n.Type), "event": models.FormatID(models.PrefixEvent, e.UID), "at": e.CreatedAt.Format(time.RFC3339Nano),
		"chat": n.Chat.String(), "session": n.Session.String(), "assistant": float64(n.Assistant),
	}})
}

// ReadNews reads what a job of the kind JobTell is about: the chat (zero when a whole
// session went), the session and the assistant, deleted or not.
func (s *Service) ReadNews(ctx context.Context, j models.Job) (c models.Chat, session models.Session, a models.Assistant, err error) {
	who := models.System(j.AccountID)
	id, _ := j.Payload["assistant"].(float64)
	if a, err = s.store.AssistantByID(ctx, who, int64(id)); err != nil {
		return c, session, a, err
	}
	text, _ := j.Payload["chat"].(string)
	if chat := parseUID(text); chat != (models.UID{}) {
		if c, err = s.store.ChatEvenDeleted(ctx, who, chat); err != nil {
			return c, session, a, err
		}
		session, err = s.store.AssistantSessionByID(ctx, who, c.SessionID)
		return c, session, a, err
	}
	text, _ = j.Payload["session"].(string)
	session = models.Session{UID: parseUID(text), AssistantUID: a.UID, Status: models.SessionDeleted}
	return c, session, a, nil
}

func parseUID(text string) models.UID {
	var uid models.UID
	if uid.UnmarshalText([]byte(text)) != nil {
		return models.UID{}
	}
	return uid
}
