package mail

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	gomail "github.com/wneessen/go-mail"

	"parley/models"
	"parley/server/mail/mailtest"
)

// sender is one that sends through the relay.
func sender(t *testing.T, r *mailtest.Relay, scheme, user string) *Sender {
	t.Helper()
	if user != "" {
		user += "@"
	}
	server, err := ParseServer(scheme + "://" + user + r.Address)
	if err != nil {
		t.Fatal(err)
	}
	return New(server, "Parley <chat@example.com>")
}

func letter() models.Mail {
	return models.Mail{ID: models.NewUID(), To: "sarah@example.com", Subject: "Hällo Sarah", Text: "Hello Sarah,\n\nthis is a letter.\n"}
}

func TestALetterArrivesAsItWasWritten(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{})
	m := letter()
	if err := sender(t, r, "smtp", "").Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	kept := r.Letters()
	if len(kept) != 1 || !strings.Contains(kept[0].To, "<sarah@example.com>") || !strings.Contains(kept[0].From, "<chat@example.com>") {
		t.Fatalf("kept %+v", kept)
	}
	got, err := mail.ReadMessage(strings.NewReader(kept[0].Text))
	if err != nil {
		t.Fatal(err)
	}
	subject := got.Header.Get("Subject")
	if !strings.HasPrefix(subject, "=?UTF-8?") || got.Header.Get("Message-Id") != "<"+m.ID.String()+"@example.com>" ||
		got.Header.Get("From") != `"Parley" <chat@example.com>` || got.Header.Get("Date") == "" {
		t.Errorf("the header is %v", got.Header)
	}
	if !strings.Contains(kept[0].Text, "this is a letter.") || !strings.Contains(got.Header.Get("Content-Type"), "text/plain") {
		t.Errorf("the letter is %s", kept[0].Text)
	}
}

func TestTheServerIsToldWhoWeAre(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{Login: "me:sesame"})
	if err := sender(t, r, "smtp", "me:sesame").Send(t.Context(), letter()); err != nil {
		t.Error(err)
	}
	wrong := sender(t, r, "smtp", "me:wrong")
	if err := wrong.Send(t.Context(), letter()); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong password: %v", err)
	}
	if err := wrong.Check(t.Context()); err == nil {
		t.Error("the check finds nothing wrong")
	}
	if err := sender(t, r, "smtp", "me:sesame").Check(t.Context()); err != nil || len(r.Letters()) != 1 {
		t.Errorf("the check: %v, and %d letters", err, len(r.Letters()))
	}
}

func TestAPasswordDoesNotGoOverTheNetworkInTheClear(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]gomail.TLSPolicy{
		"smtp://me:sesame@mail.example.com": gomail.TLSMandatory, "smtp://me:sesame@localhost": gomail.TLSOpportunistic,
		"smtp://me:sesame@127.0.0.1": gomail.TLSOpportunistic, "smtp://mail.example.com": gomail.TLSOpportunistic,
	} {
		server, err := ParseServer(address)
		if err != nil || server.policy() != want {
			t.Errorf("%s: %v, %v", address, server.policy(), err)
		}
	}
}

func TestWhatTheServerRefusesIsAnError(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{Refuse: "550 no such person"})
	if err := sender(t, r, "smtp", "").Send(t.Context(), letter()); err == nil || !strings.Contains(err.Error(), "550") {
		t.Errorf("refused with %v", err)
	}
	bad := letter()
	bad.To = "not an address"
	if err := sender(t, r, "smtp", "").Send(t.Context(), bad); err == nil {
		t.Error("sent to nobody")
	}
	if len(r.Letters()) != 0 {
		t.Errorf("kept %+v", r.Letters())
	}
}

func TestAServerThatIsAwayIsAnError(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	server, err := ParseServer("smtp://" + listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if New(server, "chat@example.com").Check(t.Context()) == nil {
		t.Error("nobody answers, and the check finds nothing wrong")
	}
}

func TestAnUnknownCertificateIsNotTrusted(t *testing.T) {
	t.Parallel()
	r := mailtest.Start(t, mailtest.Options{TLS: &tls.Config{Certificates: []tls.Certificate{certificate(t)}}})
	if err := sender(t, r, "smtps", "").Send(t.Context(), letter()); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("sent with %v", err)
	}
}

// certificate is one that nobody vouches for.
func certificate(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "relay"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

func TestAnAddressOfAServerIsReadOrRefused(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]Server{
		"smtp://mail.example.com":          {host: "mail.example.com", port: 587},
		"smtps://mail.example.com/":        {host: "mail.example.com", port: 465, tls: true},
		"smtp://me:se%40same@localhost:25": {host: "localhost", port: 25, user: "me", password: "se@same"},
		"smtps://me@mail.example.com:2465": {host: "mail.example.com", port: 2465, user: "me", tls: true},
	} {
		if got, err := ParseServer(address); err != nil || got != want {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	for _, address := range []string{
		"", "mail.example.com", "http://mail.example.com", "smtp://", "smtp://mail.example.com/path", "smtp://mail.example.com:0",
		"smtp://mail.example.com:70000", "smtp://mail.example.com?tls=no", "smtp://mail.example.com:x",
	} {
		if got, err := ParseServer(address); err == nil {
			t.Errorf("%s is read as %+v", address, got)
		}
	}
	for text, good := range map[string]bool{"chat@example.com": true, "Parley <chat@example.com>": true, "": false, "Parley": false} {
		if (CheckSender(text) == nil) != good {
			t.Errorf("the sender %q: %v", text, CheckSender(text))
		}
	}
}
