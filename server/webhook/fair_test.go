package webhook

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// many lets n messages be received.
func (o *office) many(n int) {
	o.Helper()
	c := o.happen("message 0")
	visitor := models.Principal{Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: o.site.ID, ConversationID: c.ID, ConversationUID: c.UID}
	for i := 1; i < n; i++ {
		_, err := o.chat.Post(o.Context(), visitor, c.UID, chat.Draft{Content: fmt.Sprintf("message %d", i)})
		o.must(err)
	}
	o.sequence()
}

// deaf is an address where somebody listens and never answers.
func (o *office) deaf() string {
	o.Helper()
	listener, err := (&net.ListenConfig{}).Listen(o.Context(), "tcp", "127.0.0.1:0")
	o.must(err)
	o.Cleanup(func() { _ = listener.Close() })
	return "http://" + listener.Addr().String()
}

func TestDeafSlowAndEndlessReceiversDelayNoOther(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		const messages = 60
		for range 4 {
			o.hook(o.deaf(), models.EventMessageReceived)
		}
		var most, now atomic.Int64
		slow := o.receive(func(_ int, _ http.ResponseWriter, r *http.Request) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			<-r.Context().Done()
		})
		o.hook(slow.URL, models.EventMessageReceived)
		endless := o.receive(func(_ int, w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				if _, err := io.WriteString(w, strings.Repeat("x", 1000)); err != nil {
					return
				}
			}
		})
		o.hook(endless.URL, models.EventMessageReceived)
		well := o.receive(nil)
		w, _ := o.hook(well.URL, models.EventMessageReceived)
		o.many(messages)
		began := time.Now()
		// Fewer calls at once than the bad ones would take.
		o.run(o.engine(func(options *Options) { options.Calls, options.PerWebhook = 24, 6 }))
		o.eventually("all events", func() bool { return len(well.got()) == messages })
		took := time.Since(began)
		o.Logf("%d events beside six bad receivers: %v", messages, took)
		if took > 20*time.Second { // one after the other they would take half a minute
			o.Errorf("the others took %v", took)
		}
		if most.Load() > 6 {
			o.Errorf("the slow one had %d calls at once", most.Load())
		}
		o.eventually("the notes", func() bool {
			d := o.log(w)
			return len(d) == messages && d[messages-1].Status == models.DeliverySucceeded
		})
	})
}

func TestARedirectInsideIsNotFollowedAndIsAFailure(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		inside := o.receive(nil)
		r := o.receive(func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "http://169.254.169.254/latest/meta-data/")
			w.WriteHeader(http.StatusFound)
		})
		w, _ := o.hook(r.URL, models.EventMessageReceived)
		to, _ := o.hook(inside.URL, models.EventContactDeleted)
		o.happen("Hello")
		o.run(o.engine(nil))
		o.eventually("the attempt", func() bool { l := o.log(w); return len(l) == 1 && len(l[0].History) == 1 })
		if d := o.log(w)[0]; *d.ResponseCode != 302 || !strings.Contains(*d.LastError, "redirects are not followed") || d.NextAt == nil {
			o.Errorf("the log has %+v", d)
		}
		if len(o.log(to)) != 0 || len(inside.got()) != 0 {
			o.Error("somebody else was called")
		}
	})
}

func TestAnAddressInsideIsRefusedWhenSavedAndWhenCalled(t *testing.T) {
	t.Parallel()
	each(t, func(o *office) {
		for _, url := range []string{"http://10.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "ftp://example.com/", "nonsense"} {
			_, _, err := o.chat.CreateWebhook(o.Context(), o.owner, chat.WebhookChange{URL: &url, Events: &[]models.EventType{models.EventAll}})
			if e := models.AsError(err); err == nil || e.Code != models.CodeInvalid || e.Field != "url" {
				o.Errorf("%s: %v", url, err)
			}
		}
		// One that was saved when it was allowed is refused at the call.
		r := o.receive(nil)
		w, _ := o.hook(r.URL, models.EventMessageReceived)
		o.happen("Hello")
		o.run(o.engine(func(options *Options) { options.Caller = publicOnly(o) }))
		o.eventually("the attempt", func() bool { l := o.log(w); return len(l) == 1 && len(l[0].History) == 1 })
		if d := o.log(w)[0]; len(r.got()) != 0 || d.ResponseCode != nil || !strings.Contains(*d.LastError, "not public") || strings.Contains(*d.LastError, "127.") {
			o.Errorf("the log has %+v", d)
		}
	})
}

func TestWebhooksThatHaveYetToWorkTogetherLeaveHalfOfTheRoom(t *testing.T) {
	t.Parallel()
	l := newLanes(Options{Calls: 8, PerWebhook: 3, Doubtful: 2})
	begun := map[int64]int{}
	for id := range int64(10) {
		for range l.room(id) {
			if !l.begin(id) {
				t.Errorf("webhook %d is trusted", id)
			}
			begun[id]++
		}
	}
	if l.calls != 4 || len(begun) != 2 || begun[0] != 2 || l.free() != 4 || l.room(5) != 0 {
		t.Errorf("%d calls, by webhook %v", l.calls, begun)
	}
	l.end(0, true, true, time.Millisecond)
	l.end(0, true, true, time.Millisecond)
	if l.room(0) != 3 || l.room(5) != 2 || len(l.running) != 1 || l.begin(0) {
		t.Errorf("after it worked: room %d, for another %d, running %v", l.room(0), l.room(5), l.running)
	}
	l.end(0, false, true, quick+1)
	if l.room(0) != 2 {
		t.Error("who is slow is trusted")
	}
	l.end(0, l.begin(0), true, quick)
	l.end(0, l.begin(0), false, time.Millisecond)
	if l.room(0) != 2 || l.calls != 2 || l.doubtful != 2 {
		t.Errorf("who failed is trusted, or the books are wrong: %+v", l)
	}
}
