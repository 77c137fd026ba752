package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// whole answers an act with the conversation as it is afterwards.
func whole(c models.Conversation) ConversationJSONResponse {
	return ConversationJSONResponse(view.ConversationForAgent(c))
}

// act is something the service does to a conversation and answers it whole.
type act func(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error)

// on does the act to the conversation that the path names.
func on(ctx context.Context, id string, do act) (ConversationJSONResponse, error) {
	uid, err := conversationID(id)
	if err != nil {
		return ConversationJSONResponse{}, err
	}
	c, err := do(ctx, surface.Principal(ctx), uid)
	if err != nil {
		return ConversationJSONResponse{}, err
	}
	return whole(c), nil
}

// GetConversation implements GET /v2/conversation/:id.
func (a *api) GetConversation(ctx context.Context, r GetConversationRequestObject) (GetConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, a.chat.Conversation)
	return tagged{answer}, err
}

// PostMessage implements POST /v2/conversation/:id/message.
func (a *api) PostMessage(ctx context.Context, r PostMessageRequestObject) (PostMessageResponseObject, error) {
	uid, err := conversationID(r.ID)
	if err != nil {
		return nil, err
	}
	draft, err := r.Body.draft()
	if err != nil {
		return nil, err
	}
	m, err := a.chat.Post(ctx, surface.Principal(ctx), uid, draft)
	if err != nil {
		return nil, err
	}
	return PostMessage201JSONResponse(view.MessageForAgent(m)), nil
}

// AssignConversation implements POST /v2/conversation/:id/assign.
func (a *api) AssignConversation(ctx context.Context, r AssignConversationRequestObject) (AssignConversationResponseObject, error) {
	to, err := r.Body.assignment()
	if err != nil {
		return nil, err
	}
	to.Expected = models.Expect(value(r.Params.IfMatch))
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.Assign(ctx, who, uid, to)
	})
	return AssignConversation200JSONResponse{answer}, err
}

// LabelConversation implements POST /v2/conversation/:id/label.
func (a *api) LabelConversation(ctx context.Context, r LabelConversationRequestObject) (LabelConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.Label(ctx, who, uid, r.Body.Labels, chat.LabelAction(r.Body.Action))
	})
	return LabelConversation200JSONResponse{answer}, err
}

// ResolveConversation implements POST /v2/conversation/:id/resolve.
func (a *api) ResolveConversation(ctx context.Context, r ResolveConversationRequestObject) (ResolveConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.Resolve(ctx, who, uid, chat.Resolution{
			Reason: models.ResolutionReason(r.Body.ResolutionReason),
			Note:   value(r.Body.InternalNote), Survey: value(r.Body.SendSatisfactionSurvey),
		})
	})
	return ResolveConversation200JSONResponse{answer}, err
}

// ReopenConversation implements POST /v2/conversation/:id/reopen.
func (a *api) ReopenConversation(ctx context.Context, r ReopenConversationRequestObject) (ReopenConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, a.chat.Reopen)
	return ReopenConversation200JSONResponse{answer}, err
}

// ArchiveConversation implements POST /v2/conversation/:id/archive.
func (a *api) ArchiveConversation(ctx context.Context, r ArchiveConversationRequestObject) (ArchiveConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, a.chat.Archive)
	return ArchiveConversation200JSONResponse{answer}, err
}

// TakeOverConversation implements POST /v2/conversation/:id/handoff.
func (a *api) TakeOverConversation(ctx context.Context, r TakeOverConversationRequestObject) (TakeOverConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, a.chat.TakeOver)
	return TakeOverConversation200JSONResponse{answer}, err
}

// ReleaseConversation implements POST /v2/conversation/:id/release.
func (a *api) ReleaseConversation(ctx context.Context, r ReleaseConversationRequestObject) (ReleaseConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, a.chat.Release)
	return ReleaseConversation200JSONResponse{answer}, err
}

// ReadConversation implements POST /v2/conversation/:id/read.
func (a *api) ReadConversation(ctx context.Context, r ReadConversationRequestObject) (ReadConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.MarkRead(ctx, who, uid, 0)
	})
	return ReadConversation200JSONResponse{answer}, err
}

// TypeInConversation implements POST /v2/conversation/:id/typing.
func (a *api) TypeInConversation(ctx context.Context, r TypeInConversationRequestObject) (TypeInConversationResponseObject, error) {
	active := r.Body == nil || r.Body.Active == nil || *r.Body.Active
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.Typing(ctx, who, uid, active)
	})
	return TypeInConversation200JSONResponse{answer}, err
}
