package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// tell keeps a letter about a conversation.
func (c Company) tell(t testing.TB, k Talk, email string, at time.Time) models.VisitorNotice {
	t.Helper()
	n := models.VisitorNotice{UID: models.NewUID(), ConversationID: k.Conversation.ID, Email: email, ReadSeq: 1, CreatedAt: at}
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error { return tx.AddNotice(ctx, c.System, &n) })
	return n
}

// stopped says whether an address wants no letters.
func (c Company) stopped(t testing.TB, who models.Principal, email string) (stopped bool) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) (err error) {
		stopped, err = tx.MailStopped(ctx, who, email)
		return err
	})
	return stopped
}

// happens writes an event and places it.
func (c Company) happens(t testing.TB, who models.Principal) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.AddEvent(ctx, who, &models.Event{Type: models.EventContactUpdated})
	})
	_, err := c.Store.Sequence(t.Context())
	must(t, err)
}

// noticeFinds are methods that look for one row.
func (c Company) noticeFinds(k Talk, n models.VisitorNotice) map[string]attempt {
	return map[string]attempt{
		"SiteOf": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.SiteOf(ctx, who, c.Site.ID))
		}),
		"LastNotice": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.LastNotice(ctx, who, k.Conversation.ID))
		}),
		"ConversationByNotice": one(func(ctx context.Context, tx chat.Tx, who models.Principal) error {
			return second(tx.ConversationByNotice(ctx, who, k.Contact.ID, []models.UID{n.UID}))
		}),
	}
}

// noticeRest are the others.
func (c Company) noticeRest(k Talk) map[string]attempt {
	return map[string]attempt{
		"CountNotices": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			n, err := tx.CountNotices(ctx, who, models.NoticeAnswer, "jane@example.com", moment().Add(-time.Hour))
			return int(n), err
		},
		"MailStopped": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			stopped, err := tx.MailStopped(ctx, who, "stopped@example.com")
			if stopped {
				return 1, err
			}
			return 0, err
		},
		"Team": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			users, err := tx.Team(ctx, who)
			shown := 0
			for _, u := range users {
				if u.ID == c.Owner.UserID {
					shown++
				}
			}
			return shown, err
		},
		"StopMail": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.StopMail(ctx, who, "jane@example.com", moment())
		},
		"AddNotice": func(ctx context.Context, tx chat.Tx, who models.Principal) (int, error) {
			return 0, tx.AddNotice(ctx, who, &models.VisitorNotice{
				UID: models.NewUID(), ConversationID: k.Conversation.ID, Email: "jane@example.com", CreatedAt: moment(),
			})
		},
	}
}

var noticing = map[string]func(*testing.T, *store.Store){
	"letters and stops of another account are unknown": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		k := c.NewTalk(t)
		n := c.tell(t, k, "jane@example.com", moment())
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.StopMail(ctx, c.System, "stopped@example.com", moment())
		})
		for _, who := range []models.Principal{stranger.Owner, stranger.System, c.Sandbox} {
			isUnknownTo(t, s, who, c.noticeFinds(k, n))
			rest := c.noticeRest(k)
			conflicts(t, "a letter about another account's conversation", attemptAs(t, s, who, rest["AddNotice"]))
			if who.AccountID == c.Sandbox.AccountID {
				delete(rest, "Team") // the sandbox has the account's
			}
			target{Company: c}.isHiddenFrom(t, who, rest)
		}
		equal(t, "a stranger's stop", c.stopped(t, c.System, "jane@example.com"), false)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			got, err := tx.LastNotice(ctx, c.System, k.Conversation.ID)
			equal(t, "the letter", got, n)
			return err
		})
	},
	"nobody, and no visitor, may do anything with letters": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		n := c.tell(t, k, "jane@example.com", moment())
		isForbidden(t, s, k.Visitor, c.noticeFinds(k, n))
		isForbidden(t, s, k.Visitor, c.noticeRest(k))
		equal(t, "a visitor's stop", c.stopped(t, c.System, "jane@example.com"), false)
	},
	"an account is behind until its reader has come to the end of its log": func(t *testing.T, s *store.Store) {
		first, other, idle := NewCompany(t, s), NewCompany(t, s), NewCompany(t, s)
		behind := func(reader string, limit int) []int64 {
			ids, err := s.AccountsBehind(t.Context(), reader, limit)
			must(t, err)
			return ids
		}
		move := func(who models.Principal, pos int64) {
			Do(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.MoveCursor(ctx, who, "letters", pos) })
		}
		first.happens(t, first.System)
		first.happens(t, first.System)
		other.happens(t, other.System)
		idle.happens(t, idle.Sandbox)
		both := []int64{first.Rows.Live.ID, other.Rows.Live.ID}
		equal(t, "at first", behind("letters", 10), both)
		equal(t, "the first of them", behind("letters", 1), both[:1])
		move(first.System, 1)
		equal(t, "halfway", behind("letters", 10), both)
		move(first.System, 2)
		move(first.System, 1)
		equal(t, "at the end, and not back", behind("letters", 10), both[1:])
		equal(t, "another reader", behind("hooks", 10), both)
		move(other.System, 1)
		equal(t, "all at the end", len(behind("letters", 10)), 0)
		first.happens(t, first.System)
		equal(t, "afterwards", behind("letters", 10), both[:1])
	},
	"letters are counted by address and time, and the last one is known": func(t *testing.T, s *store.Store) {
		c, at := NewCompany(t, s), moment()
		k, other := c.NewTalk(t), c.NewTalk(t)
		c.tell(t, k, "jane@example.com", at.Add(-2*time.Hour))
		c.tell(t, other, "jane@example.com", at.Add(-time.Hour))
		last := c.tell(t, k, "joe@example.com", at.Add(-3*time.Hour))
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			for since, want := range map[time.Duration]int64{3 * time.Hour: 2, 2 * time.Hour: 1, time.Hour + time.Second: 1, time.Hour: 0} {
				n, err := tx.CountNotices(ctx, c.System, models.NoticeAnswer, "jane@example.com", at.Add(-since))
				must(t, err)
				equal(t, "the letters of the last "+since.String(), n, want)
				n, err = tx.CountNotices(ctx, c.System, models.NoticeTranscript, "jane@example.com", at.Add(-since))
				must(t, err)
				equal(t, "the transcripts of the last "+since.String(), n, int64(0))
			}
			got, err := tx.LastNotice(ctx, c.System, k.Conversation.ID)
			equal(t, "the last one", got, last)
			return err
		})
		twin := last
		conflicts(t, "the same uid", try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.AddNotice(ctx, c.System, &twin) }))
	},
	"a stop is one address's, stays, and may be said again": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		stop := func() error {
			return s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				return tx.StopMail(ctx, c.System, "jane@example.com", moment())
			})
		}
		fails(t, "an undone stop", try(t, s, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.StopMail(ctx, c.System, "jane@example.com", moment()))
			return errUndone
		}), errUndone)
		equal(t, "after an undone one", c.stopped(t, c.System, "jane@example.com"), false)
		crowd(4, func(int) {
			if err := stop(); err != nil {
				t.Error(err)
			}
		})
		equal(t, "after four at once", c.stopped(t, c.System, "jane@example.com"), true)
		equal(t, "another address", c.stopped(t, c.System, "joe@example.com"), false)
	},
	"an answer to letters finds the contact's newest conversation among theirs": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k, other := c.NewTalk(t), c.NewTalk(t)
		second := Talk{Contact: k.Contact, Conversation: conversationOf(k.Contact.ID, c.Site.ID, models.TokenHash("second"))}
		second.Conversation.Channel = models.ChannelEmail
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			return tx.CreateConversation(ctx, c.System, &second.Conversation)
		})
		post(t, s, c.System, second.Says("earlier"))
		post(t, s, c.System, k.Says("later"))
		told, again, others := c.tell(t, k, "a@example.com", moment()), c.tell(t, second, "a@example.com", moment()), c.tell(t, other, "b@example.com", moment())
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			for want, letters := range map[int64][]models.UID{
				k.Conversation.ID:      {again.UID, models.NewUID(), told.UID, others.UID},
				second.Conversation.ID: {again.UID, others.UID},
			} {
				got, err := tx.ConversationByNotice(ctx, c.System, k.Contact.ID, letters)
				must(t, err)
				equal(t, "the conversation", got.ID, want)
			}
			_, err := tx.ConversationByNotice(ctx, c.System, k.Contact.ID, []models.UID{others.UID, models.NewUID()})
			fails(t, "another contact's letter", err, models.ErrConversationNotFound)
			_, err = tx.ConversationByNotice(ctx, c.System, k.Contact.ID, nil)
			fails(t, "no letter", err, models.ErrConversationNotFound)
			return nil
		})
	},
	"the team that is told are those who are not disabled": func(t *testing.T, s *store.Store) {
		c, stranger := NewCompany(t, s), NewCompany(t, s)
		stranger.colleague(t, models.RoleAgent)
		gone, stays := c.colleague(t, models.RoleAgent), c.colleague(t, models.RoleAgent)
		at := moment()
		gone.DisabledAt = &at
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			must(t, tx.UpdateUser(ctx, c.Owner, &gone))
			for _, who := range []models.Principal{c.System, c.Sandbox} {
				users, err := tx.Team(ctx, who)
				must(t, err)
				ids := []int64{}
				for _, u := range users {
					ids = append(ids, u.ID)
				}
				equal(t, "the team", ids, []int64{c.Owner.UserID, stays.ID})
			}
			return nil
		})
	},
}
