package realtime

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"parley/models"
)

// viewTime is how long an agent counts as looking at a conversation after saying so. A
// client that goes on looking says it again well before.
const viewTime = 60 * time.Second

// gaze is an agent who looks at a conversation.
type gaze struct {
	account            int64
	conversation, user models.UID
}

// looking is what is known of it: until when by each of the user's sockets. Who was only
// heard writing looks by none, the zero one.
type looking struct {
	name   string
	typing bool
	until  map[models.UID]time.Time
}

// turn notes that one of the sockets looks no more, and says whether any still does.
func (l looking) turn(socket models.UID) bool {
	delete(l.until, socket)
	_, heard := l.until[models.UID{}]
	return len(l.until) > 1 || len(l.until) == 1 && !heard
}

// gazes are the agents who look at conversations, on any node. Each node hears of all
// and forgets by itself, so that a node that dies leaves nobody looking for ever.
type gazes struct {
	hub *Hub
	mu  sync.Mutex
	now map[gaze]looking
}

// hear takes what a doorbell says of an agent, and tells the team on this node.
func (v *gazes) hear(d models.Doorbell) {
	who := gaze{d.AccountID, d.ConversationUID, d.UserUID}
	v.mu.Lock()
	defer v.mu.Unlock()
	state, known := v.now[who]
	switch {
	case d.Kind == models.BellViewing && !d.Active:
		if known && state.turn(d.Socket) {
			return // another tab of the same person still does
		}
		delete(v.now, who)
	case !known && !d.Active:
		return // who stops typing does not begin to look
	default:
		if v.now == nil {
			v.now = map[gaze]looking{}
		}
		if d.Kind == models.BellTyping {
			state.typing = d.Active
		}
		if state.until == nil {
			state.until = map[models.UID]time.Time{}
		}
		state.name, state.until[d.Socket] = d.Author, time.Now().Add(viewTime)
		v.now[who] = state
	}
	v.tell(who, d.Author)
}

// tell shows the team on this node how an agent looks at a conversation now.
func (v *gazes) tell(who gaze, name string) {
	state, there := v.now[who]
	v.hub.hintDesk(who.account, func() []byte { return viewFrame(who, name, state.typing, there) })
}

// expire forgets those who have not said for long that they look.
func (v *gazes) expire(now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for who, state := range v.now {
		maps.DeleteFunc(state.until, func(_ models.UID, until time.Time) bool { return now.After(until) })
		if len(state.until) == 0 {
			delete(v.now, who)
			v.tell(who, state.name)
		}
	}
}

// of are the frames that tell a newcomer who looks where.
func (v *gazes) of(account int64) [][]byte {
	v.mu.Lock()
	defer v.mu.Unlock()
	var frames [][]byte
	for _, who := range slices.SortedFunc(maps.Keys(v.now), func(a, b gaze) int { return slices.Compare(a.user[:], b.user[:]) }) {
		if who.account == account {
			frames = append(frames, viewFrame(who, v.now[who].name, v.now[who].typing, true))
		}
	}
	return frames
}

// viewer names an agent.
type viewer struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// viewFrame tells the team that one of them looks at a conversation, or no longer does.
func viewFrame(who gaze, name string, typing, viewing bool) []byte {
	expires := 0
	if viewing {
		expires = seconds(viewTime)
	}
	return encode(struct {
		Type           string `json:"type"`
		ConversationID string `json:"conversation_id"`
		Viewing        bool   `json:"viewing"`
		Typing         bool   `json:"typing"`
		Agent          viewer `json:"agent"`
		ExpiresIn      int    `json:"expires_in,omitempty"`
	}{
		"presence", models.FormatID(models.PrefixConversation, who.conversation), viewing, typing,
		viewer{models.FormatID(models.PrefixUser, who.user), name}, expires,
	})
}

// look notes that the agent looks at a conversation, or has turned away from it. One
// looks at one conversation at a time.
func (a *agent) look(ctx context.Context, in inbound) {
	conversation, err := models.ParseID(models.PrefixConversation, in.ConversationID)
	if err != nil {
		a.p.send(errorFrame(models.ErrConversationNotFound.Message, "", 0))
		return
	}
	if !in.Viewing {
		if a.viewed.UID == conversation {
			a.turnAway()
		}
		return
	}
	c, err := a.s.o.Chat.Conversation(ctx, a.who, conversation)
	if err != nil {
		a.p.send(errorFrame(told(ctx, err), "", 0))
		return
	}
	if a.viewed.UID != conversation {
		a.turnAway()
	}
	a.viewed = c
	a.ringView(true)
}

// turnAway ends looking.
func (a *agent) turnAway() {
	if a.viewed.ID != 0 {
		a.ringView(false)
	}
	a.viewed = models.Conversation{}
}

func (a *agent) ringView(active bool) {
	a.s.hub.Ring(models.Doorbell{
		Kind: models.BellViewing, AccountID: a.who.AccountID, ConversationID: a.viewed.ID, ConversationUID: a.viewed.UID,
		UserUID: a.who.UserUID, Socket: a.socket, Author: a.who.Name, Active: active,
	})
}
