package chat

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"parley/models"
	"parley/models/jobs"
)

const (
	letterTimeout = 30 * time.Second
	letterWorkers = 4
	// A visitor's address is not verified: whoever it belongs to gets no more letters
	// of a kind than this from one account, whatever is typed.
	noticesPerHour = 3
	noticesPerDay  = 10
	// noticeLife is how long an answer is worth a letter.
	noticeLife = 24 * time.Hour
	// noticeMessages is how many of a conversation's newest messages count: others wait
	// while they are read.
	noticeMessages = 200
	// transcriptMessages and transcriptLength bound what a letter repeats.
	transcriptMessages = 20
	transcriptLength   = 600
)

// queueVisitorNotice has a visitor told later of an answer that was just given.
func (s *Service) queueVisitorNotice(ctx context.Context, tx Tx, who models.Principal, e models.Event) error {
	c := e.Conversation
	if e.Type != models.EventMessageSent || c.Channel != models.ChannelChat || c.SiteID == nil {
		return nil
	}
	if m := e.Message; m != nil && m.AuthorKind != models.ByUser && c.HandedOffAt != nil && m.CreatedAt.Equal(*c.HandedOffAt) {
		return nil // that somebody will answer is no answer
	}
	site, err := tx.SiteOf(ctx, who, *c.SiteID)
	if err != nil || site.NoticeMinutes == 0 {
		return gone(err)
	}
	return s.queueVisitorLook(ctx, tx, who, c.UID, e.CreatedAt.Add(time.Duration(site.NoticeMinutes)*time.Minute))
}

func (s *Service) queueVisitorLook(ctx context.Context, tx Tx, who models.Principal, conversation models.UID, at time.Time) error {
	id := models.FormatID(models.PrefixConversation, conversation)
	return tx.AddJob(ctx, who, &models.Job{
		Kind: JobVisitorNotice, UniqueKey: &id, Payload: map[string]any{"conversation": id}, RunAt: at, CreatedAt: s.clock(),
	})
}

// noticeVisitor looks whether a visitor has read the answer, and writes if not. While the
// visitor has the conversation open somewhere it waits.
func (s *Service) noticeVisitor(ctx context.Context, a *jobs.Attempt) error {
	who := models.System(a.Job.AccountID)
	text, _ := a.Job.Payload["conversation"].(string)
	conversation, err := models.ParseID(models.PrefixConversation, text)
	if err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	c, err := s.store.Conversation(ctx, who, conversation)
	if errors.Is(err, models.ErrConversationNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	watched := s.visitors != nil && s.visitors.Watched(ctx, c.ID)
	return a.Finish(ctx, func(ctx context.Context) error {
		return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
			return s.decideNotice(ctx, tx, who, conversation, watched)
		})
	})
}

// absence is what a visitor who is away has left behind.
type absence struct {
	conversation models.Conversation
	said         []models.Message
	site         models.Site
	email        string
}

// decideNotice writes to a visitor who has not read, who gave an address that may be
// written to, and who was not written to since the last visit.
func (s *Service) decideNotice(ctx context.Context, tx Tx, who models.Principal, conversation models.UID, watched bool) error {
	c, err := tx.LockConversation(ctx, who, conversation)
	if err != nil {
		return gone(err)
	}
	said, err := tx.Transcript(ctx, who, TranscriptQuery{ConversationID: c.ID, Newest: noticeMessages})
	if err != nil {
		return err
	}
	unread := unreadAnswer(c, said)
	if unread == nil || c.SiteID == nil || unread.CreatedAt.Before(s.clock().Add(-noticeLife)) {
		return nil
	}
	site, err := tx.SiteOf(ctx, who, *c.SiteID)
	if err != nil || site.NoticeMinutes == 0 {
		return gone(err)
	}
	if watched {
		return s.queueVisitorLook(ctx, tx, who, conversation, s.clock().Add(time.Duration(site.NoticeMinutes)*time.Minute))
	}
	full, err := tx.Conversation(ctx, who, conversation)
	if err != nil || full.Contact == nil || full.Contact.Email == nil || full.Contact.Status == models.ContactBlocked {
		return err
	}
	return s.writeNotice(ctx, tx, who, absence{conversation: c, said: said, site: site, email: *full.Contact.Email})
}

// writeNotice writes the letter, if it may be written, and remembers it.
func (s *Service) writeNotice(ctx context.Context, tx Tx, who models.Principal, away absence) error {
	if may, err := s.mayNotice(ctx, tx, who, away); err != nil || !may {
		return err
	}
	n := models.VisitorNotice{
		UID: models.NewUID(), ConversationID: away.conversation.ID, Email: away.email,
		ReadSeq: away.conversation.VisitorReadSeq, CreatedAt: s.clock(),
	}
	if err := tx.AddNotice(ctx, who, &n); err != nil {
		return err
	}
	replyTo, err := s.replyAddress(ctx, tx, who)
	if err != nil {
		return err
	}
	return s.queueLetter(ctx, tx, who, s.visitorLetter(n, away, replyTo))
}

// unreadAnswer is the team's first message that the visitor has not read; nil when there
// is none, or the visitor has written since.
func unreadAnswer(c models.Conversation, said []models.Message) *models.Message {
	var first *models.Message
	for i := range said {
		switch {
		case said[i].AuthorKind == models.ByContact:
			first = nil
		case first == nil && said[i].PublicSeq != nil && *said[i].PublicSeq > c.VisitorReadSeq:
			first = &said[i]
		}
	}
	return first
}

// mayNotice says whether a letter is wanted: nobody stopped it, it is the first since the
// visitor was here, and there were not too many.
func (s *Service) mayNotice(ctx context.Context, tx Tx, who models.Principal, away absence) (bool, error) {
	if sandbox, err := tx.IsSandbox(ctx, who); err != nil || sandbox {
		return false, err
	}
	if stopped, err := tx.MailStopped(ctx, who, away.email); err != nil || stopped {
		return false, err
	}
	last, err := tx.LastNotice(ctx, who, away.conversation.ID)
	if err != nil && !errors.Is(err, models.ErrNotFound) {
		return false, err
	}
	if err == nil && !away.ended(last) {
		return false, nil
	}
	return s.fewLetters(ctx, tx, who, models.NoticeAnswer, away.email)
}

// fewLetters says whether an address got so few letters of a kind that it may get another.
// Transcripts are a stranger's to ask for: they must not use up what answers have.
func (s *Service) fewLetters(ctx context.Context, tx Tx, who models.Principal, kind, email string) (bool, error) {
	for _, limit := range []struct {
		span time.Duration
		most int64
	}{{time.Hour, noticesPerHour}, {24 * time.Hour, noticesPerDay}} {
		n, err := tx.CountNotices(ctx, who, kind, email, s.clock().Add(-limit.span))
		if err != nil || n >= limit.most {
			return false, err
		}
	}
	return true, nil
}

// ended says whether the visitor has read or written since a letter.
func (a absence) ended(last models.VisitorNotice) bool {
	if a.conversation.VisitorReadSeq > last.ReadSeq {
		return true
	}
	for _, m := range a.said {
		if m.AuthorKind == models.ByContact && m.CreatedAt.After(last.CreatedAt) {
			return true
		}
	}
	return false
}

// replyAddress is where an answer to a letter finds the conversation; "" when letters
// do not come in.
func (s *Service) replyAddress(ctx context.Context, tx Tx, who models.Principal) (string, error) {
	account, err := tx.ChannelOf(ctx, who, nil, models.ChannelEmail)
	if errors.Is(err, ErrChannelNotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	carrier, line, err := s.line(account)
	if err != nil {
		return "", gone(err)
	}
	if box, knows := carrier.(Answerable); !knows || !box.Answerable(line) {
		return "", nil
	}
	return account.Address, nil
}

// visitorLetter writes the letter. The address was typed by somebody who may not own it,
// and what that person wrote is somebody else's text to its owner: so it is shortened,
// and leads nowhere.
func (s *Service) visitorLetter(n models.VisitorNotice, away absence, replyTo string) models.Mail {
	site, said := away.site, away.said
	var text strings.Builder
	text.WriteString("There is an answer for you from " + site.Name + ".\n\nRead it, and write back, here:\n" +
		s.notices.ConversationLink(site.SiteKey, away.conversation.UID) + "\n")
	if replyTo != "" {
		text.WriteString("\nYou can also answer this letter.\n")
	}
	text.WriteString("\nThe conversation so far:\n")
	for _, m := range said[max(0, len(said)-transcriptMessages):] {
		text.WriteString("\n" + transcriptLine(m) + "\n")
	}
	stop := s.notices.StopLink(away.conversation.AccountID, n.Email)
	text.WriteString("\n-- \nYou get this because somebody gave this address in a chat with " + site.Name +
		". If that was not you, or you want no more of these letters:\n" + stop + "\n")
	return models.Mail{
		ID: n.UID, To: n.Email, FromName: site.Name, ReplyTo: replyTo, Subject: "An answer from " + site.Name, Text: text.String(),
		Headers: map[string]string{
			"List-Unsubscribe": "<" + stop + ">", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
			"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All",
		},
	}
}

// webAddress is what mail programs make links of: addresses with a scheme, and names of
// hosts, with whatever stands before an @ and after the name.
var webAddress = regexp.MustCompile(`(?i)\b[a-z][a-z0-9+.-]*://\S+|\bmailto:\S+|` +
	`(?:[^\s@<>()]+@)?[\pL\pN](?:[\pL\pN_-]*\.)+\pL[\pL\pN-]+(?::\d+)?(?:[/?#]\S*)?`)

// leadingNowhere is a stranger's text without what could be clicked on.
func leadingNowhere(text string) string { return webAddress.ReplaceAllString(text, "[a link]") }

// fileIn names a file. The name that a stranger chose may be a host's.
func fileIn(m models.Message, file models.Attachment, verified bool) string {
	if m.AuthorKind == models.ByContact && !verified {
		return "[a file]"
	}
	return "[" + file.Filename + "]"
}

func transcriptLine(m models.Message) string {
	name, content := m.Author, m.Content
	if m.AuthorKind == models.ByContact {
		name, content = "You", leadingNowhere(content)
	}
	if isBlank(content) && len(m.Attachments) > 0 {
		content = fileIn(m, m.Attachments[0], false)
	}
	return name + ": " + cut(strings.TrimSpace(content), transcriptLength)
}
