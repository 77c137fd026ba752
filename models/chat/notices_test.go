package chat_test

import (
	"context"
	"slices"
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
)

// postman keeps the letters that he is given, and knows who is at home.
type postman struct {
	mu      sync.Mutex
	letters []models.Mail
	home    bool
}

func (p *postman) Send(_ context.Context, m models.Mail) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.letters = append(p.letters, m)
	return nil
}

func (p *postman) MessageID(id models.UID) string { return id.String() + "@shop.example" }

func (p *postman) Watched(context.Context, int64) bool { return p.home }

// round is a shop whose postman makes his rounds when he is told to.
type round struct {
	*shop
	postman *postman
	clock   time.Time
}

func onRound(t *testing.T, test func(t *testing.T, r *round)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		r := &round{shop: setup(t, db), postman: &postman{}, clock: time.Now()}
		r.reopen(db)
		test(t, r)
	})
}

// reopen has the shop keep what is said in a store.
func (r *round) reopen(in chat.Store) {
	r.t.Helper()
	keys, err := access.New(access.Options{Store: r.store, Secret: []byte(strings.Repeat("k", 32)), PublicURL: "https://chat.example.com"})
	if err != nil {
		r.t.Fatal(err)
	}
	r.chat = chat.New(chat.Options{
		Store: in, Bell: r.bell, Blobs: r.blobs, Identities: keys, Mint: keys, Seals: keys, Links: keys, Notices: keys,
		Carriers: []chat.Carrier{&depot{kind: models.ChannelEmail, by: models.ByEmail}},
		Mailer:   r.postman, Visitors: r.postman, PublicURL: "https://chat.example.com", Now: func() time.Time { return r.clock },
	})
}

// after lets time go by, and gives the letters that came of it.
func (r *round) after(span time.Duration) []models.Mail {
	r.t.Helper()
	r.clock = r.clock.Add(span)
	if _, err := r.store.Sequence(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	if err := r.chat.QueueNotices(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	runner := jobs.New(jobs.Options{Store: r.store, Kinds: r.chat.Jobs(), Now: func() time.Time { return r.clock }})
	if err := runner.Work(r.t.Context()); err != nil {
		r.t.Fatal(err)
	}
	r.postman.mu.Lock()
	defer r.postman.mu.Unlock()
	brought := r.postman.letters
	r.postman.letters = nil
	return brought
}

// visits begins a conversation.
func (r *round) visits(token, text string) models.Conversation {
	r.t.Helper()
	c, err := r.chat.Start(r.t.Context(), r.site, chat.Opening{Name: "Jane", Email: "jane@acme.example", Message: text, VisitorToken: token})
	if err != nil {
		r.t.Fatal(err)
	}
	return c
}

// says posts as somebody, and gives the letters that come after a time.
func (r *round) says(who models.Principal, c models.Conversation, text string) {
	r.t.Helper()
	r.clock = r.clock.Add(time.Second)
	r.post(who, c, text)
}

func (r *round) visitor(c models.Conversation) models.Principal {
	return models.Principal{Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: *c.SiteID, ConversationID: c.ID, Name: "Jane"}
}

func (r *round) reads(c models.Conversation, seq int64) {
	r.t.Helper()
	if _, err := r.chat.MarkRead(r.t.Context(), r.visitor(c), c.UID, seq); err != nil {
		r.t.Fatal(err)
	}
}

func (r *round) wantsLetters(what string, got []models.Mail, count int) {
	r.t.Helper()
	if len(got) != count {
		r.t.Errorf("%s: %d letters, want %d: %+v", what, len(got), count, got)
	}
}

func TestAVisitorWhoIsAwayGetsTheAnswerOnceByLetter(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		c := r.visits("token-one", "Where is it? See https://evil.example/now")
		r.says(r.owner, c, "It is on its way.")
		r.wantsLetters("too soon", r.after(time.Minute), 0)
		got := r.after(2 * time.Minute)
		r.wantsLetters("unread", got, 1)
		if t.Failed() {
			return
		}
		m := got[0]
		for _, want := range []string{
			"It is on its way.", "You: Where is it? See [a link]",
			"https://chat.example.com/widget?site_key=" + r.site.SiteKey + "#conversation=" + r.access.ConversationToken(c.UID),
		} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the letter lacks %q: %s", want, m.Text)
			}
		}
		if m.To != "jane@acme.example" || m.ReplyTo != "" || m.Headers["List-Unsubscribe-Post"] != "List-Unsubscribe=One-Click" ||
			m.Headers["Auto-Submitted"] != "auto-generated" || strings.Contains(m.Text, "evil.example") {
			t.Errorf("the letter is %+v", m)
		}
		r.says(r.owner, c, "And here it is.")
		r.wantsLetters("once until the visitor is back", r.after(5*time.Minute), 0)
		r.reads(c, 3)
		r.says(r.owner, c, "Anything else?")
		r.postman.home = true
		r.wantsLetters("while the visitor looks at another page", r.after(5*time.Minute), 0)
		r.postman.home = false
		r.wantsLetters("after the visitor went", r.after(5*time.Minute), 1)
		r.says(r.visitor(c), c, "No, thanks.")
		r.says(r.owner, c, "Good bye.")
		r.reads(c, 6)
		r.wantsLetters("read in time", r.after(5*time.Minute), 0)
	})
}

func TestLettersToOneAddressAreFewAndEndWhenSomebodySaysSo(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		sent := []models.Mail{}
		for _, token := range []string{"a", "b", "c", "d", "e"} {
			r.says(r.owner, r.visits("token-"+token, "Hello"), "Good day")
			sent = append(sent, r.after(3*time.Minute)...)
		}
		r.wantsLetters("within an hour", sent, 3)
		c := r.visits("token-later", "Hello again")
		link := strings.Trim(sent[0].Headers["List-Unsubscribe"], "<>")
		token := link[strings.LastIndexByte(link, '/')+1:]
		if email, err := r.chat.NoticeAddress(token); err != nil || email != "jane@acme.example" {
			t.Errorf("the link is of %q, %v", email, err)
		}
		for _, wrong := range []string{"", "AAAA", token[:len(token)-4], "x" + token} {
			if _, err := r.chat.StopNotices(t.Context(), wrong); !models.HasCode(err, models.CodeNotFound) {
				t.Errorf("the link %q: %v", wrong, err)
			}
		}
		for range 2 {
			if email, err := r.chat.StopNotices(t.Context(), token); err != nil || email != "jane@acme.example" {
				t.Errorf("stopped %q, %v", email, err)
			}
		}
		r.clock = r.clock.Add(2 * time.Hour)
		r.says(r.owner, c, "Good day")
		r.wantsLetters("stopped", r.after(5*time.Minute), 0)
	})
}

func TestASiteSaysHowSoonAndAnAnswerToALetterComesBack(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		minutes, never, tooMany := 30, 0, 2000
		change := func(to *int) error {
			_, err := r.chat.UpdateSite(t.Context(), r.owner, r.site.UID, chat.SiteChange{NoticeMinutes: to})
			return err
		}
		if err := change(&tooMany); models.AsError(err).Field != "notice_minutes" {
			t.Errorf("too long: %v", err)
		}
		if err := change(&minutes); err != nil {
			t.Fatal(err)
		}
		name, c := "Mail", r.visits("token-one", "Hello")
		if _, err := r.chat.CreateChannel(t.Context(), r.owner, chat.ChannelChange{
			Kind: models.ChannelEmail, Name: &name, Values: values("number", "+14155550100", "token", "good"),
		}); err != nil {
			t.Fatal(err)
		}
		r.says(r.owner, c, "Good day")
		r.wantsLetters("too soon", r.after(29*time.Minute), 0)
		got := r.after(2 * time.Minute)
		r.wantsLetters("in time", got, 1)
		if t.Failed() {
			return
		}
		lines, err := r.chat.Lines(t.Context(), models.ChannelEmail)
		if err != nil {
			t.Fatal(err)
		}
		reference := []string{r.postman.MessageID(got[0].ID)}
		r.clock = r.clock.Add(time.Minute)
		for _, a := range []chat.Arrival{
			{From: "jane@acme.example", Content: "By letter", ExternalID: "in-1", References: reference},
			{From: "jane@acme.example", Content: "By letter", ExternalID: "in-1", References: reference},
			{From: "mallory@evil.example", Content: "Let me in", ExternalID: "in-2", References: reference},
		} {
			if err := r.chat.TakeReport(t.Context(), lines[0], chat.Report{Arrivals: []chat.Arrival{a}}); err != nil {
				t.Fatal(err)
			}
		}
		list, err := r.chat.Messages(t.Context(), r.owner, chat.MessageQuery{Conversation: c.UID, Page: models.Page{Limit: 10}})
		if got := texts(list.Rows); err != nil || !slices.Equal(got, []string{"Hello", "Good day", "By letter"}) {
			t.Errorf("the conversation says %q, %v", got, err)
		}
		if err := change(&never); err != nil {
			t.Fatal(err)
		}
		r.says(r.owner, c, "Fine")
		r.wantsLetters("never", r.after(2*time.Hour), 0)
	})
}

func TestUsersAreToldOfWhatTheyWantToKnow(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		sarah, err := r.chat.CreateUser(t.Context(), r.owner, chat.NewUser{Name: "Sarah Johnson", Email: "sarah@shop.example", Role: models.RoleAgent})
		if err != nil {
			t.Fatal(err)
		}
		yes, minutes := true, 10
		r.wantsLetters("nobody asked", append(r.after(0), lettersTo(r, func() { r.visits("token-0", "Hello") })...), 0)
		if _, err := r.chat.UpdateUser(t.Context(), r.owner, sarah.UID, chat.UserChange{Notices: chat.NoticeChange{
			NewConversation: &yes, Assigned: &yes, Mentioned: &yes, WaitingMinutes: &minutes,
		}}); err != nil {
			t.Fatal(err)
		}
		var c models.Conversation
		got := lettersTo(r, func() { c = r.visits("token-1", "Where is it?") })
		r.wantsLetters("new", got, 1)
		if len(got) == 1 && (got[0].To != "sarah@shop.example" || !strings.Contains(got[0].Text, "Where is it?") ||
			!strings.Contains(got[0].Text, "https://chat.example.com/app/conversations/"+models.FormatID(models.PrefixConversation, c.UID))) {
			t.Errorf("the letter is %+v", got[0])
		}
		r.wantsLetters("assigned", lettersTo(r, func() {
			if _, err := r.chat.Assign(t.Context(), r.owner, c.UID, chat.Assignment{To: &sarah.UID}); err != nil {
				t.Fatal(err)
			}
		}), 1)
		note := func(text string) func() {
			return func() {
				if _, err := r.chat.Post(t.Context(), r.owner, c.UID, chat.Draft{Content: text, Internal: true}); err != nil {
					t.Fatal(err)
				}
			}
		}
		r.wantsLetters("mentioned", lettersTo(r, note("Can you look, @sarah?")), 1)
		r.wantsLetters("not mentioned", lettersTo(r, note("Ask sarah@shop.example or @sarahs")), 0)
		got = r.after(11 * time.Minute)
		r.wantsLetters("waiting", got, 1)
		r.wantsLetters("waiting still", lettersTo(r, func() { r.says(r.visitor(c), c, "Hello?") }), 0)
		r.says(r.owner, c, "Here!")
		r.wantsLetters("answered", lettersTo(r, func() { r.clock = r.clock.Add(20 * time.Minute) }), 0)
		r.says(r.visitor(c), c, "And when?")
		r.wantsLetters("waiting for a moment", lettersTo(r, func() { r.clock = r.clock.Add(5 * time.Minute) }), 0)
		r.says(r.owner, c, "Tomorrow.")
		r.says(r.visitor(c), c, "Sure?")
		r.wantsLetters("the first wait was answered", lettersTo(r, func() { r.clock = r.clock.Add(6 * time.Minute) }), 0)
		r.wantsLetters("the second was not", lettersTo(r, func() { r.clock = r.clock.Add(5 * time.Minute) }), 1)
	})
}

// lettersTo are the team's letters that an act leads to at once.
func lettersTo(r *round, act func()) []models.Mail {
	r.t.Helper()
	act()
	return slices.DeleteFunc(r.after(time.Second), func(m models.Mail) bool { return m.To == "jane@acme.example" })
}

func TestNobodyIsToldOfASandbox(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		sandbox, err := r.access.Site(t.Context(), r.creds.TestSiteKey)
		if err != nil {
			t.Fatal(err)
		}
		tester, err := r.access.Key(t.Context(), r.creds.TestKey)
		if err != nil {
			t.Fatal(err)
		}
		c, err := r.chat.Start(t.Context(), sandbox, chat.Opening{Name: "Jane", Email: "jane@acme.example", Message: "Hello", VisitorToken: "token"})
		if err != nil {
			t.Fatal(err)
		}
		r.says(tester, c, "Good day")
		r.wantsLetters("the sandbox", r.after(10*time.Minute), 0)
	})
}
