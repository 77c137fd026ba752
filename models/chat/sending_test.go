package chat_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/jobs"
)

func TestAMessageThatCannotGoSaysWhy(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		nameless := x.contact("mara@example.com")
		m := x.tells(nameless, models.ChannelSMS, "hello")
		other := x.tells(nameless, models.ChannelWhatsApp, "hello")
		x.work(time.Second)
		x.wants(m, "failed: The contact has no phone number")
		x.wants(other, "failed: The channel whatsapp is not configured")

		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		c := x.latest()
		template, err := x.chat.Post(t.Context(), x.owner, c.UID, chat.Draft{Content: "welcome", MessageType: models.TypeTemplate})
		if err != nil {
			t.Fatal(err)
		}
		x.depot.plan(func(chat.Parcel) error { return nil }, func(chat.Parcel) error { return &chat.CarrierError{Reason: "No"} })
		parts := x.replies(c, "one|two|three")
		x.work(time.Second)
		x.work(time.Second)
		x.wants(template, "failed: There are no templates here")
		x.wants(parts, "failed: Part 2 of 3: No")
		if got := x.depot.texts(); !slices.Equal(got, []string{"one"}) {
			t.Errorf("sent %v", got)
		}
		// What failed stays failed, whatever the provider says of the part that went.
		x.report(chat.Report{Receipts: []chat.Receipt{{ExternalID: "ext-" + x.depot.taken[0].Reference, Status: models.MessageDelivered}}})
		x.wants(parts, "failed: Part 2 of 3: No")
		next := x.replies(c, "and on")
		x.work(time.Second)
		x.wants(next, "sent") // nothing waits for what failed
	})
}

func TestWhoWroteToOneAccountIsWrittenToThroughIt(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelInstagram, models.ByHandle, func(t *testing.T, x *exchange) {
		x.depot.names = map[string]string{"77": "Mara Moss"}
		other := x.connect("Other", "+14155550200")
		x.hears(chat.Arrival{Through: "+14155550200", From: "77", Content: "Hello", ExternalID: "in-1"})
		x.work(time.Second)
		c := x.latest()
		merged := x.contact("mara@example.com")
		if _, err := x.chat.MergeContacts(t.Context(), x.owner, chat.ContactRef{UID: &merged.UID}, c.Contact.UID); err != nil {
			t.Fatal(err)
		}
		if _, err := x.chat.Resolve(t.Context(), x.owner, c.UID, chat.Resolution{Reason: models.ReasonIssueResolved}); err != nil {
			t.Fatal(err)
		}
		m := x.tells(merged, models.ChannelInstagram, "How was it?")
		x.work(time.Second)
		x.wants(m, "sent")
		if begun := x.latest(); begun.ID == c.ID || *begun.ChannelID != other.ID || x.depot.taken[0].To != "77" {
			t.Errorf("through %d to %s, want %d", *begun.ChannelID, x.depot.taken[0].To, other.ID)
		}
	})
}

func TestAFailureAfterwardsIsToldWithItsReasonOnce(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		m := x.replies(x.latest(), "Hi")
		x.work(time.Second)
		before := len(x.events())
		failed := chat.Report{Receipts: []chat.Receipt{{
			ExternalID: "ext-" + x.depot.taken[0].Reference, Status: models.MessageFailed, Reason: "Handset off (30003)",
		}}}
		x.report(failed)
		x.report(failed)
		x.wants(m, "failed: Handset off (30003)")
		if told := x.events()[before:]; !slices.Equal(told, []models.EventType{models.EventConversationUpdated}) {
			t.Errorf("told of %v", told)
		}
	})
}

func TestNotesAndErasedMessagesGoNowhere(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		c := x.latest()
		if _, err := x.chat.Post(t.Context(), x.owner, c.UID, chat.Draft{Content: "careful", Internal: true}); err != nil {
			t.Fatal(err)
		}
		x.replies(c, "Hi")
		contact := c.Contact.UID
		if err := x.chat.EraseContact(t.Context(), x.owner, chat.ContactRef{UID: &contact}); err != nil {
			t.Fatal(err)
		}
		x.work(time.Second)
		if got := x.depot.texts(); len(got) != 0 {
			t.Errorf("sent %v", got)
		}
	})
}

func TestManyRunnersHandEachMessageOverOnceAndInOrder(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		want := map[string][]string{}
		for i := range 3 {
			from := fmt.Sprintf("+1415555010%d", i)
			x.hears(chat.Arrival{From: from, Content: "Hello", ExternalID: "in"})
			c := x.latest()
			for n := range 4 {
				text := fmt.Sprintf("%d to %s", n, from)
				x.replies(c, text)
				want[from] = append(want[from], text)
			}
		}
		for range 8 { // each lets the next of every conversation go
			x.clock = x.clock.Add(time.Second)
			now := x.clock
			done := make(chan error, 3)
			for range 3 {
				runner := jobs.New(jobs.Options{Store: x.store, Kinds: x.chat.Jobs(), Now: func() time.Time { return now }})
				go func() { done <- runner.Work(t.Context()) }()
			}
			for range 3 {
				if err := <-done; err != nil {
					t.Fatal(err)
				}
			}
		}
		got := map[string][]string{}
		for _, p := range x.depot.taken {
			got[p.To] = append(got[p.To], p.Text)
		}
		for from := range want {
			if !slices.Equal(got[from], want[from]) {
				t.Errorf("%s got %v", from, got[from])
			}
		}
	})
}

func TestACrashBetweenThePartsRepeatsNothingThatWasNoted(t *testing.T) {
	t.Parallel()
	onExchange(t, models.ChannelSMS, models.ByPhone, func(t *testing.T, x *exchange) {
		x.hears(chat.Arrival{From: "+14155550123", Content: "Hello", ExternalID: "in-1"})
		m := x.replies(x.latest(), "one|two")
		calls := 0
		crash := func(chat.Parcel) error {
			if calls++; calls == 2 {
				panic("the program dies here")
			}
			return nil
		}
		x.depot.plan(crash, crash)
		x.work(time.Second)
		x.wants(m, "sent")
		x.work(time.Minute)
		if got := x.depot.texts(); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("sent %v", got)
		}
		references := map[string]bool{}
		for _, p := range x.depot.taken {
			references[p.Reference] = true
		}
		if len(references) != 2 {
			t.Errorf("the parts are called %v", references)
		}
	})
}

func TestAReasonForThePatientIsTheLeastPause(t *testing.T) {
	t.Parallel()
	var patient jobs.Patient
	err := fmt.Errorf("wrapped: %w", &chat.CarrierError{Reason: "Busy", Temporary: true, After: time.Minute, Err: errors.New("429")})
	if !errors.As(err, &patient) || patient.RetryAfter() != time.Minute || patient.Error() != "Busy: 429" {
		t.Errorf("got %v", patient)
	}
}
