package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListWebhooks implements GET /v2/webhooks.
func (a *api) ListWebhooks(ctx context.Context, r ListWebhooksRequestObject) (ListWebhooksResponseObject, error) {
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Webhooks(ctx, surface.Principal(ctx), window)
	if err != nil {
		return nil, err
	}
	return ListWebhooks200JSONResponse{Data: each(list.Rows, view.WebhookForAgent), Pagination: pagination(list)}, nil
}

// withSecret is a webhook with the secret that was made for it.
func withSecret(w models.Webhook, secret string, err error) (view.AgentWebhook, error) {
	v := view.WebhookForAgent(w)
	v.SigningSecret = secret
	return v, err
}

// CreateWebhook implements POST /v2/webhooks.
func (a *api) CreateWebhook(ctx context.Context, r CreateWebhookRequestObject) (CreateWebhookResponseObject, error) {
	w, err := withSecret(a.chat.CreateWebhook(ctx, surface.Principal(ctx), chat.WebhookChange{
		URL: &r.Body.URL, Events: &r.Body.Events, Active: r.Body.Active,
	}))
	return CreateWebhook201JSONResponse(w), err
}

// GetWebhook implements GET /v2/webhooks/:id.
func (a *api) GetWebhook(ctx context.Context, r GetWebhookRequestObject) (GetWebhookResponseObject, error) {
	uid, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	w, err := a.chat.Webhook(ctx, surface.Principal(ctx), uid)
	return GetWebhook200JSONResponse(view.WebhookForAgent(w)), err
}

// UpdateWebhook implements PATCH /v2/webhooks/:id.
func (a *api) UpdateWebhook(ctx context.Context, r UpdateWebhookRequestObject) (UpdateWebhookResponseObject, error) {
	uid, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	w, err := a.chat.UpdateWebhook(ctx, surface.Principal(ctx), uid, chat.WebhookChange{
		URL: r.Body.URL, Events: r.Body.Events, Active: r.Body.Active,
	})
	return UpdateWebhook200JSONResponse(view.WebhookForAgent(w)), err
}

// DeleteWebhook implements DELETE /v2/webhooks/:id.
func (a *api) DeleteWebhook(ctx context.Context, r DeleteWebhookRequestObject) (DeleteWebhookResponseObject, error) {
	uid, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	return DeleteWebhook204Response{}, a.chat.DeleteWebhook(ctx, surface.Principal(ctx), uid)
}

// RotateWebhook implements POST /v2/webhooks/:id/rotate.
func (a *api) RotateWebhook(ctx context.Context, r RotateWebhookRequestObject) (RotateWebhookResponseObject, error) {
	uid, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	w, err := withSecret(a.chat.RotateWebhook(ctx, surface.Principal(ctx), uid))
	return RotateWebhook200JSONResponse(w), err
}

// TestWebhook implements POST /v2/webhooks/:id/test.
func (a *api) TestWebhook(ctx context.Context, r TestWebhookRequestObject) (TestWebhookResponseObject, error) {
	uid, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	var event models.EventType
	if r.Body != nil {
		event = value(r.Body.Event)
	}
	d, err := a.chat.TestWebhook(ctx, surface.Principal(ctx), uid, event)
	return TestWebhook200JSONResponse(view.DeliveryForAgent(d)), err
}

// ListDeliveries implements GET /v2/webhooks/:id/deliveries.
func (a *api) ListDeliveries(ctx context.Context, r ListDeliveriesRequestObject) (ListDeliveriesResponseObject, error) {
	uid, err := webhookID(r.ID)
	if err != nil {
		return nil, err
	}
	window, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Deliveries(ctx, surface.Principal(ctx), uid, models.DeliveryStatus(choice(r.Params.Status)), window)
	if err != nil {
		return nil, err
	}
	return ListDeliveries200JSONResponse{Data: each(list.Rows, view.DeliveryForAgent), Pagination: pagination(list)}, nil
}

// GetDelivery implements GET /v2/webhooks/:id/deliveries/:delivery.
func (a *api) GetDelivery(ctx context.Context, r GetDeliveryRequestObject) (GetDeliveryResponseObject, error) {
	webhook, delivery, err := deliveryID(r.ID, r.Delivery)
	if err != nil {
		return nil, err
	}
	d, err := a.chat.Delivery(ctx, surface.Principal(ctx), webhook, delivery)
	return GetDelivery200JSONResponse(view.DeliveryForAgent(d)), err
}

// Redeliver implements POST /v2/webhooks/:id/deliveries/:delivery/redeliver.
func (a *api) Redeliver(ctx context.Context, r RedeliverRequestObject) (RedeliverResponseObject, error) {
	webhook, delivery, err := deliveryID(r.ID, r.Delivery)
	if err != nil {
		return nil, err
	}
	d, err := a.chat.Redeliver(ctx, surface.Principal(ctx), webhook, delivery)
	return Redeliver200JSONResponse(view.DeliveryForAgent(d)), err
}

func webhookID(given string) (models.UID, error) {
	uid, err := models.ParseID(models.PrefixWebhook, given)
	if err != nil {
		return uid, chat.ErrWebhookNotFound
	}
	return uid, nil
}

func deliveryID(webhook, delivery string) (models.UID, models.UID, error) {
	of, err := webhookID(webhook)
	if err != nil {
		return of, of, err
	}
	uid, err := models.ParseID(models.PrefixDelivery, delivery)
	if err != nil {
		return of, uid, chat.ErrDeliveryNotFound
	}
	return of, uid, nil
}
