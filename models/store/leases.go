package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/jobs"
)

var _ jobs.Store = (*Store)(nil)

// due are the jobs of one kind in a claim, which an index gives in this order. Rows that
// another node is just claiming are passed over.
const due = `SELECT id FROM (SELECT id FROM jobs WHERE done_at IS NULL AND kind = ? AND run_at <= ?
	AND (lease_until IS NULL OR lease_until <= ?)%s ORDER BY run_at, id LIMIT ? %s) AS due`

// claimSQL takes what is due of several kinds at once. PostgreSQL would be free to read
// a plain subquery several times, and so to take more rows than its limit says.
const claimSQL = `WITH chosen AS MATERIALIZED (%s)
	UPDATE jobs SET attempt = attempt + 1, lease_until = ? WHERE id IN (SELECT id FROM chosen) RETURNING *`

// ClaimDue takes jobs; see jobs.Store.
func (s *Store) ClaimDue(ctx context.Context, c jobs.Claim) ([]models.Job, error) {
	if len(c.Most) == 0 {
		return nil, nil
	}
	query, arguments := claimQuery(c, s.dialect.serial())
	var claimed []models.Job
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		claimed = nil
		return t.on(ctx).Raw(query, arguments...).Scan(&claimed).Error
	})
	return claimed, err
}

// claimQuery spells a claim; a serial database has nobody to lock out.
func claimQuery(c jobs.Claim, serial bool) (query string, arguments []any) {
	lock := "FOR UPDATE SKIP LOCKED"
	if serial {
		lock = ""
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(c.Most)) {
		arguments = append(arguments, kind, c.Now, c.Now)
		others := ""
		if full := c.Full[kind]; len(full) > 0 {
			others = " AND account_id NOT IN ?"
			arguments = append(arguments, full)
		}
		parts = append(parts, fmt.Sprintf(due, others, lock))
		arguments = append(arguments, c.Most[kind])
	}
	query = fmt.Sprintf(claimSQL, strings.Join(parts, " UNION ALL "))
	return query, append(arguments, c.LeaseUntil)
}

// RenewClaims makes leases longer; see jobs.Store.
func (s *Store) RenewClaims(ctx context.Context, held []models.Job, until time.Time) ([]int64, error) {
	if len(held) == 0 {
		return nil, nil
	}
	var still []int64
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		still = nil
		query := strings.Repeat(" OR (id = ? AND attempt = ?)", len(held))[len(" OR "):]
		arguments := []any{until}
		for _, j := range held {
			arguments = append(arguments, j.ID, j.Attempt)
		}
		return t.on(ctx).Raw("UPDATE jobs SET lease_until = ? WHERE done_at IS NULL AND ("+query+") RETURNING id", arguments...).
			Scan(&still).Error
	})
	return still, err
}

// FinishClaim deletes a job; see jobs.Store.
func (s *Store) FinishClaim(ctx context.Context, j models.Job, act func(context.Context) error) error {
	return s.settleClaim(ctx, j, act, func(row *gorm.DB) *gorm.DB { return row.Delete(&models.Job{}) })
}

// ReturnClaim gives a job back; see jobs.Store.
func (s *Store) ReturnClaim(ctx context.Context, j models.Job, r jobs.Return) error {
	return s.settleClaim(ctx, j, nil, func(row *gorm.DB) *gorm.DB {
		return row.UpdateColumns(map[string]any{"run_at": r.At, "last_error": r.Reason, "lease_until": nil})
	})
}

// GiveUpClaim ends a job without success; see jobs.Store. The same work may be queued
// again then.
func (s *Store) GiveUpClaim(ctx context.Context, j models.Job, r jobs.Return, act func(context.Context) error) error {
	return s.settleClaim(ctx, j, act, func(row *gorm.DB) *gorm.DB {
		return row.UpdateColumns(map[string]any{
			"done_at": r.At, "last_error": r.Reason, "lease_until": nil, "payload": nil, "unique_key": nil,
		})
	})
}

// settleClaim ends an attempt together with act, if the attempt is still the job's.
func (s *Store) settleClaim(ctx context.Context, j models.Job, act func(context.Context) error, end func(row *gorm.DB) *gorm.DB) error {
	return s.together(ctx, func(ctx context.Context, t *tx) error {
		row := t.on(ctx).Model(&models.Job{}).Where("id = ? AND attempt = ? AND done_at IS NULL", j.ID, j.Attempt)
		if err := one(end(row), jobs.ErrLost); err != nil || act == nil {
			return err
		}
		return act(joining(ctx, t))
	})
}

// ForgetGivenUp deletes old ones; see jobs.Store.
func (s *Store) ForgetGivenUp(ctx context.Context, before time.Time) error {
	return s.transact(ctx, func(ctx context.Context, t *tx) error {
		return t.on(ctx).Where("done_at < ?", before).Delete(&models.Job{}).Error
	})
}
