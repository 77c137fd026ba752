package chat

import (
	"context"
	"strings"
	"unicode/utf8"

	"parley/models"
)

// MarkRead notes how far a side has read. A visitor has read the public messages up
// to seq; the team all of them when seq is 0. It never goes backwards, nor past the
// newest message.
func (s *Service) MarkRead(ctx context.Context, who models.Principal, conversation models.UID, seq int64) (models.Conversation, error) {
	if err := allow(who, actMarkRead); err != nil {
		return models.Conversation{}, err
	}
	if seq < 0 {
		return models.Conversation{}, models.Invalid("seq", "The seq must be 0 or more")
	}
	var (
		done  models.Conversation
		moved bool
	)
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockConversation(ctx, who, conversation)
		if err != nil {
			return err
		}
		if who.IsTeam() {
			moved, err = s.readByTeam(ctx, tx, who, &c, seq)
		} else {
			moved, err = s.readByVisitor(ctx, tx, who, &c, seq)
		}
		done = c
		return err
	})
	if err == nil && moved {
		s.ringRead(ctx, who, done)
	}
	return done, err
}

func (s *Service) readByTeam(ctx context.Context, tx Tx, who models.Principal, c *models.Conversation, seq int64) (bool, error) {
	if seq == 0 || seq > c.PublicSeq {
		seq = c.PublicSeq
	}
	if seq <= c.AgentReadSeq && c.UnreadCount == 0 {
		return false, nil
	}
	c.AgentReadSeq = max(seq, c.AgentReadSeq)
	unread, err := tx.UnreadAfter(ctx, who, c.ID, c.AgentReadSeq)
	if err != nil {
		return false, err
	}
	c.UnreadCount, c.UpdatedAt = unread, s.clock()
	e := s.event(who, models.EventConversationUpdated)
	e.ConversationID, e.ContactID = &c.ID, &c.ContactID
	e.Detail = map[string]any{"unread_count": unread}
	if err := tx.UpdateConversation(ctx, who, c, "agent_read_seq", "unread_count"); err != nil {
		return false, err
	}
	return true, tx.AddEvent(ctx, who, &e)
}

func (s *Service) readByVisitor(ctx context.Context, tx Tx, who models.Principal, c *models.Conversation, seq int64) (bool, error) {
	seq = min(seq, c.PublicSeq)
	if seq <= c.VisitorReadSeq {
		return false, nil
	}
	c.VisitorReadSeq, c.UpdatedAt = seq, s.clock()
	if err := tx.UpdateConversation(ctx, who, c, "visitor_read_seq"); err != nil {
		return false, err
	}
	newest, err := tx.ReadMessages(ctx, who, c.ID, seq)
	if err != nil || newest == 0 {
		return err == nil, err
	}
	e := s.event(who, models.EventMessageRead)
	e.ConversationID, e.ContactID, e.MessageID = &c.ID, &c.ContactID, &newest
	return true, tx.AddEvent(ctx, who, &e)
}

func (s *Service) ringRead(ctx context.Context, who models.Principal, c models.Conversation) {
	s.nudge(ctx)
	d := models.Doorbell{
		Kind: models.BellRead, AccountID: c.AccountID, ConversationID: c.ID, ConversationUID: c.UID,
		Seq: c.VisitorReadSeq, From: models.ByContact,
	}
	if who.IsTeam() {
		d.Seq, d.From = c.AgentReadSeq, models.ByUser
	}
	s.bell.Ring(ctx, d)
}

// Typing shows the other side that who is writing, or has stopped. Nothing is stored.
// It answers with the conversation, but for a visitor, who needs none.
func (s *Service) Typing(ctx context.Context, who models.Principal, conversation models.UID, active bool) (c models.Conversation, err error) {
	if err := allow(who, actType); err != nil {
		return models.Conversation{}, err
	}
	d := models.Doorbell{
		Kind: models.BellTyping, AccountID: who.AccountID, ConversationID: who.ConversationID,
		ConversationUID: conversation, From: authorKind(who), Author: who.Name, Active: active,
	}
	if who.IsTeam() {
		d.UserUID = who.UserUID
	}
	if who.Kind != models.KindVisitor {
		if c, err = s.store.Conversation(ctx, who, conversation); err != nil {
			return models.Conversation{}, err
		}
		d.ConversationID = c.ID
	}
	s.bell.Ring(ctx, d)
	return c, nil
}

// Errors of Rate.
var (
	ErrNothingToRate = models.Fail(models.CodeConflict, "There is nothing to rate yet")
	ErrRatedBefore   = models.Fail(models.CodeConflict, "This conversation has been rated already")
)

// Rate takes the visitor's verdict, 1 to 5, on the last resolve: once for each.
func (s *Service) Rate(ctx context.Context, who models.Principal, score int, comment string) error {
	if err := allow(who, actRate); err != nil {
		return err
	}
	if score < 1 || score > 5 {
		return models.Invalid("score", "The score must be a whole number from 1 to 5")
	}
	if utf8.RuneCountInString(comment) > maxCommentLength {
		return models.Invalid("comment", "The comment is too long (maximum 5000 characters)")
	}
	if err := checkText("comment", comment); err != nil {
		return err
	}
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		return s.rate(ctx, tx, who, score, strings.TrimSpace(comment))
	})
	s.nudge(ctx)
	return err
}

func (s *Service) rate(ctx context.Context, tx Tx, who models.Principal, score int, comment string) error {
	c, err := tx.LockConversation(ctx, who, who.ConversationUID)
	if err != nil {
		return err
	}
	if c.ResolveCount == 0 {
		return ErrNothingToRate
	}
	now := s.clock()
	err = tx.CreateRating(ctx, who, &models.Rating{
		UID: models.NewUID(), AccountID: c.AccountID, ConversationID: c.ID, ResolveCount: c.ResolveCount,
		Score: score, Comment: pointer(comment), CreatedAt: now,
	})
	if models.HasCode(err, models.CodeConflict) {
		return ErrRatedBefore
	}
	if err != nil {
		return err
	}
	c.Rating, c.SurveyAsked, c.UpdatedAt = &score, false, now
	if err := tx.UpdateConversation(ctx, who, &c, "rating", "survey_asked"); err != nil {
		return err
	}
	e := s.event(who, models.EventRatingCreated)
	e.ConversationID, e.ContactID = &c.ID, &c.ContactID
	e.Detail = map[string]any{"score": score, "comment": pointer(comment)}
	return tx.AddEvent(ctx, who, &e)
}
