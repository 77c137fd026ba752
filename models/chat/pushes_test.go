package chat_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// messenger keeps the pushes that it is given.
type messenger struct {
	mu     sync.Mutex
	pushes []chat.Push
	made   int
	gone   bool
	fails  bool
	silent bool
	// during happens while a push is on its way.
	during func()
}

func (m *messenger) NewKeys() (chat.PushKeys, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.made++
	return chat.PushKeys{Public: fmt.Sprint("public", m.made), Private: fmt.Sprint("private", m.made)}, nil
}

func (m *messenger) Check(_ context.Context, t models.PushTarget) error {
	if t.Endpoint == "" {
		return models.Invalid("endpoint", "No endpoint")
	}
	return nil
}

func (m *messenger) Push(_ context.Context, p chat.Push) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pushes = append(m.pushes, p)
	if during := m.during; during != nil {
		m.during = nil
		during()
	}
	if m.silent {
		return false, fmt.Errorf("push: %w", models.Fail(models.CodeUnavailable, "There was no answer in time"))
	}
	if m.fails {
		return false, errors.New("busy")
	}
	return m.gone, nil
}

// taken are the pushes since the last time.
func (m *messenger) taken() []chat.Push {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := m.pushes
	m.pushes = nil
	return all
}

// onPush is a round without mail, but with pushes.
func onPush(t *testing.T, test func(t *testing.T, r *round, m *messenger)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		r, m := &round{shop: setup(t, db), postman: &postman{}, clock: time.Now()}, &messenger{}
		r.chat = r.pushing(m)
		test(t, r, m)
	})
}

// linking are keys whose links lead to a public address.
func (r *round) linking() *access.Service {
	r.t.Helper()
	keys, err := access.New(access.Options{Store: r.store, Secret: []byte(strings.Repeat("k", 32)), PublicURL: "https://chat.example.com"})
	if err != nil {
		r.t.Fatal(err)
	}
	return keys
}

// link opens a conversation.
func (r *round) link(c models.Conversation) string {
	return r.linking().ConversationLink(r.site.SiteKey, c.UID)
}

// pushing is a service that pushes, on the round's database.
func (r *round) pushing(m *messenger) *chat.Service {
	r.t.Helper()
	keys := r.linking()
	return chat.New(chat.Options{
		Store: r.store, Bell: r.bell, Blobs: r.blobs, Identities: keys, Seals: keys, Notices: keys, Pusher: m, Visitors: r.postman,
		Now: func() time.Time { return r.clock },
	})
}

// subscribes has a browser told.
func (r *round) subscribes(c models.Conversation, endpoint string) {
	r.t.Helper()
	who := r.visitor(c)
	who.ConversationUID = c.UID
	if err := r.chat.Subscribe(r.t.Context(), who, models.PushTarget{Endpoint: endpoint, P256DH: "p", Auth: "a"}); err != nil {
		r.t.Fatal(err)
	}
}

func TestAVisitorWhoIsAwayIsToldInTheBrowser(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		c := r.visits("token", "Hello")
		r.subscribes(c, "https://push.example.com/1")
		long := strings.Repeat("ä", 200)
		r.says(r.owner, c, long)
		r.after(5 * time.Second)
		got := m.taken()
		if len(got) != 1 {
			t.Fatalf("pushes: %+v", got)
		}
		var said map[string]string
		if err := json.Unmarshal(got[0].Payload, &said); err != nil {
			t.Fatal(err)
		}
		if len(said) != 4 || said["title"] != r.owner.Name || said["body"] != strings.Repeat("ä", 119)+"…" ||
			said["tag"] != "parley-"+models.FormatID(models.PrefixConversation, c.UID) || said["url"] != r.link(c) {
			t.Errorf("said %v", said)
		}
		if got[0].Target.Endpoint != "https://push.example.com/1" || got[0].Keys.Private != "private1" || len(got[0].Topic) != 32 {
			t.Errorf("the push is %+v", got[0])
		}
		r.postman.home = true
		r.says(r.owner, c, "Are you there?")
		r.after(5 * time.Second)
		r.postman.home = false
		r.says(r.owner, c, "Hello?")
		r.reads(c, 4)
		r.after(5 * time.Second)
		if _, err := r.chat.Post(t.Context(), r.owner, c.UID, chat.Draft{Content: "psst", Internal: true}); err != nil {
			t.Fatal(err)
		}
		r.after(5 * time.Second)
		if got := m.taken(); len(got) != 0 {
			t.Errorf("while looking, after reading, and of a note: %+v", got)
		}
	})
}

func TestAnAnswerGivenWhileAPushIsOnItsWayIsPushedToo(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		c := r.visits("token", "Hello")
		r.subscribes(c, "https://push.example.com/1")
		r.says(r.owner, c, "One moment")
		m.during = func() {
			r.says(r.owner, c, "Here it is")
			if _, err := r.store.Sequence(t.Context()); err != nil {
				t.Error(err)
			}
			if err := r.chat.QueueNotices(t.Context()); err != nil {
				t.Error(err)
			}
		}
		r.after(5 * time.Second)
		r.after(5 * time.Second)
		r.after(5 * time.Second)
		got := m.taken()
		if len(got) != 2 || !strings.Contains(string(got[0].Payload), "One moment") || !strings.Contains(string(got[1].Payload), "Here it is") {
			t.Errorf("pushes: %+v", got)
		}
	})
}

func TestAKeyThatCannotBeReadLeavesTheWidgetWithoutPushes(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		if key, err := r.chat.PushKey(t.Context()); key == "" || err != nil {
			t.Fatalf("%q, %v", key, err)
		}
		other, err := access.New(access.Options{Store: r.store, Secret: []byte(strings.Repeat("o", 32)), PublicURL: "https://chat.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		later := chat.New(chat.Options{Store: r.store, Bell: r.bell, Blobs: r.blobs, Identities: other, Seals: other, Notices: other, Pusher: m})
		for range 2 {
			if f, err := later.Storefront(t.Context(), r.site, nil); err != nil || f.PushKey != "" {
				t.Errorf("with another SECRET_KEY: %+v, %v", f, err)
			}
		}
		if _, err := later.PushKey(t.Context()); err == nil {
			t.Error("the key was read")
		}
	})
}

func TestABrowserThatIsGoneIsForgottenAndABusyOneTriedAgain(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		c := r.visits("token", "Hello")
		r.subscribes(c, "https://push.example.com/1")
		m.fails = true
		r.says(r.owner, c, "One")
		r.after(5 * time.Second)
		m.fails, m.gone = false, true
		r.after(10 * time.Minute)
		if got := m.taken(); len(got) != 2 {
			t.Errorf("busy, then gone: %+v", got)
		}
		r.says(r.owner, c, "Two")
		r.after(10 * time.Minute)
		if got := m.taken(); len(got) != 0 {
			t.Errorf("to a browser that is gone: %+v", got)
		}
	})
}

func TestABrowserWhosePushServiceNeverAnswersIsForgottenAndABusyOneIsNot(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		c := r.visits("token", "Hello")
		r.subscribes(c, "https://push.example.com/1")
		tries := func(text string) (calls int) {
			r.says(r.owner, c, text)
			for range 8 {
				r.after(10 * time.Minute)
				calls += len(m.taken())
			}
			return calls
		}
		m.fails = true
		if n := tries("One"); n != 6 {
			t.Errorf("a busy service is called %d times, want 6", n)
		}
		m.silent = true
		if n := tries("Two"); n != 6 {
			t.Errorf("a silent service is called %d times, want 6", n)
		}
		if n := tries("Three"); n != 0 {
			t.Errorf("a browser that was forgotten is told %d times", n)
		}
	})
}

func TestAConversationHasFiveBrowsersTheNewestOnes(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		c, other := r.visits("token", "Hello"), r.visits("other", "Hello")
		for i := range 7 {
			r.subscribes(c, fmt.Sprint("https://push.example.com/", i))
		}
		r.subscribes(c, "https://push.example.com/6")
		r.subscribes(other, "https://push.example.com/other")
		who := r.visitor(c)
		who.ConversationUID = c.UID
		for _, endpoint := range []string{"https://push.example.com/4", "https://push.example.com/other", "https://nowhere.example"} {
			if err := r.chat.Unsubscribe(t.Context(), who, endpoint); err != nil {
				t.Error(err)
			}
		}
		r.says(r.owner, c, "Hi")
		r.after(5 * time.Second)
		told := map[string]bool{}
		for _, p := range m.taken() {
			told[p.Target.Endpoint[len("https://push.example.com/"):]] = true
		}
		if len(told) != 4 || !told["2"] || !told["3"] || !told["5"] || !told["6"] {
			t.Errorf("told: %v", told)
		}
		rows, err := r.store.PushSubscriptions(t.Context(), models.System(c.AccountID), c.ID)
		if err != nil || len(rows) != 4 || strings.Contains(string(rows[0].Sealed), "push.example.com") {
			t.Errorf("kept: %+v, %v", rows, err)
		}
		if err := r.chat.Subscribe(t.Context(), who, models.PushTarget{}); models.AsError(err).Field != "endpoint" {
			t.Errorf("a bad one: %v", err)
		}
		if err := r.chat.Subscribe(t.Context(), r.owner, models.PushTarget{Endpoint: "x"}); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("the team: %v", err)
		}
	})
}

func TestTheKeyOfPushesIsMadeOnceForAllNodes(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		nodes := []*chat.Service{r.chat, r.pushing(m), r.pushing(m), r.pushing(m)}
		keys := make(chan string, len(nodes))
		for _, node := range nodes {
			go func() {
				key, err := node.PushKey(t.Context())
				if err != nil {
					t.Error(err)
				}
				keys <- key
			}()
		}
		first := <-keys
		for range len(nodes) - 1 {
			if key := <-keys; key != first || key == "" {
				t.Errorf("keys %q and %q", first, key)
			}
		}
		row, err := r.store.PushKey(t.Context())
		if err != nil || strings.Contains(string(row.Private), "private") {
			t.Errorf("kept: %+v, %v", row, err)
		}
	})
	each(t, func(t *testing.T, s *shop) {
		_, visitor := s.start("token")
		if key, err := s.chat.PushKey(t.Context()); key != "" || err != nil {
			t.Errorf("without pushes: %q, %v", key, err)
		}
		if err := s.chat.Subscribe(t.Context(), visitor, models.PushTarget{Endpoint: "x"}); !models.HasCode(err, models.CodeConflict) {
			t.Errorf("without pushes: %v", err)
		}
	})
}

func TestTheKeyOfPushesIsThereBeforeAnybodyAsks(t *testing.T) {
	t.Parallel()
	onPush(t, func(t *testing.T, r *round, m *messenger) {
		for range 2 {
			r.chat.PreparePushes(t.Context())
		}
		row, err := r.store.PushKey(t.Context())
		if err != nil || m.made != 1 {
			t.Fatalf("made %d: %+v, %v", m.made, row, err)
		}
		if f, err := r.chat.Storefront(t.Context(), r.site, nil); err != nil || f.PushKey != row.Public || m.made != 1 {
			t.Errorf("a look: %+v, %v, made %d", f, err, m.made)
		}
	})
}
