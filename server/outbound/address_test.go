package outbound

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"parley/models"
)

func TestAddressesOfSpecialNetworksAreRefusedInEverySpelling(t *testing.T) {
	t.Parallel()
	resolver := newNames(t, map[string][]string{
		"inside.example": {"10.1.2.3"}, "six.example": {"fd00::1"}, "mapped.example": {"::ffff:127.0.0.1"}, "ok.example": {"93.184.216.34"},
	})
	c := allowing(t, "", Options{Resolver: resolver})
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "127.0.0.1.", "0.0.0.0", "10.0.0.1", "172.16.5.4", "172.31.255.255", "192.168.1.1", // private
		"169.254.169.254", "169.254.169.254.", "100.64.0.1", "198.18.0.1", "192.0.2.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"[::1]", "[::]", "[fe80::1]", "[fe80::1%25eth0]", "[fc00::1]", "[fd12:3456::1]", "[ff02::1]", "[2001:db8::1]", "[2002:7f00:1::]",
		"[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b::169.254.169.254]", "[64:ff9b:1::1]",
		"2130706433", "017700000001", "0x7f000001", "0177.0.0.1", "0x7f.0.0.1", "127.1", "127.0.1", "1.2.3.4.5", "256.256.256.256", "127.0.0.01",
		"localhost", "LOCALHOST", "localhost.", "a.localhost", "inside.example", "INSIDE.example.", "six.example", "mapped.example",
		"１２７.0.0.1", "127。0。0。1", "%31%32%37.0.0.1", "a b", "a..b", "-", "*",
	} {
		for _, scheme := range []string{"http", "https"} {
			err := c.Check(t.Context(), scheme+"://"+host+":8080/hook")
			if e := models.AsError(err); err == nil || e.Code != models.CodeInvalid || e.Field != "url" {
				t.Errorf("%s://%s: %v", scheme, host, err)
			}
		}
	}
}

func TestPublicAddressesAndNamesThatDoNotResolveYetAreTaken(t *testing.T) {
	t.Parallel()
	c := allowing(t, "", Options{Resolver: newNames(t, map[string][]string{"ok.example": {"93.184.216.34"}, "xn--bcher-kva.example": {"93.184.216.34"}})})
	for _, address := range []string{
		"https://ok.example/hook?x=1", "http://ok.example:8080", "HTTPS://OK.example/", "https://not-there-yet.example/",
		"https://8.8.8.8/", "https://[2606:4700:4700::1111]/", "https://bücher.example/", "https://under_score.example/", "https://ok.example:443/",
	} {
		if err := c.Check(t.Context(), address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestWhatIsNoWebAddressIsRefused(t *testing.T) {
	t.Parallel()
	c := allowing(t, "", Options{Resolver: newNames(t, nil)})
	for _, address := range []string{
		"", " ", "example.com", "//example.com", "ftp://example.com", "file:///etc/passwd", "javascript:alert(1)", "http:", "http://", "http:///x",
		"http:example.com", "gopher://example.com", "https://user@example.com", "https://user:pass@example.com/", "https://example.com/#part",
		"https://example.com:0/", "https://example.com:65536/", "https://example.com:99999/", "https://example.com:x/", "https://example.com:/",
		"https://exa mple.com/", "https://example.com/\r\nX: y", "https://example.com/\x00", "https://[::1", "https://" + strings.Repeat("a", 2050),
	} {
		if err := c.Check(t.Context(), address); !models.HasCode(err, models.CodeInvalid) {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestAnAllowListOpensNetworksAddressesAndNames(t *testing.T) {
	t.Parallel()
	resolver := newNames(t, map[string][]string{"hooks.internal": {"10.9.9.9"}, "other.internal": {"10.9.9.9"}})
	c := allowing(t, "127.0.0.0/8, 10.1.0.7, Hooks.Internal., ::1, fd00::/8,localhost", Options{Resolver: resolver})
	for address, open := range map[string]bool{
		"http://127.9.9.9/": true, "http://localhost/": true, "http://10.1.0.7/": true, "http://10.1.0.8/": false, "http://hooks.internal/": true,
		"http://hooks.internal./": true, "http://other.internal/": false, "http://x.hooks.internal/": true, // which is not there
		"http://[::1]/": true, "http://[fd00::5]/": true, "http://[fe80::5]/": false, "http://[::ffff:127.0.0.1]/": true, "http://[::ffff:10.0.0.1]/": false,
		"http://2130706433/": false,
	} {
		if err := c.Check(t.Context(), address); (err == nil) != open {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestAnAllowListThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	for _, list := range []string{"10.0.0.0/33", "10.0.0", "0x7f000001", "a b", "*.example.com", "http://x", "fe80::1%eth0", "::ffff:10.0.0.0/104", "host:80"} {
		if _, err := ParseAllow(list); err == nil {
			t.Errorf("%q was taken", list)
		}
	}
	for list, everything := range map[string]bool{"": false, " , ": false, "10.0.0.0/8": false, "0.0.0.0/0": true, "x,::/0": true} {
		if allow, err := ParseAllow(list); err != nil || allow.Everything() != everything {
			t.Errorf("%q: %v %v", list, allow, err)
		}
	}
}

func FuzzNoAddressThatIsTakenLeadsInside(f *testing.F) {
	for _, seed := range []string{"http://127.0.0.1", "http://0x7f.1", "https://[::ffff:127.0.0.1]:1/", "http://a@b", "http://１", "http://1.1.1.1."} {
		f.Add(seed)
	}
	c := New(Options{Resolver: nil})
	f.Fuzz(func(t *testing.T, address string) {
		host, err := parse(address)
		if err != nil {
			if e := (*models.Error)(nil); !errors.As(err, &e) || e.Field != "url" {
				t.Fatalf("%q: %v", address, err)
			}
			return
		}
		if literal, err := netip.ParseAddr(host); err == nil && c.mayReach(literal) == nil && (literal.IsPrivate() || literal.IsLoopback() || literal.IsLinkLocalUnicast()) {
			t.Fatalf("%q leads to %s", address, literal)
		}
	})
}
