package assistantapi

import (
	"context"
	"time"

	"parley/models"
	"parley/models/view"
	"parley/widget/surface"
)

// ListAssistants implements GET /api/assistants.
func (a *api) ListAssistants(ctx context.Context, r ListAssistantsRequestObject) (ListAssistantsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Assistants(ctx, surface.Principal(ctx), p)
	return ListAssistants200JSONResponse(each(list.Rows, view.AssistantFor)), err
}

// CreateAssistant implements POST /api/assistants.
func (a *api) CreateAssistant(ctx context.Context, r CreateAssistantRequestObject) (CreateAssistantResponseObject, error) {
	settings := models.AssistantSettings{Knowledge: true, Handoff: true}
	if err := r.Body.change().into(&settings); err != nil {
		return nil, err
	}
	publish := r.Body.Draft == nil || !*r.Body.Draft
	made, err := a.chat.CreateAssistant(ctx, surface.Principal(ctx), settings, publish)
	if err != nil {
		return nil, err
	}
	return CreateAssistant201JSONResponse(view.AssistantFor(made)), nil
}

// on does something to the assistant that the path names.
func on(ctx context.Context, id string,
	do func(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error),
) (view.Assistant, error) {
	uid, err := assistantID(id)
	if err != nil {
		return view.Assistant{}, err
	}
	found, err := do(ctx, surface.Principal(ctx), uid)
	if err != nil {
		return view.Assistant{}, err
	}
	return view.AssistantFor(found), nil
}

// GetAssistant implements GET /api/assistants/:id.
func (a *api) GetAssistant(ctx context.Context, r GetAssistantRequestObject) (GetAssistantResponseObject, error) {
	v, err := on(ctx, r.ID, a.chat.Assistant)
	return GetAssistant200JSONResponse(v), err
}

// UpdateAssistant implements PATCH /api/assistants/:id.
func (a *api) UpdateAssistant(ctx context.Context, r UpdateAssistantRequestObject) (UpdateAssistantResponseObject, error) {
	v, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, assistant models.UID) (models.Assistant, error) {
		return a.chat.EditAssistant(ctx, who, assistant, r.Body.into)
	})
	return UpdateAssistant200JSONResponse(v), err
}

// DeleteAssistant implements DELETE /api/assistants/:id.
func (a *api) DeleteAssistant(ctx context.Context, r DeleteAssistantRequestObject) (DeleteAssistantResponseObject, error) {
	v, err := on(ctx, r.ID, a.chat.DeleteAssistant)
	return DeleteAssistant200JSONResponse(v), err
}

// PublishAssistant implements POST /api/assistants/:id/publish.
func (a *api) PublishAssistant(ctx context.Context, r PublishAssistantRequestObject) (PublishAssistantResponseObject, error) {
	v, err := on(ctx, r.ID, a.chat.PublishAssistant)
	return PublishAssistant200JSONResponse(v), err
}

// ListSessions implements GET /api/sessions.
func (a *api) ListSessions(ctx context.Context, r ListSessionsRequestObject) (ListSessionsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Sessions(ctx, surface.Principal(ctx), p)
	return ListSessions200JSONResponse(each(list.Rows, sessionView)), err
}

func sessionView(s models.Session) view.AssistantSession {
	return view.SessionFor(s, s.StatusAt(time.Now()))
}

// CreateSession implements POST /api/sessions.
func (a *api) CreateSession(ctx context.Context, r CreateSessionRequestObject) (CreateSessionResponseObject, error) {
	wanted, err := r.Body.session()
	if err != nil {
		return nil, err
	}
	made, err := a.chat.CreateSession(ctx, surface.Principal(ctx), wanted)
	return CreateSession201JSONResponse{Message: "Session created successfully", Session: sessionView(made)}, err
}

// session finds the session that a path names, with what was said.
func (a *api) session(ctx context.Context, id string) (view.AssistantSession, error) {
	uid, err := sessionID(id)
	if err != nil {
		return view.AssistantSession{}, err
	}
	found, err := a.chat.Session(ctx, surface.Principal(ctx), uid)
	return sessionView(found), err
}

// GetSession implements GET /api/sessions/:id.
func (a *api) GetSession(ctx context.Context, r GetSessionRequestObject) (GetSessionResponseObject, error) {
	v, err := a.session(ctx, r.ID)
	return GetSession200JSONResponse(v), err
}

// GetHistory implements GET /api/chats/session/:sessionId.
func (a *api) GetHistory(ctx context.Context, r GetHistoryRequestObject) (GetHistoryResponseObject, error) {
	v, err := a.session(ctx, r.SessionID)
	return GetHistory200JSONResponse{Message: "Session retrieved successfully", Session: v}, err
}

// DeleteSession implements DELETE /api/sessions/:id.
func (a *api) DeleteSession(ctx context.Context, r DeleteSessionRequestObject) (DeleteSessionResponseObject, error) {
	uid, err := sessionID(r.ID)
	if err != nil {
		return nil, err
	}
	gone, err := a.chat.DeleteSession(ctx, surface.Principal(ctx), uid)
	return DeleteSession200JSONResponse{Message: "Session deleted successfully", Session: sessionView(gone)}, err
}
