package webhook

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/jobs"
)

// verify checks a call as a receiver does, with the published library.
func verify(secret string, c call) error {
	w, err := standardwebhooks.NewWebhook(secret)
	if err != nil {
		return err
	}
	return w.VerifyIgnoringTimestamp([]byte(c.body), c.header)
}

func TestAnEventArrivesSignedAndAsTheSocketShowsIt(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(nil)
		o.happen("before anybody listened")
		w, secret := o.hook(r.URL, models.EventMessageReceived)
		conversation := o.happen("<b>Hello</b> & 你好")
		o.run(o.engine(nil))
		o.eventually("the call", func() bool { return len(r.got()) == 1 })
		got := r.got()[0]
		o.must(verify(secret, got))
		if err := verify("whsec_"+strings.Repeat("A", 43)+"=", got); err == nil {
			o.Error("another secret verifies too")
		}
		for name, want := range map[string]string{
			"webhook-id": got.event.ID, "content-type": "application/json; charset=utf-8", "user-agent": "Parley",
		} {
			if got.header.Get(name) != want {
				o.Errorf("%s is %q, want %q", name, got.header.Get(name), want)
			}
		}
		sent, err := strconv.ParseInt(got.header.Get("webhook-timestamp"), 10, 64)
		if err != nil || time.Since(time.Unix(sent, 0)).Abs() > time.Minute {
			o.Errorf("the timestamp is %q", got.header.Get("webhook-timestamp"))
		}
		e := got.event
		if e.Type != "message.received" || e.RetryCount != 0 || !strings.HasPrefix(e.ID, "evt_") || !strings.HasPrefix(e.OrganizationID, "org_") ||
			!strings.HasSuffix(e.Timestamp, "Z") || e.Data["content"] != "<b>Hello</b> & 你好" ||
			e.Data["conversation_id"] != models.FormatID(models.PrefixConversation, conversation.UID) || strings.Contains(got.body, `"pos"`) {
			o.Errorf("the body is %s", got.body)
		}
		for _, field := range []string{"message_id", "message_type", "channel", "contact", "conversation", "sender", "attachments"} {
			if _, there := e.Data[field]; !there {
				o.Errorf("%s is missing in %s", field, got.body)
			}
		}
		o.eventually("the note", func() bool { return o.log(w)[0].Status == models.DeliverySucceeded })
		if d := o.log(w)[0]; len(o.log(w)) != 1 || *d.ResponseCode != 200 || d.NextAt != nil || len(d.History) != 1 || d.URL != r.URL {
			o.Errorf("the log is %+v", o.log(w))
		}
	})
}

func TestAReceiverThatFailsTwiceGetsTheSameIDWithARisingCount(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(func(n int, w http.ResponseWriter, _ *http.Request) {
			if n <= 2 {
				w.WriteHeader(http.StatusInternalServerError)
				_, _ = io.WriteString(w, "<script>alert(1)</script>\x00\xff")
			}
		})
		w, secret := o.hook(r.URL, models.EventMessageReceived)
		o.happen("Hello")
		o.run(o.engine(nil))
		for n, pause := range []time.Duration{2 * time.Second, 4 * time.Second} {
			o.eventually("a failed attempt", func() bool { l := o.log(w); return len(l) == 1 && len(l[0].History) == n+1 })
			d := o.log(w)[0]
			waits := d.NextAt.Sub(d.History[n].At)
			if d.Status != models.DeliveryPending || waits < pause || waits > pause*5/4+time.Second || *d.LastError != "The receiver answered 500" ||
				*d.ResponseBody != "<script>alert(1)</script>\uFFFD\uFFFD" {
				o.Errorf("after attempt %d: %+v, waiting %v", n+1, d, waits)
			}
			if o.reload(w).FailingSince == nil {
				o.Error("the webhook does not count as failing")
			}
			o.later(waits)
		}
		o.eventually("success", func() bool { return o.log(w)[0].Status == models.DeliverySucceeded })
		stamps := map[string]bool{}
		for n, c := range r.got() {
			if c.event.ID != r.got()[0].event.ID || c.header.Get("webhook-id") != c.event.ID || c.event.RetryCount != n {
				o.Errorf("call %d has id %s and count %d", n+1, c.event.ID, c.event.RetryCount)
			}
			o.must(verify(secret, c))
			stamps[c.header.Get("webhook-timestamp")] = true
		}
		if len(stamps) != 3 || o.reload(w).FailingSince != nil {
			o.Errorf("timestamps %v, failing since %v", stamps, o.reload(w).FailingSince)
		}
	})
}

func TestADeliveryIsGivenUpAfterThreeDays(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(always(503))
		w, _ := o.hook(r.URL, models.EventMessageReceived)
		o.happen("Hello")
		began := o.now()
		o.run(o.engine(nil))
		for n := 1; ; n++ {
			o.eventually("an attempt", func() bool { l := o.log(w); return len(l) == 1 && len(l[0].History) == n })
			d := o.log(w)[0]
			if d.Status == models.DeliveryFailed {
				break
			}
			if n > 60 {
				o.Fatal("it never ends")
			}
			o.later(d.NextAt.Sub(o.now()) + time.Millisecond)
		}
		d := o.log(w)[0]
		tried := d.History[len(d.History)-1].At.Sub(began)
		if tried < 3*24*time.Hour-time.Minute || tried > 3*24*time.Hour+time.Minute || len(d.History) < 15 || d.NextAt != nil || !o.reload(w).Active {
			o.Errorf("%d attempts over %v", len(d.History), tried)
		}
		// It may be sent again by hand, under the same id, and the count goes on.
		again, err := o.chat.Redeliver(o.Context(), o.owner, w.UID, d.UID)
		o.must(err)
		o.eventually("the redelivery", func() bool { return len(r.got()) == len(d.History)+1 })
		last := r.got()[len(d.History)]
		if again.UID == d.UID || again.Cause != models.CauseRedelivery || last.event.ID != r.got()[0].event.ID || last.event.RetryCount != len(d.History) {
			o.Errorf("sent again as %s with count %d", last.event.ID, last.event.RetryCount)
		}
	})
}

func TestAReceiverThatIsGoneIsCalledNoMoreAndPeopleAreTold(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(always(http.StatusGone))
		w, _ := o.hook(r.URL, models.EventMessageReceived, models.EventConversationCreated)
		o.happen("Hello")
		o.run(o.engine(func(options *Options) { options.PerWebhook, options.Doubtful = 1, 1 }))
		o.eventually("the end", func() bool { return !o.reload(w).Active })
		if reason := *o.reload(w).DisabledReason; !strings.Contains(reason, "410") || len(r.got()) != 1 {
			o.Errorf("%d calls, switched off for: %s", len(r.got()), reason)
		}
		for _, d := range o.log(w) {
			if d.Status != models.DeliveryFailed || d.NextAt != nil {
				o.Errorf("a delivery is %s", d.Status)
			}
		}
		o.happen("Is anybody there?")
		o.run(jobs.New(jobs.Options{Store: o.store, Kinds: o.access.Jobs(), Poll: 10 * time.Millisecond}))
		letter := <-o.mail
		if letter.To != "owner@example.com" || !strings.Contains(letter.Subject, "was switched off") || !strings.Contains(letter.Text, r.URL) ||
			!strings.Contains(letter.Text, "410") {
			o.Errorf("the letter is %+v", letter)
		}
		if _, err := o.chat.TestWebhook(o.Context(), o.owner, w.UID, ""); !models.HasCode(err, models.CodeConflict) {
			o.Errorf("a test of it: %v", err)
		}
		// Switched on again it is told of what happens from then on.
		yes := true
		back, err := o.chat.UpdateWebhook(o.Context(), o.owner, w.UID, chat.WebhookChange{Active: &yes})
		o.must(err)
		if back.DisabledReason != nil || back.FailingSince != nil || len(o.log(w)) != 2 {
			o.Errorf("switched on again: %+v, %d deliveries", back, len(o.log(w)))
		}
	})
}

func TestAWebhookThatFailsForFiveDaysIsSwitchedOff(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(always(500))
		w, _ := o.hook(r.URL, models.EventMessageReceived)
		o.run(o.engine(nil))
		for n, after := range []time.Duration{0, 5*24*time.Hour - time.Hour, 2 * time.Hour} {
			o.later(after)
			o.happen("Hello")
			if n < 2 {
				o.eventually("an attempt", func() bool { l := o.log(w); return len(l) == n+1 && len(l[n].History) > 0 })
			} else {
				o.eventually("the end", func() bool { return !o.reload(w).Active })
			}
			if active := o.reload(w).Active; active != (n < 2) {
				o.Fatalf("after %v more it is active: %v", after, active)
			}
		}
		now := models.Now(o.now().Add(time.Minute))
		letters, err := o.store.ClaimDue(o.Context(), jobs.Claim{Most: map[string]int{access.JobMail: 10}, Now: now, LeaseUntil: now})
		o.must(err)
		if reason := *o.reload(w).DisabledReason; !strings.Contains(reason, "five days") || len(letters) != 1 {
			o.Errorf("switched off for: %s, %d letters", reason, len(letters))
		}
	})
}

func TestTwoSecretsSignForADayAfterARotation(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(nil)
		w, first := o.hook(r.URL, models.EventMessageReceived)
		_, second, err := o.chat.RotateWebhook(o.Context(), o.owner, w.UID)
		o.must(err)
		o.run(o.engine(nil))
		for n, want := range []struct {
			after      time.Duration
			both       bool
			signatures int
		}{{0, true, 2}, {24*time.Hour - time.Minute, true, 2}, {2 * time.Minute, false, 1}} {
			o.later(want.after)
			o.happen("Hello")
			// Noted, or what is under way would be made again once the clock is put on.
			o.eventually("the call", func() bool { l := o.log(w); return len(l) == n+1 && l[n].Status == models.DeliverySucceeded })
			c := r.got()[n]
			o.must(verify(second, c))
			if both := verify(first, c) == nil; both != want.both || len(strings.Fields(c.header.Get("webhook-signature"))) != want.signatures {
				o.Errorf("after %v more the first secret counts: %v, %s", want.after, both, c.header.Get("webhook-signature"))
			}
		}
		if first == second || !strings.HasPrefix(second, "whsec_") {
			o.Errorf("the secrets are %s and %s", first, second)
		}
	})
}

func TestEachWebhookGetsTheEventsThatItAsksFor(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		receivers := map[string]*receiver{}
		for name, events := range map[string][]models.EventType{
			"all": {models.EventAll}, "notes": {models.EventNoteCreated}, "both": {models.EventAll, models.EventNoteCreated},
			"resolved": {models.EventConversationResolved, models.EventRatingCreated},
		} {
			receivers[name] = o.receive(nil)
			o.hook(receivers[name].URL, events...)
		}
		test := o.receive(nil)
		events := []models.EventType{models.EventAll}
		_, _, err := o.chat.CreateWebhook(o.Context(), o.sandbox, chat.WebhookChange{URL: &test.URL, Events: &events})
		o.must(err)
		c := o.happen("Hello")
		_, err = o.chat.Post(o.Context(), o.owner, c.UID, chat.Draft{Content: "Only for us", Internal: true})
		o.must(err)
		_, err = o.chat.Resolve(o.Context(), o.owner, c.UID, chat.Resolution{Reason: models.ReasonIssueResolved})
		o.must(err)
		o.sequence()
		o.run(o.engine(nil))
		common := []string{"contact.created", "conversation.created", "conversation.resolved", "message.received"}
		for name, want := range map[string][]string{
			"all": common, "notes": {"note.created"}, "both": append(slices.Clone(common), "note.created"), "resolved": {"conversation.resolved"},
		} {
			o.eventually("the calls of "+name, func() bool { return len(receivers[name].got()) >= len(want) })
			var types []string
			for _, call := range receivers[name].got() {
				types = append(types, call.event.Type)
				if call.event.Type != "note.created" && strings.Contains(call.body, "Only for us") {
					o.Errorf("%s shows a note: %s", call.event.Type, call.body)
				}
			}
			slices.Sort(types)
			if !slices.Equal(types, want) {
				o.Errorf("%s got %v, want %v", name, types, want)
			}
		}
		if len(test.got()) != 0 {
			o.Error("the sandbox was told of what is not its own")
		}
		name := models.Given[string]{Is: true, To: &c.AuthorName}
		_, err = o.chat.CreateContact(o.Context(), o.sandbox, chat.ContactInput{FirstName: name})
		o.must(err)
		o.sequence()
		o.eventually("the sandbox's own event", func() bool { return len(test.got()) == 1 })
	})
}

func TestATestIsSentOnceAndWhateverComesOfItChangesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(always(500))
		w, secret := o.hook(r.URL, models.EventAll)
		o.run(o.engine(nil))
		for n, event := range append([]models.EventType{""}, models.EventTypes()...) {
			d, err := o.chat.TestWebhook(o.Context(), o.owner, w.UID, event)
			o.must(err)
			o.eventually("the test", func() bool { return o.log(w)[n].Status == models.DeliveryFailed })
			got := r.got()[n]
			o.must(verify(secret, got))
			if event == "" {
				event = models.EventMessageReceived
			}
			if got.event.Type != string(event) || d.Cause != models.CauseTest || len(got.event.Data) == 0 {
				o.Errorf("%s sends %s", event, got.body)
			}
		}
		if o.reload(w).FailingSince != nil {
			o.Error("a test counts as a failure")
		}
	})
}

func TestPausesDoubleWithJitterAndStayWithinADay(t *testing.T) {
	t.Parallel()
	for attempt, want := range map[int64]time.Duration{0: 2 * time.Second, 1: 2 * time.Second, 2: 4 * time.Second, 3: 8 * time.Second,
		10: 1024 * time.Second, 14: longestPause, 15: longestPause, 1 << 40: longestPause} {
		seen := map[time.Duration]bool{}
		for range 50 {
			got := pause(attempt)
			if got < want || got > want*5/4 {
				t.Fatalf("pause %d is %v, want %v and up to a quarter more", attempt, got, want)
			}
			seen[got] = true
		}
		if len(seen) < 2 {
			t.Errorf("pause %d is always the same", attempt)
		}
	}
}
