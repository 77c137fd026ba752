package chat_test

import (
	"context"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/jobs"
)

func TestWhatCanNeverBeAMessageIsPassedOverAndTheRestComesIn(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		c := x.latest()
		x.report(chat.Report{Arrivals: []chat.Arrival{
			{From: "22000", Content: "from a short code", ExternalID: "in-2"},
			{From: "", Content: "from nobody", ExternalID: "in-3"},
			{From: "+14155550123", Content: " \u200b", ExternalID: "in-4"},
			{From: "+14155550123", Content: "too long an id", ExternalID: strings.Repeat("x", 256)},
			{From: "+14155550123", Content: "a\x00b\xff", ExternalID: "in-5"},
			{From: "+14155550123", Content: strings.Repeat("é", 10_001), ExternalID: "in-6"},
			{From: "+14155550123", Name: strings.Repeat("n", 300), Content: "last", ExternalID: "in-7"},
		}})
		got := texts(x.messages(c))
		if want := []string{"Hello", "ab\uFFFD", strings.Repeat("é", 9_999) + "…", "last"}; !slices.Equal(got, want) {
			t.Errorf("taken in: %.60q", got)
		}
		contact, blocked := c.Contact.UID, models.ContactBlocked
		if _, err := x.chat.UpdateContact(t.Context(), x.owner, chat.ContactRef{UID: &contact}, chat.ContactInput{Status: &blocked}); err != nil {
			t.Fatal(err)
		}
		x.hears(chat.Arrival{From: "+14155550123", Content: "still me", ExternalID: "in-8"})
		if got := texts(x.messages(c)); len(got) != 4 {
			t.Errorf("a blocked contact wrote: %.60q", got[4:])
		}
	})
}

func TestAMessageReopensItsConversationAndAnswersTheThreadThatItNames(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelEmail, models.ByEmail, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "Jane@Example.com", Name: "Jane Doe", Subject: "Order\n7", Content: "one", ExternalID: "<1@example.com>"})
		first := x.latest()
		if first.Subject == nil || *first.Subject != "Order7" || *first.Contact.Email != "jane@example.com" || *first.Contact.FullName() != "Jane Doe" {
			t.Errorf("it began as %v by %+v", first.Subject, first.Contact)
		}
		if _, err := x.chat.Resolve(t.Context(), x.owner, first.UID, chat.Resolution{Reason: models.ReasonIssueResolved}); err != nil {
			t.Fatal(err)
		}
		x.clock = x.clock.Add(time.Second)
		x.hears(chat.Arrival{From: "jane@example.com", Subject: "Another matter", Content: "two", ExternalID: "<2@example.com>"})
		if x.latest().ID == first.ID {
			t.Error("another matter went into the first conversation")
		}
		x.clock = x.clock.Add(time.Second)
		x.hears(chat.Arrival{From: "jane@example.com", Content: "three", ExternalID: "<3@example.com>", References: []string{"<0@x>", "<1@example.com>"}})
		if again := x.latest(); again.ID != first.ID || again.Status != models.StatusOpen {
			t.Errorf("the answer went into %d (%s), want %d", again.ID, again.Status, first.ID)
		}
		x.clock = x.clock.Add(time.Second)
		x.hears(chat.Arrival{From: "mallory@example.com", Content: "let me in", ExternalID: "<4@example.com>", References: []string{"<1@example.com>"}})
		if got := texts(x.messages(first)); !slices.Equal(got, []string{"one", "three"}) {
			t.Errorf("the thread: %v", got)
		}
		m := x.replies(first, "Thanks")
		x.work(time.Second)
		x.wants(m, "sent")
		if p := x.depot.taken[0]; p.To != "jane@example.com" || !slices.Equal(p.References, []string{"<1@example.com>", "<3@example.com>"}) {
			t.Errorf("sent to %s, hanging by %v", p.To, p.References)
		}
	})
}

func TestOneHookServesAllAccountsOfAnApp(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelWhatsApp, models.ByPhone, func(t *testing.T, x *exchange) {
		other := x.connect("Other", "+14155550200")
		x.hears(chat.Arrival{Through: "+14155550200", From: "+14155550123", Content: "for the other", ExternalID: "in-1"})
		c := x.latest()
		if *c.ChannelID != other.ID {
			t.Errorf("through %d, want %d", *c.ChannelID, other.ID)
		}
		m := x.replies(c, "Hi")
		x.work(time.Second)
		receipt := chat.Receipt{ExternalID: "ext-" + x.depot.taken[0].Reference, Status: models.MessageRead}
		x.report(chat.Report{Receipts: []chat.Receipt{receipt}}) // not this account's
		x.wants(m, "sent")
		receipt.Through = "+14155550200"
		x.report(chat.Report{Receipts: []chat.Receipt{receipt}})
		x.wants(m, "read")
		off := false
		if _, err := x.chat.UpdateChannel(t.Context(), x.owner, other.UID, chat.ChannelChange{Enabled: &off}); err != nil {
			t.Fatal(err)
		}
		for i, through := range []string{"+14155550200", "+14155559999"} {
			x.hears(chat.Arrival{Through: through, From: "+14155550123", Content: "nobody's", ExternalID: "in-" + string(rune('5'+i))})
		}
		if got := texts(x.messages(c)); !slices.Equal(got, []string{"for the other", "Hi"}) {
			t.Errorf("the thread: %v", got)
		}
	})
}

// flaky is a depot whose files cannot be had just now, for a while.
type flaky struct {
	*depot
	fails int
}

func (f *flaky) Fetch(ctx context.Context, line chat.Line, m chat.Media) (io.ReadCloser, error) {
	if f.fails > 0 {
		f.fails--
		return nil, &chat.CarrierError{Reason: "later", Temporary: true}
	}
	return f.depot.Fetch(ctx, line, m)
}

func TestAFileThatCannotBeHadNowIsAskedForAgainAndThenGivenUp(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.depot.files = map[string]string{"a": "plain text", "big": strings.Repeat("x", 10<<20+1), "html": "<html><script>x</script></html>"}
		carrier := &flaky{depot: x.depot, fails: 2}
		x.rewire(carrier)
		x.hears(chat.Arrival{From: "+14155550123", Content: "See", ExternalID: "in-1", Media: []chat.Media{{Ref: "a", Filename: "a.txt"}}})
		x.work(time.Second)
		if list, err := x.chat.Conversations(t.Context(), x.owner, chat.ConversationQuery{Page: models.Page{Limit: 1}}); err != nil || list.Total != 0 {
			t.Fatalf("it came in without its file: %v", err)
		}
		x.work(time.Minute)
		x.work(time.Minute)
		c := x.latest()
		if got := x.messages(c); len(got) != 1 || got[0].Content != "See" || len(got[0].Attachments) != 1 {
			t.Errorf("taken in: %+v", got)
		}
		carrier.fails = 100
		x.hears(chat.Arrival{From: "+14155550123", ExternalID: "in-2", Media: []chat.Media{{Ref: "a"}}})
		for range 8 {
			x.work(time.Hour)
		}
		carrier.fails = 0
		x.hears(chat.Arrival{From: "+14155550123", ExternalID: "in-3", Media: []chat.Media{{Ref: "big"}, {Ref: "html", Filename: "a.html"}}})
		x.work(time.Second)
		want := []string{"See", "[A file of this message could not be fetched]", "[A file of this message could not be fetched]\n[The file a.html was not kept]"}
		if got := texts(x.messages(c)); !slices.Equal(got, want) {
			t.Errorf("taken in: %q", got)
		}
	})
}

func TestAMessageForAnAccountThatIsGoneIsNobodys(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", ExternalID: "in-1", Media: []chat.Media{{Ref: "a"}}})
		if err := x.chat.DeleteChannel(t.Context(), x.owner, x.line.Account.UID); err != nil {
			t.Fatal(err)
		}
		x.work(time.Second)
		list, err := x.chat.Conversations(t.Context(), x.owner, chat.ConversationQuery{Page: models.Page{Limit: 1}})
		if err != nil || list.Total != 0 {
			t.Errorf("%d conversations, %v", list.Total, err)
		}
		due, err := x.store.ClaimDue(t.Context(), jobs.Claim{
			Most: map[string]int{chat.JobReceive: 10}, Now: models.Now(x.clock.Add(24 * time.Hour)), LeaseUntil: models.Now(x.clock),
		})
		if err != nil || len(due) != 0 {
			t.Errorf("still to be done: %v, %v", due, err)
		}
	})
}

func TestAProviderCallsAgainWhenTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := x.chat.TakeReport(ctx, x.line, chat.Report{Arrivals: []chat.Arrival{{From: "+14155550123", Content: "Hello", ExternalID: "in-1"}}})
		if err == nil {
			t.Error("what was not stored was thanked for")
		}
		var told *models.Error
		if errors.As(err, &told) && told.Code == models.CodeInvalid {
			t.Errorf("the provider is blamed: %v", err)
		}
		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		if got := texts(x.messages(x.latest())); !slices.Equal(got, []string{"Hello"}) {
			t.Errorf("taken in: %v", got)
		}
	})
}
