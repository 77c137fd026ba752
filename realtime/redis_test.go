package realtime_test

import (
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"parley/models"
	"parley/models/testservice"
	"parley/realtime"
	"parley/realtime/bustest"
)

// redisBus makes a bus on a Redis, whose client is closed with the test.
func redisBus(t *testing.T, address string) (*realtime.RedisBus, *realtime.Counters) {
	t.Helper()
	client, err := realtime.NewRedisClient(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	counters := &realtime.Counters{}
	return realtime.NewRedisBus(realtime.RedisOptions{Client: client, Counters: counters}), counters
}

func TestTheRedisBusDoesWhatABusDoes(t *testing.T) {
	t.Parallel()
	bustest.Run(t, func(t *testing.T) func() realtime.Bus {
		address := testservice.Redis(t)
		return func() realtime.Bus {
			bus, _ := redisBus(t, address)
			return bus
		}
	})
}

// bell is a doorbell of some conversation.
func bell(seq int64) realtime.Note {
	return realtime.Note{Doorbell: &models.Doorbell{Kind: models.BellMessage, ConversationID: 5, Seq: seq}}
}

// hears publishes until a note comes through.
func hears(t *testing.T, from realtime.Bus, ear *bustest.Ear) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		from.Publish(bell(1))
		select {
		case <-ear.Notes:
			return
		case <-again.C:
		case <-deadline:
			t.Fatal("the bus did not come back")
		}
	}
}

// resubscribed waits until the bus listens again.
func resubscribed(t *testing.T, ear *bustest.Ear) {
	t.Helper()
	select {
	case <-ear.Subscribed:
	case <-time.After(30 * time.Second):
		t.Fatal("not subscribed again")
	}
}

func TestARestartedRedisIsSubscribedToAgainAndSaysSo(t *testing.T) {
	t.Parallel()
	server := testservice.StartRedis(t)
	a, _ := redisBus(t, server.URL())
	b, counters := redisBus(t, server.URL())
	bustest.Listen(t, a)
	ear, _ := bustest.Listen(t, b)
	hears(t, a, ear)
	for range 2 {
		server.Stop(syscall.SIGKILL)
		a.Publish(bell(2)) // is lost, and blocks nobody
		server.Start()
		resubscribed(t, ear)
		hears(t, a, ear)
	}
	if counters.BusSubscriptions.Load() < 3 || counters.BusFailures.Load() < 2 {
		t.Errorf("%d subscriptions, %d failures", counters.BusSubscriptions.Load(), counters.BusFailures.Load())
	}
}

func TestARedisThatComesLateIsWaitedFor(t *testing.T) {
	t.Parallel()
	server := testservice.StartRedis(t)
	a, _ := redisBus(t, server.URL())
	b, counters := redisBus(t, server.URL())
	server.Stop(syscall.SIGKILL)
	bustest.Attach(t, a)
	ear, _ := bustest.Attach(t, b)
	poll(t, "the bus has tried", func() bool { return counters.BusFailures.Load() > 0 })
	server.Start()
	resubscribed(t, ear)
	hears(t, a, ear)
}

// poll waits until a condition holds.
func poll(t testing.TB, what string, holds func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); <-ticker.C {
		if holds() {
			return
		}
	}
	t.Fatalf("did not come about: %s", what)
}

// throughProxy stands a proxy in front of a Redis.
func throughProxy(t *testing.T, server *testservice.Server) (proxy *toxiproxy.Proxy, address string) {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy = toxiproxy.NewProxy(api, t.Name(), "127.0.0.1:0", server.Addr())
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	return proxy, "redis://" + proxy.Listen
}

// A half-open connection takes nothing down: writes succeed, nothing is refused, and
// nothing ever comes. Only the silence of the own probes gives it away.
func TestAHalfOpenSubscriptionIsReplaced(t *testing.T) {
	t.Parallel()
	for _, direction := range []string{"downstream", "upstream"} {
		t.Run(direction, func(t *testing.T) {
			t.Parallel()
			server := testservice.StartRedis(t)
			a, _ := redisBus(t, server.URL())
			proxy, address := throughProxy(t, server)
			b, counters := redisBus(t, address)
			bustest.Listen(t, a)
			ear, _ := bustest.Listen(t, b)
			hears(t, a, ear)
			toxic := `{"name":"deaf","type":"timeout","stream":"` + direction + `","attributes":{"timeout":0}}`
			if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			poll(t, "the silence is noticed", func() bool { return counters.BusFailures.Load() > 0 })
			t.Logf("noticed after %v", time.Since(began))
			if err := proxy.Toxics.RemoveToxic(t.Context(), "deaf"); err != nil {
				t.Fatal(err)
			}
			resubscribed(t, ear)
			hears(t, a, ear)
		})
	}
}

func TestAQuietBusStaysSubscribed(t *testing.T) {
	t.Parallel()
	bus, counters := redisBus(t, testservice.Redis(t))
	began := time.Now()
	bustest.Listen(t, bus)
	poll(t, "three time-outs pass", func() bool { return time.Since(began) > 6*time.Second })
	if counters.BusSubscriptions.Load() != 1 || counters.BusFailures.Load() != 0 {
		t.Errorf("%d subscriptions, %d failures", counters.BusSubscriptions.Load(), counters.BusFailures.Load())
	}
}

func TestWhatIsNoNoteIsPassedOver(t *testing.T) {
	t.Parallel()
	address := testservice.Redis(t)
	client, err := realtime.NewRedisClient(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	a, _ := redisBus(t, address)
	b, _ := redisBus(t, address)
	bustest.Listen(t, a)
	ear, _ := bustest.Listen(t, b)
	for _, rubbish := range []string{"", "null", "[]", `{"Doorbell":7}`} {
		if err := client.Publish(t.Context(), "parley:bus:00", rubbish).Err(); err != nil {
			t.Fatal(err)
		}
	}
	hears(t, a, ear)
}

func TestRedisAddresses(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"redis://localhost":                   true,
		"rediss://user:secret@cache:6380/2":   true,
		"redis://one:6379,two:6379,three:637": true,
		"http://localhost":                    false,
		"redis://localhost/x":                 false,
		"::":                                  false,
	} {
		client, err := realtime.NewRedisClient(address)
		if (err == nil) != good {
			t.Errorf("%s: %v", address, err)
		}
		if err != nil {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%s: the error tells the password: %v", address, err)
			}
			continue
		}
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	}
}
