package ratelimit

import (
	"net/netip"
	"strings"
)

// ClientIP is the address a request counts for. That is the peer's, unless the
// peer is a trusted proxy: then it is the right-most entry of X-Forwarded-For
// (forwardedFor: all its lines, in order) that no trusted proxy has. Whatever
// stands left of that entry may be the client's own invention and is not read.
// An entry that is no address stops the walk at the proxy that passed it on,
// and if all entries are trusted, the left-most is the client.
func ClientIP(peer netip.Addr, forwardedFor []string, trusted []netip.Prefix) netip.Addr {
	client := plain(peer)
	for i := len(forwardedFor) - 1; i >= 0; i-- {
		rest, more := forwardedFor[i], true
		for more {
			if !contains(trusted, client) {
				return client
			}
			var entry string
			rest, entry, more = cutLast(rest)
			hop, ok := parseHop(entry)
			if !ok {
				return client
			}
			client = hop
		}
	}
	return client
}

// Key is the address as a counter's key: IPv6 counts as its /64, which is what
// one household or machine has to itself; IPv4 in IPv6 counts as IPv4.
func Key(addr netip.Addr) string {
	addr = plain(addr)
	if !addr.Is6() {
		return addr.String()
	}
	network, err := addr.Prefix(64)
	if err != nil {
		return addr.String() // cannot be: plain drops the zone, 64 fits
	}
	return network.String()
}

// cutLast splits the last element off a comma-separated list.
func cutLast(list string) (rest, last string, more bool) {
	comma := strings.LastIndexByte(list, ',')
	if comma < 0 {
		return "", list, false
	}
	return list[:comma], list[comma+1:], true
}

// parseHop reads an entry as proxies write it: an address, alone or in
// brackets, with or without a port.
func parseHop(entry string) (netip.Addr, bool) {
	entry = strings.Trim(entry, " \t")
	if addr, err := netip.ParseAddr(entry); err == nil {
		return plain(addr), true
	}
	if pair, err := netip.ParseAddrPort(entry); err == nil {
		return plain(pair.Addr()), true
	}
	inner, opened := strings.CutPrefix(entry, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	addr, err := netip.ParseAddr(inner)
	if err != nil || !opened || !closed {
		return netip.Addr{}, false
	}
	return plain(addr), true
}

// plain drops what makes one address look like several: the IPv6 wrapping of
// an IPv4 address, and the zone.
func plain(addr netip.Addr) netip.Addr { return addr.Unmap().WithZone("") }

func contains(networks []netip.Prefix, addr netip.Addr) bool {
	for _, network := range networks {
		if network.Contains(addr) {
			return true
		}
	}
	return false
}
