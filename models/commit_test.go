package models_test

import (
	"slices"
	"testing"

	"parley/models"
)

func TestWhatFollowsACommitWaitsForIt(t *testing.T) {
	t.Parallel()
	var done []string
	note := func(what string) func() { return func() { done = append(done, what) } }
	models.AfterCommit(t.Context(), note("outside of a transaction"))
	if !slices.Equal(done, []string{"outside of a transaction"}) {
		t.Fatalf("done at once: %q", done)
	}
	undone, _ := models.HoldBack(t.Context())
	models.AfterCommit(undone, note("of what is undone"))
	within, release := models.HoldBack(t.Context())
	models.AfterCommit(within, note("first"))
	models.AfterCommit(within, note("second"))
	if len(done) != 1 {
		t.Fatalf("done before the commit: %q", done)
	}
	release()
	if !slices.Equal(done[1:], []string{"first", "second"}) {
		t.Errorf("done after the commit: %q", done)
	}
}
