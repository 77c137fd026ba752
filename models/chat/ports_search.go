package chat

import (
	"context"

	"parley/models"
)

// SearchReader looks for a text in everything an account has.
type SearchReader interface {
	// Search lists the newest rows of each kind that contain the text, in any case. It
	// is not confined by scopes: the service leaves out what the caller may not see.
	Search(ctx context.Context, who models.Principal, q SearchQuery) (models.Found, error)
}

// SearchIndexer keeps the index for searches.
type SearchIndexer interface {
	// Index does a batch of what the index lacks, and says how many tasks that was. Any
	// node may call it; one works at a time. What is not indexed is found all the same.
	Index(ctx context.Context) (int, error)
}

// SearchQuery asks for at most Limit rows of each of the kinds.
type SearchQuery struct {
	Text  string
	Kinds []models.SearchKind
	Limit int
}

// Wants says whether the query asks for this kind.
func (q SearchQuery) Wants(kind models.SearchKind) bool {
	for _, k := range q.Kinds {
		if k == kind {
			return true
		}
	}
	return false
}
