package store

import (
	"context"

	"gorm.io/gorm"

	"parley/models"
)

// Statement is what the store asked of its database.
type Statement struct {
	SQL  string
	Vars []any
}

// Listen calls heard with every query that the store makes from now on.
func (s *Store) Listen(heard func(Statement)) error {
	note := func(db *gorm.DB) {
		if !db.DryRun { // which is how a part of a query is spelled
			heard(Statement{db.Statement.SQL.String(), db.Statement.Vars})
		}
	}
	if err := s.db.Callback().Query().After("gorm:query").Register("test:query", note); err != nil {
		return err
	}
	return s.db.Callback().Row().After("gorm:row").Register("test:row", note)
}

// Explain is the last column of what a prefix such as EXPLAIN makes of a query.
func (s *Store) Explain(ctx context.Context, prefix string, q Statement) ([]string, error) {
	rows, err := s.db.Statement.ConnPool.QueryContext(ctx, prefix+" "+q.SQL, q.Vars...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all []string
	for rows.Next() {
		line, into := make([]string, len(names)), make([]any, len(names))
		for i := range line {
			into[i] = &line[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		all = append(all, line[len(line)-1])
	}
	return all, rows.Err()
}

// InboxStatus is the expression that the index of the inbox has.
const InboxStatus = inboxStatus

// RankedSQL is the query behind Passages, for a look at its plan.
func (s *Store) RankedSQL() string { return s.ranked() }

// Shelved is how many packs of an account's texts the node has in memory.
func (s *Store) Shelved(account int64, kind models.SearchKind) int {
	return len(s.shelf.get(shelfKey{account, kind}))
}

// Wanted is how many accounts wait to be read ahead.
func (s *Store) Wanted() int { return len(s.ahead.waiting) }

// Met says whether an account was asked to be read ahead.
func (s *Store) Met(account int64) bool {
	s.ahead.mu.Lock()
	defer s.ahead.mu.Unlock()
	return s.ahead.met[account]
}
