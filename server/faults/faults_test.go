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

// load is how much is written while a plug is pulled.
type load struct {
	conversations int           // in each of the two accounts
	pace          time.Duration // between two messages of one writer
}

// under runs writers and receivers while fault happens, waits for quiet, and lets
// the oracle judge.
func under(t *testing.T, c *cluster, l load, fault func()) {
	t.Helper()
	book := newLedger()
	threads := openThreads(t, c, book, l.conversations)
	listening, stopListening := context.WithCancel(t.Context())
	var receivers, writers sync.WaitGroup
	for _, th := range threads {
		for _, name := range []string{"first", "second"} {
			receivers.Go(func() { th.listen(listening, name) })
		}
	}
	writing := make(chan struct{})
	for _, th := range threads {
		writers.Go(func() { th.keepWriting(t.Context(), "v", l.pace, writing, th.visitorWrites) })
		writers.Go(func() { th.keepWriting(t.Context(), "a", l.pace, writing, th.agentWrites) })
	}
	pause(t.Context(), time.Second)
	fault()
	pause(t.Context(), time.Second)
	close(writing)
	writers.Wait()
	stored := awaitQuiet(t, book, threads)
	stopListening()
	receivers.Wait()
	numberAgents(book, stored)
	t.Log(book.tally())
	if wrong := judge(book, stored); len(wrong) > 0 {
		t.Errorf("the oracle found %d faults, the first:\n%s", len(wrong), strings.Join(wrong[:min(10, len(wrong))], "\n"))
	}
}

func openThreads(t *testing.T, c *cluster, book *ledger, n int) []*thread {
	t.Helper()
	var threads []*thread
	for a, account := range c.accounts {
		for i := range n {
			th := &thread{cluster: c, ledger: book, account: account, name: fmt.Sprintf("t%d-%d-%d", a, i, time.Now().UnixNano())}
			if err := th.open(t.Context()); err != nil {
				t.Fatal(err)
			}
			threads = append(threads, th)
		}
	}
	return threads
}

// keepWriting writes one message after the other until writing is closed.
func (th *thread) keepWriting(ctx context.Context, who string, pace time.Duration, writing <-chan struct{}, write func(context.Context, string)) {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for i := 1; ; i++ {
		select {
		case <-writing:
			return
		case <-tick.C:
			write(ctx, fmt.Sprintf("%s-%s%d", th.name, who, i))
		}
	}
}

// awaitQuiet waits until every receiver has applied all that is stored.
func awaitQuiet(t *testing.T, book *ledger, threads []*thread) map[string][]seen {
	t.Helper()
	stored := map[string][]seen{}
	for _, th := range threads {
		await(t, "the node answers for "+th.name, func() bool {
			got, err := th.stored(t.Context())
			stored[th.name] = got
			return err == nil
		})
		for _, receiver := range []string{"first", "second"} {
			await(t, fmt.Sprintf("%s of %s has all %d messages", receiver, th.name, len(stored[th.name])), func() bool {
				return book.has(th.name, receiver) >= len(stored[th.name])
			})
		}
	}
	return stored
}

// numberAgents fills in the numbers of the agents' messages, which their surface
// does not tell, so that the order of acknowledgements is judged for them too.
func numberAgents(book *ledger, stored map[string][]seen) {
	for _, messages := range stored {
		for _, m := range messages {
			id := m.body[strings.LastIndexByte(m.body, '|')+1:]
			if w := book.writes[id]; w != nil && w.outcome == acknowledged && w.seq == 0 {
				w.seq = m.seq
			}
		}
	}
}

func TestNothingIsLostWhenRedisIsKilledAndComesBack(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 2)
	under(t, c, load{conversations: 10, pace: 40 * time.Millisecond}, func() {
		for range 2 {
			c.redis.Stop(syscall.SIGKILL)
			pause(t.Context(), 2*time.Second)
			c.redis.Start()
			pause(t.Context(), 2*time.Second)
		}
	})
}

func TestNothingIsLostWhenRedisStopsAnswering(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 2)
	under(t, c, load{conversations: 5, pace: 40 * time.Millisecond}, func() {
		c.redis.Signal(syscall.SIGSTOP)
		pause(t.Context(), 4*time.Second)
		c.redis.Signal(syscall.SIGCONT)
		pause(t.Context(), 2*time.Second)
	})
}

func TestNothingIsLostWhenNodesAreKilledInABurst(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 2)
	under(t, c, load{conversations: 10, pace: 20 * time.Millisecond}, func() {
		for i := range 6 {
			c.nodes[i%2].bounce(syscall.SIGKILL)
			pause(t.Context(), 500*time.Millisecond)
		}
	})
}

func TestNothingIsLostWhenNodesAreRolled(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 2)
	under(t, c, load{conversations: 10, pace: 40 * time.Millisecond}, func() {
		for _, n := range c.nodes {
			n.bounce(syscall.SIGTERM)
		}
	})
}

func TestNothingIsLostWhenPostgreSQLIsRestarted(t *testing.T) {
	t.Parallel()
	c := startCluster(t, 2)
	under(t, c, load{conversations: 10, pace: 40 * time.Millisecond}, func() {
		for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} {
			c.postgres.Stop(s)
			pause(t.Context(), time.Second)
			c.postgres.Start()
			pause(t.Context(), 2*time.Second)
		}
	})
}

func TestNothingIsLostWhenANodeOnSQLiteIsKilledAgainAndAgain(t *testing.T) {
	t.Parallel()
	c := startAlone(t)
	under(t, c, load{conversations: 5, pace: 10 * time.Millisecond}, func() {
		for range 10 {
			c.nodes[0].bounce(syscall.SIGKILL)
			pause(t.Context(), 200*time.Millisecond)
		}
	})
}
