package chat

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"parley/models"
	"parley/models/jobs"
)

// Errors of SendTranscript.
var (
	ErrNoMail       = models.Fail(models.CodeConflict, "Transcripts cannot be sent from here")
	errNoAddress    = models.Fail(models.CodeConflict, "There is no e-mail address to send the transcript to")
	errManyLetters  = models.Fail(models.CodeRateLimited, "This address got several letters already; try again later").With("retry_after", int64(time.Hour/time.Second))
	errNothingThere = models.Invalid("url", "The url must be the address of a page, on http or https")
)

// letterMessages bounds a transcript: what is older than so many messages is left out.
const letterMessages = 500

// SendTranscript has what was said sent to the conversation's address, for its visitor: a
// job does it. Notes are no part of it. An address that wants no letters gets none, and a
// sandbox sends none; the visitor is not told, since the address may be somebody else's.
func (s *Service) SendTranscript(ctx context.Context, who models.Principal) error {
	if err := allow(who, actVisit); err != nil {
		return err
	}
	if s.mailer == nil {
		return ErrNoMail
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockConversation(ctx, who, who.ConversationUID)
		if err != nil {
			return err
		}
		return s.queueTranscript(ctx, tx, models.System(who.AccountID), c)
	})
	if err == nil {
		s.pokeJobs(ctx)
	}
	return err
}

func (s *Service) queueTranscript(ctx context.Context, tx Tx, who models.Principal, c models.Conversation) error {
	switch contact := c.Contact; {
	case contact == nil:
		return models.ErrConversationNotFound
	case contact.Status == models.ContactBlocked:
		return ErrBlocked
	case contact.Email == nil && contact.Metadata[unverifiedEmail] != nil:
		return nil
	case contact.Email == nil:
		return errNoAddress
	}
	email := *c.Contact.Email
	if sandbox, err := tx.IsSandbox(ctx, who); err != nil || sandbox {
		return err
	}
	if stopped, err := tx.MailStopped(ctx, who, email); err != nil || stopped {
		return err
	}
	if few, err := s.fewLetters(ctx, tx, who, models.NoticeTranscript, email); err != nil || !few {
		return errors.Join(err, unless(few, errManyLetters))
	}
	now := s.clock()
	n := models.VisitorNotice{
		UID: models.NewUID(), ConversationID: c.ID, Email: email, Kind: models.NoticeTranscript, ReadSeq: c.VisitorReadSeq, CreatedAt: now,
	}
	if err := tx.AddNotice(ctx, who, &n); err != nil {
		return err
	}
	return tx.AddJob(ctx, who, &models.Job{Kind: JobTranscript, RunAt: now, CreatedAt: now, Payload: map[string]any{
		"id": n.UID.String(), "conversation": models.FormatID(models.PrefixConversation, c.UID), "to": email,
	}})
}

// unless is err where a condition does not hold.
func unless(holds bool, err error) error {
	if holds {
		return nil
	}
	return err
}

// sendTranscript writes the letter and hands it over. It has the same id on each try.
func (s *Service) sendTranscript(ctx context.Context, a *jobs.Attempt) error {
	if s.mailer == nil {
		return fmt.Errorf("no mail server: %w", jobs.ErrHopeless)
	}
	who := models.System(a.Job.AccountID)
	text := func(name string) string {
		value, _ := a.Job.Payload[name].(string)
		return value
	}
	n := models.VisitorNotice{Email: text("to")}
	conversation, err := models.ParseID(models.PrefixConversation, text("conversation"))
	if err = errors.Join(err, n.UID.UnmarshalText([]byte(text("id")))); err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	m, err := s.transcriptLetter(ctx, who, conversation, n)
	if err != nil {
		return gone(err)
	}
	return s.mailer.Send(ctx, m)
}

func (s *Service) transcriptLetter(
	ctx context.Context, who models.Principal, conversation models.UID, n models.VisitorNotice,
) (m models.Mail, err error) {
	err = s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.Conversation(ctx, who, conversation)
		if err != nil {
			return err
		}
		if c.SiteID == nil {
			return models.ErrConversationNotFound
		}
		site, err := tx.SiteOf(ctx, who, *c.SiteID)
		if err != nil {
			return err
		}
		said, err := tx.Transcript(ctx, who, TranscriptQuery{ConversationID: c.ID, After: max(0, c.PublicSeq-letterMessages)})
		if err != nil {
			return err
		}
		replyTo, err := s.replyAddress(ctx, tx, who)
		m = s.transcriptMail(n, absence{conversation: c, said: said, site: site, email: n.Email}, replyTo)
		return err
	})
	return m, err
}

// transcriptMail puts what was said on paper, with times in the site's time zone.
func (s *Service) transcriptMail(n models.VisitorNotice, about absence, replyTo string) models.Mail {
	site, zone := about.site, time.UTC
	if there, err := time.LoadLocation(site.OfficeHours.TimeZone); err == nil {
		zone = there
	}
	var text strings.Builder
	text.WriteString("Here is what was said in your chat with " + site.Name + ".\n")
	if len(about.said) > 0 && about.said[0].PublicSeq != nil && *about.said[0].PublicSeq > 1 {
		text.WriteString("It is long, so the beginning is left out.\n")
	}
	for _, m := range about.said {
		text.WriteString("\n" + m.CreatedAt.In(zone).Format("2006-01-02 15:04 MST") + "\n" +
			transcriptEntry(m, about.conversation.Verified) + "\n")
	}
	text.WriteString("\nThe conversation goes on here:\n" + s.notices.ConversationLink(site.SiteKey, about.conversation.UID) + "\n")
	stop := s.notices.StopLink(about.conversation.AccountID, n.Email)
	text.WriteString("\n-- \nSomebody asked for this in a chat with " + site.Name +
		" in which this address was given. If that was not you, or you want no more letters:\n" + stop + "\n")
	return models.Mail{
		ID: n.UID, To: n.Email, FromName: site.Name, ReplyTo: replyTo, Subject: "Your chat with " + site.Name, Text: text.String(),
		Headers: map[string]string{
			"List-Unsubscribe": "<" + stop + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
		},
	}
}

// transcriptEntry is a whole message. What was written by somebody who may not own the
// address leads nowhere, and is shortened.
func transcriptEntry(m models.Message, verified bool) string {
	name, content := m.Author, strings.TrimSpace(m.Content)
	if m.AuthorKind == models.ByContact {
		name = "You"
		if !verified {
			content = cut(leadingNowhere(content), transcriptLength)
		}
	}
	for _, file := range m.Attachments {
		content = strings.TrimSpace(content + "\n" + fileIn(m, file, verified))
	}
	return name + ": " + content
}

// Visit notes the page that a visitor is on now, and shows it to the team: nothing that
// the log keeps, and nothing at all while the visitor stays there.
func (s *Service) Visit(ctx context.Context, who models.Principal, page models.WebPage) error {
	if err := allow(who, actVisit); err != nil {
		return err
	}
	clean := cleanPage(&page)
	if clean.URL == "" {
		return errNothingThere
	}
	if err := checkText("page", clean.URL+clean.Title+clean.Referrer); err != nil {
		return err
	}
	moved := false
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockConversation(ctx, who, who.ConversationUID)
		if err != nil {
			return err
		}
		if moved = c.Page == nil || *c.Page != *clean; !moved {
			return nil
		}
		c.Page = clean // and updated_at stays: nobody changed the conversation
		return tx.UpdateConversation(ctx, who, &c, "page")
	})
	if err == nil && moved {
		s.bell.Ring(ctx, models.Doorbell{
			Kind: models.BellPage, AccountID: who.AccountID, ConversationID: who.ConversationID,
			ConversationUID: who.ConversationUID, From: models.ByContact, Page: clean,
		})
	}
	return err
}
