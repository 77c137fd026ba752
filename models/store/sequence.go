package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// sequenceBatch is how many events get their places in one transaction.
const sequenceBatch = 1000

// sequenceLock is the number of PostgreSQL's advisory lock that the one sequencer
// holds, on whichever node it runs.
const sequenceLock = 0x7061726c65790001

// sequenceLimit ends a sequencer that hangs, on a network that has gone silent say.
const sequenceLimit = 30 * time.Second

// Sequence gives events their places; see chat.Store.
func (s *Store) Sequence(ctx context.Context) ([]chat.Head, error) {
	ctx, cancel := context.WithTimeout(ctx, sequenceLimit)
	defer cancel()
	heads := map[int64]int64{}
	for {
		var waiting bool
		const look = "SELECT EXISTS (SELECT 1 FROM events WHERE pos IS NULL)"
		if err := scan(s.on(ctx).Raw(look), &waiting); err != nil || !waiting {
			return listHeads(heads), err
		}
		var placed []chat.Head
		err := s.transact(ctx, func(ctx context.Context, t *tx) (err error) {
			placed, err = t.place(t.on(ctx))
			return err
		})
		if err != nil {
			return listHeads(heads), err
		}
		for _, h := range placed {
			heads[h.AccountID] = h.Pos
		}
	}
}

func listHeads(heads map[int64]int64) []chat.Head {
	list := make([]chat.Head, 0, len(heads))
	for account, pos := range heads {
		list = append(list, chat.Head{AccountID: account, Pos: pos})
	}
	return list
}

// placePostgres gives one batch of events their places. The lock comes in a statement
// of its own: what the next one sees then includes all that the last holder wrote.
func placePostgres(db *gorm.DB) ([]chat.Head, error) {
	if err := db.Exec("SELECT pg_advisory_xact_lock(?)", int64(sequenceLock)).Error; err != nil {
		return nil, err
	}
	var heads []chat.Head
	err := scan(db.Raw(`WITH batch AS MATERIALIZED (
  SELECT id, account_id FROM events WHERE pos IS NULL ORDER BY id LIMIT ?
), heads AS (
  INSERT INTO event_heads (account_id, pos) SELECT account_id, count(*) FROM batch GROUP BY account_id
  ON CONFLICT (account_id) DO UPDATE SET pos = event_heads.pos + excluded.pos
  RETURNING account_id, pos
), placed AS (
  UPDATE events e SET pos = h.pos - b.back
  FROM (SELECT id, account_id, row_number() OVER (PARTITION BY account_id ORDER BY id DESC) - 1 AS back FROM batch) b
  JOIN heads h USING (account_id)
  WHERE e.id = b.id
)
SELECT account_id, pos FROM heads`, sequenceBatch), &heads)
	return heads, err
}

// placeSQLite does the same in the writer, where nobody comes in between.
func placeSQLite(db *gorm.DB) ([]chat.Head, error) {
	var ids []int64
	err := db.Model(&models.Event{}).Where("pos IS NULL").Order("id").Limit(sequenceBatch).Pluck("id", &ids).Error
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	last := ids[len(ids)-1]
	var heads []chat.Head
	err = scan(db.Raw(`INSERT INTO event_heads (account_id, pos)
SELECT account_id, count(*) FROM events WHERE pos IS NULL AND id <= ? GROUP BY account_id
ON CONFLICT (account_id) DO UPDATE SET pos = event_heads.pos + excluded.pos
RETURNING account_id, pos`, last), &heads)
	if err != nil {
		return nil, err
	}
	return heads, db.Exec(`UPDATE events SET pos = b.pos FROM (
  SELECT e.id, h.pos + 1 - row_number() OVER (PARTITION BY e.account_id ORDER BY e.id DESC) AS pos
  FROM events e JOIN event_heads h ON h.account_id = e.account_id
  WHERE e.pos IS NULL AND e.id <= ?
) b WHERE events.id = b.id`, last).Error
}
