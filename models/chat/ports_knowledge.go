package chat

import (
	"context"

	"parley/models"
	"parley/models/knowledge"
)

// KnowledgeReader reads articles. For visitors and assistants only published ones
// exist.
type KnowledgeReader interface {
	// Articles lists by title. A visitor gets the beginnings of the contents alone.
	Articles(ctx context.Context, who models.Principal, q ArticleQuery) (models.List[models.Article], error)
	// ArticleCounts counts for the filters of the list.
	ArticleCounts(ctx context.Context, who models.Principal) (ArticleCounts, error)
	// Article finds one: ErrArticleNotFound.
	Article(ctx context.Context, who models.Principal, article models.UID) (models.Article, error)
	// Passages lists the parts of published articles that bear on the question, best
	// first; none when it has no word that any of them has.
	Passages(ctx context.Context, who models.Principal, q PassageQuery) ([]models.Passage, error)
}

// KnowledgeTx changes articles and what they are found by.
type KnowledgeTx interface {
	// LockArticle is Article for who will change it: others wait.
	LockArticle(ctx context.Context, who models.Principal, article models.UID) (models.Article, error)
	// ArticlesBySource finds those that were imported from these, by source.
	ArticlesBySource(ctx context.Context, who models.Principal, sources []string) (map[string]models.Article, error)
	// CreateArticle inserts. The chunks are what it is found by from the commit on; none
	// hide it.
	CreateArticle(ctx context.Context, who models.Principal, a *models.Article, chunks []knowledge.Chunk) error
	// UpdateArticle writes title, content, language, tags, published and updated_at, and
	// puts other chunks in the place of the old ones.
	UpdateArticle(ctx context.Context, who models.Principal, a *models.Article, chunks []knowledge.Chunk) error
	// MoveArticle writes what an article was imported from.
	MoveArticle(ctx context.Context, who models.Principal, article models.UID, source string) error
	DeleteArticle(ctx context.Context, who models.Principal, article models.UID) error
}

// ArticleQuery selects articles; what is empty selects nothing. Search is a substring of
// title or content, Language a tag such as "en", which stands for "en-GB" as well; Tag
// is one of the article's own, as it is written.
type ArticleQuery struct {
	Search    string
	Language  string
	Tag       string
	Published *bool
	Page      models.Page
}

// ArticleCounts are how many articles there are of each kind: Tags by name, Languages by
// their tags as they are written.
type ArticleCounts struct {
	Published, Drafts int64

	Tags, Languages map[string]int64
}

// PassageQuery asks for at most Limit passages. Articles in Language come before equally
// fitting ones in others; it may be empty.
type PassageQuery struct {
	Question string
	Language string
	Limit    int
}
