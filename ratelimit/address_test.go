package ratelimit_test

import (
	"net/netip"
	"strings"
	"testing"

	"parley/ratelimit"
)

var proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}

func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}

func TestTheClientIsTheRightMostUntrustedEntry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, peer, forwarded, want string }{
		{"no header", "203.0.113.9", "", "203.0.113.9"},
		{"an untrusted peer's header is not read", "203.0.113.9", "1.1.1.1", "203.0.113.9"},
		{"a trusted proxy without a header", "10.0.0.1", "", "10.0.0.1"},
		{"one proxy", "10.0.0.1", "198.51.100.7", "198.51.100.7"},
		{"what the client wrote itself is ignored", "10.0.0.1", "1.1.1.1, 10.9.9.9, 198.51.100.7", "198.51.100.7"},
		{"a chain of proxies", "10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.3, 10.0.0.2", "198.51.100.7"},
		{"several lines are one list", "10.0.0.1", "1.1.1.1\n198.51.100.7\n10.0.0.2", "198.51.100.7"},
		{"all trusted: the left-most", "10.0.0.1", "10.0.0.5, 10.0.0.2", "10.0.0.5"},
		{"garbage stops the walk", "10.0.0.1", "198.51.100.7, unknown, 10.0.0.2", "10.0.0.2"},
		{"garbage from the nearest proxy", "10.0.0.1", "198.51.100.7, _hidden", "10.0.0.1"},
		{"an empty entry stops the walk", "10.0.0.1", "198.51.100.7, ", "10.0.0.1"},
		{"an empty line stops the walk", "10.0.0.1", "198.51.100.7\n", "10.0.0.1"},
		{"a port", "10.0.0.1", "198.51.100.7:4711", "198.51.100.7"},
		{"IPv6", "fd00::1", "2001:db8::7", "2001:db8::7"},
		{"IPv6 in brackets", "fd00::1", "[2001:db8::7]", "2001:db8::7"},
		{"IPv6 in brackets with a port", "fd00::1", " [2001:db8::7]:443\t", "2001:db8::7"},
		{"half a bracket", "fd00::1", "[2001:db8::7", "fd00::1"},
		{"IPv4 in IPv6", "::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7"},
		{"trusted IPv4 in IPv6", "10.0.0.1", "198.51.100.7, ::ffff:10.0.0.2", "198.51.100.7"},
		{"a zone is dropped", "fd00::1", "fe80::7%eth0", "fe80::7"},
		{"a zone makes no proxy untrusted", "fd00::1%eth0", "2001:db8::7, fd00::2%x", "2001:db8::7"},
		{"octal and short forms are garbage", "10.0.0.1", "0177.0.0.1", "10.0.0.1"},
		{"a line break is garbage", "10.0.0.1", "198.51.100.7\r", "10.0.0.1"},
	} {
		got := ratelimit.ClientIP(netip.MustParseAddr(c.peer), lines(c.forwarded), proxies)
		if got.String() != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAnIPv6NetworkIsOneClientAndIPv4EachAddress(t *testing.T) {
	t.Parallel()
	for addr, want := range map[string]string{
		"2001:db8:1:2:3:4:5:6":    "2001:db8:1:2::/64",
		"2001:db8:1:2::":          "2001:db8:1:2::/64",
		"2001:db8:1:3::1":         "2001:db8:1:3::/64",
		"fe80::1%eth0":            "fe80::/64",
		"198.51.100.7":            "198.51.100.7",
		"::ffff:198.51.100.7":     "198.51.100.7",
		"::ffff:198.51.100.7%z":   "198.51.100.7",
		"64:ff9b::198.51.100.7":   "64:ff9b::/64",
		"2001:db8:1:2:ffff::1%25": "2001:db8:1:2::/64",
	} {
		if got := ratelimit.Key(netip.MustParseAddr(addr)); got != want {
			t.Errorf("%s counts as %s, want %s", addr, got, want)
		}
	}
	if ratelimit.Key(netip.Addr{}) == "" {
		t.Error("no address has no key")
	}
}

func FuzzClientIP(f *testing.F) {
	f.Add("1.1.1.1, 198.51.100.7:80", "[2001:db8::7]:1, 10.0.0.2", "8.8.8.8")
	f.Add(",,", "::ffff:10.0.0.1%z", "fe80::1%")
	f.Fuzz(func(t *testing.T, first, second, spoof string) {
		peer, stranger := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("203.0.113.9")
		if got := ratelimit.ClientIP(stranger, []string{first, second}, proxies); got != stranger {
			t.Fatalf("an untrusted peer became %s", got)
		}
		got := ratelimit.ClientIP(peer, []string{first, second}, proxies)
		if !got.IsValid() || got.Zone() != "" || got.Is4In6() || ratelimit.Key(got) == "" {
			t.Fatalf("not a plain address: %s", got)
		}
		joined := ratelimit.ClientIP(peer, []string{first + "," + second}, proxies)
		if joined != got {
			t.Fatalf("two lines give %s, one gives %s", got, joined)
		}
		if last := ratelimit.ClientIP(peer, []string{spoof, first, second, "198.51.100.7"}, proxies); last.String() != "198.51.100.7" {
			t.Fatalf("what stood before the proxy's entry made it %s", last)
		}
	})
}
