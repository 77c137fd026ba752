package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// dropBatch is how many rows of a delivery log one transaction deletes.
const dropBatch = 2000

// Webhooks lists; see chat.WebhookReader.
func (q queries) Webhooks(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Webhook], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.Webhook]{}, err
	}
	return window[models.Webhook](q.of(ctx, who), p, "id DESC")
}

// Webhook finds one; see chat.WebhookReader.
func (q queries) Webhook(ctx context.Context, who models.Principal, webhook models.UID) (models.Webhook, error) {
	return oneWebhook(who, q.of(ctx, who).Where("uid = ?", webhook))
}

// LockWebhook reads and locks; see chat.WebhookTx.
func (t *tx) LockWebhook(ctx context.Context, who models.Principal, webhook models.UID) (models.Webhook, error) {
	return oneWebhook(who, t.of(ctx, who).Clauses(locked).Where("uid = ?", webhook))
}

// LockWebhookByID reads and locks; see chat.WebhookTx.
func (t *tx) LockWebhookByID(ctx context.Context, who models.Principal, webhookID int64) (models.Webhook, error) {
	return oneWebhook(who, t.of(ctx, who).Clauses(locked).Where("id = ?", webhookID))
}

func oneWebhook(who models.Principal, db *gorm.DB) (models.Webhook, error) {
	var w models.Webhook
	if err := confineTeam(who); err != nil {
		return w, err
	}
	return w, instead(db.Take(&w).Error, chat.ErrWebhookNotFound)
}

// ListeningWebhooks lists; see chat.WebhookTx.
func (t *tx) ListeningWebhooks(ctx context.Context, who models.Principal) ([]models.Webhook, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	return listening(t.of(ctx, who))
}

// HoldListeningWebhooks lists and locks; see chat.WebhookTx.
func (t *tx) HoldListeningWebhooks(ctx context.Context, who models.Principal) ([]models.Webhook, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	return listening(t.of(ctx, who).Clauses(held))
}

func listening(db *gorm.DB) (rows []models.Webhook, err error) {
	err = db.Where("active").Order("id").Find(&rows).Error
	return rows, err
}

// CreateWebhook inserts; see chat.WebhookTx.
func (t *tx) CreateWebhook(ctx context.Context, who models.Principal, w *models.Webhook) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	w.ID, w.AccountID = 0, who.AccountID
	return t.on(ctx).Create(w).Error
}

// UpdateWebhook writes what may change of a webhook; see chat.WebhookTx.
func (t *tx) UpdateWebhook(ctx context.Context, who models.Principal, w *models.Webhook) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Model(&models.Webhook{}).Where("id = ?", w.ID).
		Select("*").Omit("id", "uid", "account_id", "created_at").UpdateColumns(w), chat.ErrWebhookNotFound)
}

// DeleteWebhook deletes; see chat.WebhookTx.
func (t *tx) DeleteWebhook(ctx context.Context, who models.Principal, webhookID int64) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	if err := t.of(ctx, who).Where("webhook_id = ?", webhookID).Delete(&models.WebhookDelivery{}).Error; err != nil {
		return err
	}
	return touched(t.of(ctx, who).Where("id = ?", webhookID).Delete(&models.Webhook{}), chat.ErrWebhookNotFound)
}

// DropDeliveries deletes some; see chat.WebhookTx.
func (t *tx) DropDeliveries(ctx context.Context, who models.Principal, webhookID int64) (int64, error) {
	if err := confineTeam(who); err != nil {
		return 0, err
	}
	some := t.of(ctx, who).Model(&models.WebhookDelivery{}).Select("id").Where("webhook_id = ?", webhookID).Limit(dropBatch)
	done := t.of(ctx, who).Where("id IN (?)", some).Delete(&models.WebhookDelivery{})
	return done.RowsAffected, done.Error
}

// AccountsWithNews lists; see chat.WebhookStore.
func (s *Store) AccountsWithNews(ctx context.Context, reader string, limit int) ([]int64, error) {
	var ids []int64
	err := scan(s.on(ctx).Raw(`SELECT DISTINCT w.account_id FROM webhooks w
JOIN event_heads h ON h.account_id = w.account_id
LEFT JOIN event_cursors c ON c.account_id = w.account_id AND c.reader = ?
WHERE w.active AND h.pos > coalesce(c.pos, 0) ORDER BY w.account_id LIMIT ?`, reader, limit), &ids)
	return ids, err
}

// ForgetDeliveries deletes the oldest; see chat.WebhookStore. What is pending for days
// longer than anything is tried belongs to a webhook that is switched off.
func (s *Store) ForgetDeliveries(ctx context.Context, before time.Time) (int64, error) {
	var gone int64
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		done := t.on(ctx).Exec("DELETE FROM webhook_deliveries WHERE id IN (SELECT id FROM "+
			"(SELECT id, created_at, status FROM webhook_deliveries ORDER BY id LIMIT ?) AS oldest "+
			"WHERE created_at < ? AND (status <> ? OR created_at < ?))",
			forgetBatch, before.UTC(), models.DeliveryPending, before.UTC().Add(-4*24*time.Hour))
		gone = done.RowsAffected
		return done.Error
	})
	return gone, err
}
