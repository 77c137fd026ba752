package realtime

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"

	"parley/models"
)

// events reads so many envelopes, whose places must go on from first.
func (c *client) events(first int64, n int) {
	c.t.Helper()
	for pos := first; pos < first+int64(n); pos++ {
		r := c.skipping("presence")
		if r.Pos != float64(pos) {
			c.t.Fatalf("got %s, want pos %d", r.raw, pos)
		}
	}
}

func TestAnAgentFollowsTheEventsOfTheAccountFromNowOn(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	b.world.addKey("key", 1, models.AllScopes()...)
	b.world.hushed(c, "before")
	a, welcome := b.attend("key")
	if welcome.Pos != 1.0 || welcome.Heartbeat != 25 {
		t.Errorf("welcome is %s", welcome.raw)
	}
	b.world.post(c, "now")
	e := a.skipping("presence")
	if e.Type != "message.sent" || e.Pos != 2.0 || !strings.Contains(e.raw, `"content":"now"`) {
		t.Errorf("envelope is %s", e.raw)
	}
}

func TestAnAgentWhoComesBackGetsWhatHappenedMeanwhile(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addKey("key", 1, models.AllScopes()...)
	for range 2*pageSize + 5 {
		b.world.happen(models.EventConversationUpdated)
	}
	a := b.dial("/agent", nil)
	a.say(`{"type":"hello","api_key":"key","after":3}`)
	a.next("welcome")
	a.events(4, 2*pageSize+2)
}

func TestWhatTheLogHasForgottenNeedsAFreshStart(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		after int
		fresh bool
	}{
		"one too old":               {3, true},
		"from the beginning":        {0, true},
		"just old enough":           {4, false},
		"the newest":                {10, false},
		"from another life of ours": {11, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := setup(t)
			b.world.addKey("key", 1, models.AllScopes()...)
			for range 10 {
				b.world.happen(models.EventConversationUpdated)
			}
			b.world.forget(4)
			a := b.dial("/agent", nil)
			a.say(`{"type":"hello","api_key":"key","after":%d}`, test.after)
			a.next("welcome")
			next := int64(test.after) + 1
			if test.fresh {
				if r := a.skipping("presence"); r.Type != "resync" || r.Pos != 10.0 {
					t.Fatalf("got %s, want resync", r.raw)
				}
				next = 11
			}
			b.world.happen(models.EventConversationUpdated)
			b.world.ringEvents(testAccount)
			a.events(next, int(11-next+1))
		})
	}
}

func TestManyAgentsOfAnAccountCostOneRead(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addKey("key", 1, models.AllScopes()...)
	var all []*client
	for range 20 {
		a, _ := b.attend("key")
		all = append(all, a)
	}
	b.world.happen(models.EventConversationUpdated)
	b.world.ringEvents(testAccount)
	for _, a := range all {
		a.events(1, 1)
	}
	if n := b.world.eventReads.Load(); n > 2 {
		t.Errorf("%d reads for 20 agents, want 1", n)
	}
}

func TestEventsOfContactsAreForKeysThatReadContacts(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addKey("full", 1, models.AllScopes()...)
	b.world.addKey("narrow", 2, models.ScopeConversationsRead)
	full, _ := b.attend("full")
	narrow, _ := b.attend("narrow")
	b.world.happen(models.EventContactUpdated)
	b.world.happen(models.EventNoteCreated)
	b.world.ringEvents(testAccount)
	full.events(1, 2)
	if e := narrow.skipping("presence"); e.Type != string(models.EventNoteCreated) || e.Pos != 2.0 {
		t.Errorf("got %s", e.raw)
	}
}

func TestKeysThatDoNotFitCloseTheSocket(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addKey("contacts", 1, models.ScopeContactsRead)
	inbox := b.world.addKey("inbox", 1, models.AllScopes()...)
	inbox.KeyKind = models.KeyKindInbox
	b.world.keys["inbox"] = inbox
	for name, test := range map[string]struct {
		hello  string
		code   int
		reason string
	}{
		"an unknown key":   {`{"type":"hello","api_key":"guess"}`, CloseUnauthorized, "Unauthorized"},
		"no key":           {`{"type":"hello"}`, CloseUnauthorized, "Unauthorized"},
		"a site key":       {`{"type":"hello","api_key":"site-key"}`, CloseUnauthorized, "Unauthorized"},
		"an inbox key":     {`{"type":"hello","api_key":"inbox"}`, CloseUnauthorized, "Unauthorized"},
		"too few scopes":   {`{"type":"hello","api_key":"contacts"}`, CloseForbidden, "Missing scope: conversations:read"},
		"no hello":         {`{"type":"ping"}`, CloseBadFrame, reasonBadFrame},
		"after is no pos":  {`{"type":"hello","api_key":"contacts","after":"x"}`, CloseBadFrame, reasonBadFrame},
		"a negative after": {`{"type":"hello","api_key":"contacts","after":-1}`, CloseBadFrame, reasonBadFrame},
		"a NUL in the key": {`{"type":"hello","api_key":"\u0000"}`, CloseBadFrame, reasonBadFrame},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.dial("/agent", nil)
			c.say("%s", test.hello)
			if reason := c.closed(test.code); reason != test.reason {
				t.Errorf("reason is %q, want %q", reason, test.reason)
			}
		})
	}
}

func TestASessionNeedsNoKey(t *testing.T) {
	t.Parallel()
	member := models.Principal{Kind: models.KindUser, AccountID: testAccount, UserID: 5, Name: "Ada", Scopes: models.AllScopes()}
	b := setup(t, func(o *Options) {
		o.Session = func(c *fiber.Ctx) (models.Principal, bool, error) {
			switch c.Cookies("session") {
			case "good":
				return member, true, nil
			case "foreign":
				return models.Principal{}, false, models.ErrForbidden
			default:
				return models.Principal{}, false, nil
			}
		}
	})
	a := b.dial("/agent", http.Header{"Cookie": {"session=good"}})
	a.say(`{"type":"hello"}`)
	a.next("welcome")
	if p := a.next("presence"); len(p.Agents) != 1 || p.Agents[0].Name != "Ada" {
		t.Errorf("presence is %s", p.raw)
	}
	if _, status, _ := b.tryDial("/agent", http.Header{"Cookie": {"session=foreign"}}); status != http.StatusForbidden {
		t.Errorf("got %d, want 403", status)
	}
	c := b.dial("/agent", nil)
	c.say(`{"type":"hello"}`)
	c.closed(CloseUnauthorized)
}

func TestAgentFramesThatDoNotFitAreAnswered(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addKey("key", 1, models.AllScopes()...)
	a, _ := b.attend("key")
	a.next("presence")
	unknown := models.FormatID(models.PrefixConversation, models.NewUID())
	for frame, want := range map[string]string{
		`{"type":"typing","conversation_id":"conv_x","active":true}`: "Conversation not found",
		`{"type":"read"}`: "Conversation not found",
		`{"type":"read","conversation_id":"` + unknown + `"}`:                 "Conversation not found",
		`{"type":"typing","active":true,"conversation_id":"` + unknown + `"}`: "Conversation not found",
		`{"type":"presence","availability":"invisible"}`:                      textAvailability,
		`{"type":"send","message":"x"}`:                                       textUnknownType,
		`{"type":"\u003cscript\u003e"}`:                                       textUnknownType,
	} {
		a.say("%s", frame)
		if e := a.next("error"); e.Error != want {
			t.Errorf("%s: got %s, want %s", frame, e.raw, want)
		}
	}
	a.say(`{"type":"ping"}`)
	a.next("pong")
}

func TestTurningToAnotherConversationEndsTypingInTheFirst(t *testing.T) {
	t.Parallel()
	b := setup(t)
	first, second := b.world.addConversation(b.site, "one"), b.world.addConversation(b.site, "two")
	b.world.addKey("key", 1, models.AllScopes()...)
	v, _ := b.visit("one", 0)
	w, _ := b.visit("two", 0)
	a, _ := b.attend("key")
	a.say(`{"type":"typing","conversation_id":%q,"active":true}`, conversationID(first))
	a.say(`{"type":"typing","conversation_id":%q,"active":true}`, conversationID(second))
	if f := v.until("typing"); !f.Active {
		t.Errorf("got %s", f.raw)
	}
	if f := v.until("typing"); f.Active {
		t.Errorf("got %s", f.raw)
	}
	if f := w.until("typing"); !f.Active {
		t.Errorf("got %s", f.raw)
	}
	_ = a.conn.Close()
	if f := w.until("typing"); f.Active {
		t.Errorf("got %s", f.raw)
	}
}

func TestARevokedKeyLosesItsSocketsAtOnceByDoorbell(t *testing.T) {
	t.Parallel()
	b := setup(t)
	who := b.world.addKey("key", 1, models.AllScopes()...)
	b.world.addKey("other", 2, models.AllScopes()...)
	a, _ := b.attend("key")
	other, _ := b.attend("other")
	b.world.ring(models.Doorbell{Kind: models.BellRevoked, AccountID: testAccount, KeyID: who.KeyID})
	if reason := a.closed(CloseUnauthorized); reason != reasonRevoked {
		t.Errorf("reason is %q", reason)
	}
	b.world.happen(models.EventConversationUpdated)
	b.world.ringEvents(testAccount)
	other.events(1, 1)
	b.world.ring(models.Doorbell{Kind: models.BellRevoked, UserID: 2})
	other.closed(CloseUnauthorized)
}

func TestASessionThatEndsLosesItsSocketsAlone(t *testing.T) {
	t.Parallel()
	sessions := map[string]int64{"one": 1, "two": 2}
	b := setup(t, func(o *Options) {
		o.Session = func(c *fiber.Ctx) (models.Principal, bool, error) {
			id := sessions[c.Query("session")]
			return models.Principal{
				Kind: models.KindUser, AccountID: testAccount, UserID: 7, SessionID: id, Scopes: models.AllScopes(),
			}, id != 0, nil
		}
	})
	one, two := b.dial("/agent?session=one", nil), b.dial("/agent?session=two", nil)
	for _, c := range []*client{one, two} {
		c.say(`{"type":"hello"}`)
		c.next("welcome")
	}
	b.world.ring(models.Doorbell{Kind: models.BellRevoked, AccountID: testAccount, SessionID: 1})
	if reason := one.closed(CloseUnauthorized); reason != reasonRevoked {
		t.Errorf("reason is %q", reason)
	}
	b.world.happen(models.EventConversationUpdated)
	b.world.ringEvents(testAccount)
	two.events(1, 1)
}

func TestARevokedKeyLosesItsSocketsWithoutADoorbellToo(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Recheck = 20 * time.Millisecond })
	who := b.world.addKey("key", 1, models.AllScopes()...)
	b.world.addKey("other", 2, models.AllScopes()...)
	a, _ := b.attend("key")
	other, _ := b.attend("other")
	b.world.revoke(who)
	a.closed(CloseUnauthorized)
	other.say(`{"type":"ping"}`)
	other.until("pong")
}

// give gives the holder of a key another role.
func (w *world) give(key string, role models.Role) {
	w.mu.Lock()
	defer w.mu.Unlock()
	who := w.keys[key]
	w.lost[who.KeyID] = map[models.Role]bool{who.Role: true}
	who.Role = role
	w.keys[key] = who
}

func TestASocketOfALostRoleIsClosedWhereverANewOneIsOpenByTheSameKey(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Recheck = 20 * time.Millisecond })
	b.world.addKey("key", 1, models.AllScopes()...)
	before, _ := b.attend("key")
	b.world.give("key", models.RoleAgent)
	after, _ := b.attend("key")
	before.closed(CloseUnauthorized)
	after.say(`{"type":"ping"}`)
	after.until("pong")
}

func TestAKeyThatIsBelievedFromMemoryOpensNoSocketOnceRevoked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.revoke(b.world.addKey("key", 1, models.AllScopes()...))
	b.world.mu.Lock()
	b.world.remembers = true
	b.world.mu.Unlock()
	a := b.dial("/agent", nil)
	a.say(`{"type":"hello","api_key":"key"}`)
	if reason := a.closed(CloseUnauthorized); reason != reasonRevoked {
		t.Errorf("reason is %q", reason)
	}
}

func TestAFeedKeepsWhatIsRecentAndReadsWhatIsNot(t *testing.T) {
	t.Parallel()
	w := newWorld()
	f := &feed{chat: w, who: models.System(testAccount)}
	for range 5000 {
		w.happen(models.EventConversationUpdated)
	}
	for cursor := int64(0); cursor < 5000; {
		page, err := f.after(t.Context(), cursor)
		if err != nil || len(page) == 0 || page[0].place != cursor+1 {
			t.Fatalf("after %d: %v, %v", cursor, page, err)
		}
		cursor = page[len(page)-1].place
	}
	reads := w.eventReads.Load()
	if len(f.entries) > 2*feedEntries+pageSize || f.end != 5000 {
		t.Errorf("%d entries kept, up to %d", len(f.entries), f.end)
	}
	page, err := f.after(t.Context(), 4900)
	if err != nil || len(page) != 100 || page[0].place != 4901 || w.eventReads.Load() != reads {
		t.Errorf("recent ones were read again: %d entries, %v", len(page), err)
	}
	page, err = f.after(t.Context(), 10)
	if err != nil || page[0].place != 11 || w.eventReads.Load() != reads+1 {
		t.Errorf("old ones: %v, %v", page, err)
	}
	if page, err = f.after(t.Context(), 5000); err != nil || len(page) != 0 {
		t.Errorf("beyond the end: %v, %v", page, err)
	}
}

func TestAFeedFollowsWhoIsAheadOfIt(t *testing.T) {
	t.Parallel()
	w := newWorld()
	f := &feed{chat: w, who: models.System(testAccount)}
	for range 10 {
		w.happen(models.EventConversationUpdated)
	}
	for _, cursor := range []int64{2, 8, 5} {
		page, err := f.after(t.Context(), cursor)
		if err != nil || len(page) == 0 || page[0].place != cursor+1 {
			t.Errorf("after %d: %v, %v", cursor, page, err)
		}
	}
}

// brokenLog is a world whose log cannot be read.
type brokenLog struct {
	*world
	err error
}

func (b brokenLog) EventsAfter(context.Context, models.Principal, int64, int) ([]models.Event, error) {
	return nil, b.err
}

func TestAFeedThatCannotBeReadSaysSo(t *testing.T) {
	t.Parallel()
	away := errors.New("away")
	f := &feed{chat: brokenLog{newWorld(), away}, who: models.System(testAccount)}
	if _, err := f.after(t.Context(), 0); !errors.Is(err, away) {
		t.Errorf("got %v", err)
	}
}
