package ratelimit

import (
	"strconv"
	"time"
)

// Result says whether a call may go on, and what its caller should know.
type Result struct {
	// Limit is the calls allowed in a period, or Unlimited.
	Limit int64
	// Remaining is how many of them are left.
	Remaining int64
	// Reset is the second in which the counter starts afresh, rounded up.
	Reset time.Time
	// RetryAfter is how long a refused caller should wait; 0 when allowed.
	RetryAfter time.Duration
	// Allowed is the decision.
	Allowed bool
}

// unlimited is the result where no limit applies.
var unlimited = Result{Limit: Unlimited, Remaining: Unlimited, Allowed: true}

// Headers hands the response headers of the result to set: the three
// X-RateLimit ones, and Retry-After when the call is refused. Where no limit
// applies there are none.
func (r Result) Headers(set func(name, value string)) {
	if r.Limit == Unlimited {
		return
	}
	set("X-RateLimit-Limit", strconv.FormatInt(r.Limit, 10))
	set("X-RateLimit-Remaining", strconv.FormatInt(r.Remaining, 10))
	set("X-RateLimit-Reset", strconv.FormatInt(r.Reset.Unix(), 10))
	if !r.Allowed {
		set("Retry-After", strconv.FormatInt(r.RetryAfterSeconds(), 10))
	}
}

// RetryAfterSeconds is RetryAfter in whole seconds, rounded up, at least 1.
func (r Result) RetryAfterSeconds() int64 {
	return max(int64((r.RetryAfter+time.Second-1)/time.Second), 1)
}
