package store

import (
	"context"
	"crypto/subtle"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"parley/models"
	"parley/models/chat"
)

const (
	// settleTime is how long the end of a claimed act may take to be noted, whatever
	// became of its caller.
	settleTime = 5 * time.Second
	// inner is the savepoint of a transaction that joined another one.
	inner = "joined"
)

// joinKey is where the context of an act has the transaction that it runs in.
type joinKey struct{}

// joined is the transaction that ctx is part of; nil outside of Once.
func joined(ctx context.Context) *tx {
	t, _ := ctx.Value(joinKey{}).(*tx)
	return t
}

// joining is a context with which everything that the store is asked for is part of t.
func joining(ctx context.Context, t *tx) context.Context {
	return context.WithValue(context.WithValue(ctx, insideKey{}, nil), joinKey{}, t)
}

// together runs fn in one transaction; what it holds back for the commit follows that.
func (s *Store) together(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	var release func()
	err := s.transact(ctx, func(ctx context.Context, t *tx) error {
		ctx, release = models.HoldBack(ctx)
		return fn(ctx, t)
	})
	if err == nil {
		release()
	}
	return err
}

// join runs fn as a part of the transaction: what fn did is undone if it fails, and
// the rest is not.
func (t *tx) join(ctx context.Context, fn func(ctx context.Context, t *tx) error) error {
	if err := t.on(ctx).Exec("SAVEPOINT " + inner).Error; err != nil {
		return err
	}
	if err := fn(markInside(ctx), t); err != nil {
		return errors.Join(err, t.on(ctx).Exec("ROLLBACK TO "+inner).Error)
	}
	return t.on(ctx).Exec("RELEASE " + inner).Error
}

// postJoined posts as a part of the transaction that ctx is in.
func (s *Store) postJoined(ctx context.Context, who models.Principal, e chat.Entry) (posted chat.Posted, err error) {
	err = s.transact(ctx, func(ctx context.Context, t *tx) error {
		posted, err = t.Post(ctx, who, e)
		return err
	})
	return posted, err
}

// Once runs an act for the first who asks; see chat.Replies.
func (s *Store) Once(ctx context.Context, who models.Principal, a models.Attempt, act chat.Act) (models.Reply, bool, error) {
	if err := confine(who); err != nil {
		return models.Reply{}, false, err
	}
	if inside(ctx) || joined(ctx) != nil {
		return models.Reply{}, false, errNested
	}
	if a.Lease > 0 {
		return s.claimed(ctx, who, a, act)
	}
	var reply models.Reply
	var replayed bool
	err := s.together(ctx, func(ctx context.Context, t *tx) error {
		row, first, err := t.claim(ctx, who, a)
		if err != nil {
			return err
		}
		if replayed = !first; replayed {
			reply, err = row.reply(a)
			return err
		}
		if reply, err = act(joining(ctx, t)); err != nil {
			return err
		}
		return t.keepReply(ctx, row, reply)
	})
	return reply, replayed, err
}

// claimed runs an act that calls outside: the key is taken before, and given back if
// the act fails.
func (s *Store) claimed(ctx context.Context, who models.Principal, a models.Attempt, act chat.Act) (models.Reply, bool, error) {
	var row keptReply
	var first bool
	err := s.transact(ctx, func(ctx context.Context, t *tx) (err error) {
		row, first, err = t.claim(ctx, who, a)
		return err
	})
	if err != nil {
		return models.Reply{}, false, err
	}
	if !first {
		reply, err := row.reply(a)
		return reply, err == nil, err
	}
	settled := false
	end := func(reply models.Reply) error {
		settled = true
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
		defer cancel()
		return s.transact(ctx, func(ctx context.Context, t *tx) error { return t.keepReply(ctx, row, reply) })
	}
	defer func() {
		if !settled { // a panic: whoever asks next may try; the lease runs out if not even this works
			_ = end(models.Reply{})
		}
	}()
	reply, err := act(ctx)
	if err != nil {
		return reply, false, errors.Join(err, end(models.Reply{}))
	}
	return reply, false, end(reply)
}

// keptReply is a row of idempotency keys.
type keptReply struct{ models.IdempotencyKey }

// claim inserts the attempt's row, or takes one over whose time or lease has run out;
// otherwise it gives the row that stands there. Whoever holds the row in a running
// transaction is waited for.
func (t *tx) claim(ctx context.Context, who models.Principal, a models.Attempt) (keptReply, bool, error) {
	now := t.db.NowFunc()
	row := models.IdempotencyKey{
		AccountID: who.AccountID, Holder: a.Holder, Key: a.Key, RequestHash: a.RequestHash,
		CreatedAt: now, ExpiresAt: now.Add(models.ReplyLife),
	}
	if a.Lease > 0 {
		until := now.Add(a.Lease)
		row.LeaseUntil = &until
	}
	done := t.on(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "account_id"}, {Name: "holder"}, {Name: "key"}},
		DoUpdates: clause.AssignmentColumns([]string{
			"request_hash", "status_code", "content_type", "body", "lease_until", "created_at", "expires_at",
		}),
		Where: clause.Where{Exprs: []clause.Expression{gorm.Expr(
			"idempotency_keys.expires_at <= ? OR (idempotency_keys.status_code IS NULL AND idempotency_keys.lease_until <= ?)", now, now,
		)}},
	}).Create(&row)
	if done.Error != nil || done.RowsAffected > 0 {
		return keptReply{row}, done.Error == nil, done.Error
	}
	var there models.IdempotencyKey
	err := t.of(ctx, who).Where("holder = ? AND key = ?", a.Holder, a.Key).Take(&there).Error
	return keptReply{there}, false, err
}

// reply is what the row answers to a later attempt.
func (k keptReply) reply(a models.Attempt) (models.Reply, error) {
	switch {
	case subtle.ConstantTimeCompare(k.RequestHash, a.RequestHash) != 1:
		return models.Reply{}, models.ErrKeyReused
	case k.StatusCode == nil:
		return models.Reply{}, models.ErrKeyBusy
	}
	r := models.Reply{StatusCode: int(*k.StatusCode), Body: k.Body}
	if k.ContentType != nil {
		r.ContentType = *k.ContentType
	}
	return r, nil
}

// keepReply keeps the reply in the row, or lets go of the key when there is none to keep.
// A claim that somebody else has taken over meanwhile is no longer ours.
func (t *tx) keepReply(ctx context.Context, k keptReply, r models.Reply) error {
	row := t.on(ctx).Model(&models.IdempotencyKey{}).
		Where("account_id = ? AND holder = ? AND key = ? AND created_at = ?", k.AccountID, k.Holder, k.Key, k.CreatedAt)
	if r.StatusCode == 0 {
		return row.Delete(&models.IdempotencyKey{}).Error
	}
	return row.UpdateColumns(map[string]any{
		"status_code": r.StatusCode, "content_type": r.ContentType, "body": r.Body, "lease_until": nil,
	}).Error
}

// ForgetReplies deletes what is past its time; see chat.Replies.
func (s *Store) ForgetReplies(ctx context.Context, now time.Time) (int64, error) {
	var forgotten int64
	for {
		var some int64
		err := s.transact(ctx, func(ctx context.Context, t *tx) error {
			old := t.on(ctx).Model(&models.IdempotencyKey{}).Select("id").Where("expires_at <= ?", models.Now(now)).Limit(forgetBatch)
			done := t.on(ctx).Where("id IN (?)", old).Delete(&models.IdempotencyKey{})
			some = done.RowsAffected
			return done.Error
		})
		forgotten += some
		if err != nil || some < forgetBatch {
			return forgotten, err
		}
	}
}
