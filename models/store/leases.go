package store

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/jobs"
)

var _ jobs.Store = (*Store)(nil)

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

// QueueJob queues work in a transaction of its own; see access.LoginStore.
func (s *Store) QueueJob(ctx context.Context, j *models.Job) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error { return t.queueJob(ctx, j) })
}

// due are the jobs of a claim: the longest due first. Rows that another node is just
// claiming are passed over.
const due = `SELECT id FROM jobs WHERE done_at IS NULL AND run_at <= ? AND kind IN ?
	AND (lease_until IS NULL OR lease_until <= ?) ORDER BY run_at, id LIMIT ?`

// ClaimDue takes jobs; see jobs.Store.
func (s *Store) ClaimDue(ctx context.Context, c jobs.Claim) ([]models.Job, error) {
	var claimed []models.Job
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		claimed = nil
		query := due
		if !t.serial() {
			query += " FOR UPDATE SKIP LOCKED"
		}
		return t.on(ctx).Raw("UPDATE jobs SET attempt = attempt + 1, lease_until = ? WHERE id IN ("+query+") RETURNING *",
			c.LeaseUntil, c.Now, c.Kinds, c.Now, c.Limit).Scan(&claimed).Error
	})
	return claimed, err
}

// FinishClaim marks a job done; see jobs.Store.
func (s *Store) FinishClaim(ctx context.Context, j models.Job, at time.Time) (bool, error) {
	return s.settleClaim(ctx, j, map[string]any{"done_at": at, "payload": nil, "last_error": nil})
}

// ReturnClaim gives a job back; see jobs.Store.
func (s *Store) ReturnClaim(ctx context.Context, j models.Job, r jobs.Return) (bool, error) {
	columns := map[string]any{"run_at": r.At, "last_error": r.Reason}
	if r.GiveUp {
		columns = map[string]any{"done_at": r.At, "payload": nil, "last_error": r.Reason}
	}
	return s.settleClaim(ctx, j, columns)
}

// settleClaim ends an attempt, if it is still the job's.
func (s *Store) settleClaim(ctx context.Context, j models.Job, columns map[string]any) (held bool, err error) {
	columns["lease_until"] = nil
	err = s.transact(ctx, func(ctx context.Context, t *tx) error {
		result := t.on(ctx).Model(&models.Job{}).
			Where("id = ? AND attempt = ? AND done_at IS NULL", j.ID, j.Attempt).UpdateColumns(columns)
		held = result.RowsAffected == 1
		return result.Error
	})
	return held, err
}

// ForgetDone deletes old ones; see jobs.Store.
func (s *Store) ForgetDone(ctx context.Context, before time.Time) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		return t.on(ctx).Where("done_at < ?", before).Delete(&models.Job{}).Error
	})
}
