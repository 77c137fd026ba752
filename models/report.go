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

// ReportGroup says what the figures of a report are told apart by.
type ReportGroup string

// The groups. A conversation with several labels counts for each of them.
const (
	ReportByDay     ReportGroup = "day"
	ReportByUser    ReportGroup = "user"
	ReportByLabel   ReportGroup = "label"
	ReportByChannel ReportGroup = "channel"
)

// ReportQuery is a span of days in a time zone, both ends included, as midnights.
type ReportQuery struct {
	From, To time.Time
	Group    ReportGroup
}

// End is the midnight after the last day.
func (q ReportQuery) End() time.Time { return q.To.AddDate(0, 0, 1) }

// Report is the figures of a span.
type Report struct {
	ReportQuery
	Total  Figures
	Groups []GroupFigures
	// Assistant is what assistants did for visitors.
	Assistant AssistantUsage
}

// GroupFigures are those of one group. Key is a day, a label or a channel, and empty
// for what nobody is assigned to; User is the one that a group by user stands for.
type GroupFigures struct {
	Key  string
	User *User
	Figures
}

// Figures count what happened: conversations and messages, how many seconds it took
// until a person answered first and until a conversation was closed, and the ratings.
type Figures struct {
	Opened, Closed, Reopened int64
	Received, Sent           int64
	FirstResponse            Spread
	Resolution               Spread
	Ratings                  Scores
}

// Spread describes durations in seconds: the least that half, or nine tenths, of them
// do not exceed. Without any, both are 0.
type Spread struct {
	Count       int64
	Median, P90 int64
}

// Scores are the ratings: how many, their sum, and how many there are of 1 to 5.
type Scores struct {
	Count, Sum int64
	Of         [5]int64
}
