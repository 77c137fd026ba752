package models

// SearchKind says what a row of the search index stands for.
type SearchKind string

// The kinds. A conversation stands for its subject alone: what was said in it are
// messages.
const (
	SearchConversation SearchKind = "conversation"
	SearchContact      SearchKind = "contact"
	SearchArticle      SearchKind = "article"
	SearchMessage      SearchKind = "message"
)

// SearchPack has the texts of an account's rows of one kind, from the row with the id
// FirstID up to the next pack's, as searches compare them. A pack never changes: it is
// replaced by another one with another id, so that who has read it once may keep it.
type SearchPack struct {
	ID        int64
	AccountID int64
	Kind      SearchKind
	FirstID   int64
	Body      []byte `gorm:"not null"`
}

// TableName implements gorm's Tabler.
func (SearchPack) TableName() string { return "search_packs" }

// SearchTask is a row that the packs do not have yet, or have wrongly: searches
// look at such rows themselves. Triggers write the tasks, so that no way of changing a
// text is forgotten.
type SearchTask struct {
	ID        int64
	AccountID int64
	Kind      SearchKind
	RowID     int64
}

// Found is what a search found of each kind: the newest rows, and whether there are
// more of them.
type Found struct {
	Conversations Matches[Conversation]
	Messages      Matches[Message]
	Contacts      Matches[Contact]
	Articles      Matches[Article]
}

// Matches are the rows of one kind.
type Matches[T any] struct {
	Rows []T
	More bool
}
