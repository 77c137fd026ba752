package realtime

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"parley/models"
)

const (
	// streamTime is how long an answer in the making may stand still before it is
	// forgotten: a node that died begins it anew sooner.
	streamTime = time.Minute
	// reciteEvery is how often a node asks for what it missed of an answer, at most.
	reciteEvery = time.Second
	// catchUp is how soon who is behind is looked at again, where no piece comes first.
	catchUp = 100 * time.Millisecond
)

// stream is an answer in the making, as far as this node has heard of it.
type stream struct {
	// bell names it; its text is in text.
	bell models.Doorbell
	text []byte
	// own says that it is made on this node, which can tell it again. over says that the
	// conversation has gone on: nothing more of it is shown.
	own, over    bool
	heard, asked time.Time
	// behind are the sockets that have less of the text than the others, and how much: they
	// came in the middle, or were too slow. They get the rest as soon as they can take it.
	behind map[*peer]int
	// again is set while a look at them is to come.
	again bool
}

// streams are the answers in the making, by conversation. Every node hears the pieces of
// all of them and keeps the text so far, for whoever comes in the middle: no question to
// another node, and no frame for those who were there from the beginning. A client is only
// ever sent what continues the text it has, so that it need not know of any of this.
type streams struct {
	hub *Hub
	mu  sync.Mutex
	now map[int64]*stream
}

// hear takes a piece, or the end.
func (s *streams) hear(d models.Doorbell, own bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := s.now[d.ConversationID]
	switch {
	case d.Ended:
		if known != nil && known.bell.StreamID == d.StreamID {
			delete(s.now, d.ConversationID)
		}
		s.hub.hintRoom(d.ConversationID, visitorDelta(d))
		s.hub.hintDesk(d.AccountID, agentDelta(d))
		return
	case known != nil && d.Seq < known.bell.Seq:
		return // it answers what nobody asks any more, and does not know it yet
	}
	one := s.of(d, own)
	one.heard = time.Now()
	switch from, anew, whole := one.take(d.At, d.Text); {
	case one.over:
	case !whole:
		s.ask(one)
	case anew:
		one.restart(s.hub.rooms.of(d.ConversationID), s.hub.desks.of(d.AccountID))
		s.show(one, 0)
	case whole:
		s.show(one, from)
	}
}

// ask has an answer told again whose beginning, or middle, was missed. What sockets show of
// one whose beginning was missed nobody knows.
func (s *streams) ask(one *stream) {
	if len(one.text) == 0 {
		one.restart(s.hub.rooms.of(one.bell.ConversationID), s.hub.desks.of(one.bell.AccountID))
	}
	if one.heard.Sub(one.asked) > reciteEvery {
		one.asked = one.heard
		s.hub.bus.Publish(Note{Recite: one.bell.ConversationID})
	}
}

// of finds the stream that a piece belongs to, or begins it.
func (s *streams) of(d models.Doorbell, own bool) *stream {
	one := s.now[d.ConversationID]
	if one == nil || one.bell.StreamID != d.StreamID {
		d.Text = ""
		one = &stream{bell: d, behind: map[*peer]int{}}
		if s.now == nil {
			s.now = map[int64]*stream{}
		}
		s.now[d.ConversationID] = one
	}
	one.own = own
	return one
}

// take adds a piece, and gives where what is new begins. What is there already changes
// nothing; what contradicts it is the text anew; before what lies beyond the end something
// is missing.
func (one *stream) take(at int, text string) (from int, anew, whole bool) {
	if at < 0 || at > len(one.text) {
		return 0, false, false
	}
	if at == len(one.text) {
		one.text = append(one.text, text...)
		return at, false, true
	}
	known, next := one.text, append(one.text[:at:at], text...)
	switch {
	case bytes.HasPrefix(known, next):
		return len(known), false, true
	case bytes.HasPrefix(next, known):
		one.text = next
		return len(known), false, true
	}
	one.text = next
	return 0, true, true
}

// restart notes that what was shown so far is worth nothing.
func (one *stream) restart(audiences ...[]*peer) {
	for _, p := range slices.Concat(audiences...) {
		one.behind[p] = 0
	}
}

// show passes on the text from a place on, and what they lack to those who are behind.
func (s *streams) show(one *stream, from int) {
	left := one.pass(s.hub.rooms.of(one.bell.ConversationID), from, visitorDelta)
	if one.pass(s.hub.desks.of(one.bell.AccountID), from, agentDelta) || left {
		s.lookAgain(one)
	}
}

// lookAgain has those who are behind looked at soon.
func (s *streams) lookAgain(one *stream) {
	if one.again {
		return
	}
	one.again = true
	time.AfterFunc(catchUp, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if one.again = false; s.now[one.bell.ConversationID] == one && !one.over {
			s.show(one, len(one.text))
		}
	})
}

// pass is show for one audience, and says whether somebody is left behind. Who comes in the
// middle may hold a part from before it lost its line: that goes first.
func (one *stream) pass(audience []*peer, from int, spell func(models.Doorbell) func() []byte) (left bool) {
	var usual []byte
	for _, p := range audience {
		place, late := one.behind[p]
		var frames [][]byte
		switch {
		case !late && from == len(one.text), late && place == len(one.text):
			continue
		case !late && usual == nil:
			usual = spell(one.since(from))()
			fallthrough
		case !late:
			place, frames = from, [][]byte{usual}
		case place == 0:
			frames = [][]byte{spell(one.end())(), spell(one.since(0))()}
		default:
			frames = [][]byte{spell(one.since(place))()}
		}
		if p.grow(frames...) {
			delete(one.behind, p)
		} else {
			one.behind[p], left = place, true
		}
	}
	return left
}

func (one *stream) since(place int) models.Doorbell {
	d := one.bell
	d.At, d.Text = place, string(one.text[place:])
	return d
}

func (one *stream) end() models.Doorbell {
	d := one.bell
	d.Ended = true
	return d
}

// enter adds a socket to an audience, and notes what of its streams it has not heard.
func (s *streams) enter(audience *sockets, id int64, p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	audience.add(id, p)
	if audience == &s.hub.rooms {
		s.miss(s.now[id], p)
		return
	}
	for _, one := range s.now {
		if one.bell.AccountID == id {
			s.miss(one, p)
		}
	}
}

// miss notes that a socket has heard nothing of a stream.
func (s *streams) miss(one *stream, p *peer) {
	if one != nil && !one.over {
		one.behind[p] = 0
		s.lookAgain(one)
	}
}

// passed tells that a conversation has come to a message: what answers an earlier one is
// over.
func (s *streams) passed(conversation, seq int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.now[conversation]; one != nil && seq > one.bell.Seq {
		one.over, one.text, one.behind = true, nil, map[*peer]int{}
	}
}

// recite tells the other nodes an answer again that is made here.
func (s *streams) recite(conversation int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if one := s.now[conversation]; one != nil && one.own && !one.over {
		d := one.since(0)
		s.hub.bus.Publish(Note{Doorbell: &d})
	}
}

// expire forgets what has stood still for long.
func (s *streams) expire(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for conversation, one := range s.now {
		if now.Sub(one.heard) > streamTime {
			delete(s.now, conversation)
		}
	}
}
