package chat

import (
	"context"
	"time"

	"parley/models"
)

// Replies keep the first answers to requests, so that a retry does nothing twice.
type Replies interface {
	// Once runs act and keeps its reply, both in one transaction, which everything that
	// the store is asked for with act's ctx joins; or, when the holder has used the key
	// before, gives the reply kept then, without running act. Whoever comes while the
	// first one runs waits for its end. Another request hash is models.ErrKeyReused. An
	// act that fails leaves nothing, the key included. Like InTx, it may run act again
	// after a deadlock.
	//
	// An attempt with a lease runs act outside of any transaction, with the key claimed
	// before: who comes meanwhile gets models.ErrKeyBusy, until the lease has run out.
	Once(ctx context.Context, who models.Principal, a models.Attempt, act Act) (reply models.Reply, replayed bool, err error)
	// ForgetReplies deletes replies that are past their time, and says how many.
	ForgetReplies(ctx context.Context, now time.Time) (int64, error)
}

// Act is what a request does, and its answer.
type Act func(ctx context.Context) (models.Reply, error)
