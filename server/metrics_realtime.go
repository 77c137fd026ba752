package main

import (
	"strconv"

	"github.com/prometheus/client_golang/prometheus"

	"parley/realtime"
)

// watchRealtime registers what sockets, hub and bus count.
func (m *metrics) watchRealtime(c *realtime.Counters) {
	m.gauge("sockets_visitors", "Open sockets of visitors.", func() float64 { return float64(c.Visitors.Load()) })
	m.gauge("sockets_agents", "Open sockets of agents.", func() float64 { return float64(c.Agents.Load()) })
	m.count("frames_received_total", "Frames from sockets.", c.FramesIn.Load)
	m.count("frames_sent_total", "Frames to sockets.", c.FramesOut.Load)
	m.count("hints_dropped_total", "Ephemeral frames that a slow socket did not get.", c.HintsDropped.Load)
	m.count("doorbells_local_total", "Doorbells rung on this node.", c.DoorbellsLocal.Load)
	m.count("doorbells_bus_total", "Doorbells heard from other nodes.", c.DoorbellsBus.Load)
	m.gauge("bus_listening", "1 while this node hears the others through Redis.", func() float64 { return float64(c.BusListening.Load()) })
	m.count("bus_published_total", "Notes given to the bus.", c.BusPublished.Load)
	m.count("bus_received_total", "Notes taken from the bus.", c.BusReceived.Load)
	m.count("bus_dropped_total", "Notes that found the bus's queue full.", c.BusDropped.Load)
	m.count("bus_subscriptions_total", "Subscriptions to the bus, the first one included.", c.BusSubscriptions.Load)
	m.count("bus_failures_total", "Subscriptions to the bus that ended.", c.BusFailures.Load)
	m.count("sweeps_total", "Rounds of the sweep.", c.Sweeps.Load)
	m.count("sweep_found_total", "Sockets that a sweep found behind.", c.SweepFound.Load)
	m.count("sweep_failures_total", "Rounds of the sweep that the database did not answer.", c.SweepFailures.Load)
	m.count("catch_ups_total", "Reads after a socket's cursor.", c.CatchUps.Load)
	m.count("catch_up_failures_total", "Reads after a cursor that failed.", c.CatchUpFailures.Load)
	m.count("socket_panics_total", "Defects caught in a socket's handler.", c.Panics.Load)
	m.registry.MustRegister(closes{c})
}

// closes tells how many sockets have closed, by code.
type closes struct{ counters *realtime.Counters }

var closesDescription = prometheus.NewDesc("parley_sockets_closed_total", "Closed sockets, by close code; 0 is any other.", []string{"code"}, nil)

// Describe implements prometheus.Collector.
func (c closes) Describe(to chan<- *prometheus.Desc) { to <- closesDescription }

// Collect implements prometheus.Collector.
func (c closes) Collect(to chan<- prometheus.Metric) {
	for code, n := range c.counters.Closes() {
		to <- prometheus.MustNewConstMetric(closesDescription, prometheus.CounterValue, float64(n), strconv.Itoa(code))
	}
}
