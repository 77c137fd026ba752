package models

import (
	"errors"
	"fmt"
)

// Code says what kind of thing went wrong; each surface maps it to its own status
// and shape. The words are those of the Agent surface, which has none for CodeRange,
// CodeGone, CodeUpstream and CodeUpstreamTimeout.
type Code string

// The codes.
const (
	CodeUnauthorized    Code = "unauthorized"
	CodeForbidden       Code = "forbidden"
	CodeNotFound        Code = "not_found"
	CodeMethod          Code = "method_not_allowed"
	CodeConflict        Code = "conflict"
	CodeGone            Code = "gone"
	CodeInvalid         Code = "invalid_input"
	CodeUnprocessable   Code = "unprocessable"
	CodeTooLarge        Code = "payload_too_large"
	CodeUnsupportedType Code = "unsupported_media_type"
	CodeRange           Code = "range_not_satisfiable"
	CodeRateLimited     Code = "rate_limited"
	CodeInternal        Code = "internal_error"
	CodeUnavailable     Code = "unavailable"
	CodeUpstream        Code = "bad_gateway"
	CodeUpstreamTimeout Code = "gateway_timeout"
)

// Error is a failure that a client may be told of. Message is a sentence for a
// person and never carries internals; Field names the bad input field, if one is
// to blame; Details are further safe facts. Err is the cause, for the log alone.
type Error struct {
	Code    Code
	Message string
	Field   string
	Details map[string]any
	Err     error
}

// Error implements error with the safe sentence, and the cause behind it.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Err)
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Is makes two errors of the same code and sentence the same for errors.Is, so that
// a copy with a field or a cause still matches the one it was made from.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code && t.Message == e.Message
}

// Fail makes an Error.
func Fail(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// Invalid makes an Error that blames one input field.
func Invalid(field, message string) *Error {
	return &Error{Code: CodeInvalid, Message: message, Field: field}
}

// With returns a copy that carries one more detail.
func (e *Error) With(key string, value any) *Error {
	c := *e
	c.Details = map[string]any{key: value}
	for k, v := range e.Details {
		c.Details[k] = v
	}
	return &c
}

// Because returns a copy that carries the cause.
func (e *Error) Because(cause error) *Error {
	c := *e
	c.Err = cause
	return &c
}

// AsError finds the Error in err's chain; anything else is internal.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return ErrInternal.Because(err)
}

// Errors that more than one package makes or looks for.
var (
	ErrInternal     = Fail(CodeInternal, "Something went wrong on our side")
	ErrUnavailable  = Fail(CodeUnavailable, "The service is not available right now; try again shortly")
	ErrUnauthorized = Fail(CodeUnauthorized, "Unauthorized")
	ErrForbidden    = Fail(CodeForbidden, "You may not do this")
	ErrNotFound     = Fail(CodeNotFound, "Not found")

	ErrConversationNotFound = Fail(CodeNotFound, "Conversation not found")
	ErrMessageRequired      = &Error{Code: CodeInvalid, Message: "Message is required", Field: "content"}
	ErrMessageTooLong       = &Error{Code: CodeInvalid, Message: "Message is too long (maximum 10000 characters)", Field: "content"}
	ErrVisitorTokenTaken    = Fail(CodeConflict, "A conversation with this visitor token already exists")
)

// HasCode says whether err is, or wraps, an Error of this code.
func HasCode(err error, c Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == c
}
