package models

// SearchKind says what a row of the search index stands for.
type SearchKind string

// The kinds. A conversation is found by its subject and its messages; a task of kind
// message adds one message to its conversation, every other one does a row anew.
const (
	SearchConversation SearchKind = "conversation"
	SearchContact      SearchKind = "contact"
	SearchArticle      SearchKind = "article"
	SearchMessage      SearchKind = "message"
)

// SearchWord is one word that an account's texts use, in lower case.
type SearchWord struct {
	ID        int64
	AccountID int64
	Word      string
}

// TableName implements gorm's Tabler.
func (SearchWord) TableName() string { return "search_words" }

// SearchSuffix is an end of a word: the words that contain a text are those with a
// suffix that begins with it.
type SearchSuffix struct {
	AccountID int64  `gorm:"primaryKey;autoIncrement:false"`
	Suffix    string `gorm:"primaryKey"`
	WordID    int64  `gorm:"primaryKey;autoIncrement:false"`
}

// SearchPosting says that a row uses a word.
type SearchPosting struct {
	AccountID int64      `gorm:"primaryKey;autoIncrement:false"`
	WordID    int64      `gorm:"primaryKey;autoIncrement:false"`
	Kind      SearchKind `gorm:"primaryKey"`
	RowID     int64      `gorm:"primaryKey;autoIncrement:false"`
}

// SearchTask is a row that the index does not know yet, or knows wrongly: searches
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
