package realtime

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/models/testservice"
)

// office is a company on two nodes over a real database: the first one is where its
// agents are, the second where its visitors are.
type office struct {
	agents, visitors *bed
	chat             *chat.Service // the agents' node
	access           *access.Service
	credentials      access.Credentials
	site             models.Site
}

// eachOffice runs a test on SQLite with the local bus, and on PostgreSQL with Redis.
func eachOffice(t *testing.T, test func(t *testing.T, o *office)) {
	t.Run("SQLite and the local bus", func(t *testing.T) {
		t.Parallel()
		exchange := NewExchange()
		o := newOffice(t, storetest.Open(t, storetest.SQLite), func() Bus { return exchange.Join(&Counters{}) })
		together(t, exchange, 2)
		test(t, o)
	})
	t.Run("PostgreSQL and Redis", func(t *testing.T) {
		t.Parallel()
		address := testservice.Redis(t)
		test(t, newOffice(t, storetest.Open(t, storetest.Postgres), func() Bus { return newTestRedisBus(t, address) }))
	})
}

func newOffice(t *testing.T, s *store.Store, join func() Bus) *office {
	t.Helper()
	o := &office{}
	var err error
	if o.access, err = access.New(access.Options{Store: s, Secret: []byte("a secret of the tests")}); err != nil {
		t.Fatal(err)
	}
	if o.credentials, err = o.access.CreateAccount(t.Context(), access.NewAccount{}); err != nil {
		t.Fatal(err)
	}
	if o.site, err = o.access.Site(t.Context(), o.credentials.SiteKey); err != nil {
		t.Fatal(err)
	}
	o.agents, o.chat = o.addNode(t, s, join())
	o.visitors, _ = o.addNode(t, s, join())
	return o
}

// addNode makes a node as the program does: bus, hub, service, sockets.
func (o *office) addNode(t *testing.T, s *store.Store, bus Bus) (*bed, *chat.Service) {
	t.Helper()
	var service *chat.Service
	b := addNode(t, newWorld(), bus, func(options *Options) {
		service = chat.New(chat.Options{Store: s, Bell: options.Hub})
		options.Chat, options.Access, options.Sweep = service, o.access, 500*time.Millisecond
	})
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- service.RunSequencer(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return b, service
}

// start begins a conversation with one message.
func (o *office) start(t *testing.T, token string) models.Conversation {
	t.Helper()
	c, err := o.chat.Start(t.Context(), o.site, chat.Opening{
		Name: "Jane", Email: token + "@example.com", Message: "hello", VisitorToken: token,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (o *office) visit(token string, after int64) (*client, reply) {
	o.visitors.t.Helper()
	c := o.visitors.dial("/visitor?site_key="+o.credentials.SiteKey, nil)
	c.say(`{"type":"hello","visitor_token":%q,"after":%d}`, token, after)
	return c, c.next("welcome")
}

// agent is who acts with the account's first key.
func (o *office) agent(t *testing.T) models.Principal {
	t.Helper()
	who, err := o.access.Key(t.Context(), o.credentials.LiveKey)
	if err != nil {
		t.Fatal(err)
	}
	return who
}

func (o *office) answer(t *testing.T, c models.Conversation, d chat.Draft) {
	t.Helper()
	if _, err := o.chat.Post(t.Context(), o.agent(t), c.UID, d); err != nil {
		t.Error(err)
	}
}

func TestAVisitorAndAnAgentTalkAcrossNodes(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o *office) {
		c := o.start(t, "secret")
		agent, _ := o.agents.attend(o.credentials.LiveKey)
		visitor, welcome := o.visit("secret", 0)
		if welcome.Seq != 1.0 || welcome.Status != "open" {
			t.Errorf("welcome is %s", welcome.raw)
		}
		visitor.messages(1, 1)
		visitor.say(`{"type":"send","client_id":"c1","message":"anybody there?"}`)
		visitor.until("message")
		if ack := visitor.until("ack"); ack.ClientID != "c1" || ack.Seq != 2.0 {
			t.Errorf("ack is %s", ack.raw)
		}
		if e := agent.until("message.received"); e.Pos == nil {
			t.Errorf("envelope is %s", e.raw)
		}
		o.answer(t, c, chat.Draft{Content: "between us", Internal: true})
		agent.until("note.created")
		o.answer(t, c, chat.Draft{Content: "here I am"})
		if m := visitor.skipping("presence"); m.Message.Body != "here I am" || m.Message.Seq != 3 {
			t.Errorf("got %s", m.raw)
		}
		agent.until("message.sent")
		visitor.say(`{"type":"read","seq":3}`)
		agent.until("message.read")
		agent.say(`{"type":"read","conversation_id":%q}`, conversationID(c))
		if f := visitor.next("read"); f.Seq != 3.0 {
			t.Errorf("got %s", f.raw)
		}
		if _, err := o.chat.Resolve(t.Context(), o.agent(t), c.UID, chat.Resolution{Reason: models.ReasonIssueResolved, Survey: true}); err != nil {
			t.Fatal(err)
		}
		if f := visitor.next("conversation"); f.Status != "closed" || !f.Survey {
			t.Errorf("got %s", f.raw)
		}
		agent.until("conversation.resolved")
	})
}

func TestAVisitorWhoComesBackMissesNothing(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o *office) {
		c := o.start(t, "secret")
		visitor, _ := o.visit("secret", 0)
		visitor.messages(1, 1)
		_ = visitor.conn.Close()
		const missed = pageSize + 7
		for i := range missed {
			o.answer(t, c, chat.Draft{Content: fmt.Sprint(i)})
		}
		back, _ := o.visit(o.access.ConversationToken(c.UID), 1) // as good as the visitor's own
		back.messages(2, missed)
		back.quiet()
	})
}

func TestWhatManySayAtOnceReachesEverybodyOnceAndInOrder(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o *office) {
		const talks, each = 5, 20
		var all sync.WaitGroup
		for talk := range talks {
			token := fmt.Sprint("visitor-", talk)
			c := o.start(t, token)
			for range 3 { // one writes, and all tabs read
				tab, _ := o.visit(token, 0)
				all.Go(func() { readAll(t, tab, 1+2*each) })
			}
			writer, _ := o.visit(token, 0)
			all.Go(func() { readAll(t, writer, 1+2*each) })
			for i := range each {
				writer.say(`{"type":"send","client_id":"%d","message":"from the visitor"}`, i)
			}
			all.Go(func() {
				for range each {
					o.answer(t, c, chat.Draft{Content: "from the team"})
				}
			})
		}
		all.Wait()
	})
}

// readAll reads messages 1 to n, and passes over whatever else comes.
func readAll(t *testing.T, c *client, n int64) {
	for seq := int64(1); seq <= n; seq++ {
		r, err := c.read()
		for err == nil && r.Type != "message" {
			r, err = c.read()
		}
		if err != nil || r.Message.Seq != seq {
			t.Errorf("got %s (%v), want message %d", r.raw, err, seq)
			return
		}
	}
}
