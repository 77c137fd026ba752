package email_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/jhillyerd/enmime/v2"

	"parley/models"
	"parley/models/chat"
)

// parsed reads a letter that went out.
func parsed(t *testing.T, text string) *enmime.Envelope {
	t.Helper()
	l, err := enmime.ReadEnvelope(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestALetterBecomesAConversationAndTheAnswerGoesOnInItsThread(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		d.takes(letter("Hello,\nwhere is it?\n\n-- \nJane Doe\nAcme", "Message-ID", "<first@acme.example>"))
		c := d.conversations()[0]
		if c.Channel != models.ChannelEmail || *c.Subject != "Where is my order?" || *c.Contact.FullName() != "Jane Doe" ||
			*c.Contact.Email != "jane@acme.example" || !slices.Equal(d.texts(), []string{"Hello,\nwhere is it?"}) {
			t.Fatalf("%+v says %q", c, d.texts())
		}
		m := d.answers(c, "On its way: https://shop.example/track?a=1&b=2.\n\n<b>Sarah</b>")
		out := d.outgoing()
		if len(out) != 1 || d.state(m) != "sent" {
			t.Fatalf("%d letters, the message is %s", len(out), d.state(m))
		}
		l := parsed(t, out[0])
		for name, want := range map[string]string{
			"From": `"Sarah via The Shop" <support@shop.example>`, "To": "<jane@acme.example>", "Subject": "Re: Where is my order?",
			"In-Reply-To": "<first@acme.example>", "References": "<first@acme.example>", "Auto-Submitted": "",
		} {
			if got := l.GetHeader(name); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
		id := l.GetHeader("Message-ID")
		if !strings.HasPrefix(id, "<parley."+models.EncodeSuffix(m.UID)+".") || !strings.HasSuffix(id, "@shop.example>") {
			t.Errorf("the letter is called %s", id)
		}
		if !strings.Contains(l.Text, "<b>Sarah</b>") || !strings.Contains(l.HTML, `<a href="https://shop.example/track?a=1&amp;b=2">`) ||
			!strings.Contains(l.HTML, "&lt;b&gt;Sarah&lt;/b&gt;") {
			t.Errorf("text %q, HTML %q", l.Text, l.HTML)
		}
		d.takes(letter("Thanks!\n\nOn Friday, Sarah <support@shop.example> wrote:\n> On its way", "Message-ID", "<second@acme.example>",
			"Subject", "Re: Where is my order?", "In-Reply-To", id, "References", "<first@acme.example> "+id))
		if got := d.said(c); len(got) != 3 || got[2].Content != "Thanks!" || *got[2].FromAddress != "jane@acme.example" || len(got[2].Attachments) != 0 {
			t.Errorf("said %+v", got)
		}
		d.answers(c, "You are welcome.")
		if got := parsed(t, d.outgoing()[1]).GetHeader("References"); got != "<first@acme.example> "+id+" <second@acme.example>" {
			t.Errorf("the second answer refers to %s", got)
		}
	})
}

func TestAThreadIsEnteredByItsOwnCustomerAlone(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		d.takes(letter("one", "Message-ID", "<one@acme.example>"))
		d.takes(letter("another matter", "Message-ID", "<two@acme.example>", "Subject", "Another matter"))
		d.takes(letter("and more", "Message-ID", "<and@acme.example>", "Subject", "RE: another Matter"))
		d.takes(letter("Let me in", "From", "Mallory <mallory@evil.example>", "Message-ID", "<x@evil.example>", "In-Reply-To", "<one@acme.example>"))
		d.takes(letter("more of one", "Message-ID", "<three@acme.example>", "References", "<one@acme.example>"))
		all := d.conversations()
		var found []string
		for _, c := range all {
			texts := []string{}
			for _, m := range d.said(c) {
				texts = append(texts, m.Content)
			}
			found = append(found, *c.Contact.Email+": "+strings.Join(texts, ", "))
		}
		slices.Sort(found)
		want := []string{"jane@acme.example: another matter, and more", "jane@acme.example: one, more of one", "mallory@evil.example: Let me in"}
		if !slices.Equal(found, want) {
			t.Errorf("found %q", found)
		}
	})
}

func TestTheWebhookWantsItsSecretAndAWholeLetter(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		var form bytes.Buffer
		fields := multipart.NewWriter(&form)
		_ = fields.WriteField("subject", "not this one")
		_ = fields.WriteField("email", letter("by a form", "Message-ID", "<form@acme.example>"))
		_ = fields.Close()
		good := letter("by itself", "Message-ID", "<self@acme.example>")
		inAddress := call("message/rfc822", letter("by the address", "Message-ID", "<address@acme.example>"), "")
		inAddress.Query, inAddress.Header = url.Values{"secret": {"a-secret-of-the-webhook"}}, func(name string) string {
			return map[string]string{"Content-Type": "message/rfc822"}[name]
		}
		get := call("message/rfc822", good, "a-secret-of-the-webhook")
		get.Method = "GET"
		secret := "a-secret-of-the-webhook"
		for what, try := range map[string]struct {
			request chat.HookRequest
			code    models.Code
		}{
			"itself": {call("message/rfc822", good, secret), ""}, "a form": {call(fields.FormDataContentType(), form.String(), secret), ""},
			"a secret in the address": {inAddress, ""},
			"a wrong secret":          {call("message/rfc822", good, "guess"), models.CodeForbidden},
			"no secret":               {call("message/rfc822", good, ""), models.CodeForbidden},
			"nothing":                 {call("message/rfc822", "", secret), models.CodeInvalid},
			"JSON":                    {call("application/json", `{"email":"x"}`, secret), models.CodeInvalid},
			"an empty form":           {call("multipart/form-data; boundary=x", "--x--\r\n", secret), models.CodeInvalid},
			"a broken form":           {call("multipart/form-data; boundary=x", "--x\r\nContent-", secret), models.CodeInvalid},
			"a letter of nobody":      {call("message/rfc822", "Subject: Hello\r\n\r\nWhere is it?", secret), models.CodeInvalid},
			"a letter too large":      {call("message/rfc822", letter(strings.Repeat("x", 30<<20)), secret), models.CodeTooLarge},
			"another method":          {get, models.CodeInvalid},
		} {
			_, err := d.chat.Hook(t.Context(), models.ChannelEmail, d.account.UID, try.request)
			if (try.code == "") != (err == nil) || (err != nil && !models.HasCode(err, try.code)) {
				t.Errorf("%s: %v", what, err)
			}
		}
		got := d.texts()
		slices.Sort(got)
		if !slices.Equal(got, []string{"by a form", "by itself", "by the address"}) {
			t.Errorf("taken in: %q", got)
		}
	})
}

func TestTheMailboxIsReadOnceWhateverHappens(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		d.deliverAt(letter("long ago", "Message-ID", "<old@acme.example>"), d.clock.Add(-48*time.Hour))
		d.deliver(letter("one", "Message-ID", "<1@acme.example>"))
		d.deliver("this is no letter")
		d.deliver(letter("two", "Message-ID", "<2@acme.example>"))
		d.look()
		d.takes(letter("two", "Message-ID", "<2@acme.example>")) // by the webhook too
		d.deliver(letter("three", "Message-ID", "<3@acme.example>"))
		d.look()
		d.look()
		if got := d.texts(); !slices.Equal(got, []string{"one", "two", "three"}) {
			t.Fatalf("taken in: %q", got)
		}
		// The mailbox is made anew, and numbered anew, with what was in it.
		if err := d.user.Delete("INBOX"); err != nil {
			t.Fatal(err)
		}
		d.look() // there is none, which is no reason to stop looking
		if err := d.user.Create("INBOX", nil); err != nil {
			t.Fatal(err)
		}
		for i, text := range []string{"one", "two", "three", "four"} {
			d.deliver(letter(text, "Message-ID", fmt.Sprintf("<%d@acme.example>", i+1)))
		}
		d.work(time.Hour)
		if got := d.texts(); !slices.Equal(got, []string{"one", "two", "three", "four"}) {
			t.Errorf("after the new numbers: %q", got)
		}
		off := false
		if _, err := d.chat.UpdateChannel(t.Context(), d.owner, d.account.UID, chat.ChannelChange{Enabled: &off}); err != nil {
			t.Fatal(err)
		}
		d.deliver(letter("five", "Message-ID", "<5@acme.example>"))
		d.look()
		if got := d.texts(); len(got) != 4 {
			t.Errorf("switched off it takes in %q", got)
		}
	})
}

func TestMachinesAndOurselvesAreNotAnswered(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		for _, head := range [][]string{
			{"Auto-Submitted", "auto-replied"}, {"Auto-Submitted", "auto-generated; type=vacation"}, {"Precedence", "bulk"},
			{"Precedence", "LIST"}, {"X-Autoreply", "yes"}, {"Return-Path", "<>"}, {"From", "The Shop <SUPPORT@shop.example>"},
			{"From", "relay@other.example", "Message-ID", "<parley.01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02q@shop.example>"},
		} {
			d.takes(letter("I am away", head...))
		}
		if got := d.texts(); len(got) != 0 {
			t.Errorf("taken in: %q", got)
		}
		d.takes(letter("I am here", "Auto-Submitted", "no", "Precedence", "normal"))
		if got := d.texts(); !slices.Equal(got, []string{"I am here"}) {
			t.Errorf("taken in: %q", got)
		}
	})
}

func TestWhatTheServerRefusesFailsAndWhatItCannotTakeNowGoesLater(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		d.takes(letter("Hello"))
		c := d.conversations()[0]
		d.refuses(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "No such person"})
		if got := d.state(d.answers(c, "one")); !strings.HasPrefix(got, "failed: The mail server did not take it") || !strings.Contains(got, "No such person") {
			t.Errorf("refused: %s", got)
		}
		d.refuses(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "Greylisted"})
		m := d.answers(c, "two")
		if got := d.state(m); got != "sent" || len(d.outgoing()) != 0 {
			t.Errorf("put off: %s, %d letters", got, len(d.outgoing()))
		}
		d.refuses(nil)
		d.work(time.Hour)
		if out := d.outgoing(); len(out) != 1 || !strings.Contains(out[0], "two") || d.state(m) != "sent" {
			t.Errorf("later: %d letters, %s", len(out), d.state(m))
		}
	})
}

// picture is the smallest PNG.
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

const mixed = `From: =?iso-8859-1?Q?J=FCrgen_M=FCller?= <juergen@acme.example>
To: support@shop.example
Subject: =?utf-8?B?R3LDvMOfZQ==?=
Message-ID: <mixed@acme.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="m"

--m
Content-Type: multipart/alternative; boundary="a"

--a
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

Sch=F6ne Gr=FC=DFe
--a
Content-Type: text/html; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

<p>Sch=F6ne Gr=FC=DFe</p><script>alert(1)</script>
--a--
--m
Content-Type: image/png; name="=?utf-8?Q?T=C3=BCr.png?="
Content-Disposition: attachment; filename="=?utf-8?Q?T=C3=BCr.png?="
Content-Transfer-Encoding: base64

` + picture + `
--m
Content-Type: application/x-msdownload; name="run.exe"
Content-Disposition: attachment; filename="run.exe"
Content-Transfer-Encoding: base64

TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAA==
--m--
`

func TestFilesAndForeignLettersComeInAsTheyWereMeant(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		d.takes(strings.ReplaceAll(mixed, "\n", "\r\n"))
		c := d.conversations()[0]
		m := d.said(c)[0]
		if *c.Subject != "Grüße" || *c.Contact.FullName() != "Jürgen Müller" || !strings.HasPrefix(m.Content, "Schöne Grüße") {
			t.Errorf("%q from %q: %q", *c.Subject, *c.Contact.FullName(), m.Content)
		}
		if len(m.Attachments) != 1 || m.Attachments[0].Filename != "Tür.png" || m.Attachments[0].ContentType != "image/png" ||
			!strings.Contains(m.Content, "[The file run.exe was not kept]") {
			t.Errorf("files %+v, text %q", m.Attachments, m.Content)
		}
		d.takes(letter("<html><body><p>Only <b>HTML</b></p><p>here</p></body></html>", "Content-Type", "text/html; charset=utf-8", "Message-ID", "<html@acme.example>"))
		last := d.said(d.conversations()[0])
		if got := last[len(last)-1].Content; !regexp.MustCompile(`(?s)^Only \*?HTML\*?\s+here$`).MatchString(got) {
			t.Errorf("HTML alone: %q", got)
		}
	})
}

func TestFilesGoOutWithTheLetter(t *testing.T) {
	t.Parallel()
	setup(t, func(d *desk) {
		d.takes(letter("Send me the picture"))
		c := d.conversations()[0]
		a, err := d.chat.Upload(t.Context(), d.owner, chat.Upload{Filename: "Größe.txt", Body: strings.NewReader("twelve")})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.chat.Post(t.Context(), d.owner, c.UID, chat.Draft{Content: "Here", Attachments: []models.UID{a.UID}}); err != nil {
			t.Fatal(err)
		}
		d.work(time.Second)
		l := parsed(t, d.outgoing()[0])
		if len(l.Attachments) != 1 || l.Attachments[0].FileName != "Größe.txt" || string(l.Attachments[0].Content) != "twelve" {
			t.Errorf("the files are %+v", l.Attachments)
		}
	})
}
