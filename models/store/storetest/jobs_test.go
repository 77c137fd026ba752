package storetest

import (
	"context"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/jobs"
	"parley/models/store"
)

// claim takes jobs of a kind at a time.
func claim(t testing.TB, s *store.Store, kind string, at time.Time) []models.Job {
	t.Helper()
	claimed, err := s.ClaimDue(t.Context(), jobs.Claim{Most: map[string]int{kind: 10}, Now: at, LeaseUntil: at.Add(time.Minute)})
	must(t, err)
	return claimed
}

var queued = map[string]func(*testing.T, *store.Store){
	"a message for outside brings its job, whichever way it takes": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		outside := k
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			outside.Conversation = models.Conversation{ContactID: k.Contact.ID, Channel: models.ChannelSMS}
			return tx.CreateConversation(ctx, c.System, &outside.Conversation)
		})
		fast := post(t, s, c.Owner, outside.Answers(c.Owner, "the quick way"))
		var slow chat.Posted
		Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
			slow, err = tx.Post(ctx, c.Owner, outside.Answers(c.Owner, "the other way"))
			return err
		})
		for what, p := range map[string]chat.Posted{
			"a note":         post(t, s, c.Owner, outside.Notes(c.Owner, "a note")),
			"the customer's": post(t, s, c.System, outside.Says("the customer's")),
			"in the chat":    post(t, s, c.Owner, k.Answers(c.Owner, "in the chat")),
		} {
			equal(t, what+" is queued", p.Queued, false)
		}
		found := []map[string]any{}
		for _, j := range claim(t, s, chat.JobSend, moment().Add(time.Minute)) {
			found = append(found, j.Payload)
		}
		equal(t, "both say so", []bool{fast.Queued, slow.Queued}, []bool{true, true})
		equal(t, "the jobs", found, []map[string]any{
			{"message": models.FormatID(models.PrefixMessage, fast.Message.UID), "channel": "sms"},
			{"message": models.FormatID(models.PrefixMessage, slow.Message.UID), "channel": "sms"},
		})
	},
	"a message fails once, and never after it was read": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		k := c.NewTalk(t)
		m := post(t, s, c.Owner, k.Answers(c.Owner, "hello")).Message
		fail := func(who models.Principal, uid models.UID) (failed bool) {
			Do(t, s, func(ctx context.Context, tx chat.Tx) (err error) {
				_, failed, err = tx.FailMessage(ctx, who, uid, "no way out")
				return err
			})
			return failed
		}
		equal(t, "another account's", fail(NewCompany(t, s).System, m.UID), false)
		equal(t, "failed", fail(c.System, m.UID), true)
		equal(t, "failed again", fail(c.System, m.UID), false)
		got := c.messages(t, k)[0]
		equal(t, "the status", got.Status, models.MessageFailed)
		equal(t, "the reason", *got.FailureReason, "no way out")
		read := post(t, s, c.Owner, k.Answers(c.Owner, "again")).Message
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			_, err := tx.ReadMessages(ctx, k.Visitor, k.Conversation.ID, 2)
			return err
		})
		equal(t, "one that was read", fail(c.System, read.UID), false)
	},
	"a sandbox knows that it is one": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		Do(t, s, func(ctx context.Context, tx chat.Tx) error {
			for who, want := range map[int64]bool{c.Rows.Live.ID: false, c.Rows.Sandbox.ID: true} {
				got, err := tx.IsSandbox(ctx, models.System(who))
				if err != nil {
					return err
				}
				equal(t, "a sandbox", got, want)
			}
			return nil
		})
	},
	"files that nobody used go with a job for their bytes": func(t *testing.T, s *store.Store) {
		c, other := NewCompany(t, s), NewCompany(t, s)
		k := c.NewTalk(t)
		before := moment().Add(-24 * time.Hour)
		old := func() models.Attachment {
			a := file("old.png")
			a.CreatedAt = before.Add(-time.Hour)
			return a
		}
		stale, theirs, young := wait(t, s, c.Owner, old()), wait(t, s, other.Owner, old()), wait(t, s, c.Owner, file("young.png"))
		e := k.Answers(c.Owner, "used")
		e.Files = []models.Attachment{old()}
		post(t, s, c.Owner, e)
		taken, err := s.TakeStaleFiles(t.Context(), before, 10)
		must(t, err)
		equal(t, "how many", taken, 2)
		keys := map[any]int64{}
		for _, j := range claim(t, s, chat.JobForget, moment().Add(time.Minute)) {
			listed, _ := j.Payload["keys"].([]any)
			for _, key := range listed {
				keys[key] = j.AccountID
			}
		}
		equal(t, "the keys", keys, map[any]int64{stale.StorageKey: c.Rows.Live.ID, theirs.StorageKey: other.Rows.Live.ID})
		_, err = s.AttachmentByUID(t.Context(), c.Owner, stale.UID)
		fails(t, "a stale one", err, chat.ErrAttachmentNotFound)
		_, err = s.AttachmentByUID(t.Context(), c.Owner, young.UID)
		must(t, err)
	},
}
