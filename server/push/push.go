// Package push tells browsers of answers by Web Push: encrypted for the browser (RFC
// 8291), signed with the program's own keys (VAPID, RFC 8292), and sent to the address
// that the browser named. Visitors send that address, so it is called by the guarded
// client alone. Implements chat.Pusher.
package push

import (
	"bytes"
	"context"
	"crypto/ecdh"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"

	"parley/models"
	"parley/models/chat"
)

const (
	// keepFor is how long a push service keeps a push for a browser that is off.
	keepFor = 24 * time.Hour
	// authLength is the length of a subscription's secret (RFC 8291 §3.2).
	authLength = 16
	// recordSize holds our short messages; more would only be padding.
	recordSize = 2048
	// maxKey is more than a subscription's key or secret is long, in base64.
	maxKey = 128
	// CallTime bounds a call. Whoever visits a site may name an endpoint, and push
	// services answer at once: one that does not must hold no worker for long.
	CallTime = 5 * time.Second
)

// Caller is the guarded way to addresses that people typed.
type Caller interface {
	Post(ctx context.Context, address string, header map[string]string, body []byte) (status int, answer string, err error)
	// Check refuses an address that may not be called, with an error that blames "url".
	Check(ctx context.Context, address string) error
}

// Sender sends pushes.
type Sender struct {
	Caller Caller
	// Contact is whom a push service may write to: an e-mail address, or a page on https.
	Contact string
}

var _ chat.Pusher = Sender{}

// NewKeys implements chat.Pusher.
func (Sender) NewKeys() (chat.PushKeys, error) {
	private, public, err := webpush.GenerateVAPIDKeys()
	if err != nil {
		return chat.PushKeys{}, fmt.Errorf("make the keys of pushes: %w", err)
	}
	return chat.PushKeys{Public: public, Private: private}, nil
}

// Check implements chat.Pusher. Browsers name addresses on https alone.
func (s Sender) Check(ctx context.Context, t models.PushTarget) error {
	u, err := url.Parse(t.Endpoint)
	if err != nil || u.Scheme != "https" {
		return models.Invalid("endpoint", "The endpoint must be an address that begins with https://")
	}
	if err := s.Caller.Check(ctx, t.Endpoint); err != nil {
		return models.Invalid("endpoint", "The endpoint must be an address that a push service has").Because(err)
	}
	point, err := decode(t.P256DH)
	if err == nil {
		_, err = ecdh.P256().NewPublicKey(point)
	}
	if err != nil {
		return models.Invalid("keys.p256dh", "The p256dh must be a point of the curve P-256, in base64url")
	}
	if secret, err := decode(t.Auth); err != nil || len(secret) != authLength {
		return models.Invalid("keys.auth", "The auth must be 16 bytes, in base64url")
	}
	return nil
}

// errLong refuses what no browser gives. The decoder passes over line ends and we over
// padding, of which there may be any number.
var errLong = errors.New("longer than a subscription's keys are")

// decode reads base64url, with or without its padding.
func decode(text string) ([]byte, error) {
	if len(text) > maxKey {
		return nil, errLong
	}
	return base64.RawURLEncoding.Strict().DecodeString(strings.TrimRight(text, "="))
}

// Push implements chat.Pusher.
func (s Sender) Push(ctx context.Context, p chat.Push) (gone bool, err error) {
	response, err := webpush.SendNotificationWithContext(ctx, p.Payload, &webpush.Subscription{
		Endpoint: p.Target.Endpoint, Keys: webpush.Keys{P256dh: p.Target.P256DH, Auth: p.Target.Auth},
	}, &webpush.Options{
		HTTPClient: guarded{s.Caller}, RecordSize: recordSize, Subscriber: s.Contact, Topic: p.Topic, TTL: int(keepFor.Seconds()),
		Urgency: webpush.UrgencyHigh, VAPIDPublicKey: p.Keys.Public, VAPIDPrivateKey: p.Keys.Private,
	})
	if err != nil {
		return false, fmt.Errorf("push: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	switch status := response.StatusCode; {
	case status == http.StatusNotFound, status == http.StatusGone:
		return true, nil // RFC 8030 §7.3
	case status >= 200 && status < 300:
		return false, nil
	default:
		return false, fmt.Errorf("push: the push service answers %d", status)
	}
}

// guarded lets the library call through the guarded client.
type guarded struct{ caller Caller }

// Do implements webpush.HTTPClient.
func (g guarded) Do(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	header := make(map[string]string, len(r.Header))
	for name := range r.Header {
		header[name] = r.Header.Get(name)
	}
	status, answer, err := g.caller.Post(r.Context(), r.URL.String(), header, body)
	if err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(bytes.NewBufferString(answer))}, nil
}
