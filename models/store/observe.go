package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm/logger"

	"parley/models"
)

// Outcome is how a statement ended.
type Outcome string

// The outcomes.
const (
	OutcomeOK          Outcome = "ok"
	OutcomeConflict    Outcome = "conflict"
	OutcomeUnavailable Outcome = "unavailable"
	OutcomeCancelled   Outcome = "cancelled"
	OutcomeError       Outcome = "error"
)

// Observer is told what the database does.
type Observer interface {
	// Statement took this long.
	Statement(outcome Outcome, took time.Duration)
	// Batch is how many posts, or on SQLite transactions, were committed together.
	Batch(size int)
}

// unobserved is the Observer that does nothing.
type unobserved struct{}

func (unobserved) Statement(Outcome, time.Duration) {}
func (unobserved) Batch(int)                        {}

func observerOf(o Options) Observer {
	if o.Observer == nil {
		return unobserved{}
	}
	return o.Observer
}

// trace hands GORM's statements to an Observer. It logs nothing: statements carry
// what people wrote, and the error goes up to the one who logs it.
type trace struct{ Observer }

// LogMode implements logger.Interface.
func (t trace) LogMode(logger.LogLevel) logger.Interface { return t }

// Info implements logger.Interface.
func (trace) Info(context.Context, string, ...any) {}

// Warn implements logger.Interface.
func (trace) Warn(context.Context, string, ...any) {}

// Error implements logger.Interface.
func (trace) Error(context.Context, string, ...any) {}

// Trace implements logger.Interface.
func (t trace) Trace(_ context.Context, begin time.Time, _ func() (string, int64), err error) {
	t.Statement(outcomeOf(err), time.Since(begin))
}

func outcomeOf(err error) Outcome {
	switch {
	case err == nil, errors.Is(err, models.ErrNotFound):
		return OutcomeOK
	case errors.Is(err, context.Canceled):
		return OutcomeCancelled
	}
	switch models.AsError(err).Code {
	case models.CodeConflict:
		return OutcomeConflict
	case models.CodeUnavailable:
		return OutcomeUnavailable
	}
	return OutcomeError
}
