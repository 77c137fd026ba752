package assistant

import (
	"strings"
	"sync"
	"time"
)

// showEvery is how often a growing answer is shown at most: more often than that nobody
// sees, and each time is a frame to every socket.
const showEvery = 60 * time.Millisecond

// shown passes on a text in the making, a few words at a time and in order.
type shown struct {
	// show is told where in the whole a text begins, in bytes.
	show func(at int, text string)

	mu      sync.Mutex
	text    strings.Builder
	at      int
	timer   *time.Timer
	stopped bool
}

func newShown(show func(at int, text string)) *shown { return &shown{show: show} }

// add takes a piece: the first one is shown at once, those that follow soon together.
func (s *shown) add(piece string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.WriteString(piece)
	if s.timer == nil && !s.stopped {
		s.pass()
		s.timer = time.AfterFunc(showEvery, s.due)
	}
}

// before does something as long as nothing has been shown.
func (s *shown) before(act func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at == 0 && !s.stopped {
		act()
	}
}

// begun says whether anything has been shown.
func (s *shown) begun() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.at > 0
}

// due is the timer's.
func (s *shown) due() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timer = nil
	if s.text.Len() > 0 && !s.stopped {
		s.pass()
		s.timer = time.AfterFunc(showEvery, s.due)
	}
}

// flush shows what is left.
func (s *shown) flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pass()
}

// stop shows nothing any more.
func (s *shown) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	if s.timer != nil {
		s.timer.Stop()
	}
}

// pass shows what came; s is held, which keeps the pieces in order.
func (s *shown) pass() {
	if text := s.text.String(); text != "" {
		s.text.Reset()
		s.show(s.at, text)
		s.at += len(text)
	}
}
