package chat

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"parley/models"
	"parley/models/jobs"
)

// The jobs that write to people who are away.
const (
	// JobVisitorNotice tells a visitor of the team's answer, if it is still unread.
	JobVisitorNotice = "notice.visitor"
	// JobTeamNotice tells a user of a conversation.
	JobTeamNotice = "notice.team"
	// JobLetter hands one letter to the mail server.
	JobLetter = "notice.letter"
	// JobTranscript sends a visitor what was said.
	JobTranscript = "notice.transcript"
	// JobPush tells a visitor's browser of an answer.
	JobPush = "notice.push"
)

const (
	// noticeReader is the name of this reader's place in the logs.
	noticeReader = "notices"
	noticePause  = time.Second
	noticeBatch  = 100
	// noticeAge is how old news may be: after a long rest nobody is told of last week.
	noticeAge = time.Hour
)

// maxNoticeMinutes is the longest that anybody can be made to wait for a letter.
const maxNoticeMinutes = 24 * 60

// checkMinutes looks at how soon a letter is to be written; 0 is never.
func checkMinutes(field string, minutes *int) error {
	if minutes != nil && (*minutes < 0 || *minutes > maxNoticeMinutes) {
		return models.Invalid(field, field+" must be a number from 0, which is never, to 1440")
	}
	return nil
}

// HasMail says whether letters can be sent.
func (s *Service) HasMail() bool { return s.mailer != nil }

// RunNotices reads the logs and queues what people are to be told of, until ctx ends.
// Each node runs one; of each log there is one reader at a time. Without a mail server
// and without pushes nobody is told of anything.
func (s *Service) RunNotices(ctx context.Context) error {
	if s.mailer == nil && s.pusher == nil {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(noticePause)
	defer tick.Stop()
	for {
		if err := s.QueueNotices(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "notices: the log was not read, trying again", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// QueueNotices reads what the logs say that is new.
func (s *Service) QueueNotices(ctx context.Context) error {
	defer s.queued()
	for {
		accounts, err := s.store.AccountsBehind(ctx, noticeReader, noticeBatch)
		if err != nil {
			return err
		}
		moved := false
		for _, account := range accounts {
			err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
				more, err := s.readLog(ctx, tx, models.System(account))
				moved = moved || more
				return err
			})
			if err != nil {
				return fmt.Errorf("account %d: %w", account, err)
			}
		}
		if !moved {
			return nil
		}
	}
}

// readLog reads one batch of an account's log; false when there was none, or somebody
// else reads it.
func (s *Service) readLog(ctx context.Context, tx Tx, who models.Principal) (bool, error) {
	pos, held, err := tx.TakeCursor(ctx, who, noticeReader)
	if err != nil || !held {
		return false, err
	}
	events, err := tx.EventsAfter(ctx, who, pos, noticeBatch)
	if err != nil || len(events) == 0 {
		return false, err
	}
	team, err := tx.Team(ctx, who)
	if err != nil {
		return false, err
	}
	for _, e := range events {
		if e.CreatedAt.Before(s.clock().Add(-noticeAge)) || e.Conversation == nil {
			continue
		}
		if err := s.queueEvent(ctx, tx, who, e, team); err != nil {
			return false, err
		}
	}
	return true, tx.MoveCursor(ctx, who, noticeReader, *events[len(events)-1].Pos)
}

// queueEvent queues what one event is told by.
func (s *Service) queueEvent(ctx context.Context, tx Tx, who models.Principal, e models.Event, team []models.User) error {
	if err := s.queuePushes(ctx, tx, who, e); err != nil || s.mailer == nil {
		return err
	}
	if err := s.queueVisitorNotice(ctx, tx, who, e); err != nil {
		return err
	}
	return s.queueTeamNotices(ctx, tx, who, e, team)
}

// queueLetter queues a letter within the transaction that decides about it, so that it is
// decided about once.
func (s *Service) queueLetter(ctx context.Context, tx Tx, who models.Principal, m models.Mail) error {
	headers := map[string]any{}
	for name, value := range m.Headers {
		headers[name] = value
	}
	now := s.clock()
	return tx.AddJob(ctx, who, &models.Job{Kind: JobLetter, RunAt: now, CreatedAt: now, Payload: map[string]any{
		"id": m.ID.String(), "to": m.To, "from_name": m.FromName, "reply_to": m.ReplyTo,
		"subject": m.Subject, "text": m.Text, "headers": headers,
	}})
}

// sendLetter hands a letter over. It has the same id on each try.
func (s *Service) sendLetter(ctx context.Context, a *jobs.Attempt) error {
	if s.mailer == nil {
		return fmt.Errorf("no mail server: %w", jobs.ErrHopeless)
	}
	field := func(name string) string {
		text, _ := a.Job.Payload[name].(string)
		return text
	}
	var id models.UID
	if err := id.UnmarshalText([]byte(field("id"))); err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	m := models.Mail{
		ID: id, To: field("to"), FromName: field("from_name"), ReplyTo: field("reply_to"),
		Subject: field("subject"), Text: field("text"), Headers: map[string]string{},
	}
	headers, _ := a.Job.Payload["headers"].(map[string]any)
	for name, value := range headers {
		m.Headers[name], _ = value.(string)
	}
	return s.mailer.Send(ctx, m)
}

// NoticeAddress is the address that a link to end letters names.
func (s *Service) NoticeAddress(token string) (email string, err error) {
	_, email, ok := s.notices.ReadStopLink(token)
	if !ok {
		return "", errStopLink
	}
	return email, nil
}

// errStopLink is for links that somebody cut, or made.
var errStopLink = models.Fail(models.CodeNotFound, "This link is not complete")

// StopNotices ends letters to the address that a link names.
func (s *Service) StopNotices(ctx context.Context, token string) (email string, err error) {
	accountID, email, ok := s.notices.ReadStopLink(token)
	if !ok {
		return "", errStopLink
	}
	who := models.System(accountID)
	return email, s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return tx.StopMail(ctx, who, email, s.clock())
	})
}

// noticeThread is the conversation that a letter of ours was about which this one
// answers.
func (s *Service) noticeThread(ctx context.Context, tx Tx, author models.Principal, contactID int64, in Incoming) (models.Conversation, error) {
	var ids []models.UID
	for _, reference := range in.References {
		name, _, _ := strings.Cut(reference, "@")
		var uid models.UID
		if uid.UnmarshalText([]byte(name)) == nil {
			ids = append(ids, uid)
		}
	}
	if len(ids) == 0 || in.through == nil || in.Channel != models.ChannelEmail {
		return models.Conversation{}, models.ErrConversationNotFound
	}
	return tx.ConversationByNotice(ctx, author, contactID, ids)
}
