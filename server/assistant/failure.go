package assistant

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	openai "github.com/sashabaranov/go-openai"
)

var (
	errSilent = errors.New("the model's server fell silent")
	errEmpty  = errors.New("the model answered without a text")
	errCutOff = errors.New("the answer broke off")
	errOpen   = errors.New("the model's server has failed again and again and is left alone for a moment")
	errType   = errors.New("the model's server does not answer with events")
	errWeight = errors.New("the answer is too large")
	errUnsent = errors.New("the question cannot be put to this model")
)

// explain sorts out how a call failed. What the server says may quote the request, so of
// it no more than its status and kind goes on.
func explain(ctx context.Context, err error) error {
	var answered *openai.APIError
	var unread *openai.RequestError
	switch {
	case errors.Is(context.Cause(ctx), errSilent):
		return ErrTimeout.Because(errSilent)
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return ErrTimeout.Because(ctx.Err())
	case errors.As(err, &answered):
		return refused(answered.HTTPStatusCode, answered.Type)
	case errors.As(err, &unread):
		return refused(unread.HTTPStatusCode, "")
	case errors.Is(err, errType), errors.Is(err, errWeight):
		return ErrUpstream.Because(err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return ErrUpstream.Because(errCutOff)
	default:
		return ErrUpstream.Because(err)
	}
}

// status is the answer of a server that refuses.
type status struct {
	code int
	kind string
}

// Error implements error.
func (s status) Error() string {
	return fmt.Sprintf("the model's server answered %d %.40q", s.code, s.kind)
}

func refused(code int, kind string) error {
	if code == http.StatusTooManyRequests {
		return ErrLimited.Because(status{code, kind})
	}
	return ErrUpstream.Because(status{code, kind})
}

// worthRetrying says whether the same question may fare better: after a refusal that is
// about the question, or a wait that was long already, it does not.
func worthRetrying(err error) bool {
	if errors.Is(err, ErrTimeout) || errors.Is(err, ErrLimited) || errors.Is(err, errType) {
		return false
	}
	var s status
	return !errors.As(err, &s) || s.code == 0 || s.code >= http.StatusInternalServerError
}

// The breaker opens after so many failures in a row, for so long.
const (
	breakAfter = 5
	breakTime  = 10 * time.Second
)

// breaker keeps questions from a server that is down: they would only wait. After a
// while one of them tries whether it is back.
type breaker struct {
	now func() time.Time

	mu       sync.Mutex
	failures int
	until    time.Time
}

// allows says whether to ask. While the breaker is open, one question after each pause
// may, and tries whether the server is back.
func (b *breaker) allows() (asks, tries bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < breakAfter {
		return true, false
	}
	if b.now().Before(b.until) {
		return false, false
	}
	b.until = b.now().Add(breakTime)
	return true, true
}

// left is for how long the breaker stays open.
func (b *breaker) left() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return max(b.until.Sub(b.now()), 0)
}

// closed says for how long nothing is asked: a visitor's question waits for that.
type closed struct{ left time.Duration }

// Error implements error.
func (c closed) Error() string { return "next try in " + c.left.String() }

// RetryAfter implements jobs.Patient.
func (c closed) RetryAfter() time.Duration { return c.left }

// note learns from how a question fared. What the server refused for its own reasons,
// such as an unknown model, says that it is there, and so does an answer that is blank or
// too long: that is about the question, and keeps nobody else out.
func (b *breaker) note(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	var s status
	if err == nil || errors.Is(err, errEmpty) || errors.Is(err, errWeight) || errors.As(err, &s) && s.code >= http.StatusBadRequest && s.code < http.StatusInternalServerError && s.code != http.StatusTooManyRequests {
		b.failures = 0
		return
	}
	b.failures++
	if b.failures >= breakAfter {
		b.until = b.now().Add(breakTime)
	}
}

// forgive lets the next question try: the one that did ended before it could tell anything.
func (b *breaker) forgive() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.until = time.Time{}
}

// frugal passes on only what can be an answer, and only so much of it: the client would
// look for the end of a line as long as there is memory.
type frugal struct{ http.RoundTripper }

// sentKey is where a request's context has a flag that is set once it leaves. What fails
// before that the client refused on its own.
type sentKey struct{}

// RoundTrip implements http.RoundTripper.
func (f frugal) RoundTrip(r *http.Request) (*http.Response, error) {
	if sent, wanted := r.Context().Value(sentKey{}).(*atomic.Bool); wanted {
		sent.Store(true)
	}
	response, err := f.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kind, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type"))
	switch {
	case response.StatusCode >= http.StatusMultipleChoices && response.StatusCode < http.StatusBadRequest:
		_ = response.Body.Close()
		return nil, status{response.StatusCode, "redirect"}
	case response.StatusCode == http.StatusOK && kind != "text/event-stream":
		_ = response.Body.Close()
		return nil, errType
	}
	response.Body = &measured{response.Body, streamBytes}
	if response.StatusCode == http.StatusOK {
		response.Body = &announced{ReadCloser: response.Body}
	}
	return response, nil
}

// announced is a stream whose end is only one, io.EOF, after a line that says so. The
// client takes any end for that.
type announced struct {
	io.ReadCloser
	line []byte // the beginning of the line that is being read, without blanks
	done bool
}

// doneLine is that line without blanks.
const doneLine = "data:[DONE]"

// Read implements io.Reader.
func (a *announced) Read(p []byte) (int, error) {
	n, err := a.ReadCloser.Read(p)
	for _, b := range p[:n] {
		switch {
		case b == '\n':
			a.done = a.done || string(a.line) == doneLine
			a.line = a.line[:0]
		case b != ' ' && b != '\t' && b != '\r' && len(a.line) <= len(doneLine):
			a.line = append(a.line, b)
		}
	}
	if errors.Is(err, io.EOF) && !a.done && string(a.line) != doneLine {
		err = errCutOff
	}
	return n, err
}

// measured is a body that fails when it is too large.
type measured struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader.
func (m *measured) Read(p []byte) (int, error) {
	if m.left <= 0 {
		return 0, errWeight
	}
	n, err := m.ReadCloser.Read(p[:min(len(p), m.left)])
	m.left -= n
	return n, err
}
