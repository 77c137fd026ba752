package webhook

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// errKilled is what the rest of a node hears that has died.
var errKilled = errors.New("killed")

// mortal is a desk whose node dies at a named point: from there on nothing of it
// reaches the database any more.
type mortal struct {
	Desk
	at   string
	once sync.Once
	dead chan struct{}
}

// die says whether the node is dead, which it is from the point on where it dies.
func (m *mortal) die(point string) bool {
	if point == m.at {
		m.once.Do(func() { close(m.dead) })
	}
	select {
	case <-m.dead:
		return true
	default:
		return false
	}
}

// FanOut implements Desk.
func (m *mortal) FanOut(ctx context.Context, accountID int64) (bool, error) {
	if m.die("before the deliveries are written") {
		return false, errKilled
	}
	more, err := m.Desk.FanOut(ctx, accountID)
	if m.die("after the deliveries were written") {
		return false, errKilled
	}
	return more, err
}

// ClaimDeliveries implements Desk.
func (m *mortal) ClaimDeliveries(ctx context.Context, c chat.DeliveryClaim) ([]models.WebhookDelivery, error) {
	// Writing and claiming go side by side: who is to die between them must not have claimed already.
	if m.die("") || m.at == "after the deliveries were written" {
		return nil, errKilled
	}
	claimed, err := m.Desk.ClaimDeliveries(ctx, c)
	if len(claimed) > 0 && m.die("after the claim, before the call") {
		return nil, errKilled
	}
	return claimed, err
}

// SettleDelivery implements Desk.
func (m *mortal) SettleDelivery(ctx context.Context, d models.WebhookDelivery, out chat.Outcome) (bool, error) {
	if m.die("after the call, before the note") {
		return false, errKilled
	}
	held, err := m.Desk.SettleDelivery(ctx, d, out)
	if m.die("after the note") {
		return false, errKilled
	}
	return held, err
}

func TestANodeThatDiesAtAnyPointLosesNothingAndItsAttemptCounts(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		// What the receiver sees in the end: how often, and which counts.
		for point, want := range map[string][]int{
			"before the deliveries are written": {0}, "after the deliveries were written": {0},
			"after the claim, before the call": {1}, "after the call, before the note": {0, 1}, "after the note": {0},
		} {
			r := o.receive(nil)
			w, _ := o.hook(r.URL, models.EventMessageReceived)
			o.happen(point)
			node := &mortal{Desk: o.chat, at: point, dead: make(chan struct{})}
			stop := o.run(o.engine(func(options *Options) { options.Desk = node }))
			select {
			case <-node.dead:
			case <-time.After(2 * time.Minute):
				o.Fatalf("it did not die %s", point)
			}
			stop()
			claimed := len(o.log(w)) == 1 && o.log(w)[0].LeaseUntil != nil
			another := o.run(o.engine(nil))
			if claimed {
				o.later(defaultLease)
			}
			o.eventually("success after dying "+point, func() bool {
				return len(o.log(w)) == 1 && o.log(w)[0].Status == models.DeliverySucceeded
			})
			another()
			var counts []int
			for _, c := range r.got() {
				counts = append(counts, c.event.RetryCount)
				if c.event.ID != r.got()[0].event.ID {
					o.Errorf("%s: another id", point)
				}
			}
			if !slices.Equal(counts, want) {
				o.Errorf("%s: the receiver saw the counts %v, want %v", point, counts, want)
			}
			o.must(o.chat.DeleteWebhook(o.Context(), o.owner, w.UID))
		}
	})
}

func TestAnAttemptThatWasOvertakenNotesNothing(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(nil)
		w, _ := o.hook(r.URL, models.EventMessageReceived)
		o.happen("Hello")
		_, err := o.chat.FanOut(o.Context(), o.owner.AccountID)
		o.must(err)
		claim := func() models.WebhookDelivery {
			o.Helper()
			now := models.Now(o.now())
			got, err := o.chat.ClaimDeliveries(o.Context(), chat.DeliveryClaim{
				Now: now, LeaseUntil: now.Add(defaultLease), Limit: 10, Room: func(int64) int { return 10 },
			})
			o.must(err)
			if len(got) != 1 {
				o.Fatalf("claimed %d", len(got))
			}
			return got[0]
		}
		first := claim()
		o.later(defaultLease)
		second := claim()
		settle := func(d models.WebhookDelivery, out chat.Outcome) bool {
			o.Helper()
			out.At = models.Now(o.now())
			held, err := o.chat.SettleDelivery(o.Context(), d, out)
			o.must(err)
			return held
		}
		if settle(first, chat.Outcome{StatusCode: 500, Error: "no"}) {
			o.Error("the first attempt was noted")
		}
		if !settle(second, chat.Outcome{StatusCode: 200}) || settle(second, chat.Outcome{StatusCode: 500, Error: "no", Gone: true}) {
			o.Error("the second attempt was not noted, or twice")
		}
		if d := o.log(w)[0]; d.Status != models.DeliverySucceeded || d.Attempt != 2 || len(d.History) != 1 || !o.reload(w).Active {
			o.Errorf("the log has %+v", d)
		}
	})
}

func TestSeveralNodesWriteAndDeliverEachEventOnce(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		r := o.receive(nil)
		o.hook(r.URL, models.EventMessageReceived)
		other := o.receive(nil)
		o.hook(other.URL, models.EventMessageReceived)
		for range 3 {
			o.run(o.engine(nil))
		}
		c := o.happen("Hello")
		visitor := models.Principal{Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: o.site.ID, ConversationID: c.ID, ConversationUID: c.UID}
		const messages = 150
		for n := 1; n < messages; n++ {
			_, err := o.chat.Post(o.Context(), visitor, c.UID, chat.Draft{Content: "more"})
			o.must(err)
			if n%7 == 0 {
				o.sequence()
			}
		}
		o.sequence()
		for _, one := range []*receiver{r, other} {
			o.eventually("all events", func() bool { return len(one.got()) >= messages })
			ids := map[string]int{}
			for _, c := range one.got() {
				ids[c.event.ID]++
			}
			if len(ids) != messages || len(one.got()) != messages {
				o.Errorf("%d calls for %d events", len(one.got()), len(ids))
			}
		}
	})
}

func TestWhatIsUnderWayIsFinishedWhenTheNodeLeaves(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		begun, leave := make(chan struct{}), make(chan struct{})
		r := o.receive(func(_ int, _ http.ResponseWriter, _ *http.Request) {
			close(begun)
			<-leave
		})
		w, _ := o.hook(r.URL, models.EventMessageReceived)
		o.happen("Hello")
		stop := o.run(o.engine(nil))
		<-begun
		stopped := make(chan struct{})
		go func() {
			stop()
			close(stopped)
		}()
		close(leave)
		<-stopped
		if d := o.log(w)[0]; d.Status != models.DeliverySucceeded {
			o.Errorf("the delivery is %s", d.Status)
		}
	})
}
