// Package mail sends letters through an SMTP server.
package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"strconv"
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

// options are those of the connection. TLS is used wherever the server has it; where
// a password goes over the network it has to be there.
func (s Server) options() []gomail.Option {
	options := []gomail.Option{gomail.WithPort(s.port), gomail.WithTimeout(timeout)}
	if s.tls {
		options = append(options, gomail.WithSSL())
	} else {
		options = append(options, gomail.WithTLSPolicy(s.policy()))
	}
	if s.user == "" {
		return options
	}
	way := gomail.SMTPAuthAutoDiscover
	if isLocal(s.host) {
		way = gomail.SMTPAuthPlain // which the other one takes for unsafe without TLS
	}
	return append(options, gomail.WithSMTPAuth(way), gomail.WithUsername(s.user), gomail.WithPassword(s.password))
}

func (s Server) policy() gomail.TLSPolicy {
	if s.user != "" && !isLocal(s.host) {
		return gomail.TLSMandatory
	}
	return gomail.TLSOpportunistic
}

func isLocal(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || (ip != nil && ip.IsLoopback())
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
	letter := gomail.NewMsg()
	if err := letter.From(s.from); err != nil {
		return fmt.Errorf("mail: sender: %w", err)
	}
	if err := letter.To(m.To); err != nil {
		return fmt.Errorf("mail: recipient: %w", err)
	}
	letter.Subject(m.Subject)
	letter.SetMessageIDWithValue(m.ID.String() + "@" + s.domain())
	letter.SetDate()
	letter.SetBodyString(gomail.TypeTextPlain, m.Text)
	client, err := gomail.NewClient(s.server.host, s.server.options()...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialAndSendWithContext(ctx, letter); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// domain is the sender's, for the ids of letters.
func (s *Sender) domain() string {
	a, err := mail.ParseAddress(s.from)
	if err != nil {
		return "localhost"
	}
	for i := len(a.Address) - 1; i >= 0; i-- {
		if a.Address[i] == '@' {
			return a.Address[i+1:]
		}
	}
	return "localhost"
}

// Check connects and logs in, and sends nothing.
func (s *Sender) Check(ctx context.Context) error {
	client, err := gomail.NewClient(s.server.host, s.server.options()...)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	if err := client.DialWithContext(ctx); err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return client.Close()
}
