package widget

import (
	"context"

	"parley/models"
	"parley/widget/surface"
)

// StartConversation opens a conversation with its first message.
func (h handlers) StartConversation(ctx context.Context, r StartConversationRequestObject) (StartConversationResponseObject, error) {
	site := surface.Site(ctx)
	c, err := h.Chat.Start(ctx, site, opening(*r.Body))
	if err != nil {
		return nil, err
	}
	return StartConversation201JSONResponse{
		ConversationToken: h.Access.ConversationToken(c.UID), AutoReply: site.AutoReply,
	}, nil
}

// MarkRead notes how far the visitor has read.
func (h handlers) MarkRead(ctx context.Context, r MarkReadRequestObject) (MarkReadResponseObject, error) {
	if r.Body.Seq == nil {
		return nil, models.Invalid("seq", "Seq is required")
	}
	who := surface.Principal(ctx)
	c, err := h.Chat.MarkRead(ctx, who, who.ConversationUID, *r.Body.Seq)
	if err != nil {
		return nil, err
	}
	return MarkRead200JSONResponse{Status: ReadUpToStatusOk, Seq: c.VisitorReadSeq}, nil
}

// AskForPerson hands the conversation off to a person.
func (h handlers) AskForPerson(ctx context.Context, _ AskForPersonRequestObject) (AskForPersonResponseObject, error) {
	if err := h.Chat.AskForPerson(ctx, surface.Principal(ctx)); err != nil {
		return nil, err
	}
	return AskForPerson200JSONResponse{Status: DoneStatusOk}, nil
}

// RateConversation takes the visitor's verdict.
func (h handlers) RateConversation(ctx context.Context, r RateConversationRequestObject) (RateConversationResponseObject, error) {
	if r.Body.Score == nil {
		return nil, models.Invalid("score", "Score is required")
	}
	if err := h.Chat.Rate(ctx, surface.Principal(ctx), int(*r.Body.Score), text(r.Body.Comment)); err != nil {
		return nil, err
	}
	return RateConversation201JSONResponse{Status: RatedStatusOk}, nil
}
