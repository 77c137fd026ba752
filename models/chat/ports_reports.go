package chat

import (
	"context"

	"parley/models"
)

// ReportReader counts what happened in an account.
type ReportReader interface {
	// Account is the account that the principal acts in.
	Account(ctx context.Context, who models.Principal) (models.Account, error)
	// Report computes the figures of a span, as a whole and group by group.
	Report(ctx context.Context, who models.Principal, q models.ReportQuery) (models.Report, error)
}
