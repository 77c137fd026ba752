package assistant

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/knowledge"
)

// Library is the part of the chat service that finds passages.
type Library interface {
	Passages(ctx context.Context, who models.Principal, q chat.PassageQuery) ([]models.Passage, error)
}

// Retrieval is Knowledge out of the account's own articles.
type Retrieval struct{ Library Library }

var _ Knowledge = Retrieval{}

// Passages implements Knowledge. Articles in the question's own language come first.
func (r Retrieval) Passages(ctx context.Context, p models.Principal, question string, limit int) ([]Passage, error) {
	found, err := r.Library.Passages(ctx, p, chat.PassageQuery{Question: question, Language: knowledge.Language(question), Limit: limit})
	if err != nil {
		return nil, err
	}
	passages := make([]Passage, len(found))
	for i, f := range found {
		passages[i] = Passage{
			ArticleUID: f.Article, Title: f.Title, Heading: f.Heading, Content: f.Content, Score: f.Score, Coverage: f.Coverage,
		}
	}
	return passages, nil
}
