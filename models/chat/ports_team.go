package chat

import (
	"context"
	"time"

	"parley/models"
)

// TeamReader reads the account, its team and its settings.
type TeamReader interface {
	// Account is the one that the principal acts in: a sandbox for who acts there.
	Account(ctx context.Context, who models.Principal) (models.Account, error)
	// Sites lists, the oldest first, and SiteByUID finds one; both load assistants.
	Sites(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Site], error)
	SiteByUID(ctx context.Context, who models.Principal, site models.UID) (models.Site, error)
	// Keys lists those that are not revoked, the newest first, and KeyByUID finds one of
	// them; both load the users who made them.
	Keys(ctx context.Context, who models.Principal, p models.Page) (models.List[models.APIKey], error)
	KeyByUID(ctx context.Context, who models.Principal, key models.UID) (models.APIKey, error)
	// OwnKey is the key that the principal acts with.
	OwnKey(ctx context.Context, who models.Principal) (models.APIKey, error)
	AssistantByUID(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error)
}

// TeamTx changes the account, its team and its settings.
type TeamTx interface {
	// LockAccount reads the principal's account and keeps others who lock it waiting
	// until the end of the transaction.
	LockAccount(ctx context.Context, who models.Principal) (models.Account, error)
	// UpdateAccount writes name, time zone and updated_at.
	UpdateAccount(ctx context.Context, who models.Principal, a *models.Account) error

	// CreateUser inserts a user, as a member of the account and of its sandbox.
	CreateUser(ctx context.Context, who models.Principal, u *models.User) error
	// UpdateUser writes name, role, availability, avatar, disabled_at and updated_at.
	UpdateUser(ctx context.Context, who models.Principal, u *models.User) error
	// HoldUser reads a user and keeps others from changing it until the end of the
	// transaction; many may hold one.
	HoldUser(ctx context.Context, who models.Principal, user models.UID) (models.User, error)
	// OtherOwners counts the owners besides the user who are not disabled.
	OtherOwners(ctx context.Context, who models.Principal, userID int64) (int64, error)
	// Unassign takes every conversation of the account and of its sandbox from the
	// user, and appends e to the log for each.
	Unassign(ctx context.Context, who models.Principal, userID int64, e models.Event) error
	// EndSessions deletes the user's login sessions, and DeleteLoginTokens what would
	// begin one without a password.
	EndSessions(ctx context.Context, who models.Principal, userID int64) error
	DeleteLoginTokens(ctx context.Context, who models.Principal, userID int64) error

	// LockSite reads a site and keeps others from changing it until the end of the
	// transaction.
	LockSite(ctx context.Context, who models.Principal, site models.UID) (models.Site, error)
	CreateSite(ctx context.Context, who models.Principal, s *models.Site) error
	// UpdateSite writes everything but what tells sites apart.
	UpdateSite(ctx context.Context, who models.Principal, s *models.Site) error
	// DeleteSite deletes a site that no conversation began on; else it is an error of
	// code models.CodeConflict.
	DeleteSite(ctx context.Context, who models.Principal, siteID int64) error

	// CreateAPIKey inserts a key of the principal's user.
	CreateAPIKey(ctx context.Context, who models.Principal, k *models.APIKey) error
	// RevokeKey ends a key that is not revoked yet.
	RevokeKey(ctx context.Context, who models.Principal, key models.UID, at time.Time) (models.APIKey, error)
}

// Mint makes what opens doors. What it makes is shown once, and kept hashed or sealed.
type Mint interface {
	// MintSite is a site as every one begins, with a key of its own, and its identity
	// secret, which the site keeps sealed.
	MintSite(name string, sandbox bool) (site models.Site, identitySecret string, err error)
	// MintIdentitySecret is a new identity secret, and the same sealed.
	MintIdentitySecret() (secret string, sealed []byte, err error)
	// MintWebhookSecret is a new secret to sign webhooks with, and the same sealed.
	MintWebhookSecret() (secret string, sealed []byte, err error)
	// MintKey is a new API key and its row.
	MintKey(kind models.KeyKind, sandbox bool) (key string, row models.APIKey)
	// CleanOrigin spells an origin as a site lists it; false when nothing could ever
	// match it.
	CleanOrigin(origin string) (string, bool)
}
