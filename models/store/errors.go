package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"
	"gorm.io/gorm"
	"modernc.org/sqlite"
	sqlitecode "modernc.org/sqlite/lib"

	"parley/models"
)

// What a broken rule means to the person who broke it.
var (
	errExists        = models.Fail(models.CodeConflict, "This already exists")
	errEmailTaken    = &models.Error{Code: models.CodeConflict, Message: "This e-mail address is already taken", Field: "email"}
	errPhoneTaken    = &models.Error{Code: models.CodeConflict, Message: "This phone number is already taken", Field: "phone"}
	errExternalTaken = &models.Error{Code: models.CodeConflict, Message: "This external id is already taken", Field: "external_id"}
	errOneOpen       = models.Fail(models.CodeConflict, "The contact already has an open conversation on this channel")
	errChannelTaken  = &models.Error{Code: models.CodeConflict, Message: "There is a channel of this kind with the same address already", Field: "settings"}
	errRated         = models.Fail(models.CodeConflict, "This has been rated already")
	errLabelTaken    = &models.Error{Code: models.CodeConflict, Message: "This label already exists", Field: "name"}
	errShortcutTaken = &models.Error{Code: models.CodeConflict, Message: "This shortcut already exists", Field: "shortcut"}
	errSourceTaken   = &models.Error{Code: models.CodeConflict, Message: "This was imported just now by somebody else; try again", Field: "file"}
	errDangling      = models.Fail(models.CodeConflict, "Something that this refers to is not there")
	errText          = models.Fail(models.CodeInvalid, "Text must not contain NUL and must be UTF-8")

	// errRetried is an index that tells a retry from a first message.
	errRetried = models.Fail(models.CodeConflict, "This message was sent already")
)

// rules are the unique indexes with a meaning of their own: PostgreSQL names the
// index, SQLite its columns.
var rules = []struct {
	index, columns string
	meaning        *models.Error
}{
	{"messages_client", "messages.conversation_id, messages.author_kind, messages.client_id", errRetried},
	{"conversations_site_id_visitor_hash_key", "conversations.site_id, conversations.visitor_hash", models.ErrVisitorTokenTaken},
	{"conversations_one_open", "conversations.account_id, conversations.contact_id, conversations.channel", errOneOpen},
	{"users_account_id_email_key", "users.account_id, users.email", errEmailTaken},
	{"contacts_account_id_email_key", "contacts.account_id, contacts.email", errEmailTaken},
	{"contacts_account_id_phone_key", "contacts.account_id, contacts.phone", errPhoneTaken},
	{"contacts_account_id_external_id_key", "contacts.account_id, contacts.external_id", errExternalTaken},
	{"labels_account_id_name_key_key", "labels.account_id, labels.name_key", errLabelTaken},
	{"canned_replies_account_id_shortcut_key", "canned_replies.account_id, canned_replies.shortcut", errShortcutTaken},
	{"articles_source", "articles.account_id, articles.source", errSourceTaken},
	{"channels_account_id_kind_address_key", "channels.account_id, channels.kind, channels.address", errChannelTaken},
	{"ratings_conversation_id_resolve_count_key", "ratings.conversation_id, ratings.resolve_count", errRated},
}

// translate turns what a driver says into the errors of models. A cancelled context
// stays what it is; an answer that never came, to a commit too, is ErrUnavailable.
func translate(err error) error {
	var safe *models.Error
	var pg *pgconn.PgError
	var lite *sqlite.Error
	switch {
	case err == nil, errors.As(err, &safe):
		return err
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return models.ErrNotFound
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return models.ErrUnavailable.Because(err)
	case errors.As(err, &pg):
		return translatePostgres(pg)
	case errors.As(err, &lite):
		return translateSQLite(lite)
	case isBroken(err):
		return models.ErrUnavailable.Because(err)
	}
	return err
}

// isBroken says whether the way to the database failed, not the statement.
func isBroken(err error) bool {
	var connect *pgconn.ConnectError
	var network net.Error
	for _, broken := range []error{
		driver.ErrBadConn, sql.ErrConnDone, sql.ErrTxDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed,
		syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, broken) {
			return true
		}
	}
	return errors.As(err, &connect) || errors.As(err, &network) || errors.Is(err, errClosed) ||
		strings.Contains(err.Error(), "conn closed") || strings.Contains(err.Error(), "database is closed")
}

// translatePostgres reads the SQLSTATE
// (https://www.postgresql.org/docs/current/errcodes-appendix.html).
func translatePostgres(err *pgconn.PgError) error {
	switch err.Code {
	case "23505":
		for _, r := range rules {
			if r.index == err.ConstraintName {
				return r.meaning.Because(err)
			}
		}
		return errExists.Because(err)
	case "23503":
		return errDangling.Because(err)
	case "22021", "22P05":
		return errText.Because(err)
	case "57014":
		return fmt.Errorf("%w: %w", context.Canceled, err)
	case "40001", "40P01", "55P03", "25006", "57P01", "57P02", "57P03", "57P04":
		return models.ErrUnavailable.Because(err)
	}
	switch err.Code[:2] {
	case "08", "53", "58":
		return models.ErrUnavailable.Because(err)
	}
	return err
}

// translateSQLite reads the result code (https://www.sqlite.org/rescode.html).
func translateSQLite(err *sqlite.Error) error {
	switch err.Code() {
	case sqlitecode.SQLITE_CONSTRAINT_UNIQUE, sqlitecode.SQLITE_CONSTRAINT_PRIMARYKEY:
		for _, r := range rules {
			if strings.Contains(err.Error(), ": "+r.columns+" (") {
				return r.meaning.Because(err)
			}
		}
		return errExists.Because(err)
	case sqlitecode.SQLITE_CONSTRAINT_FOREIGNKEY:
		return errDangling.Because(err)
	}
	switch err.Code() & 0xff {
	case sqlitecode.SQLITE_INTERRUPT:
		return fmt.Errorf("%w: %w", context.Canceled, err)
	case sqlitecode.SQLITE_BUSY, sqlitecode.SQLITE_LOCKED, sqlitecode.SQLITE_FULL, sqlitecode.SQLITE_IOERR,
		sqlitecode.SQLITE_CANTOPEN, sqlitecode.SQLITE_READONLY, sqlitecode.SQLITE_NOMEM, sqlitecode.SQLITE_PROTOCOL:
		return models.ErrUnavailable.Because(err)
	}
	return err
}

// isClash says whether the transaction lost against another one, and may be run again:
// a serialization failure, a deadlock, or a lock that did not come in time.
func isClash(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01" || pg.Code == "55P03")
}
