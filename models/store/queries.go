package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"parley/models"
	"parley/models/chat"
)

// queries reads, inside a transaction or outside.
type queries struct {
	db *gorm.DB
	dialect
	// detached statements outlive their context: SQLite answers an interrupted write by
	// undoing the whole transaction, which other callers share.
	detached bool
	// shelf has what searches read; nil within a transaction.
	shelf *shelf
	// ahead is told whose conversations are looked at; nil within a transaction.
	ahead *ahead
}

// dialect is the SQL that differs.
type dialect interface {
	// contains is a condition with one placeholder: the expression contains the needle,
	// in any case.
	contains(expression string) string
	// needle is the argument for that placeholder.
	needle(text string) string
	// claimIndex says whether the transaction is the one that may write the index.
	claimIndex(db *gorm.DB) (bool, error)
	// listedNumbers is a query that unpacks a list, its one parameter, into rows.
	listedNumbers() string
	// weighed is the query for what chunks of an account say of the terms in a list of
	// pairs with their worth: chunk_id, worth and weight. It goes from term to term along
	// the index: the planner cannot know that they are few.
	weighed() string
	// spans is a query that unpacks a list, its one parameter, into rows with a name and
	// the times since and until; epoch are the whole seconds of a time since 1970.
	spans() string
	epoch(at string) string
	// bytewise is an order of texts by code point: the one that both databases have.
	bytewise(column string) string
	// items is the list in a JSON column as a table with the column value; what is no list
	// has none.
	items(column string) string
	// place gives one batch of events their places in the log.
	place(db *gorm.DB) ([]chat.Head, error)
	// serial says that there is one writer at a time.
	serial() bool
}

// tx is a transaction.
type tx struct{ queries }

var _ chat.Tx = (*tx)(nil)

// on begins a statement, in the transaction that ctx is part of, if it is.
func (q queries) on(ctx context.Context) *gorm.DB {
	if t := joined(ctx); t != nil {
		q = t.queries
	}
	if q.detached {
		ctx = context.WithoutCancel(ctx)
	}
	return q.db.WithContext(ctx)
}

// of begins a statement on the rows of the principal's account.
func (q queries) of(ctx context.Context, who models.Principal) *gorm.DB {
	return q.on(ctx).Where("account_id = ?", who.AccountID)
}

// confine refuses the principal that stands for nobody.
func confine(who models.Principal) error {
	if who.Kind == "" || who.AccountID <= 0 {
		return models.ErrForbidden
	}
	return nil
}

// confineTeam refuses visitors as well: what they may see is one conversation.
func confineTeam(who models.Principal) error {
	if who.Kind == models.KindVisitor {
		return models.ErrForbidden
	}
	return confine(who)
}

// reaches says whether the principal may touch the conversation with this id: all of
// its account's, or, as a visitor, the own one.
func reaches(who models.Principal, conversationID int64) bool {
	return who.Kind != models.KindVisitor || (conversationID > 0 && conversationID == who.ConversationID)
}

// noConversation puts the conversation's own error in place of the general one.
func noConversation(err error) error {
	if errors.Is(err, models.ErrNotFound) {
		return models.ErrConversationNotFound
	}
	return err
}

// window is one page of a query: the rows and how many there are in all.
func window[T any](db *gorm.DB, p models.Page, order string) (models.List[T], error) {
	list := models.List[T]{Page: p, Rows: []T{}}
	var row T
	if err := db.Session(&gorm.Session{}).Model(&row).Count(&list.Total).Error; err != nil {
		return list, err
	}
	err := db.Session(&gorm.Session{}).Order(order).Limit(p.Limit).Offset(p.Offset).Find(&list.Rows).Error
	return list, err
}

// scan reads what a raw statement answers. GORM translates the errors of everything
// else by itself.
func scan(db *gorm.DB, into any) error { return translate(db.Scan(into).Error) }

// chunks is how many ids one statement names at most.
const chunks = 1000

// byID loads the rows of an account with these ids.
func byID[T any](db *gorm.DB, accountID int64, ids []int64, id func(*T) int64) (map[int64]*T, error) {
	found := make(map[int64]*T, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	var rows []T
	if err := db.Where("account_id = ? AND id IN ?", accountID, ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	for i := range rows {
		found[id(&rows[i])] = &rows[i]
	}
	return found, nil
}

// collect gathers the ids that rows name, each once.
func collect[T any](rows []T, ids func(*T) []*int64) []int64 {
	seen := map[int64]bool{}
	var all []int64
	for i := range rows {
		for _, id := range ids(&rows[i]) {
			if id != nil && !seen[*id] {
				seen[*id] = true
				all = append(all, *id)
			}
		}
	}
	return all
}
