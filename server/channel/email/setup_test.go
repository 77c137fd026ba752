package email_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/models"
	"parley/models/access"
	"parley/models/chat"
	"parley/models/jobs"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/server/channel/email"
	"parley/server/mail"
)

// desk is a team with one address, an office that carries its letters, and time that
// goes by when it is told to.
type desk struct {
	*testing.T
	*office
	store   *store.Store
	chat    *chat.Service
	owner   models.Principal
	site    models.Site
	account models.ChannelAccount
	shelf   *shelf
	clock   time.Time
}

// setup runs a test on both databases.
func setup(t *testing.T, test func(d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) { test(newDesk(t, db, inClear)) })
}

func newDesk(t *testing.T, db *store.Store, s secrecy) *desk {
	t.Helper()
	d := &desk{T: t, office: openOffice(t, s), store: db, shelf: &shelf{kept: map[string][]byte{}}, clock: time.Now()}
	keys, err := access.New(access.Options{Store: db, Secret: []byte(strings.Repeat("k", 32)), PublicURL: "https://chat.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	d.chat = chat.New(chat.Options{
		Store: db, Bell: silence{}, Blobs: d.shelf, Identities: keys, Mint: keys, Seals: keys, Links: keys,
		Carriers: []chat.Carrier{email.New(email.Options{Dialer: &net.Dialer{}, Roots: d.roots})},
		Mailer:   mail.New(mail.NewServer(d.relay()), "The Shop <chat@shop.example>"), Notices: keys,
		PublicURL: "https://chat.example.com", Now: func() time.Time { return d.clock },
	})
	company := storetest.NewCompany(t, db)
	d.owner, d.site = company.Owner, company.Site
	d.owner.Name = "Sarah"
	name := "The Shop"
	d.account, err = d.chat.CreateChannel(t.Context(), d.owner, chat.ChannelChange{Kind: models.ChannelEmail, Name: &name, Values: d.settings(s)})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// silence is a bell that nobody hears.
type silence struct{}

func (silence) Ring(models.Doorbell) {}

// shelf keeps files in memory.
type shelf struct {
	mu   sync.Mutex
	kept map[string][]byte
}

func (s *shelf) Put(_ context.Context, key string, r io.Reader, _ int64) error {
	raw, err := io.ReadAll(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[key] = raw
	return err
}

func (s *shelf) Open(_ context.Context, key string) (io.ReadSeekCloser, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	raw, there := s.kept[key]
	if !there {
		return nil, models.ErrNotFound
	}
	return onShelf{bytes.NewReader(raw)}, nil
}

func (s *shelf) Delete(_ context.Context, key string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.kept, key)
	return nil
}

type onShelf struct{ *bytes.Reader }

func (onShelf) Close() error { return nil }

// work does what is due after so long.
func (d *desk) work(after time.Duration) {
	d.Helper()
	d.clock = d.clock.Add(after)
	runner := jobs.New(jobs.Options{Store: d.store, Kinds: d.chat.Jobs(), Now: func() time.Time { return d.clock }})
	if err := runner.Work(d.Context()); err != nil {
		d.Fatal(err)
	}
}

// look has the mailbox looked into.
func (d *desk) look() {
	d.Helper()
	if err := d.chat.QueuePolls(d.Context()); err != nil {
		d.Fatal(err)
	}
	d.work(time.Minute)
}

// brings is a mail service that calls the webhook with a whole letter.
func (d *desk) brings(text string) error {
	_, err := d.chat.Hook(d.Context(), models.ChannelEmail, d.account.UID, call("message/rfc822", text, "a-secret-of-the-webhook"))
	return err
}

// call is a call of the webhook.
func call(contentType, body, password string) chat.HookRequest {
	credentials := base64.StdEncoding.EncodeToString([]byte("mail:" + password))
	return chat.HookRequest{
		Hook: "messages", Method: "POST", Body: []byte(body),
		Header: func(name string) string {
			return map[string]string{"Content-Type": contentType, "Authorization": "Basic " + credentials}[name]
		},
	}
}

func (d *desk) takes(text string) {
	d.Helper()
	if err := d.brings(text); err != nil {
		d.Fatal(err)
	}
}

// conversations are all there are, the newest message first.
func (d *desk) conversations() []models.Conversation {
	d.Helper()
	list, err := d.chat.Conversations(d.Context(), d.owner, chat.ConversationQuery{Page: models.Page{Limit: 50}})
	if err != nil {
		d.Fatal(err)
	}
	return list.Rows
}

// said are the messages of a conversation.
func (d *desk) said(c models.Conversation) []models.Message {
	d.Helper()
	list, err := d.chat.Messages(d.Context(), d.owner, chat.MessageQuery{Conversation: c.UID, Page: models.Page{Limit: 50}})
	if err != nil {
		d.Fatal(err)
	}
	return list.Rows
}

// texts are what the one conversation says.
func (d *desk) texts() []string {
	d.Helper()
	all := []string{}
	for _, c := range d.conversations() {
		for _, m := range d.said(c) {
			all = append(all, m.Content)
		}
	}
	return all
}

// answers lets the team answer, and the letter go out.
func (d *desk) answers(c models.Conversation, text string) models.Message {
	d.Helper()
	d.clock = d.clock.Add(time.Second)
	posted, err := d.chat.Post(d.Context(), d.owner, c.UID, chat.Draft{Content: text})
	if err != nil {
		d.Fatal(err)
	}
	d.work(time.Second)
	return posted
}

// state is what the team sees of a message: status and reason.
func (d *desk) state(m models.Message) string {
	d.Helper()
	for _, c := range d.conversations() {
		for _, row := range d.said(c) {
			if row.ID == m.ID && row.FailureReason != nil {
				return string(row.Status) + ": " + *row.FailureReason
			}
			if row.ID == m.ID {
				return string(row.Status)
			}
		}
	}
	return "gone"
}
