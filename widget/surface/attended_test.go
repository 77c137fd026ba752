package surface_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"go.uber.org/goleak"

	"parley/widget/surface"
)

// Whatever a caller does, nobody looks after him when he has his answer.
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m,
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.updateServerDate.func1"),
		goleak.IgnoreAnyFunction("github.com/valyala/fasthttp.(*workerPool).Start.func2"),
		goleak.IgnoreAnyFunction("net/http.(*persistConn).readLoop"), goleak.IgnoreAnyFunction("net/http.(*persistConn).writeLoop"),
	)
}

// errand is a document with a call that waits for somebody outside, and one that does not.
const errand = `
openapi: 3.0.3
info: {title: test, version: "1"}
paths:
  /outside: {post: {operationId: askOutside, x-principal: none, x-scope: none, x-limit: none, x-idempotency: claim, responses: {"200": {description: ok}}}}
  /inside: {post: {operationId: askInside, x-principal: none, x-scope: none, x-limit: none, responses: {"200": {description: ok}}}}
`

const (
	outside = "POST /api/outside HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
	inside  = "POST /api/inside HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
	// severalLooks is time enough to be found out.
	severalLooks = 700 * time.Millisecond
	soon         = 3 * time.Second
)

// errands are calls under way: each says so, and waits for its answer or its end.
type errands struct {
	bench
	begun  chan struct{}
	answer chan string
	ended  chan error
}

func runErrands(t *testing.T, wrap func(net.Listener) net.Listener) *errands {
	t.Helper()
	e := &errands{begun: make(chan struct{}), answer: make(chan string), ended: make(chan error, 1)}
	wait := func(c *fiber.Ctx) error {
		e.begun <- struct{}{}
		select {
		case text := <-e.answer:
			return c.SendString(text)
		case <-c.UserContext().Done():
			e.ended <- context.Cause(c.UserContext())
			return c.UserContext().Err()
		}
	}
	app, r := build(t, errand, surface.Options{}, func(r *surface.Router) {
		r.Post("/outside", wait)
		r.Post("/inside", wait)
	})
	e.bench = listen(t, app, r, wrap)
	return e
}

// send sends a request, and waits for it to be at work.
func (e *errands) send(t *testing.T, request string) *net.TCPConn {
	t.Helper()
	conn, _ := e.dial(t).(*net.TCPConn)
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	<-e.begun
	return conn
}

func TestACallThatWaitsOutsideEndsWithItsCaller(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(*net.TCPConn) error{
		"closes":         (*net.TCPConn).Close,
		"resets":         func(c *net.TCPConn) error { return errors.Join(c.SetLinger(0), c.Close()) },
		"closes by half": (*net.TCPConn).CloseWrite,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := runErrands(t, nil)
			conn := e.send(t, outside)
			if err := leave(conn); err != nil {
				t.Fatal(err)
			}
			select {
			case cause := <-e.ended:
				if f := surface.Failure(cause); f.Message != "The caller hung up before there was an answer" {
					t.Errorf("it ended because of %v", cause)
				}
			case <-time.After(soon):
				t.Fatal("nobody noticed")
			}
			if name == "closes by half" {
				if got := status(bufio.NewReader(conn)); got != http.StatusBadRequest {
					t.Errorf("who still listens is answered %d", got)
				}
			}
		})
	}
}

// stays wants a call to be still at work after several looks, and then answers it.
func (e *errands) stays(t *testing.T) {
	t.Helper()
	select {
	case cause := <-e.ended:
		t.Fatalf("the call ended: %v", cause)
	case <-time.After(severalLooks):
		e.answer <- "here"
	}
}

func TestWhoStaysIsAnsweredAndAsksAgain(t *testing.T) {
	t.Parallel()
	e := runErrands(t, nil)
	conn := e.send(t, outside)
	reader := bufio.NewReader(conn)
	e.stays(t)
	if got := status(reader); got != http.StatusOK {
		t.Errorf("the first answer is %d", got)
	}
	// The next request comes before its turn, and is not eaten by looking.
	if _, err := io.WriteString(conn, outside); err != nil {
		t.Fatal(err)
	}
	<-e.begun
	if _, err := io.WriteString(conn, inside); err != nil {
		t.Fatal(err)
	}
	e.stays(t)
	<-e.begun
	e.answer <- "there"
	for range 2 {
		if got := status(reader); got != http.StatusOK {
			t.Errorf("a later answer is %d", got)
		}
	}
}

func TestACallThatWaitsForNobodyOutsideIsDoneWhoeverLeaves(t *testing.T) {
	t.Parallel()
	e := runErrands(t, nil)
	if err := e.send(t, inside).Close(); err != nil {
		t.Fatal(err)
	}
	e.stays(t)
}

// veiled hands out connections that are no bare sockets, as TLS does.
type veiled struct{ net.Listener }

func (v veiled) Accept() (net.Conn, error) {
	conn, err := v.Listener.Accept()
	return struct{ net.Conn }{conn}, err
}

func TestWhatIsNoBareSocketIsNotLookedAt(t *testing.T) {
	t.Parallel()
	e := runErrands(t, func(l net.Listener) net.Listener { return veiled{l} })
	conn := e.send(t, outside)
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	e.stays(t)
}
