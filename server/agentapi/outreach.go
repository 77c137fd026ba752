package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// MessageContact implements POST /v2/contact/:id/message.
func (a *api) MessageContact(ctx context.Context, r MessageContactRequestObject) (MessageContactResponseObject, error) {
	ref, err := chat.ParseContactRef(r.ID)
	if err != nil {
		return nil, err
	}
	draft, err := NewMessage{
		Content: r.Body.Content, MessageType: r.Body.MessageType, Attachments: r.Body.Attachments, Canned: r.Body.Canned,
	}.draft()
	if err != nil {
		return nil, err
	}
	sent, err := a.chat.MessageContact(ctx, surface.Principal(ctx), ref, chat.Outreach{
		Channel: models.Channel(value(r.Body.Channel)), Draft: draft,
	})
	if err != nil {
		return nil, err
	}
	return MessageContact201JSONResponse{ContactMessageJSONResponse(view.ContactMessageForAgent(sent))}, nil
}

// TakeInMessage implements POST /v2/conversations/inbound.
func (a *api) TakeInMessage(ctx context.Context, r TakeInMessageRequestObject) (TakeInMessageResponseObject, error) {
	in, err := r.Body.incoming()
	if err != nil {
		return nil, err
	}
	taken, err := a.chat.Inbound(ctx, surface.Principal(ctx), in)
	if err != nil {
		return nil, err
	}
	return TakeInMessage201JSONResponse{ContactMessageJSONResponse(view.ContactMessageForAgent(taken))}, nil
}

// incoming reads a customer's message.
func (m IncomingMessage) incoming() (chat.Incoming, error) {
	in := chat.Incoming{
		Channel: models.Channel(m.Channel), Content: value(m.Content), Subject: value(m.Subject), ExternalID: value(m.ExternalID),
		Speaker: string(value(m.Speaker)),
		From: chat.Sender{
			Phone: value(m.Contact.Phone), Email: value(m.Contact.Email), Name: value(m.Contact.Name),
			First: value(m.Contact.FirstName), Last: value(m.Contact.LastName),
		},
	}
	if m.Contact.ID != nil {
		uid, err := reference(models.PrefixContact, "contact.id", *m.Contact.ID)
		if err != nil {
			return in, err
		}
		in.From.Contact = &uid
	}
	attachments, err := references(models.PrefixAttachment, "attachments", value(m.Attachments))
	in.Attachments = attachments
	return in, err
}

// references reads a list of ids in a body.
func references(prefix models.Prefix, field string, given []string) ([]models.UID, error) {
	uids := make([]models.UID, 0, len(given))
	for _, id := range given {
		uid, err := models.ParseID(prefix, id)
		if err != nil {
			return nil, models.Invalid(field, "Each of the "+field+" must be an id that begins with "+string(prefix)+"_")
		}
		uids = append(uids, uid)
	}
	return uids, nil
}

// UpdateConversation implements PATCH /v2/conversation/:id.
func (a *api) UpdateConversation(ctx context.Context, r UpdateConversationRequestObject) (UpdateConversationResponseObject, error) {
	edit := chat.ConversationEdit{Subject: given(r.Body.Subject), Expected: models.Expect(value(r.Params.IfMatch))}
	if r.Body.Priority != nil {
		priority := models.Priority(*r.Body.Priority)
		edit.Priority = &priority
	}
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.EditConversation(ctx, who, uid, edit)
	})
	return tagged{answer}, err
}
