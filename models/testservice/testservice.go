// Package testservice starts a real PostgreSQL and a real Redis for tests.
//
// Postgres and Template hand out databases on one server that the test binary
// starts at the first call and that ends with it. Redis, StartRedis and
// StartPostgres start a server for the one test that asks, which can stop it,
// kill it and start it again in the same place: the faults that the project
// promises to survive.
//
// No server outlives the test binary, however that ends (see process). A
// missing program is installed where that is possible; otherwise the test fails
// with the name of the package to install. A test is never skipped.
//
// PARLEY_TEST_POSTGRES, the URL of a superuser on a running server, makes
// Postgres and Template use that server instead of starting one.
package testservice

import (
	"net"
	"strconv"
	"syscall"
	"testing"
)

// Postgres returns the postgres:// URL of a new, empty database, which is
// dropped when the test ends. Connections that are still open then are cut.
func Postgres(t testing.TB) string {
	t.Helper()
	return lend(t, "")
}

// Server is a PostgreSQL or Redis of one test alone. Its methods end the test
// when they cannot do what they say, so they belong in the test's goroutine.
type Server struct {
	t    testing.TB
	node *node
}

// StartPostgres starts a PostgreSQL for this test and stops it at its end.
// Settings are configuration lines such as "fsync=on" and win over the quick
// ones that tests have by default: those survive a killed server, since its
// pages are with the kernel, but not a lost machine.
func StartPostgres(t testing.TB, settings ...string) *Server {
	t.Helper()
	engine, err := newPostgres(t.Context(), settings)
	return started(t, engine, err)
}

// StartRedis starts a Redis for this test and stops it at its end. Settings are
// configuration lines such as "maxmemory 10mb". It keeps nothing on disk, so a
// restart forgets everything, unless the settings say otherwise.
func StartRedis(t testing.TB, settings ...string) *Server {
	t.Helper()
	engine, err := newRedis(t.Context(), settings)
	return started(t, engine, err)
}

// Redis returns the redis:// URL of a Redis that only this test uses: channels
// are not separated by database number, and a server starts in milliseconds.
func Redis(t testing.TB) string {
	t.Helper()
	return StartRedis(t).URL()
}

func started(t testing.TB, engine engine, err error) *Server {
	t.Helper()
	if err != nil {
		t.Fatalf("testservice: %v", err)
	}
	server := &Server{t: t, node: &node{engine: engine}}
	t.Cleanup(server.node.close)
	server.Start()
	return server
}

// URL is where clients connect. It stays the same over stops and starts.
func (s *Server) URL() string { return s.node.engine.url(s.Addr()) }

// Addr is the server's host:port, for a proxy to stand in front of.
func (s *Server) Addr() string {
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.node.port))
}

// Start starts the stopped server on its old port and folder, and returns when
// it answers. On a running server it does nothing.
func (s *Server) Start() {
	s.t.Helper()
	if err := s.node.start(s.t.Context()); err != nil {
		s.t.Fatalf("testservice: start: %v", err)
	}
}

// Stop sends the signal and returns when the server has ended. SIGKILL is a
// crash. SIGINT is an orderly end that cuts its clients off; PostgreSQL would
// wait for them on SIGTERM. On a stopped server it does nothing.
func (s *Server) Stop(signal syscall.Signal) {
	s.t.Helper()
	if err := s.node.stop(signal); err != nil {
		s.t.Fatalf("testservice: stop: %v", err)
	}
}

// Restart ends the server in good order and starts it again.
func (s *Server) Restart() {
	s.t.Helper()
	s.Stop(syscall.SIGINT)
	s.Start()
}

// Signal sends a signal to the server's main process without waiting for an
// effect. SIGSTOP makes a Redis that accepts connections and never answers,
// SIGCONT wakes it.
func (s *Server) Signal(signal syscall.Signal) {
	s.t.Helper()
	if err := s.node.signal(signal); err != nil {
		s.t.Fatalf("testservice: signal: %v", err)
	}
}
