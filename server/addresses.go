package main

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"parley/ratelimit"
)

// isAddress says whether text is HOST:PORT, with or without a host.
func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	if err != nil || strings.ContainsAny(host, " /@") {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}

// portOf is the port of an address that isAddress likes, and empty otherwise.
func portOf(address string) string {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return ""
	}
	return port
}

// areHosts says whether text is one or more hosts separated by commas, with what may
// stand around them in a Redis URL: user information before, a database behind.
func areHosts(text string) bool {
	authority, _, _ := strings.Cut(text, "?")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		authority = authority[at+1:]
	}
	authority, database, _ := strings.Cut(authority, "/")
	if _, err := strconv.ParseUint(or(database, "0"), 10, 16); err != nil {
		return false
	}
	for host := range strings.SplitSeq(authority, ",") {
		u, err := url.Parse("redis://" + host)
		if err != nil || u.Hostname() == "" || u.Host != host {
			return false
		}
	}
	return true
}

// redacted is the value of a variable that may hold a password, fit to be shown.
func redacted(value string) string {
	if !strings.Contains(value, "@") && !strings.Contains(strings.ToLower(value), "password") {
		return value
	}
	if u, err := url.Parse(value); err == nil && u.User != nil && u.RawQuery == "" {
		return u.Redacted()
	}
	scheme, _, found := strings.Cut(value, "://")
	if !found {
		return "(hidden)"
	}
	return scheme + "://(hidden)"
}

// warnings says what is unsafe about settings that are otherwise good.
func warnings(s settings) []string {
	var said []string
	if s.limits[ratelimit.Agent].Limit == ratelimit.Unlimited {
		said = append(said, "RATE_LIMITS=off: nothing keeps a caller from flooding this server; use it for load tests alone")
	}
	for _, network := range s.trustedProxies {
		if network.Bits() == 0 {
			said = append(said, "TRUSTED_PROXIES holds every address: any client can pretend to be any other")
		}
	}
	if s.outbound.Everything() {
		said = append(said, "OUTBOUND_ALLOW holds every address: whoever may make webhooks reaches this server's own network")
	}
	if s.redis == "" && !s.isSQLite() {
		said = append(said, "REDIS_URL is empty: a second node on this database hears of new messages only by its sweep, and limits count per node")
	}
	if u, err := url.Parse(s.publicURL); err == nil && u.Scheme == "http" && !isLocal(u.Hostname()) {
		said = append(said, "PUBLIC_URL is http: conversations and keys travel in the clear; put a TLS proxy in front and set https")
	}
	return said
}

func isLocal(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || (err == nil && address.IsLoopback())
}

// isBaseURL says whether text is an address that calls of an API can begin with.
func isBaseURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil &&
		u.RawQuery == "" && u.Fragment == ""
}
