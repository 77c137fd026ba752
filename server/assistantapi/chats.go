package assistantapi

import (
	"context"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListChats implements GET /api/chats.
func (a *api) ListChats(ctx context.Context, r ListChatsRequestObject) (ListChatsResponseObject, error) {
	p, err := page(r.Params.Limit, r.Params.Offset)
	if err != nil {
		return nil, err
	}
	list, err := a.chat.Chats(ctx, surface.Principal(ctx), p)
	return ListChats200JSONResponse(each(list.Rows, view.ChatFor)), err
}

// GetChat implements GET /api/chats/:id.
func (a *api) GetChat(ctx context.Context, r GetChatRequestObject) (GetChatResponseObject, error) {
	uid, err := chatID(r.ID)
	if err != nil {
		return nil, err
	}
	found, err := a.chat.Chat(ctx, surface.Principal(ctx), uid)
	return GetChat200JSONResponse(view.ChatFor(found)), err
}

// DeleteChat implements DELETE /api/chats/:id.
func (a *api) DeleteChat(ctx context.Context, r DeleteChatRequestObject) (DeleteChatResponseObject, error) {
	uid, err := chatID(r.ID)
	if err != nil {
		return nil, err
	}
	gone, err := a.chat.DeleteChat(ctx, surface.Principal(ctx), uid)
	return DeleteChat200JSONResponse{Message: "Chat deleted successfully", Chat: view.ChatFor(gone)}, err
}

// CreateChat implements POST /api/chats.
func (a *api) CreateChat(ctx context.Context, r CreateChatRequestObject) (CreateChatResponseObject, error) {
	q, err := r.Body.question()
	if err != nil {
		return nil, err
	}
	if r.Body.Stream != nil && *r.Body.Stream {
		return a.stream(ctx, q, &chatFrames{})
	}
	reply, err := a.desk.Ask(ctx, surface.Principal(ctx), q, chat.Hearer{})
	return CreateChat201JSONResponse{Message: "Chat created successfully", Chat: chatView(reply)}, err
}

// chatView encodes a chat that was answered just now.
func chatView(r chat.Reply) view.Chat {
	v := view.ChatFor(r.Chat)
	for _, c := range r.Citations {
		v.Citations = append(v.Citations, view.Citation{ArticleID: models.FormatID(models.PrefixArticle, c.ArticleUID), Title: c.Title})
	}
	return v
}

// chatFrames spell a chat's stream.
type chatFrames struct{ id, session string }

// chatDelta is one piece of a chat's stream.
type chatDelta struct {
	ID        string `json:"id"`
	SessionID string `json:"sessionId"`
	Path      string `json:"path"`
	Delta     string `json:"delta"`
}

func (f *chatFrames) begin(t chat.Turn) []frame {
	f.id, f.session = models.FormatHandle(models.HandleChat, t.Chat.UID), models.FormatHandle(models.HandleSession, t.Session.UID)
	return nil
}

func (f *chatFrames) delta(text string) []frame {
	return []frame{{data: chatDelta{f.id, f.session, "chat.output[0].content", text}}}
}

func (f *chatFrames) end(chat.Reply) []frame { return []frame{doneFrame} }

func (f *chatFrames) fail(e *models.Error) []frame {
	return []frame{{data: map[string]problem{"error": failure(e)}}}
}
