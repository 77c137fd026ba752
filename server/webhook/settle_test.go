package webhook

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// claimed leases everything that is due.
func (o *office) claimed(limit int) []models.WebhookDelivery {
	o.Helper()
	now := models.Now(o.now())
	rows, err := o.chat.ClaimDeliveries(o.Context(), chat.DeliveryClaim{
		Now: now, LeaseUntil: now.Add(time.Minute), Limit: limit, Room: func(int64) int { return limit },
	})
	o.must(err)
	return rows
}

// outcome is how an attempt ended just now: a status of 410 is the last word.
func (o *office) outcome(status int) chat.Outcome {
	out := chat.Outcome{At: models.Now(o.now()), Duration: time.Millisecond, StatusCode: status}
	if status >= 300 {
		next := models.Now(o.now().Add(time.Hour))
		out.Error, out.Next = fmt.Sprintf("The receiver answered %d", status), &next
	}
	if status == http.StatusGone {
		out.Error, out.Next, out.Gone = "The receiver answered 410: it wants nothing more", nil, true
	}
	return out
}

func TestAttemptsThatEndAtTheSameMomentDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		w, _ := o.hook("https://hooks.example/", models.EventMessageReceived, models.EventConversationCreated)
		for n := range 6 {
			o.happen(fmt.Sprint("Hello ", n))
		}
		_, err := o.chat.FanOut(o.Context(), o.owner.AccountID)
		o.must(err)
		under := o.claimed(12)
		if len(under) != 12 {
			o.Fatalf("%d deliveries are under way, want 12", len(under))
		}
		var settled sync.WaitGroup
		errs := make(chan error, len(under))
		for _, d := range under {
			settled.Go(func() {
				_, err := o.chat.SettleDelivery(o.Context(), d, o.outcome(http.StatusGone))
				errs <- err
			})
		}
		settled.Wait()
		close(errs)
		for err := range errs {
			o.must(err)
		}
		if o.reload(w).Active {
			o.Error("the webhook is still active")
		}
		for _, d := range o.log(w) {
			if d.Status != models.DeliveryFailed || d.NextAt != nil || d.LastError == nil {
				o.Errorf("a delivery is %s, next at %v, because of %v", d.Status, d.NextAt, d.LastError)
			}
		}
	})
}

func TestNothingIsLeftWaitingWhenAWebhookIsSwitchedOffWhileItIsWrittenTo(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		for round := range 8 {
			w, _ := o.hook("https://hooks.example/", models.EventMessageReceived)
			o.happen(fmt.Sprint("Hello ", round))
			off := false
			var both sync.WaitGroup
			both.Go(func() {
				if _, err := o.chat.FanOut(o.Context(), o.owner.AccountID); err != nil {
					o.Errorf("fan out: %v", err)
				}
			})
			both.Go(func() {
				if _, err := o.chat.UpdateWebhook(o.Context(), o.owner, w.UID, chat.WebhookChange{Active: &off}); err != nil {
					o.Errorf("switch off: %v", err)
				}
			})
			both.Wait()
			for _, d := range o.log(w) {
				if d.Status == models.DeliveryPending {
					o.Errorf("round %d: a delivery waits for ever", round)
				}
			}
		}
	})
}

func TestTheOutcomeOfADeletedWebhooksDeliveryIsNobodysConcern(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		w, _ := o.hook("https://hooks.example/", models.EventMessageReceived)
		o.happen("Hello")
		_, err := o.chat.FanOut(o.Context(), o.owner.AccountID)
		o.must(err)
		under := o.claimed(1)
		if len(under) != 1 {
			o.Fatalf("%d deliveries are under way, want 1", len(under))
		}
		o.must(o.chat.DeleteWebhook(o.Context(), o.owner, w.UID))
		for name, status := range map[string]int{"taken": 200, "refused": 500, "gone": http.StatusGone} {
			held, err := o.chat.SettleDelivery(o.Context(), under[0], o.outcome(status))
			if held || err != nil {
				o.Errorf("%s: held %v, %v", name, held, err)
			}
		}
	})
}

func TestALateOutcomeOfAnAttemptThatWasMadeAgainCountsForNothing(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		w, _ := o.hook("https://hooks.example/", models.EventMessageReceived)
		o.happen("Hello")
		_, err := o.chat.FanOut(o.Context(), o.owner.AccountID)
		o.must(err)
		first := o.claimed(1)
		o.later(2 * time.Minute) // the lease has ended
		second := o.claimed(1)
		if len(first) != 1 || len(second) != 1 || second[0].Attempt != 2 {
			o.Fatalf("claimed %d and %d", len(first), len(second))
		}
		held, err := o.chat.SettleDelivery(o.Context(), first[0], o.outcome(http.StatusGone))
		if held || err != nil {
			o.Errorf("the late one: held %v, %v", held, err)
		}
		if !o.reload(w).Active {
			o.Error("a late 410 switched the webhook off")
		}
		held, err = o.chat.SettleDelivery(o.Context(), second[0], o.outcome(200))
		if !held || err != nil {
			o.Errorf("the second attempt: held %v, %v", held, err)
		}
		if log := o.log(w); len(log) != 1 || log[0].Status != models.DeliverySucceeded {
			o.Errorf("the log says %+v", log)
		}
	})
}

func TestAFanOutThatFindsNothingNewWritesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		w, _ := o.hook("https://hooks.example/", models.EventMessageReceived)
		o.happen("Hello")
		for round := range 3 {
			more, err := o.chat.FanOut(o.Context(), o.owner.AccountID)
			if err != nil || more {
				o.Errorf("round %d: more %v, %v", round, more, err)
			}
			if n := len(o.log(w)); n != 1 {
				o.Errorf("round %d: %d deliveries, want 1", round, n)
			}
			if more, err := o.chat.FanOut(o.Context(), o.sandbox.AccountID); err != nil || more {
				o.Errorf("round %d, the sandbox: more %v, %v", round, more, err)
			}
		}
	})
}
