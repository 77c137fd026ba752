package outbound

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// names is a DNS server that says what it was told to, once after the other.
type names struct {
	mu    sync.Mutex
	says  map[string][]netip.Addr
	asked map[string]int
}

// newNames starts the server and gives a resolver that asks it alone. What a name
// stands for may change with each question: the last address stays.
func newNames(t *testing.T, says map[string][]string) *net.Resolver {
	t.Helper()
	n := &names{says: map[string][]netip.Addr{}, asked: map[string]int{}}
	for name, addresses := range says {
		for _, a := range addresses {
			n.says[name] = append(n.says[name], netip.MustParseAddr(a))
		}
	}
	socket, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() { n.serve(socket) })
	t.Cleanup(func() {
		_ = socket.Close()
		serving.Wait()
	})
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", socket.LocalAddr().String())
	}}
}

func (n *names) serve(socket net.PacketConn) {
	buffer := make([]byte, 1500)
	for {
		size, from, err := socket.ReadFrom(buffer)
		if err != nil {
			return
		}
		var question dnsmessage.Message
		if question.Unpack(buffer[:size]) != nil || len(question.Questions) != 1 {
			continue
		}
		answer, err := n.answer(question)
		if err == nil {
			_, _ = socket.WriteTo(answer, from)
		}
	}
}

func (n *names) answer(m dnsmessage.Message) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
	q := m.Questions[0]
	name := strings.TrimSuffix(strings.ToLower(q.Name.String()), ".")
	known := n.says[name]
	if len(known) == 0 {
		m.RCode = dnsmessage.RCodeNameError
		return m.Pack()
	}
	address := known[min(n.asked[name], len(known)-1)]
	var body dnsmessage.ResourceBody
	switch {
	case q.Type == dnsmessage.TypeA && address.Is4():
		body = &dnsmessage.AResource{A: address.As4()}
	case q.Type == dnsmessage.TypeAAAA && address.Is6():
		body = &dnsmessage.AAAAResource{AAAA: address.As16()}
	}
	if body != nil {
		n.asked[name]++
		m.Answers = []dnsmessage.Resource{{Header: dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}, Body: body}}
	}
	return m.Pack()
}

// receiver is a server on this machine.
func receiver(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s
}

// allowing is a client that may reach what the list says.
func allowing(t *testing.T, list string, o Options) *Client {
	t.Helper()
	allow, err := ParseAllow(list)
	if err != nil {
		t.Fatal(err)
	}
	o.Allow = allow
	c := New(o)
	t.Cleanup(c.Close)
	return c
}
