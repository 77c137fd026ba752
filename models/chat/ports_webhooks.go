package chat

import (
	"context"
	"time"

	"parley/models"
)

// WebhookReader reads webhooks and what was sent to them. What is not there, or is
// another account's, is models.ErrNotFound.
type WebhookReader interface {
	// Webhooks lists, the newest first.
	Webhooks(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Webhook], error)
	Webhook(ctx context.Context, who models.Principal, webhook models.UID) (models.Webhook, error)
	// Deliveries lists those of one webhook, the newest first.
	Deliveries(ctx context.Context, who models.Principal, q DeliveryQuery) (models.List[models.WebhookDelivery], error)
	Delivery(ctx context.Context, who models.Principal, webhookID int64, delivery models.UID) (models.WebhookDelivery, error)
}

// WebhookTx changes webhooks, and writes and settles deliveries.
type WebhookTx interface {
	// LockWebhook reads a webhook and keeps others from changing it until the end of the
	// transaction; LockWebhookByID does so for a delivery's.
	LockWebhook(ctx context.Context, who models.Principal, webhook models.UID) (models.Webhook, error)
	LockWebhookByID(ctx context.Context, who models.Principal, webhookID int64) (models.Webhook, error)
	// ListeningWebhooks are the account's that are active.
	ListeningWebhooks(ctx context.Context, who models.Principal) ([]models.Webhook, error)
	// HoldListeningWebhooks are the same, and stay as they are until the transaction ends.
	HoldListeningWebhooks(ctx context.Context, who models.Principal) ([]models.Webhook, error)
	CreateWebhook(ctx context.Context, who models.Principal, w *models.Webhook) error
	// UpdateWebhook writes everything but what tells webhooks apart.
	UpdateWebhook(ctx context.Context, who models.Principal, w *models.Webhook) error
	// DeleteWebhook deletes a webhook with its deliveries.
	DeleteWebhook(ctx context.Context, who models.Principal, webhookID int64) error
	// DropDeliveries deletes a batch of a webhook's deliveries, and says how many.
	DropDeliveries(ctx context.Context, who models.Principal, webhookID int64) (int64, error)
	// AddDeliveries inserts; an event that the webhook was given already is passed over.
	AddDeliveries(ctx context.Context, who models.Principal, rows []models.WebhookDelivery) error
	// HurryDelivery makes a pending delivery due.
	HurryDelivery(ctx context.Context, who models.Principal, deliveryID int64, at time.Time) error
	// SettleDelivery writes how an attempt ended; false when the attempt is no longer the
	// delivery's, and then nothing changes.
	SettleDelivery(ctx context.Context, who models.Principal, d models.WebhookDelivery) (held bool, err error)
	// CancelDeliveries fails all pending ones of a webhook for a reason.
	CancelDeliveries(ctx context.Context, who models.Principal, webhookID int64, reason string, at time.Time) error
}

// WebhookStore hands out deliveries. It serves the program itself, across all accounts.
type WebhookStore interface {
	// AccountsWithNews lists accounts whose log has grown since the reader's place, and
	// which have a webhook that is active.
	AccountsWithNews(ctx context.Context, reader string, limit int) ([]int64, error)
	// ClaimDeliveries leases deliveries that are due, some of each webhook that is
	// active, and counts an attempt for each. A lease that ends makes a delivery due again.
	ClaimDeliveries(ctx context.Context, c DeliveryClaim) ([]models.WebhookDelivery, error)
	// ForgetDeliveries deletes a batch of the oldest that are older than before and not
	// under way, and says how many those were.
	ForgetDeliveries(ctx context.Context, before time.Time) (int64, error)
}

// DeliveryQuery selects deliveries of one webhook; "" is any status.
type DeliveryQuery struct {
	WebhookID int64
	Status    models.DeliveryStatus
	Page      models.Page
}

// DeliveryClaim asks for deliveries that are due.
type DeliveryClaim struct {
	Now        time.Time
	LeaseUntil time.Time
	// Limit is how many at most. Where more are due, each webhook gets a share.
	Limit int
	// Room is how many of one webhook at most.
	Room func(webhookID int64) int
}

// Addresses judge what people type.
type Addresses interface {
	// Check refuses an address that may not be called, with an error that blames "url".
	Check(ctx context.Context, address string) error
}

// Letters write to people.
type Letters interface {
	// Notice is the job that sends a letter; false when no mail is set up.
	Notice(accountID int64, to, subject, text string) (models.Job, bool)
}
