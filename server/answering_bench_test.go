package main

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"
)

// hanging is how many visitors wait for a model that hangs: all that a node answers at
// once, and as many again.
const hanging = 64

// TestPeopleAreAsFastWhileAModelHangs is the short form of BenchmarkPeopleBesideAModelThatHangs.
func TestPeopleAreAsFastWhileAModelHangs(t *testing.T) {
	t.Parallel()
	alone, beside := besideAModel(t, 60)
	t.Logf("median %v alone, %v beside a model that hangs", alone[len(alone)/2], beside[len(beside)/2])
	// A loaded machine is no ruler; what is waited for would show by seconds.
	if median := beside[len(beside)/2]; median > 10*alone[len(alone)/2]+250*time.Millisecond {
		t.Errorf("people wait: %v, and %v alone", median, alone[len(alone)/2])
	}
}

// BenchmarkPeopleBesideAModelThatHangs measures an agent's reply while 64 visitors wait for
// a model that says nothing, as a ratio to the same replies without a model, taken in turns
// in the same run: RELIABILITY's P12 allows 1.1 at the 99th percentile.
func BenchmarkPeopleBesideAModelThatHangs(b *testing.B) {
	for b.Loop() {
		alone, beside := besideAModel(b, 1000)
		at := func(all []time.Duration, share float64) float64 {
			return float64(all[int(float64(len(all)-1)*share)])
		}
		b.ReportMetric(at(beside, 0.5)/at(alone, 0.5), "median-ratio")
		b.ReportMetric(at(beside, 0.99)/at(alone, 0.99), "p99-ratio")
		b.ReportMetric(at(alone, 0.99)/float64(time.Millisecond), "alone-p99-ms")
		b.ReportMetric(at(beside, 0.99)/float64(time.Millisecond), "beside-p99-ms")
	}
}

// besideAModel takes the times of replies on two nodes by turns, sorted: one without a
// model, and one with visitors who wait for it.
func besideAModel(t testing.TB, replies int) (alone, beside []time.Duration) {
	t.Helper()
	m := newModel(t, hangs)
	quiet, busy := start(t, unlimited(sqliteConfig(t))), start(t, m.configures(sqliteConfig(t)))
	busy.assist(robin)
	for i := range hanging {
		busy.begin(fmt.Sprintf("waiting%d", i), "When do you open?")
	}
	busy.await("the model hangs", func() bool { return len(m.requests()) >= hanging/2 })
	reply := map[*node]func() time.Duration{}
	for _, n := range []*node{quiet, busy} {
		n.begin("served", "agent please")
		path, key := "/v2/conversation/"+n.conversationOf("served")+"/message", n.firstRun().LiveKey
		reply[n] = func() time.Duration {
			begin := time.Now()
			n.must(201, http.MethodPost, path, `{"content":"A person is here."}`, "X-API-Key", key)
			return time.Since(begin)
		}
		for range 20 {
			reply[n]()
		}
	}
	for range replies {
		alone, beside = append(alone, reply[quiet]()), append(beside, reply[busy]())
	}
	slices.Sort(alone)
	slices.Sort(beside)
	return alone, beside
}

// unlimited turns limits off.
func unlimited(cfg Config) Config {
	cfg.RateLimits = "off"
	return cfg
}
