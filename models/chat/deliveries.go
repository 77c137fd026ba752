package chat

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/models"
)

const (
	// webhookReader keeps the place up to which the log was given to webhooks.
	webhookReader = "webhooks"
	// fanOutBatch is how many events one transaction deals with.
	fanOutBatch = 200
	// newsBatch is how many accounts one look finds.
	newsBatch = 1000
	// failingLimit is how long a webhook may fail before it is switched off.
	failingLimit = 5 * 24 * time.Hour
	// maxRecipients bounds who is told.
	maxRecipients = 500
)

// Reasons for which the program switches a webhook off; people read them.
const (
	reasonGone    = "The receiver answered 410: it wants nothing more"
	reasonFailing = "Every attempt has failed for five days"
)

// WebhookNews lists accounts whose webhooks have something to be told.
func (s *Service) WebhookNews(ctx context.Context) ([]int64, error) {
	return s.store.AccountsWithNews(ctx, webhookReader, newsBatch)
}

// FanOut takes the next events of an account's log and writes a delivery for each
// webhook that wants one, and its own new place, in one transaction: nothing is left
// out, and nothing is written twice. More says that the log goes on.
func (s *Service) FanOut(ctx context.Context, accountID int64) (more bool, err error) {
	who := models.System(accountID)
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		more = false
		pos, mine, err := tx.TakeCursor(ctx, who, webhookReader)
		if err != nil || !mine {
			return err
		}
		// The events come first: a webhook that was there before one of them is seen then.
		events, err := tx.EventsAfter(ctx, who, pos, fanOutBatch)
		if err != nil || len(events) == 0 {
			return err
		}
		// Held: one that is switched off meanwhile would leave deliveries that wait for ever.
		webhooks, err := tx.HoldListeningWebhooks(ctx, who)
		if err != nil || len(webhooks) == 0 {
			return err
		}
		rows, err := s.deliveries(events, webhooks)
		if err != nil {
			return err
		}
		if err := tx.AddDeliveries(ctx, who, rows); err != nil {
			return err
		}
		more = len(events) == fanOutBatch
		return tx.MoveCursor(ctx, who, webhookReader, *events[len(events)-1].Pos)
	})
	return more, err
}

func (s *Service) deliveries(events []models.Event, webhooks []models.Webhook) (rows []models.WebhookDelivery, err error) {
	for i := range events {
		e := &events[i]
		if isErased(e) {
			continue
		}
		body := ""
		for _, w := range webhooks {
			if !w.Wants(*e) {
				continue
			}
			if body == "" {
				if body, err = s.envelope(*e); err != nil {
					return nil, fmt.Errorf("encode event %d: %w", e.ID, err)
				}
			}
			rows = append(rows, s.delivery(w, models.WebhookDelivery{
				EventID: &e.ID, EventUID: e.UID, EventType: e.Type, ContactID: contactOf(e), Cause: models.CauseEvent, Body: body,
			}))
		}
	}
	return rows, nil
}

// isErased says whether what the event tells of went with its contact.
func isErased(e *models.Event) bool {
	return e.ConversationID == nil && e.ContactID == nil && e.MessageID == nil && len(e.Detail) == 0
}

func contactOf(e *models.Event) *int64 {
	if e.ContactID == nil && e.Conversation != nil {
		return &e.Conversation.ContactID
	}
	return e.ContactID
}

// ClaimDeliveries leases deliveries that are due; see WebhookStore.
func (s *Service) ClaimDeliveries(ctx context.Context, c DeliveryClaim) ([]models.WebhookDelivery, error) {
	return s.store.ClaimDeliveries(ctx, c)
}

// Outcome is how an attempt of a delivery ended.
type Outcome struct {
	At         time.Time
	Duration   time.Duration
	StatusCode int
	Answer     string
	// Error says in a sentence what failed; empty when the receiver took it.
	Error string
	// Next is when it is tried again; nil gives up.
	Next *time.Time
	// Gone says that the receiver wants nothing more.
	Gone bool
}

// SettleDelivery notes how an attempt ended. Held is false when another attempt has
// begun meanwhile: then that one counts. A webhook that has failed for too long, or is
// gone, is switched off, and the account's owners and admins are told.
func (s *Service) SettleDelivery(ctx context.Context, d models.WebhookDelivery, o Outcome) (held bool, err error) {
	who := models.System(d.AccountID)
	note(&d, o, s.clock())
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if !s.concerns(d, o) {
			held, err = tx.SettleDelivery(ctx, who, d)
			return err
		}
		// The webhook first: whoever switches it off fails its deliveries while holding it,
		// and two that held a delivery each would wait for each other.
		w, err := tx.LockWebhookByID(ctx, who, d.WebhookID)
		if errors.Is(err, ErrWebhookNotFound) {
			return nil // deleted, and its deliveries with it
		}
		if err != nil {
			return err
		}
		if held, err = tx.SettleDelivery(ctx, who, d); err != nil || !held {
			return err
		}
		return s.judge(ctx, tx, w, o)
	})
	return held, err
}

func note(d *models.WebhookDelivery, o Outcome, now time.Time) {
	code, took := int64(o.StatusCode), o.Duration.Milliseconds()
	d.ResponseCode, d.ResponseBody, d.LastError, d.DurationMS = nil, nil, pointer(o.Error), &took
	if code != 0 {
		d.ResponseCode, d.ResponseBody = &code, &o.Answer
	}
	d.History = append(d.History, models.DeliveryAttempt{
		Number: d.Attempt, At: o.At, DurationMS: took, StatusCode: code, Error: o.Error,
	})
	d.URL, d.UpdatedAt, d.NextAt = d.Webhook.URL, now, o.Next
	switch {
	case o.Error == "":
		d.Status = models.DeliverySucceeded
	case o.Next == nil || o.Gone:
		d.Status, d.NextAt = models.DeliveryFailed, nil
	}
}

// concerns says whether the outcome may change the webhook itself. Most change nothing,
// and need not wait for its row. A test proves that a receiver works, and no more.
func (s *Service) concerns(d models.WebhookDelivery, o Outcome) bool {
	since := d.Webhook.FailingSince
	if o.Error == "" {
		return since != nil
	}
	return d.Cause != models.CauseTest && (o.Gone || since == nil || s.clock().Sub(*since) >= failingLimit)
}

// judge notes on a locked webhook that it works, that it fails, or that it is over.
func (s *Service) judge(ctx context.Context, tx Tx, w models.Webhook, o Outcome) error {
	now := s.clock()
	switch {
	case o.Error == "":
		w.FailingSince = nil
	case w.FailingSince == nil:
		w.FailingSince = &now
	}
	w.UpdatedAt = now
	reason := ""
	switch {
	case !w.Active || o.Error == "":
	case o.Gone:
		reason = reasonGone
	case now.Sub(*w.FailingSince) >= failingLimit:
		reason = reasonFailing
	}
	if reason == "" {
		return tx.UpdateWebhook(ctx, models.System(w.AccountID), &w)
	}
	return s.disable(ctx, tx, w, reason)
}

// disable switches a webhook off and tells people.
func (s *Service) disable(ctx context.Context, tx Tx, w models.Webhook, reason string) error {
	who := models.System(w.AccountID)
	w.Active, w.DisabledReason = false, &reason
	if err := tx.UpdateWebhook(ctx, who, &w); err != nil {
		return err
	}
	if err := tx.CancelDeliveries(ctx, who, w.ID, reason, w.UpdatedAt); err != nil {
		return err
	}
	account, err := tx.Account(ctx, who)
	if err != nil || s.letters == nil {
		return err
	}
	team, err := tx.Users(ctx, who, models.Page{Limit: maxRecipients})
	if err != nil {
		return err
	}
	subject := "A webhook of " + account.Name + " was switched off"
	for _, u := range team.Rows {
		if u.DisabledAt != nil || (u.Role != models.RoleOwner && u.Role != models.RoleAdmin) {
			continue
		}
		job, there := s.letters.Notice(w.AccountID, u.Email, subject, fmt.Sprintf(disabledText, cleanName(u.Name), w.URL, reason))
		if !there {
			return nil
		}
		if err := tx.AddJob(ctx, who, &job); err != nil {
			return err
		}
	}
	return nil
}

const disabledText = `Hello %s,

this webhook is no longer called:

%s

%s.

When the receiver works again, set the webhook active. It will be told of what happens from then on; what it missed is in its delivery log, from where it can be sent again.
`
