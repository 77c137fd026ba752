package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"unicode"
	"unicode/utf8"

	"parley/models"
	"parley/models/knowledge"
)

// MaxImport is how many articles one import takes.
const MaxImport = 1_000

// importBatch is how many articles one transaction writes: people's messages wait for no
// more than that.
const importBatch = 20

// maxSourceLength bounds what an imported article is known by, in code points.
const maxSourceLength = 500

// Imported counts what an import did.
type Imported struct {
	Created   int
	Updated   int
	Unchanged int
}

// ReadArticles takes articles out of an uploaded file; what is wrong with it blames
// "file".
func ReadArticles(name string, file []byte) ([]knowledge.Draft, error) {
	drafts, err := knowledge.Read(name, file)
	switch {
	case errors.Is(err, knowledge.ErrFormat):
		return nil, &models.Error{Code: models.CodeUnsupportedType, Message: sentence(err), Field: "file"}
	case err != nil:
		return nil, models.Invalid("file", sentence(err))
	case len(drafts) == 0:
		return nil, models.Invalid("file", "The file has no articles")
	}
	return drafts, nil
}

// ImportArticles makes articles of drafts, or changes those that were made of the same
// sources before. Everything is looked at before anything is written. What is written is
// found at once, a few articles at a time; if an import breaks off, doing it again does
// the rest.
func (s *Service) ImportArticles(ctx context.Context, who models.Principal, drafts []knowledge.Draft) (Imported, error) {
	var done Imported
	if err := allow(who, actEditKnowledge); err != nil {
		return done, err
	}
	articles, err := s.checkDrafts(drafts)
	if err != nil {
		return done, err
	}
	for batch := range slices.Chunk(articles, importBatch) {
		var counts Imported
		err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
			counts, err = s.importBatch(ctx, tx, who, batch)
			return err
		})
		if err != nil {
			return done, err
		}
		done.Created, done.Updated, done.Unchanged = done.Created+counts.Created, done.Updated+counts.Updated, done.Unchanged+counts.Unchanged
	}
	return done, nil
}

// checkDrafts turns drafts into articles, or says which one is wrong.
func (s *Service) checkDrafts(drafts []knowledge.Draft) ([]models.Article, error) {
	if len(drafts) > MaxImport {
		return nil, models.Invalid("file", fmt.Sprintf("At most %d articles can be imported at once", MaxImport))
	}
	articles := make([]models.Article, 0, len(drafts))
	seen := map[string]bool{}
	for i, d := range drafts {
		a := s.newArticle()
		a.Title, a.Content, a.Published, a.Tags = d.Title, d.Content, d.Published, d.Tags
		a.Language, a.Source = pointer(d.Language), &d.Source
		err := checkArticle(&a)
		switch {
		case err == nil && (d.Source == "" || utf8.RuneCountInString(d.Source) > maxSourceLength):
			err = models.Invalid("file", "its name is too long")
		case err == nil && seen[d.Source]:
			err = models.Invalid("file", "it is in the file twice")
		}
		if err != nil {
			return nil, models.Invalid("file", fmt.Sprintf("Article %d (%.60q): %s", i+1, d.Title, models.AsError(err).Message)).Because(err)
		}
		seen[d.Source] = true
		articles = append(articles, a)
	}
	return articles, nil
}

func (s *Service) importBatch(ctx context.Context, tx Tx, who models.Principal, batch []models.Article) (done Imported, err error) {
	sources := make([]string, len(batch))
	for i, a := range batch {
		sources[i] = *a.Source
	}
	known, err := tx.ArticlesBySource(ctx, who, sources)
	if err != nil {
		return done, err
	}
	for _, a := range batch {
		old, there := known[*a.Source]
		switch {
		case !there:
			done.Created++
			err = tx.CreateArticle(ctx, who, &a, chunksOf(a))
		case saysTheSame(old, a):
			done.Unchanged++
		default:
			done.Updated++
			a.ID, a.UID, a.AccountID, a.CreatedAt = old.ID, old.UID, old.AccountID, old.CreatedAt
			err = tx.UpdateArticle(ctx, who, &a, chunksOf(a))
		}
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

func saysTheSame(a, b models.Article) bool {
	return a.Title == b.Title && a.Content == b.Content && a.Published == b.Published &&
		deref(a.Language) == deref(b.Language) && slices.Equal(a.Tags, b.Tags)
}

// sentence begins with a capital letter.
func sentence(err error) string {
	signs := []rune(err.Error())
	signs[0] = unicode.ToUpper(signs[0])
	return string(signs)
}
