package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
)

// bench is a store and the way past it, for rows that nothing here makes.
type bench struct {
	database string
	store    *store.Store
	bulk     storetest.Bulk
}

func onBench(t *testing.T, test func(t *testing.T, b bench)) {
	t.Helper()
	for _, database := range []string{storetest.SQLite, storetest.Postgres} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			url := storetest.URL(t, database)
			test(t, bench{database, openMigrated(t, store.Options{URL: url}), storetest.OpenBulk(t, url)})
		})
	}
}

// channel sets up a channel account.
func (b bench) channel(t *testing.T, c storetest.Company, id int, kind models.Channel) models.UID {
	t.Helper()
	uid := models.NewUID()
	b.bulk.Run(t, "INSERT INTO channels (id, uid, account_id, kind, name, address, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		id, uid.String(), c.Rows.Live.ID, string(kind), fmt.Sprint("channel ", id), fmt.Sprint("address ", id), longAgo, longAgo)
	return uid
}

// longAgo is a time as both databases read it.
const longAgo = "2026-01-02 03:04:05+00:00"

func TestAChannelAccountIsItsAccountsAlone(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		c, stranger := storetest.NewCompany(t, b.store), storetest.NewCompany(t, b.store)
		sms, mail := b.channel(t, c, 1, models.ChannelSMS), b.channel(t, c, 2, models.ChannelEmail)
		b.bulk.Run(t, "UPDATE channels SET disabled_at = created_at WHERE id = ?", 1)
		for who, want := range map[*models.Principal]string{&c.Owner: mail.String(), &c.Sandbox: "", &stranger.Owner: ""} {
			rows, err := b.store.ChannelAccounts(t.Context(), *who)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, row := range rows {
				got += row.UID.String()
			}
			if got != want {
				t.Errorf("the channels are %q, want %q", got, want)
			}
			off, err := b.store.ChannelAccount(t.Context(), *who, sms)
			if want == "" && !errors.Is(err, models.ErrNotFound) || want != "" && (err != nil || off.DisabledAt == nil) {
				t.Errorf("the one that is off: %+v, %v", off, err)
			}
		}
	})
}

func TestAConversationOfAChannelAccountIsListedWithItAndContinuesThere(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		c := storetest.NewCompany(t, b.store)
		k := c.NewTalk(t)
		uid := b.channel(t, c, 7, models.ChannelEmail)
		b.bulk.Run(t, "UPDATE conversations SET channel = 'email', channel_id = 7 WHERE id = ?", k.Conversation.ID)
		rows, err := b.store.Inbox(t.Context(), c.Owner, chat.InboxQuery{Limit: 1})
		if err != nil || len(rows) != 1 || rows[0].ChannelUID != uid {
			t.Fatalf("listed as %+v, %v", rows, err)
		}
		for id, found := range map[int64]bool{7: true, 8: false} {
			err := b.store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				_, err := tx.LatestConversation(ctx, c.Owner, chat.ThreadQuery{
					ContactID: k.Contact.ID, Channel: models.ChannelEmail, ChannelID: &id,
				})
				return err
			})
			if found != (err == nil) || !found && !errors.Is(err, models.ErrConversationNotFound) {
				t.Errorf("on channel %d: %v", id, err)
			}
		}
	})
}

func TestAnAssistantIsKnownByTheSiteOrByTheSession(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		c, stranger := storetest.NewCompany(t, b.store), storetest.NewCompany(t, b.store)
		k := c.NewTalk(t)
		expect := func(what string, who models.Principal, want bool) {
			t.Helper()
			if got, err := b.store.HasAssistant(t.Context(), who, k.Conversation.ID); err != nil || got != want {
				t.Errorf("%s: %v, %v", what, got, err)
			}
		}
		expect("without one", c.Owner, false)
		account := c.Rows.Live.ID
		b.bulk.Run(t, "INSERT INTO assistants (id, uid, account_id, name, created_at, updated_at) VALUES (5, ?, ?, 'Robin', ?, ?)",
			models.NewUID().String(), account, longAgo, longAgo)
		b.bulk.Run(t, "INSERT INTO sessions (uid, account_id, conversation_id, assistant_id, name, status, one_shot, expires_at, created_at, updated_at) "+
			"VALUES (?, ?, ?, 5, 'chat', 'active', ?, ?, ?, ?)", models.NewUID().String(), account, k.Conversation.ID, false, longAgo, longAgo, longAgo)
		expect("in a session", c.Owner, true)
		expect("a stranger's view", stranger.Owner, false)
		b.bulk.Run(t, "DELETE FROM sessions WHERE account_id = ?", account)
		expect("after the session", c.Owner, false)
		b.bulk.Run(t, "UPDATE sites SET assistant_id = 5 WHERE id = ?", c.Site.ID)
		expect("a draft on the site", c.Owner, false)
		b.bulk.Run(t, "UPDATE assistants SET published_at = ? WHERE id = 5", longAgo)
		expect("on the site", c.Owner, true)
		expect("a stranger's view of the site", stranger.Owner, false)
	})
}

func TestEachStatusOfTheInboxIsReadFromAnIndex(t *testing.T) {
	t.Parallel()
	onBench(t, func(t *testing.T, b bench) {
		c := storetest.NewCompany(t, b.store)
		b.bulk.Talks(t, c, 3000, func(int) []string { return []string{"Hello"} })
		b.bulk.Analyze(t)
		explain := "EXPLAIN QUERY PLAN "
		if b.store.Dialect() == "postgres" {
			explain = "EXPLAIN "
		}
		list := fmt.Sprintf("SELECT * FROM conversations WHERE account_id = %d AND %%s AND (last_message_at, id) < ('%s', 5) "+
			"ORDER BY last_message_at DESC, id DESC LIMIT 51", c.Rows.Live.ID, time.Now().UTC().Format("2006-01-02 15:04:05-07:00"))
		for condition, index := range map[string]string{
			"(" + store.InboxStatus + ") = 'in_progress'": "conversations_inbox",
			"(taken_over OR assigned_to IS NOT NULL)":     "conversations_managed",
		} {
			var plan []string
			for _, line := range ask(t, b.bulk.DB, explain+fmt.Sprintf(list, condition)) {
				plan = append(plan, strings.Join(line, " "))
			}
			if text := strings.Join(plan, "\n"); !strings.Contains(text, index) || strings.Contains(strings.ToLower(text), "sort") ||
				strings.Contains(text, "TEMP B-TREE") {
				t.Errorf("%s is read by\n%s", condition, text)
			}
		}
	})
}
