package agentapi

import (
	"context"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListKeys implements GET /v2/keys.
func (a *api) ListKeys(ctx context.Context, r ListKeysRequestObject) (ListKeysResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Keys(ctx, surface.Principal(ctx), window)
	if err != nil {
		return nil, err
	}
	return ListKeys200JSONResponse{Data: each(list.Rows, view.KeyForAgent), Pagination: pagination(list)}, nil
}

// GetKey implements GET /v2/keys/:id.
func (a *api) GetKey(ctx context.Context, r GetKeyRequestObject) (GetKeyResponseObject, error) {
	uid, err := pathID(models.PrefixKey, r.ID)
	if err != nil {
		return nil, err
	}
	row, err := a.chat.Key(ctx, surface.Principal(ctx), uid)
	return GetKey200JSONResponse{APIKeyJSONResponse(view.KeyForAgent(row))}, err
}

// CreateKey implements POST /v2/keys.
func (a *api) CreateKey(ctx context.Context, r CreateKeyRequestObject) (CreateKeyResponseObject, error) {
	asked, err := r.Body.key()
	if err != nil {
		return nil, err
	}
	row, key, err := a.chat.CreateKey(ctx, surface.Principal(ctx), asked)
	shown := view.KeyForAgent(row)
	shown.Key = key
	return CreateKey201JSONResponse{APIKeyJSONResponse(shown)}, err
}

// RevokeKey implements DELETE /v2/keys/:id.
func (a *api) RevokeKey(ctx context.Context, r RevokeKeyRequestObject) (RevokeKeyResponseObject, error) {
	uid, err := pathID(models.PrefixKey, r.ID)
	if err != nil {
		return nil, err
	}
	return RevokeKey204Response{}, a.chat.RevokeKey(ctx, surface.Principal(ctx), uid)
}

// key reads what key is asked for.
func (k NewAPIKey) key() (chat.NewAPIKey, error) {
	asked := chat.NewAPIKey{Name: k.Name, Kind: models.KeyKindAgent, Scopes: k.Scopes}
	if k.Kind != nil {
		asked.Kind = models.KeyKind(*k.Kind)
	}
	until := given(k.ExpiresAt)
	if until.To == nil {
		return asked, nil
	}
	at, err := time.Parse(time.RFC3339, *until.To)
	if err != nil {
		return asked, models.Invalid("expires_at", "The expires_at must be a time such as 2030-01-01T00:00:00Z")
	}
	asked.ExpiresAt = &at
	return asked, nil
}
