package chat_test

import (
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestAMatterIsWhatTheContactSeesAndTheTeamsNotesApart(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.begin(t, "Jane Doe", "Where is my parcel?")
		for _, d := range []chat.Draft{{Content: "a note", Internal: true}, {Content: "On its way."}} {
			if _, err := s.chat.Post(t.Context(), s.owner, c.UID, d); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.chat.Label(t.Context(), s.owner, c.UID, []string{"vip"}, chat.LabelAdd); err != nil {
			t.Fatal(err)
		}
		m, err := s.chat.Matter(t.Context(), s.owner, c.UID)
		if err != nil {
			t.Fatal(err)
		}
		want := []models.ChatTurn{{Role: models.RoleOfUser, Content: "Where is my parcel?"}, {Role: models.RoleOfAssistant, Content: "On its way."}}
		if !slices.Equal(m.Turns, want) || !slices.Equal(m.Notes, []string{"a note"}) || m.Sandbox {
			t.Errorf("the matter is %+v", m)
		}
		if uses, err := s.chat.LabelsInUse(t.Context(), s.owner, m); err != nil || len(uses) != 0 {
			t.Errorf("the labels beside its own are %+v: %v", uses, err)
		}
	})
}

func TestLabelsInUseComeWithWhatTheirConversationsBeganWith(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		earlier, now := s.begin(t, "John Roe", "Refund, please"), s.begin(t, "Jane Doe", "Where is my parcel?")
		if _, err := s.chat.Label(t.Context(), s.owner, earlier.UID, []string{"refunds"}, chat.LabelAdd); err != nil {
			t.Fatal(err)
		}
		m, err := s.chat.Matter(t.Context(), s.owner, now.UID)
		if err != nil {
			t.Fatal(err)
		}
		uses, err := s.chat.LabelsInUse(t.Context(), s.owner, m)
		if err != nil || len(uses) != 1 || uses[0].Name != "refunds" || !slices.Equal(uses[0].Examples, []string{"Refund, please"}) {
			t.Errorf("the labels in use are %+v: %v", uses, err)
		}
	})
}

func TestACopilotIsForTheTeamAlone(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		c := s.begin(t, "Jane Doe", "Where is my parcel?")
		visitor := models.Principal{Kind: models.KindVisitor, AccountID: c.AccountID, SiteID: *c.SiteID, ConversationID: c.ID, ConversationUID: c.UID}
		if _, err := s.chat.Matter(t.Context(), visitor, c.UID); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("a visitor gets %v", err)
		}
		if _, err := s.chat.LabelsInUse(t.Context(), visitor, chat.Matter{}); !models.HasCode(err, models.CodeForbidden) {
			t.Errorf("a visitor gets %v", err)
		}
		_, _, stranger := newAccount(t, s.access)
		if _, err := s.chat.Matter(t.Context(), stranger, c.UID); !models.HasCode(err, models.CodeNotFound) {
			t.Errorf("a stranger gets %v", err)
		}
	})
}

// begin starts a conversation with this message.
func (s *shop) begin(t *testing.T, name, message string) models.Conversation {
	t.Helper()
	c, err := s.chat.Start(t.Context(), s.site, chat.Opening{
		Name: name, Email: strings.ReplaceAll(strings.ToLower(name), " ", ".") + "@example.com", Message: message, VisitorToken: name,
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestInstructionsAreTextOfBoundedLength(t *testing.T) {
	t.Parallel()
	for wish, ok := range map[string]bool{"": true, strings.Repeat("ä", 2000): true, strings.Repeat("ä", 2001): false, "a\x00": false, "\xff": false} {
		if err := chat.CheckInstructions(wish); (err == nil) != ok {
			t.Errorf("instructions of %d bytes: %v", len(wish), err)
		}
	}
}
