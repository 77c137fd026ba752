package channel

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"code.dny.dev/ssrf"

	"parley/models/chat"
)

// Options are what an adapter stands on.
type Options struct {
	// BaseURL is where the provider's API is, for regions and tests; "" means the
	// provider's own. It is trusted, wherever it points.
	BaseURL string
}

// answerBytes is how much of a provider's answer is read.
const answerBytes = 1 << 20

// maxRedirects is how often a file may be somewhere else.
const maxRedirects = 3

// client calls one provider.
type client struct {
	base string
	http *http.Client
}

func newClient(base, otherwise string) client {
	if base == "" {
		base = otherwise
	}
	base = strings.TrimRight(base, "/")
	plain := &http.Transport{ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute, MaxIdleConnsPerHost: 8}
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: ssrf.New().Safe}
	guarded := &http.Transport{DialContext: dialer.DialContext, ForceAttemptHTTP2: true, IdleConnTimeout: time.Minute}
	return client{base: base, http: &http.Client{
		Transport: parted{host: hostOf(base), trusted: plain, others: guarded},
		CheckRedirect: func(_ *http.Request, via []*http.Request) error {
			if len(via) > maxRedirects {
				return errors.New("too many redirects")
			}
			return nil
		},
	}}
}

// hostOf is the host of an address that was checked before.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// parted lets calls of the provider's API through, and of what that leads to only what
// is on the public internet and encrypted: files lie elsewhere.
type parted struct {
	host            string
	trusted, others http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (p parted) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host == p.host {
		return p.trusted.RoundTrip(r)
	}
	if r.URL.Scheme != "https" {
		return nil, fmt.Errorf("an address of scheme %q is not called", r.URL.Scheme)
	}
	return p.others.RoundTrip(r)
}

// reply is a provider's answer.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// ok says whether the provider did what it was asked.
func (r reply) ok() bool { return r.status >= 200 && r.status < 300 }

// call makes a request and reads the answer. An error is temporary: nobody knows what
// the provider would have said.
func (c client) call(r *http.Request) (reply, error) {
	r.Header.Set("User-Agent", "Parley")
	response, err := c.http.Do(r) //nolint:gosec // parted guards where it goes
	if err != nil {
		return reply{}, unreachable(err)
	}
	defer func() { _ = response.Body.Close() }() // it was only read from
	body, err := io.ReadAll(io.LimitReader(response.Body, answerBytes))
	if err != nil {
		return reply{}, unreachable(err)
	}
	return reply{status: response.StatusCode, header: response.Header, body: body}, nil
}

// unreachable is a provider that did not answer.
func unreachable(err error) error {
	reason := "The provider could not be reached"
	if errors.Is(err, context.DeadlineExceeded) {
		reason = "The provider did not answer in time"
	}
	return &chat.CarrierError{Reason: reason, Temporary: true, Err: err}
}

// fetch opens a file. The caller closes it.
func (c client) fetch(r *http.Request) (io.ReadCloser, error) {
	response, err := c.http.Do(r) //nolint:gosec // parted guards where it goes
	if err != nil {
		return nil, unreachable(err)
	}
	if response.StatusCode == http.StatusOK {
		return response.Body, nil
	}
	_ = response.Body.Close() // nothing of it is wanted
	return nil, &chat.CarrierError{
		Reason:    fmt.Sprintf("The file was refused (%d)", response.StatusCode),
		Temporary: isPassing(response.StatusCode) || response.StatusCode == http.StatusNotFound, // not there yet
		After:     retryAfter(response.Header),
	}
}

// isPassing says whether the same call may go well later.
func isPassing(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= http.StatusInternalServerError
}

// retryAfter reads how long the provider wants to be left alone: RFC 9110 §10.2.3.
func retryAfter(header http.Header) time.Duration {
	value := header.Get("Retry-After")
	if seconds, err := strconv.Atoi(value); err == nil && seconds > 0 {
		return min(time.Duration(seconds)*time.Second, time.Hour)
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(time.Until(at), 0), time.Hour)
	}
	return 0
}

// request builds a request to the provider's API.
func (c client) request(ctx context.Context, method, path, contentType string, body []byte) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("build a request: %w", err)
	}
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	return r, nil
}

// split cuts a text into pieces of at most limit UTF-16 units, which is what phones
// count, at the last white space where there is one.
func split(text string, limit int) []string {
	var pieces []string
	for {
		end := fitting(text, limit)
		if end == len(text) {
			return append(pieces, text)
		}
		if space := strings.LastIndexAny(text[:end], " \n\t"); space > end/2 {
			end = space + 1
		}
		if piece := strings.TrimRight(text[:end], " \n\t"); piece != "" {
			pieces = append(pieces, piece)
		}
		if text = strings.TrimLeft(text[end:], " \n\t"); text == "" {
			return pieces
		}
	}
}

// splitBytes is split by bytes of UTF-8.
func splitBytes(text string, limit int) []string {
	var pieces []string
	for len(text) > limit {
		end := limit
		for !utf8.RuneStart(text[end]) {
			end--
		}
		if space := strings.LastIndexAny(text[:end], " \n\t"); space > end/2 {
			end = space + 1
		}
		if piece := strings.TrimRight(text[:end], " \n\t"); piece != "" {
			pieces = append(pieces, piece)
		}
		text = strings.TrimLeft(text[end:], " \n\t")
	}
	if text != "" {
		pieces = append(pieces, text)
	}
	return pieces
}

// fitting is how many bytes of the text fit into so many UTF-16 units.
func fitting(text string, limit int) int {
	units := 0
	for i, r := range text {
		units++
		if r > 0xFFFF {
			units++
		}
		if units > limit {
			return i
		}
	}
	return len(text)
}

// extension is a file name for media that came without one.
func extension(contentType string) string {
	mediaType, _, _ := mime.ParseMediaType(contentType) // what cannot be read has none
	known := map[string]string{"image/jpeg": ".jpg", "audio/ogg": ".ogg", "video/mp4": ".mp4", "text/plain": ".txt"}
	if ending, there := known[mediaType]; there {
		return ending
	}
	endings, err := mime.ExtensionsByType(mediaType)
	if err != nil || len(endings) == 0 {
		return ""
	}
	return endings[0]
}

// shorten keeps a provider's sentence short enough to be shown.
func shorten(text string) string {
	const limit = 300
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	return string([]rune(text)[:limit-1]) + "…"
}
