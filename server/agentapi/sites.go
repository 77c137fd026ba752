package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListSites implements GET /v2/sites.
func (a *api) ListSites(ctx context.Context, r ListSitesRequestObject) (ListSitesResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Sites(ctx, surface.Principal(ctx), window)
	if err != nil {
		return nil, err
	}
	return ListSites200JSONResponse{
		Data:       each(list.Rows, func(s models.Site) view.AgentSite { return view.SiteForAgent(s, a.publicURL) }),
		Pagination: pagination(list),
	}, nil
}

// site answers with a site, and the secret that was made, if one was.
func (a *api) site(s models.Site, secret string, err error) (SiteJSONResponse, error) {
	v := view.SiteForAgent(s, a.publicURL)
	v.IdentitySecret = secret
	return SiteJSONResponse(v), err
}

// GetSite implements GET /v2/sites/:id.
func (a *api) GetSite(ctx context.Context, r GetSiteRequestObject) (GetSiteResponseObject, error) {
	uid, err := pathID(models.PrefixSite, r.ID)
	if err != nil {
		return nil, err
	}
	row, err := a.chat.Site(ctx, surface.Principal(ctx), uid)
	answer, err := a.site(row, "", err)
	return GetSite200JSONResponse{answer}, err
}

// CreateSite implements POST /v2/sites.
func (a *api) CreateSite(ctx context.Context, r CreateSiteRequestObject) (CreateSiteResponseObject, error) {
	change, err := r.Body.change()
	if err != nil {
		return nil, err
	}
	answer, err := a.site(a.chat.CreateSite(ctx, surface.Principal(ctx), change))
	return CreateSite201JSONResponse{answer}, err
}

// UpdateSite implements PATCH /v2/sites/:id.
func (a *api) UpdateSite(ctx context.Context, r UpdateSiteRequestObject) (UpdateSiteResponseObject, error) {
	uid, err := pathID(models.PrefixSite, r.ID)
	if err != nil {
		return nil, err
	}
	change, err := r.Body.change()
	if err != nil {
		return nil, err
	}
	row, err := a.chat.UpdateSite(ctx, surface.Principal(ctx), uid, change)
	answer, err := a.site(row, "", err)
	return UpdateSite200JSONResponse{answer}, err
}

// DeleteSite implements DELETE /v2/sites/:id.
func (a *api) DeleteSite(ctx context.Context, r DeleteSiteRequestObject) (DeleteSiteResponseObject, error) {
	uid, err := pathID(models.PrefixSite, r.ID)
	if err != nil {
		return nil, err
	}
	return DeleteSite204Response{}, a.chat.DeleteSite(ctx, surface.Principal(ctx), uid)
}

// RotateIdentitySecret implements POST /v2/sites/:id/rotate-identity-secret.
func (a *api) RotateIdentitySecret(
	ctx context.Context, r RotateIdentitySecretRequestObject,
) (RotateIdentitySecretResponseObject, error) {
	uid, err := pathID(models.PrefixSite, r.ID)
	if err != nil {
		return nil, err
	}
	answer, err := a.site(a.chat.RotateIdentitySecret(ctx, surface.Principal(ctx), uid))
	return RotateIdentitySecret200JSONResponse{answer}, err
}

// change reads what is to change of a site.
func (s SiteChange) change() (chat.SiteChange, error) {
	c := chat.SiteChange{
		Name: s.Name, Greeting: s.Greeting, AutoReply: given(s.AutoReply), AllowedOrigins: s.AllowedOrigins, Locale: s.Locale,
		Prechat: s.Prechat, OfficeHours: s.OfficeHours, Survey: s.Survey, NoticeMinutes: s.NoticeMinutes,
		IdentityRequired: s.IdentityRequired,
	}
	if s.Theme != nil {
		c.Color, c.Position, c.Mode = s.Theme.Color, (*string)(s.Theme.Position), (*string)(s.Theme.Mode)
	}
	assistant := given(s.Assistant)
	c.Assistant.Is = assistant.Is
	if assistant.To == nil {
		return c, nil
	}
	uid, err := reference(models.PrefixAssistant, "assistant", *assistant.To)
	c.Assistant.To = &uid
	return c, err
}
