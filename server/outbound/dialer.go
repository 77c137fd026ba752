package outbound

import (
	"context"
	"net"

	"code.dny.dev/ssrf"
)

// Dialer connects to hosts that people named: to what is public, and to what Allow
// makes an exception for.
type Dialer struct {
	allow    Allow
	guard    *ssrf.Guardian
	resolver *net.Resolver
	// guarded dials what is public, trusted what a name in Allow leads to.
	guarded, trusted net.Dialer
}

// NewDialer makes a Dialer.
func NewDialer(allow Allow) *Dialer { return newDialer(allow, nil) }

func newDialer(allow Allow, resolver *net.Resolver) *Dialer {
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	d := &Dialer{allow: allow, guard: allow.guardian(), resolver: resolver}
	d.trusted = net.Dialer{Timeout: connectTime, Resolver: resolver}
	d.guarded = d.trusted
	d.guarded.Control = d.guard.Safe
	return d
}

// DialContext connects. The check is made of each address right before the connection:
// a name that means something else by then gains nothing.
func (d *Dialer) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	if d.allow.names[foldHost(host)] {
		return d.trusted.DialContext(ctx, network, address)
	}
	return d.guarded.DialContext(ctx, network, address)
}
