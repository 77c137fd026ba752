package surface_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"

	"parley/models"
	"parley/ratelimit"
	"parley/widget/surface"
)

func TestEveryCodeHasAStatus(t *testing.T) {
	t.Parallel()
	for code, want := range map[models.Code]int{
		models.CodeUnauthorized: 401, models.CodeForbidden: 403, models.CodeNotFound: 404, models.CodeMethod: 405,
		models.CodeConflict: 409, models.CodeInvalid: 400, models.CodeUnprocessable: 422, models.CodeTooLarge: 413,
		models.CodeUnsupportedType: 415, models.CodeRateLimited: 429, models.CodeRange: 416,
		models.CodeGone: 410, models.CodeUpstream: 502, models.CodeUpstreamTimeout: 504, models.CodeInternal: 500, models.CodeUnavailable: 503,
		"never heard of": 500,
	} {
		if got := surface.Status(code); got != want {
			t.Errorf("%s is %d, not %d", code, got, want)
		}
	}
}

func TestFailuresNeverCarryForeignText(t *testing.T) {
	t.Parallel()
	secret := errors.New("pq: secret")
	for _, c := range []struct {
		err    error
		status int
	}{
		{models.ErrForbidden, 403},
		{fmt.Errorf("while posting: %w", models.ErrNotFound), 404},
		{fiber.NewError(404, "Cannot GET /secret"), 404},
		{fiber.NewError(405, "secret"), 405},
		{fiber.NewError(408, "secret"), 400},
		{fiber.NewError(413, "secret"), 413},
		{fiber.NewError(415, "secret"), 415},
		{fiber.NewError(400, "secret"), 400},
		{fiber.NewError(422, "secret"), 400},
		{fiber.NewError(426, "secret"), 400},
		{fiber.NewError(502, "secret"), 500},
		{fmt.Errorf("query: %w", context.DeadlineExceeded), 503},
		{secret, 500},
		{models.ErrUnavailable.Because(secret), 503},
	} {
		e := surface.Failure(c.err)
		if surface.Status(e.Code) != c.status || strings.Contains(e.Message, "secret") || e.Message == "" {
			t.Errorf("%v became %s %q", c.err, e.Code, e.Message)
		}
	}
	if !errors.Is(surface.Failure(secret), secret) {
		t.Error("the log does not get to see the cause")
	}
}

func TestLimitsAreToldInHeaders(t *testing.T) {
	t.Parallel()
	now := time.Now()
	limits := ratelimit.New(ratelimit.Options{Now: func() time.Time { return now }})
	rule := ratelimit.Rule{Name: "agent", Limit: 2, Period: time.Minute}
	guard := func(c *fiber.Ctx, _ surface.Operation) error {
		return surface.Count(c, limits.Take(c.UserContext(), rule, "somebody"))
	}
	b := setup(t, surface.Options{Guard: guard}, nil)
	for _, remaining := range []string{"1", "0"} {
		a := b.get(t, http.MethodGet)
		if a.status != 200 || a.header.Get("X-RateLimit-Limit") != "2" || a.header.Get("X-RateLimit-Remaining") != remaining || a.header.Get("X-RateLimit-Reset") == "" {
			t.Errorf("%d %v", a.status, a.header)
		}
		if a.header.Get("Retry-After") != "" {
			t.Error("an allowed call is told to wait")
		}
	}
	a := b.get(t, http.MethodGet)
	if a.status != http.StatusTooManyRequests || a.header.Get("Retry-After") != "60" || a.header.Get("X-RateLimit-Remaining") != "0" {
		t.Errorf("%d %v", a.status, a.header)
	}
	refused := ratelimit.Result{Limit: 1, RetryAfter: 1500 * time.Millisecond}
	err := surface.Count(fiber.New().AcquireCtx(emptyRequest()), refused)
	if !errors.Is(err, surface.ErrRateLimited) || models.AsError(err).Details["retry_after"] != int64(2) {
		t.Errorf("%v %v", err, models.AsError(err).Details)
	}
}

func emptyRequest() *fasthttp.RequestCtx { return &fasthttp.RequestCtx{} }
