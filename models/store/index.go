package store

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"parley/models"
)

// indexBatch is how many tasks one transaction does.
const indexBatch = 500

// rowKey names a row of the index.
type rowKey struct {
	kind models.SearchKind
	id   int64
}

// document is what the index is to know of a row.
type document struct {
	words map[string]bool
	// whole says that the row is done anew, and not added to.
	whole bool
}

// indexing brings the index of one account up to date, within a transaction.
type indexing struct {
	*tx
	account   int64
	documents map[rowKey]*document
}

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

// index does tasks, account by account, and strikes them off.
func (t *tx) index(ctx context.Context, tasks []models.SearchTask) error {
	accounts := map[int64][]models.SearchTask{}
	ids := make([]int64, len(tasks))
	for i, task := range tasks {
		accounts[task.AccountID] = append(accounts[task.AccountID], task)
		ids[i] = task.ID
	}
	for account, tasks := range accounts {
		x := indexing{tx: t, account: account, documents: map[rowKey]*document{}}
		for _, step := range []func(context.Context, []models.SearchTask) error{x.read, x.forget, x.learn} {
			if err := step(ctx, tasks); err != nil {
				return fmt.Errorf("index account %d: %w", account, err)
			}
		}
	}
	if len(ids) == 0 {
		return nil
	}
	return t.on(ctx).Where("id IN ?", ids).Delete(&models.SearchTask{}).Error
}

// of is the document of a row, made when it is first asked for.
func (x *indexing) of(kind models.SearchKind, id int64) *document {
	d := x.documents[rowKey{kind, id}]
	if d == nil {
		d = &document{words: map[string]bool{}}
		x.documents[rowKey{kind, id}] = d
	}
	return d
}

// sources are the queries for the texts of rows, by the kind of task.
var sources = map[models.SearchKind][]string{
	models.SearchMessage: {"SELECT conversation_id AS id, content AS text FROM messages WHERE account_id = ? AND id IN ? AND deleted_at IS NULL"},
	models.SearchConversation: {
		"SELECT id, coalesce(subject, '') AS text FROM conversations WHERE account_id = ? AND id IN ?",
		"SELECT conversation_id AS id, content AS text FROM messages WHERE account_id = ? AND conversation_id IN ? AND deleted_at IS NULL",
	},
	models.SearchContact: {
		"SELECT id, " + fullName + " AS text FROM contacts WHERE account_id = ? AND id IN ?",
		"SELECT id, coalesce(email, '') || ' ' || coalesce(phone, '') AS text FROM contacts WHERE account_id = ? AND id IN ?",
	},
	models.SearchArticle: {
		"SELECT id, title AS text FROM articles WHERE account_id = ? AND id IN ?",
		"SELECT id, content AS text FROM articles WHERE account_id = ? AND id IN ?",
	},
}

// read collects the words of the rows that the tasks name.
func (x *indexing) read(ctx context.Context, tasks []models.SearchTask) error {
	ids := map[models.SearchKind][]int64{}
	for _, task := range tasks {
		ids[task.Kind] = append(ids[task.Kind], task.RowID)
		if task.Kind != models.SearchMessage {
			x.of(task.Kind, task.RowID).whole = true
		}
	}
	for kind, of := range ids {
		target := kind
		if kind == models.SearchMessage {
			target = models.SearchConversation
		}
		for _, query := range sources[kind] {
			var rows []struct {
				ID   int64
				Text string
			}
			if err := x.on(ctx).Raw(query, x.account, of).Scan(&rows).Error; err != nil {
				return err
			}
			for _, r := range rows {
				words(x.of(target, r.ID).words, r.Text)
			}
		}
	}
	return nil
}

// forget takes out what the index knows of rows that are done anew, and the words that
// nothing uses any more: what was erased must not stand here.
func (x *indexing) forget(ctx context.Context, _ []models.SearchTask) error {
	ids := map[models.SearchKind][]int64{}
	for key, d := range x.documents {
		if d.whole {
			ids[key.kind] = append(ids[key.kind], key.id)
		}
	}
	for kind, of := range ids {
		var dropped []int64
		err := x.on(ctx).Raw("DELETE FROM search_postings WHERE account_id = ? AND kind = ? AND row_id IN ? RETURNING word_id",
			x.account, kind, of).Scan(&dropped).Error
		if err != nil || len(dropped) == 0 {
			return err
		}
		if err := x.prune(ctx, dropped); err != nil {
			return err
		}
	}
	return nil
}

// prune drops those of the words that nothing uses.
func (x *indexing) prune(ctx context.Context, ids []int64) error {
	var unused []models.SearchWord
	err := x.on(ctx).Raw("SELECT id, word FROM search_words w WHERE account_id = ? AND id IN ("+x.listedNumbers()+
		") AND NOT EXISTS (SELECT 1 FROM search_postings p WHERE p.account_id = ? AND p.word_id = w.id)",
		x.account, list(ids), x.account).Scan(&unused).Error
	if err != nil || len(unused) == 0 {
		return err
	}
	words := make([]int64, len(unused))
	var ends []pair
	for i, w := range unused {
		words[i] = w.ID
		for _, s := range suffixes(w.Word) {
			ends = append(ends, pair{s, w.ID})
		}
	}
	err = x.on(ctx).Exec("DELETE FROM search_suffixes WHERE account_id = ? AND (suffix, word_id) IN ("+x.listedEnds()+")",
		x.account, list(ends)).Error
	if err != nil {
		return err
	}
	return x.on(ctx).Exec("DELETE FROM search_words WHERE id IN ("+x.listedNumbers()+")", list(words)).Error
}

// pair is a text or a number with a number.
type pair [2]any

// list spells values as the one parameter that a statement unpacks.
func list[T any](values []T) string {
	if values == nil {
		return "[]"
	}
	var out strings.Builder
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(values) // strings and numbers always encode
	return out.String()
}

// learn writes what the documents say into the index.
func (x *indexing) learn(ctx context.Context, _ []models.SearchTask) error {
	known, err := x.know(ctx)
	if err != nil {
		return err
	}
	postings := map[models.SearchKind][]pair{}
	for key, d := range x.documents {
		for w := range d.words {
			postings[key.kind] = append(postings[key.kind], pair{known[w], key.id})
		}
	}
	for kind, rows := range postings {
		err := x.on(ctx).Exec("INSERT INTO search_postings (account_id, word_id, kind, row_id) "+
			"SELECT CAST(? AS bigint), a, CAST(? AS text), b FROM ("+x.listedPairs()+") AS given WHERE true ON CONFLICT DO NOTHING",
			x.account, kind, list(rows)).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// know finds the ids of the documents' words, making those that are new.
func (x *indexing) know(ctx context.Context) (map[string]int64, error) {
	known := map[string]int64{}
	for _, d := range x.documents {
		for w := range d.words {
			known[w] = 0
		}
	}
	if err := x.look(ctx, known, "SELECT id, word FROM search_words WHERE account_id = CAST(? AS bigint) AND word IN ("+x.listedWords()+")"); err != nil {
		return nil, err
	}
	var fresh []string
	for w, id := range known {
		if id == 0 {
			fresh = append(fresh, w)
		}
	}
	err := x.look(ctx, known, "INSERT INTO search_words (account_id, word) SELECT CAST(? AS bigint), word FROM ("+
		x.listedWords()+") AS given WHERE true ON CONFLICT DO NOTHING RETURNING id, word")
	if err != nil {
		return nil, err
	}
	var ends []pair
	for _, w := range fresh {
		for _, s := range suffixes(w) {
			ends = append(ends, pair{s, known[w]})
		}
	}
	return known, x.on(ctx).Exec("INSERT INTO search_suffixes (account_id, suffix, word_id) SELECT CAST(? AS bigint), a, b FROM ("+
		x.listedEnds()+") AS given WHERE true ON CONFLICT DO NOTHING", x.account, list(ends)).Error
}

// look asks for the words that have no id yet.
func (x *indexing) look(ctx context.Context, known map[string]int64, query string) error {
	var unknown []string
	for w, id := range known {
		if id == 0 {
			unknown = append(unknown, w)
		}
	}
	var rows []models.SearchWord
	if err := x.on(ctx).Raw(query, x.account, list(unknown)).Scan(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		known[r.Word] = r.ID
	}
	return nil
}
