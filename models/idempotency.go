package models

import (
	"strconv"
	"time"
)

// ReplyLife is how long the first answer to a request is kept for its retries.
const ReplyLife = 24 * time.Hour

// MaxIdempotencyKey is the longest idempotency key, in code points.
const MaxIdempotencyKey = 255

// Attempt is one try of a request whose sender may try again under the same key.
type Attempt struct {
	// Holder is the credential that sent the key: the keys of two holders never meet.
	Holder string
	Key    string
	// RequestHash tells the same request from another one.
	RequestHash []byte
	// Lease is zero for an act that is one transaction. One that calls outside claims
	// the key for so long.
	Lease time.Duration
}

// Reply is the answer to a request, as it is kept: without secrets. The zero Reply is
// an answer that cannot be given again, such as a stream.
type Reply struct {
	StatusCode  int
	ContentType string
	Body        []byte
}

// Errors of idempotency keys.
var (
	ErrKeyReused = &Error{
		Code: CodeUnprocessable, Field: "Idempotency-Key", Message: "This idempotency key was used for another request",
	}
	ErrKeyBusy = &Error{
		Code: CodeConflict, Field: "Idempotency-Key", Message: "The first request with this idempotency key is still running",
	}
)

// Holder names the credential for its idempotency keys; "" for callers that have none.
func (p Principal) Holder() string {
	switch p.Kind {
	case KindKey:
		return "key:" + strconv.FormatInt(p.KeyID, 10)
	case KindUser:
		return "user:" + strconv.FormatInt(p.UserID, 10)
	default:
		return ""
	}
}
