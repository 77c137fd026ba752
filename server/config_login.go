package main

import (
	"context"
	netmail "net/mail"
	"net/url"
	"strings"

	"parley/models/access"
	"parley/models/chat"
	"parley/server/agentapi"
	"parley/server/mail"
	"parley/server/oidc"
)

// loginSettings are what invitations, password resets and logging in elsewhere need.
type loginSettings struct {
	// mail says whether there is a mail server.
	mail   bool
	server mail.Server
	from   string
	// oidc is the identity provider; there is none without an issuer.
	oidc oidc.Options
}

// mailer sends letters; nil when no mail is set up.
func (l loginSettings) mailer() access.Mailer {
	if !l.mail {
		return nil
	}
	return mail.New(l.server, l.from)
}

// letters writes to those who are away; nil when no mail is set up.
func (l loginSettings) letters() chat.Mailer {
	if !l.mail {
		return nil
	}
	return mail.New(l.server, l.from)
}

// relay is the server that letters of channels without one of their own go through; nil
// when no mail is set up.
func (l loginSettings) relay() *mail.Server {
	if !l.mail {
		return nil
	}
	return &l.server
}

// identities are the identity provider; nil when there is none.
func (l loginSettings) identities() agentapi.Identities {
	if l.oidc.Issuer == "" {
		return nil
	}
	return oidc.New(l.oidc)
}

// login reads what belongs to logging in.
func (r *reader) login(c Config, publicURL string) loginSettings {
	l := loginSettings{from: c.MailFrom}
	if c.SMTPURL != "" {
		l.mail = true
		server, err := mail.ParseServer(c.SMTPURL)
		if err != nil {
			r.refuse("SMTP_URL", redacted(c.SMTPURL), err.Error())
		}
		l.server = server
		if mail.CheckSender(c.MailFrom) != nil {
			r.refuse("MAIL_FROM", c.MailFrom, "an address such as chat@example.com or Parley <chat@example.com>")
		}
	}
	if c.OIDCIssuer != "" {
		u, err := url.Parse(c.OIDCIssuer)
		if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
			r.refuse("OIDC_ISSUER", redacted(c.OIDCIssuer), "https://HOST, as the identity provider calls itself")
		}
		if c.OIDCClientID == "" {
			r.refuse("OIDC_CLIENT_ID", "", "our name at the identity provider that OIDC_ISSUER names")
		}
		l.oidc = oidc.Options{
			Issuer: c.OIDCIssuer, ClientID: c.OIDCClientID, ClientSecret: c.OIDCSecret,
			Callback: publicURL + agentapi.Prefix + "/auth/oidc/callback",
		}
	}
	return l
}

// examineMail looks whether the mail server lets us in.
func (s settings) examineMail(ctx context.Context) (string, error) {
	if !s.login.mail {
		return "none: invitations answer a link, and passwords cannot be reset by mail", nil
	}
	return "the server lets us in", mail.New(s.login.server, s.login.from).Check(ctx)
}

// pushContact is whom a push service may write to about our pushes.
func (s settings) pushContact() string {
	if strings.HasPrefix(s.publicURL, "https://") {
		return s.publicURL
	}
	if from, err := netmail.ParseAddress(s.login.from); err == nil {
		return from.Address
	}
	return "postmaster@localhost"
}
