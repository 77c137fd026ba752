package store

import (
	"container/list"
	"sync"

	"parley/models"
)

// shelfSize is how much of the packs a node keeps in memory, in bytes.
const shelfSize = 128 << 20

// shelf keeps packs that were read, those of the accounts that searched last. A nil
// shelf keeps nothing.
type shelf struct {
	mu    sync.Mutex
	limit int
	size  int
	rows  map[shelfKey]*list.Element
	// order has the one that was used last in front.
	order *list.List
}

// shelfKey names the packs of one kind of an account.
type shelfKey struct {
	account int64
	kind    models.SearchKind
}

// shelved is what the shelf has under a key: packs by id, not to be changed.
type shelved struct {
	key   shelfKey
	packs map[int64]*pack
	size  int
}

func newShelf(limit int) *shelf {
	return &shelf{limit: limit, rows: map[shelfKey]*list.Element{}, order: list.New()}
}

// get is what the shelf has.
func (s *shelf) get(key shelfKey) map[int64]*pack {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.rows[key]
	if e == nil {
		return nil
	}
	s.order.MoveToFront(e)
	return e.Value.(*shelved).packs
}

// put replaces what the shelf has, and takes away what was not asked for longest.
func (s *shelf) put(key shelfKey, packs map[int64]*pack) {
	if s == nil {
		return
	}
	v := &shelved{key: key, packs: packs}
	for _, p := range packs {
		v.size += p.size()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(s.rows[key])
	if v.size > s.limit {
		return
	}
	for s.size+v.size > s.limit {
		s.remove(s.order.Back())
	}
	s.rows[key] = s.order.PushFront(v)
	s.size += v.size
}

func (s *shelf) remove(e *list.Element) {
	if e == nil {
		return
	}
	v := s.order.Remove(e).(*shelved)
	delete(s.rows, v.key)
	s.size -= v.size
}
