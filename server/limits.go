package main

import (
	"context"

	"parley/models"
	"parley/ratelimit"
	"parley/realtime"
)

// socketLimits counts what visitors do on sockets, with the same counters as the Chat
// surface: a visitor cannot write more by writing in two ways.
type socketLimits struct {
	limiter *ratelimit.Limiter
	open    ratelimit.Rule
	send    ratelimit.Rule
	wall    ratelimit.Rule
}

func newSocketLimits(limiter *ratelimit.Limiter, rules ratelimit.Rules) socketLimits {
	send := rules[ratelimit.ChatSend]
	return socketLimits{limiter: limiter, open: rules[ratelimit.ChatWS], send: send, wall: send.Wall()}
}

// TakeUpgrade implements realtime.Limiter.
func (l socketLimits) TakeUpgrade(ctx context.Context, site models.Site, ip string) realtime.Verdict {
	return decided(l.limiter.Take(ctx, l.open, ratelimit.AddressKey(site.ID, ip)))
}

// TakeSend implements realtime.Limiter.
func (l socketLimits) TakeSend(ctx context.Context, s realtime.Sender) realtime.Verdict {
	visitor := ratelimit.VisitorKey(s.SiteID, s.ConversationID)
	return decided(l.limiter.TakeAll(ctx, []ratelimit.Ask{{Rule: l.wall, Key: s.IP}, {Rule: l.send, Key: visitor}}))
}

// decided is a result as sockets want it.
func decided(r ratelimit.Result) realtime.Verdict {
	return realtime.Verdict{Allowed: r.Allowed, RetryAfter: r.RetryAfter, Headers: r.Headers}
}
