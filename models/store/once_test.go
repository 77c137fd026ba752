package store_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/store"
	"parley/models/store/storetest"
)

func TestAKeyPastItsDayIsFreeEvenBeforeItIsSweptAway(t *testing.T) {
	t.Parallel()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			var ahead atomic.Int64
			s := storetest.OpenWith(t, database, store.Options{
				Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) },
			})
			c := storetest.NewCompany(t, s)
			runs := 0
			once := func(request string) error {
				_, _, err := s.Once(t.Context(), c.Owner, models.Attempt{Holder: "key:1", Key: "k", RequestHash: []byte(request)},
					func(context.Context) (models.Reply, error) {
						runs++
						return models.Reply{StatusCode: 200}, nil
					})
				return err
			}
			for _, step := range []struct {
				after   time.Duration
				request string
				runs    int
				fails   bool
			}{
				{0, "a", 1, false},
				{models.ReplyLife - time.Minute, "a", 1, false},
				{models.ReplyLife - time.Minute, "b", 1, true},
				{models.ReplyLife + time.Minute, "b", 2, false},
				{models.ReplyLife + time.Minute, "a", 2, true},
			} {
				ahead.Store(int64(step.after))
				if err := once(step.request); (err != nil) != step.fails || runs != step.runs {
					t.Errorf("after %v with %q: %d runs, error %v", step.after, step.request, runs, err)
				}
			}
		})
	}
}
