package widget_test

import (
	"net/http"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestABlockedVisitorIsToldSoAndMayStillRead(t *testing.T) {
	t.Parallel()
	each(t, setting{}, func(t *testing.T, s *shop) {
		visitor := s.start(t, "a")
		c, err := s.chat.Conversation(t.Context(), s.owner, visitor.ConversationUID)
		if err != nil {
			t.Fatal(err)
		}
		status := func(status models.ContactStatus) {
			t.Helper()
			_, err := s.chat.UpdateContact(t.Context(), s.owner, chat.ContactRef{UID: &c.Contact.UID}, chat.ContactInput{Status: &status})
			if err != nil {
				t.Fatal(err)
			}
		}
		status(models.ContactBlocked)
		const sentence = "You have been blocked and cannot write here any more"
		s.post(t, talk("a")+"/messages", fields{"message": "me again"}).want(t, "a message", http.StatusForbidden, sentence)
		s.post(t, "/conversations", opening("b")).want(t, "somebody who types the address", http.StatusCreated, "")
		s.send(t, http.MethodGet, talk("a")+"/messages", nil).want(t, "reading", http.StatusOK, "")
		status(models.ContactActive)
		s.post(t, talk("a")+"/messages", fields{"message": "sorry"}).want(t, "afterwards", http.StatusCreated, "")
	})
}
