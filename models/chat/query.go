package chat

import (
	"context"

	"parley/models"
)

// Conversation finds one by uid.
func (s *Service) Conversation(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	if err := allow(who, actRead); err != nil {
		return models.Conversation{}, err
	}
	return s.store.Conversation(ctx, who, conversation)
}

// Conversations lists a page.
func (s *Service) Conversations(ctx context.Context, who models.Principal, q ConversationQuery) (models.List[models.Conversation], error) {
	if err := allowToReadAll(who); err != nil {
		return models.List[models.Conversation]{}, err
	}
	return s.store.Conversations(ctx, who, q)
}

// Messages lists a page of a conversation, notes included.
func (s *Service) Messages(ctx context.Context, who models.Principal, q MessageQuery) (models.List[models.Message], error) {
	if err := allowToReadAll(who); err != nil {
		return models.List[models.Message]{}, err
	}
	return s.store.Messages(ctx, who, q)
}

// Transcript lists the public messages of a conversation, oldest first.
func (s *Service) Transcript(ctx context.Context, who models.Principal, q TranscriptQuery) ([]models.Message, error) {
	if err := allow(who, actRead); err != nil {
		return nil, err
	}
	return s.store.Transcript(ctx, who, q)
}

// Users lists the team.
func (s *Service) Users(ctx context.Context, who models.Principal, p models.Page) (models.List[models.User], error) {
	if err := allow(who, actTeam); err != nil {
		return models.List[models.User]{}, err
	}
	return s.store.Users(ctx, who, p)
}

// User finds a member of the team.
func (s *Service) User(ctx context.Context, who models.Principal, user models.UID) (models.User, error) {
	if err := allow(who, actTeam); err != nil {
		return models.User{}, err
	}
	return s.store.UserByUID(ctx, who, user)
}

// Contacts lists a page.
func (s *Service) Contacts(ctx context.Context, who models.Principal, q ContactQuery) (models.List[models.Contact], error) {
	if err := allow(who, actContacts); err != nil {
		return models.List[models.Contact]{}, err
	}
	return s.store.Contacts(ctx, who, q)
}

// EventsAfter lists the account's log from after pos.
func (s *Service) EventsAfter(ctx context.Context, who models.Principal, pos int64, limit int) ([]models.Event, error) {
	if err := allowToReadAll(who); err != nil {
		return nil, err
	}
	return s.store.EventsAfter(ctx, who, pos, limit)
}

// EventSpan is the first and the last place that the account's log holds.
func (s *Service) EventSpan(ctx context.Context, who models.Principal) (first, last int64, err error) {
	if err := allowToReadAll(who); err != nil {
		return 0, 0, err
	}
	return s.store.EventSpan(ctx, who)
}

// PublicSeqs is the newest public number of each conversation, for the sweep.
func (s *Service) PublicSeqs(ctx context.Context, conversationIDs []int64) (map[int64]int64, error) {
	return s.store.PublicSeqs(ctx, conversationIDs)
}

// EventPositions is the newest place in the log of each account, for the sweep.
func (s *Service) EventPositions(ctx context.Context, accountIDs []int64) (map[int64]int64, error) {
	return s.store.EventPositions(ctx, accountIDs)
}

// allowToReadAll is for reads that are not confined to one conversation: no visitor's.
func allowToReadAll(who models.Principal) error {
	if who.Kind == models.KindVisitor {
		return models.ErrForbidden
	}
	return allow(who, actRead)
}
