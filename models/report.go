package models

import "time"

// StatusChange is a conversation's way from one status to another. Triggers write it,
// so that reports reach further back than the event log.
type StatusChange struct {
	ID             int64
	AccountID      int64
	ConversationID int64
	Status         ConversationStatus
	// AssignedTo is who had the conversation then.
	AssignedTo *int64
	// OpenedAt is when the conversation had last become open.
	OpenedAt  time.Time
	CreatedAt time.Time
}
