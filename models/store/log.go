package store

import (
	"context"
	"time"

	"parley/models"
	"parley/models/chat"
)

// Events lists the log; see chat.EventReader.
func (q queries) Events(ctx context.Context, who models.Principal, eq chat.EventQuery) ([]models.Event, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	db := q.of(ctx, who).Where("pos > ?", eq.After)
	if len(eq.Types) > 0 {
		db = db.Where("type IN ?", eq.Types)
	}
	rows := []models.Event{}
	if err := db.Order("pos").Limit(eq.Limit).Find(&rows).Error; err != nil || len(rows) == 0 {
		return rows, err
	}
	return rows, q.illustrate(ctx, who, rows)
}

// forgetBatch is how many rows one transaction looks at.
const forgetBatch = 1000

// ForgetEvents deletes the oldest; see chat.EventKeeper. It looks at the beginning of
// the log alone, which is where they are, and lets go of the deliveries that they caused:
// those carry what they sent.
func (s *Store) ForgetEvents(ctx context.Context, before time.Time) (int64, error) {
	var gone int64
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		var ids []int64
		err := t.on(ctx).Raw("SELECT id FROM (SELECT id, created_at, pos FROM events ORDER BY id LIMIT ?) AS oldest "+
			"WHERE created_at < ? AND pos IS NOT NULL", forgetBatch, before.UTC()).Scan(&ids).Error
		if err != nil || len(ids) == 0 {
			return err
		}
		err = t.on(ctx).Model(&models.WebhookDelivery{}).Where("event_id IN ?", ids).UpdateColumn("event_id", nil).Error
		if err != nil {
			return err
		}
		deleted := t.on(ctx).Where("id IN ?", ids).Delete(&models.Event{})
		gone = deleted.RowsAffected
		return deleted.Error
	})
	return gone, err
}
