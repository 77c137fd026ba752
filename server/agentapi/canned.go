package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListCanned implements GET /v2/canned.
func (a *api) ListCanned(ctx context.Context, r ListCannedRequestObject) (ListCannedResponseObject, error) {
	search, err := text("search", r.Params.Search)
	if err != nil {
		return nil, err
	}
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.CannedReplies(ctx, surface.Principal(ctx), search, window)
	if err != nil {
		return nil, err
	}
	return ListCanned200JSONResponse{Data: each(list.Rows, view.CannedForAgent), Pagination: pagination(list)}, nil
}

// CreateCanned implements POST /v2/canned.
func (a *api) CreateCanned(ctx context.Context, r CreateCannedRequestObject) (CreateCannedResponseObject, error) {
	c, err := a.chat.CreateCannedReply(ctx, surface.Principal(ctx), r.Body.Shortcut, r.Body.Content)
	if err != nil {
		return nil, err
	}
	return CreateCanned201JSONResponse{CannedJSONResponse(view.CannedForAgent(c))}, nil
}

// GetCanned implements GET /v2/canned/:id.
func (a *api) GetCanned(ctx context.Context, r GetCannedRequestObject) (GetCannedResponseObject, error) {
	uid, err := cannedID(r.ID)
	if err != nil {
		return nil, err
	}
	c, err := a.chat.CannedReply(ctx, surface.Principal(ctx), chat.CannedRef{UID: &uid})
	if err != nil {
		return nil, err
	}
	return GetCanned200JSONResponse{CannedJSONResponse(view.CannedForAgent(c))}, nil
}

// UpdateCanned implements PATCH /v2/canned/:id.
func (a *api) UpdateCanned(ctx context.Context, r UpdateCannedRequestObject) (UpdateCannedResponseObject, error) {
	uid, err := cannedID(r.ID)
	if err != nil {
		return nil, err
	}
	c, err := a.chat.UpdateCannedReply(ctx, surface.Principal(ctx), uid, r.Body.Shortcut, r.Body.Content)
	if err != nil {
		return nil, err
	}
	return UpdateCanned200JSONResponse{CannedJSONResponse(view.CannedForAgent(c))}, nil
}

// DeleteCanned implements DELETE /v2/canned/:id.
func (a *api) DeleteCanned(ctx context.Context, r DeleteCannedRequestObject) (DeleteCannedResponseObject, error) {
	uid, err := cannedID(r.ID)
	if err != nil {
		return nil, err
	}
	if err := a.chat.DeleteCannedReply(ctx, surface.Principal(ctx), uid); err != nil {
		return nil, err
	}
	return DeleteCanned204Response{}, nil
}

func cannedID(given string) (models.UID, error) {
	uid, err := models.ParseID(models.PrefixCanned, given)
	if err != nil {
		return uid, chat.ErrCannedNotFound
	}
	return uid, nil
}
