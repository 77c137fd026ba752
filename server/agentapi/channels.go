package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListChannelKinds implements GET /v2/channels/kinds.
func (a *api) ListChannelKinds(ctx context.Context, _ ListChannelKindsRequestObject) (ListChannelKindsResponseObject, error) {
	kinds, err := a.chat.ChannelKinds(surface.Principal(ctx))
	return ListChannelKinds200JSONResponse{Data: each(kinds, view.ChannelKindForAgent)}, err
}

// ListChannels implements GET /v2/channels.
func (a *api) ListChannels(ctx context.Context, r ListChannelsRequestObject) (ListChannelsResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.ChannelAccounts(ctx, surface.Principal(ctx), window)
	if err != nil {
		return nil, err
	}
	return ListChannels200JSONResponse{Data: each(list.Rows, a.channelView), Pagination: pagination(list)}, nil
}

func (a *api) channelView(c models.ChannelAccount) view.AgentChannel {
	return view.ChannelForAgent(c, a.chat.ChannelKind(c.Kind), a.chat.ChannelHooks(c))
}

// channel answers with a channel account.
func (a *api) channel(c models.ChannelAccount, err error) (ChannelAccountJSONResponse, error) {
	return ChannelAccountJSONResponse(a.channelView(c)), err
}

// channelID reads the id in a path.
func channelID(given string) (models.UID, error) {
	uid, err := models.ParseID(models.PrefixChannel, given)
	if err != nil {
		return uid, chat.ErrChannelNotFound
	}
	return uid, nil
}

// GetChannel implements GET /v2/channels/:id.
func (a *api) GetChannel(ctx context.Context, r GetChannelRequestObject) (GetChannelResponseObject, error) {
	uid, err := channelID(r.ID)
	if err != nil {
		return nil, err
	}
	answer, err := a.channel(a.chat.Channel(ctx, surface.Principal(ctx), uid))
	return GetChannel200JSONResponse{answer}, err
}

// CreateChannel implements POST /v2/channels.
func (a *api) CreateChannel(ctx context.Context, r CreateChannelRequestObject) (CreateChannelResponseObject, error) {
	answer, err := a.channel(a.chat.CreateChannel(ctx, surface.Principal(ctx), chat.ChannelChange{
		Kind: models.Channel(r.Body.Kind), Name: &r.Body.Name, Values: value(r.Body.Settings), Enabled: r.Body.Enabled,
	}))
	return CreateChannel201JSONResponse{answer}, err
}

// UpdateChannel implements PATCH /v2/channels/:id.
func (a *api) UpdateChannel(ctx context.Context, r UpdateChannelRequestObject) (UpdateChannelResponseObject, error) {
	uid, err := channelID(r.ID)
	if err != nil {
		return nil, err
	}
	answer, err := a.channel(a.chat.UpdateChannel(ctx, surface.Principal(ctx), uid, chat.ChannelChange{
		Name: r.Body.Name, Values: value(r.Body.Settings), Enabled: r.Body.Enabled,
	}))
	return UpdateChannel200JSONResponse{answer}, err
}

// DeleteChannel implements DELETE /v2/channels/:id.
func (a *api) DeleteChannel(ctx context.Context, r DeleteChannelRequestObject) (DeleteChannelResponseObject, error) {
	uid, err := channelID(r.ID)
	if err != nil {
		return nil, err
	}
	return DeleteChannel204Response{}, a.chat.DeleteChannel(ctx, surface.Principal(ctx), uid)
}

// TestChannel implements POST /v2/channels/:id/test.
func (a *api) TestChannel(ctx context.Context, r TestChannelRequestObject) (TestChannelResponseObject, error) {
	uid, err := channelID(r.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.chat.TestChannel(ctx, surface.Principal(ctx), uid)
	return TestChannel200JSONResponse{Ok: found.OK, Detail: found.Detail}, err
}
