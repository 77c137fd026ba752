package chat

import (
	"context"

	"parley/models"
)

// Resolution closes a conversation.
type Resolution struct {
	Reason models.ResolutionReason
	Note   string
	// Survey asks the visitor for a rating, once per resolve.
	Survey bool
	// KeepReason leaves a conversation that is closed already as it is.
	KeepReason bool
}

// Errors of the status flow.
var (
	ErrArchived     = models.Fail(models.CodeConflict, "The conversation is archived; reopen it first")
	ErrNotClosed    = models.Fail(models.CodeConflict, "Only a closed conversation can be archived")
	ErrReasonNeeded = &models.Error{
		Code: models.CodeInvalid, Field: "resolution_reason",
		Message: "The resolution_reason must be issue_resolved, not_issue, duplicate or spam",
	}
)

// Resolve closes an open conversation. On one that is closed already it changes the
// reason and asks no second time; on an archived one it is ErrArchived.
func (s *Service) Resolve(ctx context.Context, who models.Principal, conversation models.UID, r Resolution) (models.Conversation, error) {
	if err := checkResolution(r); err != nil {
		return models.Conversation{}, err
	}
	return s.alter(ctx, who, conversation, func(_ context.Context, _ Tx, c *models.Conversation) (change, error) {
		switch c.Status {
		case models.StatusArchived:
			return change{}, ErrArchived
		case models.StatusClosed:
			return s.reasonAgain(who, c, r), nil
		default:
			return s.closeNow(who, c, r), nil
		}
	})
}

func checkResolution(r Resolution) error {
	switch r.Reason {
	case models.ReasonIssueResolved, models.ReasonNotIssue, models.ReasonDuplicate, models.ReasonSpam:
		return checkNote(r.Note)
	default:
		return ErrReasonNeeded
	}
}

func (s *Service) closeNow(who models.Principal, c *models.Conversation, r Resolution) change {
	now := s.clock()
	c.Status, c.ClosedAt, c.ResolutionReason = models.StatusClosed, &now, &r.Reason
	c.ResolveCount, c.SurveyAsked = c.ResolveCount+1, r.Survey
	e := s.event(who, models.EventConversationResolved)
	e.Detail = map[string]any{"status": c.Status, "resolution_reason": r.Reason, "survey": r.Survey}
	return change{
		columns: []string{"status", "closed_at", "resolution_reason", "resolve_count", "survey_asked"},
		event:   &e, note: r.Note, ring: true, survey: r.Survey,
	}
}

func (s *Service) reasonAgain(who models.Principal, c *models.Conversation, r Resolution) change {
	made := change{note: r.Note}
	if c.ResolutionReason != nil && (r.KeepReason || *c.ResolutionReason == r.Reason) {
		return made
	}
	e := s.event(who, models.EventConversationUpdated)
	e.Detail = map[string]any{"resolution_reason": r.Reason, "previous_resolution_reason": c.ResolutionReason}
	c.ResolutionReason, made.event, made.columns = &r.Reason, &e, []string{"resolution_reason"}
	return made
}

// Reopen takes a closed or archived conversation back to open; an open one stays as
// it is.
func (s *Service) Reopen(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	return s.alter(ctx, who, conversation, func(_ context.Context, _ Tx, c *models.Conversation) (change, error) {
		if c.Status == models.StatusOpen {
			return change{}, nil
		}
		e := s.event(who, models.EventConversationReopened)
		e.Detail = map[string]any{"status": models.StatusOpen, "previous_status": c.Status}
		c.Status, c.ClosedAt, c.ResolutionReason, c.SurveyAsked = models.StatusOpen, nil, nil, false
		return change{
			columns: []string{"status", "closed_at", "resolution_reason", "survey_asked"}, event: &e, ring: true,
		}, nil
	})
}

// Archive puts a closed conversation away; any other is ErrNotClosed.
func (s *Service) Archive(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error) {
	return s.alter(ctx, who, conversation, func(_ context.Context, _ Tx, c *models.Conversation) (change, error) {
		if c.Status != models.StatusClosed {
			return change{}, ErrNotClosed
		}
		e := s.event(who, models.EventConversationUpdated)
		e.Detail = map[string]any{"status": models.StatusArchived, "previous_status": c.Status}
		c.Status = models.StatusArchived
		return change{columns: []string{"status"}, event: &e, ring: true}, nil
	})
}
