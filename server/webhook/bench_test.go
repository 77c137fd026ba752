package webhook

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/store/storetest"
)

// BenchmarkTenThousandEvents gives five webhooks 10,000 events: three receivers work,
// one is down, and one takes 2 seconds for each call. It reports how long the three had
// to wait for the last one, and what the five were sent in a second.
func BenchmarkTenThousandEvents(b *testing.B) {
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		b.Run(database, func(b *testing.B) {
			for range b.N {
				fiveWebhooks(setup(b, storetest.Open(b, database)), 10_000)
			}
		})
	}
}

// nobody is an address where nothing listens; a port that a server gave back might be
// another test's by now.
const nobody = "http://127.0.0.1:1"

func TestManyEventsReachWorkingReceiversBesideBadOnes(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		if took := fiveWebhooks(o, 300); took > 30*time.Second {
			o.Errorf("it took %v", took)
		}
	})
}

// fiveWebhooks lets events happen for three good receivers, one that is down, and one
// that is slow, and says how long the good ones waited for all.
func fiveWebhooks(o *office, events int) time.Duration {
	o.Helper()
	var calls atomic.Int64
	counted := func(_ int, _ http.ResponseWriter, _ *http.Request) { calls.Add(1) }
	var good []*receiver
	for range 3 {
		r := o.receive(counted)
		o.hook(r.URL, models.EventMessageReceived)
		good = append(good, r)
	}
	o.hook(nobody, models.EventMessageReceived)
	slow := o.receive(func(_ int, _ http.ResponseWriter, r *http.Request) {
		calls.Add(1)
		<-r.Context().Done() // the client's limit here is 2 seconds
	})
	o.hook(slow.URL, models.EventMessageReceived)
	o.many(events)
	began := time.Now()
	stop := o.run(o.engine(nil))
	for _, r := range good {
		o.eventually("all events", func() bool { return r.count() >= events })
	}
	took := time.Since(began)
	stop()
	ids := map[string]bool{}
	for _, c := range good[0].got() {
		ids[c.event.ID] = true
	}
	if len(ids) != events || len(good[0].got()) != events {
		o.Errorf("%d calls for %d of %d events", len(good[0].got()), len(ids), events)
	}
	o.Logf("%d events to 5 webhooks: the three good ones had all after %v, %.0f calls/s; the slow one was called %d times",
		events, took.Round(time.Millisecond), float64(calls.Load())/took.Seconds(), len(slow.got()))
	if b, is := o.TB.(*testing.B); is {
		b.ReportMetric(took.Seconds(), "s/all")
		b.ReportMetric(float64(calls.Load())/took.Seconds(), "calls/s")
		b.ReportMetric(0, "ns/op")
	}
	return took
}
