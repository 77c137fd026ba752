package store_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/jackc/pgx/v5"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/models/testservice"
)

// openMigrated opens a store on a new database.
func openMigrated(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// soon fails the test unless fn returns within the limit.
func soon(t *testing.T, what string, limit time.Duration, fn func()) {
	t.Helper()
	begin := time.Now()
	fn()
	if took := time.Since(begin); took > limit {
		t.Errorf("%s took %s", what, took)
	}
}

func TestADatabaseThatIsAwayIsSaidAndComesBackByItself(t *testing.T) {
	t.Parallel()
	server := testservice.StartPostgres(t)
	s := openMigrated(t, store.Options{URL: server.URL()})
	company := storetest.NewCompany(t, s)
	talk := company.NewTalk(t)
	server.Stop(syscall.SIGKILL)
	for what, act := range map[string]func() error{
		"Ping": func() error { return s.Ping(t.Context()) },
		"Post": func() error { _, err := s.Post(t.Context(), talk.Visitor, talk.Says("lost")); return err },
		"InTx": func() error {
			return s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error { return nil })
		},
		"Sequence":  func() error { _, err := s.Sequence(t.Context()); return err },
		"SiteByKey": func() error { _, err := s.SiteByKey(t.Context(), company.Site.SiteKey); return err },
		"Conversation": func() error {
			_, err := s.Conversation(t.Context(), company.Owner, talk.Conversation.UID)
			return err
		},
	} {
		soon(t, what, 5*time.Second, func() {
			if err := act(); !errors.Is(err, models.ErrUnavailable) {
				t.Errorf("%s without a database: %v", what, err)
			}
		})
	}
	server.Start()
	soon(t, "coming back", 5*time.Second, func() {
		if _, err := s.Post(t.Context(), talk.Visitor, talk.Says("back")); err != nil {
			t.Errorf("a post after the database came back: %v", err)
		}
	})
}

func TestNothingAcknowledgedIsLostWhenTheDatabaseIsKilledUnderWriters(t *testing.T) {
	t.Parallel()
	server := testservice.StartPostgres(t)
	s := openMigrated(t, store.Options{URL: server.URL()})
	company := storetest.NewCompany(t, s)
	talks := make([]storetest.Talk, 8)
	for i := range talks {
		talks[i] = company.NewTalk(t)
	}
	const each = 150
	var acknowledged atomic.Int64
	underWay := make(chan struct{})
	var writers sync.WaitGroup
	for _, talk := range talks {
		writers.Go(func() {
			for n := range each {
				insist(t, s, talk, fmt.Sprint(n))
				if acknowledged.Add(1) == each {
					close(underWay)
				}
			}
		})
	}
	<-underWay
	server.Stop(syscall.SIGKILL)
	server.Start()
	writers.Wait()
	for _, talk := range talks {
		rows := transcript(t, s, talk)
		if len(rows) != each {
			t.Errorf("%d of %d messages are stored", len(rows), each)
		}
		for i, m := range rows {
			if *m.PublicSeq != int64(i+1) || m.Content != fmt.Sprint(i) {
				t.Fatalf("message %d is %q with number %d", i, m.Content, *m.PublicSeq)
			}
		}
	}
}

// transcript reads a conversation as soon as the database answers again: connections
// that broke while they were idle fail once each.
func transcript(t *testing.T, s *store.Store, talk storetest.Talk) []models.Message {
	t.Helper()
	var err error
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); {
		var rows []models.Message
		rows, err = s.Transcript(t.Context(), talk.Visitor, chat.TranscriptQuery{ConversationID: talk.Conversation.ID})
		if err == nil {
			return rows
		}
	}
	t.Fatal(err)
	return nil
}

// proxied is a way to the database that can be cut.
func proxied(t *testing.T, server *testservice.Server) (*toxiproxy.Proxy, string) {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(prometheus.NewRegistry()), zerolog.Nop())
	proxy := toxiproxy.NewProxy(api, "postgres", "127.0.0.1:0", server.Addr())
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	_, port, err := net.SplitHostPort(server.Addr())
	if err != nil {
		t.Fatal(err)
	}
	_, through, err := net.SplitHostPort(proxy.Listen)
	if err != nil {
		t.Fatal(err)
	}
	return proxy, strings.Replace(server.URL(), ":"+port+"/", ":"+through+"/", 1)
}

func TestACommitWhoseAnswerIsLostIsToldAsUnknownAndRepeatedSafely(t *testing.T) {
	t.Parallel()
	server := testservice.StartPostgres(t)
	proxy, url := proxied(t, server)
	s := openMigrated(t, store.Options{URL: url})
	company := storetest.NewCompany(t, s)
	talk := company.NewTalk(t)
	e := storetest.WithClientID(talk.Says("once"), "once")
	// What the server says from now on is swallowed; what it is told arrives.
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(
		`{"name":"deaf","type":"timeout","stream":"downstream","attributes":{"timeout":0}}`)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	if _, err := s.Post(ctx, talk.Visitor, e); !errors.Is(err, models.ErrUnavailable) {
		t.Errorf("a post without an answer: %v", err)
	}
	if err := proxy.Toxics.RemoveToxic(t.Context(), "deaf"); err != nil {
		t.Fatal(err)
	}
	insist(t, s, talk, "once")
	if rows := transcript(t, s, talk); len(rows) != 1 || *rows[0].PublicSeq != 1 {
		t.Errorf("stored: %v", rows)
	}
}

func TestTransactionsThatLockEachOtherOutAreRunAgain(t *testing.T) {
	t.Parallel()
	s := storetest.Open(t, storetest.Postgres)
	company := storetest.NewCompany(t, s)
	talks := []storetest.Talk{company.NewTalk(t), company.NewTalk(t)}
	var both, done sync.WaitGroup
	both.Add(2)
	var runs atomic.Int32
	for i := range 2 {
		done.Go(func() {
			first := true
			err := s.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
				runs.Add(1)
				if _, err := tx.LockConversation(ctx, company.Owner, talks[i].Conversation.UID); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				_, err := tx.Post(ctx, talks[1-i].Visitor, talks[1-i].Says("crossed"))
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	// One of the two steps back; on a busy machine more than once.
	if runs.Load() < 3 {
		t.Errorf("the transactions ran %d times, want 3 or more", runs.Load())
	}
}

func TestAConversationThatIsLockedHoldsNoOtherUp(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t, storetest.Postgres)
	s := openMigrated(t, store.Options{URL: url})
	company := storetest.NewCompany(t, s)
	stuck, free := company.NewTalk(t), company.NewTalk(t)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(t.Context())) }()
	if _, err := conn.Exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	if _, err := conn.Exec(t.Context(), "SELECT 1 FROM conversations WHERE id = $1 FOR UPDATE", stuck.Conversation.ID); err != nil {
		t.Fatal(err)
	}
	var waiting sync.WaitGroup
	for range 10 {
		waiting.Go(func() {
			if _, err := s.Post(t.Context(), stuck.Visitor, stuck.Says("late")); err != nil {
				t.Error(err)
			}
		})
	}
	soon(t, "posting beside a locked conversation", 5*time.Second, func() {
		for range 50 {
			if _, err := s.Post(t.Context(), free.Visitor, free.Says("quick")); err != nil {
				t.Error(err)
			}
		}
	})
	if _, err := conn.Exec(t.Context(), "COMMIT"); err != nil {
		t.Fatal(err)
	}
	waiting.Wait()
	seqs, err := s.PublicSeqs(t.Context(), []int64{stuck.Conversation.ID})
	if err != nil || seqs[stuck.Conversation.ID] != 10 {
		t.Errorf("the locked conversation has %v, %v", seqs, err)
	}
}

func TestWhoGetsNoConnectionInTimeIsToldSo(t *testing.T) {
	t.Parallel()
	s := openMigrated(t, store.Options{URL: storetest.URL(t, storetest.Postgres), MaxConns: 1})
	company := storetest.NewCompany(t, s)
	storetest.Do(t, s, func(context.Context, chat.Tx) error {
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if _, err := s.SiteByKey(ctx, company.Site.SiteKey); !errors.Is(err, models.ErrUnavailable) {
			t.Errorf("without a connection: %v", err)
		}
		return nil
	})
	if _, err := s.SiteByKey(t.Context(), company.Site.SiteKey); err != nil {
		t.Errorf("with a connection again: %v", err)
	}
}

func TestWeakSettingsAreNamed(t *testing.T) {
	t.Parallel()
	weak := openMigrated(t, store.Options{URL: testservice.StartPostgres(t, "fsync=off", "full_page_writes=on").URL()})
	found, err := weak.Weaknesses(t.Context())
	if err != nil || len(found) != 1 || !strings.Contains(found[0], "fsync=off") {
		t.Errorf("found %v, %v", found, err)
	}
	strong := storetest.Open(t, storetest.SQLite)
	if found, err := strong.Weaknesses(t.Context()); err != nil || len(found) != 0 {
		t.Errorf("found in SQLite %v, %v", found, err)
	}
}
