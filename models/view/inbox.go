package view

import "parley/models"

// InboxPreviewLength is how much of the last message the inbox shows, in code points.
const InboxPreviewLength = 50

// InboxConversation is a conversation as the inbox lists it; ids are UUIDs.
type InboxConversation struct {
	ID                 string  `json:"id"`
	WorkspaceID        string  `json:"workspaceId"`
	ChannelID          string  `json:"channelId"`
	Channel            string  `json:"channel"`
	ContactID          string  `json:"contactId"`
	Status             string  `json:"status"`
	Subject            *string `json:"subject"`
	LastMessagePreview string  `json:"lastMessagePreview"`
	LastMessageAt      Time    `json:"lastMessageAt"`
	ContactName        *string `json:"contactName"`
	ContactEmail       *string `json:"contactEmail"`
	AssignedTo         *string `json:"assignedTo"`
	// HumanManaged says that a person took the conversation over or has it.
	HumanManaged bool `json:"humanManaged"`
}

// ConversationForInbox encodes a conversation that was read from the inbox.
func ConversationForInbox(c models.Conversation) InboxConversation {
	v := InboxConversation{
		ID: c.UID.String(), WorkspaceID: c.AccountUID.String(), ChannelID: c.ChannelUID.String(), Channel: string(c.Channel),
		Status: string(c.InboxStatus()), Subject: c.Subject,
		LastMessagePreview: cut(c.LastMessagePreview, InboxPreviewLength, "..."), LastMessageAt: Time(c.LastMessageAt),
		HumanManaged: c.HumanManaged(),
	}
	if c.Contact != nil {
		v.ContactID, v.ContactName, v.ContactEmail = c.Contact.UID.String(), c.Contact.FullName(), c.Contact.Email
	}
	if c.Assignee != nil {
		user := c.Assignee.UID.String()
		v.AssignedTo = &user
	}
	return v
}

// InboxMessage is a public message as the inbox shows it.
type InboxMessage struct {
	ID        string `json:"id"`
	Direction string `json:"direction"`
	// Speaker is null but on voice.
	Speaker     *string           `json:"speaker"`
	Body        string            `json:"body"`
	SentAt      Time              `json:"sentAt"`
	Channel     string            `json:"channel"`
	FromAddress *string           `json:"fromAddress,omitempty"`
	Attachments []InboxAttachment `json:"attachments,omitempty"`
}

// InboxAttachment is a file of a message.
type InboxAttachment struct {
	ID          string `json:"id"`
	Filename    string `json:"filename"`
	ContentType string `json:"contentType"`
	Size        int64  `json:"size"`
	URL         string `json:"url"`
}

// The speakers of a voice channel.
const (
	speakerCaller = "caller"
	speakerAI     = "ai"
)

// MessageForInbox encodes a public message of a conversation on the channel. It must not
// be called with an internal note, which comes out empty.
func MessageForInbox(m models.Message, channel models.Channel) InboxMessage {
	if m.Internal || m.PublicSeq == nil {
		return InboxMessage{}
	}
	v := InboxMessage{
		ID: m.UID.String(), Direction: "outbound", Body: m.Content, SentAt: Time(m.CreatedAt), Channel: string(channel),
	}
	if m.AuthorKind == models.ByContact {
		v.Direction, v.FromAddress = "inbound", m.FromAddress
	}
	if channel == models.ChannelVoice {
		// All of a call comes in as one transcript, whoever speaks.
		speaker := speakerOf(m)
		v.Direction, v.Speaker = "inbound", &speaker
	}
	for _, a := range m.Attachments {
		file := AttachmentForAgent(a)
		v.Attachments = append(v.Attachments, InboxAttachment{
			ID: a.UID.String(), Filename: a.Filename, ContentType: a.ContentType, Size: a.Size, URL: file.URL,
		})
	}
	return v
}

// speakerOf is who speaks: what the channel says, or else follows from the author.
func speakerOf(m models.Message) string {
	switch {
	case m.Speaker != nil:
		return *m.Speaker
	case m.AuthorKind == models.ByContact:
		return speakerCaller
	default:
		return speakerAI
	}
}

// InboxChannel is something that a conversation can be started on.
type InboxChannel struct {
	ID      string  `json:"id"`
	Channel string  `json:"channel"`
	Name    string  `json:"name"`
	Address *string `json:"address"`
}

// ChannelForInbox encodes a channel account, or a kind of channel without one.
func ChannelForInbox(c models.ChannelAccount) InboxChannel {
	v := InboxChannel{ID: c.UID.String(), Channel: string(c.Kind), Name: c.Name}
	if c.Address != "" {
		v.Address = &c.Address
	}
	return v
}

// InboxUser is a member of the team whom conversations can be assigned to.
type InboxUser struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// UserForInbox encodes a user.
func UserForInbox(u models.User) InboxUser {
	return InboxUser{ID: u.UID.String(), Name: u.Name, Email: u.Email}
}
