package chat_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
)

// asks has a visitor ask for the transcript.
func (r *round) asks(c models.Conversation) error {
	who := r.visitor(c)
	who.ConversationUID = c.UID
	return r.chat.SendTranscript(r.t.Context(), who)
}

func TestATranscriptIsWhatTheVisitorMayRead(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		c := r.visits("token-one", "Where is it? See https://evil.example/now")
		r.says(r.visitor(c), c, "Log in at evil.example/login?a=b or sub.evil.example:8080, ask jane@evil.example or ftp://evil.example, e.g. at 3.50 p.m.")
		r.says(r.visitor(c), c, strings.Repeat("Buy! ", 500))
		r.says(r.owner, c, "It is on its way: https://shop.example.com/track")
		if _, err := r.chat.Post(t.Context(), r.owner, c.UID, chat.Draft{Content: "A difficult one", Internal: true}); err != nil {
			t.Fatal(err)
		}
		r.says(r.visitor(c), c, "Thanks")
		if err := r.asks(c); err != nil {
			t.Fatal(err)
		}
		got := r.after(time.Second)
		r.wantsLetters("asked for", got, 1)
		if t.Failed() {
			return
		}
		m := got[0]
		for _, want := range []string{
			"You: Where is it? See [a link]", "It is on its way: https://shop.example.com/track", "You: Thanks", " UTC\n",
			"https://chat.example.com/widget?site_key=" + r.site.SiteKey + "#conversation=",
			"You: Log in at [a link] or [a link], ask [a link] or [a link] e.g. at 3.50 p.m.\n",
		} {
			if !strings.Contains(m.Text, want) {
				t.Errorf("the letter lacks %q:\n%s", want, m.Text)
			}
		}
		if strings.Contains(m.Text, "difficult") || strings.Count(m.Text, "Buy!") != 120 || strings.Contains(m.Text, "evil.example") || m.To != "jane@acme.example" ||
			m.Headers["List-Unsubscribe-Post"] == "" || !strings.HasPrefix(m.Subject, "Your chat with ") {
			t.Errorf("the letter is %+v", m)
		}
		r.wantsLetters("once", r.after(time.Minute), 0)
	})
}

func TestTranscriptsToOneAddressAreFewAndNoneGoWhereNobodyWantsThem(t *testing.T) {
	t.Parallel()
	onRound(t, func(t *testing.T, r *round) {
		c := r.visits("token-one", "Hello")
		for range 3 {
			if err := r.asks(c); err != nil {
				t.Fatal(err)
			}
			r.wantsLetters("the first three", r.after(time.Second), 1)
		}
		if err := r.asks(c); !models.HasCode(err, models.CodeRateLimited) || models.AsError(err).Details["retry_after"] != int64(3600) {
			t.Errorf("the fourth: %v", err)
		}
		r.says(r.owner, c, "Here it is")
		if got := r.after(10 * time.Minute); len(got) != 1 || got[0].Subject != "An answer from "+r.site.Name {
			t.Errorf("an answer after so many transcripts: %+v", got)
		}
		r.clock = r.clock.Add(2 * time.Hour)
		err := r.store.InTx(t.Context(), func(ctx context.Context, tx chat.Tx) error {
			return tx.StopMail(ctx, models.System(c.AccountID), "jane@acme.example", r.clock)
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.asks(c); err != nil {
			t.Errorf("to who wants none: %v", err)
		}
		r.wantsLetters("who wants none", r.after(time.Second), 0)
		r.block(c)
		if err := r.asks(c); !errors.Is(err, chat.ErrBlocked) {
			t.Errorf("blocked: %v", err)
		}
		r.wantsLetters("in all", r.after(time.Second), 0)
	})
}

func TestATranscriptNeedsMailAndAnAddress(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		_, visitor := s.start("token")
		if err := s.chat.SendTranscript(t.Context(), visitor); !errors.Is(err, chat.ErrNoMail) {
			t.Errorf("without mail: %v", err)
		}
		if err := s.chat.SendTranscript(t.Context(), s.owner); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("the team: %v", err)
		}
	})
	onRound(t, func(t *testing.T, r *round) {
		c := r.visits("token-one", "Hello")
		contact := r.reload(c).Contact.UID
		phone := "+43123456789"
		_, err := r.chat.UpdateContact(t.Context(), r.owner, chat.ContactRef{UID: &contact}, chat.ContactInput{
			Email: models.Give[string](nil), Phone: models.Give(&phone),
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.asks(c); !models.HasCode(err, models.CodeConflict) {
			t.Errorf("without an address: %v", err)
		}
	})
}

func TestThePageIsNotedAndChangesNothingElse(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c, visitor := s.start("token")
		before, log := s.reload(c), len(s.events())
		s.bell.take()
		page := models.WebPage{URL: "https://shop.example.com/orders", Title: "Your \u202eorders", Referrer: "javascript:alert(1)"}
		if err := s.chat.Visit(t.Context(), visitor, page); err != nil {
			t.Fatal(err)
		}
		after := s.reload(c)
		if after.Page == nil || after.Page.URL != page.URL || after.Page.Title != "Your orders" || after.Page.Referrer != "" {
			t.Errorf("the page is %+v", after.Page)
		}
		if !after.UpdatedAt.Equal(before.UpdatedAt) || after.Version() != before.Version() || len(s.events()) != log {
			t.Errorf("before %+v, after %+v", before, after)
		}
		if err := s.chat.Visit(t.Context(), visitor, page); err != nil { // the visitor stays there
			t.Error(err)
		}
		if rung := s.bell.take(); len(rung) != 1 || rung[0].Kind != models.BellPage || rung[0].ConversationUID != c.UID ||
			rung[0].ConversationID != c.ID || rung[0].AccountID != c.AccountID || rung[0].Page.Title != "Your orders" {
			t.Errorf("rung was %+v", rung)
		}
		for _, url := range []string{"", "x", "javascript:alert(1)", "ftp://example.com", "https://" + strings.Repeat("a", 3000)} {
			if err := s.chat.Visit(t.Context(), visitor, models.WebPage{URL: url}); models.AsError(err).Field != "url" {
				t.Errorf("%.40q: %v", url, err)
			}
		}
		if err := s.chat.Visit(t.Context(), s.owner, page); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("the team: %v", err)
		}
		if rung := s.bell.take(); len(rung) != 0 {
			t.Errorf("what was refused rang: %+v", rung)
		}
	})
}
