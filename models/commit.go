package models

import "context"

// commitKey is where a context has what waits for the end of a transaction.
type commitKey struct{}

// AfterCommit runs f once what ctx is doing is committed: at once, unless ctx is part of
// a transaction that whoever called HoldBack ends. When that is undone, f never runs.
// Doorbells ring this way: nobody may hear of what may still be taken back.
func AfterCommit(ctx context.Context, f func()) {
	if held, waits := ctx.Value(commitKey{}).(*[]func()); waits {
		*held = append(*held, f)
		return
	}
	f()
}

// HoldBack makes what AfterCommit is given wait for release, in its order. It serves one
// goroutine, as a transaction does.
func HoldBack(ctx context.Context) (within context.Context, release func()) {
	held := &[]func(){}
	return context.WithValue(ctx, commitKey{}, held), func() {
		for _, f := range *held {
			f()
		}
	}
}
