package chat

import (
	"context"
	"unicode/utf8"

	"parley/models"
)

// InboxPage is a page of the inbox; Next is nil at the end.
type InboxPage struct {
	Conversations []models.Conversation
	Next          *InboxPlace
}

// Inbox lists conversations, the newest last message first. Whoever reads on from Next
// gets no conversation twice, and every one that nothing was said in meanwhile.
func (s *Service) Inbox(ctx context.Context, who models.Principal, q InboxQuery) (InboxPage, error) {
	if err := allowToReadAll(who); err != nil {
		return InboxPage{}, err
	}
	if utf8.RuneCountInString(q.Search) > MaxSearchLength {
		return InboxPage{}, models.Invalid("q", "q is too long (maximum 200 characters)")
	}
	more := q
	more.Limit++
	rows, err := s.store.Inbox(ctx, who, more)
	if err != nil || len(rows) <= q.Limit {
		return InboxPage{Conversations: rows}, err
	}
	rows = rows[:q.Limit]
	last := rows[q.Limit-1]
	return InboxPage{rows, &InboxPlace{LastMessageAt: last.LastMessageAt, ID: last.ID}}, nil
}

// InboxConversation finds one conversation as the inbox lists it.
func (s *Service) InboxConversation(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	page, err := s.Inbox(ctx, who, InboxQuery{Conversation: &conversation, Limit: 1})
	if err == nil && len(page.Conversations) == 0 {
		err = models.ErrConversationNotFound
	}
	if err != nil {
		return models.Conversation{}, err
	}
	return page.Conversations[0], nil
}

// TakeOver silences the assistant: a person goes on with the conversation.
func (s *Service) TakeOver(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	return s.alter(ctx, who, conversation, func(_ context.Context, _ Tx, c *models.Conversation) (change, error) {
		return s.passOn(who, c, true, false), nil
	})
}

// passOn notes who goes on with a conversation, and tells of it when that is new.
func (s *Service) passOn(who models.Principal, c *models.Conversation, takenOver, assistantActive bool) change {
	if c.TakenOver == takenOver && c.AssistantActive == assistantActive {
		return change{}
	}
	columns := []string{"taken_over"}
	c.TakenOver = takenOver
	switch {
	case !assistantActive:
		columns = append(columns, s.silence(c, models.HandoffAgent)...)
	case !c.AssistantActive:
		now := s.clock()
		c.AssistantActive, c.HandoffReason, c.HandedOffAt, c.AssistantSince = true, nil, nil, &now
		columns = append(columns, "assistant_active", "handoff_reason", "handed_off_at", "assistant_since")
	}
	e := s.event(who, models.EventConversationUpdated)
	e.Detail = map[string]any{"taken_over": takenOver, "assistant_active": assistantActive, "handoff_reason": c.HandoffReason}
	return change{columns: columns, event: &e, ring: true}
}

// InboxChannels lists what a conversation can be started on: the kinds that need no setting
// up, under their own names, and the channel accounts that are switched on.
func (s *Service) InboxChannels(ctx context.Context, who models.Principal) ([]models.ChannelAccount, error) {
	if err := allowToReadAll(who); err != nil {
		return nil, err
	}
	account, err := s.store.Account(ctx, who)
	if err != nil {
		return nil, err
	}
	var all []models.ChannelAccount
	for _, kind := range models.Channels() {
		if !kind.Outside() {
			all = append(all, unconfigured(account, kind))
		}
	}
	rows, err := s.store.ChannelAccounts(ctx, who)
	return append(all, rows...), err
}

// unconfigured is a kind of channel where no row stands for it.
func unconfigured(account models.Account, kind models.Channel) models.ChannelAccount {
	return models.ChannelAccount{
		UID: models.UnconfiguredChannel(account.UID, kind), AccountID: account.ID, Kind: kind, Name: string(kind),
	}
}

// Errors of a channel's id.
var (
	ErrChannelUnknown  = models.Invalid("channel_id", "There is no such channel in this account")
	ErrChannelDisabled = models.Fail(models.CodeConflict, "The channel is switched off; switch it on first")
)

// channelByUID is the one place that knows what a channel's id stands for: a channel
// account, or a kind of channel without one, which has no row and so no integer id.
func channelByUID(ctx context.Context, r Reader, who models.Principal, channel models.UID) (models.ChannelAccount, error) {
	account, err := r.Account(ctx, who)
	if err != nil {
		return models.ChannelAccount{}, err
	}
	for _, kind := range models.Channels() {
		if c := unconfigured(account, kind); c.UID == channel {
			return c, nil
		}
	}
	c, err := r.ChannelAccount(ctx, who, channel)
	switch {
	case models.HasCode(err, models.CodeNotFound):
		return c, ErrChannelUnknown
	case err == nil && c.DisabledAt != nil:
		return c, ErrChannelDisabled
	}
	return c, err
}
