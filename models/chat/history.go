package chat

import (
	"slices"
	"unicode/utf8"

	"parley/models"
)

// contextLength is how much of what was said an assistant is given, in code points:
// some 12,000 tokens, which small models hold, too.
const contextLength = 48_000

// contextTurns is how many messages at most an assistant on a site is given.
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

// onPath leaves out the messages of chats that the path to a chat does not lead through:
// who goes on from an earlier chat goes on as if the later ones had not been. What
// belongs to no chat, such as a person's answer, stays.
func onPath(messages []models.Message, chats []models.Chat, to int64) []models.Message {
	byID := make(map[int64]models.Chat, len(chats))
	for _, c := range chats {
		byID[c.ID] = c
	}
	path := map[int64]bool{}
	for id := &to; id != nil && !path[*id]; id = byID[*id].PreviousID {
		path[*id] = true
	}
	return slices.DeleteFunc(messages, func(m models.Message) bool {
		for _, c := range chats {
			if !path[c.ID] && c.FirstSeq != nil && c.LastSeq != nil && *c.FirstSeq <= m.Seq && m.Seq <= *c.LastSeq {
				return true
			}
		}
		return false
	})
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
