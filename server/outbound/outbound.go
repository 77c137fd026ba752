// Package outbound is the one way to addresses that people typed: webhooks, and the
// servers that assistants call. Such an address may lead anywhere, the insides of the
// operator's own network included. So what a name resolves to is checked where it is
// dialled, against a table of all special networks; no proxy is asked, no redirect is
// followed, and neither time nor size is the other side's to choose.
package outbound

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"code.dny.dev/ssrf"

	"parley/models"
)

const (
	// answerTime bounds a call from the first look-up to the last byte of the answer.
	answerTime = 15 * time.Second
	// connectTime bounds the way there, for a host that swallows packets.
	connectTime = 10 * time.Second
	// lookupTime bounds the look-up when an address is saved: a person waits.
	lookupTime = 3 * time.Second
	// kept is how much is read of an answer, and of its header.
	kept       = 4 << 10
	headerKept = 64 << 10
	// idleTime and idleConns let a busy receiver's connection be used again.
	idleTime  = 30 * time.Second
	idleConns = 16
)

// Options are what a Client stands on. The zero value reaches the public Internet.
type Options struct {
	// Allow is what may be reached although it is not public.
	Allow Allow
	// Resolver finds addresses; nil means the machine's.
	Resolver *net.Resolver
	// TLS is how certificates are judged; nil means by the machine's authorities.
	TLS *tls.Config
	// Agent is what the client calls itself.
	Agent string
	// Limit bounds a call; 0 means 15 seconds.
	Limit time.Duration
}

// Client calls addresses that people typed.
type Client struct {
	*Dialer
	transport *http.Transport
	agent     string
	limit     time.Duration
}

// New makes a Client.
func New(o Options) *Client {
	if o.Limit <= 0 {
		o.Limit = answerTime
	}
	c := &Client{Dialer: newDialer(o.Allow, o.Resolver), agent: o.Agent, limit: o.Limit}
	c.transport = &http.Transport{
		Proxy: nil, DialContext: c.DialContext, TLSClientConfig: o.TLS, TLSHandshakeTimeout: connectTime, ForceAttemptHTTP2: true,
		MaxIdleConnsPerHost: idleConns, IdleConnTimeout: idleTime, MaxResponseHeaderBytes: headerKept,
		// What is packed may be a thousand times as large as it looks.
		DisableCompression: true,
	}
	return c
}

// Close lets go of connections that wait to be used again.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Post sends a body and gives the status and the beginning of the answer, as text
// that may be kept and shown. An error carries a sentence that may be shown too.
func (c *Client) Post(ctx context.Context, address string, header map[string]string, body []byte) (status int, answer string, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, "", errAddress.Because(err)
	}
	request.Header.Set("User-Agent", c.agent)
	for name, value := range header {
		request.Header.Set(name, value)
	}
	// One round trip: what follows redirects and keeps cookies is the client above it.
	response, err := c.transport.RoundTrip(request)
	if err != nil {
		return 0, "", c.explain(ctx, err)
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(io.LimitReader(response.Body, kept+1))
	if err != nil {
		return response.StatusCode, readable(read), c.explain(ctx, err)
	}
	return response.StatusCode, readable(read), nil
}

// readable is the beginning of an answer as text: a stranger's bytes may be anything,
// and no database keeps a NUL.
func readable(answer []byte) string {
	cut := len(answer) > kept
	if cut {
		answer = answer[:kept]
		for i := 1; i < utf8.UTFMax && !utf8.Valid(answer) && utf8.Valid(answer[:kept-i]); i++ {
			answer = answer[:kept-i]
		}
	}
	text := strings.ReplaceAll(strings.ToValidUTF8(string(answer), "\uFFFD"), "\x00", "\uFFFD")
	if cut {
		text += "…"
	}
	return text
}

// What went wrong with a call, in words that tell nothing of this side's network.
var (
	errAddress  = models.Fail(models.CodeInvalid, "The address cannot be called")
	errForbid   = models.Fail(models.CodeForbidden, "The host leads to an address that is not public")
	errSlow     = models.Fail(models.CodeUnavailable, "There was no answer in time")
	errName     = models.Fail(models.CodeUnavailable, "The host name was not found")
	errTLS      = models.Fail(models.CodeUnavailable, "The certificate of the host is not valid")
	errRefused  = models.Fail(models.CodeUnavailable, "The connection was refused")
	errBroken   = models.Fail(models.CodeUnavailable, "The connection broke")
	errProtocol = models.Fail(models.CodeUnavailable, "The answer is not HTTP")
)

// explain finds the sentence for a failed call.
func (c *Client) explain(ctx context.Context, err error) error {
	var name *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var slow net.Error
	switch {
	case errors.Is(err, ssrf.ErrProhibitedIP), errors.Is(err, ssrf.ErrProhibitedNetwork), errors.Is(err, ssrf.ErrInvalidHostPort):
		return errForbid.Because(err)
	case ctx.Err() != nil, errors.As(err, &slow) && slow.Timeout():
		return errSlow.Because(err)
	case errors.As(err, &name):
		return errName.Because(err)
	case errors.As(err, &certificate), errors.As(err, &record):
		return errTLS.Because(err)
	case errors.Is(err, syscall.ECONNREFUSED):
		return errRefused.Because(err)
	case strings.Contains(err.Error(), "malformed HTTP"), strings.Contains(err.Error(), "exceeded"):
		return errProtocol.Because(err)
	}
	return errBroken.Because(err)
}
