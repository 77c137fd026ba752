package outbound

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"code.dny.dev/ssrf"
	"golang.org/x/net/idna"

	"parley/models"
)

// maxAddress bounds what somebody may type.
const maxAddress = 2048

// Allow is what may be reached although it is not public: networks, and hosts by name
// wherever they lead.
type Allow struct {
	v4, v6 []netip.Prefix
	names  map[string]bool
}

// hostName is a name as an allow list has it.
var hostName = regexp.MustCompile(`^[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*$`)

// ParseAllow reads networks, addresses and host names, separated by commas.
func ParseAllow(list string) (Allow, error) {
	a := Allow{names: map[string]bool{}}
	for part := range strings.SplitSeq(list, ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		network, err := netip.ParsePrefix(part)
		if address, alone := netip.ParseAddr(part); alone == nil && address.Zone() == "" {
			network, err = netip.PrefixFrom(address, address.BitLen()), nil
		}
		name := foldHost(part)
		switch {
		case err == nil && network.Addr().Is4():
			a.v4 = append(a.v4, network.Masked())
		case err == nil && !network.Addr().Is4In6():
			a.v6 = append(a.v6, network.Masked())
		case err != nil && hostName.MatchString(name) && !isNumeric(name):
			a.names[name] = true
		default:
			return Allow{}, fmt.Errorf("%q is neither a network, an address nor a host name", part)
		}
	}
	return a, nil
}

// Everything says whether the list allows a whole protocol.
func (a Allow) Everything() bool {
	for _, network := range append(append([]netip.Prefix{}, a.v4...), a.v6...) {
		if network.Bits() == 0 {
			return true
		}
	}
	return false
}

func (a Allow) guardian() *ssrf.Guardian {
	return ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(a.v4...), ssrf.WithAllowedV6Prefixes(a.v6...))
}

// foldHost spells a host in one way. The dot at the end of a whole name changes nothing.
func foldHost(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// isNumeric says whether a host is a number in one of the spellings that some resolvers
// read as an address: 2130706433, 0177.0.0.1, 0x7f.1.
func isNumeric(host string) bool {
	last := host[strings.LastIndexByte(host, '.')+1:]
	if hex, is := strings.CutPrefix(last, "0x"); is {
		return strings.Trim(hex, "0123456789abcdef") == ""
	}
	return strings.Trim(last, "0123456789") == ""
}

// Check refuses an address that could not, or may not, be called: one that is not
// http(s), and one whose host is, or resolves to, an address that is not public. A name
// that does not resolve now may do so later, and is taken. Errors blame "url".
func (c *Client) Check(ctx context.Context, address string) error {
	host, err := parse(address)
	if err != nil {
		return err
	}
	if c.allow.names[host] {
		return nil
	}
	if literal, err := netip.ParseAddr(host); err == nil {
		return c.mayReach(literal)
	}
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return c.mayReach(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	found, err := c.resolver.LookupNetIP(ctx, "ip", host)
	if err != nil {
		return nil // checked again at each call
	}
	for _, one := range found {
		if err := c.mayReach(one); err != nil {
			return err
		}
	}
	return nil
}

// mayReach looks an address up in the table. An IPv4 address inside an IPv6 one is what
// the system would dial.
func (c *Client) mayReach(address netip.Addr) error {
	if address.Zone() != "" || c.guard.SafeAddr(address.Unmap()) != nil {
		return models.Invalid("url", "The url leads to an address that is not public")
	}
	return nil
}

// parse reads an address and gives its host in one spelling.
func parse(address string) (host string, err error) {
	u, err := url.Parse(address)
	if err != nil || len(address) > maxAddress || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return "", models.Invalid("url", "The url must begin with http:// or https:// and have at most 2048 characters")
	}
	if u.User != nil || u.Fragment != "" {
		return "", models.Invalid("url", "The url must have no user, password or fragment")
	}
	if !isPort(u) {
		return "", models.Invalid("url", "The url's port must be from 1 to 65535")
	}
	return parseHost(foldHost(u.Hostname()))
}

func isPort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}

func parseHost(host string) (ascii string, err error) {
	if _, literal := netip.ParseAddr(host); literal == nil {
		return host, nil
	}
	if strings.ContainsFunc(host, func(r rune) bool { return r > unicode.MaxASCII }) {
		host, err = idna.Lookup.ToASCII(host)
	}
	if err != nil || !hostName.MatchString(host) || isNumeric(host) {
		return "", models.Invalid("url", "The url's host must be a name or an address such as 192.0.2.1")
	}
	return host, nil
}
