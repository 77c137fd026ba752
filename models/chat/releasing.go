package chat

import (
	"context"

	"parley/models"
)

// Release ends a take-over. Where there is an assistant it goes on with the conversation,
// whatever silenced it: nobody has it any more, and what the visitor said last is answered
// if nobody has answered it.
func (s *Service) Release(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	done, err := s.alter(ctx, who, conversation, func(ctx context.Context, tx Tx, c *models.Conversation) (change, error) {
		assisted, err := tx.HasAssistant(ctx, who, c.ID)
		if err != nil {
			return change{}, err
		}
		before := c.Assisted()
		made := s.passOn(who, c, false, assisted)
		if before || !assisted {
			return made, nil
		}
		if err := s.letGo(ctx, tx, who, c, &made); err != nil {
			return change{}, err
		}
		return made, s.takeUp(ctx, tx, who, *c)
	})
	if err == nil {
		s.pokeJobs(ctx)
	}
	return done, err
}

// letGo takes a conversation from the user who has it.
func (s *Service) letGo(ctx context.Context, tx Tx, who models.Principal, c *models.Conversation, made *change) error {
	if c.AssignedTo == nil {
		return nil
	}
	e := s.event(who, models.EventConversationAssigned)
	e.ConversationID, e.ContactID = &c.ID, &c.ContactID
	e.Detail = map[string]any{"assigned_to": nil, "previously_assigned_to": assignedID(*c)}
	c.AssignedTo, made.ring = nil, true
	made.columns = append(made.columns, "assigned_to")
	return tx.AddEvent(ctx, who, &e)
}

// takeUp has the assistant answer the message that waits, if one does.
func (s *Service) takeUp(ctx context.Context, tx Tx, who models.Principal, c models.Conversation) error {
	if c.Channel != models.ChannelChat || c.Status != models.StatusOpen {
		return nil
	}
	last, err := tx.Transcript(ctx, who, TranscriptQuery{ConversationID: c.ID, After: c.PublicSeq - 1, Limit: 1})
	if err != nil || len(last) == 0 || last[0].AuthorKind != models.ByContact {
		return err
	}
	j := AnswerJob(last[0])
	j.Payload[payloadAgain], j.RunAt = true, s.clock()
	return tx.AddJob(ctx, who, j)
}
