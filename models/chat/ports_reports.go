package chat

import (
	"context"

	"parley/models"
)

// ReportReader counts what happened in an account.
type ReportReader interface {
	// Report computes the figures of a span, as a whole and group by group.
	Report(ctx context.Context, who models.Principal, q models.ReportQuery) (models.Report, error)
}
