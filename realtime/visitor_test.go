package realtime

import (
	"net/http"
	"strings"
	"testing"
	"time"

	fws "github.com/fasthttp/websocket"

	"parley/models"
)

func TestAVisitorGetsWhatWasMissedAndThenWhatHappens(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	for range 5 {
		b.world.hushed(c, "before")
	}
	v, welcome := b.visit("secret", 2)
	if welcome.Seq != 5.0 || welcome.Status != "open" || welcome.Heartbeat != 25 {
		t.Errorf("welcome is %s", welcome.raw)
	}
	v.messages(3, 3)
	b.world.post(c, "now")
	v.messages(6, 1)
	v.quiet()
}

func TestAMessageIsSpeltAsOverHTTP(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	b.world.post(c, "hello <there>")
	got := v.next("message")
	for _, part := range []string{
		`{"type":"message","message":{"direction":"outbound","body":"hello \u003cthere\u003e","timestamp":"`,
		`"author":"Sarah"`, `"seq":1`, `"status":"sent"`, `"attachments":[]`,
	} {
		if !strings.Contains(got.raw, part) {
			t.Errorf("%s lacks %s", got.raw, part)
		}
	}
}

func TestASendIsAcknowledgedAfterItIsStored(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	other, _ := b.visit("secret", 0)
	v.say(`{"type":"send","client_id":"c1","message":"hi"}`)
	if m := v.next("message"); m.Message.Body != "hi" || m.Message.Direction != "inbound" || m.Message.ClientID != "c1" {
		t.Errorf("message is %s", m.raw)
	}
	ack := v.next("ack")
	if ack.ClientID != "c1" || ack.Seq != 1.0 || ack.ID == nil || !strings.Contains(ack.raw, `"timestamp":"20`) {
		t.Errorf("ack is %s", ack.raw)
	}
	other.messages(1, 1)
	v.say(`{"type":"send","client_id":"c1","message":"hi"}`)
	if again := v.next("ack"); again.raw != ack.raw {
		t.Errorf("the retry got %s, first %s", again.raw, ack.raw)
	}
	if seqs, _ := b.world.PublicSeqs(t.Context(), []int64{c.ID}); seqs[c.ID] != 1 {
		t.Errorf("%d messages stored, want 1", seqs[c.ID])
	}
}

func TestASendThatFailsSaysSoToItsSender(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)

	v.say(`{"type":"send","client_id":"c1","message":""}`)
	if e := v.next("error"); e.Error != models.ErrMessageRequired.Message || e.ClientID != "c1" || e.RetryAfter != 0 {
		t.Errorf("error is %s", e.raw)
	}
	b.world.postError.Store(models.ErrInternal.Because(http.ErrServerClosed))
	v.say(`{"type":"send","client_id":"c2","message":"x"}`)
	if e := v.next("error"); e.Error != models.ErrInternal.Message || e.ClientID != "c2" {
		t.Errorf("error is %s", e.raw)
	}
	b.world.postError.Store(nil)
	b.world.refusals.Store(1)
	v.say(`{"type":"send","client_id":"c3","message":"x"}`)
	if e := v.next("error"); e.Error != textTooMany || e.ClientID != "c3" || e.RetryAfter != 2 {
		t.Errorf("error is %s", e.raw)
	}
	v.say(`{"type":"send","client_id":"c3","message":"x"}`)
	v.next("message")
	v.next("ack")
}

func TestTypingAndReadGoBothWaysAndTypingIsCoalesced(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	who := b.world.addKey("key", 1, models.AllScopes()...)
	v, _ := b.visit("secret", 0)
	a, _ := b.attend("key")
	a.until("presence")
	v.until("presence")

	for range 10 {
		v.say(`{"type":"typing","active":true}`)
	}
	v.say(`{"type":"typing","active":false}`)
	if first, second := <-b.world.typed, <-b.world.typed; !first || second {
		t.Errorf("passed on %v, %v, want true, false", first, second)
	}
	if f := a.until("typing"); f.Author != "Jane" || !f.Active || f.ConversationID != conversationID(c) {
		t.Errorf("typing is %s", f.raw)
	}
	if f := a.until("typing"); f.Active {
		t.Errorf("typing is %s", f.raw)
	}
	a.say(`{"type":"typing","conversation_id":%q,"active":true}`, conversationID(c))
	if f := v.next("typing"); f.Author != who.Name || !f.Active || f.ConversationID != "" {
		t.Errorf("typing is %s", f.raw)
	}
	b.world.post(c, "read me")
	v.messages(1, 1)
	v.say(`{"type":"read","seq":1}`)
	v.quiet() // the own mark does not come back
	a.say(`{"type":"read","conversation_id":%q,"seq":1}`, conversationID(c))
	if f := v.next("read"); f.Seq != 1.0 {
		t.Errorf("read is %s", f.raw)
	}
}

func conversationID(c models.Conversation) string {
	return models.FormatID(models.PrefixConversation, c.UID)
}

func TestWhoLeavesWhileTypingTypesNoMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	v.say(`{"type":"typing","active":true}`)
	if !<-b.world.typed {
		t.Error("typing did not begin")
	}
	_ = v.conn.Close()
	if <-b.world.typed {
		t.Error("typing did not end")
	}
}

func TestStatusAndAnAnswerInTheMakingReachTheVisitor(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	b.world.ring(models.Doorbell{
		Kind: models.BellConversation, AccountID: testAccount, ConversationID: c.ID, Status: models.StatusClosed, Survey: true,
	})
	if f := v.next("conversation"); f.Status != "closed" || !f.Survey {
		t.Errorf("conversation is %s", f.raw)
	}
	b.world.ring(models.Doorbell{
		Kind: models.BellDelta, AccountID: testAccount, ConversationID: c.ID, StreamID: "s1", Author: "Bot", Text: "Well",
	})
	if f := v.next("delta"); f.ID != "s1" || f.Author != "Bot" || f.Text != "Well" || strings.Contains(f.raw, "end") {
		t.Errorf("delta is %s", f.raw)
	}
	b.world.ring(models.Doorbell{Kind: models.BellDelta, AccountID: testAccount, ConversationID: c.ID, StreamID: "s1", Ended: true})
	if f := v.next("delta"); f.ID != "s1" || !strings.Contains(f.raw, `"end":true`) {
		t.Errorf("the end of it is %s", f.raw)
	}
	assisted := false
	b.world.ring(models.Doorbell{Kind: models.BellConversation, AccountID: testAccount, ConversationID: c.ID, Status: models.StatusOpen, Assisted: &assisted})
	if f := v.next("conversation"); !strings.Contains(f.raw, `"assistant_active":false`) {
		t.Errorf("conversation is %s", f.raw)
	}
}

func TestACursorBeyondTheEndMeansTheEnd(t *testing.T) {
	t.Parallel()
	b := setup(t)
	c := b.world.addConversation(b.site, "secret")
	b.world.hushed(c, "one")
	v, welcome := b.visit("secret", 1000)
	if welcome.Seq != 1.0 {
		t.Errorf("welcome is %s", welcome.raw)
	}
	b.world.post(c, "two")
	v.messages(2, 1)
}

func TestHellosThatDoNotFitCloseTheSocket(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addConversation(b.site, "secret")
	b.world.addSite("strict", "https://shop.example")
	for name, test := range map[string]struct {
		hello string
		code  int
	}{
		"another frame first": {`{"type":"ping"}`, CloseBadFrame},
		"an unknown site":     {`{"type":"hello","site_key":"nobody","visitor_token":"secret"}`, CloseUnauthorized},
		"no site":             {`{"type":"hello","visitor_token":"secret"}`, CloseUnauthorized},
		"no origin":           {`{"type":"hello","site_key":"strict","visitor_token":"secret"}`, CloseForbidden},
		"an unknown visitor":  {`{"type":"hello","site_key":"site-key","visitor_token":"guess"}`, CloseNotFound},
		"no visitor":          {`{"type":"hello","site_key":"site-key"}`, CloseNotFound},
		"not JSON":            {`hello`, CloseBadFrame},
		"a wrong type":        {`{"type":"hello","site_key":"site-key","visitor_token":7}`, CloseBadFrame},
		"a negative cursor":   {`{"type":"hello","site_key":"site-key","visitor_token":"secret","after":-1}`, CloseBadFrame},
		"a NUL":               {`{"type":"hello","site_key":"site-\u0000key","visitor_token":"secret"}`, CloseBadFrame},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := b.dial("/visitor", nil)
			c.say("%s", test.hello)
			reason := c.closed(test.code)
			if reason == "" || strings.Contains(reason, "guess") || strings.Contains(reason, "nobody") {
				t.Errorf("reason is %q", reason)
			}
		})
	}
}

func TestTheKeyInTheFrameIsAsGoodAsInTheQuery(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addConversation(b.site, "secret")
	site := b.world.addSite("strict", "https://shop.example")
	b.world.addConversation(site, "secret")
	c := b.dial("/visitor", http.Header{"Origin": {"https://shop.example"}})
	c.say(`{"type":"hello","site_key":"strict","visitor_token":"secret"}`)
	c.next("welcome")
}

func TestRequestsAreRefusedBeforeTheUpgrade(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addSite("strict", "https://shop.example")
	for name, test := range map[string]struct {
		path   string
		header http.Header
		status int
	}{
		"an unknown site":  {"/visitor?site_key=nobody", nil, http.StatusUnauthorized},
		"another origin":   {"/visitor?site_key=strict", http.Header{"Origin": {"https://evil.example"}}, http.StatusForbidden},
		"no origin":        {"/visitor?site_key=strict", nil, http.StatusForbidden},
		"two origins":      {"/visitor?site_key=strict", http.Header{"Origin": {"https://shop.example", "https://shop.example"}}, http.StatusForbidden},
		"a foreign header": {"/visitor", http.Header{"X-Site-Key": {"nobody"}}, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, status, _ := b.tryDial(test.path, test.header); status != test.status {
				t.Errorf("got %d, want %d", status, test.status)
			}
		})
	}
	c := b.dial("/visitor?site_key=strict", http.Header{"Origin": {"https://shop.example"}})
	c.say(`{"type":"hello","visitor_token":"x"}`)
	c.closed(CloseNotFound)
}

func TestTheLimitOfUpgradesHoldsBeforeAndAfterTheUpgrade(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addConversation(b.site, "secret")
	for refuse, want := range []int{http.StatusSwitchingProtocols, http.StatusTooManyRequests} {
		b.world.noUpgrades.Store(refuse == 1)
		_, status, header := b.tryDial("/visitor?site_key=site-key", nil)
		if status != want || header.Get("X-RateLimit-Limit") != "30" {
			t.Errorf("got %d, %v, want %d", status, header, want)
		}
	}
	c := b.dial("/visitor", nil)
	c.say(`{"type":"hello","site_key":"site-key","visitor_token":"secret"}`)
	c.closed(CloseTooMany)
}

func TestWhoAsksForNoUpgradeIsToldTo(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for _, path := range []string{"/visitor?site_key=site-key", "/agent"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+b.address+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != http.StatusUpgradeRequired {
			t.Errorf("%s answers %d, want 426", path, answer.StatusCode)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestBadFramesCloseAndUnknownOnesAreAnsweredByAConstant(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addConversation(b.site, "secret")
	for name, frame := range map[string]struct {
		kind int
		data string
		code int
	}{
		"binary":             {fws.BinaryMessage, `{"type":"ping"}`, CloseBadFrame},
		"bad UTF-8":          {fws.TextMessage, "{\"type\":\"send\",\"message\":\"\xff\"}", CloseBadFrame},
		"trailing bytes":     {fws.TextMessage, `{"type":"ping"} x`, CloseBadFrame},
		"null":               {fws.TextMessage, `null`, CloseBadFrame},
		"an array":           {fws.TextMessage, `[]`, CloseBadFrame},
		"too deep":           {fws.TextMessage, strings.Repeat("[", 40) + strings.Repeat("]", 40), CloseBadFrame},
		"a number too large": {fws.TextMessage, `{"type":"read","seq":9223372036854775808}`, CloseBadFrame},
		"too long":           {fws.TextMessage, `{"type":"ping","x":"` + strings.Repeat("x", frameLimit) + `"}`, closeTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v, _ := b.visit("secret", 0)
			if err := v.conn.WriteMessage(frame.kind, []byte(frame.data)); err != nil {
				t.Fatal(err)
			}
			v.closed(frame.code)
		})
	}
	v, _ := b.visit("secret", 0)
	v.say(`{"type":"read"}`)
	if e := v.next("error"); e.Error != textReadNeedsSeq {
		t.Errorf("got %s", e.raw)
	}
	v.say(`{"type":"<script>","TYPE":"ping"}`)
	if e := v.next("error"); e.raw != `{"type":"error","error":"Unknown frame type"}` {
		t.Errorf("got %s", e.raw)
	}
	v.say(`{"type":"ping","x":"%s"}`, strings.Repeat("x", frameLimit-100))
	v.next("pong")
}

func TestFloodsAreStopped(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.FloodBurst, o.FloodRate = 20, 1 })
	b.world.addConversation(b.site, "secret")
	t.Run("of frames", func(t *testing.T) {
		t.Parallel()
		v, _ := b.visit("secret", 0)
		for range 25 {
			if v.conn.WriteMessage(fws.TextMessage, []byte(`{"type":"ping"}`)) != nil {
				break
			}
		}
		v.closed(CloseTooMany)
	})
	t.Run("of pings", func(t *testing.T) {
		t.Parallel()
		v, _ := b.visit("secret", 0)
		for range 25 {
			if v.conn.WriteControl(fws.PingMessage, []byte("x"), time.Now().Add(patience)) != nil {
				break
			}
		}
		v.closed(CloseTooMany)
	})
}

func TestWhoDoesNotSayHelloIsSentAway(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Hello = 50 * time.Millisecond })
	b.dial("/visitor", nil).closed(CloseNoHello)
	b.dial("/agent", nil).closed(CloseNoHello)
}

func TestAFrameThatDoesNotEndIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *Options) { o.Frame = 50 * time.Millisecond })
	b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	// A text frame without FIN: the client's part of the message never comes.
	if _, err := v.conn.NetConn().Write([]byte{0x01, 0x80, 0, 0, 0, 0}); err != nil {
		t.Fatal(err)
	}
	if _, err := v.read(); err == nil {
		t.Error("the socket stayed open")
	}
}

func TestAPanicAnswersAConstant(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.world.addConversation(b.site, "secret")
	v, _ := b.visit("secret", 0)
	b.world.panicking.Store(true)
	v.say(`{"type":"send","client_id":"c","message":"x"}`)
	if reason := v.closed(closeInternal); reason != reasonInternal {
		t.Errorf("reason is %q", reason)
	}
	eventually(t, "the panic is counted", func() bool { return b.counters.Panics.Load() == 1 })
}
