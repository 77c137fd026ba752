package chat

import (
	"context"
	"errors"

	"parley/models"
)

// FinishTurn stores a turn with its answer, all at once: the messages of the
// conversation, the chat, and the event if a chat conversation begins; with Leaves the
// conversation is a person's from then on. When one took over meanwhile it is
// ErrAssistantSilent, and nothing is stored.
func (s *Service) FinishTurn(ctx context.Context, who models.Principal, turn Turn, a Answered) (models.Chat, error) {
	if err := allow(who, actChat); err != nil {
		return models.Chat{}, err
	}
	var (
		done   models.Chat
		posted []Posted
		left   departure
	)
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		left = departure{}
		if done, posted, err = s.finishTurn(ctx, tx, who, turn, a); err != nil || a.Leaves == "" {
			return err
		}
		speaker := speakerOf(models.System(who.AccountID), turn.Assistant)
		left, err = s.leaveAfter(ctx, tx, speaker, posted[len(posted)-1].Message, a.Leaves)
		return err
	})
	if err != nil {
		return models.Chat{}, errors.Join(err, s.AbandonTurn(ctx, who, turn))
	}
	for _, p := range posted {
		s.announce(ctx, p)
	}
	if a.Leaves != "" {
		s.ringFor(ctx, left.from, left.made)
	}
	s.pokeJobs(ctx)
	return done, nil
}

func (s *Service) finishTurn(ctx context.Context, tx Tx, who models.Principal, turn Turn, a Answered) (models.Chat, []Posted, error) {
	c, begins, err := s.holdTurn(ctx, tx, who, &turn)
	if err != nil {
		return turn.Chat, nil, err
	}
	posted, err := s.postTurn(ctx, tx, c, turn, a.Text)
	if err != nil {
		return turn.Chat, nil, err
	}
	chat := turn.Chat
	chat.Status, chat.LeaseUntil, chat.UpdatedAt = models.ChatActive, nil, s.clock()
	chat.Output = []models.ChatTurn{{Role: models.RoleOfAssistant, Content: a.Text}}
	chat.InputTokens, chat.OutputTokens = a.InputTokens, a.OutputTokens
	chat.Cost = turn.Settings.Price.Cost(a.InputTokens, a.OutputTokens)
	chat.FirstSeq, chat.LastSeq = &posted[0].Message.Seq, &posted[len(posted)-1].Message.Seq
	if err := s.keepChat(ctx, tx, who, turn, &chat); err != nil || !begins {
		return chat, posted, err
	}
	return chat, posted, s.tellOfChat(ctx, tx, who, News{
		Type: models.EventChatCreated, Conversation: c.ID, Chat: chat.UID, Session: turn.Session.UID, Assistant: turn.Assistant.ID,
	})
}

// holdTurn holds the session, which a fresh turn opens only now, and says whether this is
// its first chat.
func (s *Service) holdTurn(ctx context.Context, tx Tx, who models.Principal, turn *Turn) (c models.Conversation, begins bool, err error) {
	if turn.fresh {
		c, err = s.openSession(ctx, tx, who, &turn.Session)
		turn.Chat.SessionID = turn.Session.ID
		return c, true, err
	}
	session, err := tx.LockSession(ctx, who, turn.Session.UID)
	if err != nil {
		return c, false, inPlaceOf(err, errTurnLost)
	}
	running, err := tx.RunningChat(ctx, who, session.ID)
	if err != nil || running.ID != turn.Chat.ID {
		return c, false, errors.Join(inPlaceOf(err, errTurnLost), unlessSame(running, turn.Chat))
	}
	row, err := tx.ConversationByID(ctx, who, session.ConversationID)
	if err != nil {
		return c, false, err
	}
	if c, err = tx.LockConversation(ctx, who, row.UID); err != nil {
		return c, false, err
	}
	if silent(c) {
		return c, false, ErrAssistantSilent
	}
	session.UpdatedAt = s.clock()
	if err := tx.UpdateSession(ctx, who, &session); err != nil {
		return c, false, err
	}
	before, err := lastChat(ctx, tx, who, session.ID)
	return c, before == nil, err
}

func unlessSame(running, mine models.Chat) error {
	if running.ID != mine.ID {
		return errTurnLost
	}
	return nil
}

func (s *Service) keepChat(ctx context.Context, tx Tx, who models.Principal, turn Turn, c *models.Chat) error {
	if turn.fresh {
		return tx.CreateChat(ctx, who, c)
	}
	return tx.UpdateChat(ctx, who, c)
}

// postTurn writes the input and the answer into the conversation.
func (s *Service) postTurn(ctx context.Context, tx Tx, c models.Conversation, turn Turn, answer string) ([]Posted, error) {
	customer := models.Principal{Kind: models.KindChannel, AccountID: c.AccountID, Name: c.AuthorName}
	assistant := models.Principal{
		Kind: models.KindAssistant, AccountID: c.AccountID, AssistantID: turn.Assistant.ID, Name: turn.Assistant.Name,
	}
	said := append([]models.ChatTurn{}, turn.Chat.Input...)
	var all []Posted
	for _, t := range append(said, models.ChatTurn{Role: models.RoleOfAssistant, Content: answer}) {
		author := customer
		switch t.Role {
		case models.RoleOfSystem:
			continue // orders to the assistant are not for the conversation
		case models.RoleOfAssistant:
			author = assistant
		}
		if err := checkContent(t.Content, 0); err != nil {
			return nil, err
		}
		p, err := tx.Post(ctx, author, s.entry(author, c.UID, Draft{Content: t.Content}, nil))
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// AbandonTurn ends a turn without an answer: it leaves nothing.
func (s *Service) AbandonTurn(ctx context.Context, who models.Principal, turn Turn) error {
	if turn.fresh || turn.Chat.ID == 0 {
		return nil
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		_, err := tx.DropChat(ctx, who, turn.Chat.ID)
		return err
	})
}
