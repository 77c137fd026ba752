package chat

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/models"
	"parley/models/knowledge"
)

// The bounds of an article, in code points, and of its tags.
const (
	maxArticleLength = 100_000
	maxTags          = 20
	maxTagLength     = 50
	// maxQuestionLength is how much of a question is looked at.
	maxQuestionLength = 2_000
	// maxPassages is how many passages are given at most.
	maxPassages = 50
)

// Errors of articles.
var (
	ErrArticleNotFound = models.Fail(models.CodeNotFound, "Article not found")
	ErrArticleTitle    = models.Invalid("title", "A title has 1 to 255 characters")
	ErrArticleContent  = models.Invalid("content", "The content has 1 to 100,000 characters")
	ErrArticleLanguage = models.Invalid("language", "The language must be a tag such as en or pt-BR")
	ErrArticleTags     = models.Invalid("tags", "There may be 20 tags of 1 to 50 characters each")
)

// ArticleInput is what a person says of an article; nil stays as it is.
type ArticleInput struct {
	Title     *string
	Content   *string
	Language  models.Given[string]
	Tags      *[]string
	Published *bool
}

// Articles lists a page.
func (s *Service) Articles(ctx context.Context, who models.Principal, q ArticleQuery) (models.List[models.Article], error) {
	if err := allow(who, actKnowledge); err != nil {
		return models.List[models.Article]{}, err
	}
	return s.store.Articles(ctx, who, q)
}

// ArticleCounts counts the articles by what their list is filtered by.
func (s *Service) ArticleCounts(ctx context.Context, who models.Principal) (ArticleCounts, error) {
	if err := allow(who, actKnowledge); err != nil {
		return ArticleCounts{}, err
	}
	return s.store.ArticleCounts(ctx, who)
}

// Article finds one.
func (s *Service) Article(ctx context.Context, who models.Principal, article models.UID) (models.Article, error) {
	if err := allow(who, actKnowledge); err != nil {
		return models.Article{}, err
	}
	return s.store.Article(ctx, who, article)
}

// Passages finds what the published articles say to a question. What is beyond 2,000
// characters of it is not looked at.
func (s *Service) Passages(ctx context.Context, who models.Principal, q PassageQuery) ([]models.Passage, error) {
	if err := allow(who, actKnowledge); err != nil {
		return nil, err
	}
	if err := checkText("q", q.Question); err != nil {
		return nil, err
	}
	if signs := []rune(q.Question); len(signs) > maxQuestionLength {
		q.Question = string(signs[:maxQuestionLength])
	}
	q.Limit = max(1, min(q.Limit, maxPassages))
	return s.store.Passages(ctx, who, q)
}

// FindArticles finds the articles that answer a question: of each the part that does.
func (s *Service) FindArticles(ctx context.Context, who models.Principal, q PassageQuery) ([]models.Passage, error) {
	limit := q.Limit
	q.Limit = maxPassages
	passages, err := s.Passages(ctx, who, q)
	found := map[models.UID]bool{}
	passages = slices.DeleteFunc(passages, func(p models.Passage) bool {
		again := found[p.Article]
		found[p.Article] = true
		return again
	})
	return passages[:min(len(passages), max(limit, 0))], err
}

// CreateArticle makes an article, which is published unless the input says otherwise.
func (s *Service) CreateArticle(ctx context.Context, who models.Principal, in ArticleInput) (models.Article, error) {
	if err := allow(who, actEditKnowledge); err != nil {
		return models.Article{}, err
	}
	a := s.newArticle()
	if err := in.apply(&a); err != nil {
		return a, err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.CreateArticle(ctx, who, &a, chunksOf(a)) })
	return a, err
}

// UpdateArticle changes what is given.
func (s *Service) UpdateArticle(ctx context.Context, who models.Principal, article models.UID, in ArticleInput) (a models.Article, err error) {
	if err := allow(who, actEditKnowledge); err != nil {
		return models.Article{}, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if a, err = tx.LockArticle(ctx, who, article); err != nil {
			return err
		}
		if err := in.apply(&a); err != nil {
			return err
		}
		a.UpdatedAt = s.clock()
		return tx.UpdateArticle(ctx, who, &a, chunksOf(a))
	})
	return a, err
}

// DeleteArticle deletes one; nobody finds it from then on.
func (s *Service) DeleteArticle(ctx context.Context, who models.Principal, article models.UID) error {
	if err := allow(who, actEditKnowledge); err != nil {
		return err
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.DeleteArticle(ctx, who, article) })
}

func (s *Service) newArticle() models.Article {
	now := s.clock()
	return models.Article{UID: models.NewUID(), Tags: []string{}, Published: true, CreatedAt: now, UpdatedAt: now}
}

// chunksOf are what an article is found by: nothing while it is not published, and its
// title at least when it is.
func chunksOf(a models.Article) []knowledge.Chunk {
	if !a.Published {
		return nil
	}
	if chunks := knowledge.Split(a.Content); len(chunks) > 0 {
		return chunks
	}
	return []knowledge.Chunk{{Content: a.Content}} // headings alone
}

func (in ArticleInput) apply(a *models.Article) error {
	if in.Title != nil {
		a.Title = *in.Title
	}
	if in.Content != nil {
		a.Content = *in.Content
	}
	if in.Published != nil {
		a.Published = *in.Published
	}
	if in.Tags != nil {
		a.Tags = *in.Tags
	}
	in.Language.Into(&a.Language)
	return checkArticle(a)
}

// checkArticle cleans an article, or says what is wrong with it.
func checkArticle(a *models.Article) error {
	if err := checkText("title", a.Title); err != nil {
		return err
	}
	if a.Title = cleanName(a.Title); isBlank(a.Title) || utf8.RuneCountInString(a.Title) > maxNameLength {
		return ErrArticleTitle
	}
	if err := checkText("content", a.Content); err != nil {
		return err
	}
	if isBlank(a.Content) || utf8.RuneCountInString(a.Content) > maxArticleLength {
		return ErrArticleContent
	}
	if a.Language != nil && !languageTag.MatchString(*a.Language) {
		return ErrArticleLanguage
	}
	return checkTags(a)
}

// languageTag is the shape of a language tag (RFC 5646), as far as articles need it.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)

// checkTags makes tags a set in the order they were given in.
func checkTags(a *models.Article) error {
	tags := []string{}
	for _, given := range a.Tags {
		if err := checkText("tags", given); err != nil {
			return err
		}
		tag := strings.Join(strings.Fields(cleanName(given)), " ")
		if isBlank(tag) || utf8.RuneCountInString(tag) > maxTagLength {
			return ErrArticleTags
		}
		if !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	if len(tags) > maxTags {
		return ErrArticleTags
	}
	a.Tags = tags
	return nil
}
