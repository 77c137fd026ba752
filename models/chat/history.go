package chat

import (
	"context"
	"slices"
	"unicode/utf8"

	"parley/models"
)

// contextLength is how much of what was said an assistant is given, in code points:
// some 12,000 tokens, which small models hold, too.
const contextLength = 48_000

// contextTurns is how many messages at most an assistant is given of what was said before.
const contextTurns = 400

// turnsOf are public messages as an assistant's turns: the contact's are the user's, and
// everybody else speaks for the assistant.
func turnsOf(messages []models.Message) []models.ChatTurn {
	turns := make([]models.ChatTurn, 0, len(messages))
	for _, m := range messages {
		if isBlank(m.Content) {
			continue // a file alone
		}
		role := models.RoleOfAssistant
		if m.AuthorKind == models.ByContact {
			role = models.RoleOfUser
		}
		turns = append(turns, models.ChatTurn{Role: role, Content: m.Content})
	}
	return turns
}

// lately reads the end of what was said: the newest messages of those that the query
// selects, as many as an assistant is given. It belongs outside of transactions that
// write, so that nobody waits for it.
func (s *Service) lately(ctx context.Context, who models.Principal, q TranscriptQuery) ([]models.Message, error) {
	q.Newest = contextTurns
	return s.store.Transcript(ctx, who, q)
}

// fit cuts turns from the oldest, so that they and what follows fit together.
func fit(turns []models.ChatTurn, following []models.ChatTurn) []models.ChatTurn {
	left := contextLength
	for _, t := range following {
		left -= utf8.RuneCountInString(t.Content)
	}
	for i, t := range slices.Backward(turns) {
		if left -= utf8.RuneCountInString(t.Content); left < 0 {
			return turns[i+1:]
		}
	}
	return turns
}
