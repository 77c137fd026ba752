package store

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
)

// previewLength is how much of a content a visitor's list has, in code points.
const previewLength = 600

// Articles lists; see chat.KnowledgeReader.
func (q queries) Articles(ctx context.Context, who models.Principal, aq chat.ArticleQuery) (models.List[models.Article], error) {
	if err := confine(who); err != nil {
		return models.List[models.Article]{}, err
	}
	db := q.readable(ctx, who)
	if aq.Language != "" {
		db = inLanguage(db, who, strings.ToLower(aq.Language))
	}
	if aq.Published != nil {
		db = db.Where("published = ?", *aq.Published)
	}
	if aq.Tag != "" {
		db = db.Where("EXISTS (SELECT 1 FROM "+q.items("tags")+" WHERE value = ?)", aq.Tag)
	}
	order := q.bytewise("title") + ", id"
	if aq.Search != "" {
		known, err := q.search(who, aq.Search).in(ctx, models.SearchArticle)
		if err != nil {
			return models.List[models.Article]{}, err
		}
		return choose[models.Article](selection{who.AccountID, db, order, aq.Page}, "id", known.row)
	}
	if who.Kind == models.KindVisitor {
		db = db.Select(fmt.Sprintf("id, uid, account_id, title, substr(content, 1, %d) AS content, language, tags, published, "+
			"source, created_at, updated_at", previewLength))
	}
	return window[models.Article](db, aq.Page, order)
}

// inLanguage keeps the articles in a language. For a visitor, who did not ask for a tag
// but reads one, its country does not count, and what nobody has said the language of is
// shown as well.
func inLanguage(db *gorm.DB, who models.Principal, tag string) *gorm.DB {
	unsaid := ""
	if who.Kind == models.KindVisitor {
		tag, unsaid = base(tag), " OR language IS NULL"
	}
	return db.Where(`(lower(language) = ? OR lower(language) LIKE ? ESCAPE '\'`+unsaid+")", tag, likeEscapes.Replace(tag)+"-%")
}

// readable are the articles that the principal may see.
func (q queries) readable(ctx context.Context, who models.Principal) *gorm.DB {
	db := q.of(ctx, who)
	if who.Kind == models.KindVisitor || who.Kind == models.KindAssistant {
		db = db.Where("published = ?", true)
	}
	return db
}

// Article finds one; see chat.KnowledgeReader.
func (q queries) Article(ctx context.Context, who models.Principal, article models.UID) (models.Article, error) {
	var a models.Article
	if err := confine(who); err != nil {
		return a, err
	}
	err := q.readable(ctx, who).Where("uid = ?", article).Take(&a).Error
	return a, instead(err, chat.ErrArticleNotFound)
}

// LockArticle finds and locks; see chat.KnowledgeTx.
func (t *tx) LockArticle(ctx context.Context, who models.Principal, article models.UID) (models.Article, error) {
	var a models.Article
	if err := confineTeam(who); err != nil {
		return a, err
	}
	err := t.of(ctx, who).Clauses(locked).Where("uid = ?", article).Take(&a).Error
	return a, instead(err, chat.ErrArticleNotFound)
}

// ArticlesBySource finds by source; see chat.KnowledgeTx.
func (t *tx) ArticlesBySource(ctx context.Context, who models.Principal, sources []string) (map[string]models.Article, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	var rows []models.Article
	err := t.of(ctx, who).Where("source IN ?", append(sources, "")).Find(&rows).Error
	found := make(map[string]models.Article, len(rows))
	for _, a := range rows {
		found[*a.Source] = a
	}
	return found, err
}

// CreateArticle inserts; see chat.KnowledgeTx.
func (t *tx) CreateArticle(ctx context.Context, who models.Principal, a *models.Article, chunks []knowledge.Chunk) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	a.ID, a.AccountID = 0, who.AccountID
	if err := t.on(ctx).Create(a).Error; err != nil {
		return err
	}
	return t.learn(ctx, a, chunks)
}

// UpdateArticle writes; see chat.KnowledgeTx.
func (t *tx) UpdateArticle(ctx context.Context, who models.Principal, a *models.Article, chunks []knowledge.Chunk) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	err := touched(t.of(ctx, who).Model(&models.Article{}).Where("id = ?", a.ID).
		Select("title", "content", "language", "tags", "published", "updated_at").UpdateColumns(a), chat.ErrArticleNotFound)
	if err != nil {
		return err
	}
	// Their terms go with them.
	if err := t.of(ctx, who).Where("article_id = ?", a.ID).Delete(&models.ArticleChunk{}).Error; err != nil {
		return err
	}
	return t.learn(ctx, a, chunks)
}

// MoveArticle writes the source; see chat.KnowledgeTx.
func (t *tx) MoveArticle(ctx context.Context, who models.Principal, article models.UID, source string) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Model(&models.Article{}).Where("uid = ?", article).UpdateColumn("source", source), chat.ErrArticleNotFound)
}

// DeleteArticle deletes; see chat.KnowledgeTx.
func (t *tx) DeleteArticle(ctx context.Context, who models.Principal, article models.UID) error {
	if err := confineTeam(who); err != nil {
		return err
	}
	return touched(t.of(ctx, who).Where("uid = ?", article).Delete(&models.Article{}), chat.ErrArticleNotFound)
}

// rowsAtOnce is how many rows one statement inserts: below the databases' limits on
// parameters.
const rowsAtOnce = 500

// learn inserts an article's chunks and the terms that each is found by.
func (t *tx) learn(ctx context.Context, a *models.Article, chunks []knowledge.Chunk) error {
	if len(chunks) == 0 {
		return nil
	}
	rows := make([]models.ArticleChunk, len(chunks))
	for i, c := range chunks {
		rows[i] = models.ArticleChunk{
			AccountID: a.AccountID, ArticleID: a.ID, Ordinal: int64(i), Heading: c.Heading, Content: c.Content,
		}
	}
	if err := t.on(ctx).CreateInBatches(rows, rowsAtOnce).Error; err != nil {
		return err
	}
	var terms []models.ArticleTerm
	for i, row := range rows {
		for term, weight := range knowledge.Weigh(a.Title, chunks[i]) {
			terms = append(terms, models.ArticleTerm{AccountID: a.AccountID, Term: term, ChunkID: row.ID, Weight: weight})
		}
	}
	// In one order, so that two who write at once do not wait for each other in a ring.
	slices.SortFunc(terms, func(a, b models.ArticleTerm) int {
		return cmp.Or(cmp.Compare(a.ChunkID, b.ChunkID), cmp.Compare(a.Term, b.Term))
	})
	return t.on(ctx).CreateInBatches(terms, rowsAtOnce).Error
}

// fewest is how many chunks an account counts as having at least: with a handful of
// them nothing would be rare, and no word would matter.
const fewest = 50

// maxTerms is how many of a question's terms are looked for: the rarest.
const maxTerms = 24

// wanted is a term of a question with what it is worth, in thousandths.
type wanted struct {
	term  string
	worth int64
}

// Passages finds by terms; see chat.KnowledgeReader. A chunk's score is BM25 (Robertson
// and Zaragoza, 2009): the sum, over the terms, of their worth times their weight in the
// chunk.
func (q queries) Passages(ctx context.Context, who models.Principal, pq chat.PassageQuery) ([]models.Passage, error) {
	if err := confine(who); err != nil {
		return nil, err
	}
	terms := knowledge.Asked(pq.Question)
	if len(terms) == 0 {
		return []models.Passage{}, nil
	}
	worth, total, err := q.appraise(ctx, who, terms)
	if err != nil || len(worth) == 0 {
		return []models.Passage{}, err
	}
	pairs := make([][2]any, len(worth))
	for i, w := range worth {
		pairs[i] = [2]any{w.term, w.worth}
	}
	list, err := json.Marshal(pairs)
	if err != nil {
		return nil, err
	}
	rows := []struct {
		models.Passage
		Known int64
	}{}
	// More than are asked for, since the language has a say after the score.
	err = q.on(ctx).Raw(q.ranked(), string(list), who.AccountID, 4*pq.Limit, who.AccountID).Scan(&rows).Error
	passages := make([]models.Passage, len(rows))
	for i, row := range rows {
		passages[i] = row.Passage
		passages[i].Coverage = float64(row.Known) / float64(total)
		passages[i].Score *= fondness(pq.Language, row.Language)
	}
	slices.SortStableFunc(passages, func(a, b models.Passage) int { return cmp.Compare(b.Score, a.Score) })
	return passages[:min(len(passages), pq.Limit)], err
}

// ranked is the query for the chunks with the highest scores. It goes from term to term
// along the index.
func (q queries) ranked() string {
	return `WITH hits AS (
		SELECT chunk_id, sum(worth * weight) AS score, sum(worth) AS known FROM (` + q.weighed() + `) AS found
		GROUP BY chunk_id ORDER BY score DESC, chunk_id LIMIT ?
	) SELECT a.uid AS article, a.title, a.language, c.heading, c.content, h.score, h.known FROM hits h
	JOIN article_chunks c ON c.id = h.chunk_id JOIN articles a ON a.id = c.article_id
	WHERE a.account_id = ? ORDER BY h.score DESC, h.chunk_id`
}

// appraise says what the rarest of a question's terms are worth that chunks have, and
// what all are worth together: a term that no chunk has counts like the rarest, so that
// who asks about something else is not told he was understood.
func (q queries) appraise(ctx context.Context, who models.Principal, terms []string) (worth []wanted, total int64, err error) {
	var chunks int64
	if err := q.of(ctx, who).Model(&models.ArticleChunk{}).Count(&chunks).Error; err != nil || chunks == 0 {
		return nil, 0, err
	}
	var counts []struct {
		Term  string
		Count int64
	}
	err = q.of(ctx, who).Model(&models.ArticleTerm{}).Select("term, count(*) AS count").
		Where("term IN ?", terms).Group("term").Scan(&counts).Error
	for _, c := range counts {
		worth = append(worth, wanted{c.Term, worthOf(chunks, c.Count)})
		total += worthOf(chunks, c.Count)
	}
	total += int64(len(terms)-len(counts)) * worthOf(chunks, 1)
	slices.SortFunc(worth, func(a, b wanted) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.term, b.term))
	})
	return worth[:min(len(worth), maxTerms)], total, err
}

// worthOf is the inverse document frequency of BM25.
func worthOf(chunks, count int64) int64 {
	n, f := float64(max(chunks, fewest)), float64(count)
	return int64(math.Round(1000 * math.Log(1+(n-f+0.5)/(f+0.5))))
}

// fondness is how much an article's language counts for somebody who reads another one.
func fondness(wanted string, language *string) float64 {
	switch {
	case wanted == "" || language == nil:
		return 1
	case strings.EqualFold(base(wanted), base(*language)):
		return 1.25
	}
	return 0.8
}

// base is the language of a tag, without its country or script.
func base(tag string) string {
	language, _, _ := strings.Cut(tag, "-")
	return language
}
