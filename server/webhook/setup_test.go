package webhook

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/models/view"
	"parley/server/outbound"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is an account with its services and an engine, on one database.
type office struct {
	testing.TB
	store  *store.Store
	access *access.Service
	chat   *chat.Service
	client *outbound.Client
	mail   mailbox
	// owner and sandbox hold keys of the two sides of the account.
	owner, sandbox models.Principal
	site           models.Site
	// ahead is how far the clock is put forward, in nanoseconds.
	ahead atomic.Int64
}

// each runs a test on both databases.
func each(t *testing.T, test func(o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(setup(t, s)) })
}

// silence is a bell that nobody hears, and no files.
type silence struct{ chat.Blobs }

func (silence) Ring(models.Doorbell) {}

// mailbox is a mailer that keeps what it is to send.
type mailbox chan models.Mail

func (m mailbox) Send(_ context.Context, letter models.Mail) error {
	m <- letter
	return nil
}

func setup(t testing.TB, s *store.Store) *office {
	t.Helper()
	o := &office{TB: t, store: s, mail: make(mailbox, 10)}
	allow, err := outbound.ParseAllow("127.0.0.0/8")
	if err != nil {
		t.Fatal(err)
	}
	o.client = outbound.New(outbound.Options{Allow: allow, Agent: "Parley", Limit: 2 * time.Second})
	t.Cleanup(o.client.Close)
	o.access, err = access.New(access.Options{Store: s, Secret: []byte(strings.Repeat("k", 32)), Mailer: o.mail})
	if err != nil {
		t.Fatal(err)
	}
	o.chat = chat.New(chat.Options{
		Store: s, Bell: silence{}, Blobs: silence{}, Identities: o.access, Mint: o.access, Now: o.now,
		Addresses: o.client, Letters: o.access, Envelope: view.WebhookBody,
	})
	creds, err := o.access.CreateAccount(t.Context(), access.NewAccount{Password: "correct horse", Email: "owner@example.com"})
	if err != nil {
		t.Fatal(err)
	}
	if o.owner, err = o.access.Key(t.Context(), creds.LiveKey); err != nil {
		t.Fatal(err)
	}
	if o.sandbox, err = o.access.Key(t.Context(), creds.TestKey); err != nil {
		t.Fatal(err)
	}
	if o.site, err = o.access.Site(t.Context(), creds.SiteKey); err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) now() time.Time         { return time.Now().Add(time.Duration(o.ahead.Load())) }
func (o *office) later(by time.Duration) { o.ahead.Add(int64(by)) }

func (o *office) must(err error) {
	o.Helper()
	if err != nil {
		o.Fatal(err)
	}
}

// hook makes a webhook and gives it with its secret.
func (o *office) hook(url string, events ...models.EventType) (models.Webhook, string) {
	o.Helper()
	w, secret, err := o.chat.CreateWebhook(o.Context(), o.owner, chat.WebhookChange{URL: &url, Events: &events})
	o.must(err)
	return w, secret
}

// happen lets a visitor begin a conversation, and gives the events their places.
func (o *office) happen(text string) models.Conversation {
	o.Helper()
	c, err := o.chat.Start(o.Context(), o.site, chat.Opening{
		Name: "Jane Doe", Email: "jane@example.com", Message: text, VisitorToken: models.NewUID().String(),
	})
	o.must(err)
	o.sequence()
	return c
}

func (o *office) sequence() {
	o.Helper()
	_, err := o.store.Sequence(o.Context())
	o.must(err)
}

// engine is one that looks often; change may have it otherwise.
func (o *office) engine(change func(*Options)) *Engine {
	options := Options{Desk: o.chat, Caller: o.client, Sealer: o.access, Now: o.now, Poll: 10 * time.Millisecond}
	if change != nil {
		change(&options)
	}
	return New(options)
}

// run lets an engine, or what else runs, work until stop is called or the test ends.
func (o *office) run(e interface {
	Run(ctx context.Context) error
}) (stop func()) {
	o.Helper()
	ctx, cancel := context.WithCancel(o.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := e.Run(ctx); err != nil {
			o.Error(err)
		}
	}()
	stop = func() {
		cancel()
		<-ended
	}
	o.Cleanup(stop)
	return stop
}

// log is what was sent to a webhook, the oldest first.
func (o *office) log(w models.Webhook) []models.WebhookDelivery {
	o.Helper()
	list, err := o.chat.Deliveries(o.Context(), o.owner, w.UID, "", models.Page{Limit: 10_000})
	o.must(err)
	oldest := make([]models.WebhookDelivery, len(list.Rows))
	for i, d := range list.Rows {
		oldest[len(oldest)-1-i] = d
	}
	return oldest
}

func (o *office) reload(w models.Webhook) models.Webhook {
	o.Helper()
	fresh, err := o.chat.Webhook(o.Context(), o.owner, w.UID)
	o.must(err)
	return fresh
}

// eventually polls until it is so.
func (o *office) eventually(what string, so func() bool) {
	o.Helper()
	deadline, tick := time.After(2*time.Minute), time.NewTicker(5*time.Millisecond)
	defer tick.Stop()
	for !so() {
		select {
		case <-deadline:
			o.Fatalf("waited in vain: %s", what)
		case <-tick.C:
		}
	}
}

// call is what a receiver got.
type call struct {
	header http.Header
	body   string
	event  struct {
		ID             string         `json:"id"`
		Type           string         `json:"type"`
		Timestamp      string         `json:"timestamp"`
		RetryCount     int            `json:"retry_count"`
		OrganizationID string         `json:"organization_id"`
		Data           map[string]any `json:"data"`
	}
}

// receiver is a server on this machine that remembers its calls.
type receiver struct {
	*httptest.Server
	mu    sync.Mutex
	calls []call
}

// receive starts a receiver; answer may be nil, which is 200.
func (o *office) receive(answer func(n int, w http.ResponseWriter, r *http.Request)) *receiver {
	o.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		got := call{header: request.Header, body: string(body)}
		if err := json.Unmarshal(body, &got.event); err != nil {
			o.Errorf("the body is %s: %v", body, err)
		}
		r.mu.Lock()
		r.calls = append(r.calls, got)
		n := len(r.calls)
		r.mu.Unlock()
		if answer != nil {
			answer(n, w, request)
		}
	}))
	o.Cleanup(r.Close)
	return r
}

func (r *receiver) got() []call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.calls)
}

// count is how many calls there were.
func (r *receiver) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.calls)
}

// always answers with a status.
func always(status int) func(int, http.ResponseWriter, *http.Request) {
	return func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
}

// publicOnly is a client that nothing was allowed.
func publicOnly(o *office) Caller {
	c := outbound.New(outbound.Options{})
	o.Cleanup(c.Close)
	return c
}
