package inboxapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/widget/surface"
)

// act is something the service does to a conversation.
type act func(ctx context.Context, who models.Principal, conversation models.UID) (models.Conversation, error)

// on does the act to the conversation that the path names.
func on(ctx context.Context, id string, do act) (DoneJSONResponse, error) {
	uid, err := conversationID(id)
	if err == nil {
		_, err = do(ctx, surface.Principal(ctx), uid)
	}
	return done, err
}

// ReplyToConversation implements POST /api/conversations/:id/reply.
func (a *api) ReplyToConversation(ctx context.Context, r ReplyToConversationRequestObject) (ReplyToConversationResponseObject, error) {
	uid, err := conversationID(r.ID)
	if err == nil {
		_, err = a.chat.Post(ctx, surface.Principal(ctx), uid, chat.Draft{Content: r.Body.Content})
	}
	return ReplyToConversation200JSONResponse{done}, err
}

// ResolveConversation implements POST /api/conversations/:id/resolve.
func (a *api) ResolveConversation(ctx context.Context, r ResolveConversationRequestObject) (ResolveConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.Resolve(ctx, who, uid, chat.Resolution{Reason: models.ReasonIssueResolved, KeepReason: true})
	})
	return ResolveConversation200JSONResponse{answer}, err
}

// AssignConversation implements POST /api/conversations/:id/assign.
func (a *api) AssignConversation(ctx context.Context, r AssignConversationRequestObject) (AssignConversationResponseObject, error) {
	user, err := reference(models.PrefixUser, "userId", r.Body.UserID)
	if err != nil {
		return nil, err
	}
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.Assign(ctx, who, uid, chat.Assignment{To: &user})
	})
	return AssignConversation200JSONResponse{answer}, err
}

// UnassignConversation implements POST /api/conversations/:id/unassign.
func (a *api) UnassignConversation(ctx context.Context, r UnassignConversationRequestObject) (UnassignConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, func(ctx context.Context, who models.Principal, uid models.UID) (models.Conversation, error) {
		return a.chat.Assign(ctx, who, uid, chat.Assignment{})
	})
	return UnassignConversation200JSONResponse{answer}, err
}

// TakeOverConversation implements POST /api/conversations/:id/take-over.
func (a *api) TakeOverConversation(ctx context.Context, r TakeOverConversationRequestObject) (TakeOverConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, a.chat.TakeOver)
	return TakeOverConversation200JSONResponse{answer}, err
}

// ReleaseConversation implements POST /api/conversations/:id/release.
func (a *api) ReleaseConversation(ctx context.Context, r ReleaseConversationRequestObject) (ReleaseConversationResponseObject, error) {
	answer, err := on(ctx, r.ID, a.chat.Release)
	return ReleaseConversation200JSONResponse{answer}, err
}

// ComposeMessage implements POST /api/conversations/compose.
func (a *api) ComposeMessage(ctx context.Context, r ComposeMessageRequestObject) (ComposeMessageResponseObject, error) {
	composition, err := r.Body.composition()
	if err == nil {
		_, err = a.chat.Compose(ctx, surface.Principal(ctx), composition)
	}
	return ComposeMessage200JSONResponse{done}, err
}
