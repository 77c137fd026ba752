package store

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"slices"
	"strings"

	"parley/models"
)

// sources are the queries for what rows say, by their kind.
var sources = map[models.SearchKind]string{
	models.SearchMessage: "SELECT id, conversation_id AS parent, content AS first, NULL AS second, NULL AS third FROM messages " +
		"WHERE account_id = ? AND id IN ? AND deleted_at IS NULL",
	models.SearchConversation: "SELECT id, id AS parent, subject AS first, NULL AS second, NULL AS third FROM conversations " +
		"WHERE account_id = ? AND id IN ?",
	models.SearchContact: "SELECT id, id AS parent, " + fullName + " AS first, email AS second, phone AS third FROM contacts " +
		"WHERE account_id = ? AND id IN ?",
	models.SearchArticle: "SELECT id, id AS parent, title AS first, content AS second, NULL AS third FROM articles " +
		"WHERE account_id = ? AND id IN ?",
}

// said is what the rows with these ids say now. Those that are gone, or say nothing,
// are not among them.
func (q queries) said(ctx context.Context, key shelfKey, ids []int64) ([]packed, error) {
	var all []packed
	for part := range slices.Chunk(ids, chunks) {
		var rows []struct {
			ID, Parent           int64
			First, Second, Third *string
		}
		if err := scan(q.on(ctx).Raw(sources[key.kind], key.account, part), &rows); err != nil {
			return nil, err
		}
		for _, r := range rows {
			var texts []string
			for _, text := range []*string{r.First, r.Second, r.Third} {
				if text != nil && *text != "" {
					texts = append(texts, fold(*text))
				}
			}
			if texts != nil {
				all = append(all, packed{r.ID, r.Parent, strings.Join(texts, boundary)})
			}
		}
	}
	return all, nil
}

// corpus is what all the rows of one kind of an account say.
type corpus struct {
	// packs are in the order of ids.
	packs []*pack
	// fresh is what the packs do not know yet, and changed are the ids of which they
	// know nothing true.
	fresh   *pack
	changed map[int64]bool
}

// corpus reads it. The tasks come first: what the indexer does meanwhile is in the
// packs, and true as well.
func (q queries) corpus(ctx context.Context, account int64, kind models.SearchKind) (corpus, error) {
	key := shelfKey{account, kind}
	var ids []int64
	err := q.on(ctx).Raw("SELECT DISTINCT row_id FROM search_tasks WHERE account_id = ? AND kind = ?", account, kind).Scan(&ids).Error
	if err != nil {
		return corpus{}, err
	}
	c := corpus{changed: make(map[int64]bool, len(ids))}
	for _, id := range ids {
		c.changed[id] = true
	}
	rows, err := q.said(ctx, key, ids)
	if err != nil {
		return c, err
	}
	c.fresh = newPack(rows)
	c.packs, err = q.packs(ctx, key)
	return c, err
}

// packs reads those that are not on the shelf, by one statement, so that they belong
// together.
func (q queries) packs(ctx context.Context, key shelfKey) ([]*pack, error) {
	kept := q.shelf
	if joined(ctx) != nil {
		kept = nil // what a transaction reads may never come to be
	}
	known := kept.get(key)
	rows, err := q.on(ctx).Raw("SELECT id, CASE WHEN id IN ("+q.listedNumbers()+") THEN NULL ELSE body END FROM search_packs "+
		"WHERE account_id = ? AND kind = ?", spell(slices.Collect(maps.Keys(known))), key.account, key.kind).Rows()
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	read := make(map[int64]*pack, len(known))
	for rows.Next() {
		var id int64
		var body sql.RawBytes
		if err := rows.Scan(&id, &body); err != nil {
			return nil, translate(err)
		}
		if read[id] = known[id]; body != nil {
			if read[id], err = decode(body); err != nil {
				return nil, err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return nil, translate(err)
	}
	kept.put(key, read)
	return slices.SortedFunc(maps.Values(read), func(a, b *pack) int { return cmp.Compare(a.ids[0], b.ids[0]) }), nil
}

// hits are where a needle was found.
type hits struct {
	// of are the ids of what the rows belong to.
	of map[int64]bool
	// newest are the ids of the newest rows, in falling order.
	newest []int64
}

// row says whether a row of its own, which belongs to nothing else, was found.
func (h *hits) row(id, _ int64) bool { return h.of[id] }

// find looks everywhere, and keeps the ids of so many of the newest rows.
func (c corpus) find(needle string, newest int) *hits {
	h := &hits{of: map[int64]bool{}}
	c.fresh.find(needle, func(id, parent int64) {
		h.of[parent] = true
		h.newest = append(h.newest, id)
	})
	enough := len(h.newest) + newest
	var ids []int64
	var last int64
	for _, p := range slices.Backward(c.packs) {
		ids = ids[:0]
		p.find(needle, func(id, parent int64) {
			if c.changed[id] {
				return
			}
			ids = append(ids, id)
			if parent != last {
				h.of[parent] = true
				last = parent
			}
		})
		if len(h.newest) < enough {
			h.newest = append(h.newest, ids...)
		}
	}
	slices.SortFunc(h.newest, func(a, b int64) int { return cmp.Compare(b, a) })
	h.newest = h.newest[:min(newest, len(h.newest))]
	return h
}
