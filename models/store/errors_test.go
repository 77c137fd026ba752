package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"

	"parley/models"
)

func TestDriversErrorsBecomeThoseOfModels(t *testing.T) {
	t.Parallel()
	pg := func(code, index string) error { return &pgconn.PgError{Code: code, ConstraintName: index} }
	for _, c := range []struct {
		from, to error
	}{
		{nil, nil},
		{gorm.ErrRecordNotFound, models.ErrNotFound},
		{sql.ErrNoRows, models.ErrNotFound},
		{models.ErrForbidden, models.ErrForbidden},
		{context.Canceled, context.Canceled},
		{fmt.Errorf("query: %w", context.DeadlineExceeded), models.ErrUnavailable},
		{pg("23505", "conversations_site_id_visitor_hash_key"), models.ErrVisitorTokenTaken},
		{pg("23505", "contacts_account_id_email_key"), errEmailTaken},
		{pg("23505", "something_else"), errExists},
		{pg("23503", ""), errDangling},
		{pg("22P05", ""), errText},
		{pg("22021", ""), errText},
		{pg("57014", ""), context.Canceled},
		{pg("57P01", ""), models.ErrUnavailable},
		{pg("57P03", ""), models.ErrUnavailable},
		{pg("53300", ""), models.ErrUnavailable},
		{pg("53100", ""), models.ErrUnavailable},
		{pg("08006", ""), models.ErrUnavailable},
		{pg("40P01", ""), models.ErrUnavailable},
		{driver.ErrBadConn, models.ErrUnavailable},
		{io.ErrUnexpectedEOF, models.ErrUnavailable},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, models.ErrUnavailable},
		{fmt.Errorf("write: %w", syscall.ECONNRESET), models.ErrUnavailable},
		{errClosed, models.ErrUnavailable},
		{errors.New("sql: database is closed"), models.ErrUnavailable},
	} {
		if got := translate(c.from); !errors.Is(got, c.to) {
			t.Errorf("%v became %v, want %v", c.from, got, c.to)
		}
	}
}

func TestAnErrorKeepsItsCauseAndAnythingElseStaysWhatItIs(t *testing.T) {
	t.Parallel()
	clash := &pgconn.PgError{Code: "40001"}
	if got := translate(clash); !errors.Is(got, clash) || !isClash(got) {
		t.Errorf("the cause is lost in %v", got)
	}
	for _, err := range []error{errors.New("a mistake"), &pgconn.PgError{Code: "42601"}, &pgconn.PgError{Code: "23514"}} {
		if got := translate(err); models.AsError(got).Code != models.CodeInternal {
			t.Errorf("%v became %v", err, got)
		}
	}
}

func TestOutcomesAreAClosedSet(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]Outcome{
		models.ErrNotFound: OutcomeOK, context.Canceled: OutcomeCancelled, errEmailTaken: OutcomeConflict,
		models.ErrUnavailable: OutcomeUnavailable, errors.New("a mistake"): OutcomeError,
	} {
		if got := outcomeOf(err); got != want {
			t.Errorf("%v is %s, want %s", err, got, want)
		}
	}
	if got := outcomeOf(nil); got != OutcomeOK {
		t.Errorf("no error is %s", got)
	}
}
