package realtime

import (
	"strings"
	"testing"
	"time"

	"parley/models"
)

// seen reads on to the next word of who looks at a conversation.
func (c *client) seen() string {
	c.t.Helper()
	for {
		r, err := c.read()
		if err != nil {
			c.t.Fatal(err)
		}
		if r.Type == "presence" && strings.Contains(r.raw, "conversation_id") {
			return r.raw
		}
	}
}

func TestTheTeamSeesWhoLooksAtAConversation(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	other := b.world.addConversation(b.site, "other")
	b.world.addKey("sarah", 1, models.AllScopes()...)
	b.world.addKey("tom", 2, models.AllScopes()...)
	sarah, _ := b.attend("sarah")
	tom, _ := b.attend("tom")
	id, second := models.FormatID(models.PrefixConversation, c.UID), models.FormatID(models.PrefixConversation, other.UID)
	sarah.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, id)
	for _, client := range []*client{tom, sarah} {
		if got := client.seen(); !strings.Contains(got, id) || !strings.Contains(got, `"viewing":true,"typing":false`) || !strings.Contains(got, `"expires_in":60`) {
			t.Errorf("seen %s", got)
		}
	}
	sarah.say(`{"type":"typing","conversation_id":"%s","active":true}`, id)
	if got := tom.seen(); !strings.Contains(got, `"viewing":true,"typing":true`) {
		t.Errorf("while writing: %s", got)
	}
	b.world.addKey("late", 3, models.AllScopes()...)
	late, _ := b.attend("late")
	if got := late.seen(); !strings.Contains(got, id) {
		t.Errorf("a newcomer sees %s", got)
	}
	sarah.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, second)
	if got := tom.seen(); !strings.Contains(got, id) || !strings.Contains(got, `"viewing":false`) {
		t.Errorf("turned away: %s", got)
	}
	if got := tom.seen(); !strings.Contains(got, second) || !strings.Contains(got, `"viewing":true`) {
		t.Errorf("turned to: %s", got)
	}
	if err := sarah.conn.Close(); err != nil {
		t.Error(err)
	}
	if got := tom.seen(); !strings.Contains(got, second) || !strings.Contains(got, `"viewing":false`) {
		t.Errorf("gone: %s", got)
	}
}

func TestWhoGoesWhileWritingLooksNoMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	b.world.addKey("sarah", 1, models.AllScopes()...)
	b.world.addKey("tom", 2, models.AllScopes()...)
	sarah, _ := b.attend("sarah")
	tom, _ := b.attend("tom")
	id := models.FormatID(models.PrefixConversation, c.UID)
	sarah.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, id)
	sarah.say(`{"type":"typing","conversation_id":"%s","active":true}`, id)
	sarah.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, id) // as every half minute
	for step, want := range []string{`"viewing":true,"typing":false`, `"viewing":true,"typing":true`, `"viewing":true,"typing":true`} {
		if got := tom.seen(); !strings.Contains(got, want) {
			t.Errorf("step %d: %s", step, got)
		}
	}
	if err := sarah.conn.Close(); err != nil {
		t.Error(err)
	}
	for _, want := range []string{`"viewing":true,"typing":false`, `"viewing":false,"typing":false`} {
		if got := tom.seen(); !strings.Contains(got, want) {
			t.Errorf("after she has gone: %s", got)
		}
	}
	b.world.addKey("late", 3, models.AllScopes()...)
	late, _ := b.attend("late")
	late.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, id)
	if got := late.seen(); strings.Contains(got, "sarah") {
		t.Errorf("a newcomer sees who has gone: %s", got)
	}
}

func TestLookingAtWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addKey("sarah", 1, models.AllScopes()...)
	sarah, _ := b.attend("sarah")
	for _, id := range []string{"x", models.FormatID(models.PrefixConversation, models.NewUID())} {
		sarah.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, id)
		if r := sarah.skipping("presence"); r.Type != "error" || !strings.Contains(r.raw, "Conversation not found") {
			t.Errorf("%s: %s", id, r.raw)
		}
	}
	sarah.say(`{"type":"presence","conversation_id":"%s","viewing":false}`, models.FormatID(models.PrefixConversation, models.NewUID()))
	sarah.say(`{"type":"ping"}`)
	if r := sarah.skipping("presence"); r.Type != "pong" {
		t.Errorf("turning away from what one never looked at: %s", r.raw)
	}
}

func TestWhoSaysNothingForLongLooksNoMore(t *testing.T) {
	t.Parallel()
	h := NewHub(HubOptions{Bus: NewLocalBus()})
	conversation, user := models.NewUID(), models.NewUID()
	d := models.Doorbell{Kind: models.BellViewing, AccountID: 1, ConversationUID: conversation, UserUID: user, Author: "Sarah", Active: true}
	h.Ring(d)
	if got := h.views.of(1); len(got) != 1 || len(h.views.of(2)) != 0 {
		t.Fatalf("views: %q", got)
	}
	h.views.expire(time.Now().Add(viewTime - 5*time.Second))
	if got := h.views.of(1); len(got) != 1 {
		t.Errorf("too soon: %q", got)
	}
	h.views.expire(time.Now().Add(viewTime + time.Second))
	if got := h.views.of(1); len(got) != 0 {
		t.Errorf("for ever: %q", got)
	}
	h.Ring(models.Doorbell{Kind: models.BellTyping, AccountID: 1, ConversationUID: conversation, UserUID: user, From: models.ByUser, Author: "Sarah", Active: true})
	h.Ring(models.Doorbell{Kind: models.BellTyping, AccountID: 1, ConversationUID: conversation, From: models.ByAssistant, Author: "Robin", Active: true})
	if got := h.views.of(1); len(got) != 1 || !strings.Contains(string(got[0]), `"typing":true`) {
		t.Errorf("who writes looks: %q", got)
	}
}

func TestOtherNodesSeeWhoLooks(t *testing.T) {
	t.Parallel()
	w, exchange := newWorld(), NewExchange()
	w.addSite("site-key")
	here, there := addNode(t, w, exchange.Join(&Counters{})), addNode(t, w, exchange.Join(&Counters{}))
	c := w.addConversation(here.site, "secret")
	w.addKey("sarah", 1, models.AllScopes()...)
	w.addKey("tom", 2, models.AllScopes()...)
	sarah, _ := here.attend("sarah")
	tom, _ := there.attend("tom")
	sarah.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, models.FormatID(models.PrefixConversation, c.UID))
	if got := tom.seen(); !strings.Contains(got, `"viewing":true`) {
		t.Errorf("seen %s", got)
	}
	if desk := there.hub.Presence().AtDesk(testAccount); len(desk) == 0 {
		t.Errorf("at the desk: %v", desk)
	}
}

func TestTheTeamSeesWhichPageAVisitorIsOn(t *testing.T) {
	t.Parallel()
	a, b := pair(t)
	c := a.world.addConversation(a.site, "secret")
	a.world.addKey("key", 1, models.AllScopes()...)
	v, _ := b.visit("secret", 0)
	agent, _ := b.attend("key")
	v.until("presence")
	agent.until("presence")
	d := models.Doorbell{
		Kind: models.BellPage, AccountID: testAccount, ConversationID: c.ID, ConversationUID: c.UID,
		Page: &models.WebPage{URL: "https://shop.example.com/?a=1", Title: "Orders", Referrer: "https://elsewhere.example.com/"},
	}
	a.hub.Ring(d)
	want := `{"type":"page","conversation_id":"` + models.FormatID(models.PrefixConversation, c.UID) + `","url":"https://shop.example.com/?a=1","title":"Orders"}`
	if f := agent.next("page"); f.raw != want {
		t.Errorf("got %s, want %s", f.raw, want)
	}
	d.AccountID++
	a.hub.Ring(d)
	d.AccountID, d.Page = testAccount, nil // of a node that says nothing
	a.hub.Ring(d)
	agent.quiet()
	v.quiet()
}

func TestAnAgentWithTwoTabsLooksUntilBothAreClosed(t *testing.T) {
	t.Parallel()
	here, there := pair(t)
	c := here.world.addConversation(here.site, "secret")
	here.world.addKey("sarah", 1, models.AllScopes()...)
	here.world.addKey("tom", 2, models.AllScopes()...)
	id := models.FormatID(models.PrefixConversation, c.UID)
	tom, _ := here.attend("tom")
	for _, at := range []*bed{here, there} { // the tabs may be at different nodes
		first, _ := here.attend("sarah")
		second, _ := at.attend("sarah")
		for _, tab := range []*client{first, second} {
			tab.say(`{"type":"presence","conversation_id":"%s","viewing":true}`, id)
			if got := tom.seen(); !strings.Contains(got, `"viewing":true`) {
				t.Errorf("seen %s", got)
			}
		}
		first.say(`{"type":"typing","conversation_id":"%s","active":true}`, id)
		if got := tom.seen(); !strings.Contains(got, `"viewing":true,"typing":true`) {
			t.Errorf("one tab writes: %s", got)
		}
		// Only now: a connection closed with frames unread is reset, and what it said last
		// may be thrown away with it.
		if err := first.conn.Close(); err != nil {
			t.Error(err)
		}
		if got := tom.seen(); !strings.Contains(got, `"viewing":true,"typing":false`) {
			t.Errorf("one tab writes and is closed: %s", got)
		}
		second.say(`{"type":"presence","conversation_id":"%s","viewing":false}`, id)
		if got := tom.seen(); !strings.Contains(got, `"viewing":false`) {
			t.Errorf("the other tab turns away: %s", got)
		}
		if err := second.conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestEachSocketLooksForItsOwnTime(t *testing.T) {
	t.Parallel()
	h := NewHub(HubOptions{Bus: NewLocalBus()})
	look := func(socket models.UID, active bool, conversation models.UID) {
		h.Ring(models.Doorbell{
			Kind: models.BellViewing, AccountID: 1, ConversationUID: conversation, UserUID: models.UID{1}, Socket: socket, Author: "Sarah", Active: active,
		})
	}
	first, second, conversation := models.NewUID(), models.NewUID(), models.NewUID()
	look(first, true, conversation)
	look(second, true, conversation)
	look(models.NewUID(), false, conversation) // one that never looked
	look(first, false, conversation)
	if got := h.views.of(1); len(got) != 1 {
		t.Errorf("one of two turned away: %q", got)
	}
	h.views.expire(time.Now().Add(viewTime + time.Second))
	if got := h.views.of(1); len(got) != 0 {
		t.Errorf("the other is gone without a word: %q", got)
	}
	look(second, false, conversation)
	// Who is only heard writing looks; the one socket that turns away was that one.
	h.Ring(models.Doorbell{Kind: models.BellTyping, AccountID: 1, ConversationUID: conversation, UserUID: models.UID{1}, From: models.ByUser, Author: "Sarah", Active: true})
	look(first, true, conversation)
	look(first, false, conversation)
	if got := h.views.of(1); len(got) != 0 {
		t.Errorf("nobody is left: %q", got)
	}
}
