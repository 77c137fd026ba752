package chat

import (
	"context"
	"strings"

	"parley/models"
)

// put stores one message. A note that names somebody is a transaction of several
// statements; everything else goes the short way.
func (s *Service) put(ctx context.Context, who models.Principal, e Entry) (posted Posted, err error) {
	if !e.Message.Internal || !strings.Contains(e.Message.Content, "@") {
		return s.store.Post(ctx, who, e)
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		if posted, err = tx.Post(ctx, who, e); err != nil || posted.Replayed {
			return err
		}
		return s.noteMentions(ctx, tx, who, posted.Message)
	})
	return posted, err
}

// noteMentions keeps who of the team a note names, for their list of mentions.
func (s *Service) noteMentions(ctx context.Context, tx Tx, who models.Principal, note models.Message) error {
	if !note.Internal || !strings.Contains(note.Content, "@") {
		return nil
	}
	team, err := tx.Team(ctx, who)
	if err != nil {
		return err
	}
	var named []int64
	for _, u := range team {
		if mentions(note.Content, u.Name) {
			named = append(named, u.ID)
		}
	}
	return tx.AddMentions(ctx, who, note.ConversationID, named, s.clock())
}

// ConversationCounts counts the conversations of each of the acting user's views.
func (s *Service) ConversationCounts(ctx context.Context, who models.Principal) (ConversationCounts, error) {
	if err := allowToReadAll(who); err != nil {
		return ConversationCounts{}, err
	}
	return s.store.ConversationCounts(ctx, who)
}
