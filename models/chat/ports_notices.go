package chat

import (
	"context"
	"time"

	"parley/models"
)

// Mailer sends letters.
type Mailer interface {
	Send(ctx context.Context, m models.Mail) error
	// MessageID is what a letter with this id is called, without brackets.
	MessageID(id models.UID) string
}

// Visitors know who looks at a conversation.
type Visitors interface {
	// Watched says whether the visitor of a conversation has it open anywhere. Where that
	// cannot be found out the answer is no.
	Watched(ctx context.Context, conversationID int64) bool
}

// NoticeLinks make addresses for letters to visitors.
type NoticeLinks interface {
	// ConversationLink opens a conversation on a site, on any device.
	ConversationLink(siteKey string, conversation models.UID) string
	// StopLink ends letters to an address; ReadStopLink reads its last part.
	StopLink(accountID int64, email string) string
	ReadStopLink(token string) (accountID int64, email string, ok bool)
}

// Answerable is a Carrier of e-mail that knows whether letters to an account come in.
type Answerable interface {
	Answerable(line Line) bool
}

// NoticeStore finds who is to be told, across all accounts.
type NoticeStore interface {
	// AccountsBehind lists live accounts whose log has grown since a reader's place.
	AccountsBehind(ctx context.Context, reader string, limit int) ([]int64, error)
}

// NoticeTx keeps what was told, and to whom.
type NoticeTx interface {
	// SiteOf is the site with this id.
	SiteOf(ctx context.Context, who models.Principal, siteID int64) (models.Site, error)
	// Team are the account's users who are not disabled.
	Team(ctx context.Context, who models.Principal) ([]models.User, error)
	// LastNotice is the newest letter that told of an answer; models.ErrNotFound when
	// there was none.
	LastNotice(ctx context.Context, who models.Principal, conversationID int64) (models.VisitorNotice, error)
	// CountNotices counts letters of one kind to an address since a time.
	CountNotices(ctx context.Context, who models.Principal, kind, email string, since time.Time) (int64, error)
	AddNotice(ctx context.Context, who models.Principal, n *models.VisitorNotice) error
	// ConversationByNotice is the contact's conversation that one of these letters was
	// about.
	ConversationByNotice(ctx context.Context, who models.Principal, contactID int64, notices []models.UID) (models.Conversation, error)
	// StopMail notes that an address wants no notices; MailStopped says so.
	StopMail(ctx context.Context, who models.Principal, email string, at time.Time) error
	MailStopped(ctx context.Context, who models.Principal, email string) (bool, error)
}
