package faults

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// moment is when the node is killed that makes an answer.
type moment struct {
	name string
	// stop is after how many bytes the model hangs.
	stop int
	// await waits for the moment; undo follows the kill.
	await func(f *answering, th *thread, one *ask) (undo func())
}

func nothing() {}

// shows is the moment at which somebody sees so many percent of the answer.
func shows(percent int) func(*answering, *thread, *ask) func() {
	return func(f *answering, th *thread, _ *ask) func() {
		bytes := max(1, percent*len(body(th.account.AccountID, th.name, th.name+"-0~1"))/100)
		await(f.t, fmt.Sprintf("%s shows %d bytes", th.name, bytes), func() bool { return th.bubbles.longest() >= bytes })
		return nothing
	}
}

// reached is the moment at which the model has said all that it will.
func reached(_ *answering, _ *thread, one *ask) func() {
	<-one.at
	return nothing
}

// told is the moment at which a visitor has the answer.
func told(f *answering, th *thread, _ *ask) func() {
	await(f.t, th.name+" has the answer", func() bool { return max(f.book.has(th.name, "first"), f.book.has(th.name, "second")) == 2 })
	return nothing
}

// storing is the moment at which the answer waits to be stored: the test holds its row.
func storing(f *answering, th *thread, _ *ask) func() {
	shows(10)(f, th, nil)
	release := f.hold("SELECT id FROM conversations FOR UPDATE")
	await(f.t, "the answer is about to be stored", func() bool { return f.waitsFor("conversations") > 0 })
	return release
}

var (
	onEither = []moment{
		{"before the first piece", 0, reached},
		{"at the first piece", never, shows(1)},
		{"amid the pieces", never, shows(60)},
		{"with the pieces at hand, but not the end", hang, shows(100)},
		{"at the end", never, reached},
		{"when it was told", never, told},
	}
	onPostgres = append(onEither[:len(onEither):len(onEither)], moment{"while it is stored", never, storing})
)

// answering is a cluster whose assistants answer, and whose nodes are killed at it.
type answering struct {
	*cluster
	t     *testing.T
	book  *ledger
	model *model
}

// ask has a visitor begin a conversation, and two sockets listen to it.
func (f *answering) ask(ctx context.Context, listening *sync.WaitGroup, i int, m moment) *thread {
	f.t.Helper()
	th := &thread{cluster: f.cluster, ledger: f.book, account: f.accounts[i%len(f.accounts)], name: fmt.Sprintf("a%d%d", i, time.Now().UnixNano())}
	f.model.mu.Lock()
	f.model.stops[th.name+"-0"] = m.stop
	f.model.mu.Unlock()
	if err := th.open(f.t.Context()); err != nil {
		f.t.Fatal(err)
	}
	for _, name := range []string{"first", "second"} {
		listening.Go(func() { th.listen(ctx, name) })
	}
	return th
}

// nodeCalled finds a node by its name.
func (c *cluster) nodeCalled(name string) *node {
	for _, n := range c.nodes {
		if n.name == name {
			return n
		}
	}
	c.t.Fatalf("no node is called %q", name)
	return nil
}

// killed kills the node that answers, at each moment another conversation's. Where there is
// another node, the last kill is for good. A question whose node died three times goes to
// people, so each one is answered before a third kill: it sees its own and the next.
func (f *answering) killed(ctx context.Context, listening *sync.WaitGroup, moments []moment) (threads []*thread) {
	f.t.Helper()
	for i, m := range moments {
		f.answered(threads[:max(0, i-1)], 2)
		th := f.ask(ctx, listening, i, m)
		threads = append(threads, th)
		one := f.model.first(f.t, th.name+"-0")
		undo := m.await(f, th, one)
		dead := f.nodeCalled(one.node)
		dead.signal(syscall.SIGKILL)
		undo()
		if i < len(moments)-1 || len(f.nodes) == 1 {
			dead.start()
			dead.awaitReady()
		}
	}
	return threads
}

// answered waits until each thread has so many messages, which never become more.
func (f *answering) answered(threads []*thread, messages int) {
	f.t.Helper()
	for _, th := range threads {
		await(f.t, fmt.Sprintf("%s has %d messages", th.name, messages), func() bool {
			got, err := th.stored(f.t.Context())
			return err == nil && len(got) >= messages
		})
	}
}

// judge wants one answer to each question, and the oracle content.
func (f *answering) judge(threads []*thread, stored map[string][]seen, moments []moment) {
	f.t.Helper()
	asked := 0
	for i, th := range threads {
		for _, question := range []string{th.name + "-0", th.name + "-1"} {
			answers := 0
			for _, m := range stored[th.name] {
				if strings.Contains(m.body, "|"+question+"~") {
					answers++
				}
			}
			if answers != 1 {
				f.t.Errorf("%s: %d answers to %s among %v", moments[i].name, answers, question, stored[th.name])
			}
			asked += f.model.times(question)
		}
		f.t.Logf("killed %s: the model was asked %d times", moments[i].name, f.model.times(th.name+"-0"))
		if th.bubbles.longest() > 0 || len(th.bubbles.wrong) > 0 {
			f.t.Errorf("%s: in the end sockets show %v; on the way %v", moments[i].name, th.bubbles.text, th.bubbles.wrong)
		}
	}
	f.t.Logf("%d answers to %d questions, and %d calls for them; %s", 2*len(threads), 2*len(threads), asked, f.book.tally())
	if wrong := judge(f.book, stored); len(wrong) > 0 {
		f.t.Errorf("the oracle found %d faults, the first:\n%s", len(wrong), strings.Join(wrong[:min(10, len(wrong))], "\n"))
	}
}

// TestEveryQuestionIsAnsweredOnceThoughTheNodeThatAnswersIsKilled is P12 under kill -9.
func TestEveryQuestionIsAnsweredOnceThoughTheNodeThatAnswersIsKilled(t *testing.T) {
	t.Parallel()
	for name, on := range map[string]struct {
		start   func(t *testing.T, model string) *cluster
		moments []moment
	}{
		"SQLite":                  {startAnsweringAlone, onEither},
		"two nodes on PostgreSQL": {func(t *testing.T, model string) *cluster { return startAnswering(t, 2, model) }, onPostgres},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &answering{t: t, book: newLedger()}
			f.model = newModel(t, f.book)
			f.cluster = on.start(t, f.model.URL)
			f.model.assists(t, f.cluster)
			listening, stop := context.WithCancel(t.Context())
			var receivers sync.WaitGroup
			threads := f.killed(listening, &receivers, on.moments)
			f.answered(threads, 2)
			for _, th := range threads {
				th.visitorWrites(t.Context(), th.name+"-1")
			}
			f.answered(threads, 4)
			stored := awaitQuiet(t, f.book, threads)
			stop()
			receivers.Wait()
			f.judge(threads, stored, on.moments)
		})
	}
}
