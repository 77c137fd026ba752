package chat

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/models"
)

// maxLabels and maxLabelLength bound what one call may put on a conversation.
const (
	maxLabels      = 50
	maxLabelLength = 100
)

// change is what an act does to a conversation under its lock: it alters c, names
// the columns it altered, and tells of it.
type change struct {
	columns []string
	event   *models.Event
	note    string
	// ring says that visitors must learn of the new status; survey asks them to rate.
	ring, survey bool
}

// alter runs one act on a locked conversation, and everything that follows from it,
// as one transaction. decide may find that nothing is to be done (no columns).
func (s *Service) alter(ctx context.Context, who models.Principal, conversation models.UID,
	decide func(ctx context.Context, tx Tx, c *models.Conversation) (change, error),
) (models.Conversation, error) {
	if err := allow(who, actManage); err != nil {
		return models.Conversation{}, err
	}
	var (
		done models.Conversation
		made change
	)
	err := s.store.InTx(ctx, func(ctx context.Context, tx Tx) error {
		c, err := tx.LockConversation(ctx, who, conversation)
		if err != nil {
			return err
		}
		if made, err = decide(ctx, tx, &c); err != nil {
			return err
		}
		if err := s.apply(ctx, tx, who, &c, made); err != nil {
			return err
		}
		done, err = tx.Conversation(ctx, who, conversation)
		return err
	})
	if err != nil {
		return models.Conversation{}, err
	}
	s.ringFor(ctx, done, made)
	return done, nil
}

func (s *Service) apply(ctx context.Context, tx Tx, who models.Principal, c *models.Conversation, m change) error {
	if len(m.columns) > 0 {
		c.UpdatedAt = s.clock()
		if err := tx.UpdateConversation(ctx, who, c, m.columns...); err != nil {
			return err
		}
	}
	if m.event != nil {
		m.event.ConversationID, m.event.ContactID = &c.ID, &c.ContactID
		if err := tx.AddEvent(ctx, who, m.event); err != nil {
			return err
		}
	}
	if isBlank(m.note) {
		return nil
	}
	posted, err := tx.Post(ctx, who, s.entry(who, c.UID, Draft{Content: m.note, Internal: true}, nil))
	if err != nil {
		return err
	}
	return s.noteMentions(ctx, tx, who, posted.Message)
}

func (s *Service) ringFor(ctx context.Context, c models.Conversation, m change) {
	s.nudge(ctx)
	if m.ring {
		assisted := c.Assisted()
		s.bell.Ring(ctx, models.Doorbell{
			Kind: models.BellConversation, AccountID: c.AccountID, ConversationID: c.ID, ConversationUID: c.UID,
			Status: c.Status, Survey: m.survey, Assisted: &assisted,
		})
	}
}

// Assignment gives a conversation to a user, or to nobody when To is nil.
type Assignment struct {
	To   *models.UID
	Note string
	// Expected is how the conversation looked to who assigns it.
	Expected models.Expected
}

// Assign gives the conversation to a user of the account, or takes it from the one
// who has it. An unknown or disabled user blames "assigned_to", and changes nothing.
func (s *Service) Assign(ctx context.Context, who models.Principal, conversation models.UID, a Assignment) (models.Conversation, error) {
	if err := checkNote(a.Note); err != nil {
		return models.Conversation{}, err
	}
	return s.alter(ctx, who, conversation, func(ctx context.Context, tx Tx, c *models.Conversation) (change, error) {
		if err := a.Expected.MeetsConversation(*c); err != nil {
			return change{}, err
		}
		to, err := assignee(ctx, tx, who, a.To)
		if err != nil {
			return change{}, err
		}
		made := change{note: a.Note}
		if same(c.AssignedTo, to) {
			return made, nil
		}
		e := s.event(who, models.EventConversationAssigned)
		e.Detail = map[string]any{"assigned_to": typeID(a.To), "previously_assigned_to": assignedID(*c)}
		c.AssignedTo, made.event = to, &e
		made.columns = []string{"assigned_to"}
		if to != nil {
			// A person is there now: the assistant falls silent.
			made.columns = append(made.columns, s.silence(c, models.HandoffAgent)...)
			made.ring = len(made.columns) > 1
		}
		return made, nil
	})
}

func assignee(ctx context.Context, tx Tx, who models.Principal, to *models.UID) (*int64, error) {
	if to == nil {
		return nil, nil
	}
	// Held, or the user could be disabled meanwhile, and keep the conversation.
	u, err := tx.HoldUser(ctx, who, *to)
	if models.HasCode(err, models.CodeNotFound) || u.DisabledAt != nil {
		return nil, models.Invalid("assigned_to", "There is no such user in this account")
	}
	return &u.ID, err
}

func typeID(user *models.UID) any {
	if user == nil {
		return nil
	}
	return models.FormatID(models.PrefixUser, *user)
}

func assignedID(c models.Conversation) any {
	if c.Assignee == nil {
		return nil
	}
	return typeID(&c.Assignee.UID)
}

func same(a, b *int64) bool {
	return a == b || (a != nil && b != nil && *a == *b)
}

// LabelAction says what to do with a list of labels.
type LabelAction string

// The actions.
const (
	LabelAdd     LabelAction = "add"
	LabelRemove  LabelAction = "remove"
	LabelReplace LabelAction = "replace"
)

// Label adds, removes or replaces labels as a set: names are made on first use,
// doubles count once, and concurrent calls do not undo each other.
func (s *Service) Label(ctx context.Context, who models.Principal, conversation models.UID, labels []string, action LabelAction) (models.Conversation, error) {
	names, err := cleanLabels(labels)
	if err != nil {
		return models.Conversation{}, err
	}
	todo, err := labelChange(names, action)
	if err != nil {
		return models.Conversation{}, err
	}
	return s.alter(ctx, who, conversation, func(ctx context.Context, tx Tx, c *models.Conversation) (change, error) {
		before := c.Labels
		if err := tx.ChangeLabels(ctx, who, c.ID, todo); err != nil {
			return change{}, err
		}
		after, err := tx.Conversation(ctx, who, conversation)
		if err != nil || slices.Equal(before, after.Labels) {
			return change{}, err
		}
		e := s.event(who, models.EventConversationUpdated)
		e.Detail = map[string]any{"labels": after.Labels, "previous_labels": before}
		return change{event: &e}, nil
	})
}

func labelChange(names []string, action LabelAction) (LabelChange, error) {
	switch action {
	case LabelAdd:
		return LabelChange{Add: names}, nil
	case LabelRemove:
		return LabelChange{Remove: names}, nil
	case LabelReplace:
		return LabelChange{Add: names, Clear: true}, nil
	default:
		return LabelChange{}, models.Invalid("action", "The action must be add, remove or replace")
	}
}

func cleanLabels(labels []string) ([]string, error) {
	if len(labels) > maxLabels {
		return nil, models.Invalid("labels", "A call takes at most 50 labels")
	}
	names := make([]string, 0, len(labels))
	for _, l := range labels {
		if err := checkText("labels", l); err != nil {
			return nil, err
		}
		l = cleanName(l)
		if isBlank(l) || utf8.RuneCountInString(l) > maxLabelLength {
			return nil, models.Invalid("labels", "A label has 1 to 100 characters")
		}
		if !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, l) }) {
			names = append(names, l)
		}
	}
	return names, nil
}

func checkNote(note string) error {
	if isBlank(note) {
		return nil
	}
	if err := checkContent(note, 0); err != nil {
		e := *models.AsError(err)
		e.Field = "internal_note"
		return &e
	}
	return nil
}
