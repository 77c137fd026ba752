package chat

import (
	"context"
	"time"

	"parley/models"
	"parley/models/handoff"
)

// handsOff says why an assistant may not answer a question of the conversation, which is
// held; "" is that it may. It is the one place that knows.
func (s *Service) handsOff(ctx context.Context, tx Tx, who models.Principal, q Inquiry) (models.HandoffReason, error) {
	switch {
	case q.wanted:
		return models.HandoffAsked, nil
	case q.Assistant.ID == 0: // it was taken off the site, or is a draft
		return models.HandoffNoAnswer, nil
	}
	// Held, so that conversations that ask at the same time are counted one after the other.
	if _, err := tx.LockAssistant(ctx, who, q.Assistant.UID); err != nil {
		return models.HandoffNoAnswer, gone(err)
	}
	return s.beyondLimits(ctx, tx, who, q)
}

// beyondLimits says which limit is reached.
func (s *Service) beyondLimits(ctx context.Context, tx Tx, who models.Principal, q Inquiry) (models.HandoffReason, error) {
	limits := q.Settings.Limits
	turns := AnswerQuery{ConversationID: q.Conversation.ID, Answered: true}
	if q.Conversation.AssistantSince != nil {
		turns.Since = *q.Conversation.AssistantSince
	}
	number, _, err := tx.CountAnswers(ctx, who, turns)
	if err != nil || number >= limits.MaxTurns() {
		return models.HandoffTurns, err
	}
	// From here on the question counts itself: it was taken up.
	day, month, err := s.budgetTimes(ctx, tx, who)
	if err != nil {
		return "", err
	}
	// Whoever types a customer's address spends nothing of what the customer has.
	number, _, err = tx.CountAnswers(ctx, who, AnswerQuery{
		ContactID: q.Conversation.ContactID, Verified: q.Conversation.Verified, Since: day,
	})
	if err != nil || number > limits.MaxVisitorDay() {
		return models.HandoffBudget, err
	}
	if limits.Month == nil && limits.MonthCost == nil {
		return "", nil
	}
	number, cost, err := tx.CountAnswers(ctx, who, AnswerQuery{Since: month})
	if err != nil {
		return "", err
	}
	if limits.Month != nil && number > int64(*limits.Month) || limits.MonthCost != nil && cost >= *limits.MonthCost {
		return models.HandoffBudget, nil
	}
	return "", nil
}

// leaving is an assistant's stepping back.
type leaving struct {
	reason models.HandoffReason
	// at is when the assistant said its last.
	at time.Time
	// lead is what the assistant says itself, and said what the visitor wrote.
	lead, said string
	// speaker signs what the visitor is told; citations are lead's.
	speaker   models.Principal
	citations []models.Citation
	site      models.Site
}

// longestLead leaves room in a message for what the visitor is told after it.
const longestLead = models.MaxMessageLength - 1000

// handOff leaves a conversation, which is held, to people: the assistant falls silent, the
// visitor is told, and the team finds the conversation waiting. Who acts is in the event.
func (s *Service) handOff(ctx context.Context, tx Tx, who models.Principal, c *models.Conversation, l leaving) (Posted, change, error) {
	text := handoff.News{
		Locale: c.Locale, Said: l.said, Site: l.site.Locale, Reason: l.reason, Lead: cut(l.lead, longestLead), Hours: l.site.OfficeHours, Now: s.clock(),
		Mail: s.HasMail() && c.Contact != nil && c.Contact.Email != nil,
	}.Text()
	posted, err := tx.Post(ctx, l.speaker, s.entry(l.speaker, c.UID, Draft{Content: text, Citations: l.citations}, nil))
	if err != nil {
		return posted, change{}, err
	}
	l.at = posted.Message.CreatedAt
	made, err := s.stepBack(ctx, tx, who, c, l)
	return posted, made, err
}

// stepBack is handing off without what is said of it.
func (s *Service) stepBack(ctx context.Context, tx Tx, who models.Principal, c *models.Conversation, l leaving) (change, error) {
	made := change{columns: s.silence(c, l.reason), ring: true}
	c.HandedOffAt = &l.at
	// The customer is the one who waits, whatever was said last.
	c.LastMessageBy = models.ByContact
	made.columns = append(made.columns, "last_message_by")
	e := s.event(who, models.EventConversationUpdated)
	e.Detail = map[string]any{"assistant_active": false, "handoff_reason": l.reason}
	made.event = &e
	if c.Status != models.StatusOpen { // who asks for a person is not done
		c.Status, c.ClosedAt, c.ResolutionReason, c.SurveyAsked = models.StatusOpen, nil, nil, false
		made.columns = append(made.columns, "status", "closed_at", "resolution_reason", "survey_asked")
		again := s.event(who, models.EventConversationReopened)
		again.ConversationID, again.ContactID = &c.ID, &c.ContactID
		again.Detail = map[string]any{"status": models.StatusOpen}
		if err := tx.AddEvent(ctx, who, &again); err != nil {
			return made, err
		}
	}
	return made, s.apply(ctx, tx, who, c, made)
}

// departure is a conversation that an assistant has left to people just now.
type departure struct {
	from models.Conversation
	made change
}

// leaveAfter leaves a session to people, after the answer that says so. The conversation
// is read again: what was said may have opened it.
func (s *Service) leaveAfter(ctx context.Context, tx Tx, speaker models.Principal, last models.Message,
	reason models.HandoffReason,
) (d departure, err error) {
	if d.from, err = tx.LockConversation(ctx, speaker, last.ConversationUID); err != nil {
		return d, err
	}
	d.made, err = s.stepBack(ctx, tx, speaker, &d.from, leaving{reason: reason, at: last.CreatedAt})
	return d, err
}

// silence ends the assistant's part, and names the columns that say so.
func (s *Service) silence(c *models.Conversation, reason models.HandoffReason) []string {
	if !c.AssistantActive {
		return nil
	}
	now := s.clock()
	c.AssistantActive, c.HandoffReason, c.HandedOffAt = false, &reason, &now
	return []string{"assistant_active", "handoff_reason", "handed_off_at"}
}

// AskForPerson hands a visitor's conversation off, where an assistant has it. It may be
// called again.
func (s *Service) AskForPerson(ctx context.Context, who models.Principal) error {
	if err := allow(who, actAskForPerson); err != nil {
		return err
	}
	var (
		done   models.Conversation
		posted Posted
		made   change
	)
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) (err error) {
		posted, made = Posted{}, change{}
		if done, err = tx.LockConversation(ctx, who, who.ConversationUID); err != nil || !done.Assisted() {
			return err
		}
		if done.Contact != nil && done.Contact.Status == models.ContactBlocked {
			return ErrBlocked
		}
		own := models.System(who.AccountID)
		assistant, site, err := s.assistantOf(ctx, tx, own, done)
		if err != nil {
			return err
		}
		posted, made, err = s.handOff(ctx, tx, who, &done, leaving{
			reason: models.HandoffAsked, speaker: speakerOf(own, assistant), site: site,
		})
		return err
	})
	if err == nil && made.event != nil {
		s.announce(ctx, posted)
		s.ringFor(ctx, done, made)
	}
	return err
}

// assistantOf finds who answers on a conversation's site; without anybody the assistant
// is zero.
func (s *Service) assistantOf(ctx context.Context, tx Tx, who models.Principal, c models.Conversation) (a models.Assistant, site models.Site, err error) {
	if c.SiteID == nil {
		return a, site, nil
	}
	if site, err = tx.SiteOf(ctx, who, *c.SiteID); err != nil || site.AssistantID == nil {
		return a, site, gone(err)
	}
	a, err = tx.AssistantByID(ctx, who, *site.AssistantID)
	if err != nil || a.DeletedAt != nil || a.Published == nil {
		return models.Assistant{}, site, gone(err)
	}
	return a, site, nil
}

// speakerOf is the assistant, or the program where there is none any more.
func speakerOf(who models.Principal, a models.Assistant) models.Principal {
	if a.ID == 0 {
		return who
	}
	return models.Principal{Kind: models.KindAssistant, AccountID: who.AccountID, AssistantID: a.ID, Name: a.Name}
}
