package realtime

import (
	"context"
	"time"

	"parley/models"
)

// agent is the party of an agent socket.
type agent struct {
	s *Sockets
	p *peer
	// who is set by hello, or before it by a cookie session (known).
	who    models.Principal
	known  bool
	joined bool
	// typing tells which conversation the agent writes in.
	typing       typist
	conversation models.UID
	// viewed is the conversation that the agent looks at, and socket tells the other nodes
	// by which of the agent's sockets.
	viewed models.Conversation
	socket models.UID
}

// agentCodes are how credentials that do not fit close an agent's socket.
var agentCodes = map[models.Code]int{
	models.CodeUnauthorized: CloseUnauthorized, models.CodeForbidden: CloseForbidden, models.CodeNotFound: CloseUnauthorized,
}

// errScope refuses keys that may not read conversations, and with them events.
var errScope = models.Fail(models.CodeForbidden, "Missing scope: "+string(models.ScopeConversationsRead))

// hello implements party.
func (a *agent) hello(ctx context.Context, in inbound) error {
	if in.Type != "hello" {
		return refusal{CloseBadFrame, reasonBadFrame}
	}
	if err := a.identify(ctx, in); err != nil {
		return refused(ctx, err, agentCodes)
	}
	// First the doorbell, then the read: what happens in between rings.
	a.join(ctx)
	// Who came by a remembered credential may have been shut out since, and no doorbell
	// will tell again.
	if !a.s.o.Access.StillStands(ctx, a.who) {
		return refusal{CloseUnauthorized, reasonRevoked}
	}
	first, last, err := a.s.o.Chat.EventSpan(ctx, a.who)
	if err != nil {
		return refused(ctx, err, agentCodes)
	}
	cursor, whole := resume(in.After, first, last)
	a.p.open(encode(agentWelcome{Type: "welcome", Pos: last, Heartbeat: seconds(a.s.o.Heartbeat)}), cursor, last)
	if !whole {
		a.p.send(resyncFrame(last))
	}
	for _, frame := range a.s.hub.views.of(a.who.AccountID) {
		a.p.hint(frame)
	}
	a.s.hub.presence.set(a.p, a.member(models.AvailabilityOnline))
	return nil
}

func (a *agent) identify(ctx context.Context, in inbound) error {
	if !a.known || in.APIKey != "" {
		who, err := a.s.o.Access.Key(ctx, in.APIKey)
		if err != nil {
			return err
		}
		if who.KeyKind != models.KeyKindAgent {
			return models.ErrUnauthorized // a key of another surface
		}
		a.who = who
	}
	if !a.who.May(models.ScopeConversationsRead) {
		return errScope
	}
	return nil
}

// resume is where to read on from, and whether that is all the client lacks: what the
// log has forgotten, or a place it never had, needs a fresh start.
func resume(after *int64, first, last int64) (cursor int64, whole bool) {
	if after == nil {
		return last, true
	}
	if *after > last || *after+1 < first {
		return last, false
	}
	return *after, true
}

func (a *agent) join(ctx context.Context) {
	a.p.account, a.p.agent = a.who.AccountID, a
	log := a.s.feeds.hold(a.who.AccountID)
	ctx = context.WithoutCancel(ctx) // hello ends, the socket goes on
	a.p.pull = func(after int64) ([]entry, error) {
		ctx, done := a.p.reads(ctx, a.s.o.Act)
		defer done()
		return log.after(ctx, after)
	}
	a.s.hub.streams.enter(&a.s.hub.desks, a.who.AccountID, a.p)
	a.s.counters.Agents.Add(1)
	a.joined = true
}

// leave implements party.
func (a *agent) leave(ctx context.Context) {
	if !a.joined {
		return
	}
	a.s.hub.desks.remove(a.who.AccountID, a.p)
	a.s.feeds.release(a.who.AccountID)
	a.s.hub.presence.leave(a.p)
	a.s.counters.Agents.Add(-1)
	// Who stops typing still looks, so turning away comes last.
	if err := a.types(ctx, a.conversation, false); err != nil {
		told(ctx, err) // nobody is left to hear it
	}
	a.turnAway()
}

func (a *agent) member(availability models.Availability) Member {
	return Member{AccountID: a.who.AccountID, User: a.who.UserUID, Name: a.who.Name, Availability: availability}
}

// take implements party.
func (a *agent) take(ctx context.Context, in inbound) {
	switch in.Type {
	case "typing", "read":
		a.act(ctx, in)
	case "presence":
		if in.ConversationID != "" {
			a.look(ctx, in)
			return
		}
		a.attend(models.Availability(in.Availability))
	case "ping":
		a.p.send(pongFrame)
	default:
		a.p.send(errorFrame(textUnknownType, "", 0))
	}
}

// act does what concerns one conversation.
func (a *agent) act(ctx context.Context, in inbound) {
	conversation, err := models.ParseID(models.PrefixConversation, in.ConversationID)
	if err != nil {
		a.p.send(errorFrame(models.ErrConversationNotFound.Message, "", 0))
		return
	}
	if in.Type == "typing" {
		err = a.types(ctx, conversation, in.Active)
	} else {
		_, err = a.s.o.Chat.MarkRead(ctx, a.who, conversation, in.Seq)
	}
	if err != nil {
		a.p.send(errorFrame(told(ctx, err), "", 0))
	}
}

// types passes on that the agent types; turning to another conversation ends it in
// the one before.
func (a *agent) types(ctx context.Context, conversation models.UID, active bool) error {
	if conversation != a.conversation {
		if a.typing.active {
			if _, err := a.s.o.Chat.Typing(ctx, a.who, a.conversation, false); err != nil {
				return err
			}
		}
		a.conversation, a.typing = conversation, typist{}
	}
	if !a.typing.says(active, time.Now()) {
		return nil
	}
	_, err := a.s.o.Chat.Typing(ctx, a.who, conversation, active)
	return err
}

// attend notes whether the agent is at the desk.
func (a *agent) attend(availability models.Availability) {
	switch availability {
	case models.AvailabilityOnline, models.AvailabilityAway:
		a.s.hub.presence.set(a.p, a.member(availability))
	default:
		a.p.send(errorFrame(textAvailability, "", 0))
	}
}
