// Package email carries conversations by e-mail: out by SMTP, in by a webhook that gets
// whole letters, or by looking into a mailbox by IMAP. A thread hangs together by the
// ids of its letters; ours say which message they carry.
package email

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strconv"
	"strings"

	"parley/models"
	"parley/models/chat"
	smtp "parley/server/mail"
)

// maxLetter is the longest letter that is taken in, and maxFiles how many bytes of files
// go out with one: what most servers take, before the third that encoding adds.
const (
	maxLetter = 30 << 20
	maxFiles  = 20 << 20
)

// hookMessages is where an inbound-parse service brings letters.
const hookMessages = "messages"

// The kinds of encryption: from the first byte, after a word in the clear, or none.
const (
	securityTLS      = "tls"
	securityStartTLS = "starttls"
	securityNone     = "none"
)

// Options are what the carrier stands on.
type Options struct {
	// Default is the server that sends for accounts which name none; nil means that each
	// must.
	Default *smtp.Server
	// Dialer reaches the servers that people name; it has to refuse what is not public.
	Dialer smtp.Dialer
	// Roots vouch for servers; nil means those of the machine.
	Roots *x509.CertPool
}

// Carrier carries e-mail.
type Carrier struct{ Options }

var (
	_ chat.Carrier = (*Carrier)(nil)
	_ chat.Poller  = (*Carrier)(nil)

	_ chat.Answerable = (*Carrier)(nil)
)

// New makes the carrier of e-mail.
func New(o Options) *Carrier { return &Carrier{o} }

// Kind implements chat.Carrier.
func (*Carrier) Kind() models.ChannelKind {
	return models.ChannelKind{
		Kind: models.ChannelEmail, Label: "E-mail", Addressing: models.ByEmail,
		Fields: append([]models.ChannelField{
			{Name: "address", Label: "Address", Help: "Customers write to it, and see it as the sender.", Required: true,
				Example: "support@example.com", Pattern: `[^@\s<>,;"]+@[^@\s<>,;"]+\.[^@\s<>,;"]+`},
			{Name: "inbound_secret", Label: "Secret of the webhook", Secret: true, Example: "a-long-random-word", Pattern: `[A-Za-z0-9._~-]{16,}`,
				Help: "For letters that a mail service brings: the password of its basic authentication, or ?secret=… at the end of the address."},
		}, append(serverFields("smtp", "Outgoing mail", "587, or 465 with TLS. Without a host the server's own SMTP_URL sends."),
			append(serverFields("imap", "Incoming mail", "993 with TLS, otherwise 143. Without a host no mailbox is looked into."),
				models.ChannelField{Name: "imap_folder", Label: "Folder", Help: "INBOX unless it says otherwise. Nothing in it is changed.", Example: "INBOX"})...)...),
		Hooks: []models.ChannelHook{{
			Name: hookMessages, Label: "Incoming letters", MaxBytes: maxLetter + maxLetter/2,
			Help: "At the mail service (SendGrid's raw inbound parse, Mailgun's MIME route, or anything that posts message/rfc822), with the secret.",
		}},
	}
}

// serverFields are the settings of one of the two servers.
func serverFields(of, label, help string) []models.ChannelField {
	return []models.ChannelField{
		{Name: of + "_host", Label: label + ": host", Help: "Its name. " + help, Example: of + ".example.com", Pattern: `[A-Za-z0-9.:-]+`},
		{Name: of + "_port", Label: label + ": port", Help: "The usual one unless it says otherwise.", Example: "587", Pattern: `[1-9][0-9]{0,4}`},
		{Name: of + "_security", Label: label + ": encryption", Help: "starttls for SMTP and tls for IMAP, unless it says otherwise.",
			Example: securityTLS, Options: []string{securityTLS, securityStartTLS, securityNone}},
		{Name: of + "_user", Label: label + ": user", Help: "The address itself unless it says otherwise; only used with a password.", Example: "support@example.com"},
		{Name: of + "_password", Label: label + ": password", Help: "Or a password made for one application.", Secret: true, Example: "secret"},
	}
}

// Address implements chat.Carrier.
func (c *Carrier) Address(values map[string]string) (string, error) {
	address := strings.ToLower(values["address"])
	if _, err := mail.ParseAddress(address); err != nil {
		return "", models.Invalid("settings.address", "settings.address is not an e-mail address")
	}
	if values["smtp_host"] == "" && c.Default == nil {
		return "", models.Invalid("settings.smtp_host", "Name the server that sends: there is no SMTP_URL to send by instead")
	}
	for _, of := range []string{"smtp", "imap"} {
		if port := values[of+"_port"]; port != "" && portOf(port) == 0 {
			return "", models.Invalid("settings."+of+"_port", "A port is a number up to 65535")
		}
		if values[of+"_security"] == securityNone && values[of+"_password"] != "" && isFar(values[of+"_host"]) {
			return "", models.Invalid("settings."+of+"_security", "A password does not go over the network in the clear")
		}
	}
	return address, nil
}

func portOf(text string) int {
	port, err := strconv.Atoi(text)
	if err != nil || port > 65_535 {
		return 0
	}
	return port
}

// isFar says whether the way to a host leads over a network.
func isFar(host string) bool {
	ip := net.ParseIP(host)
	return host != "localhost" && (ip == nil || !ip.IsLoopback())
}

// login are the credentials for one of the servers.
func login(line chat.Line, of string) (user, password string) {
	if password = line.Values[of+"_password"]; password == "" {
		return "", ""
	}
	if user = line.Values[of+"_user"]; user == "" {
		user = line.Values["address"]
	}
	return user, password
}

// server is what sends for an account.
func (c *Carrier) server(line chat.Line) (smtp.Server, error) {
	host := line.Values["smtp_host"]
	if host == "" && c.Default != nil {
		return *c.Default, nil
	}
	if host == "" {
		return smtp.Server{}, &chat.CarrierError{Reason: "No server is named that sends, and there is no SMTP_URL"}
	}
	security := line.Values["smtp_security"]
	user, password := login(line, "smtp")
	return smtp.NewServer(smtp.ServerOptions{
		Host: host, Port: portOf(line.Values["smtp_port"]), User: user, Password: password, Dialer: c.Dialer, Roots: c.Roots,
		TLS: security == securityTLS, Strict: security == "" || security == securityStartTLS,
	}), nil
}

// Test implements chat.Carrier: it logs in to the servers, and sends nothing.
func (c *Carrier) Test(ctx context.Context, line chat.Line) (string, error) {
	server, err := c.server(line)
	if err != nil {
		return "", err
	}
	if err := server.Check(ctx); err != nil {
		return "", refused("The server that sends does not let us in", err)
	}
	if line.Values["imap_host"] == "" {
		return "The server that sends lets us in. No mailbox is looked into", nil
	}
	box, err := c.open(ctx, line)
	if err != nil {
		return "", err
	}
	defer box.close()
	return fmt.Sprintf("Both servers let us in. There are %d letters in %s", box.count, box.folder), nil
}

// refused tells what a server says.
func refused(what string, err error) error {
	told := &chat.CarrierError{Reason: what, Temporary: true, Err: err}
	if r := new(smtp.RefusedError); errors.As(err, &r) {
		told.Temporary = r.Temporary
		told.Reason += ": " + r.Said
	}
	return told
}
