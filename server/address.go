package main

import (
	"net"
	"net/netip"

	"github.com/gofiber/fiber/v2"

	"parley/ratelimit"
)

// clientIP finds the address that a request counts for: the peer's, or what trusted
// proxies say.
func clientIP(trusted []netip.Prefix) func(c *fiber.Ctx) netip.Addr {
	return func(c *fiber.Ctx) netip.Addr {
		lines := c.Request().Header.PeekAll(fiber.HeaderXForwardedFor)
		forwarded := make([]string, 0, len(lines))
		for _, line := range lines {
			forwarded = append(forwarded, string(line))
		}
		return ratelimit.ClientIP(peerOf(c.Context().RemoteAddr()), forwarded, trusted)
	}
}

// peerOf is the address of a connection; the zero address when it has none, as on a
// Unix socket.
func peerOf(remote net.Addr) netip.Addr {
	if tcp, ok := remote.(*net.TCPAddr); ok {
		return tcp.AddrPort().Addr()
	}
	return netip.Addr{}
}
