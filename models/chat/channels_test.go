package chat_test

import (
	"context"
	"errors"
	"fmt"
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
		keys, err := access.New(access.Options{Store: db, Secret: []byte(strings.Repeat("k", 32)), PublicURL: "https://chat.example.com"})
		if err != nil {
			t.Fatal(err)
		}
		x.chat = chat.New(chat.Options{
			Store: db, Bell: x.bell, Blobs: x.blobs, Identities: keys, Mint: keys, Seals: keys, Links: keys,
			Carriers: []chat.Carrier{x.depot}, PublicURL: "https://chat.example.com", Now: func() time.Time { return x.clock },
		})
		x.connect("Main", "+14155550100")
		test(t, x)
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

func TestAMessageGoesOutAndItsReceiptsMoveItForwardAlone(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", Name: "Jane Doe", Content: "Where is it?", ExternalID: "in-1"})
		c := x.latest()
		m := x.replies(c, "On its way.")
		x.work(time.Second)
		x.wants(m, "sent")
		if got := x.depot.texts(); !slices.Equal(got, []string{"On its way."}) || x.depot.taken[0].To != "+14155550123" ||
			!slices.Equal(x.depot.taken[0].References, []string{"in-1"}) {
			t.Fatalf("taken: %+v", x.depot.taken)
		}
		before := len(x.events())
		receipt := func(status models.MessageStatus) {
			x.report(chat.Report{Receipts: []chat.Receipt{{ExternalID: "ext-" + x.depot.taken[0].Reference, Status: status, Reason: "too late"}}})
		}
		for _, status := range []models.MessageStatus{
			models.MessageDelivered, models.MessageDelivered, models.MessageSent, models.MessageRead, models.MessageDelivered, models.MessageFailed,
		} {
			receipt(status)
		}
		x.wants(m, "read")
		if told := x.events()[before:]; !slices.Equal(told, []models.EventType{models.EventMessageDelivered, models.EventMessageRead}) {
			t.Errorf("told of %v", told)
		}
		x.report(chat.Report{Receipts: []chat.Receipt{{ExternalID: "nobody's", Reference: "nor a reference", Status: models.MessageRead}}})
		x.work(time.Hour)
		if len(x.depot.taken) != 1 {
			t.Errorf("sent %d times", len(x.depot.taken))
		}
	})
}

func TestWhatAProviderRefusesFailsAndWhatItCannotTakeNowIsTriedAgain(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		c := x.latest()
		x.depot.plan(func(chat.Parcel) error { return &chat.CarrierError{Reason: "Unsubscribed (21610)"} })
		refused := x.replies(c, "Sale!")
		x.work(time.Second)
		x.wants(refused, "failed: Unsubscribed (21610)")

		x.depot.plan(
			func(chat.Parcel) error {
				return &chat.CarrierError{Reason: "Busy", Temporary: true, After: 10 * time.Minute}
			},
			func(chat.Parcel) error { return errors.New("connection reset") },
		)
		late, next := x.replies(c, "first"), x.replies(c, "second")
		x.work(time.Second)
		x.work(5 * time.Minute) // no sooner than the provider wants, and nothing overtakes
		if got := x.depot.texts(); len(got) != 0 {
			t.Fatalf("sent too early: %v", got)
		}
		x.work(6 * time.Minute)
		x.work(time.Minute)
		x.work(time.Minute)
		if got := x.depot.texts(); !slices.Equal(got, []string{"first", "second"}) {
			t.Errorf("sent %v", got)
		}
		x.wants(late, "sent")
		x.wants(next, "sent")

		for range 20 {
			x.depot.plan(func(chat.Parcel) error { return &chat.CarrierError{Reason: "Still busy", Temporary: true} })
		}
		never := x.replies(c, "never")
		for range 20 {
			x.work(3 * time.Hour)
		}
		x.wants(never, "failed: Still busy")
	})
}

func TestALostAnswerRepeatsThatPartAloneUnlessAReceiptNamesIt(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		c := x.latest()
		reset := errors.New("connection reset")
		none := func(chat.Parcel) error { return nil }
		x.depot.plan(none, func(chat.Parcel) error { return reset })
		m := x.replies(c, "one|two|three")
		x.work(time.Second)
		x.work(time.Minute)
		if got := x.depot.texts(); !slices.Equal(got, []string{"one", "two", "three"}) {
			t.Errorf("sent %v", got)
		}
		x.wants(m, "sent")
		for i, p := range x.depot.taken {
			x.wants(m, "sent")
			x.report(chat.Report{Receipts: []chat.Receipt{{ExternalID: "ext-" + p.Reference, Status: models.MessageDelivered}}})
			if i < 2 {
				x.wants(m, "sent") // as far as its last part
			}
		}
		x.wants(m, "delivered")

		x.depot.taken = nil
		x.depot.plan(func(p chat.Parcel) error { // it took it, and we never heard; but it tells of it
			x.report(chat.Report{Receipts: []chat.Receipt{{ExternalID: "theirs", Reference: p.Reference, Status: models.MessageDelivered}}})
			return reset
		})
		settled := x.replies(c, "once")
		x.work(time.Second)
		x.work(time.Minute)
		x.wants(settled, "delivered")
		if got := x.depot.texts(); len(got) != 0 {
			t.Errorf("sent again: %v", got)
		}
	})
}

func TestASandboxSendsNothing(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		who, err := x.access.Key(t.Context(), x.creds.TestKey)
		if err != nil {
			t.Fatal(err)
		}
		name, phone := "Trial", "+14155550123"
		made, err := x.chat.CreateChannel(t.Context(), who, chat.ChannelChange{
			Kind: models.ChannelSMS, Name: &name, Values: values("number", "+14155550100", "token", "bad"),
		})
		if err != nil {
			t.Fatal(err)
		}
		if test, err := x.chat.TestChannel(t.Context(), who, made.UID); err != nil || !test.OK {
			t.Errorf("the test of a sandbox: %+v, %v", test, err)
		}
		given := &phone
		contact, err := x.chat.CreateContact(t.Context(), who, chat.ContactInput{Phone: &given})
		if err != nil {
			t.Fatal(err)
		}
		sent, err := x.chat.MessageContact(t.Context(), who, chat.ContactRef{UID: &contact.UID}, chat.Outreach{
			Channel: models.ChannelSMS, Draft: chat.Draft{Content: "hello"},
		})
		if err != nil {
			t.Fatal(err)
		}
		x.work(time.Second)
		list, err := x.chat.Messages(t.Context(), who, chat.MessageQuery{Conversation: sent.Message.ConversationUID, Page: models.Page{Limit: 5}})
		if err != nil || list.Rows[0].Status != models.MessageSent || len(x.depot.taken) != 0 {
			t.Errorf("%v, %v, sent %v", list.Rows, err, x.depot.texts())
		}
	})
}

func TestACallOfAProviderIsBelievedForItsSignatureAndTakenInOnce(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		call := func(kind models.Channel, channel models.UID, hook, token string) (chat.HookAnswer, error) {
			headers := map[string]string{"Token": token, "From": "+14155550123", "Id": "in-1"}
			return x.chat.Hook(t.Context(), kind, channel, chat.HookRequest{
				Hook: hook, Method: "POST", Header: func(name string) string { return headers[name] }, Body: []byte("Hello"),
			})
		}
		id := x.line.Account.UID
		for what, err := range map[string]error{
			"another kind":      second(call(models.ChannelEmail, id, "in", "good")),
			"an unknown id":     second(call(models.ChannelSMS, models.NewUID(), "in", "good")),
			"an unknown hook":   second(call(models.ChannelSMS, id, "out", "good")),
			"a wrong signature": second(call(models.ChannelSMS, id, "in", "bad")),
		} {
			if !errors.Is(err, chat.ErrChannelNotFound) && !errors.Is(err, chat.ErrHookForged) {
				t.Errorf("%s: %v", what, err)
			}
		}
		for range 3 {
			if answer, err := call(models.ChannelSMS, id, "in", "good"); err != nil || answer.Body != "thanks" {
				t.Errorf("%+v, %v", answer, err)
			}
		}
		c := x.latest()
		if got := texts(x.messages(c)); !slices.Equal(got, []string{"Hello"}) || *c.ChannelID != x.line.Account.ID {
			t.Errorf("taken in: %v, through %v", got, c.ChannelID)
		}
		off := false
		if _, err := x.chat.UpdateChannel(t.Context(), x.owner, id, chat.ChannelChange{Enabled: &off}); err != nil {
			t.Fatal(err)
		}
		if _, err := call(models.ChannelSMS, id, "in", "good"); !errors.Is(err, chat.ErrChannelNotFound) {
			t.Errorf("switched off: %v", err)
		}
		m := x.replies(c, "Hi")
		x.work(time.Second)
		x.wants(m, "failed: The channel Main is switched off")
	})
}

func second[T any](_ T, err error) error { return err }

func TestFilesAndNamesAreAskedForAfterTheProviderWasAnswered(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelInstagram, models.ByHandle, func(t *testing.T, x *exchange) {
		x.depot.names = map[string]string{"77": "Mara Moss"}
		x.depot.files = map[string]string{"a": "plain text"}
		x.hears(chat.Arrival{From: "77", Content: "See this", ExternalID: "in-1", Media: []chat.Media{{Ref: "a", Filename: "a.txt"}, {Ref: "b"}}})
		x.hears(chat.Arrival{From: "77", Content: "See this", ExternalID: "in-1", Media: []chat.Media{{Ref: "a", Filename: "a.txt"}, {Ref: "b"}}})
		x.work(time.Second)
		c := x.latest()
		got := x.messages(c)
		if len(got) != 1 || got[0].Content != "See this\n[A file of this message could not be fetched]" || len(got[0].Attachments) != 1 ||
			got[0].Attachments[0].Filename != "a.txt" || *got[0].FromAddress != "77" || *c.Contact.FullName() != "Mara Moss" {
			t.Fatalf("taken in: %+v of %+v", got, c.Contact)
		}
		x.hears(chat.Arrival{From: "77", Content: "again", ExternalID: "in-2"}) // known by now: at once
		x.hears(chat.Arrival{From: "88", Content: "who am I", ExternalID: "in-3"})
		x.work(time.Second)
		if got := texts(x.messages(c)); !slices.Equal(got, []string{"See this\n[A file of this message could not be fetched]", "again"}) {
			t.Errorf("the thread: %v", got)
		}
		if name := x.latest().Contact.FullName(); name == nil || *name != "Customer 88" {
			t.Errorf("the nameless one is %v", name)
		}
		m := x.replies(c, "Thanks")
		x.work(time.Second)
		x.wants(m, "sent")
		if x.depot.taken[0].To != "77" {
			t.Errorf("sent to %s", x.depot.taken[0].To)
		}
		stranger := x.contact("somebody@example.com")
		n := x.tells(stranger, models.ChannelInstagram, "hello")
		x.work(time.Second)
		x.wants(n, "failed: The contact has never written to Main, and only who has can be answered there")
		if bytes := x.blobs.count(); bytes != 1 {
			t.Errorf("%d files are kept", bytes)
		}
	})
}

func TestAConversationGoesOnThroughTheAccountThatTheContactUsesNow(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		first := x.line
		x.hears(chat.Arrival{From: "+14155550123", Content: "on one", ExternalID: "in-1"})
		other := x.connect("Other", "+14155550200")
		lines, err := x.chat.Lines(t.Context(), models.ChannelSMS)
		if err != nil || len(lines) != 2 {
			t.Fatal(lines, err)
		}
		x.line = lines[1]
		x.hears(chat.Arrival{From: "+14155550123", Content: "on the other", ExternalID: "in-2"})
		c := x.latest()
		if *c.ChannelID != other.ID || len(x.messages(c)) != 2 {
			t.Errorf("through %d, want %d", *c.ChannelID, other.ID)
		}
		if err := x.chat.DeleteChannel(t.Context(), x.owner, other.UID); err != nil {
			t.Fatal(err)
		}
		m := x.replies(c, "Still here")
		x.work(time.Second)
		x.wants(m, "sent")
		if now := x.latest(); *now.ChannelID != first.Account.ID {
			t.Errorf("through %d, want %d", *now.ChannelID, first.Account.ID)
		}
	})
}

func TestSettingsAreHeldAgainstTheFormAndSecretsKeptSealed(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		name := "Second"
		for _, c := range []struct {
			given map[string]*string
			field string
		}{
			{values("number", "+14155550200"), "settings.token"},
			{values("token", "x"), "settings.number"},
			{values("number", "4155550200", "token", "x"), "settings.number"},
			{values("number", "+1", "token", "x", "colour", "red"), "settings.colour"},
			{values("number", "+1", "token", "x\ny"), "settings.token"},
			{values("number", "+1", "token", "x\x00y"), "settings.token"},
			{values("number", "+1", "token", strings.Repeat("x", 5000)), "settings.token"},
			{values("number", "+1", "token", "x", "mode", "odd"), "settings.mode"},
		} {
			_, err := x.chat.CreateChannel(t.Context(), x.owner, chat.ChannelChange{Kind: models.ChannelSMS, Name: &name, Values: c.given})
			if got := models.AsError(err); got.Code != models.CodeInvalid || got.Field != c.field {
				t.Errorf("%v: %v, want to blame %s", c.given, err, c.field)
			}
		}
		_, err := x.chat.CreateChannel(t.Context(), x.owner, chat.ChannelChange{
			Kind: models.ChannelSMS, Name: &name, Values: values("number", "+14155550100", "token", "x"),
		})
		if !models.HasCode(err, models.CodeConflict) {
			t.Errorf("the same number again: %v", err)
		}
		got, err := x.chat.Channel(t.Context(), x.owner, x.line.Account.UID)
		if err != nil || strings.Contains(string(got.Secrets), "good") || strings.Contains(fmt.Sprint(got.Settings), "good") ||
			!slices.Equal(got.SecretNames, []string{"token"}) || got.Settings["word"] == "" || got.Settings["word"] == nil {
			t.Errorf("kept: %+v, %v", got, err)
		}
		changed, err := x.chat.UpdateChannel(t.Context(), x.owner, got.UID, chat.ChannelChange{Values: values("mode", "slow")})
		if err != nil || changed.Settings["mode"] != "slow" || changed.Settings["word"] != got.Settings["word"] {
			t.Errorf("changed: %+v, %v", changed, err)
		}
		if test, err := x.chat.TestChannel(t.Context(), x.owner, got.UID); err != nil || test != (chat.ChannelTest{OK: true, Detail: "Welcome"}) {
			t.Errorf("the test: %+v, %v", test, err)
		}
		if _, err := x.chat.UpdateChannel(t.Context(), x.owner, got.UID, chat.ChannelChange{Values: values("token", "stale")}); err != nil {
			t.Fatal(err)
		}
		if test, err := x.chat.TestChannel(t.Context(), x.owner, got.UID); err != nil || test != (chat.ChannelTest{Detail: "Unknown token"}) {
			t.Errorf("the test with a stale token: %+v, %v", test, err)
		}
	})
}

func TestWhatTheEnvironmentSaysIsTrueAtEachStart(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		name := "SMS"
		for _, token := range []string{"one", "two"} {
			err := x.chat.KeepChannel(t.Context(), chat.ChannelChange{
				Kind: models.ChannelSMS, Name: &name, Values: values("number", "+14155550900", "token", token),
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		lines, err := x.chat.Lines(t.Context(), models.ChannelSMS)
		if err != nil || len(lines) != 2 || lines[1].Values["token"] != "two" || lines[1].Account.Name != "SMS" {
			t.Errorf("the lines: %+v, %v", lines, err)
		}
	})
}

func TestAVoiceTranscriptTellsWhoSpoke(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		say := func(channel models.Channel, speaker, text string) (models.ContactMessage, error) {
			return s.chat.Inbound(t.Context(), s.owner, chat.Incoming{
				Channel: channel, From: chat.Sender{Phone: "+14155550123"}, Content: text, Speaker: speaker,
			})
		}
		for speaker, want := range map[string]string{"": "caller", "caller": "caller", "ai": "ai"} {
			m, err := say(models.ChannelVoice, speaker, "Hello")
			if err != nil || m.Message.Speaker == nil || *m.Message.Speaker != want || m.Message.AuthorKind != models.ByContact {
				t.Errorf("%q: %+v, %v", speaker, m.Message, err)
			}
		}
		for channel, speaker := range map[models.Channel]string{models.ChannelVoice: "robot", models.ChannelSMS: "caller"} {
			if _, err := say(channel, speaker, "Hello"); models.AsError(err).Field != "speaker" {
				t.Errorf("%s on %s: %v", speaker, channel, err)
			}
		}
		if m, err := say(models.ChannelSMS, "", "Hello"); err != nil || m.Message.Speaker != nil {
			t.Errorf("on sms: %v, %v", m.Message.Speaker, err)
		}
	})
}
