package view

import "parley/models"

// ContactMessage is a message with whom it was to or from.
type ContactMessage struct {
	ID             string            `json:"id"`
	ConversationID string            `json:"conversation_id"`
	ContactID      string            `json:"contact_id"`
	Channel        string            `json:"channel"`
	Content        string            `json:"content"`
	MessageType    string            `json:"message_type"`
	Status         string            `json:"status"`
	SentAt         Time              `json:"sent_at"`
	Attachments    []AgentAttachment `json:"attachments"`
}

// ContactMessageForAgent encodes a message to or from a contact for the team.
func ContactMessageForAgent(c models.ContactMessage) ContactMessage {
	m := MessageForAgent(c.Message)
	return ContactMessage{
		ID: m.ID, ConversationID: m.ConversationID, ContactID: models.FormatID(models.PrefixContact, c.Contact.UID),
		Channel: string(c.Channel), Content: m.Content, MessageType: m.MessageType, Status: m.Status, SentAt: m.SentAt,
		Attachments: m.Attachments,
	}
}

// AgentCanned is a canned reply as the team sees it.
type AgentCanned struct {
	ID        string `json:"id"`
	Shortcut  string `json:"shortcut"`
	Content   string `json:"content"`
	CreatedAt Time   `json:"created_at"`
	UpdatedAt Time   `json:"updated_at"`
}

// CannedForAgent encodes a canned reply for the team.
func CannedForAgent(c models.CannedReply) AgentCanned {
	return AgentCanned{
		ID: models.FormatID(models.PrefixCanned, c.UID), Shortcut: c.Shortcut, Content: c.Content,
		CreatedAt: Time(c.CreatedAt), UpdatedAt: Time(c.UpdatedAt),
	}
}

// AgentLabel is a label as the team sees it.
type AgentLabel struct {
	ID        string  `json:"id"`
	Name      string  `json:"name"`
	Color     *string `json:"color"`
	CreatedAt Time    `json:"created_at"`
}

// LabelForAgent encodes a label for the team.
func LabelForAgent(l models.Label) AgentLabel {
	return AgentLabel{
		ID: models.FormatID(models.PrefixLabel, l.UID), Name: l.Name, Color: l.Color, CreatedAt: Time(l.CreatedAt),
	}
}

// Export is everything of one contact, for the person who asks what is known.
type Export struct {
	Contact       AgentContact         `json:"contact"`
	ExternalID    *string              `json:"external_id"`
	Addresses     []string             `json:"addresses"`
	Conversations []ExportConversation `json:"conversations"`
}

// ExportConversation is a conversation with all that was said, notes included.
type ExportConversation struct {
	AgentConversation
	Messages []AgentMessage `json:"messages"`
	Ratings  []ExportRating `json:"ratings"`
}

// ExportRating is one verdict of the contact.
type ExportRating struct {
	Score     int     `json:"score"`
	Comment   *string `json:"comment"`
	CreatedAt Time    `json:"created_at"`
}

// ExportOf encodes a dossier.
func ExportOf(d models.Dossier) Export {
	v := Export{
		Contact: ContactForAgent(d.Contact), ExternalID: d.Contact.ExternalID, Addresses: make([]string, 0, len(d.Addresses)),
		Conversations: make([]ExportConversation, 0, len(d.Conversations)),
	}
	for _, a := range d.Addresses {
		v.Addresses = append(v.Addresses, a.Address)
	}
	for _, c := range d.Conversations {
		e := ExportConversation{
			AgentConversation: ConversationForAgent(c), Messages: make([]AgentMessage, 0, len(d.Messages[c.ID])),
			Ratings: make([]ExportRating, 0, len(d.Ratings[c.ID])),
		}
		for _, m := range d.Messages[c.ID] {
			e.Messages = append(e.Messages, MessageForAgent(m))
		}
		for _, r := range d.Ratings[c.ID] {
			e.Ratings = append(e.Ratings, ExportRating{Score: r.Score, Comment: r.Comment, CreatedAt: Time(r.CreatedAt)})
		}
		v.Conversations = append(v.Conversations, e)
	}
	return v
}
