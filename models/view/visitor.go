package view

import (
	"strconv"

	"parley/models"
)

// VisitorMessage is a message as the visitor sees it, over HTTP and in frames.
type VisitorMessage struct {
	Direction   string              `json:"direction"`
	Body        string              `json:"body"`
	Timestamp   Time                `json:"timestamp"`
	Author      string              `json:"author"`
	Avatar      string              `json:"avatar,omitempty"`
	ID          int64               `json:"id"`
	Seq         int64               `json:"seq"`
	ClientID    string              `json:"client_id,omitempty"`
	Type        string              `json:"type"`
	Status      string              `json:"status"`
	Assistant   bool                `json:"assistant,omitempty"`
	Sender      string              `json:"sender"`
	Citations   []VisitorCitation   `json:"citations,omitempty"`
	Attachments []VisitorAttachment `json:"attachments"`
}

// VisitorCitation is an article that an assistant's message rests on; Article is what
// GET /api/v1/chat/articles/{id} takes.
type VisitorCitation struct {
	Title   string `json:"title"`
	Article string `json:"article"`
}

// senders are the kinds of author as visitors know them.
var senders = map[models.AuthorKind]string{
	models.ByContact: "visitor", models.ByUser: "agent", models.ByAssistant: "assistant", models.BySystem: "system",
}

// VisitorAttachment is a file of a message; URL is relative to the conversation's
// address on the Chat surface.
type VisitorAttachment struct {
	ID          int64  `json:"id"`
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"`
	Width       *int   `json:"width,omitempty"`
	Height      *int   `json:"height,omitempty"`
	URL         string `json:"url"`
}

// ForVisitor encodes a public message. It must not be called with an internal note:
// such a one has no public number, and comes out empty.
func ForVisitor(m models.Message) VisitorMessage {
	if m.Internal || m.PublicSeq == nil {
		return VisitorMessage{}
	}
	v := VisitorMessage{
		Direction: "outbound", Body: m.Content, Timestamp: Time(m.CreatedAt), Author: m.Author,
		ID: m.ID, Seq: *m.PublicSeq, Type: string(m.MessageType), Status: string(m.Status),
		Assistant: m.AuthorKind == models.ByAssistant, Sender: senders[m.AuthorKind],
		Attachments: make([]VisitorAttachment, 0, len(m.Attachments)),
	}
	if m.AuthorKind == models.ByUser && m.UserAvatar != nil {
		v.Avatar = *m.UserAvatar
	}
	if m.AuthorKind == models.ByContact {
		v.Direction = "inbound"
		if m.ClientID != nil {
			v.ClientID = *m.ClientID
		}
	}
	v.Citations = citations(m)
	for _, a := range m.Attachments {
		v.Attachments = append(v.Attachments, visitorAttachment(m.ID, a))
	}
	return v
}

func visitorAttachment(messageID int64, a models.Attachment) VisitorAttachment {
	return VisitorAttachment{
		ID: a.ID, Filename: a.Filename, ContentType: a.ContentType, Size: a.Size, Width: a.Width, Height: a.Height,
		URL: "files/" + strconv.FormatInt(messageID, 10) + "/" + strconv.FormatInt(a.ID, 10),
	}
}

func citations(m models.Message) []VisitorCitation {
	var all []VisitorCitation
	for _, c := range m.Citations {
		all = append(all, VisitorCitation{Title: c.Title, Article: models.FormatID(models.PrefixArticle, c.ArticleUID)})
	}
	return all
}
