package widget

import (
	"context"
	"strings"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// maxTokens is how many conversations a device may hold.
const maxTokens = 20

// standing is a conversation in the list of its visitor.
type standing struct {
	ConversationToken  string    `json:"conversation_token"`
	Status             string    `json:"status"`
	LastMessageAt      view.Time `json:"last_message_at"`
	LastMessagePreview string    `json:"last_message_preview"`
	Unread             int64     `json:"unread"`
}

// Identify answers whose device this is.
func (h handlers) Identify(ctx context.Context, r IdentifyRequestObject) (IdentifyResponseObject, error) {
	in := chat.Identification{Email: text(r.Body.Email), Name: text(r.Body.Name)}
	if i := r.Body.Identity; i != nil {
		in.Identity = chat.Identity{ID: text(i.Id), Hash: text(i.Hash), Token: text(i.Token)}
	}
	site := surface.Site(ctx)
	var err error
	if r.Body.VisitorTokens != nil {
		if in.Conversations, err = h.held(ctx, site, *r.Body.VisitorTokens); err != nil {
			return nil, err
		}
	}
	found, err := h.Chat.Identify(ctx, site, in)
	if err != nil {
		return nil, err
	}
	answer := Identify200JSONResponse{Conversations: make([]standing, 0, len(found.Standings))}
	answer.Contact.Id = models.FormatID(models.PrefixContact, found.Contact.UID)
	answer.Contact.Name = text(found.Contact.FullName())
	for _, s := range found.Standings {
		answer.Conversations = append(answer.Conversations, h.standingOf(s))
	}
	return answer, nil
}

func (h handlers) standingOf(s models.Standing) standing {
	c := view.ConversationForAgent(s.Conversation) // for its preview, cut as everywhere
	return standing{
		ConversationToken: h.Access.ConversationToken(s.Conversation.UID), Status: c.Status,
		LastMessageAt: c.LastMessageAt, LastMessagePreview: c.LastMessagePreview, Unread: s.Unread,
	}
}

// held finds the conversations of a device's tokens. What is unknown, or another site's,
// is passed over: a device may hold what is long gone.
func (h handlers) held(ctx context.Context, site models.Site, tokens []string) ([]models.UID, error) {
	if len(tokens) > maxTokens {
		return nil, models.Invalid("visitor_tokens", "A device holds at most 20 visitor tokens")
	}
	var all []models.UID
	for _, token := range tokens {
		who, err := h.Access.Visitor(ctx, site, strings.TrimSpace(token))
		if models.HasCode(err, models.CodeNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all = append(all, who.ConversationUID)
	}
	return all, nil
}

// SendTranscript has the transcript sent.
func (h handlers) SendTranscript(ctx context.Context, _ SendTranscriptRequestObject) (SendTranscriptResponseObject, error) {
	if err := h.Chat.SendTranscript(ctx, surface.Principal(ctx)); err != nil {
		return nil, err
	}
	return SendTranscript202JSONResponse{Status: DoneStatusOk}, nil
}

// VisitPage notes where the visitor is.
func (h handlers) VisitPage(ctx context.Context, r VisitPageRequestObject) (VisitPageResponseObject, error) {
	page := models.WebPage{URL: text(r.Body.Url), Title: text(r.Body.Title), Referrer: text(r.Body.Referrer)}
	if err := h.Chat.Visit(ctx, surface.Principal(ctx), page); err != nil {
		return nil, err
	}
	return VisitPage200JSONResponse{Status: DoneStatusOk}, nil
}

// Subscribe has a browser told of answers.
func (h handlers) Subscribe(ctx context.Context, r SubscribeRequestObject) (SubscribeResponseObject, error) {
	target := models.PushTarget{Endpoint: text(r.Body.Endpoint)}
	if k := r.Body.Keys; k != nil {
		target.P256DH, target.Auth = text(k.P256dh), text(k.Auth)
	}
	if err := h.Chat.Subscribe(ctx, surface.Principal(ctx), target); err != nil {
		return nil, err
	}
	return Subscribe200JSONResponse{Status: DoneStatusOk}, nil
}

// Unsubscribe ends that.
func (h handlers) Unsubscribe(ctx context.Context, r UnsubscribeRequestObject) (UnsubscribeResponseObject, error) {
	if err := h.Chat.Unsubscribe(ctx, surface.Principal(ctx), text(r.Body.Endpoint)); err != nil {
		return nil, err
	}
	return Unsubscribe200JSONResponse{Status: DoneStatusOk}, nil
}
