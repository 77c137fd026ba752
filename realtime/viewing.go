package realtime

import (
	"context"

	"parley/models"
)

// viewing tells the team who of them has a conversation open, and whether they write an
// answer: two answers are one too many. It is never stored; whoever looks says so again
// every now and then, and to whoever comes.
type viewing struct {
	Type           string `json:"type"`
	ConversationID string `json:"conversation_id"`
	User           member `json:"user"`
	Active         bool   `json:"active"`
	Writing        bool   `json:"writing"`
}

// member names one of the team.
type member struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func agentViewing(d models.Doorbell) func() []byte {
	return func() []byte {
		return encode(viewing{
			Type: "viewing", ConversationID: models.FormatID(models.PrefixConversation, d.ConversationUID),
			User:   member{models.FormatID(models.PrefixUser, d.UserUID), d.Author},
			Active: d.Active, Writing: d.Writing,
		})
	}
}

// views passes on that the agent looks at a conversation, or no longer does.
func (a *agent) views(ctx context.Context, conversation models.UID, active, writing bool) error {
	c, err := a.s.o.Chat.Conversation(ctx, a.who, conversation)
	if err != nil {
		return err
	}
	if active {
		a.viewed = conversation
	} else if a.viewed == conversation {
		a.viewed = models.UID{}
	}
	a.s.hub.Ring(models.Doorbell{
		Kind: models.BellViewing, AccountID: a.who.AccountID, ConversationID: c.ID, ConversationUID: c.UID,
		From: models.ByUser, UserUID: a.who.UserUID, Author: a.who.Name, Active: active, Writing: active && writing,
	})
	return nil
}

// looksAway tells the team that the agent, whose socket has ended, looks at nothing.
func (a *agent) looksAway(ctx context.Context) {
	if a.viewed == (models.UID{}) {
		return
	}
	if err := a.views(ctx, a.viewed, false, false); err != nil {
		told(ctx, err) // nobody is left to hear it
	}
}
