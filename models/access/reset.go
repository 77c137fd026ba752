package access

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"strings"
	"unicode"

	"parley/models"
	"parley/models/jobs"
)

// The kinds of job that this package queues.
const (
	// JobReset finds out whose e-mail address was given, and writes to them.
	JobReset = "auth.reset"
	// JobMail sends one letter.
	JobMail = "auth.mail"
)

// Jobs are the kinds of job that this package queues, for the runner.
func (s *Service) Jobs() map[string]jobs.Kind {
	return map[string]jobs.Kind{JobReset: {Run: s.answerReset}, JobMail: {Run: s.sendLetter}}
}

// RequestReset takes in that somebody forgot a password. It does the same whoever
// the address belongs to: whether it belongs to anybody is found out later.
func (s *Service) RequestReset(ctx context.Context, email string) error {
	email = NormalEmail(email)
	if a, err := mail.ParseAddress(email); err != nil || a.Address != email || len(email) > 254 {
		return models.Invalid("email", "Invalid email address")
	}
	account, err := s.store.FirstAccount(ctx)
	if errors.Is(err, models.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	job := models.Job{AccountID: account.ID, Kind: JobReset, Payload: map[string]any{"email": email}}
	if err := s.store.QueueJob(ctx, &job); err != nil {
		return err
	}
	s.poke()
	return nil
}

// answerReset writes a letter to every user with the address.
func (s *Service) answerReset(ctx context.Context, a *jobs.Attempt) error {
	email, _ := a.Job.Payload["email"].(string)
	found, err := s.store.LoginUsers(ctx, email)
	if err != nil || len(found) == 0 {
		return err
	}
	if s.mailer == nil {
		slog.WarnContext(ctx, "access: a password reset was asked for, but no mail is set up (SMTP_URL)", "users", len(found))
		return nil
	}
	var tokens []models.LoginToken
	var letters []models.Job
	now := models.Now(s.now())
	for _, c := range found {
		if c.User.PasswordHash == "" {
			continue // the invitation is the way in
		}
		secret := newSecret("rst_")
		letter, err := s.letter(c.Account.ID, letterOf{
			template: letterReset, To: email, Name: c.User.Name, Account: c.Account.Name, Secret: secret,
		})
		if err != nil {
			return err
		}
		letters = append(letters, *letter)
		tokens = append(tokens, models.LoginToken{
			UID: models.NewUID(), AccountID: c.Account.ID, UserID: c.User.ID, Kind: models.TokenPasswordReset,
			TokenHash: models.TokenHash(secret), CreatedAt: now, ExpiresAt: now.Add(resetTime),
		})
	}
	if err := s.store.AddTokens(ctx, tokens, letters); err != nil {
		return err
	}
	s.poke()
	return nil
}

// ConfirmReset uses a reset token up for a new password, and logs the user out
// everywhere.
func (s *Service) ConfirmReset(ctx context.Context, token, password string) error {
	who, err := s.redeem(ctx, models.TokenPasswordReset, token, password, "")
	if err != nil {
		return err
	}
	s.ring(models.Doorbell{Kind: models.BellRevoked, AccountID: who.Account.ID, UserID: who.User.ID})
	return nil
}

// ChangePassword sets a new password for whoever knows the current one, and logs the
// user out everywhere else.
func (s *Service) ChangePassword(ctx context.Context, who models.Principal, current, next string) error {
	if err := checkPassword("new", next); err != nil {
		return err
	}
	me, err := s.proven(ctx, who, current)
	if errors.Is(err, errPassword) {
		return models.Invalid("current", errPassword.Message)
	}
	if err != nil {
		return err
	}
	hash, err := s.passwords.hash(ctx, next)
	if err != nil {
		return err
	}
	ended, err := s.store.ChangePassword(ctx, PasswordChange{
		UserID: me.User.ID, Session: who.SessionID, Old: me.User.PasswordHash, New: hash, Now: models.Now(s.now()),
	})
	if err != nil {
		return err
	}
	s.ended(ended...)
	return nil
}

// The pages of the dashboard that the links in letters lead to.
const (
	invitationPage = "/app/invitation"
	resetPage      = "/app/reset"
)

// link leads to a page with a secret in the fragment, which browsers send to nobody.
func (s *Service) link(page, secret string) string { return s.publicURL + page + "#token=" + secret }

// letterOf is what a letter is about. The secret is sealed in the job.
type letterOf struct {
	template                      string
	To, Name, By, Account, Secret string
}

// The letters.
const (
	letterInvitation = "invitation"
	letterReset      = "password_reset"
	// letterNotice has its text with it.
	letterNotice = "notice"
)

// letter queues a letter.
func (s *Service) letter(accountID int64, l letterOf) (*models.Job, error) {
	sealed, err := s.Seal([]byte(l.Secret))
	if err != nil {
		return nil, err
	}
	return &models.Job{AccountID: accountID, Kind: JobMail, Payload: map[string]any{
		"letter": l.template, "to": l.To, "name": l.Name, "by": l.By, "account": l.Account,
		"secret": base64.StdEncoding.EncodeToString(sealed),
	}}, nil
}

// Notice is the job that sends a letter without a secret; false when no mail is set
// up. Implements chat.Letters.
func (s *Service) Notice(accountID int64, to, subject, text string) (models.Job, bool) {
	return models.Job{AccountID: accountID, Kind: JobMail, Payload: map[string]any{
		"letter": letterNotice, "to": to, "subject": oneLine(subject), "text": text,
	}}, s.mailer != nil
}

// sendLetter writes and sends a letter.
func (s *Service) sendLetter(ctx context.Context, a *jobs.Attempt) error {
	if s.mailer == nil {
		return fmt.Errorf("no mail is set up (SMTP_URL): %w", jobs.ErrHopeless)
	}
	field := func(name string) string {
		text, _ := a.Job.Payload[name].(string)
		return oneLine(text)
	}
	if field("letter") == letterNotice {
		text, _ := a.Job.Payload["text"].(string)
		return s.mailer.Send(ctx, models.Mail{ID: a.Job.UID, To: field("to"), Subject: field("subject"), Text: text})
	}
	sealed, err := base64.StdEncoding.DecodeString(field("secret"))
	if err != nil {
		return fmt.Errorf("read the letter's secret: %w: %w", err, jobs.ErrHopeless)
	}
	secret, err := s.Open(sealed)
	if err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	m := models.Mail{ID: a.Job.UID, To: field("to")}
	switch field("letter") {
	case letterInvitation:
		m.Subject = field("by") + " invites you to " + field("account")
		m.Text = fmt.Sprintf(invitationText, field("name"), field("by"), field("account"), s.link(invitationPage, string(secret)))
	default:
		m.Subject = "Choose a new password for " + field("account")
		m.Text = fmt.Sprintf(resetText, field("name"), field("account"), s.link(resetPage, string(secret)))
	}
	return s.mailer.Send(ctx, m)
}

const invitationText = `Hello %s,

%s invites you to answer customers of %s in Parley.
Choose a password here; the link works once, within 7 days:

%s

If you do not know what this is about, you need not do anything.
`

const resetText = `Hello %s,

somebody, hopefully you, wants to choose a new password for %s in Parley.
Do it here; the link works once, within an hour:

%s

If it was not you, you need not do anything: your password stays as it is.
`

// HasMail says whether letters can be sent.
func (s *Service) HasMail() bool { return s.mailer != nil }

// oneLine keeps names that people chose from ending a line of a letter.
func oneLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}
