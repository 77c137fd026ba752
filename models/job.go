package models

import "time"

// Job is work that survives a crash. It is claimed by a lease, and fenced by
// Attempt: a worker that lost its lease cannot finish it.
type Job struct {
	ID        int64
	UID       UID `gorm:"column:uid"`
	AccountID int64
	Kind      string
	// UniqueKey, where set, keeps the same work from being queued again before it is done
	// or given up.
	UniqueKey  *string
	Payload    map[string]any `gorm:"serializer:json"`
	RunAt      time.Time
	Attempt    int64
	LeaseUntil *time.Time
	LastError  *string
	// DoneAt is when it was given up; what succeeds is deleted.
	DoneAt    *time.Time
	CreatedAt time.Time
}

// EventHead is the newest place in an account's event log.
type EventHead struct {
	AccountID int64 `gorm:"primaryKey"`
	Pos       int64
}

// EventCursor is the place up to which a background reader has dealt with the log.
type EventCursor struct {
	AccountID int64  `gorm:"primaryKey"`
	Reader    string `gorm:"primaryKey"`
	Pos       int64
	UpdatedAt time.Time
}

// IdempotencyKey remembers the answer to a request, so that a retry gets it again.
type IdempotencyKey struct {
	ID        int64
	AccountID int64
	// Holder is the credential that sent the key.
	Holder      string
	Key         string
	RequestHash []byte `gorm:"not null"`
	StatusCode  *int64
	ContentType *string
	Body        []byte
	// LeaseUntil is set while an act that calls outside is running.
	LeaseUntil *time.Time
	CreatedAt  time.Time
	ExpiresAt  time.Time
}
