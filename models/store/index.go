package store

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"

	"parley/models"
)

// indexBatch is how many tasks one transaction does.
const indexBatch = 2000

// Index does what searches would otherwise look at themselves; see chat.Store. The
// texts are read after the tasks: a change that comes later brings a task of its own.
func (s *Store) Index(ctx context.Context) (int, error) {
	var pending bool
	err := s.on(ctx).Raw("SELECT EXISTS (SELECT 1 FROM search_tasks)").Scan(&pending).Error
	if err != nil || !pending {
		return 0, err
	}
	done := 0
	err = s.transact(ctx, func(ctx context.Context, t *tx) error {
		var tasks []models.SearchTask
		mine, err := t.claimIndex(t.on(ctx))
		if err != nil || !mine {
			return err
		}
		if err := t.on(ctx).Order("id").Limit(indexBatch).Find(&tasks).Error; err != nil {
			return err
		}
		done = len(tasks)
		return t.index(ctx, tasks)
	})
	return done, err
}

// index does tasks, kind by kind of each account, and strikes them off.
func (t *tx) index(ctx context.Context, tasks []models.SearchTask) error {
	rows := map[shelfKey][]int64{}
	ids := make([]int64, len(tasks))
	for i, task := range tasks {
		key := shelfKey{task.AccountID, task.Kind}
		rows[key] = append(rows[key], task.RowID)
		ids[i] = task.ID
	}
	for key, ids := range rows {
		if err := t.repack(ctx, key, ids); err != nil {
			return fmt.Errorf("index the %ss of account %d: %w", key.kind, key.account, err)
		}
	}
	return t.on(ctx).Exec("DELETE FROM search_tasks WHERE id IN ("+t.listedNumbers()+")", spell(ids)).Error
}

// repack replaces the packs that the rows belong to: what was erased must not stand
// there. Each is replaced by itself, so that none reaches into another one's ids.
func (t *tx) repack(ctx context.Context, key shelfKey, ids []int64) error {
	slices.Sort(ids)
	ids = slices.Compact(ids)
	var known spine
	err := t.on(ctx).Where("account_id = ? AND kind = ?", key.account, key.kind).Select("id", "first_id").Order("first_id").Find(&known).Error
	if err != nil {
		return err
	}
	rows, err := t.said(ctx, key, ids)
	if err != nil {
		return err
	}
	others, err := t.takeOut(ctx, known.holding(ids))
	if err != nil {
		return err
	}
	places := map[int][]packed{}
	for _, r := range rows {
		places[known.place(r.id)] = append(places[known.place(r.id)], r)
	}
	for _, r := range others {
		if _, changed := slices.BinarySearch(ids, r.id); !changed {
			places[known.place(r.id)] = append(places[known.place(r.id)], r)
		}
	}
	return t.putIn(ctx, key, places)
}

// takeOut deletes packs and gives what was in them.
func (t *tx) takeOut(ctx context.Context, ids []int64) ([]packed, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	var bodies []models.SearchPack
	err := t.on(ctx).Raw("DELETE FROM search_packs WHERE id IN ("+t.listedNumbers()+") RETURNING body", spell(ids)).Scan(&bodies).Error
	if err != nil {
		return nil, err
	}
	var rows []packed
	for _, b := range bodies {
		p, err := decode(b.Body)
		if err != nil {
			return nil, err
		}
		rows = append(rows, p.rows()...)
	}
	return rows, nil
}

// putIn makes packs of the rows of each place.
func (t *tx) putIn(ctx context.Context, key shelfKey, places map[int][]packed) error {
	var packs []models.SearchPack
	for _, rows := range places {
		for _, p := range divide(rows) {
			packs = append(packs, models.SearchPack{AccountID: key.account, Kind: key.kind, FirstID: p.ids[0], Body: p.encode()})
		}
	}
	if len(packs) == 0 {
		return nil
	}
	return t.on(ctx).CreateInBatches(packs, chunks).Error
}

// spine is where the packs of one kind of an account begin, in order.
type spine []models.SearchPack

// place is which pack a row belongs to: the last one that does not begin behind it.
func (s spine) place(id int64) int {
	return max(sort.Search(len(s), func(i int) bool { return s[i].FirstID > id })-1, 0)
}

// holding are the ids of the packs that rows belong to; the rows are in order.
func (s spine) holding(rows []int64) []int64 {
	var packs []int64
	for _, id := range rows {
		if len(s) > 0 {
			packs = append(packs, s[s.place(id)].ID)
		}
	}
	return slices.Compact(packs)
}

// spell puts values as the one parameter that a statement unpacks.
func spell[T any](values []T) string {
	if values == nil {
		return "[]"
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(values) // strings and numbers always encode
	return out.String()
}
