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
// sources before. One whose source is new is that of a former source if their titles
// agree. Everything is looked at before anything is written. What is written is
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
	if err := s.checkReplaced(ctx, who, articles); err != nil {
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

// incoming is an article on its way in.
type incoming struct {
	models.Article
	draft knowledge.Draft
	// number is its place among them, from 1.
	number int
}

// refused says which article is wrong, and why.
func (in incoming) refused(why string) error {
	name := fmt.Sprintf("%.60q", in.draft.Title)
	if in.draft.File != "" {
		name += ", " + in.draft.File
	}
	return models.Invalid("file", fmt.Sprintf("Article %d (%s): %s", in.number, name, why))
}

// checkDrafts turns drafts into articles, or says which one is wrong.
func (s *Service) checkDrafts(drafts []knowledge.Draft) ([]incoming, error) {
	if len(drafts) > MaxImport {
		return nil, models.Invalid("file", fmt.Sprintf("At most %d articles can be imported at once", MaxImport))
	}
	articles := make([]incoming, 0, len(drafts))
	seen := map[string]bool{}
	for i, d := range drafts {
		a := s.newArticle()
		a.Title, a.Content, a.Published, a.Tags = d.Title, d.Content, d.Published, d.Tags
		a.Language, a.Source = pointer(d.Language), &d.Source
		in := incoming{draft: d, number: i + 1}
		if err := checkArticle(&a); err != nil {
			return nil, in.refused(models.AsError(err).Message)
		}
		switch {
		case d.Source == "" || utf8.RuneCountInString(d.Source) > maxSourceLength:
			return nil, in.refused("its name is too long")
		case seen[d.Source]:
			return nil, in.refused("it is in the file twice")
		}
		seen[d.Source], in.Article = true, a
		articles = append(articles, in)
	}
	return articles, nil
}

// checkReplaced refuses what would take the place of an article that it cannot be an
// edit of: two folders have a file of the same name, and one text would be lost.
func (s *Service) checkReplaced(ctx context.Context, who models.Principal, articles []incoming) error {
	for batch := range slices.Chunk(articles, importBatch) {
		var known map[string]models.Article
		err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
			known, err = tx.ArticlesBySource(ctx, who, sourcesOf(batch))
			return err
		})
		if err != nil {
			return err
		}
		for _, in := range batch {
			old, there := known[*in.Source]
			if there && !in.draft.Named && old.Title != in.Title && !knowledge.Alike(old.Content, in.Content) {
				return in.refused(fmt.Sprintf("the article %.60q was made of a file of this name, and has nothing in common with it; delete that article first, or give the file another name", old.Title))
			}
		}
	}
	return nil
}

// sourcesOf are all that a batch may be known by.
func sourcesOf(batch []incoming) []string {
	var sources []string
	for _, in := range batch {
		sources = append(append(sources, *in.Source), in.draft.Former...)
	}
	return sources
}

// formerly finds the article that was made of the same source when it went by another
// name.
func (in incoming) formerly(known map[string]models.Article) (models.Article, bool) {
	for _, source := range in.draft.Former {
		old, there := known[source]
		if there && old.Title == in.Title && (old.Language == nil || in.Language == nil || *old.Language == *in.Language) {
			return old, true
		}
	}
	return models.Article{}, false
}

func (s *Service) importBatch(ctx context.Context, tx Tx, who models.Principal, batch []incoming) (done Imported, err error) {
	known, err := tx.ArticlesBySource(ctx, who, sourcesOf(batch))
	if err != nil {
		return done, err
	}
	for _, in := range batch {
		a := in.Article
		old, there := known[*a.Source]
		if !there {
			if old, there = in.formerly(known); there {
				delete(known, *old.Source) // one article is not two files'
				if err := tx.MoveArticle(ctx, who, old.UID, *a.Source); err != nil {
					return done, err
				}
			}
		}
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
