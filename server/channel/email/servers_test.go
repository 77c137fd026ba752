package email_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
	"parley/models/store"
	"parley/models/store/storetest"
	"parley/server/channel/email"
	"parley/server/mail"
	"parley/server/outbound"
)

func TestServersAreTalkedToInSecretAndOnlyKnownOnes(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.Store) {
		for _, s := range []secrecy{inClear, startTLS, fromTLS} {
			d := newDesk(t, db, s)
			test, err := d.chat.TestChannel(t.Context(), d.owner, d.account.UID)
			if err != nil || !test.OK || test.Detail != "Both servers let us in. There are 0 letters in INBOX" {
				t.Errorf("%s: %+v, %v", s, test, err)
			}
			d.deliver(letter("Hello"))
			d.look()
			if got := d.texts(); !slices.Equal(got, []string{"Hello"}) {
				t.Fatalf("%s: taken in %q", s, got)
			}
			d.answers(d.conversations()[0], "Hello Jane")
			if len(d.outgoing()) != 1 {
				t.Errorf("%s: nothing went out", s)
			}
			wrong := "wrong"
			for _, of := range []string{"smtp_password", "imap_password"} {
				if _, err := d.chat.UpdateChannel(t.Context(), d.owner, d.account.UID, chat.ChannelChange{Values: map[string]*string{of: &wrong}}); err != nil {
					t.Fatal(err)
				}
				test, err := d.chat.TestChannel(t.Context(), d.owner, d.account.UID)
				if err != nil || test.OK || !strings.Contains(test.Detail, "not let us in") {
					t.Errorf("%s, wrong %s: %+v, %v", s, of, test, err)
				}
				right := officePassword
				_, _ = d.chat.UpdateChannel(t.Context(), d.owner, d.account.UID, chat.ChannelChange{Values: map[string]*string{of: &right}})
			}
		}
	})
}

func TestServersThatPeopleNameAreOnThePublicInternet(t *testing.T) {
	t.Parallel()
	o := openOffice(t, inClear)
	line := chat.Line{Values: map[string]string{"address": officeUser}}
	for name, value := range o.settings(inClear) {
		line.Values[name] = *value
	}
	guarded := email.New(email.Options{Dialer: outbound.NewDialer(outbound.Allow{})})
	if _, err := guarded.Test(t.Context(), line); err == nil {
		t.Error("a server on this machine was reached")
	}
	if _, err := guarded.Send(t.Context(), line, chat.Parcel{Outgoing: chat.Outgoing{To: "jane@acme.example"}}); err == nil || len(o.outgoing()) > 0 {
		t.Errorf("a letter went to this machine: %v", err)
	}
}

func TestSettingsAreCheckedBeforeTheyAreUsed(t *testing.T) {
	t.Parallel()
	server, err := mail.ParseServer("smtp://localhost")
	if err != nil {
		t.Fatal(err)
	}
	with, without := email.New(email.Options{Default: &server}), email.New(email.Options{})
	for _, try := range []struct {
		carrier *email.Carrier
		given   string
		field   string
	}{
		{with, "address=support@shop.example", ""},
		{without, "address=support@shop.example", "settings.smtp_host"},
		{without, "address=support@shop.example&smtp_host=mail.shop.example", ""},
		{with, "address=support", "settings.address"},
		{with, "address=a@b.example&imap_host=h&imap_port=70000", "settings.imap_port"},
		{with, "address=a@b.example&smtp_host=h&smtp_security=plain", "settings.smtp_security"},
		{with, "address=a@b.example&smtp_host=h&smtp_security=none&smtp_password=x", "settings.smtp_security"},
		{with, "address=a@b.example&inbound_secret=short", "settings.inbound_secret"},
		{with, "smtp_host=h", "settings.address"},
	} {
		values, err := url.ParseQuery(try.given)
		if err != nil {
			t.Fatal(err)
		}
		change := chat.ChannelChange{Values: map[string]*string{}}
		for name := range values {
			value := values.Get(name)
			change.Values[name] = &value
		}
		if err := chat.CheckChannel(try.carrier, change); (try.field == "") != (err == nil) || (err != nil && models.AsError(err).Field != try.field) {
			t.Errorf("%s: %v", try.given, err)
		}
	}
}
