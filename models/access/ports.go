package access

import (
	"context"
	"time"

	"parley/models"
)

// Store finds what credentials stand for. What is not there is models.ErrNotFound.
type Store interface {
	LoginStore
	// SiteByKey finds a site by its public key.
	SiteByKey(ctx context.Context, key string) (models.Site, error)
	// ConversationByVisitor finds the conversation of a visitor token on a site, by the
	// token's hash; SiteConversation finds one of the site by uid. Both load no more
	// than the conversation's own row.
	ConversationByVisitor(ctx context.Context, siteID int64, hash []byte) (models.Conversation, error)
	SiteConversation(ctx context.Context, siteID int64, uid models.UID) (models.Conversation, error)
	// KeyByHash finds an API key with the user who made it, whatever its state.
	KeyByHash(ctx context.Context, hash []byte) (models.APIKey, models.User, error)
	// KeyByID finds the same by id, to look again whether it still stands.
	KeyByID(ctx context.Context, id int64) (models.APIKey, models.User, error)
	// TouchKey notes when a key was used last.
	TouchKey(ctx context.Context, id int64, at time.Time) error
	// CreateAccount inserts an account with its sandbox, owner, sites and keys in one
	// transaction, and fills in their ids. With rows.First it does so only where there
	// is no account at all, also when several nodes try at once: one wins, and the
	// others get an error of code models.CodeConflict.
	CreateAccount(ctx context.Context, rows *AccountRows) error
	// HasAccount says whether there is any account.
	HasAccount(ctx context.Context) (bool, error)
	// LiveAccount finds an account by uid, or the only one there is when uid is nil.
	LiveAccount(ctx context.Context, uid *models.UID) (models.Account, error)
	// Sandbox finds the sandbox of an account.
	Sandbox(ctx context.Context, account models.Account) (models.Account, error)
	// Owner finds the account's first owner.
	Owner(ctx context.Context, account models.Account) (models.User, error)
	// FirstSite finds the oldest site of the oldest account that is no sandbox.
	FirstSite(ctx context.Context) (models.Site, error)
	CreateKey(ctx context.Context, k *models.APIKey) error
}

// AccountRows is a new account as rows; the store fills in every ID, AccountID,
// UserID and LiveID.
type AccountRows struct {
	// First asks for the account only if it is the first one.
	First       bool
	Live        models.Account
	Sandbox     models.Account
	Owner       models.User
	LiveSite    models.Site
	SandboxSite models.Site
	LiveKeys    []models.APIKey
	SandboxKeys []models.APIKey
}
