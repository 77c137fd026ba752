package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListLabels implements GET /v2/labels.
func (a *api) ListLabels(ctx context.Context, r ListLabelsRequestObject) (ListLabelsResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Labels(ctx, surface.Principal(ctx), window)
	if err != nil {
		return nil, err
	}
	return ListLabels200JSONResponse{Data: each(list.Rows, view.LabelForAgent), Pagination: pagination(list)}, nil
}

// CreateLabel implements POST /v2/labels.
func (a *api) CreateLabel(ctx context.Context, r CreateLabelRequestObject) (CreateLabelResponseObject, error) {
	l, err := a.chat.CreateLabel(ctx, surface.Principal(ctx), chat.LabelInput{Name: &r.Body.Name, Color: given(r.Body.Color)})
	if err != nil {
		return nil, err
	}
	return CreateLabel201JSONResponse{LabelJSONResponse(view.LabelForAgent(l))}, nil
}

// GetLabel implements GET /v2/labels/:id.
func (a *api) GetLabel(ctx context.Context, r GetLabelRequestObject) (GetLabelResponseObject, error) {
	uid, err := labelID(r.ID)
	if err != nil {
		return nil, err
	}
	l, err := a.chat.LabelByUID(ctx, surface.Principal(ctx), uid)
	if err != nil {
		return nil, err
	}
	return GetLabel200JSONResponse{LabelJSONResponse(view.LabelForAgent(l))}, nil
}

// UpdateLabel implements PATCH /v2/labels/:id.
func (a *api) UpdateLabel(ctx context.Context, r UpdateLabelRequestObject) (UpdateLabelResponseObject, error) {
	uid, err := labelID(r.ID)
	if err != nil {
		return nil, err
	}
	in := chat.LabelInput{Name: r.Body.Name, Color: given(r.Body.Color)}
	l, err := a.chat.UpdateLabel(ctx, surface.Principal(ctx), uid, in)
	if err != nil {
		return nil, err
	}
	return UpdateLabel200JSONResponse{LabelJSONResponse(view.LabelForAgent(l))}, nil
}

// DeleteLabel implements DELETE /v2/labels/:id.
func (a *api) DeleteLabel(ctx context.Context, r DeleteLabelRequestObject) (DeleteLabelResponseObject, error) {
	uid, err := labelID(r.ID)
	if err != nil {
		return nil, err
	}
	if err := a.chat.DeleteLabel(ctx, surface.Principal(ctx), uid); err != nil {
		return nil, err
	}
	return DeleteLabel204Response{}, nil
}

func labelID(given string) (models.UID, error) {
	uid, err := models.ParseID(models.PrefixLabel, given)
	if err != nil {
		return uid, chat.ErrLabelNotFound
	}
	return uid, nil
}
