package surface

import (
	"context"
	"errors"
	"net/http"

	"github.com/gofiber/fiber/v2"

	"parley/models"
	"parley/ratelimit"
)

// ErrMethod is the answer to a method that a path does not know.
var ErrMethod = models.Fail(models.CodeMethod, "Method not allowed")

// ErrRateLimited is the answer to a call beyond a limit.
var ErrRateLimited = models.Fail(models.CodeRateLimited, "Too many requests; slow down and try again")

var errTooSlow = models.Invalid("", "The request did not arrive in time")

var errHeaderTooLarge = models.Invalid("", "The request header is too large (maximum 8 KiB)")

// statuses maps codes to HTTP.
var statuses = map[models.Code]int{
	models.CodeUnauthorized:    http.StatusUnauthorized,
	models.CodeForbidden:       http.StatusForbidden,
	models.CodeNotFound:        http.StatusNotFound,
	models.CodeMethod:          http.StatusMethodNotAllowed,
	models.CodeConflict:        http.StatusConflict,
	models.CodeGone:            http.StatusGone,
	models.CodeInvalid:         http.StatusBadRequest,
	models.CodeUnprocessable:   http.StatusUnprocessableEntity,
	models.CodeTooLarge:        http.StatusRequestEntityTooLarge,
	models.CodeUnsupportedType: http.StatusUnsupportedMediaType,
	models.CodeRange:           http.StatusRequestedRangeNotSatisfiable,
	models.CodeRateLimited:     http.StatusTooManyRequests,
	models.CodeInternal:        http.StatusInternalServerError,
	models.CodeUnavailable:     http.StatusServiceUnavailable,
	models.CodeUpstream:        http.StatusBadGateway,
	models.CodeUpstreamTimeout: http.StatusGatewayTimeout,
}

// Status is the HTTP status of a code.
func Status(code models.Code) int {
	if status, known := statuses[code]; known {
		return status
	}
	return http.StatusInternalServerError
}

// Failure turns whatever an error handler gets into an error that a client may be
// told of: Fiber's own errors lose their text, a deadline is unavailability, and
// what nobody knows is internal.
func Failure(err error) *models.Error {
	var known *models.Error
	if errors.As(err, &known) {
		return known
	}
	var f *fiber.Error
	switch {
	case errors.As(err, &f):
		return fiberFailure(f)
	case errors.Is(err, context.DeadlineExceeded):
		return models.ErrUnavailable.Because(err)
	default:
		return models.AsError(err)
	}
}

func fiberFailure(f *fiber.Error) *models.Error {
	switch {
	case f.Code == http.StatusNotFound:
		return models.ErrNotFound
	case f.Code == http.StatusMethodNotAllowed:
		return ErrMethod
	case f.Code == http.StatusRequestEntityTooLarge:
		return errBodyTooLarge
	case f.Code == http.StatusRequestHeaderFieldsTooLarge:
		return errHeaderTooLarge
	case f.Code == http.StatusRequestTimeout:
		return errTooSlow
	case f.Code == http.StatusUnsupportedMediaType:
		return errMediaType
	case f.Code >= http.StatusBadRequest && f.Code < http.StatusInternalServerError:
		return models.Invalid("", "Invalid request").Because(f)
	default:
		return models.ErrInternal.Because(f)
	}
}

// Count tells the caller where a limit stands, in the headers, and is ErrRateLimited
// with the detail retry_after (seconds) when the call is refused.
func Count(c *fiber.Ctx, r ratelimit.Result) error {
	r.Headers(c.Set)
	if r.Allowed {
		return nil
	}
	return ErrRateLimited.With("retry_after", r.RetryAfterSeconds())
}
