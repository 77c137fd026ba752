package main

import (
	"net/http"
	"strings"
	"testing"

	"parley/ratelimit"
)

func TestTheMetricsTellWhatTheNodeDid(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, cfg Config) {
		n := start(t, cfg)
		p := n.firstRun()
		n.visitorSocket()
		n.get("/v2/users", "X-API-Key", p.LiveKey)
		n.call(http.MethodTrace, "/v2/users", "")
		n.get("/v2/nothing")
		n.await("the socket's catch-up and the sweep are counted", func() bool {
			text := n.get("/metrics").text
			for _, series := range []string{
				`parley_http_requests_total{method="GET",status="2xx",surface="/v2"} 1`,
				`parley_http_requests_total{method="GET",status="4xx",surface="/v2"} 1`,
				`parley_http_requests_total{method="other",`,
				`parley_http_requests_total{method="POST",status="2xx",surface="/api/v1/chat"} 1`,
				`parley_messages_total{author="contact"} 1`, `parley_sockets_visitors 1`, `parley_sockets_agents 0`,
				`parley_doorbells_local_total `, `parley_limiter_decisions_total{decision="allowed",rule="chat.create"} 1`,
				`parley_database_statements_total{outcome="ok"} `, `parley_database_connections_open `, `parley_bus_published_total `,
				`parley_sockets_closed_total{code="1012"} 0`, `go_goroutines `,
			} {
				if !strings.Contains(text, series) {
					return false
				}
			}
			return !strings.Contains(text, "parley_sweeps_total 0\n") && !strings.Contains(text, "parley_catch_ups_total 0\n")
		})
	})
}

func TestMetricsOnAnAddressOfTheirOwnAreNowhereElse(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.MetricsAddr = nobody(t)
	n := start(t, cfg)
	if n.status("/metrics") != http.StatusNotFound {
		t.Error("the public port serves metrics too")
	}
	own := &node{TB: t, base: "http://" + cfg.MetricsAddr}
	own.await("the metrics are served", func() bool { return own.status("/metrics") == http.StatusOK })
	if own.status("/v2/users") != http.StatusNotFound || own.status("/") != http.StatusNotFound {
		t.Error("the address of the metrics serves more than them")
	}
}

func TestTheLimiterIsTheSameForSocketsAndCalls(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.RateLimits = "chat.send=2/m"
	n := start(t, cfg)
	socket := n.visitorSocket()
	if err := socket.WriteJSON(map[string]any{"type": "send", "client_id": "1", "message": "over the socket"}); err != nil {
		t.Fatal(err)
	}
	n.expect(socket, "ack")
	site := n.firstRun().SiteKey
	for _, status := range []int{201, 429} {
		r := n.call(http.MethodPost, "/api/v1/chat/conversations/jane/messages", `{"message":"by a call"}`, "X-API-Key", site)
		if r.StatusCode != status || r.Header.Get("X-RateLimit-Limit") != "2" {
			t.Errorf("status %d, want %d: %s %v", r.StatusCode, status, r.text, r.Header)
		}
	}
	if err := socket.WriteJSON(map[string]any{"type": "send", "client_id": "2", "message": "too much"}); err != nil {
		t.Fatal(err)
	}
	n.expect(socket, "error")
}

func TestLimitsThatAreOffAreLoudAndNotTold(t *testing.T) {
	t.Parallel()
	cfg := sqliteConfig(t)
	cfg.RateLimits = "off"
	n := start(t, cfg)
	if r := n.get("/v2/users", "X-API-Key", n.firstRun().LiveKey); r.Header.Get("X-RateLimit-Limit") != "" || r.StatusCode != http.StatusOK {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	if !strings.Contains(n.log.String(), `"level":"WARN","msg":"UNSAFE SETTING"`) {
		t.Errorf("the start is silent:\n%s", n.log)
	}
}

func TestEventsOfTheLimiterAreCounted(t *testing.T) {
	t.Parallel()
	m := newMetrics()
	for _, kind := range []ratelimit.Kind{ratelimit.Allowed, ratelimit.Refused, ratelimit.RedisFailed, ratelimit.RedisBack} {
		m.limited(ratelimit.Event{Kind: kind, Rule: ratelimit.Agent})
	}
	families, err := m.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, f := range families {
		seen[f.GetName()] = len(f.GetMetric())
	}
	if seen["parley_limiter_decisions_total"] != 2 || seen["parley_limiter_redis_total"] != 2 {
		t.Errorf("counted as %v", seen)
	}
}
