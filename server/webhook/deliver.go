package webhook

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
)

const (
	// firstPause lies after the first failure and doubles after each further one, up to
	// longestPause: who was away for a day need not wait for another one.
	firstPause   = 2 * time.Second
	longestPause = 6 * time.Hour
	// tryingTime is how long a delivery is tried.
	tryingTime = 3 * 24 * time.Hour
	// settleTime bounds the writing down of an outcome.
	settleTime = 10 * time.Second
	// claimGap lies between two claims, so that one serves many calls that have ended.
	claimGap = 10 * time.Millisecond
)

// deliver calls webhooks whenever something is due, until ctx ends; then it waits for
// what is under way. Those calls end by themselves, and their outcome is noted.
func (e *Engine) deliver(ctx context.Context) {
	var calls sync.WaitGroup
	defer calls.Wait()
	tick := time.NewTicker(e.o.Poll)
	defer tick.Stop()
	for ctx.Err() == nil {
		claimed, err := e.claim(ctx)
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "webhooks: no deliveries claimed, trying again", "error", err)
		}
		for _, d := range claimed {
			doubtful := e.lanes.begin(d.WebhookID)
			calls.Go(func() {
				well, took := e.attempt(context.WithoutCancel(ctx), d)
				e.lanes.end(d.WebhookID, doubtful, well, took)
				e.Hurry() // there is room for another one
			})
		}
		gap := time.After(claimGap)
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-e.due:
		}
		select {
		case <-ctx.Done():
		case <-gap:
		}
	}
}

func (e *Engine) claim(ctx context.Context) ([]models.WebhookDelivery, error) {
	free := e.lanes.free()
	if free <= 0 {
		return nil, nil
	}
	now := models.Now(e.o.Now())
	return e.o.Desk.ClaimDeliveries(ctx, chat.DeliveryClaim{
		Now: now, LeaseUntil: now.Add(e.o.Lease), Limit: free, Room: e.lanes.room,
	})
}

// attempt makes one call and notes how it ended.
func (e *Engine) attempt(ctx context.Context, d models.WebhookDelivery) (well bool, took time.Duration) {
	began := e.o.Now()
	measured := time.Now()
	status, answer, err := e.call(ctx, d, began)
	took = time.Since(measured)
	o := e.outcome(d, status, err)
	o.At, o.Duration, o.Answer = models.Now(began), took, answer
	ctx, cancel := context.WithTimeout(ctx, settleTime)
	defer cancel()
	held, failed := e.o.Desk.SettleDelivery(ctx, d, o)
	switch {
	case failed != nil:
		slog.WarnContext(ctx, "webhooks: outcome not noted, the attempt is made again", "delivery", d.UID, "error", failed)
	case !held:
		slog.WarnContext(ctx, "webhooks: another attempt has begun", "delivery", d.UID, "attempt", d.Attempt)
	}
	e.o.Watch(word(o), took)
	return o.Error == "", took
}

// word is the outcome for those who count.
func word(o chat.Outcome) string {
	switch {
	case o.Error == "":
		return "succeeded"
	case o.Next == nil:
		return "given_up"
	default:
		return "failed"
	}
}

// call signs and sends. A panic is a failure like any other.
func (e *Engine) call(ctx context.Context, d models.WebhookDelivery, at time.Time) (status int, answer string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	body, err := view.WithRetryCount(d.Body, d.Retries())
	if err != nil {
		return 0, "", err
	}
	header := view.DeliveryHeaders(d)
	header[view.HeaderWebhookTimestamp] = view.Timestamp(at)
	header[view.HeaderWebhookSignature], err = e.sign(*d.Webhook, header[view.HeaderWebhookID], at, body)
	if err != nil {
		return 0, "", err
	}
	return e.o.Caller.Post(ctx, d.Webhook.URL, header, body)
}

// sign gives the signatures of both secrets while the one before still counts
// (https://github.com/standard-webhooks/standard-webhooks).
func (e *Engine) sign(w models.Webhook, id string, at time.Time, body []byte) (string, error) {
	signatures, err := e.signature(w.Secret, id, at, body)
	if err != nil || w.PreviousUntil == nil || !at.Before(*w.PreviousUntil) {
		return signatures, err
	}
	previous, err := e.signature(w.PreviousSecret, id, at, body)
	return signatures + " " + previous, err
}

func (e *Engine) signature(sealed []byte, id string, at time.Time, body []byte) (string, error) {
	secret, err := e.o.Sealer.Open(sealed)
	if err != nil {
		return "", fmt.Errorf("a webhook's secret: %w", err)
	}
	signer, err := standardwebhooks.NewWebhook(string(secret))
	if err != nil {
		return "", fmt.Errorf("a webhook's secret: %w", err)
	}
	return signer.Sign(id, at, body)
}

// outcome judges an answer, and says when to try again.
func (e *Engine) outcome(d models.WebhookDelivery, status int, err error) chat.Outcome {
	o := chat.Outcome{StatusCode: status}
	switch {
	case err != nil:
		o.Error = models.AsError(err).Message
	case status >= 200 && status < 300:
		return o
	case status >= 300 && status < 400:
		o.Error = fmt.Sprintf("The receiver answered %d, and redirects are not followed", status)
	case status == http.StatusGone:
		o.Error, o.Gone = "The receiver answered 410: it wants nothing more", true
		return o
	default:
		o.Error = fmt.Sprintf("The receiver answered %d", status)
	}
	o.Next = e.next(d)
	return o
}

// next is when a delivery that failed is tried again; nil when it was for the last time.
func (e *Engine) next(d models.WebhookDelivery) *time.Time {
	now := models.Now(e.o.Now())
	end := d.CreatedAt.Add(tryingTime)
	if d.Cause == models.CauseTest || !now.Before(end) {
		return nil
	}
	at := models.Now(now.Add(pause(d.Attempt)))
	if at.After(end) {
		at = end // a last time
	}
	return &at
}

// pause is what lies between an attempt and the next: doubled each time, and up to a
// quarter longer, so that what failed together does not come back together.
func pause(attempt int64) time.Duration {
	p := longestPause
	if attempt < 14 {
		p = min(firstPause<<(max(attempt, 1)-1), longestPause)
	}
	return p + rand.N(p/4+1)
}
