package assistant

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
	"unicode/utf8"

	openai "github.com/sashabaranov/go-openai"

	"parley/models"
)

// Time-outs of a model's server. The first token may take a while, since a model may
// have to be loaded; after it, silence means that something broke.
const (
	firstTime   = 25 * time.Second
	betweenTime = 15 * time.Second
	totalTime   = 100 * time.Second
)

// idleConns and idleTime let a busy server's connections be used again.
const (
	idleConns = 32
	idleTime  = time.Minute
)

// attempts is how often a question is sent at most, and retryPause lies between.
const (
	attempts   = 2
	retryPause = 250 * time.Millisecond
)

// What one answer may weigh on the wire: 10,000 characters come in some 3,000 tokens,
// each in a frame of a few hundred bytes.
const streamBytes = 8 << 20

// UpstreamOptions say where a model is. Zero durations take the defaults.
type UpstreamOptions struct {
	// BaseURL is that of any server that speaks OpenAI's protocol, such as
	// https://api.openai.com/v1; Key opens it, and Model answers where an assistant names
	// none.
	BaseURL, Key, Model string
	// First bounds the wait for the first token, Between that for each further one, and
	// Total the whole answer, retries included.
	First, Between, Total time.Duration
	// Now is the breaker's clock; nil means time.Now.
	Now func() time.Time
}

// Upstream is the engine that asks a model's server.
type Upstream struct {
	client  *openai.Client
	model   string
	limits  UpstreamOptions
	breaker *breaker
}

// NewUpstream makes an Upstream.
func NewUpstream(o UpstreamOptions) *Upstream {
	o.First, o.Between, o.Total = orElse(o.First, firstTime), orElse(o.Between, betweenTime), orElse(o.Total, totalTime)
	if o.Now == nil {
		o.Now = time.Now
	}
	config := openai.DefaultConfig(o.Key)
	config.BaseURL = strings.TrimRight(o.BaseURL, "/")
	config.HTTPClient = &http.Client{
		Transport: frugal{&http.Transport{
			Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, MaxIdleConnsPerHost: idleConns, IdleConnTimeout: idleTime,
		}},
		// The key goes where the operator said, and nowhere else.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	u := &Upstream{client: openai.NewClientWithConfig(config), model: o.Model, limits: o, breaker: &breaker{now: o.Now}}
	u.limits.Key = "" // the client has it
	return u
}

func orElse(given, otherwise time.Duration) time.Duration {
	if given <= 0 {
		return otherwise
	}
	return given
}

// Answer implements Engine. A question is sent again only while nothing of an answer
// has come; once the server has failed a few times in a row it is left alone for a
// while.
func (u *Upstream) Answer(ctx context.Context, ask Ask, emit func(delta string)) (Answer, error) {
	total, cancel := context.WithTimeout(ctx, u.limits.Total)
	defer cancel()
	var failure error
	var spent Answer
	for attempt := range attempts {
		if attempt > 0 && !pause(total, retryPause) {
			break
		}
		asks, tries := u.breaker.allows()
		if !asks {
			return spent, errors.Join(ErrUpstream.Because(errOpen), closed{u.breaker.left()}, failure)
		}
		answer, began, err := u.try(total, ask, emit)
		answer.Usage.InputTokens += spent.Usage.InputTokens
		answer.Usage.OutputTokens += spent.Usage.OutputTokens
		if ctx.Err() != nil {
			err = ctx.Err() // whoever asked has gone: nobody's fault
		}
		if ctx.Err() != nil || errors.Is(err, errUnsent) { // which tells nothing of the server
			if tries {
				u.breaker.forgive()
			}
			return answer.spent(), err
		}
		u.breaker.note(err)
		if err == nil {
			return answer, nil
		}
		failure, spent = err, answer.spent()
		if began || !worthRetrying(err) {
			break
		}
	}
	return spent, failure
}

// pause waits, or says that ctx ended first.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// try asks once. began says that something of the answer was emitted.
func (u *Upstream) try(ctx context.Context, ask Ask, emit func(string)) (answer Answer, began bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	// Every wait is this timer's: for the answer to begin, and for each piece after it.
	timer := time.AfterFunc(u.limits.First, func() { cancel(errSilent) })
	defer timer.Stop()
	request := u.request(ask)
	var sent atomic.Bool
	stream, err := u.client.CreateChatCompletionStream(context.WithValue(ctx, sentKey{}, &sent), request)
	if err != nil && !sent.Load() {
		err = fmt.Errorf("%w: %w", errUnsent, err)
	}
	if err != nil {
		return answer, false, explain(ctx, err)
	}
	defer func() { _ = stream.Close() }() // nothing is lost with it
	draft := draft{ask: ask, emit: emit, answer: Answer{Model: request.Model, KnewIt: true}}
	for !draft.full() {
		piece, err := stream.Recv()
		if draft.ended(ctx, err) {
			break
		}
		if err != nil {
			return draft.sofar(), draft.began(), explain(ctx, err)
		}
		if draft.take(piece) {
			timer.Reset(u.limits.Between)
		}
	}
	answer, err = draft.done()
	return answer, draft.began(), err
}

// request spells the question in the protocol.
func (u *Upstream) request(ask Ask) openai.ChatCompletionRequest {
	r := openai.ChatCompletionRequest{
		Model: u.model, Messages: prompt(ask), Stream: true,
		StreamOptions: &openai.StreamOptions{IncludeUsage: true},
	}
	if ask.Model.Model != "" {
		r.Model = ask.Model.Model
	}
	if ask.Model.Temperature != nil {
		r.Temperature = float32(*ask.Model.Temperature)
		if r.Temperature == 0 {
			r.Temperature = 1e-9 // the client leaves a zero out, which is the model's default
		}
	}
	if ask.Model.MaxTokens != nil {
		r.MaxTokens = *ask.Model.MaxTokens //nolint:staticcheck // its successor is unknown to most other servers
	}
	return fitting(r)
}

// fitting spells a request as its model takes it: models that reason before they answer
// know the bound of an answer by another name, and no temperature. Which those are the
// client knows, and would not send the question otherwise.
func fitting(r openai.ChatCompletionRequest) openai.ChatCompletionRequest {
	rules := openai.NewReasoningValidator()
	if errors.Is(rules.Validate(r), openai.ErrReasoningModelMaxTokensDeprecated) {
		r.MaxTokens, r.MaxCompletionTokens = 0, r.MaxTokens //nolint:staticcheck // see request
	}
	if rules.Validate(r) != nil {
		r.Temperature = 0 // which leaves it out
	}
	return r
}

// draft is an answer in the making.
type draft struct {
	ask    Ask
	emit   func(string)
	answer Answer
	text   strings.Builder
	held   string // blanks at the end, which belong to the text only if something follows
	length int    // in code points
	finish openai.FinishReason
	marks  marks
}

// full says that a message can hold no more. What is endless ends there.
func (d *draft) full() bool { return d.length >= models.MaxMessageLength }

func (d *draft) began() bool { return d.length > 0 }

// ended says whether the end of the stream is the end of the answer. The server says so by
// [DONE], which is the client's io.EOF, or by a finish reason; where it says neither, the
// answer is cut off.
func (d *draft) ended(ctx context.Context, err error) bool {
	return ctx.Err() == nil && (errors.Is(err, io.EOF) || errors.Is(err, errCutOff) && d.finish != "")
}

// take adds a piece, and says whether it held anything.
func (d *draft) take(frame openai.ChatCompletionStreamResponse) bool {
	if frame.Usage != nil {
		d.answer.Usage = Usage{InputTokens: max(frame.Usage.PromptTokens, 0), OutputTokens: max(frame.Usage.CompletionTokens, 0)}
	}
	if len(frame.Choices) == 0 {
		return frame.Usage != nil
	}
	choice := frame.Choices[0]
	if choice.FinishReason != "" {
		d.finish = choice.FinishReason
	}
	piece := choice.Delta.Content
	if d.ask.Handoff {
		piece = d.marks.strip(piece)
	}
	d.write(piece)
	return choice.Delta.Content != "" || choice.Delta.ReasoningContent != "" || choice.FinishReason != ""
}

// write emits a piece of text: without what no message may hold, and without blanks
// around the whole.
func (d *draft) write(piece string) {
	piece = strings.ReplaceAll(strings.ToValidUTF8(piece, "\uFFFD"), "\x00", "")
	if !d.began() {
		piece = strings.TrimLeft(piece, " \t\r\n")
	}
	piece = d.held + piece
	visible := strings.TrimRight(piece, " \t\r\n")
	d.held = piece[len(visible):]
	if len(d.held) > models.MaxMessageLength {
		d.held = d.held[:models.MaxMessageLength]
	}
	if visible == "" {
		return
	}
	visible = cut(visible, models.MaxMessageLength-d.length)
	d.length += utf8.RuneCountInString(visible)
	d.text.WriteString(visible)
	if d.emit != nil {
		d.emit(visible)
	}
}

// cut is the beginning of a text, at most limit code points.
func cut(s string, limit int) string {
	for i := range s {
		if limit == 0 {
			return s[:i]
		}
		limit--
	}
	return s
}

// done closes the draft. An answer without a text is none.
func (d *draft) done() (Answer, error) {
	d.write(d.marks.rest())
	d.answer.Text = d.text.String()
	d.answer.Handoff, d.answer.KnewIt = d.marks.found, !d.marks.unknown
	if models.IsBlank(d.answer.Text) && !d.marks.found {
		return d.sofar(), ErrUpstream.Because(fmt.Errorf("%w (finish reason %q)", errEmpty, d.finish))
	}
	d.answer.Cut = d.full() || d.finish == openai.FinishReasonLength
	d.answer.Citations = cited(d.answer.Text, d.ask.Passages)
	return d.sofar(), nil
}

// sofar is the draft with what it has cost, which the server tells last, if at all.
func (d *draft) sofar() Answer {
	if d.answer.Usage == (Usage{}) {
		d.answer.Usage = estimate(prompt(d.ask), d.length)
	}
	return d.answer
}
