package chat

import (
	"context"
	"slices"
	"strings"
	"time"

	"parley/models"
)

const (
	// maxWebhooks bounds what one event of an account can set going.
	maxWebhooks = 100
	// secretOverlap is how long the secret before a rotation signs too.
	secretOverlap = 24 * time.Hour
)

// Errors of webhooks.
var (
	ErrWebhookNotFound  = models.Fail(models.CodeNotFound, "Webhook not found")
	ErrDeliveryNotFound = models.Fail(models.CodeNotFound, "Delivery not found")

	errWebhookOff      = models.Fail(models.CodeConflict, "The webhook is not active; set active to true first")
	errTooManyWebhooks = models.Fail(models.CodeConflict, "An account has at most 100 webhooks")
	errNoAddresses     = models.Invalid("url", "This server calls no addresses")
)

// switchedOff is what becomes of deliveries whose webhook a person switched off.
const switchedOff = "The webhook was switched off"

// WebhookChange is what to change of a webhook; nil stays as it is.
type WebhookChange struct {
	URL    *string
	Events *[]models.EventType
	Active *bool
}

// Webhooks lists the account's, the newest first.
func (s *Service) Webhooks(ctx context.Context, who models.Principal, p models.Page) (models.List[models.Webhook], error) {
	if err := allow(who, actWebhooks); err != nil {
		return models.List[models.Webhook]{}, err
	}
	return s.store.Webhooks(ctx, who, p)
}

// Webhook finds one by uid.
func (s *Service) Webhook(ctx context.Context, who models.Principal, webhook models.UID) (models.Webhook, error) {
	if err := allow(who, actWebhooks); err != nil {
		return models.Webhook{}, err
	}
	return s.store.Webhook(ctx, who, webhook)
}

// CreateWebhook makes a webhook that is told of what happens from now on, unless c says
// that it is not active yet. Its secret is shown this once.
func (s *Service) CreateWebhook(ctx context.Context, who models.Principal, c WebhookChange) (models.Webhook, string, error) {
	if err := allow(who, actWebhooks); err != nil {
		return models.Webhook{}, "", err
	}
	if c.URL == nil {
		return models.Webhook{}, "", models.Invalid("url", "url is required")
	}
	if c.Events == nil {
		return models.Webhook{}, "", models.Invalid("events", "events is required")
	}
	if err := s.checkWebhook(ctx, &c); err != nil {
		return models.Webhook{}, "", err
	}
	secret, sealed, err := s.mint.MintWebhookSecret()
	if err != nil {
		return models.Webhook{}, "", err
	}
	now := s.clock()
	w := models.Webhook{
		UID: models.NewUID(), URL: *c.URL, Events: *c.Events, Active: c.Active == nil || *c.Active, Secret: sealed,
		CreatedAt: now, UpdatedAt: now,
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		// One after the other, so that nobody counts, or moves the log's reader, twice.
		if _, err := tx.LockAccount(ctx, who); err != nil {
			return err
		}
		all, err := tx.Webhooks(ctx, who, models.Page{Limit: 1})
		if err != nil {
			return err
		}
		if all.Total >= maxWebhooks {
			return errTooManyWebhooks
		}
		if err := s.beginListening(ctx, tx, who, &w); err != nil {
			return err
		}
		return tx.CreateWebhook(ctx, who, &w)
	})
	return w, secret, err
}

// beginListening lets a webhook that is about to be active begin at the end of the log.
// Where none was active, the log's reader comes with it: nobody needs what lies between.
func (s *Service) beginListening(ctx context.Context, tx Tx, who models.Principal, w *models.Webhook) error {
	if !w.Active {
		return nil
	}
	_, last, err := tx.EventSpan(ctx, who)
	if err != nil {
		return err
	}
	w.FromPos, w.FailingSince, w.DisabledReason = last, nil, nil
	listening, err := tx.ListeningWebhooks(ctx, who)
	if err != nil || len(listening) > 0 {
		return err
	}
	return tx.MoveCursor(ctx, who, webhookReader, last)
}

// UpdateWebhook changes a webhook. Switched off, it is sent nothing more, what waits
// included; switched on, it is told of what happens from now on.
func (s *Service) UpdateWebhook(ctx context.Context, who models.Principal, webhook models.UID, c WebhookChange) (models.Webhook, error) {
	if err := allow(who, actWebhooks); err != nil {
		return models.Webhook{}, err
	}
	if err := s.checkWebhook(ctx, &c); err != nil {
		return models.Webhook{}, err
	}
	return s.alterWebhook(ctx, who, webhook, func(ctx context.Context, tx Tx, w *models.Webhook) error {
		set(&w.URL, c.URL)
		set(&w.Events, c.Events)
		was := w.Active
		set(&w.Active, c.Active)
		switch {
		case w.Active && !was:
			return s.beginListening(ctx, tx, who, w)
		case was && !w.Active:
			return tx.CancelDeliveries(ctx, who, w.ID, switchedOff, s.clock())
		default:
			return nil
		}
	})
}

// RotateWebhook gives a webhook a new secret, which is shown this once. The one before
// signs too for a day, so that the receiver can change over at its leisure.
func (s *Service) RotateWebhook(ctx context.Context, who models.Principal, webhook models.UID) (models.Webhook, string, error) {
	if err := allow(who, actWebhooks); err != nil {
		return models.Webhook{}, "", err
	}
	secret, sealed, err := s.mint.MintWebhookSecret()
	if err != nil {
		return models.Webhook{}, "", err
	}
	w, err := s.alterWebhook(ctx, who, webhook, func(_ context.Context, _ Tx, w *models.Webhook) error {
		until := s.clock().Add(secretOverlap)
		w.PreviousSecret, w.PreviousUntil, w.Secret = w.Secret, &until, sealed
		return nil
	})
	return w, secret, err
}

// alterWebhook runs one act on a locked webhook.
func (s *Service) alterWebhook(ctx context.Context, who models.Principal, webhook models.UID,
	change func(ctx context.Context, tx Tx, w *models.Webhook) error,
) (models.Webhook, error) {
	var w models.Webhook
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		if _, err := tx.LockAccount(ctx, who); err != nil {
			return err
		}
		if w, err = tx.LockWebhook(ctx, who, webhook); err != nil {
			return err
		}
		if err := change(ctx, tx, &w); err != nil {
			return err
		}
		w.UpdatedAt = s.clock()
		return tx.UpdateWebhook(ctx, who, &w)
	})
	return w, err
}

// DeleteWebhook deletes a webhook with its delivery log, which may be long: it goes
// batch by batch, after the webhook was switched off.
func (s *Service) DeleteWebhook(ctx context.Context, who models.Principal, webhook models.UID) error {
	off := false
	w, err := s.UpdateWebhook(ctx, who, webhook, WebhookChange{Active: &off})
	if err != nil {
		return err
	}
	for dropped := int64(1); dropped > 0; {
		err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
			dropped, err = tx.DropDeliveries(ctx, who, w.ID)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return tx.DeleteWebhook(ctx, who, w.ID) })
}

// checkWebhook looks at what is asked for, and cleans it.
func (s *Service) checkWebhook(ctx context.Context, c *WebhookChange) error {
	if c.Events != nil {
		events, err := cleanEvents(*c.Events)
		if err != nil {
			return err
		}
		c.Events = &events
	}
	if c.URL == nil {
		return nil
	}
	address := strings.TrimSpace(*c.URL)
	if err := checkText("url", address); err != nil {
		return err
	}
	c.URL = &address
	if s.addresses == nil {
		return errNoAddresses
	}
	return s.addresses.Check(ctx, address)
}

func cleanEvents(asked []models.EventType) ([]models.EventType, error) {
	if len(asked) == 0 {
		return nil, models.Invalid("events", "A webhook needs at least one event; * is all of them")
	}
	known := append(models.EventTypes(), models.EventAll)
	events := make([]models.EventType, 0, len(known))
	for _, e := range asked {
		if !slices.Contains(known, e) {
			return nil, models.Invalid("events", "There is no such event")
		}
		if !slices.Contains(events, e) {
			events = append(events, e)
		}
	}
	return events, nil
}

// Deliveries lists what was, or is to be, sent to a webhook, the newest first.
func (s *Service) Deliveries(
	ctx context.Context, who models.Principal, webhook models.UID, status models.DeliveryStatus, p models.Page,
) (models.List[models.WebhookDelivery], error) {
	w, err := s.Webhook(ctx, who, webhook)
	if err != nil {
		return models.List[models.WebhookDelivery]{}, err
	}
	list, err := s.store.Deliveries(ctx, who, DeliveryQuery{WebhookID: w.ID, Status: status, Page: p})
	for i := range list.Rows {
		list.Rows[i].Webhook = &w
	}
	return list, err
}

// Delivery finds one of a webhook.
func (s *Service) Delivery(ctx context.Context, who models.Principal, webhook, delivery models.UID) (models.WebhookDelivery, error) {
	w, err := s.Webhook(ctx, who, webhook)
	if err != nil {
		return models.WebhookDelivery{}, err
	}
	d, err := s.store.Delivery(ctx, who, w.ID, delivery)
	d.Webhook = &w
	return d, err
}

// TestWebhook sends a webhook an event that did not happen, of the given type, or of
// the first one that it asks for: once, and nothing follows when that fails.
func (s *Service) TestWebhook(
	ctx context.Context, who models.Principal, webhook models.UID, event models.EventType,
) (models.WebhookDelivery, error) {
	if event != "" && !slices.Contains(models.EventTypes(), event) {
		return models.WebhookDelivery{}, models.Invalid("event", "There is no such event")
	}
	return s.queueDelivery(ctx, who, webhook, func(ctx context.Context, tx Tx, w models.Webhook) (d models.WebhookDelivery, err error) {
		account, err := tx.Account(ctx, who)
		if err != nil {
			return d, err
		}
		if event == "" {
			event = w.Events[0]
		}
		if event == models.EventAll {
			event = models.EventMessageReceived
		}
		e := sampleEvent(event, account, s.clock())
		d.EventUID, d.EventType, d.Cause = e.UID, e.Type, models.CauseTest
		d.Body, err = s.envelope(e)
		return d, err
	})
}

// Redeliver sends an event to its webhook once more, under the same id. What is still
// being tried is tried now.
func (s *Service) Redeliver(ctx context.Context, who models.Principal, webhook, delivery models.UID) (models.WebhookDelivery, error) {
	return s.queueDelivery(ctx, who, webhook, func(ctx context.Context, tx Tx, w models.Webhook) (models.WebhookDelivery, error) {
		first, err := tx.Delivery(ctx, who, w.ID, delivery)
		if err != nil {
			return first, err
		}
		if first.Status == models.DeliveryPending {
			return first, tx.HurryDelivery(ctx, who, first.ID, s.clock())
		}
		return models.WebhookDelivery{
			EventID: first.EventID, EventUID: first.EventUID, EventType: first.EventType, ContactID: first.ContactID,
			Cause: models.CauseRedelivery, Body: first.Body, PriorAttempts: first.PriorAttempts + first.Attempt,
		}, nil
	})
}

// queueDelivery writes a delivery that a person asked for.
func (s *Service) queueDelivery(ctx context.Context, who models.Principal, webhook models.UID,
	draft func(ctx context.Context, tx Tx, w models.Webhook) (models.WebhookDelivery, error),
) (d models.WebhookDelivery, err error) {
	if err := allow(who, actWebhooks); err != nil {
		return d, err
	}
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		w, err := tx.LockWebhook(ctx, who, webhook)
		if err != nil {
			return err
		}
		if !w.Active {
			return errWebhookOff
		}
		if d, err = draft(ctx, tx, w); err != nil {
			return err
		}
		if d.ID == 0 {
			rows := []models.WebhookDelivery{s.delivery(w, d)}
			err = tx.AddDeliveries(ctx, who, rows)
			d = rows[0]
		}
		d.Webhook = &w
		return err
	})
	if err == nil {
		models.AfterCommit(ctx, s.deliveryQueued)
	}
	return d, err
}

// delivery fills in what every new one has.
func (s *Service) delivery(w models.Webhook, d models.WebhookDelivery) models.WebhookDelivery {
	now := s.clock()
	d.UID, d.WebhookID, d.Status, d.URL = models.NewUID(), w.ID, models.DeliveryPending, w.URL
	d.NextAt, d.CreatedAt, d.UpdatedAt = &now, now, now
	return d
}
