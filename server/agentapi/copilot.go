package agentapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/widget/surface"
)

// Copilot helps an agent with a conversation. It changes nothing, and fails with the
// service's errors and with those of codes upstream and upstream_timeout.
type Copilot interface {
	// Suggest drafts the next reply; wish says how it should be.
	Suggest(ctx context.Context, who models.Principal, conversation models.UID, wish string) (chat.Suggestion, error)
	// Summary sums up.
	Summary(ctx context.Context, who models.Principal, conversation models.UID) (string, error)
	// SuggestLabels names labels of the account that fit.
	SuggestLabels(ctx context.Context, who models.Principal, conversation models.UID) ([]string, error)
}

// SuggestReply implements POST /v2/conversation/:id/suggest.
func (a *api) SuggestReply(ctx context.Context, r SuggestReplyRequestObject) (SuggestReplyResponseObject, error) {
	uid, err := conversationID(r.ID)
	if err != nil {
		return nil, err
	}
	wish := ""
	if r.Body != nil {
		wish = value(r.Body.Instructions)
	}
	s, err := a.copilot.Suggest(ctx, surface.Principal(ctx), uid, wish)
	if err != nil {
		return nil, err
	}
	return SuggestReply200JSONResponse{Content: s.Content, Citations: each(s.Citations, citation)}, nil
}

func citation(c models.Citation) Citation {
	return Citation{Article: models.FormatID(models.PrefixArticle, c.ArticleUID), Title: c.Title}
}

// SummarizeConversation implements POST /v2/conversation/:id/summary.
func (a *api) SummarizeConversation(ctx context.Context, r SummarizeConversationRequestObject) (SummarizeConversationResponseObject, error) {
	uid, err := conversationID(r.ID)
	if err != nil {
		return nil, err
	}
	summary, err := a.copilot.Summary(ctx, surface.Principal(ctx), uid)
	if err != nil {
		return nil, err
	}
	return SummarizeConversation200JSONResponse{Content: summary}, nil
}

// SuggestLabels implements POST /v2/conversation/:id/suggest-labels.
func (a *api) SuggestLabels(ctx context.Context, r SuggestLabelsRequestObject) (SuggestLabelsResponseObject, error) {
	uid, err := conversationID(r.ID)
	if err != nil {
		return nil, err
	}
	labels, err := a.copilot.SuggestLabels(ctx, surface.Principal(ctx), uid)
	if err != nil {
		return nil, err
	}
	return SuggestLabels200JSONResponse{Labels: labels}, nil
}
