package access

import (
	"errors"
	"sync"
	"time"

	"parley/models"
)

// memory remembers what was found, and what was not, for a short time and a bounded
// number of names.
type memory[V any] struct {
	mu    sync.Mutex
	known map[string]remembrance[V]
	span  time.Duration
	limit int
	now   func() time.Time
}

type remembrance[V any] struct {
	value V
	err   error
	until time.Time
}

func newMemory[V any](span time.Duration, limit int, now func() time.Time) *memory[V] {
	return &memory[V]{known: map[string]remembrance[V]{}, span: span, limit: limit, now: now}
}

// get answers from memory, or asks find. Only "there is no such thing" is remembered
// of the failures.
func (m *memory[V]) get(name string, find func() (V, error)) (V, error) {
	m.mu.Lock()
	r, ok := m.known[name]
	m.mu.Unlock()
	if ok && m.now().Before(r.until) {
		return r.value, r.err
	}
	value, err := find()
	if err == nil || errors.Is(err, models.ErrNotFound) {
		m.put(name, remembrance[V]{value, err, m.now().Add(m.span)})
	}
	return value, err
}

func (m *memory[V]) put(name string, r remembrance[V]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.known) >= m.limit {
		// Everything here is a few seconds old at most: starting over costs one query each.
		clear(m.known)
	}
	m.known[name] = r
}

func (m *memory[V]) forget(name string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, name)
}
