package chat

import (
	"context"
	"fmt"
	"time"

	"parley/models"
)

// ReportAsk is what a caller says of a report: days as people write them, "" for the
// default, which is the thirty days up to today.
type ReportAsk struct {
	From, To string
	Group    models.ReportGroup
}

// The bounds of a report.
const (
	defaultReportDays = 30
	maxReportYears    = 2
)

// Report computes the figures of a span of days in the account's time zone.
func (s *Service) Report(ctx context.Context, who models.Principal, ask ReportAsk) (models.Report, error) {
	if err := allowToReadAll(who); err != nil {
		return models.Report{}, err
	}
	account, err := s.store.Account(ctx, who)
	if err != nil {
		return models.Report{}, err
	}
	zone, err := time.LoadLocation(account.TimeZone)
	if err != nil {
		return models.Report{}, fmt.Errorf("time zone of account %d: %w", account.ID, err)
	}
	q, err := ask.query(s.clock(), zone)
	if err != nil {
		return models.Report{}, err
	}
	report, err := s.store.Report(ctx, who, q)
	if err != nil {
		return report, err
	}
	report.Assistant, err = s.store.AssistantUsage(ctx, who, q.From, q.End())
	return report, err
}

// query reads the days.
func (a ReportAsk) query(now time.Time, zone *time.Location) (q models.ReportQuery, err error) {
	q.Group = a.Group
	if q.Group == "" {
		q.Group = models.ReportByDay
	}
	now = now.In(zone)
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, zone)
	if q.To, err = day("to", a.To, zone, today); err != nil {
		return q, err
	}
	if q.From, err = day("from", a.From, zone, q.To.AddDate(0, 0, 1-defaultReportDays)); err != nil {
		return q, err
	}
	if q.From.After(q.To) {
		return q, models.Invalid("from", "from must not be after to")
	}
	if !q.From.After(q.To.AddDate(-maxReportYears, 0, 0)) {
		return q, models.Invalid("from", "A report covers at most two years")
	}
	return q, nil
}

// day reads a day of a time zone.
func day(field, given string, zone *time.Location, otherwise time.Time) (time.Time, error) {
	if given == "" {
		return otherwise, nil
	}
	at, err := time.ParseInLocation(time.DateOnly, given, zone)
	if err != nil || at.Year() < 1970 || at.Year() > 9998 {
		return at, models.Invalid(field, "The "+field+" must be a day, such as 2026-01-31")
	}
	return at, nil
}
