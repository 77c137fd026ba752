package chat

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"parley/models"
	"parley/models/jobs"
)

// What users are told of.
const (
	becauseNew      = "new"
	becauseAssigned = "assigned"
	becauseMention  = "mentioned"
	becauseWaiting  = "waiting"
	becauseHandoff  = "handed off"
)

// queueTeamNotices queues letters to those of the team who want to know of an event.
func (s *Service) queueTeamNotices(ctx context.Context, tx Tx, who models.Principal, e models.Event, team []models.User) error {
	if e.Conversation.Channel == models.ChannelAPI && e.Type != models.EventConversationUpdated {
		return nil // a session is news once its assistant leaves it to people
	}
	for _, u := range team {
		why, at := wants(u, e)
		own := e.ActorUserID != nil && *e.ActorUserID == u.ID
		if why == "" || own {
			continue
		}
		if why == becauseWaiting && e.Type == models.EventMessageReceived {
			begins, err := beginsToWait(ctx, tx, who, e)
			if err != nil {
				return err
			}
			if !begins {
				continue
			}
		}
		if err := s.queueUserNotice(ctx, tx, who, userNotice{user: u.UID, conversation: e.Conversation.UID, why: why}, at); err != nil {
			return err
		}
	}
	return nil
}

// wants says what a user wishes to be told of an event, and when; "" when of nothing.
func wants(u models.User, e models.Event) (why string, due time.Time) {
	c, wish, at := e.Conversation, u.Notices, e.CreatedAt
	others := c.AssignedTo != nil && *c.AssignedTo != u.ID
	wanted := false
	switch e.Type {
	case models.EventConversationCreated:
		why, wanted = becauseNew, wish.NewConversation && e.ActorUserID == nil && !assistantHad(c)
	case models.EventConversationAssigned:
		why, wanted = becauseAssigned, wish.Assigned && c.AssignedTo != nil && !others
	case models.EventNoteCreated:
		why, wanted = becauseMention, wish.Mentioned && e.Message != nil && mentions(e.Message.Content, u.Name)
	case models.EventMessageReceived:
		why, wanted = becauseWaiting, wish.WaitingMinutes > 0 && !others
		at = at.Add(time.Duration(wish.WaitingMinutes) * time.Minute)
	case models.EventConversationUpdated:
		return wantsHandoff(u, e)
	}
	if !wanted {
		return "", at
	}
	return why, at
}

// assistantHad says whether an assistant took up a new conversation: then it is news only
// once it is handed off.
func assistantHad(c *models.Conversation) bool { return c.AssistantActive || c.HandoffReason != nil }

// wantsHandoff is wants for a conversation that an assistant may have left to people: it is
// as good as a new one, or else its customer waits.
func wantsHandoff(u models.User, e models.Event) (why string, due time.Time) {
	c, wish := e.Conversation, u.Notices
	reason, _ := e.Detail["handoff_reason"].(string)
	others := c.AssignedTo != nil && *c.AssignedTo != u.ID
	switch {
	case others || c.AssistantActive || !leftToPeople(models.HandoffReason(reason)):
	case wish.NewConversation:
		return becauseHandoff, e.CreatedAt
	case wish.WaitingMinutes > 0:
		return becauseWaiting, e.CreatedAt.Add(time.Duration(wish.WaitingMinutes) * time.Minute)
	}
	return "", e.CreatedAt
}

// leftToPeople says whether an assistant left a conversation by itself: then somebody has
// to know. Who took it over does.
func leftToPeople(reason models.HandoffReason) bool {
	return reason != "" && reason != models.HandoffAgent
}

// mentions says whether a text names somebody after an @.
func mentions(text, name string) bool {
	text, name = strings.ToLower(text), strings.ToLower(name)
	first, _, _ := strings.Cut(name, " ")
	for word := range strings.FieldsSeq(text) {
		if strings.Trim(word, "@.,;:!?()") == first && strings.HasPrefix(strings.TrimLeft(word, "("), "@") {
			return true
		}
	}
	return strings.Contains(text, "@"+name)
}

// beginsToWait says whether the customer's message is the first one after the team's.
func beginsToWait(ctx context.Context, tx Tx, who models.Principal, e models.Event) (bool, error) {
	if e.Message == nil || e.Message.PublicSeq == nil {
		return false, nil
	}
	before, err := tx.Transcript(ctx, who, TranscriptQuery{ConversationID: e.Conversation.ID, After: *e.Message.PublicSeq - 2, Limit: 1})
	return err == nil && (len(before) == 0 || before[0].ID == e.Message.ID || before[0].AuthorKind != models.ByContact), err
}

// userNotice is what a user is to be told.
type userNotice struct {
	user, conversation models.UID
	why                string
}

func (s *Service) queueUserNotice(ctx context.Context, tx Tx, who models.Principal, n userNotice, at time.Time) error {
	user, conversation := models.FormatID(models.PrefixUser, n.user), models.FormatID(models.PrefixConversation, n.conversation)
	key := n.why + "/" + conversation + "/" + user
	return tx.AddJob(ctx, who, &models.Job{
		Kind: JobTeamNotice, UniqueKey: &key, RunAt: at, CreatedAt: s.clock(),
		Payload: map[string]any{"user": user, "conversation": conversation, "why": n.why},
	})
}

func readUserNotice(j models.Job) (n userNotice, err error) {
	user, _ := j.Payload["user"].(string)
	conversation, _ := j.Payload["conversation"].(string)
	n.why, _ = j.Payload["why"].(string)
	n.user, err = models.ParseID(models.PrefixUser, user)
	if err != nil {
		return n, err
	}
	n.conversation, err = models.ParseID(models.PrefixConversation, conversation)
	return n, err
}

// noticeUser writes to a user, if there is still reason to.
func (s *Service) noticeUser(ctx context.Context, a *jobs.Attempt) error {
	who := models.System(a.Job.AccountID)
	n, err := readUserNotice(a.Job)
	if err != nil {
		return fmt.Errorf("%w: %w", err, jobs.ErrHopeless)
	}
	return a.Finish(ctx, func(ctx context.Context) error {
		return s.store.InTx(ctx, func(ctx context.Context, tx Tx) error { return s.tellUser(ctx, tx, who, n) })
	})
}

func (s *Service) tellUser(ctx context.Context, tx Tx, who models.Principal, n userNotice) error {
	u, err := tx.UserByUID(ctx, who, n.user)
	if err != nil || !isActive(u) {
		return gone(err)
	}
	c, err := tx.Conversation(ctx, who, n.conversation)
	if errors.Is(err, models.ErrConversationNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if n.why == becauseWaiting {
		since, err := waitingSince(ctx, tx, who, c)
		if err != nil || since.IsZero() || u.Notices.WaitingMinutes == 0 {
			return err
		}
		if due := since.Add(time.Duration(u.Notices.WaitingMinutes) * time.Minute); due.After(s.clock()) {
			return s.queueUserNotice(ctx, tx, who, n, due) // it was answered, and waits again
		}
	}
	return s.queueLetter(ctx, tx, who, s.userLetter(u, c, n.why))
}

// waitingSince is when the customer began to wait; the zero time when nobody waits.
func waitingSince(ctx context.Context, tx Tx, who models.Principal, c models.Conversation) (time.Time, error) {
	if c.Status != models.StatusOpen || c.LastMessageBy != models.ByContact {
		return time.Time{}, nil
	}
	said, err := tx.Transcript(ctx, who, TranscriptQuery{ConversationID: c.ID, Newest: noticeMessages})
	if err != nil {
		return time.Time{}, err
	}
	return waitsFrom(said, c.HandedOffAt), nil
}

// waitsFrom is since when the last messages wait for a person. What an assistant said when
// it stepped back, which has that time, is no answer.
func waitsFrom(said []models.Message, handedOff *time.Time) (since time.Time) {
	for _, m := range slices.Backward(said) {
		switch {
		case m.AuthorKind == models.ByContact:
			since = m.CreatedAt
		case m.AuthorKind == models.ByUser || handedOff == nil:
			return since
		case m.CreatedAt.Before(*handedOff) && since.IsZero():
			return *handedOff
		case m.CreatedAt.Before(*handedOff):
			return since
		}
	}
	return since
}

// userLetter tells who, and where to answer, and what was said last.
func (s *Service) userLetter(u models.User, c models.Conversation, why string) models.Mail {
	name := displayName(*c.Contact)
	subject := map[string]string{
		becauseNew: "New conversation with " + name, becauseAssigned: "Assigned to you: " + name,
		becauseMention: "You were mentioned: " + name, becauseWaiting: name + " is waiting for an answer",
		becauseHandoff: "The assistant passed on: " + name,
	}[why]
	text := subject + ".\n\n"
	if why != becauseMention && c.LastMessagePreview != "" { // a note stays where it is
		text += "“" + c.LastMessagePreview + "”\n\n"
	}
	text += s.publicURL + "/app/conversations/" + models.FormatID(models.PrefixConversation, c.UID) +
		"\n\n-- \nYou chose to be told of this; your profile says otherwise when you do.\n"
	return models.Mail{
		ID: models.NewUID(), To: u.Email, Subject: cleanName(subject), Text: text,
		Headers: map[string]string{"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"},
	}
}
