package chat

import (
	"context"

	"parley/models"
)

// ContactRef names a contact by one of its identities: the first that is given.
type ContactRef struct {
	UID *models.UID
	// Phone is E.164, Email in lower case.
	Phone, Email string
	// ExternalID is the site's own id of the person.
	ExternalID string
}

// ContactReader reads contacts one by one. A contact that is not there, or is another
// account's, is ErrContactNotFound.
type ContactReader interface {
	Contact(ctx context.Context, who models.Principal, ref ContactRef) (models.Contact, error)
	// Dossier gathers everything of one contact.
	Dossier(ctx context.Context, who models.Principal, ref ContactRef) (models.Dossier, error)
}

// ContactTx changes contacts.
type ContactTx interface {
	// LockContact reads a contact and keeps others from changing it, and from starting
	// conversations under this lock, until the end of the transaction.
	LockContact(ctx context.Context, who models.Principal, ref ContactRef) (models.Contact, error)
	// CreateContact inserts; a phone or e-mail that is taken is a conflict that blames
	// "phone" or "email".
	CreateContact(ctx context.Context, who models.Principal, c *models.Contact) error
	// UpdateContact writes every column of c that a person may change, updated_at and
	// last_contacted; conflicts as CreateContact.
	UpdateContact(ctx context.Context, who models.Principal, c *models.Contact) error
	// LatestConversation is the contact's conversation on a channel with the newest
	// message: of the open ones, or, with any, of all.
	LatestConversation(ctx context.Context, who models.Principal, q ThreadQuery) (models.Conversation, error)
	// MessageByExternalID finds what a channel delivered before.
	MessageByExternalID(ctx context.Context, who models.Principal, q ThreadQuery, externalID string) (models.Message, error)
	// AbsorbContact gives everything that belongs to one contact to another, and deletes
	// the one. The caller holds both, and has closed what may be open only once.
	AbsorbContact(ctx context.Context, who models.Principal, from, into int64) error
	// RivalConversations lists the open conversations of the contact from on the channels
	// that allow one open conversation, where into has an open one too.
	RivalConversations(ctx context.Context, who models.Principal, from, into int64) ([]models.UID, error)
	// EraseContact deletes a contact and all that was said, and takes what the event log
	// tells of it out of the log. It gives the keys under which the files' bytes lie.
	EraseContact(ctx context.Context, who models.Principal, contactID int64) (storageKeys []string, err error)
}

// ThreadQuery selects the conversations of a contact on a channel, "" being all.
type ThreadQuery struct {
	ContactID int64
	Channel   models.Channel
	// ChannelID keeps to one channel account; nil is any, and none.
	ChannelID *int64
	// Any takes closed and archived ones as well.
	Any bool
}
