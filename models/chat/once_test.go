package chat_test

import (
	"context"
	"errors"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestTheBellRingsForAnActOnceAfterItsCommit(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("token")
		s.bell.take()
		attempt := models.Attempt{Holder: "key:1", Key: "k", RequestHash: []byte("r")}
		act := func(ctx context.Context) (models.Reply, error) {
			if _, err := s.chat.Post(ctx, s.owner, c.UID, chat.Draft{Content: "Hello"}); err != nil {
				return models.Reply{}, err
			}
			if _, err := s.chat.Resolve(ctx, s.owner, c.UID, chat.Resolution{Reason: models.ReasonSpam}); err != nil {
				return models.Reply{}, err
			}
			if rung := s.bell.take(); len(rung) != 0 {
				t.Errorf("the bell rang %d times before the commit", len(rung))
			}
			return models.Reply{StatusCode: 200}, nil
		}
		if _, replayed, err := s.chat.Once(t.Context(), s.owner, attempt, act); err != nil || replayed {
			t.Fatalf("replayed %v: %v", replayed, err)
		}
		rung := s.bell.take()
		if len(rung) != 2 || rung[0].Message.Content != "Hello" || rung[1].Status != models.StatusClosed {
			t.Errorf("the bell rang %v", rung)
		}
		if _, replayed, err := s.chat.Once(t.Context(), s.owner, attempt, act); err != nil || !replayed || len(s.bell.take()) != 0 {
			t.Errorf("the second time: replayed %v, error %v", replayed, err)
		}
	})
}

func TestTheBellIsSilentForAnActThatIsUndone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("token")
		s.bell.take()
		refused := errors.New("refused")
		_, _, err := s.chat.Once(t.Context(), s.owner, models.Attempt{Holder: "key:1", Key: "k", RequestHash: []byte("r")},
			func(ctx context.Context) (models.Reply, error) {
				if _, err := s.chat.Post(ctx, s.owner, c.UID, chat.Draft{Content: "Hello"}); err != nil {
					return models.Reply{}, err
				}
				return models.Reply{}, refused
			})
		if !errors.Is(err, refused) || len(s.bell.take()) != 0 || len(s.transcript(visitor)) != 1 {
			t.Errorf("error %v, and something is left", err)
		}
	})
}

func TestAnActThatCallsOutsideRingsAsItGoes(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("token")
		s.bell.take()
		_, _, err := s.chat.Once(t.Context(), s.owner, models.Attempt{Holder: "key:1", Key: "k", RequestHash: []byte("r"), Lease: 1e9},
			func(ctx context.Context) (models.Reply, error) {
				_, err := s.chat.Post(ctx, s.owner, c.UID, chat.Draft{Content: "Hello"})
				if rung := s.bell.take(); len(rung) != 1 {
					t.Errorf("the bell rang %d times", len(rung))
				}
				return models.Reply{StatusCode: 200}, err
			})
		if err != nil {
			t.Fatal(err)
		}
	})
}
