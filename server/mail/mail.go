// Package mail sends letters through an SMTP server.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"parley/models"
)

// The ports of SMTP where the address names none (RFC 6409, RFC 8314).
const (
	submissionPort = 587
	tlsPort        = 465
)

// timeout bounds one exchange with the server.
const timeout = 20 * time.Second

// Server is an SMTP server as SMTP_URL names it.
type Server struct {
	host     string
	port     int
	user     string
	password string
	tls      bool
	// strict insists on TLS; dialer, where set, is the only way there.
	strict bool
	dialer Dialer
	roots  *x509.CertPool
}

// ErrServer says how an SMTP_URL has to look.
var ErrServer = errors.New("smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS from the first byte")

// ParseServer reads an SMTP_URL.
func ParseServer(address string) (Server, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "smtp" && u.Scheme != "smtps") || u.Hostname() == "" ||
		(u.Path != "" && u.Path != "/") || u.RawQuery != "" || u.Fragment != "" {
		return Server{}, ErrServer
	}
	s := Server{host: u.Hostname(), port: submissionPort, user: u.User.Username(), tls: u.Scheme == "smtps"}
	s.password, _ = u.User.Password()
	if s.tls {
		s.port = tlsPort
	}
	if u.Port() != "" {
		if s.port, err = strconv.Atoi(u.Port()); err != nil || s.port < 1 || s.port > 65535 {
			return Server{}, ErrServer
		}
	}
	return s, nil
}

// CheckSender says whether text can stand in MAIL_FROM: an address, or a name with one.
func CheckSender(text string) error {
	_, err := mail.ParseAddress(text)
	return err
}

// NewServer names a server by its parts. With dialer, which may be nil, it is reached
// that way: for servers that a person named, and not the configuration.
func NewServer(o ServerOptions) Server {
	s := Server{host: o.Host, port: o.Port, user: o.User, password: o.Password, tls: o.TLS, strict: o.Strict, dialer: o.Dialer, roots: o.Roots}
	if s.port == 0 {
		s.port = submissionPort
		if s.tls {
			s.port = tlsPort
		}
	}
	return s
}

// Dialer connects.
type Dialer interface {
	DialContext(ctx context.Context, network, address string) (net.Conn, error)
}

// ServerOptions are the parts of a Server; Port 0 is the usual one.
type ServerOptions struct {
	Host           string
	Port           int
	User, Password string
	// TLS is spoken from the first byte; Strict insists on it after STARTTLS.
	TLS, Strict bool
	Dialer      Dialer
	// Roots vouch for the server; nil means those of the machine.
	Roots *x509.CertPool
}

// options are those of the connection. TLS is used wherever the server has it; where
// a password goes over the network it has to be there.
func (s Server) options() []gomail.Option {
	// Without RSET: a letter that was taken must not seem refused.
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(timeout), gomail.WithoutRset()}
	if s.tls {
		options = append(options, gomail.WithSSL())
	} else {
		options = append(options, gomail.WithTLSPolicy(s.policy()))
	}
	options = append(options, gomail.WithTLSConfig(s.secured()))
	if s.dialer != nil {
		options = append(options, gomail.WithDialContextFunc(s.dial))
	}
	switch {
	case s.user == "":
		return options
	case isLocal(s.host): // which the others take for unsafe without TLS
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthPlain))
	case s.tls && s.dialer != nil: // of whose TLS the library knows nothing
		options = append(options, gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthPlain, gomail.SMTPAuthLogin))
	default:
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover))
	}
	return append(options, gomail.WithUsername(s.user), gomail.WithPassword(s.password))
}

// dial reaches the server by its own dialer.
func (s Server) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if !s.tls {
		return s.dialer.DialContext(ctx, network, address)
	}
	return DialTLS(ctx, s.dialer, address, s.secured())
}

// DialTLS connects to a server that speaks TLS from the first byte.
func DialTLS(ctx context.Context, d Dialer, address string, config *tls.Config) (net.Conn, error) {
	conn, err := d.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	secured := tls.Client(conn, config)
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secured, nil
}

func (s Server) secured() *tls.Config {
	return &tls.Config{ServerName: s.host, RootCAs: s.roots, MinVersion: tls.VersionTLS12}
}

func (s Server) policy() gomail.TLSPolicy {
	if s.strict || (s.user != "" && !isLocal(s.host)) {
		return gomail.TLSMandatory
	}
	return gomail.TLSOpportunistic
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
}

// Deliver hands a letter over to the server. What that refuses is a *RefusedError. The word
// of parting is not waited for: the letter is the server's by then.
func (s Server) Deliver(ctx context.Context, l Letter) error {
	letter, err := l.compose()
	if err != nil {
		return err
	}
	client, err := gomail.NewClient(s.host, s.options()...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	talk, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return refusal(err)
	}
	defer func() { _ = client.CloseWithSMTPClient(talk) }()
	return refusal(client.SendWithSMTPClient(talk, letter))
}

// Check connects and logs in, and sends nothing.
func (s Server) Check(ctx context.Context) error {
	client, err := gomail.NewClient(s.host, s.options()...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return refusal(err)
	}
	return client.Close()
}

// Sender sends letters from one address.
type Sender struct {
	server Server
	from   string
}

// New makes a Sender. It does not look whether the server is there; Check does.
func New(server Server, from string) *Sender { return &Sender{server: server, from: from} }

// Send hands a letter over to the server.
func (s *Sender) Send(ctx context.Context, m models.Mail) error {
	from, err := mail.ParseAddress(s.from)
	if err != nil {
		return fmt.Errorf("mail: sender: %w", err)
	}
	l := Letter{
		From: *from, To: m.To, ReplyTo: m.ReplyTo, Subject: m.Subject, Text: m.Text, Headers: m.Headers,
		MessageID: m.ID.String() + "@" + Domain(from.Address),
	}
	if m.FromName != "" {
		l.From.Name = m.FromName
	}
	return s.server.Deliver(ctx, l)
}

// MessageID is what a letter with this id is called in its header, without brackets.
func (s *Sender) MessageID(id models.UID) string {
	from, err := mail.ParseAddress(s.from)
	if err != nil {
		return id.String() + "@localhost"
	}
	return id.String() + "@" + Domain(from.Address)
}

// Check connects and logs in, and sends nothing.
func (s *Sender) Check(ctx context.Context) error { return s.server.Check(ctx) }

// Domain is that of an address, for the ids of letters.
func Domain(address string) string {
	if at := strings.LastIndexByte(address, '@'); at >= 0 {
		return address[at+1:]
	}
	return "localhost"
}
