package view

import "parley/models"

// Envelope is an event as webhooks and the agent socket carry it. Pos is set on the
// agent socket and in /v2/events alone.
type Envelope struct {
	ID             string `json:"id"`
	Type           string `json:"type"`
	Timestamp      Time   `json:"timestamp"`
	RetryCount     int    `json:"retry_count"`
	OrganizationID string `json:"organization_id"`
	Pos            int64  `json:"pos,omitempty"`
	Data           any    `json:"data"`
}

// EventConversation is a conversation inside an event.
type EventConversation struct {
	ID         string   `json:"id"`
	Status     string   `json:"status"`
	AssignedTo *Person  `json:"assigned_to"`
	Labels     []string `json:"labels"`
	Channel    string   `json:"channel"`
	// AssistantActive says that an assistant answers there now, so that nobody is needed.
	AssistantActive bool `json:"assistant_active,omitempty"`
}

// EventContact is a contact inside an event.
type EventContact struct {
	ID       string  `json:"id"`
	Name     *string `json:"name"`
	FullName *string `json:"full_name"`
	Phone    *string `json:"phone"`
	Email    *string `json:"email"`
}

// messageData is the data of message and note events.
type messageData struct {
	ConversationID string             `json:"conversation_id"`
	MessageID      string             `json:"message_id"`
	Content        string             `json:"content"`
	MessageType    string             `json:"message_type"`
	Channel        string             `json:"channel"`
	Internal       bool               `json:"internal,omitempty"`
	Status         string             `json:"status"`
	SentAt         Time               `json:"sent_at"`
	SentBy         string             `json:"sent_by"`
	Contact        *EventContact      `json:"contact"`
	Conversation   *EventConversation `json:"conversation"`
	Sender         *Person            `json:"sender"`
	Attachments    []AgentAttachment  `json:"attachments"`
}

// rowData is the data of all other events: the rows concerned, and what changed.
type rowData struct {
	ConversationID string             `json:"conversation_id,omitempty"`
	ContactID      string             `json:"contact_id,omitempty"`
	Conversation   *AgentConversation `json:"conversation,omitempty"`
	Contact        *EventContact      `json:"contact,omitempty"`
	Changes        map[string]any     `json:"changes,omitempty"`
}

// EnvelopeFor encodes an event whose rows are loaded; rows erased since are null.
func EnvelopeFor(e models.Event) Envelope {
	v := Envelope{
		ID: models.FormatID(models.PrefixEvent, e.UID), Type: string(e.Type), Timestamp: Time(e.CreatedAt),
		OrganizationID: models.FormatID(models.PrefixAccount, e.AccountUID), Data: data(e),
	}
	if e.Pos != nil {
		v.Pos = *e.Pos
	}
	return v
}

func data(e models.Event) any {
	if e.Message != nil && e.Conversation != nil {
		return dataOfMessage(*e.Message, *e.Conversation)
	}
	d := rowData{Changes: e.Detail}
	if e.Conversation != nil {
		c := ConversationForAgent(*e.Conversation)
		d.Conversation, d.ConversationID, d.ContactID = &c, c.ID, c.ContactID
	}
	// What is deleted can be named only by what the event noted.
	if id, noted := e.Detail["contact_id"].(string); noted {
		d.ContactID = id
	}
	if contact := contactOf(e); contact != nil {
		d.Contact, d.ContactID = contactInEvent(contact), models.FormatID(models.PrefixContact, contact.UID)
	}
	return d
}

func contactOf(e models.Event) *models.Contact {
	if e.Contact == nil && e.Conversation != nil {
		return e.Conversation.Contact
	}
	return e.Contact
}

func dataOfMessage(m models.Message, c models.Conversation) messageData {
	a := MessageForAgent(m)
	return messageData{
		ConversationID: a.ConversationID, MessageID: a.ID, Content: a.Content, MessageType: a.MessageType,
		Channel: string(c.Channel), Internal: a.Internal, Status: a.Status, SentAt: a.SentAt, SentBy: a.SentBy,
		Contact: contactInEvent(c.Contact), Conversation: conversationInEvent(c), Sender: a.Sender, Attachments: a.Attachments,
	}
}

func contactInEvent(c *models.Contact) *EventContact {
	if c == nil {
		return nil
	}
	return &EventContact{
		ID: models.FormatID(models.PrefixContact, c.UID), Name: c.FullName(), FullName: c.FullName(),
		Phone: c.Phone, Email: c.Email,
	}
}

func conversationInEvent(c models.Conversation) *EventConversation {
	a := ConversationForAgent(c)
	return &EventConversation{ID: a.ID, Status: a.Status, AssignedTo: a.AssignedTo, Labels: a.Labels, Channel: a.Channel, AssistantActive: a.AssistantActive}
}
