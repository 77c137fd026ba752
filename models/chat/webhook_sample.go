package chat

import (
	"time"

	"parley/models"
)

// sampleEvent is an event of a type as it might have happened, about nobody.
func sampleEvent(t models.EventType, account models.Account, now time.Time) models.Event {
	email, first, last, subject := "jane@example.com", "Jane", "Doe", "Order inquiry"
	contact := models.Contact{
		UID: models.NewUID(), Email: &email, FirstName: &first, LastName: &last, Status: models.ContactActive,
		CreatedAt: now, UpdatedAt: now,
	}
	conversation := models.Conversation{
		UID: models.NewUID(), Channel: models.ChannelChat, Subject: &subject, Status: models.StatusOpen,
		Priority: models.PriorityNormal, AuthorName: "Jane Doe", MessageCount: 1, LastMessagePreview: "This is a test.",
		LastMessageAt: now, CreatedAt: now, UpdatedAt: now, Contact: &contact,
	}
	e := models.Event{
		UID: models.NewUID(), AccountID: account.ID, AccountUID: account.UID, Type: t, CreatedAt: now,
		Conversation: &conversation, Contact: &contact, Detail: map[string]any{"test": true},
	}
	switch t {
	case models.EventContactCreated, models.EventContactUpdated, models.EventContactDeleted:
		e.Conversation = nil
	case models.EventMessageReceived, models.EventMessageSent, models.EventMessageDelivered, models.EventMessageRead, models.EventNoteCreated:
		e.Message = &models.Message{
			UID: models.NewUID(), ConversationUID: conversation.UID, Content: "This is a test.", MessageType: models.TypeText,
			AuthorKind: models.ByContact, Author: "Jane Doe", Status: models.MessageReceived, CreatedAt: now,
			Internal: t == models.EventNoteCreated,
		}
		if t != models.EventMessageReceived {
			e.Message.AuthorKind, e.Message.Author, e.Message.Status = models.ByUser, "Sarah Johnson", models.MessageSent
		}
	}
	return e
}
