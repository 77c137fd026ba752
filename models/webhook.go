package models

import (
	"slices"
	"time"
)

// Webhook is an address that is told of events. Secrets are encrypted under
// SECRET_KEY; after a rotation the previous one signs too, until PreviousUntil.
type Webhook struct {
	ID             int64
	UID            UID `gorm:"column:uid"`
	AccountID      int64
	URL            string      `gorm:"column:url"`
	Events         []EventType `gorm:"serializer:json"`
	Active         bool
	Secret         []byte `gorm:"not null"`
	PreviousSecret []byte
	PreviousUntil  *time.Time
	// FromPos is the place in the log after which its events begin.
	FromPos int64
	// FailingSince is when the present run of failures began.
	FailingSince   *time.Time
	DisabledReason *string
	CreatedAt      time.Time
	UpdatedAt      time.Time
}

// Wants says whether an event is one that the webhook is to be told of.
func (w Webhook) Wants(e Event) bool {
	if e.Pos == nil || *e.Pos <= w.FromPos {
		return false
	}
	return slices.Contains(w.Events, e.Type) || (e.Type != EventNoteCreated && slices.Contains(w.Events, EventAll))
}

// DeliveryCause says why a webhook is called.
type DeliveryCause string

// The causes.
const (
	CauseEvent      DeliveryCause = "event"
	CauseTest       DeliveryCause = "test"
	CauseRedelivery DeliveryCause = "redelivery"
)

// DeliveryStatus is how far a delivery has come.
type DeliveryStatus string

// The statuses of a delivery.
const (
	DeliveryPending   DeliveryStatus = "pending"
	DeliverySucceeded DeliveryStatus = "succeeded"
	DeliveryFailed    DeliveryStatus = "failed"
)

// WebhookDelivery is one event on its way to one webhook, over all attempts. It is
// claimed by a lease and fenced by Attempt, as a Job is.
type WebhookDelivery struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	WebhookID int64
	// EventID is nil for a test; EventUID is what the receiver sees.
	EventID   *int64
	EventUID  UID `gorm:"column:event_uid"`
	EventType EventType
	// ContactID is whom the event is about, so that it can be forgotten with the contact.
	ContactID *int64
	Cause     DeliveryCause
	Body      string
	Status    DeliveryStatus
	Attempt   int64
	// PriorAttempts are those of the delivery that this one repeats.
	PriorAttempts int64
	NextAt        *time.Time
	LeaseUntil    *time.Time
	// URL is where the last attempt went, and what follows is how it ended.
	URL          string `gorm:"column:url"`
	ResponseCode *int64
	ResponseBody *string
	LastError    *string
	DurationMS   *int64 `gorm:"column:duration_ms"`
	// History is every attempt whose end was noted, the first one first.
	History   []DeliveryAttempt `gorm:"serializer:json"`
	CreatedAt time.Time
	UpdatedAt time.Time

	// Webhook is where it goes, loaded with what is claimed or shown.
	Webhook *Webhook `gorm:"-"`
}

// Retries is how many attempts came before the present or last one.
func (d WebhookDelivery) Retries() int64 { return max(0, d.PriorAttempts+d.Attempt-1) }

// DeliveryAttempt is how one attempt of a delivery ended.
type DeliveryAttempt struct {
	Number     int64
	At         time.Time
	DurationMS int64
	StatusCode int64
	Error      string
}
