package store

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

// insertBatch is how many deliveries one statement inserts: their values have to fit
// into the 32,766 parameters that SQLite takes.
const insertBatch = 500

// Deliveries lists; see chat.WebhookReader.
func (q queries) Deliveries(
	ctx context.Context, who models.Principal, dq chat.DeliveryQuery,
) (models.List[models.WebhookDelivery], error) {
	if err := confineTeam(who); err != nil {
		return models.List[models.WebhookDelivery]{}, err
	}
	db := q.of(ctx, who).Where("webhook_id = ?", dq.WebhookID)
	if dq.Status != "" {
		db = db.Where("status = ?", dq.Status)
	}
	return window[models.WebhookDelivery](db, dq.Page, "id DESC")
}

// Delivery finds one; see chat.WebhookReader.
func (q queries) Delivery(
	ctx context.Context, who models.Principal, webhookID int64, delivery models.UID,
) (models.WebhookDelivery, error) {
	var d models.WebhookDelivery
	if err := confineTeam(who); err != nil {
		return d, err
	}
	err := q.of(ctx, who).Where("webhook_id = ? AND uid = ?", webhookID, delivery).Take(&d).Error
	return d, instead(err, chat.ErrDeliveryNotFound)
}

// AddDeliveries inserts; see chat.WebhookTx.
func (t *tx) AddDeliveries(ctx context.Context, who models.Principal, rows []models.WebhookDelivery) error {
	if err := confineTeam(who); err != nil || len(rows) == 0 {
		return err
	}
	for i := range rows {
		rows[i].AccountID = who.AccountID
	}
	return t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(&rows, insertBatch).Error
}

// HurryDelivery makes one due; see chat.WebhookTx.
func (t *tx) HurryDelivery(ctx context.Context, who models.Principal, deliveryID int64, at time.Time) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return t.of(ctx, who).Model(&models.WebhookDelivery{}).
		Where("id = ? AND status = ? AND next_at > ?", deliveryID, models.DeliveryPending, at).UpdateColumn("next_at", at).Error
}

// SettleDelivery ends an attempt; see chat.WebhookTx.
func (t *tx) SettleDelivery(ctx context.Context, who models.Principal, d models.WebhookDelivery) (bool, error) {
	if err := confineTeam(who); err != nil {
		return false, err
	}
	d.LeaseUntil = nil
	done := t.of(ctx, who).Model(&models.WebhookDelivery{}).
		Where("id = ? AND attempt = ? AND status = ?", d.ID, d.Attempt, models.DeliveryPending).
		Select("status", "next_at", "lease_until", "url", "response_code", "response_body", "last_error", "duration_ms",
			"history", "updated_at").UpdateColumns(&d)
	return done.RowsAffected == 1, done.Error
}

// CancelDeliveries fails what waits; see chat.WebhookTx.
func (t *tx) CancelDeliveries(ctx context.Context, who models.Principal, webhookID int64, reason string, at time.Time) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return t.of(ctx, who).Model(&models.WebhookDelivery{}).
		Where("webhook_id = ? AND status = ?", webhookID, models.DeliveryPending).
		UpdateColumns(map[string]any{
			"status": models.DeliveryFailed, "next_at": nil, "lease_until": nil, "last_error": reason, "updated_at": at,
		}).Error
}

// lanes are the webhooks that have something due. The index is walked from one webhook
// to the next, and no further than to the first that is due, so that a long queue costs
// no more than a short one: PostgreSQL would make of EXISTS a join that reads all.
const lanes = `WITH RECURSIVE lanes (id) AS (
  SELECT min(webhook_id) FROM webhook_deliveries WHERE status = 'pending'
  UNION ALL
  SELECT (SELECT min(webhook_id) FROM webhook_deliveries WHERE status = 'pending' AND webhook_id > lanes.id)
  FROM lanes WHERE lanes.id IS NOT NULL
)
SELECT w.* FROM lanes JOIN webhooks w ON w.id = lanes.id WHERE w.active AND (
  SELECT d.id FROM webhook_deliveries d WHERE d.webhook_id = w.id AND d.status = 'pending' AND d.next_at <= ?
  AND (d.lease_until IS NULL OR d.lease_until <= ?) ORDER BY d.next_at, d.id LIMIT 1) IS NOT NULL`

// dueOf are some deliveries of one lane.
const dueOf = `SELECT id FROM webhook_deliveries WHERE webhook_id = ? AND status = 'pending' AND next_at <= ?
  AND (lease_until IS NULL OR lease_until <= ?) ORDER BY next_at, id LIMIT ?`

// ClaimDeliveries leases; see chat.WebhookStore.
func (s *Store) ClaimDeliveries(ctx context.Context, c chat.DeliveryClaim) ([]models.WebhookDelivery, error) {
	// Looking first costs no transaction, and mostly there is nothing.
	var ready []models.Webhook
	if err := scan(s.on(ctx).Raw(lanes, c.Now, c.Now), &ready); err != nil {
		return nil, err
	}
	ready = slices.DeleteFunc(ready, func(w models.Webhook) bool { return c.Room(w.ID) <= 0 })
	if len(ready) == 0 || c.Limit <= 0 {
		return nil, nil
	}
	// Where there is not room for all, it is chance that chooses, and nobody waits for ever.
	rand.Shuffle(len(ready), func(i, j int) { ready[i], ready[j] = ready[j], ready[i] })
	ready = ready[:min(len(ready), c.Limit)]
	var claimed []models.WebhookDelivery
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		claimed = nil
		for i := range ready {
			rows, err := t.claimLane(ctx, c, ready[i].ID, min(c.Room(ready[i].ID), c.Limit/len(ready)))
			if err != nil {
				return err
			}
			for _, d := range rows {
				d.Webhook = &ready[i]
				claimed = append(claimed, d)
			}
		}
		return nil
	})
	return claimed, err
}

func (t *tx) claimLane(ctx context.Context, c chat.DeliveryClaim, webhookID int64, room int) ([]models.WebhookDelivery, error) {
	query := dueOf
	if !t.serial() {
		query += " FOR UPDATE SKIP LOCKED"
	}
	var rows []models.WebhookDelivery
	err := t.on(ctx).Model(&rows).Clauses(clause.Returning{}).
		Where("id IN ("+query+")", webhookID, c.Now, c.Now, room).
		UpdateColumns(map[string]any{"attempt": gorm.Expr("attempt + 1"), "lease_until": c.LeaseUntil}).Error
	slices.SortFunc(rows, func(a, b models.WebhookDelivery) int {
		return cmp.Or(a.NextAt.Compare(*b.NextAt), cmp.Compare(a.ID, b.ID))
	})
	return rows, err
}
