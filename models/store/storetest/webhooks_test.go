package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// hook makes an active webhook of the live account.
func (c Company) hook(t *testing.T) models.Webhook {
	t.Helper()
	w := models.Webhook{
		UID: models.NewUID(), URL: "https://hooks.example/", Events: []models.EventType{models.EventAll}, Active: true,
		Secret: []byte("sealed"), CreatedAt: moment(), UpdatedAt: moment(),
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.CreateWebhook(ctx, c.Owner, &w) })
	return w
}

// queue writes n deliveries that are due.
func (c Company) queue(t *testing.T, w models.Webhook, n int) {
	t.Helper()
	now := moment()
	rows := make([]models.WebhookDelivery, n)
	for i := range rows {
		rows[i] = models.WebhookDelivery{
			UID: models.NewUID(), WebhookID: w.ID, EventUID: models.NewUID(), EventType: models.EventMessageSent, Cause: models.CauseTest,
			Body: "{}", Status: models.DeliveryPending, NextAt: &now, CreatedAt: now, UpdatedAt: now,
		}
	}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.AddDeliveries(ctx, c.Owner, rows) })
}

func claimOf(now time.Time, limit, room int) chat.DeliveryClaim {
	return chat.DeliveryClaim{Now: now, LeaseUntil: now.Add(time.Minute), Limit: limit, Room: func(int64) int { return room }}
}

var webhooks = map[string]func(*testing.T, *store.Store){
	"each delivery is claimed by one, and each webhook has a share": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		long, short := c.hook(t), c.hook(t)
		c.queue(t, long, 300)
		c.queue(t, short, 3)
		now := moment()
		first, err := s.ClaimDeliveries(t.Context(), claimOf(now, 10, 100))
		must(t, err)
		of := map[int64]int{}
		for _, d := range first {
			of[d.WebhookID]++
			equal(t, "the attempt", d.Attempt, int64(1))
			equal(t, "its webhook", d.Webhook.ID, d.WebhookID)
		}
		equal(t, "the shares", of, map[int64]int{long.ID: 5, short.ID: 3})
		var mu sync.Mutex
		var claims sync.WaitGroup
		seen := map[int64]int{}
		for range 4 {
			claims.Go(func() {
				for {
					rows, err := s.ClaimDeliveries(t.Context(), claimOf(now, 20, 20))
					if err != nil {
						t.Error(err)
					}
					if len(rows) == 0 {
						return
					}
					mu.Lock()
					for _, d := range rows {
						seen[d.ID]++
					}
					mu.Unlock()
				}
			})
		}
		claims.Wait()
		equal(t, "claimed", len(seen), 295)
		for id, times := range seen {
			if times != 1 {
				t.Errorf("delivery %d was claimed %d times", id, times)
			}
		}
		none, err := s.ClaimDeliveries(t.Context(), claimOf(now.Add(59*time.Second), 10, 10))
		must(t, err)
		equal(t, "claimed under a lease", len(none), 0)
		again, err := s.ClaimDeliveries(t.Context(), claimOf(now.Add(time.Minute), 10, 3))
		must(t, err)
		equal(t, "claimed after the lease", len(again), 6)
		equal(t, "the attempt", again[0].Attempt, int64(2))
	},
	"what is switched off, or has no room, is not claimed": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		w := c.hook(t)
		c.queue(t, w, 2)
		none, err := s.ClaimDeliveries(t.Context(), claimOf(moment(), 10, 0))
		must(t, err)
		equal(t, "without room", len(none), 0)
		w.Active = false
		Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.UpdateWebhook(ctx, c.Owner, &w) })
		none, err = s.ClaimDeliveries(t.Context(), claimOf(moment(), 10, 10))
		must(t, err)
		equal(t, "switched off", len(none), 0)
	},
	"a webhook that is held cannot be switched off under whom holds it": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		w := c.hook(t)
		off := func(ctx context.Context, tx chat.Tx) error {
			row, err := tx.LockWebhookByID(ctx, c.Owner, w.ID)
			if err != nil {
				return err
			}
			row.Active = false
			return tx.UpdateWebhook(ctx, c.Owner, &row)
		}
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			held, err := tx.HoldListeningWebhooks(ctx, c.Owner)
			equal(t, "held", len(held), 1)
			other, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 200*time.Millisecond)
			defer cancel()
			if s.InTx(other, off) == nil {
				t.Error("it was switched off meanwhile")
			}
			return err
		})
		Do(t, s, off)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			held, err := tx.HoldListeningWebhooks(ctx, c.Owner)
			equal(t, "held once it is off", len(held), 0)
			return err
		})
	},
	"a reader's place is one transaction's to move, and never goes back": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		for _, step := range []struct{ to, want int64 }{{0, 0}, {7, 7}, {3, 7}, {9, 9}} {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.MoveCursor(ctx, c.System, "reader", step.to) })
			Do(t, s, func(ctx context.Context, tx chat.Tx) error {
				pos, mine, err := tx.TakeCursor(ctx, c.System, "reader")
				equal(t, "the place", fmt.Sprint(pos, mine), fmt.Sprint(step.want, true))
				if s.Dialect() == SQLite {
					return err // there is one writer
				}
				other, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
				defer cancel()
				failed := s.InTx(other, func(ctx context.Context, tx chat.Tx) error {
					_, theirs, err := tx.TakeCursor(ctx, c.System, "reader")
					equal(t, "another has it", theirs, false)
					return err
				})
				must(t, failed)
				return err
			})
		}
	},
	"webhooks of another account cannot be read or changed": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		w := c.hook(t)
		c.queue(t, w, 1)
		list, err := s.Deliveries(t.Context(), c.Owner, chat.DeliveryQuery{WebhookID: w.ID, Page: hundred})
		must(t, err)
		d := list.Rows[0]
		for _, who := range []models.Principal{stranger.Owner, c.Sandbox, {}} {
			for name, attempt := range map[string]func(ctx context.Context, tx chat.Tx) (int, error){
				"Webhooks": func(ctx context.Context, tx chat.Tx) (int, error) {
					list, err := tx.Webhooks(ctx, who, hundred)
					return len(list.Rows), err
				},
				"Webhook": func(ctx context.Context, tx chat.Tx) (int, error) {
					_, err := tx.Webhook(ctx, who, w.UID)
					return 1, err
				},
				"LockWebhook": func(ctx context.Context, tx chat.Tx) (int, error) {
					_, err := tx.LockWebhook(ctx, who, w.UID)
					return 1, err
				},
				"LockWebhookByID": func(ctx context.Context, tx chat.Tx) (int, error) {
					_, err := tx.LockWebhookByID(ctx, who, w.ID)
					return 1, err
				},
				"ListeningWebhooks": func(ctx context.Context, tx chat.Tx) (int, error) {
					rows, err := tx.ListeningWebhooks(ctx, who)
					return len(rows), err
				},
				"HoldListeningWebhooks": func(ctx context.Context, tx chat.Tx) (int, error) {
					rows, err := tx.HoldListeningWebhooks(ctx, who)
					return len(rows), err
				},
				"Deliveries": func(ctx context.Context, tx chat.Tx) (int, error) {
					list, err := tx.Deliveries(ctx, who, chat.DeliveryQuery{WebhookID: w.ID, Page: hundred})
					return len(list.Rows), err
				},
				"Delivery": func(ctx context.Context, tx chat.Tx) (int, error) {
					_, err := tx.Delivery(ctx, who, w.ID, d.UID)
					return 1, err
				},
				"UpdateWebhook": func(ctx context.Context, tx chat.Tx) (int, error) {
					row := w
					row.URL = "x"
					return 1, tx.UpdateWebhook(ctx, who, &row)
				},
				"DeleteWebhook": func(ctx context.Context, tx chat.Tx) (int, error) { return 1, tx.DeleteWebhook(ctx, who, w.ID) },
				"DropDeliveries": func(ctx context.Context, tx chat.Tx) (int, error) {
					n, err := tx.DropDeliveries(ctx, who, w.ID)
					return int(n), err
				},
				"AddDeliveries": func(ctx context.Context, tx chat.Tx) (int, error) {
					row := d
					row.ID, row.UID = 0, models.NewUID()
					return 1, tx.AddDeliveries(ctx, who, []models.WebhookDelivery{row})
				},
				"HurryDelivery": func(ctx context.Context, tx chat.Tx) (int, error) {
					return 0, tx.HurryDelivery(ctx, who, d.ID, moment().Add(-time.Hour))
				},
				"SettleDelivery": func(ctx context.Context, tx chat.Tx) (int, error) {
					row := d
					row.Status = models.DeliveryFailed
					held, err := tx.SettleDelivery(ctx, who, row)
					if held {
						return 1, err
					}
					return 0, err
				},
				"CancelDeliveries": func(ctx context.Context, tx chat.Tx) (int, error) {
					return 0, tx.CancelDeliveries(ctx, who, w.ID, "no", moment())
				},
			} {
				shown := 0
				err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) (err error) {
					shown, err = attempt(ctx, tx)
					return err
				})
				if err == nil && shown > 0 {
					t.Errorf("%s reached another account's rows", name)
				}
			}
		}
		after, err := s.Delivery(t.Context(), c.Owner, w.ID, d.UID)
		must(t, err)
		equal(t, "the delivery", after, d)
		kept, err := s.Webhook(t.Context(), c.Owner, w.UID)
		must(t, err)
		equal(t, "the webhook", kept, w)
	},
}
