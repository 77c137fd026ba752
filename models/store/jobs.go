package store

import (
	"context"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

// unclaimed locks what nobody else is about to claim.
var unclaimed = clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}

// AddJob queues; see chat.JobTx.
func (t *tx) AddJob(ctx context.Context, who models.Principal, j *models.Job) error {
	if err := confine(who); err != nil {
		return err
	}
	j.AccountID = who.AccountID
	return t.queueJob(ctx, j)
}

// QueueJob queues work in a transaction of its own; see access.LoginStore.
func (s *Store) QueueJob(ctx context.Context, j *models.Job) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error { return t.queueJob(ctx, j) })
}

// queueJob queues work within the transaction that wants it done. Where the same kind
// has the unique key already, nothing happens.
func (t *tx) queueJob(ctx context.Context, j *models.Job) error {
	j.ID = 0
	if j.UID == (models.UID{}) {
		j.UID = models.NewUID()
	}
	if j.CreatedAt.IsZero() {
		j.CreatedAt = t.db.NowFunc()
	}
	if j.RunAt.IsZero() {
		j.RunAt = j.CreatedAt
	}
	return t.on(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(j).Error
}

// queueSending queues the job that carries a message outside, if it is to go there.
func (t *tx) queueSending(ctx context.Context, m models.Message, channel models.Channel) (queued bool, err error) {
	if m.Internal || m.AuthorKind == models.ByContact || !channel.Outside() {
		return false, nil
	}
	id := models.FormatID(models.PrefixMessage, m.UID)
	return true, t.queueJob(ctx, &models.Job{
		AccountID: m.AccountID, Kind: chat.JobSend, UniqueKey: &id, RunAt: m.CreatedAt, CreatedAt: m.CreatedAt,
		Payload: map[string]any{"message": id, "channel": channel},
	})
}

// IsSandbox says what kind of account it is; see chat.JobTx.
func (t *tx) IsSandbox(ctx context.Context, who models.Principal) (bool, error) {
	if err := confine(who); err != nil {
		return false, err
	}
	var a models.Account
	err := t.on(ctx).Select("live_id").Where("id = ?", who.AccountID).Take(&a).Error
	return a.IsSandbox(), err
}

// FailMessage marks; see chat.JobTx.
func (t *tx) FailMessage(ctx context.Context, who models.Principal, message models.UID, reason string) (models.Message, bool, error) {
	var m models.Message
	if err := confineTeam(who); err != nil {
		return m, false, err
	}
	sent := t.of(ctx, who).Where("uid = ? AND status = ?", message, models.MessageSent).Session(&gorm.Session{})
	var found []models.Message
	if err := sent.Clauses(locked).Find(&found).Error; err != nil || len(found) == 0 {
		return m, false, err
	}
	m = found[0]
	m.Status, m.FailureReason = models.MessageFailed, &reason
	return m, true, t.of(ctx, who).Model(&models.Message{}).Where("id = ?", m.ID).
		UpdateColumns(map[string]any{"status": m.Status, "failure_reason": reason}).Error
}

// TakeStaleFiles deletes files that nobody used; see chat.JobStore.
func (s *Store) TakeStaleFiles(ctx context.Context, before time.Time, limit int) (int, error) {
	taken := 0
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		var files []models.Attachment
		err := t.on(ctx).Clauses(unclaimed).Where("message_id IS NULL AND created_at < ?", before).
			Order("created_at, id").Limit(limit).Find(&files).Error
		if taken = len(files); err != nil || taken == 0 {
			return err
		}
		ids := make([]int64, taken)
		keys := map[int64][]string{}
		for i, f := range files {
			ids[i] = f.ID
			keys[f.AccountID] = append(keys[f.AccountID], f.StorageKey)
		}
		for _, account := range slices.Sorted(maps.Keys(keys)) {
			job := models.Job{AccountID: account, Kind: chat.JobForget, Payload: map[string]any{"keys": keys[account]}}
			if err := t.queueJob(ctx, &job); err != nil {
				return err
			}
		}
		return t.on(ctx).Where("id IN ? AND message_id IS NULL", ids).Delete(&models.Attachment{}).Error
	})
	return taken, err
}
