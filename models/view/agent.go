package view

import "parley/models"

// AgentContact is a contact as the team sees it; what is not known is null.
type AgentContact struct {
	ID               string         `json:"id"`
	Phone            *string        `json:"phone"`
	Email            *string        `json:"email"`
	FirstName        *string        `json:"first_name"`
	LastName         *string        `json:"last_name"`
	FullName         *string        `json:"full_name"`
	PreferredChannel *string        `json:"preferred_channel"`
	Status           string         `json:"status"`
	Metadata         map[string]any `json:"metadata"`
	CreatedAt        Time           `json:"created_at"`
	UpdatedAt        Time           `json:"updated_at"`
	Version          string         `json:"version"`
	LastContacted    *Time          `json:"last_contacted"`
}

// ContactForAgent encodes a contact for the team.
func ContactForAgent(c models.Contact) AgentContact {
	v := AgentContact{
		ID: models.FormatID(models.PrefixContact, c.UID), Phone: c.Phone, Email: c.Email,
		FirstName: c.FirstName, LastName: c.LastName, FullName: c.FullName(),
		Status: string(c.Status), Metadata: c.Metadata,
		CreatedAt: Time(c.CreatedAt), UpdatedAt: Time(c.UpdatedAt), Version: c.Version(), LastContacted: timeOrNil(c.LastContacted),
	}
	if c.PreferredChannel != nil {
		channel := string(*c.PreferredChannel)
		v.PreferredChannel = &channel
	}
	if v.Metadata == nil {
		v.Metadata = map[string]any{}
	}
	return v
}

// ContactSummary is a contact inside a conversation.
type ContactSummary struct {
	ID       string  `json:"id"`
	FullName *string `json:"full_name"`
	Phone    *string `json:"phone"`
	Email    *string `json:"email"`
}

// Person names a user or an assistant.
type Person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// AgentConversation is a conversation as the team sees it.
type AgentConversation struct {
	ID                 string         `json:"id"`
	ContactID          string         `json:"contact_id"`
	Contact            ContactSummary `json:"contact"`
	Channel            string         `json:"channel"`
	Subject            *string        `json:"subject"`
	Status             string         `json:"status"`
	Priority           string         `json:"priority"`
	AssignedTo         *Person        `json:"assigned_to"`
	Labels             []string       `json:"labels"`
	MessageCount       int64          `json:"message_count"`
	UnreadCount        int64          `json:"unread_count"`
	CreatedAt          Time           `json:"created_at"`
	LastMessageAt      Time           `json:"last_message_at"`
	LastMessagePreview string         `json:"last_message_preview"`
	ResolutionReason   *string        `json:"resolution_reason"`
	Rating             *int           `json:"rating"`
	AssistantActive    bool           `json:"assistant_active"`
	// HandoffReason is why the assistant fell silent.
	HandoffReason *models.HandoffReason `json:"handoff_reason"`
	// AuthorName is what the visitor called himself here; Verified says whether a
	// signed identity stands behind it.
	AuthorName string          `json:"author_name"`
	Verified   bool            `json:"verified"`
	Page       *models.WebPage `json:"page"`
	Locale     string          `json:"locale"`
	Custom     map[string]any  `json:"custom"`
	UpdatedAt  Time            `json:"updated_at"`
	// Version is what a change may expect to find (If-Match).
	Version string `json:"version"`
}

// ConversationForAgent encodes a conversation whose contact is loaded.
func ConversationForAgent(c models.Conversation) AgentConversation {
	v := AgentConversation{
		ID: models.FormatID(models.PrefixConversation, c.UID), Channel: string(c.Channel),
		Subject: c.Subject, Status: string(c.Status), Priority: string(c.Priority), Labels: c.Labels,
		MessageCount: c.MessageCount, UnreadCount: c.UnreadCount,
		CreatedAt: Time(c.CreatedAt), UpdatedAt: Time(c.UpdatedAt), Version: c.Version(), LastMessageAt: Time(c.LastMessageAt),
		LastMessagePreview: cut(c.LastMessagePreview, models.PreviewLength, "…"),
		Rating:             c.Rating, AssistantActive: c.AssistantActive, HandoffReason: c.HandoffReason,
		AuthorName: c.AuthorName, Verified: c.Verified, Page: c.Page, Locale: c.Locale, Custom: c.Custom,
	}
	if c.ResolutionReason != nil {
		reason := string(*c.ResolutionReason)
		v.ResolutionReason = &reason
	}
	if v.Labels == nil {
		v.Labels = []string{}
	}
	if v.Custom == nil {
		v.Custom = map[string]any{}
	}
	if c.Assignee != nil {
		v.AssignedTo = &Person{ID: models.FormatID(models.PrefixUser, c.Assignee.UID), Name: c.Assignee.Name}
	}
	if c.Contact != nil {
		v.Contact = summary(*c.Contact)
		v.ContactID = v.Contact.ID
	}
	return v
}

func summary(c models.Contact) ContactSummary {
	return ContactSummary{
		ID: models.FormatID(models.PrefixContact, c.UID), FullName: c.FullName(), Phone: c.Phone, Email: c.Email,
	}
}

// AgentMessage is a message as the team sees it, internal notes included.
type AgentMessage struct {
	ID             string            `json:"id"`
	ConversationID string            `json:"conversation_id"`
	Content        string            `json:"content"`
	MessageType    string            `json:"message_type"`
	SentBy         string            `json:"sent_by"`
	Sender         *Person           `json:"sender,omitempty"`
	SentAt         Time              `json:"sent_at"`
	Status         string            `json:"status"`
	FailureReason  *string           `json:"failure_reason,omitempty"`
	Speaker        *string           `json:"speaker,omitempty"`
	Internal       bool              `json:"internal"`
	Attachments    []AgentAttachment `json:"attachments"`
	// Citations are the articles that an assistant's message rests on.
	Citations []VisitorCitation `json:"citations,omitempty"`
}

// AgentAttachment is a file as the team sees it.
type AgentAttachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"`
	Width       *int   `json:"width"`
	Height      *int   `json:"height"`
	URL         string `json:"url"`
}

// MessageForAgent encodes a message for the team.
func MessageForAgent(m models.Message) AgentMessage {
	v := AgentMessage{
		ID:             models.FormatID(models.PrefixMessage, m.UID),
		ConversationID: models.FormatID(models.PrefixConversation, m.ConversationUID),
		Content:        m.Content, MessageType: string(m.MessageType), SentBy: string(m.AuthorKind),
		Sender: sender(m), SentAt: Time(m.CreatedAt), Status: string(m.Status),
		FailureReason: m.FailureReason, Speaker: m.Speaker, Internal: m.Internal,
		Attachments: make([]AgentAttachment, 0, len(m.Attachments)),
	}
	for _, a := range m.Attachments {
		v.Attachments = append(v.Attachments, AttachmentForAgent(a))
	}
	v.Citations = citations(m)
	return v
}

// AttachmentForAgent encodes a file for the team.
func AttachmentForAgent(a models.Attachment) AgentAttachment {
	id := models.FormatID(models.PrefixAttachment, a.UID)
	return AgentAttachment{
		ID: id, Filename: a.Filename, ContentType: a.ContentType, Size: a.Size, Width: a.Width, Height: a.Height,
		URL: "/v2/attachments/" + id,
	}
}

// sender is who wrote for the team; a contact's message has none.
func sender(m models.Message) *Person {
	if m.AuthorKind == models.ByContact {
		return nil
	}
	p := &Person{Name: m.Author}
	if id := id(models.PrefixUser, m.UserUID); id != nil {
		p.ID = *id
	}
	return p
}

// AgentUser is a member of the team as the others see it.
type AgentUser struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	Email        string `json:"email"`
	Role         string `json:"role"`
	Availability string `json:"availability"`
	// AvatarURL is a picture that visitors see as well.
	AvatarURL *string `json:"avatar_url"`
	Disabled  bool    `json:"disabled"`
	// Notices is what the user wants letters about.
	Notices   models.Notices `json:"notices"`
	CreatedAt Time           `json:"created_at"`
}

// UserForAgent encodes a user for the team.
func UserForAgent(u models.User) AgentUser {
	return AgentUser{
		ID: models.FormatID(models.PrefixUser, u.UID), Name: u.Name, Email: u.Email, Role: string(u.Role),
		Availability: string(u.Availability), AvatarURL: u.Avatar, Disabled: u.DisabledAt != nil, Notices: u.Notices, CreatedAt: Time(u.CreatedAt),
	}
}
