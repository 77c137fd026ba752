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
	return t.addJob(ctx, j)
}

func (t *tx) addJob(ctx context.Context, j *models.Job) error {
	if j.UID == (models.UID{}) {
		j.UID = models.NewUID()
	}
	if j.CreatedAt.IsZero() {
		j.CreatedAt = t.db.NowFunc()
	}
	if j.RunAt.IsZero() {
		j.RunAt = j.CreatedAt
	}
	return t.on(ctx).Create(j).Error
}

// queueSending queues the job that carries a message outside.
func (t *tx) queueSending(ctx context.Context, m models.Message, channel models.Channel) error {
	if m.Internal || m.AuthorKind == models.ByContact || !channel.Outside() {
		return nil
	}
	id := models.FormatID(models.PrefixMessage, m.UID)
	return t.addJob(ctx, &models.Job{
		AccountID: m.AccountID, Kind: chat.JobSend, UniqueKey: &id, RunAt: m.CreatedAt, CreatedAt: m.CreatedAt,
		Payload: map[string]any{"message": id, "channel": channel},
	})
}

// ClaimJobs leases; see chat.JobStore.
func (s *Store) ClaimJobs(ctx context.Context, claim chat.Claim) ([]models.Job, error) {
	due := func(db *gorm.DB) *gorm.DB {
		return db.Where("done_at IS NULL AND kind IN ? AND run_at <= ?", claim.Kinds, claim.Now).
			Where("(lease_until IS NULL OR lease_until <= ?)", claim.Now)
	}
	// Looking first costs no transaction, and mostly there is nothing.
	var waiting []int64
	err := due(s.on(ctx).Model(&models.Job{})).Limit(1).Pluck("id", &waiting).Error
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	var jobs []models.Job
	err = s.transact(ctx, func(ctx context.Context, t *tx) error {
		jobs = nil
		if err := due(t.on(ctx)).Clauses(unclaimed).Order("run_at, id").Limit(claim.Limit).Find(&jobs).Error; err != nil {
			return err
		}
		return t.lease(ctx, jobs, claim.Now.Add(claim.Lease))
	})
	return jobs, err
}

func (t *tx) lease(ctx context.Context, jobs []models.Job, until time.Time) error {
	if len(jobs) == 0 {
		return nil
	}
	ids := make([]int64, len(jobs))
	for i := range jobs {
		ids[i] = jobs[i].ID
		jobs[i].Attempt++
		jobs[i].LeaseUntil = &until
	}
	return t.on(ctx).Model(&models.Job{}).Where("id IN ?", ids).
		UpdateColumns(map[string]any{"attempt": gorm.Expr("attempt + 1"), "lease_until": until}).Error
}

// FinishJob ends a job; see chat.JobTx. Nobody asks for what is done, so it goes.
func (t *tx) FinishJob(ctx context.Context, j models.Job) error {
	done := t.on(ctx).Where("id = ? AND attempt = ?", j.ID, j.Attempt).Delete(&models.Job{})
	if done.Error == nil && done.RowsAffected == 0 {
		return chat.ErrLeaseLost
	}
	return done.Error
}

// PutOffJob makes a job due later; see chat.JobStore.
func (s *Store) PutOffJob(ctx context.Context, j models.Job, until time.Time, reason string) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		return t.on(ctx).Model(&models.Job{}).Where("id = ? AND attempt = ?", j.ID, j.Attempt).
			UpdateColumns(map[string]any{"run_at": until, "lease_until": nil, "last_error": reason}).Error
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
			if err := t.addJob(ctx, &job); err != nil {
				return err
			}
		}
		return t.on(ctx).Where("id IN ? AND message_id IS NULL", ids).Delete(&models.Attachment{}).Error
	})
	return taken, err
}
