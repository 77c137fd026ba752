package chat_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// noticed is how many messages of a conversation are read at most for a letter.
const noticed = 200

// skimmed is a store that notes how many messages are read at once while others wait.
type skimmed struct {
	chat.Store
	mu   sync.Mutex
	most int
}

func (s *skimmed) InTx(ctx context.Context, fn func(ctx context.Context, tx chat.Tx) error) error {
	return s.Store.InTx(ctx, func(ctx context.Context, tx chat.Tx) error { return fn(ctx, skimming{tx, s}) })
}

// skimming is a transaction of it.
type skimming struct {
	chat.Tx
	store *skimmed
}

func (s skimming) Transcript(ctx context.Context, who models.Principal, q chat.TranscriptQuery) ([]models.Message, error) {
	rows, err := s.Tx.Transcript(ctx, who, q)
	s.store.mu.Lock()
	defer s.store.mu.Unlock()
	s.store.most = max(s.store.most, len(rows))
	return rows, err
}

func TestForALetterOnlyTheEndOfALongConversationIsRead(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		long := &skimmed{Store: r.store}
		r.reopen(long)
		minutes := 10
		if _, err := r.chat.UpdateUser(t.Context(), r.owner, r.owner.UserUID, chat.UserChange{
			Notices: chat.NoticeChange{WaitingMinutes: &minutes},
		}); err != nil {
			t.Fatal(err)
		}
		c := r.visits("token-long", "Where is it?")
		r.says(r.owner, c, "We look for it.")
		for range noticed {
			r.post(r.visitor(c), c, "Hello?")
		}
		isTold := func(who, want string) {
			r.wantsLetters("too soon", r.after(0), 0)
			long.most = 0
			got := r.after(11 * time.Minute)
			if len(got) != 1 || !strings.Contains(got[0].Subject+got[0].Text, want) {
				t.Errorf("%s gets %+v", who, got)
			}
			if long.most != noticed {
				t.Errorf("for a letter to %s %d messages are read", who, long.most)
			}
		}
		isTold("the team", "is waiting")
		r.says(r.owner, c, "We have found it.")
		isTold("the visitor", "We have found it.")
	})
}
