package models_test

import (
	"testing"

	"parley/models"
)

func TestTheInboxTellsTheFirstStatusThatFits(t *testing.T) {
	t.Parallel()
	user := int64(7)
	for _, c := range []struct {
		conversation models.Conversation
		want         models.InboxStatus
		managed      bool
	}{
		{models.Conversation{Status: models.StatusOpen, LastMessageBy: models.ByContact}, models.InboxOpen, false},
		{models.Conversation{Status: models.StatusOpen, LastMessageBy: models.ByUser}, models.InboxAwaitingContact, false},
		{models.Conversation{Status: models.StatusOpen, LastMessageBy: models.ByAssistant}, models.InboxAwaitingContact, false},
		{models.Conversation{Status: models.StatusOpen, LastMessageBy: models.ByContact, TakenOver: true}, models.InboxInProgress, true},
		{models.Conversation{Status: models.StatusOpen, LastMessageBy: models.ByUser, AssignedTo: &user}, models.InboxInProgress, true},
		{models.Conversation{Status: models.StatusClosed, LastMessageBy: models.ByUser, AssignedTo: &user}, models.InboxResolved, true},
		{models.Conversation{Status: models.StatusArchived, LastMessageBy: models.ByContact, TakenOver: true}, models.InboxClosed, true},
	} {
		if got := c.conversation.InboxStatus(); got != c.want || c.conversation.HumanManaged() != c.managed {
			t.Errorf("%+v is %s", c.conversation, got)
		}
	}
}

func TestAChannelWithoutARowHasOneIdentityInEachAccount(t *testing.T) {
	t.Parallel()
	seen := map[models.UID]bool{}
	for _, account := range []models.UID{models.NewUID(), models.NewUID()} {
		for _, kind := range models.Channels() {
			uid := models.UnconfiguredChannel(account, kind)
			if !kind.Valid() || seen[uid] || uid != models.UnconfiguredChannel(account, kind) {
				t.Errorf("%s has the identity %s", kind, uid)
			}
			seen[uid] = true
		}
	}
	if len(seen) != 14 {
		t.Errorf("%d identities", len(seen))
	}
}
