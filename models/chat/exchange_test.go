package chat_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
)

// depot is a carrier that keeps what it is given. What it does with the next parcels is
// planned by the test.
type depot struct {
	kind models.Channel
	by   models.Addressing

	mu    sync.Mutex
	taken []chat.Parcel
	plans []func(chat.Parcel) error
	names map[string]string
	files map[string]string
}

func (d *depot) Kind() models.ChannelKind {
	return models.ChannelKind{
		Kind: d.kind, Label: "Depot", Addressing: d.by,
		Fields: []models.ChannelField{
			{Name: "number", Required: true, Pattern: `\+[0-9]+`, Example: "+14155550100"},
			{Name: "token", Required: true, Secret: true},
			{Name: "word", Generated: true},
			{Name: "mode", Options: []string{"fast", "slow"}},
		},
		Hooks: []models.ChannelHook{{Name: "in", Label: "In"}},
	}
}

func (d *depot) Address(values map[string]string) (string, error) { return values["number"], nil }

func (d *depot) Test(_ context.Context, line chat.Line) (string, error) {
	if line.Values["token"] != "good" {
		return "", &chat.CarrierError{Reason: "Unknown token"}
	}
	return "Welcome", nil
}

// Divide cuts at every bar.
func (d *depot) Divide(_ chat.Line, o chat.Outgoing) ([]chat.Piece, error) {
	if o.Message.MessageType == models.TypeTemplate {
		return nil, errors.New("There are no templates here")
	}
	var pieces []chat.Piece
	for text := range strings.SplitSeq(o.Message.Content, "|") {
		pieces = append(pieces, chat.Piece{Text: text})
	}
	return pieces, nil
}

func (d *depot) Send(_ context.Context, _ chat.Line, p chat.Parcel) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.plans) > 0 {
		plan := d.plans[0]
		d.plans = d.plans[1:]
		if err := plan(p); err != nil {
			return "", err
		}
	}
	d.taken = append(d.taken, p)
	return "ext-" + p.Reference, nil
}

// Receive takes any body for a text of whoever the header names.
func (d *depot) Receive(_ context.Context, line chat.Line, r chat.HookRequest) (chat.Report, error) {
	if r.Header("Token") != line.Values["token"] {
		return chat.Report{}, chat.ErrHookForged
	}
	return chat.Report{
		Arrivals: []chat.Arrival{{From: r.Header("From"), Content: string(r.Body), ExternalID: r.Header("Id")}},
		Answer:   chat.HookAnswer{Body: "thanks"},
	}, nil
}

func (d *depot) Fetch(_ context.Context, _ chat.Line, m chat.Media) (io.ReadCloser, error) {
	content, there := d.files[m.Ref]
	if !there {
		return nil, &chat.CarrierError{Reason: "gone"}
	}
	return io.NopCloser(strings.NewReader(content)), nil
}

func (d *depot) Profile(_ context.Context, _ chat.Line, address string) (string, error) {
	return d.names[address], nil
}

// plan says what becomes of the next parcels.
func (d *depot) plan(plans ...func(chat.Parcel) error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.plans = append(d.plans, plans...)
}

// texts are those that were taken, in their order.
func (d *depot) texts() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := []string{}
	for _, p := range d.taken {
		all = append(all, p.Text)
	}
	return all
}

// exchange is a shop with a depot, and time that goes by when it is told to.
type exchange struct {
	*shop
	depot *depot
	line  chat.Line
	clock time.Time
}

func onExchange(t *testing.T, kind models.Channel, by models.Addressing, test func(t *testing.T, x *exchange)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		x := &exchange{shop: setup(t, db), depot: &depot{kind: kind, by: by}, clock: time.Now()}
		x.rewire(x.depot)
		x.connect("Main", "+14155550100")
		test(t, x)
	})
}

// rewire gives the service another carrier.
func (x *exchange) rewire(carrier chat.Carrier) {
	x.t.Helper()
	keys, err := access.New(access.Options{Store: x.store, Secret: []byte(strings.Repeat("k", 32)), PublicURL: "https://chat.example.com"})
	if err != nil {
		x.t.Fatal(err)
	}
	x.chat = chat.New(chat.Options{
		Store: x.store, Bell: x.bell, Blobs: x.blobs, Identities: keys, Mint: keys, Seals: keys, Links: keys,
		Carriers: []chat.Carrier{carrier}, PublicURL: "https://chat.example.com", Now: func() time.Time { return x.clock },
	})
}

func values(pairs ...string) map[string]*string {
	all := map[string]*string{}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = &pairs[i+1]
	}
	return all
}

func (x *exchange) connect(name, number string) models.ChannelAccount {
	x.t.Helper()
	made, err := x.chat.CreateChannel(x.t.Context(), x.owner, chat.ChannelChange{
		Kind: x.depot.kind, Name: &name, Values: values("number", number, "token", "good"),
	})
	if err != nil {
		x.t.Fatal(err)
	}
	x.refresh()
	return made
}

// refresh reads the first line anew.
func (x *exchange) refresh() {
	x.t.Helper()
	lines, err := x.chat.Lines(x.t.Context(), x.depot.kind)
	if err != nil || len(lines) == 0 {
		x.t.Fatal(lines, err)
	}
	x.line = lines[0]
}

// work does what is due after so long.
func (x *exchange) work(after time.Duration) {
	x.t.Helper()
	x.clock = x.clock.Add(after)
	runner := jobs.New(jobs.Options{Store: x.store, Kinds: x.chat.Jobs(), Now: func() time.Time { return x.clock }})
	if err := runner.Work(x.t.Context()); err != nil {
		x.t.Fatal(err)
	}
}

func (x *exchange) report(r chat.Report) {
	x.t.Helper()
	if err := x.chat.TakeReport(x.t.Context(), x.line, r); err != nil {
		x.t.Fatal(err)
	}
}

// hears takes in one message.
func (x *exchange) hears(a chat.Arrival) {
	x.t.Helper()
	x.report(chat.Report{Arrivals: []chat.Arrival{a}})
}

// latest is the conversation with the newest message.
func (x *exchange) latest() models.Conversation {
	x.t.Helper()
	list, err := x.chat.Conversations(x.t.Context(), x.owner, chat.ConversationQuery{Page: models.Page{Limit: 10}})
	if err != nil || len(list.Rows) == 0 {
		x.t.Fatal(list, err)
	}
	return list.Rows[0]
}

func (x *exchange) messages(c models.Conversation) []models.Message {
	x.t.Helper()
	list, err := x.chat.Messages(x.t.Context(), x.owner, chat.MessageQuery{Conversation: c.UID, Page: models.Page{Limit: 50}})
	if err != nil {
		x.t.Fatal(err)
	}
	return list.Rows
}

func texts(messages []models.Message) []string {
	all := []string{}
	for _, m := range messages {
		all = append(all, m.Content)
	}
	return all
}

// replies lets the owner answer.
func (x *exchange) replies(c models.Conversation, text string) models.Message {
	x.t.Helper()
	x.clock = x.clock.Add(time.Second)
	return x.post(x.owner, c, text)
}

// state is what the team sees of a message: status and reason.
func (x *exchange) state(m models.Message) string {
	x.t.Helper()
	list, err := x.chat.Messages(x.t.Context(), x.owner, chat.MessageQuery{Conversation: m.ConversationUID, Page: models.Page{Limit: 50}})
	if err != nil {
		x.t.Fatal(err)
	}
	at := slices.IndexFunc(list.Rows, func(r models.Message) bool { return r.ID == m.ID })
	state := string(list.Rows[at].Status)
	if reason := list.Rows[at].FailureReason; reason != nil {
		state += ": " + *reason
	}
	return state
}

func (x *exchange) wants(m models.Message, state string) {
	x.t.Helper()
	if got := x.state(m); got != state {
		x.t.Errorf("the message is %q, want %q", got, state)
	}
}
