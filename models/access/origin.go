package access

import (
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"parley/models"
)

// OriginAllowed says whether a page of this origin may use the site: always when the
// site lists none; else when it is listed exactly, or below "https://*.example.com".
// Our own origin always may: it is the widget's frame, which only pages of the listed
// origins may show. Origins are compared by scheme, host labels and port, not as text.
func (s *Service) OriginAllowed(site models.Site, origin string) bool {
	if len(site.AllowedOrigins) == 0 {
		return true
	}
	asked, ok := parseOrigin(origin)
	if !ok {
		return false
	}
	if own, ok := parseOrigin(s.ownOrigin()); ok && own == asked {
		return true
	}
	for _, listed := range site.AllowedOrigins {
		if rule, ok := parseOrigin(listed); ok && rule.covers(asked) {
			return true
		}
	}
	return false
}

// ownOrigin is where our own pages are, the frame of the widget among them.
func (s *Service) ownOrigin() string {
	u, err := url.Parse(s.publicURL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// maxOriginLength is that of the longest host name, with scheme, "*." and port.
const maxOriginLength = 270

// CleanOrigin spells an origin that a site may list as OriginAllowed reads it: exact,
// or "https://*.example.com"; false when nothing could ever match it. Implements
// chat.Mint.
func (s *Service) CleanOrigin(origin string) (string, bool) {
	o, ok := parseOrigin(strings.TrimSuffix(strings.TrimSpace(origin), "/"))
	web := o.scheme == "https" || o.scheme == "http"
	if !ok || !web || len(origin) > maxOriginLength || !o.namesHost() {
		return "", false
	}
	host := o.host
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if o.port == map[string]string{"http": "80", "https": "443"}[o.scheme] {
		return o.scheme + "://" + host, true
	}
	return o.scheme + "://" + host + ":" + o.port, true
}

// namesHost says whether a browser could send this host: in ASCII, with a star only as
// the first label of an https name that has two more.
func (o webOrigin) namesHost() bool {
	parent, wild := strings.CutPrefix(o.host, "*.")
	if port, err := strconv.Atoi(o.port); err != nil || port < 1 || port > 65535 {
		return false
	}
	if wild && (o.scheme != "https" || !strings.Contains(parent, ".")) {
		return false
	}
	if address, err := netip.ParseAddr(parent); err == nil {
		return !wild && address.Zone() == ""
	}
	for label := range strings.SplitSeq(parent, ".") {
		if !hostLabel.MatchString(label) {
			return false
		}
	}
	return true
}

var hostLabel = regexp.MustCompile(`^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$`)

// webOrigin is a parsed origin, in lower case and with its port spelled out.
type webOrigin struct{ scheme, host, port string }

// parseOrigin reads "scheme://host[:port]" and nothing longer: no path, no user, no
// dot at the end, no opaque "null".
func parseOrigin(s string) (webOrigin, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return webOrigin{}, false
	}
	o := webOrigin{scheme: strings.ToLower(u.Scheme), host: strings.ToLower(u.Hostname()), port: u.Port()}
	if o.port == "" {
		o.port = map[string]string{"http": "80", "https": "443"}[o.scheme]
	}
	bad := o.port == "" || o.host == "" || strings.HasSuffix(o.host, ".") || strings.HasSuffix(s, "#")
	return o, !bad
}

// covers says whether o, as a rule, lets in asked.
func (o webOrigin) covers(asked webOrigin) bool {
	if o.scheme != asked.scheme || o.port != asked.port || strings.Contains(asked.host, "*") {
		return false
	}
	parent, wild := strings.CutPrefix(o.host, "*.")
	if !wild {
		return o.host == asked.host
	}
	child, below := strings.CutSuffix(asked.host, "."+parent)
	return below && child != ""
}
