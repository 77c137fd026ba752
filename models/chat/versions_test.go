package chat_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// expecting is an edit of the subject, made of one version.
func expecting(version, subject string) chat.ConversationEdit {
	return chat.ConversationEdit{
		Subject: models.Given[string]{Is: true, To: &subject}, Expected: models.Expect(`"` + version + `"`),
	}
}

func TestOfChangesToOneVersionOfAConversationOneIsMade(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, _ := s.start("one-version")
		seen := s.reload(c).Version()
		const rivals = 6
		made := make([]error, rivals)
		var wg sync.WaitGroup
		for i := range rivals {
			wg.Go(func() {
				_, made[i] = s.chat.EditConversation(t.Context(), s.owner, c.UID, expecting(seen, fmt.Sprint(i)))
			})
		}
		wg.Wait()
		winner := slices.Index(made, nil)
		if winner < 0 {
			t.Fatalf("nobody changed it: %v", made)
		}
		now := s.reload(c)
		for i, err := range made {
			if i == winner {
				continue
			}
			stale := models.AsError(err)
			if !errors.Is(err, models.ErrStale) || fmt.Sprint(stale.Details["changed"]) != "[subject]" || stale.Details["version"] != now.Version() {
				t.Errorf("the change to %d ended with %v, %v", i, err, stale.Details)
			}
		}
		if now.Subject == nil || *now.Subject != fmt.Sprint(winner) {
			t.Errorf("the subject is %v, and not %d", now.Subject, winner)
		}
		if changes := slices.DeleteFunc(s.events(), func(e models.EventType) bool { return e != models.EventConversationUpdated }); len(changes) != 1 {
			t.Errorf("%d changes are told of", len(changes))
		}
	})
}

func TestAVersionOutlastsMessagesAndNothingElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("outlasting")
		urgent := models.PriorityUrgent
		for _, step := range []struct {
			what string
			act  func() error
			want string
		}{
			{"messages", func() error { s.post(visitor, c, "Hello?"); s.post(s.owner, c, "Hello!"); return nil }, ""},
			{"a priority", func() error {
				_, err := s.chat.EditConversation(t.Context(), s.owner, c.UID, chat.ConversationEdit{Priority: &urgent})
				return err
			}, "[priority]"},
			{"an assignment", func() error {
				_, err := s.chat.Assign(t.Context(), s.owner, c.UID, chat.Assignment{To: &s.owner.UserUID})
				return err
			}, "[assigned_to]"},
			{"what is as it was", func() error {
				_, err := s.chat.EditConversation(t.Context(), s.owner, c.UID, chat.ConversationEdit{Priority: &urgent})
				return err
			}, ""},
		} {
			seen := s.reload(c).Version()
			if err := step.act(); err != nil {
				t.Fatal(err)
			}
			_, err := s.chat.EditConversation(t.Context(), s.owner, c.UID, expecting(seen, "after "+step.what))
			if stale := models.AsError(err); (err != nil) != (step.want != "") || err != nil && fmt.Sprint(stale.Details["changed"]) != step.want {
				t.Errorf("after %s: %v, %v", step.what, err, stale)
			}
		}
	})
}
