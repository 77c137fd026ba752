package chat

import (
	"context"
	"time"

	"parley/models"
)

// JobTell tells an assistant's server of a chat; its payload is a News.
const JobTell = "assistant.tell"

// AssistantReader reads assistants, sessions and chats. Deleted ones are not found,
// unless it says otherwise.
type AssistantReader interface {
	// Assistants lists, the newest first.
	Assistants(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Assistant], error)
	// AssistantByID finds one by its integer id, deleted or not.
	AssistantByID(ctx context.Context, who models.Principal, id int64) (models.Assistant, error)
	// AssistantSessions lists, the newest first, without those made for a single chat.
	AssistantSessions(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Session], error)
	// AssistantSession finds one, made for a single chat or not: models.ErrNotFound.
	AssistantSession(ctx context.Context, who models.Principal, session models.UID) (models.Session, error)
	// AssistantSessionByID finds one by its integer id, deleted or not.
	AssistantSessionByID(ctx context.Context, who models.Principal, id int64) (models.Session, error)
	// ConversationByID finds a session's conversation: its own row, nothing more.
	ConversationByID(ctx context.Context, who models.Principal, id int64) (models.Conversation, error)
	// Chats lists finished ones, the newest first.
	Chats(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Chat], error)
	// Chat finds a finished one: models.ErrNotFound.
	Chat(ctx context.Context, who models.Principal, chat models.UID) (models.Chat, error)
	// ChatEvenDeleted finds a chat whatever became of it.
	ChatEvenDeleted(ctx context.Context, who models.Principal, chat models.UID) (models.Chat, error)
	// LastChat finds the session's last finished chat, deleted or not: models.ErrNotFound.
	LastChat(ctx context.Context, who models.Principal, sessionID int64) (models.Chat, error)
}

// AssistantTx changes them.
type AssistantTx interface {
	CreateAssistant(ctx context.Context, who models.Principal, a *models.Assistant) error
	// LockAssistant finds one and keeps others from changing it.
	LockAssistant(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error)
	UpdateAssistant(ctx context.Context, who models.Principal, a *models.Assistant) error
	// RetireAssistant marks one as deleted, and takes it off the sites it answers on.
	RetireAssistant(ctx context.Context, who models.Principal, id int64, now time.Time) error
	CreateSession(ctx context.Context, who models.Principal, s *models.Session) error
	// LockSession finds one, and keeps others from changing it or its chats.
	LockSession(ctx context.Context, who models.Principal, session models.UID) (models.Session, error)
	// UpdateSession writes status, deleted_at and updated_at.
	UpdateSession(ctx context.Context, who models.Principal, s *models.Session) error
	CreateChat(ctx context.Context, who models.Principal, c *models.Chat) error
	// UpdateChat writes everything of a chat that its beginning does not settle.
	UpdateChat(ctx context.Context, who models.Principal, c *models.Chat) error
	// RunningChat finds the chat that the session is busy with: models.ErrNotFound.
	RunningChat(ctx context.Context, who models.Principal, sessionID int64) (models.Chat, error)
	// DropChat forgets a chat that came to nothing; false when it is gone already.
	DropChat(ctx context.Context, who models.Principal, id int64) (bool, error)
	// HideMessages takes the messages of a span out of a conversation, and
	// mends what the conversation says of its newest message and of how many there are.
	HideMessages(ctx context.Context, who models.Principal, conversationID int64, span Span, now time.Time) error
	// HideChats marks all chats of a session as deleted.
	HideChats(ctx context.Context, who models.Principal, sessionID int64, now time.Time) error
}

// Span is a run of messages, by their numbers in the conversation, ends included.
type Span struct{ First, Last int64 }
