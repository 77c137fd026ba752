package email_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"parley/server/mail"
)

// The one user of the office.
const (
	officeUser     = "support@shop.example"
	officePassword = "sesame"
)

// office is a mail server: what it is given by SMTP it keeps, and the mailbox of the
// team is read by IMAP.
type office struct {
	t          *testing.T
	smtp, imap string
	roots      *x509.CertPool
	user       *imapmemserver.User

	mu     sync.Mutex
	sent   []string
	refuse *smtp.SMTPError
}

// secrecy is how the servers of an office want to be talked to.
type secrecy string

const (
	inClear  secrecy = "none"
	startTLS secrecy = "starttls"
	fromTLS  secrecy = "tls"
)

func openOffice(t *testing.T, s secrecy) *office {
	t.Helper()
	certificate, roots := certify(t)
	o := &office{t: t, roots: roots, user: imapmemserver.NewUser(officeUser, officePassword)}
	if err := o.user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	out := smtp.NewServer(o)
	out.Domain, out.AllowInsecureAuth, out.ErrorLog = "localhost", s == inClear, mute{}
	boxes := imapmemserver.New()
	boxes.AddUser(o.user)
	options := &imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return boxes.NewSession(), nil, nil
		},
		InsecureAuth: s == inClear, Logger: mute{},
	}
	if s == startTLS {
		out.TLSConfig, options.TLSConfig = config, config
	}
	in := imapserver.New(options)
	o.smtp = o.serve(s, config, out.Serve, out.Close)
	o.imap = o.serve(s, config, in.Serve, in.Close)
	return o
}

// serve runs a server on a port of its own until the test ends.
func (o *office) serve(s secrecy, config *tls.Config, serve func(net.Listener) error, end func() error) string {
	listener, err := (&net.ListenConfig{}).Listen(o.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		o.t.Fatal(err)
	}
	address := listener.Addr().String()
	if s == fromTLS {
		listener = tls.NewListener(listener, config)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = serve(listener) // it ends by being closed
	}()
	o.t.Cleanup(func() {
		_ = end()
		_ = listener.Close() // it may not have known of it yet
		<-ended
	})
	return address
}

// certify makes a certificate for this machine, and who vouches for it.
func certify(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "office"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, roots
}

// NewSession implements smtp.Backend.
func (o *office) NewSession(*smtp.Conn) (smtp.Session, error) { return &counter{office: o}, nil }

// counter is where one letter after the other is handed over.
type counter struct {
	*office
	welcome bool
}

func (c *counter) Reset()        {}
func (c *counter) Logout() error { return nil }

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }

func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != officeUser || password != officePassword {
			return &smtp.SMTPError{Code: 535, EnhancedCode: smtp.EnhancedCode{5, 7, 8}, Message: "Unknown user or password"}
		}
		c.welcome = true
		return nil
	}), nil
}

func (c *counter) Mail(string, *smtp.MailOptions) error {
	if !c.welcome {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (c *counter) Rcpt(string, *smtp.RcptOptions) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refuse != nil {
		return c.refuse
	}
	return nil
}

func (c *counter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return errors.Join(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent = append(c.sent, string(raw))
	return nil
}

// refuses has every recipient turned away; nil ends that.
func (o *office) refuses(with *smtp.SMTPError) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refuse = with
}

// outgoing are the letters that were handed over.
func (o *office) outgoing() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.sent)
}

// deliver puts a letter into the mailbox of the team.
func (o *office) deliver(text string) {
	o.t.Helper()
	o.deliverAt(text, time.Now())
}

func (o *office) deliverAt(text string, at time.Time) {
	o.t.Helper()
	if _, err := o.user.Append("INBOX", literal{strings.NewReader(text)}, &imap.AppendOptions{Time: at}); err != nil {
		o.t.Fatal(err)
	}
}

// mute is a log that nobody reads.
type mute struct{}

func (mute) Printf(string, ...any) {}
func (mute) Println(...any)        {}

// literal is a text as the mailbox takes it.
type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// settings are those of a channel that uses the office.
func (o *office) settings(s secrecy) map[string]*string {
	smtpHost, smtpPort, _ := net.SplitHostPort(o.smtp)
	imapHost, imapPort, _ := net.SplitHostPort(o.imap)
	all := map[string]*string{}
	for name, value := range map[string]string{
		"address": officeUser, "inbound_secret": "a-secret-of-the-webhook", "smtp_host": smtpHost, "smtp_port": smtpPort,
		"smtp_security": string(s), "smtp_password": officePassword, "imap_host": imapHost, "imap_port": imapPort,
		"imap_security": string(s), "imap_password": officePassword,
	} {
		all[name] = &value
	}
	return all
}

// relay is the office as the program's own letters use it.
func (o *office) relay() mail.ServerOptions {
	host, port, _ := net.SplitHostPort(o.smtp)
	number, _ := strconv.Atoi(port)
	return mail.ServerOptions{Host: host, Port: number, User: officeUser, Password: officePassword, Roots: o.roots}
}

// letter is one of a customer, as a mail program writes it. Its head says what is given,
// and what every letter says.
func letter(body string, head ...string) string {
	lines := map[string]string{
		"From": "Jane Doe <jane@acme.example>", "To": officeUser, "Subject": "Where is my order?",
		"Date": "Fri, 20 Nov 2026 10:00:00 +0000", "MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8",
		"Message-ID": fmt.Sprintf("<%s@acme.example>", strings.Trim(strconv.Quote(body[:min(8, len(body))]), `"`)),
	}
	for i := 0; i < len(head); i += 2 {
		lines[head[i]] = head[i+1]
	}
	var text strings.Builder
	for name, value := range lines {
		if value != "" {
			text.WriteString(name + ": " + value + "\r\n")
		}
	}
	return text.String() + "\r\n" + strings.ReplaceAll(body, "\n", "\r\n")
}
