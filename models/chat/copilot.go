package chat

import (
	"context"
	"slices"
	"unicode/utf8"

	"parley/models"
)

// How much of an account a copilot looks at.
const (
	// matterMessages is how many of a conversation's newest messages count.
	matterMessages = 400
	// matterLabels and labelExamples bound the labels and what is known of each.
	matterLabels  = 200
	labelExamples = 20
	// maxInstructions is the longest wish for a suggestion, in code points.
	maxInstructions = 2_000
)

// ErrNothingSaid is the answer to whoever wants a copilot's word on an empty
// conversation.
var ErrNothingSaid = models.Fail(models.CodeConflict, "Nothing has been said in this conversation yet")

// Matter is a conversation as a copilot considers it.
type Matter struct {
	Conversation models.Conversation
	// Turns is what the contact sees, oldest first; Notes is what the team has left for
	// itself, and must not leave the program.
	Turns []models.ChatTurn
	Notes []string
	// Sandbox says that nothing of it may leave the program.
	Sandbox bool
}

// Suggestion is a reply that an agent may send, and the articles that it rests on.
type Suggestion struct {
	Content   string
	Citations []models.Citation
}

// LabelUse is a label with what conversations that have it began with. The examples are
// other people's words, and must not leave the program.
type LabelUse struct {
	Name     string
	Examples []string
}

// CheckInstructions says why a wish for a suggestion cannot be one, or nil.
func CheckInstructions(wish string) error {
	if utf8.RuneCountInString(wish) > maxInstructions {
		return models.Invalid("instructions", "The instructions are too long (maximum 2000 characters)")
	}
	return checkText("instructions", wish)
}

// Matter reads a conversation for a copilot. It changes nothing.
func (s *Service) Matter(ctx context.Context, who models.Principal, conversation models.UID) (Matter, error) {
	if err := allowToReadAll(who); err != nil {
		return Matter{}, err
	}
	c, err := s.store.Conversation(ctx, who, conversation)
	if err != nil {
		return Matter{}, err
	}
	account, err := s.store.Account(ctx, who)
	if err != nil {
		return Matter{}, err
	}
	list, err := s.store.Messages(ctx, who, MessageQuery{
		Conversation: conversation, Descending: true, Page: models.Page{Limit: matterMessages},
	})
	if err != nil {
		return Matter{}, err
	}
	m := Matter{Conversation: c, Sandbox: account.IsSandbox()}
	slices.Reverse(list.Rows)
	public := list.Rows[:0]
	for _, message := range list.Rows {
		if !message.Internal {
			public = append(public, message)
		} else if !isBlank(message.Content) {
			m.Notes = append(m.Notes, message.Content)
		}
	}
	if m.Turns = fit(turnsOf(public), nil); len(m.Turns) == 0 {
		return m, ErrNothingSaid
	}
	return m, nil
}

// LabelsInUse lists the account's labels that the conversation does not have, by name,
// with what is known of each.
func (s *Service) LabelsInUse(ctx context.Context, who models.Principal, m Matter) ([]LabelUse, error) {
	if err := allow(who, actDesk); err != nil {
		return nil, err
	}
	list, err := s.store.Labels(ctx, who, models.Page{Limit: matterLabels})
	if err != nil {
		return nil, err
	}
	examples, err := s.store.LabelExamples(ctx, who, m.Conversation.ID, labelExamples)
	if err != nil {
		return nil, err
	}
	byLabel := map[int64][]string{}
	for _, e := range examples {
		byLabel[e.LabelID] = append(byLabel[e.LabelID], e.Content)
	}
	uses := make([]LabelUse, 0, len(list.Rows))
	for _, l := range list.Rows {
		if !slices.Contains(m.Conversation.Labels, l.Name) {
			uses = append(uses, LabelUse{Name: l.Name, Examples: byLabel[l.ID]})
		}
	}
	return uses, nil
}
