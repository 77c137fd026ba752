package chat_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

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
		given := models.Given[string]{Is: true, To: &phone}
		contact, err := x.chat.CreateContact(t.Context(), who, chat.ContactInput{Phone: given})
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
