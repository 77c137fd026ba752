package faults

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// delivered is one call that a webhook's receiver got.
type delivered struct {
	ID         string `json:"id"`
	Type       string `json:"type"`
	RetryCount int    `json:"retry_count"`
	at         time.Time
}

// receiver is where a webhook leads.
type receiver struct {
	*httptest.Server
	id    string // the webhook's
	mu    sync.Mutex
	calls []delivered
	taken map[string]int // by event, what was answered with 200
}

// receive starts a receiver; answer may be nil, which takes everything.
func receive(t *testing.T, answer func(d delivered, w http.ResponseWriter, r *http.Request)) *receiver {
	t.Helper()
	r := &receiver{taken: map[string]int{}}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		got := delivered{at: time.Now()}
		if err != nil || json.Unmarshal(body, &got) != nil {
			return
		}
		r.mu.Lock()
		r.calls = append(r.calls, got)
		if answer == nil {
			r.taken[got.ID]++
		}
		r.mu.Unlock()
		if answer != nil {
			answer(got, w, request)
		}
	}))
	t.Cleanup(func() {
		r.CloseClientConnections() // a node may still be waiting
		r.Close()
	})
	return r
}

func (r *receiver) got() []delivered {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]delivered{}, r.calls...)
}

// has is how many different events were taken.
func (r *receiver) has() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.taken)
}

// listens has the account's webhooks lead to the receiver.
func (th *thread) listens(r *receiver, url string, events ...string) {
	th.cluster.t.Helper()
	var made struct {
		ID string `json:"id"`
	}
	status, err := th.call(th.cluster.t.Context(), http.MethodPost, "/v2/webhooks", th.account.LiveKey,
		map[string]any{"url": url, "events": events}, &made)
	if err != nil || status != http.StatusCreated {
		th.cluster.t.Fatalf("make a webhook: %d %v", status, err)
	}
	r.id = made.ID
}

// events are the ids of a type in the account's log.
func (th *thread) events(kind string) map[string]bool {
	th.cluster.t.Helper()
	ids := map[string]bool{}
	after := "0"
	for {
		var page struct {
			Data []struct {
				ID string `json:"id"`
			} `json:"data"`
			Pagination struct {
				Next string `json:"next"`
				More bool   `json:"has_more"`
			} `json:"pagination"`
		}
		status, err := th.call(th.cluster.t.Context(), http.MethodGet,
			fmt.Sprintf("/v2/events?limit=100&types=%s&after=%s", kind, after), th.account.LiveKey, nil, &page)
		if err != nil || status != http.StatusOK {
			th.cluster.t.Fatalf("read the log: %d %v", status, err)
		}
		for _, e := range page.Data {
			ids[e.ID] = true
		}
		if after = page.Pagination.Next; !page.Pagination.More {
			return ids
		}
	}
}

// say posts n messages of the visitor, several at once.
func (th *thread) say(n int) {
	th.cluster.t.Helper()
	numbers := make(chan int)
	var writers sync.WaitGroup
	for range 8 {
		writers.Go(func() {
			for i := range numbers {
				th.visitorWrites(th.cluster.t.Context(), fmt.Sprintf("%s-say%d", th.name, i))
			}
		})
	}
	for i := range n {
		numbers <- i
	}
	close(numbers)
	writers.Wait()
}

// opened is a conversation in the cluster's first account, through which the test acts.
func opened(t *testing.T, c *cluster) *thread {
	t.Helper()
	th := &thread{cluster: c, ledger: newLedger(), account: c.accounts[0], name: fmt.Sprintf("w%d", time.Now().UnixNano())}
	if err := th.open(t.Context()); err != nil {
		t.Fatal(err)
	}
	return th
}
