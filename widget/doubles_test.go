package widget_test

import (
	"bytes"
	"context"
	"io"
	"sync"
	"sync/atomic"

	"parley/models"
	"parley/models/access"
)

// sites shows a site changed.
type sites struct {
	access.Store
	change func(s *models.Site)
}

func (s sites) SiteByKey(ctx context.Context, key string) (models.Site, error) {
	site, err := s.Store.SiteByKey(ctx, key)
	if err == nil && s.change != nil {
		s.change(&site)
	}
	return site, err
}

// presence says what it is told.
type presence struct {
	online atomic.Bool
	desk   []models.UID
}

func (p *presence) Online(int64) bool { return p.online.Load() }

func (p *presence) AtDesk(int64) []models.UID { return p.desk }

// silence is a bell that nobody hears.
type silence struct{}

func (silence) Ring(models.Doorbell) {}

// shelf keeps blobs in memory.
type shelf struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (s *shelf) Put(_ context.Context, key string, r io.Reader, _ int64) error {
	b, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[key] = b
	return err
}

func (s *shelf) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.kept[key]
	if !ok {
		return nil, models.ErrNotFound
	}
	return nopCloser{bytes.NewReader(b)}, nil
}

func (s *shelf) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, key)
	return nil
}

func (s *shelf) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept)
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }
