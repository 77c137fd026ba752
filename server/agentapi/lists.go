package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListConversations implements GET /v2/conversations.
func (a *api) ListConversations(ctx context.Context, r ListConversationsRequestObject) (ListConversationsResponseObject, error) {
	q, err := conversationQuery(r.Params)
	if err != nil {
		return nil, err
	}
	who := surface.Principal(ctx)
	if err := a.findAssignee(ctx, who, r.Params.AssignedTo, &q); err != nil {
		return nil, err
	}
	list, err := a.chat.Conversations(ctx, who, q)
	if err != nil {
		return nil, err
	}
	return ListConversations200JSONResponse{
		Data: each(list.Rows, view.ConversationForAgent), Pagination: pagination(list),
	}, nil
}

// conversationQuery reads everything but the assignee, which needs the database.
func conversationQuery(p ListConversationsParams) (chat.ConversationQuery, error) {
	q := chat.ConversationQuery{
		Status: models.ConversationStatus(choice(p.Status)), Channel: models.Channel(choice(p.Channel)),
		Priority: models.Priority(choice(p.Priority)), Sort: chat.ConversationSort(choice(p.Sort)),
		Mentioned: p.Mentions != nil,
	}
	if q.Sort == "" {
		q.Sort = chat.SortLastMessageDesc
	}
	return q, conversationTexts(p, &q)
}

func conversationTexts(p ListConversationsParams, q *chat.ConversationQuery) (err error) {
	if q.Label, err = text("label", p.Label); err != nil {
		return err
	}
	if q.Search, err = text("search", p.Search); err != nil {
		return err
	}
	if p.ContactID != nil {
		contact, err := reference(models.PrefixContact, "contact_id", *p.ContactID)
		if err != nil {
			return err
		}
		q.Contact = &contact
	}
	if p.Site != nil {
		site, err := reference(models.PrefixSite, "site", *p.Site)
		if err != nil {
			return err
		}
		q.Site = &site
	}
	q.Page, err = page(p.Limit, p.Offset)
	return err
}

// findAssignee reads assigned_to: none, me, or a user there is.
func (a *api) findAssignee(ctx context.Context, who models.Principal, given *string, q *chat.ConversationQuery) error {
	switch {
	case given == nil:
		return nil
	case *given == "none":
		q.Unassigned = true
		return nil
	case *given == "me":
		q.AssignedTo = &who.UserUID
		return nil
	}
	uid, err := reference(models.PrefixUser, "assigned_to", *given)
	if err != nil {
		return models.Invalid("assigned_to", "The assigned_to must be a user's id, none or me")
	}
	if _, err := a.chat.User(ctx, who, uid); models.HasCode(err, models.CodeNotFound) {
		return models.Invalid("assigned_to", "There is no such user in this account")
	} else if err != nil {
		return err
	}
	q.AssignedTo = &uid
	return nil
}

// ListMessages implements GET /v2/conversation/:id/messages.
func (a *api) ListMessages(ctx context.Context, r ListMessagesRequestObject) (ListMessagesResponseObject, error) {
	uid, err := conversationID(r.ID)
	if err != nil {
		return nil, err
	}
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Messages(ctx, surface.Principal(ctx), chat.MessageQuery{
		Conversation: uid, Descending: choice(r.Params.Order) == string(Desc), Page: window,
	})
	if err != nil {
		return nil, err
	}
	return ListMessages200JSONResponse{Data: each(list.Rows, view.MessageForAgent), Pagination: pagination(list)}, nil
}

// ListUsers implements GET /v2/users.
func (a *api) ListUsers(ctx context.Context, r ListUsersRequestObject) (ListUsersResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Users(ctx, surface.Principal(ctx), window)
	if err != nil {
		return nil, err
	}
	return ListUsers200JSONResponse{Data: each(list.Rows, view.UserForAgent), Pagination: pagination(list)}, nil
}

// ListContacts implements GET /v2/contacts.
func (a *api) ListContacts(ctx context.Context, r ListContactsRequestObject) (ListContactsResponseObject, error) {
	q, err := contactQuery(r.Params)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Contacts(ctx, surface.Principal(ctx), q)
	if err != nil {
		return nil, err
	}
	return ListContacts200JSONResponse{Data: each(list.Rows, view.ContactForAgent), Pagination: pagination(list)}, nil
}

func contactQuery(p ListContactsParams) (q chat.ContactQuery, err error) {
	q = chat.ContactQuery{Status: models.ContactStatus(choice(p.Status)), Sort: chat.ContactSort(choice(p.Sort))}
	if q.Sort == "" {
		q.Sort = chat.ContactsByCreatedDesc
	}
	if q.Search, err = text("search", p.Search); err != nil {
		return q, err
	}
	q.Page, err = page(p.Limit, p.Offset)
	return q, err
}
