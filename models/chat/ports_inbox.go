package chat

import (
	"context"
	"time"

	"parley/models"
)

// InboxReader reads conversations as the inbox lists them.
type InboxReader interface {
	// Inbox lists what q selects, the newest last message first, with contact, assignee
	// and the identities of account and channel. A contact that the account does not have
	// is an error that blames "contact_id".
	Inbox(ctx context.Context, who models.Principal, q InboxQuery) ([]models.Conversation, error)
	// ChannelAccounts lists those that are set up and not switched off, by kind and name.
	ChannelAccounts(ctx context.Context, who models.Principal) ([]models.ChannelAccount, error)
	// ChannelAccount finds one by its identity, switched off or not.
	ChannelAccount(ctx context.Context, who models.Principal, channel models.UID) (models.ChannelAccount, error)
	// HasAssistant says whether a published assistant is set on the site that the conversation
	// began on, or the conversation is a session with one.
	HasAssistant(ctx context.Context, who models.Principal, conversationID int64) (bool, error)
}

// InboxQuery selects conversations; the zero value of a field does not filter.
type InboxQuery struct {
	Conversation *models.UID
	Status       models.InboxStatus
	Contact      *models.UID
	// Search is as in ConversationQuery.
	Search string
	// HumanManaged asks for conversations that a person has, or for those that none has.
	HumanManaged *bool
	// After is the place that the list goes on from.
	After *InboxPlace
	Limit int
}

// InboxPlace is a place in the inbox: a conversation's, as long as nothing was said in
// it since. One that moves to the top leaves its place, and all others stay in theirs.
type InboxPlace struct {
	LastMessageAt time.Time
	ID            int64
}
