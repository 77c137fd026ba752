package models

// Page is a window on a list: Limit rows after Offset skipped ones.
type Page struct {
	Limit  int
	Offset int
}

// List is one page of rows with the number of all rows that match.
type List[T any] struct {
	Rows  []T
	Total int64
	Page  Page
}

// HasMore says whether rows follow this page.
func (l List[T]) HasMore() bool { return int64(l.Page.Offset+len(l.Rows)) < l.Total }
