package ratelimit

import (
	"hash/maphash"
	"math"
	"math/bits"
	"sync"
)

const (
	shardCount = 64 // locks, so that callers of different keys seldom meet
	ways       = 16 // places a key may stand in
	firstSets  = 4  // of a shard with its first key; times 4 whenever it is full
	// defaultKeys takes 24 bytes each, 31 MB at most.
	defaultKeys = 1_310_720
)

// window is one key's count in its running period. It is kept at 24 bytes: the
// key itself is not here, only a hash of it under a seed that nobody outside
// knows, so that no one can choose keys that meet.
type window struct {
	key   uint64
	ends  int64 // nanoseconds on the node's own clock; over when not in the future
	used  uint32
	limit uint32
}

// lessUsed compares how used up two windows are: by used/limit, then by what is
// left of the period.
func (w *window) lessUsed(than *window) bool {
	mine, other := uint64(w.used)*uint64(than.limit), uint64(than.used)*uint64(w.limit)
	if mine != other {
		return mine < other
	}
	return w.ends < than.ends
}

// count is what a counter stands at: used is above the limit when the call it
// answers was one too many.
type count struct {
	used int64
	ends int64
}

// quota is what a key may do, and n how many calls are to be counted.
type quota struct {
	n, limit int64
	period   int64 // nanoseconds
}

// windows holds the counters of a bounded number of keys. It takes memory as
// keys come, and its bound is hard: when all places of a new key are taken by
// running windows, the one that is least used up gives way.
//
// So a flood of keys pushes out other fresh ones and forgives those a call or
// two, but reaches a counter at 90 % of its limit only after filling all 16 of
// its unpredictable places with counters above 90 %. Over the whole table that
// costs millions of allowed calls; the reset is worth less than one key's limit.
type windows struct {
	seed   maphash.Seed
	most   int // sets per shard
	shards [shardCount]shard
}

type shard struct {
	mu   sync.Mutex
	sets [][ways]window
	_    [32]byte // neighbours on one cache line would slow each other down
}

func newWindows(keys int) *windows {
	const perSet = shardCount * ways
	return &windows{seed: maphash.MakeSeed(), most: max(1, (keys+perSet-1)/perSet)}
}

// charge counts q.n calls on the key and returns the counter as it then
// stands. A counter at its limit stays there.
func (t *windows) charge(key string, now int64, q quota) count {
	hash, s := t.locate(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.find(hash, now)
	if w == nil {
		w = s.claim(hash, now, t.most)
		w.ends = now + q.period
	}
	used := int64(w.used) + q.n
	w.limit = clamp(q.limit)
	w.used = clamp(min(used, q.limit))
	return count{used: used, ends: w.ends}
}

// note remembers what another counter of the same key said. The higher of two
// running counts stays, since answers may overtake each other.
func (t *windows) note(key string, now int64, said count, limit int64) {
	hash, s := t.locate(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	w := s.find(hash, now)
	if w == nil {
		w = s.claim(hash, now, t.most)
	} else if int64(w.used) >= min(said.used, limit) {
		return
	}
	w.ends, w.limit, w.used = said.ends, clamp(limit), clamp(min(said.used, limit))
}

// peek returns the key's count, which is zero when no window runs.
func (t *windows) peek(key string, now int64) count {
	hash, s := t.locate(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.find(hash, now); w != nil {
		return count{used: int64(w.used), ends: w.ends}
	}
	return count{}
}

// drop forgets the key.
func (t *windows) drop(key string, now int64) {
	hash, s := t.locate(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.find(hash, now); w != nil {
		w.ends = now
	}
}

func (t *windows) locate(key string) (uint64, *shard) {
	hash := maphash.String(t.seed, key)
	return hash, &t.shards[hash%shardCount]
}

// find returns the key's running window, or nil.
func (s *shard) find(hash uint64, now int64) *window {
	if len(s.sets) == 0 {
		return nil
	}
	set := s.set(hash)
	for i := range set {
		if w := &set[i]; w.key == hash && w.ends > now {
			return w
		}
	}
	return nil
}

// claim gives the key a place that no running window needs, in a larger table
// if it must and may be, and otherwise the place of the least used one.
func (s *shard) claim(hash uint64, now int64, most int) *window {
	if len(s.sets) == 0 {
		s.sets = make([][ways]window, min(firstSets, most))
	}
	w := s.weakest(hash, now)
	for w.ends > now && len(s.sets) < most {
		s.grow(now, most)
		w = s.weakest(hash, now)
	}
	*w = window{key: hash}
	return w
}

// weakest is the place in the key's set that is missed least.
func (s *shard) weakest(hash uint64, now int64) *window {
	set := s.set(hash)
	weakest := &set[0]
	for i := range set {
		w := &set[i]
		if w.ends <= now {
			return w
		}
		if w.lessUsed(weakest) {
			weakest = w
		}
	}
	return weakest
}

func (s *shard) grow(now int64, most int) {
	old := s.sets
	s.sets = make([][ways]window, min(4*len(old), most))
	for i := range old {
		for _, w := range old[i] {
			if w.ends > now {
				*s.weakest(w.key, now) = w
			}
		}
	}
}

// set picks by the hash's high bits; the shard was picked by the low ones.
func (s *shard) set(hash uint64) *[ways]window {
	high, _ := bits.Mul64(hash, uint64(len(s.sets)))
	return &s.sets[high]
}

func clamp(n int64) uint32 { return uint32(min(max(n, 0), math.MaxUint32)) }
