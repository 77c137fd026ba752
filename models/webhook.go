package models

import "time"

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
	// FailingSince is when the present run of failures began.
	FailingSince   *time.Time
	DisabledReason *string
	CreatedAt      time.Time
	UpdatedAt      time.Time
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

// WebhookDelivery is one event on its way to one webhook, over all attempts.
type WebhookDelivery struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	WebhookID int64
	// EventID is nil for a test; EventUID is what the receiver sees.
	EventID      *int64
	EventUID     UID `gorm:"column:event_uid"`
	EventType    EventType
	Cause        DeliveryCause
	Body         string
	Status       DeliveryStatus
	Attempt      int64
	NextAt       *time.Time
	ResponseCode *int64
	ResponseBody *string
	LastError    *string
	DurationMS   *int64 `gorm:"column:duration_ms"`
	CreatedAt    time.Time
	UpdatedAt    time.Time
}
