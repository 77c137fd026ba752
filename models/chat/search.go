package chat

import (
	"context"
	"log/slog"
	"slices"
	"time"
	"unicode/utf8"

	"parley/models"
)

// MaxSearchLength is the longest text that Search takes.
const MaxSearchLength = 200

// Search looks for a text in everything that the caller may read.
func (s *Service) Search(ctx context.Context, who models.Principal, q SearchQuery) (models.Found, error) {
	if err := allowToReadAll(who); err != nil {
		return models.Found{}, err
	}
	switch n := utf8.RuneCountInString(q.Text); {
	case n == 0:
		return models.Found{}, models.Invalid("q", "q is required")
	case n > MaxSearchLength:
		return models.Found{}, models.Invalid("q", "q is too long (maximum 200 characters)")
	}
	if allow(who, actContacts) != nil {
		q.Kinds = slices.DeleteFunc(slices.Clone(q.Kinds), func(k models.SearchKind) bool { return k == models.SearchContact })
	}
	return s.store.Search(ctx, who, q)
}

// The pauses of the indexer: how often it looks, and how long it rests after a batch,
// so that those who write come first and the next batch is a large one: each puts the
// newest pack of an account anew.
const (
	indexPause = 250 * time.Millisecond
	indexRest  = 100 * time.Millisecond
)

// RunIndexer keeps the search index up to date until ctx ends. Each node runs one.
func (s *Service) RunIndexer(ctx context.Context) error {
	timer := time.NewTimer(indexPause)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		begin := time.Now()
		done, err := s.store.Index(ctx)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "search index: a batch failed, trying again", "error", err)
		}
		pause := indexPause
		if done > 0 && err == nil {
			pause = max(indexRest, time.Since(begin))
		}
		timer.Reset(pause)
	}
}
