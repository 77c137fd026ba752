// Package mailtest runs a mail server for tests.
package mailtest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Relay is a small SMTP server (RFC 5321) that keeps what it is given.
type Relay struct {
	// Address is HOST:PORT.
	Address string

	o    Options
	mu   sync.Mutex
	kept []Letter
}

// Options change what a Relay does.
type Options struct {
	// Login, if set, is the only "user:password" that may send.
	Login string
	// Refuse, if set, is what recipients are turned away with.
	Refuse string
	// TLS, if set, is spoken from the first byte.
	TLS *tls.Config
}

// Letter is what was handed over: the two commands, and the whole message.
type Letter struct{ From, To, Text string }

// Letters are those that were handed over so far.
func (r *Relay) Letters() []Letter {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.kept)
}

// Start runs a relay until the test ends.
func Start(t testing.TB, o Options) *Relay {
	t.Helper()
	r := &Relay{o: o}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r.Address = listener.Addr().String()
	if o.TLS != nil {
		listener = tls.NewListener(listener, o.TLS)
	}
	var talks sync.WaitGroup
	talks.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			talks.Go(func() { r.talk(conn) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		talks.Wait()
	})
	return r
}

func (r *Relay) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
	lines := bufio.NewReader(conn)
	say := func(text string) { _, _ = fmt.Fprintf(conn, "%s\r\n", text) }
	var letter Letter
	say("220 relay")
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		verb, _, _ := strings.Cut(strings.ToUpper(line), " ")
		switch verb {
		case "EHLO":
			say("250-relay")
			say("250-AUTH PLAIN")
			say("250 8BITMIME")
		case "AUTH":
			say(r.authenticate(line))
		case "MAIL":
			letter.From = line
			say("250 ok")
		case "RCPT":
			if r.o.Refuse != "" {
				say(r.o.Refuse)
				continue
			}
			letter.To = line
			say("250 ok")
		case "DATA":
			say("354 go on")
			letter.Text = textOf(lines)
			r.keep(letter)
			say("250 kept")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (r *Relay) authenticate(line string) string {
	raw, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(line, "AUTH PLAIN "))
	if given := strings.Join(strings.Split(string(raw), "\x00")[1:], ":"); given != r.o.Login {
		return "535 no"
	}
	return "235 welcome"
}

func textOf(lines *bufio.Reader) string {
	var letter strings.Builder
	for {
		line, err := lines.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return letter.String()
		}
		letter.WriteString(line)
	}
}

func (r *Relay) keep(l Letter) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.kept = append(r.kept, l)
}
