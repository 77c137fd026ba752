package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// CreateContact implements POST /v2/contact.
func (a *api) CreateContact(ctx context.Context, r CreateContactRequestObject) (CreateContactResponseObject, error) {
	c, err := a.chat.CreateContact(ctx, surface.Principal(ctx), r.Body.input())
	if err != nil {
		return nil, err
	}
	return CreateContact201JSONResponse{person(c)}, nil
}

// GetContact implements GET /v2/contact/:id.
func (a *api) GetContact(ctx context.Context, r GetContactRequestObject) (GetContactResponseObject, error) {
	ref, err := chat.ParseContactRef(r.ID)
	if err != nil {
		return nil, err
	}
	c, err := a.chat.Contact(ctx, surface.Principal(ctx), ref)
	if err != nil {
		return nil, err
	}
	return taggedContact{person(c)}, nil
}

// ReplaceContact implements PUT /v2/contact/:id.
func (a *api) ReplaceContact(ctx context.Context, r ReplaceContactRequestObject) (ReplaceContactResponseObject, error) {
	c, err := a.changeContact(ctx, r.ID, r.Body.whole())
	if err != nil {
		return nil, err
	}
	return ReplaceContact200JSONResponse{person(c)}, nil
}

// UpdateContact implements PATCH /v2/contact/:id.
func (a *api) UpdateContact(ctx context.Context, r UpdateContactRequestObject) (UpdateContactResponseObject, error) {
	in := r.Body.input()
	in.Expected = models.Expect(value(r.Params.IfMatch))
	c, err := a.changeContact(ctx, r.ID, in)
	if err != nil {
		return nil, err
	}
	return taggedContact{person(c)}, nil
}

func (a *api) changeContact(ctx context.Context, id string, in chat.ContactInput) (models.Contact, error) {
	ref, err := chat.ParseContactRef(id)
	if err != nil {
		return models.Contact{}, err
	}
	return a.chat.UpdateContact(ctx, surface.Principal(ctx), ref, in)
}

// DeleteContact implements DELETE /v2/contact/:id.
func (a *api) DeleteContact(ctx context.Context, r DeleteContactRequestObject) (DeleteContactResponseObject, error) {
	ref, err := chat.ParseContactRef(r.ID)
	if err != nil {
		return nil, err
	}
	if err := a.chat.EraseContact(ctx, surface.Principal(ctx), ref); err != nil {
		return nil, err
	}
	return DeleteContact204Response{}, nil
}

// ListContactConversations implements GET /v2/contact/:id/conversations.
func (a *api) ListContactConversations(
	ctx context.Context, r ListContactConversationsRequestObject,
) (ListContactConversationsResponseObject, error) {
	ref, err := chat.ParseContactRef(r.ID)
	if err != nil {
		return nil, err
	}
	q := chat.ConversationQuery{Status: models.ConversationStatus(choice(r.Params.Status)), Sort: chat.SortLastMessageDesc}
	if q.Page, err = page(r.Params.Limit, r.Params.Offset); err != nil {
		return nil, err
	}
	list, err := a.chat.ContactConversations(ctx, surface.Principal(ctx), ref, q)
	if err != nil {
		return nil, err
	}
	return ListContactConversations200JSONResponse{
		Data: each(list.Rows, view.ConversationForAgent), Pagination: pagination(list),
	}, nil
}

// MergeContact implements POST /v2/contact/:id/merge.
func (a *api) MergeContact(ctx context.Context, r MergeContactRequestObject) (MergeContactResponseObject, error) {
	ref, err := chat.ParseContactRef(r.ID)
	if err != nil {
		return nil, err
	}
	from, err := reference(models.PrefixContact, "from", r.Body.From)
	if err != nil {
		return nil, err
	}
	c, err := a.chat.MergeContacts(ctx, surface.Principal(ctx), ref, from)
	if err != nil {
		return nil, err
	}
	return MergeContact200JSONResponse{person(c)}, nil
}

// ExportContact implements GET /v2/export.
func (a *api) ExportContact(ctx context.Context, r ExportContactRequestObject) (ExportContactResponseObject, error) {
	ref, err := chat.ParseContactRef(r.Params.Contact)
	if err != nil {
		return nil, errNoSuchContact
	}
	dossier, err := a.chat.Dossier(ctx, surface.Principal(ctx), ref)
	if models.HasCode(err, models.CodeNotFound) {
		return nil, errNoSuchContact
	}
	if err != nil {
		return nil, err
	}
	return ExportContact200JSONResponse(view.ExportOf(dossier)), nil
}

// errNoSuchContact blames the filter.
var errNoSuchContact = models.Invalid("contact", "There is no such contact in this account")

// person answers with the contact as it is now.
func person(c models.Contact) ContactJSONResponse {
	return ContactJSONResponse(view.ContactForAgent(c))
}

// input reads what is given; null clears, and what is absent stays.
func (c ContactInput) input() chat.ContactInput {
	channel := given(c.PreferredChannel)
	return chat.ContactInput{
		Phone: given(c.Phone), Email: given(c.Email), FirstName: given(c.FirstName), LastName: given(c.LastName),
		PreferredChannel: models.Given[models.Channel]{Is: channel.Is, To: (*models.Channel)(channel.To)},
		Status:           (*models.ContactStatus)(c.Status), Metadata: given(c.Metadata),
	}
}

// whole reads a contact that replaces another: what is absent is cleared. The status
// stays, since a replacement that does not speak of it would unblock.
func (c ContactInput) whole() chat.ContactInput {
	in := c.input()
	in.Phone, in.Email = in.Phone.OrNone(), in.Email.OrNone()
	in.FirstName, in.LastName = in.FirstName.OrNone(), in.LastName.OrNone()
	in.PreferredChannel, in.Metadata = in.PreferredChannel.OrNone(), in.Metadata.OrNone()
	return in
}
