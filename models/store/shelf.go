package store

import (
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
	kept  map[shelfKey]*volume
	// dropped is told whose packs were taken away for another's; it may be nil.
	dropped func(account int64)
	// uses counts them, so that volumes know which of them was used last.
	uses int64
}

// shelfKey names the packs of one kind of an account.
type shelfKey struct {
	account int64
	kind    models.SearchKind
}

// volume is what the shelf has under a key: packs by id, not to be changed.
type volume struct {
	packs map[int64]*pack
	size  int
	used  int64
}

func newShelf(limit int) *shelf { return &shelf{limit: limit, kept: map[shelfKey]*volume{}} }

// get is what the shelf has.
func (s *shelf) get(key shelfKey) map[int64]*pack {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	v := s.kept[key]
	if v == nil {
		return nil
	}
	s.uses++
	v.used = s.uses
	return v.packs
}

// put replaces what the shelf has, and takes away what was not asked for longest.
func (s *shelf) put(key shelfKey, packs map[int64]*pack) {
	if s == nil {
		return
	}
	v := &volume{packs: packs}
	for _, p := range packs {
		v.size += p.size()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.remove(key)
	if v.size > s.limit {
		return
	}
	for s.size+v.size > s.limit {
		oldest := s.oldest()
		s.remove(oldest)
		// An account that is too large by itself would be read ahead again and again.
		if s.dropped != nil && oldest.account != key.account {
			s.dropped(oldest.account)
		}
	}
	s.uses++
	v.used = s.uses
	s.kept[key] = v
	s.size += v.size
}

// oldest is what was not used for longest.
func (s *shelf) oldest() (key shelfKey) {
	used := s.uses + 1
	for k, v := range s.kept {
		if v.used < used {
			key, used = k, v.used
		}
	}
	return key
}

func (s *shelf) remove(key shelfKey) {
	if v := s.kept[key]; v != nil {
		delete(s.kept, key)
		s.size -= v.size
	}
}
