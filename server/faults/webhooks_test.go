package faults

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// again is how long an attempt may be away that a crash interrupted.
const again = 20 * time.Second

// hold runs a statement in a transaction of the test's own and keeps its locks until
// release is called.
func (c *cluster) hold(statement string, args ...any) (release func()) {
	c.t.Helper()
	ctx := context.WithoutCancel(c.t.Context())
	conn, err := pgx.Connect(ctx, c.postgres.URL())
	if err == nil {
		_, err = conn.Exec(ctx, "BEGIN")
	}
	if err == nil {
		_, err = conn.Exec(ctx, statement, args...)
	}
	if err != nil {
		c.t.Errorf("hold: %v", err)
	}
	return sync.OnceFunc(func() { _ = conn.Close(ctx) })
}

// count is what a statement counts.
func (c *cluster) count(statement string) (n int) {
	c.t.Helper()
	ctx := c.t.Context()
	conn, err := pgx.Connect(ctx, c.postgres.URL())
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = conn.Close(ctx) }()
	if err := conn.QueryRow(ctx, statement).Scan(&n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

// waitsFor says how many statements of a kind wait for somebody's lock.
func (c *cluster) waitsFor(kind string) int {
	return c.count("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database() AND query ILIKE '%" + kind + "%'")
}

// TestAKillAtAnyPointOfADeliveryLosesNothing kills the node with -9 while it writes
// deliveries, while a call is under way, and after a call whose outcome is not noted.
func TestAKillAtAnyPointOfADeliveryLosesNothing(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 1)
	th := opened(t, c)
	node := c.nodes[0]

	written := receive(t, nil)
	th.listens(written, written.URL, "conversation.updated")
	release := c.hold("LOCK TABLE webhook_deliveries IN SHARE MODE")
	th.mustDo(http.MethodPatch, "/v2/conversation/"+th.agentID, map[string]string{"subject": "Shoes"})
	await(t, "the node writes deliveries", func() bool { return c.waitsFor("insert into%webhook_deliveries") > 0 })
	node.signal(syscall.SIGKILL)
	release()
	node.start()
	node.awaitReady()
	await(t, "the delivery", func() bool { return written.has() == 1 })

	begun := make(chan struct{})
	underway := receive(t, func(d delivered, _ http.ResponseWriter, r *http.Request) {
		if d.RetryCount == 0 {
			close(begun)
			<-r.Context().Done() // the node is dead
		}
	})
	th.listens(underway, underway.URL, "message.received")
	var free func()
	unnoted := receive(t, func(d delivered, _ http.ResponseWriter, _ *http.Request) {
		if d.RetryCount == 0 {
			free = c.hold("SELECT id FROM webhook_deliveries WHERE event_type = 'message.sent' FOR UPDATE")
		}
	})
	th.listens(unnoted, unnoted.URL, "message.sent")
	th.visitorWrites(t.Context(), th.name+"-one")
	th.mustDo(http.MethodPost, "/v2/conversation/"+th.agentID+"/message", map[string]string{"content": "Hello"})
	<-begun
	await(t, "the node notes the outcome", func() bool { return c.waitsFor("update%webhook_deliveries") > 0 })
	killed := time.Now()
	node.signal(syscall.SIGKILL)
	free()
	node.start()
	node.awaitReady()
	for name, r := range map[string]*receiver{"under way": underway, "not noted": unnoted} {
		await(t, "another attempt of what was "+name, func() bool { return len(r.got()) == 2 })
		first, second := r.got()[0], r.got()[1]
		took := second.at.Sub(killed)
		t.Logf("what was %s came again %v after the kill", name, took.Round(100*time.Millisecond))
		if first.ID != second.ID || second.RetryCount != 1 || took > again {
			t.Errorf("%s: %+v, then %+v after %v", name, first, second, took)
		}
	}
	await(t, "everything is noted", func() bool {
		return c.count("SELECT count(*) FROM webhook_deliveries WHERE status <> 'succeeded'") == 0
	})
	if n := c.count("SELECT count(*) FROM webhook_deliveries"); n != 3 || len(written.got()) != 1 {
		t.Errorf("%d deliveries, %d calls for the first", n, len(written.got()))
	}
}

// mustDo makes a call of the team that has to succeed.
func (th *thread) mustDo(method, path string, body any) {
	th.cluster.t.Helper()
	status, err := th.send(method, path, body)
	if err != nil || status >= 300 {
		th.cluster.t.Fatalf("%s %s: %d %v", method, path, status, err)
	}
}

// send is call for any method with a body.
func (th *thread) send(method, path string, body any) (int, error) {
	return th.call(th.cluster.t.Context(), method, path, th.account.LiveKey, body, nil)
}

// TestWebhooksLoseNothingWhenANodeOnSQLiteIsKilledAgainAndAgain compares the log with
// what arrived.
func TestWebhooksLoseNothingWhenANodeOnSQLiteIsKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	c := startAlone(t)
	th := opened(t, c)
	r := receive(t, nil)
	th.listens(r, r.URL, "message.received")
	var writing sync.WaitGroup
	writing.Go(func() { th.say(300) })
	for range 5 {
		pause(t.Context(), 300*time.Millisecond)
		c.nodes[0].bounce(syscall.SIGKILL)
	}
	writing.Wait()
	var sent map[string]bool
	await(t, "the log is numbered", func() bool {
		sent = th.events("message.received")
		return len(sent) == 301
	})
	await(t, "everything arrives", func() bool { return r.has() >= 300 })
	calls := r.got()
	ids := map[string]int{}
	for _, d := range calls {
		if ids[d.ID]++; !sent[d.ID] {
			t.Errorf("%s was never in the log", d.ID)
		}
	}
	t.Logf("%d events in %d calls over 5 kills", len(ids), len(calls))
	if len(ids) != 300 { // the first message was said before anybody listened
		t.Errorf("%d of 300 events arrived", len(ids))
	}
}

// TestBadReceiversDelayNoGoodOnes is the table of receivers that misbehave, on two nodes.
func TestBadReceiversDelayNoGoodOnes(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 2)
	th := opened(t, c)
	bad := map[string]*receiver{
		"slow": receive(t, func(_ delivered, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }),
		"endless": receive(t, func(_ delivered, w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		}),
		"gone": receive(t, func(_ delivered, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) }),
		"redirecting": receive(t, func(_ delivered, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://169.254.169.254/latest/meta-data/")
			w.WriteHeader(http.StatusTemporaryRedirect)
		}),
		"down": {},
	}
	for name, r := range bad {
		url := "http://127.0.0.1:1" // where nobody listens
		if name != "down" {
			url = r.URL
		}
		th.listens(r, url, "message.received")
	}
	good := []*receiver{receive(t, nil), receive(t, nil), receive(t, nil)}
	for _, r := range good {
		th.listens(r, r.URL, "message.received")
	}
	const messages = 300
	began := time.Now()
	th.say(messages)
	said := time.Since(began)
	for i, r := range good {
		await(t, fmt.Sprintf("receiver %d has everything", i+1), func() bool { return r.has() == messages })
	}
	took := time.Since(began)
	t.Logf("%d messages said in %v; three good receivers had all of them %v later, beside five bad ones",
		messages, said.Round(10*time.Millisecond), (took - said).Round(10*time.Millisecond))
	if took > 30*time.Second {
		t.Errorf("the good ones waited %v", took)
	}
	for name, want := range map[string]string{
		"endless": `"status":"succeeded"`, "gone": "it wants nothing more", "redirecting": "redirects are not followed", "down": "was refused",
	} {
		page := "/deliveries?limit=100&offset=200" // what was tried first
		if name == "gone" {
			page = "/deliveries?limit=100"
		}
		await(t, "the log of the "+name+" one tells so", func() bool {
			return strings.Contains(th.read("/v2/webhooks/"+bad[name].id+page), want)
		})
	}
	await(t, "the gone one is switched off", func() bool {
		return strings.Contains(th.read("/v2/webhooks/"+bad["gone"].id), `"active":false`)
	})
}

// read is a GET of the team, as text.
func (th *thread) read(path string) string {
	th.cluster.t.Helper()
	request, err := http.NewRequestWithContext(th.cluster.t.Context(), http.MethodGet, "http://"+th.anyNode()+path, nil)
	if err != nil {
		th.cluster.t.Fatal(err)
	}
	request.Header.Set("X-API-Key", th.account.LiveKey)
	answer, err := client.Do(request)
	if err != nil {
		th.cluster.t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		th.cluster.t.Fatal(err)
	}
	return string(text)
}
