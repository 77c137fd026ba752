package realtime

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/models"
)

// Roster is who is at the desk on one node: all of them, each time.
type Roster struct {
	Members []Member
}

// Member is a user with an open agent socket. Of several sockets the most available
// one counts.
type Member struct {
	AccountID    int64
	User         models.UID
	Name         string
	Availability models.Availability
}

const (
	// rosterPause is the least time between two rosters of a node.
	rosterPause = 50 * time.Millisecond
	// rosterMisses is how many rosters in a row may stay away until a node counts as gone.
	rosterMisses = 3
)

// Presence says which accounts have somebody at the desk, on any node. It is never
// stored: each node tells the others every few seconds, and at each change.
type Presence struct {
	hub   *Hub
	every time.Duration
	// changed holds a token when the own roster changed since it was told.
	changed chan struct{}

	mu    sync.Mutex
	local map[*peer]Member
	nodes map[string]node
	// teams is what sockets were told last: who is at the desk, by account.
	teams map[int64][]Member
}

// node is another node's roster, and when it was heard.
type node struct {
	members []Member
	heard   time.Time
}

func newPresence(h *Hub, every time.Duration) *Presence {
	return &Presence{
		hub: h, every: every, changed: make(chan struct{}, 1),
		local: map[*peer]Member{}, nodes: map[string]node{}, teams: map[int64][]Member{},
	}
}

// Online says whether an agent of the account is at the desk on any node, and not
// away.
func (s *Presence) Online(accountID int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return anyOnline(s.teams[accountID])
}

// AtDesk are the users of the account who are at the desk on any node, and not away, in
// an order that stays.
func (s *Presence) AtDesk(accountID int64) []models.UID {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []models.UID
	for _, m := range distinct(s.teams[accountID]) {
		if m.Availability == models.AvailabilityOnline {
			all = append(all, m.User)
		}
	}
	return all
}

func anyOnline(team []Member) bool {
	return slices.ContainsFunc(team, func(m Member) bool { return m.Availability == models.AvailabilityOnline })
}

// set notes what the holder of a socket says of being there.
func (s *Presence) set(p *peer, m Member) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.local[p] = m
	s.review()
	s.announce()
}

// leave notes that the holder of a socket has gone.
func (s *Presence) leave(p *peer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.local, p)
	s.review()
	s.announce()
}

// announce has the other nodes told, soon.
func (s *Presence) announce() {
	select {
	case s.changed <- struct{}{}:
	default: // they are to be told already
	}
}

// hear takes the roster of another node.
func (s *Presence) hear(from string, r Roster) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nodes[from] = node{r.Members, time.Now()}
	s.review()
}

// review brings teams up to date and tells the local sockets what changed. It is
// called with mu held, so that the last word they hear is the last one.
func (s *Presence) review() {
	now := map[int64][]Member{}
	for _, m := range s.local {
		now[m.AccountID] = append(now[m.AccountID], m)
	}
	for _, n := range s.nodes {
		for _, m := range n.members {
			now[m.AccountID] = append(now[m.AccountID], m)
		}
	}
	old := s.teams
	s.teams = now
	flipped := map[int64][]byte{}
	for account := range merged(old, now) {
		team := distinct(now[account])
		if len(team) > 0 {
			now[account] = team
		}
		if slices.Equal(team, old[account]) {
			continue
		}
		online := anyOnline(team)
		s.hub.hintDesk(account, func() []byte { return agentPresence(online, team) })
		if online != anyOnline(old[account]) {
			flipped[account] = visitorPresence(online)
		}
	}
	s.tellVisitors(flipped)
}

// merged is the keys of both.
func merged(a, b map[int64][]Member) map[int64]struct{} {
	keys := make(map[int64]struct{}, len(a)+len(b))
	for k := range a {
		keys[k] = struct{}{}
	}
	for k := range b {
		keys[k] = struct{}{}
	}
	return keys
}

// tellVisitors sends each account's frame to its visitors on this node.
func (s *Presence) tellVisitors(frames map[int64][]byte) {
	if len(frames) == 0 {
		return
	}
	s.hub.rooms.each(func(_ int64, room []*peer) {
		for _, p := range room {
			if data, ok := frames[p.account]; ok {
				p.hint(data)
			}
		}
	})
}

// distinct keeps each user once, with the best availability, in a fixed order.
func distinct(members []Member) []Member {
	best := map[models.UID]Member{}
	for _, m := range members {
		if known, ok := best[m.User]; !ok || known.Availability != models.AvailabilityOnline {
			best[m.User] = m
		}
	}
	return slices.SortedFunc(maps.Values(best), func(a, b Member) int { return slices.Compare(a.User[:], b.User[:]) })
}

// run tells the other nodes who is here, and forgets nodes that went silent.
func (s *Presence) run(ctx context.Context) {
	ticker := time.NewTicker(s.every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.forgetSilent(time.Now())
			s.hub.views.expire(time.Now())
			s.hub.streams.expire(time.Now())
		case <-s.changed:
		}
		s.hub.bus.Publish(Note{Roster: s.roster()})
		select {
		case <-ctx.Done():
		case <-time.After(rosterPause):
		}
	}
}

func (s *Presence) roster() *Roster {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Roster{Members: slices.Collect(maps.Values(s.local))}
}

func (s *Presence) forgetSilent(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.nodes, func(_ string, n node) bool { return now.Sub(n.heard) > rosterMisses*s.every })
	s.review()
}
