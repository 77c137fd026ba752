package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// tryUnder is one try of a request under a key of one holder.
func tryUnder(key, request string) models.Attempt {
	return models.Attempt{Holder: "key:1", Key: key, RequestHash: models.TokenHash(request)}
}

// stored is the reply that the tests keep.
var stored = models.Reply{StatusCode: 201, ContentType: "application/json", Body: []byte(`{"id":"msg_1"}`)}

// posting is an act that posts one message through the store.
func (c Company) posting(k Talk, text string) chat.Act {
	return func(ctx context.Context) (models.Reply, error) {
		_, err := c.Store.Post(ctx, c.Owner, k.Answers(c.Owner, text))
		return stored, err
	}
}

// once must succeed.
func (c Company) once(t testing.TB, a models.Attempt, act chat.Act) (models.Reply, bool) {
	t.Helper()
	reply, replayed, err := c.Store.Once(t.Context(), c.Owner, a, act)
	must(t, err)
	return reply, replayed
}

// never is an act that must not run.
func never(t testing.TB) chat.Act {
	t.Helper()
	return func(context.Context) (models.Reply, error) {
		t.Error("the act ran again")
		return models.Reply{}, nil
	}
}

var replies = map[string]func(*testing.T, *store.Store){
	"twenty callers with one key act once and hear the same": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		var replayed atomic.Int64
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				reply, again, err := s.Once(t.Context(), c.Owner, tryUnder("k", "r"), c.posting(k, "Hello"))
				if err != nil {
					t.Error(err)
				}
				if again {
					replayed.Add(1)
				}
				equal(t, "the reply", reply, stored)
			})
		}
		all.Wait()
		equal(t, "replays", replayed.Load(), int64(19))
		equal(t, "messages", contents(c.messages(t, k)), []string{"Hello"})
	},
	"another request under the key is refused, and another key, holder or account is not": func(t *testing.T, s *store.Store) {
		c, other := NewCompany(t, s), NewCompany(t, s)
		k, foreign := c.NewTalk(t), other.NewTalk(t)
		c.once(t, tryUnder("k", "r"), c.posting(k, "one"))
		_, _, err := s.Once(t.Context(), c.Owner, tryUnder("k", "another"), never(t))
		fails(t, "another request", err, models.ErrKeyReused)
		c.once(t, tryUnder("K", "r"), c.posting(k, "two"))
		somebody := tryUnder("k", "r")
		somebody.Holder = "key:2"
		c.once(t, somebody, c.posting(k, "three"))
		equal(t, "messages", contents(c.messages(t, k)), []string{"one", "two", "three"})
		if _, again := other.once(t, tryUnder("k", "r"), other.posting(foreign, "four")); again {
			t.Error("another account heard our reply")
		}
		equal(t, "the other account's", contents(other.messages(t, foreign)), []string{"four"})
		_, _, err = s.Once(t.Context(), models.Principal{}, tryUnder("k", "r"), never(t))
		fails(t, "nobody", err, models.ErrForbidden)
	},
	"an act that fails or panics leaves nothing, the key included": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		for _, lease := range []time.Duration{0, time.Minute} {
			a := tryUnder(fmt.Sprint(lease), "r")
			a.Lease = lease
			_, _, err := s.Once(t.Context(), c.Owner, a, func(ctx context.Context) (models.Reply, error) {
				if lease == 0 {
					if _, err := c.posting(k, "lost")(ctx); err != nil {
						return stored, err
					}
				}
				return stored, errChanged
			})
			fails(t, "the act", err, errChanged)
			func() {
				defer func() { equal(t, "the panic", recover(), any("oh no")) }()
				_, _, _ = s.Once(t.Context(), c.Owner, a, func(context.Context) (models.Reply, error) { panic("oh no") })
			}()
			if _, again := c.once(t, a, c.posting(k, fmt.Sprint(lease))); again {
				t.Error("a reply was kept that was never given")
			}
		}
		equal(t, "messages", contents(c.messages(t, k)), []string{"0s", "1m0s"})
	},
	"everything that an act asks the store for is part of its transaction": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		_, _, err := s.Once(t.Context(), c.Owner, tryUnder("k", "r"), func(ctx context.Context) (models.Reply, error) {
			if _, err := c.posting(k, "Hello")(ctx); err != nil {
				return stored, err
			}
			inner := s.InTx(ctx, func(ctx context.Context, tx chat.Tx) error {
				_, err := tx.Post(ctx, c.Owner, k.Answers(c.Owner, "undone"))
				return errors.Join(err, errChanged)
			})
			fails(t, "the inner transaction", inner, errChanged)
			inside, err := s.Transcript(ctx, k.Visitor, chat.TranscriptQuery{ConversationID: k.Conversation.ID})
			equal(t, "inside", contents(inside), []string{"Hello"})
			equal(t, "outside", len(c.messages(t, k)), 0)
			return stored, err
		})
		must(t, err)
		equal(t, "afterwards", contents(c.messages(t, k)), []string{"Hello"})
	},
	"a claimed key is busy until the act ends": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		a := tryUnder("k", "r")
		a.Lease = time.Minute
		reply, again := c.once(t, a, func(ctx context.Context) (models.Reply, error) {
			_, _, err := s.Once(ctx, c.Owner, a, never(t))
			fails(t, "meanwhile", err, models.ErrKeyBusy)
			_, _, err = s.Once(ctx, c.Owner, tryUnder("k", "another"), never(t))
			fails(t, "another request meanwhile", err, models.ErrKeyReused)
			return stored, nil
		})
		equal(t, "the reply", reply, stored)
		equal(t, "replayed", again, false)
		reply, again = c.once(t, a, never(t))
		equal(t, "the reply again", reply, stored)
		equal(t, "replayed", again, true)
	},
	"a claim whose time ran out is taken over, and its first holder keeps nothing": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		short := tryUnder("k", "r")
		short.Lease = time.Microsecond
		later := models.Reply{StatusCode: 200, ContentType: "text/plain", Body: []byte("later")}
		c.once(t, short, func(ctx context.Context) (models.Reply, error) {
			_, again, err := s.Once(ctx, c.Owner, short, func(context.Context) (models.Reply, error) { return later, nil })
			equal(t, "replayed", again, false)
			return stored, err
		})
		reply, _ := c.once(t, short, never(t))
		equal(t, "the reply", reply, later)
	},
	"an answer that cannot be given again is not kept": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		for range 2 {
			_, again := c.once(t, tryUnder("k", "r"), func(ctx context.Context) (models.Reply, error) {
				_, err := c.posting(k, "Hello")(ctx)
				return models.Reply{}, err
			})
			equal(t, "replayed", again, false)
		}
		equal(t, "messages", len(c.messages(t, k)), 2)
	},
	"replies are forgotten after a day, and not before": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		began := time.Now()
		for _, key := range []string{"a", "b", "c"} {
			c.once(t, tryUnder(key, "r"), func(context.Context) (models.Reply, error) { return stored, nil })
		}
		gone, err := s.ForgetReplies(t.Context(), began.Add(models.ReplyLife-time.Minute))
		must(t, err)
		equal(t, "forgotten early", gone, int64(0))
		c.once(t, tryUnder("a", "r"), never(t))
		gone, err = s.ForgetReplies(t.Context(), time.Now().Add(models.ReplyLife+time.Minute))
		must(t, err)
		equal(t, "forgotten", gone, int64(3))
		if _, again := c.once(t, tryUnder("a", "another"), func(context.Context) (models.Reply, error) { return stored, nil }); again {
			t.Error("a forgotten key was remembered")
		}
	},
}
