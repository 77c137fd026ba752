package main

import (
	"context"
	"database/sql"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/ratelimit"
)

// metrics count what this node does, for Prometheus. Every label comes from a closed
// set, so that nobody outside can make the series grow.
type metrics struct {
	registry *prometheus.Registry

	requests   *prometheus.CounterVec
	latency    *prometheus.HistogramVec
	messages   *prometheus.CounterVec
	limiter    *prometheus.CounterVec
	limiterBus *prometheus.CounterVec
	statements *prometheus.CounterVec
	waiting    *prometheus.HistogramVec
	batches    prometheus.Histogram
	webhooks   *prometheus.HistogramVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: counters("http_requests_total", "Requests by surface, method and class of status.", "surface", "method", "status"),
		latency: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parley_http_request_seconds", Help: "Time to answer, by surface.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
		}, []string{"surface"}),
		messages:   counters("messages_total", "Public messages stored by this node, by kind of author.", "author"),
		limiter:    counters("limiter_decisions_total", "Decisions of the limiter, by rule.", "rule", "decision"),
		limiterBus: counters("limiter_redis_total", "How often the limiter lost its Redis, and had it back.", "change"),
		statements: counters("database_statements_total", "Statements, by outcome.", "outcome"),
		waiting: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parley_database_statement_seconds", Help: "Time of statements, by outcome.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .5, 2.5},
		}, []string{"outcome"}),
		batches: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "parley_database_batch_posts", Help: "Messages that shared one transaction.",
			Buckets: []float64{1, 2, 4, 8, 16, 32, 64, 128},
		}),
		webhooks: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "parley_webhook_attempt_seconds", Help: "Time of webhooks' attempts, by outcome.",
			Buckets: []float64{.005, .025, .1, .5, 1, 5, 15},
		}, []string{"outcome"}),
	}
	m.registry.MustRegister(m.requests, m.latency, m.messages, m.limiter, m.limiterBus, m.statements, m.waiting, m.batches, m.webhooks,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help string, labels ...string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: "parley_" + name, Help: help}, labels)
}

// handler writes the metrics.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// answer is the handler for the public port.
func (m *metrics) answer() fiber.Handler { return adaptor.HTTPHandler(m.handler()) }

// methods are the methods with a series of their own.
var methods = map[string]bool{
	http.MethodGet: true, http.MethodHead: true, http.MethodPost: true, http.MethodPut: true,
	http.MethodPatch: true, http.MethodDelete: true, http.MethodOptions: true,
}

// observed counts requests. It stands outside of everything that can fail, and has
// the error answered here, so that the status it counts is the one that goes out.
func (m *metrics) observed(c *fiber.Ctx) error {
	begin := time.Now()
	if err := c.Next(); err != nil {
		if err := c.App().ErrorHandler(c, err); err != nil {
			return err
		}
	}
	method := c.Method()
	if !methods[method] {
		method = "other"
	}
	at := surfaceOf(c.Path())
	m.requests.WithLabelValues(at, method, strconv.Itoa(c.Response().StatusCode()/100)+"xx").Inc()
	m.latency.WithLabelValues(at).Observe(time.Since(begin).Seconds())
	return nil
}

// limited is told what the limiter decides.
func (m *metrics) limited(e ratelimit.Event) {
	switch e.Kind {
	case ratelimit.Allowed, ratelimit.Refused:
		m.limiter.WithLabelValues(e.Rule, string(e.Kind)).Inc()
	default:
		m.limiterBus.WithLabelValues(string(e.Kind)).Inc()
	}
}

// Statement implements store.Observer.
func (m *metrics) Statement(outcome store.Outcome, took time.Duration) {
	m.statements.WithLabelValues(string(outcome)).Inc()
	m.waiting.WithLabelValues(string(outcome)).Observe(took.Seconds())
}

// Batch implements store.Observer.
func (m *metrics) Batch(posts int) { m.batches.Observe(float64(posts)) }

// bell counts the messages that ring, on their way to the bell, and tells webhooks of
// what this node has put into a log.
type bell struct {
	chat.Bell
	messages *prometheus.CounterVec
	// grown is called when a log has grown.
	grown func()
}

// Ring implements chat.Bell.
func (b bell) Ring(d models.Doorbell) {
	if d.Kind == models.BellMessage && d.Message != nil {
		b.messages.WithLabelValues(string(d.Message.AuthorKind)).Inc()
	}
	if d.Kind == models.BellEvents {
		b.grown()
	}
	b.Bell.Ring(d)
}

// delivered is told of webhooks' attempts.
func (m *metrics) delivered(outcome string, took time.Duration) {
	m.webhooks.WithLabelValues(outcome).Observe(took.Seconds())
}

// gauge registers a number that is read when somebody asks for it.
func (m *metrics) gauge(name, help string, read func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "parley_" + name, Help: help}, read))
}

// count registers a counter that somebody else keeps.
func (m *metrics) count(name, help string, read func() int64) {
	m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "parley_" + name, Help: help},
		func() float64 { return float64(read()) }))
}

// watchDatabase registers the state of the connection pool.
func (m *metrics) watchDatabase(stats func() sql.DBStats) {
	m.gauge("database_connections_open", "Open connections.", func() float64 { return float64(stats().OpenConnections) })
	m.gauge("database_connections_in_use", "Connections in use.", func() float64 { return float64(stats().InUse) })
	m.count("database_waits_total", "How often a statement waited for a connection.", func() int64 { return stats().WaitCount })
	m.gauge("database_wait_seconds", "How long statements have waited for connections, in all.",
		func() float64 { return stats().WaitDuration.Seconds() })
}

// serveMetrics serves /metrics, and nothing else, on an address of its own.
func serveMetrics(ctx context.Context, address string, handler http.Handler) error {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", handler)
	server := &http.Server{Addr: address, Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // nothing is lost with it
	defer stop()
	if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}
