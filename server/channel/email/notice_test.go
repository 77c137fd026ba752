package email_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"parley/models/chat"
)

func TestAnAnswerToTheLetterOfAChatComesBackIntoTheChat(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		minutes := 2
		if _, err := d.chat.UpdateSite(d.Context(), d.owner, d.site.UID, chat.SiteChange{NoticeMinutes: &minutes}); err != nil {
			d.Fatal(err)
		}
		site := d.site
		site.NoticeMinutes = minutes
		c, err := d.chat.Start(d.Context(), site, chat.Opening{Name: "Jane", Email: "jane@acme.example", Message: "Where is it?", VisitorToken: "a-token"})
		if err != nil {
			d.Fatal(err)
		}
		d.answers(c, "On its way.")
		if _, err := d.store.Sequence(d.Context()); err != nil {
			d.Fatal(err)
		}
		if err := d.chat.QueueNotices(d.Context()); err != nil {
			d.Fatal(err)
		}
		d.work(3 * time.Minute)
		out := d.outgoing()
		if len(out) != 1 {
			d.Fatalf("%d letters", len(out))
		}
		l := parsed(d.T, out[0])
		if l.GetHeader("Reply-To") != "<support@shop.example>" || l.GetHeader("To") != "<jane@acme.example>" ||
			!strings.HasSuffix(l.GetHeader("From"), "<chat@shop.example>") || l.GetHeader("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" ||
			!strings.HasPrefix(l.GetHeader("List-Unsubscribe"), "<https://chat.example.com/letters/stop/") {
			d.Errorf("the letter is %s", out[0])
		}
		d.takes(letter("Thanks!\n\nOn Friday, 20 Nov, The Shop wrote:\n> There is an answer", "Message-ID", "<back@acme.example>",
			"Subject", "Re: An answer from the shop", "In-Reply-To", l.GetHeader("Message-ID")))
		if got := d.texts(); len(d.conversations()) != 1 || !slices.Equal(got, []string{"Where is it?", "On its way.", "Thanks!"}) {
			d.Errorf("in %d conversations: %q", len(d.conversations()), got)
		}
		d.answers(c, "You are welcome.")
		if len(d.outgoing()) != 1 {
			d.Error("an answer in the chat went out as a letter of its own")
		}
	})
}
