package storetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
)

// queue adds a job that is due.
func (c Company) queue(t testing.TB, kind string) {
	t.Helper()
	Do(t, c.Store, func(ctx context.Context, tx chat.Tx) error {
		return tx.AddJob(ctx, c.System, &models.Job{Kind: kind, Payload: map[string]any{"key": "value"}, RunAt: moment(), CreatedAt: moment()})
	})
}

// claim takes jobs of a kind at a time.
func claim(t testing.TB, s *store.Store, kind string, at time.Time) []models.Job {
	t.Helper()
	jobs, err := s.ClaimJobs(t.Context(), chat.Claim{Kinds: []string{kind}, Now: at, Lease: time.Minute, Limit: 10})
	must(t, err)
	return jobs
}

var jobs = map[string]func(*testing.T, *store.Store){
	"a job is one worker's until its lease ends": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		kind := unique("kind")
		c.queue(t, kind)
		now := moment().Add(time.Second)
		equal(t, "another kind", len(claim(t, s, "other", now)), 0)
		equal(t, "before it is due", len(claim(t, s, kind, now.Add(-time.Hour))), 0)
		first := claim(t, s, kind, now)
		equal(t, "claimed", len(first), 1)
		equal(t, "what it holds", first[0].Payload, map[string]any{"key": "value"})
		equal(t, "claimed again", len(claim(t, s, kind, now.Add(59*time.Second))), 0)
		second := claim(t, s, kind, now.Add(time.Minute))
		equal(t, "claimed after the lease", len(second), 1)
		equal(t, "the attempts", []int64{first[0].Attempt, second[0].Attempt}, []int64{1, 2})

		finish := func(j models.Job) error {
			return try(t, s, func(ctx context.Context, tx chat.Tx) error { return tx.FinishJob(ctx, j) })
		}
		fails(t, "the one who lost the lease", finish(first[0]), chat.ErrLeaseLost)
		must(t, s.PutOffJob(t.Context(), first[0], now.Add(time.Hour), "too late"))
		must(t, finish(second[0]))
		fails(t, "finished again", finish(second[0]), chat.ErrLeaseLost)
		equal(t, "what is left", len(claim(t, s, kind, now.Add(24*time.Hour))), 0)
	},
	"a job that failed waits and then comes back": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		kind := unique("kind")
		c.queue(t, kind)
		now := moment().Add(time.Second)
		j := claim(t, s, kind, now)[0]
		must(t, s.PutOffJob(t.Context(), j, now.Add(time.Hour), "the disk was away"))
		equal(t, "too early", len(claim(t, s, kind, now.Add(59*time.Minute))), 0)
		again := claim(t, s, kind, now.Add(time.Hour))
		equal(t, "back", len(again), 1)
		equal(t, "why", *again[0].LastError, "the disk was away")
	},
	"many workers never share a job": func(t *testing.T, s *store.Store) {
		c := NewCompany(t, s)
		kind := unique("kind")
		for range 40 {
			c.queue(t, kind)
		}
		now := moment().Add(time.Second)
		var mu sync.Mutex
		claimed := map[int64]int{}
		crowd(12, func(int) {
			for {
				jobs, err := s.ClaimJobs(t.Context(), chat.Claim{Kinds: []string{kind}, Now: now, Lease: time.Minute, Limit: 3})
				if err != nil {
					t.Error(err)
				}
				if len(jobs) == 0 {
					return
				}
				mu.Lock()
				for _, j := range jobs {
					claimed[j.ID]++
				}
				mu.Unlock()
			}
		})
		for _, times := range claimed {
			equal(t, "how often a job was claimed", times, 1)
		}
		equal(t, "jobs claimed", len(claimed), 40)
	},
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
		post(t, s, c.Owner, outside.Notes(c.Owner, "a note"))
		post(t, s, c.System, outside.Says("the customer's"))
		post(t, s, c.Owner, k.Answers(c.Owner, "in the chat"))
		found := []map[string]any{}
		for _, j := range claim(t, s, chat.JobSend, moment().Add(time.Minute)) {
			found = append(found, j.Payload)
		}
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
