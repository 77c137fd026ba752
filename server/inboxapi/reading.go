package inboxapi

import (
	"context"
	"slices"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
	"parley/widget/surface"
)

// ListConversations implements GET /api/conversations.
func (a *api) ListConversations(ctx context.Context, r ListConversationsRequestObject) (ListConversationsResponseObject, error) {
	who := surface.Principal(ctx)
	f, after, err := a.selection(who, r.Params)
	if err != nil {
		return nil, err
	}
	q := f.query()
	q.After = after
	if q.Limit, err = limit(r.Params.Limit); err != nil {
		return nil, err
	}
	page, err := a.chat.Inbox(ctx, who, q)
	if err != nil {
		return nil, err
	}
	answer := ListConversations200JSONResponse{Data: each(page.Conversations, view.ConversationForInbox)}
	if page.Next != nil {
		next, err := a.cursors.write(who, f, *page.Next)
		if err != nil {
			return nil, err
		}
		answer.NextCursor = &next
	}
	return answer, nil
}

// selection reads what is listed, and where the list goes on.
func (a *api) selection(who models.Principal, p ListConversationsParams) (f filters, after *chat.InboxPlace, err error) {
	if f, err = p.filters(); err != nil || p.Cursor == nil || *p.Cursor == "" {
		return f, nil, err
	}
	b, err := a.cursors.read(who, *p.Cursor)
	if err != nil {
		return f, nil, err
	}
	place := b.place()
	f, err = b.Filters.resume(f)
	return f, &place, err
}

// GetConversation implements GET /api/conversations/:id.
func (a *api) GetConversation(ctx context.Context, r GetConversationRequestObject) (GetConversationResponseObject, error) {
	c, err := a.find(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	return GetConversation200JSONResponse(view.ConversationForInbox(c)), nil
}

// find reads the conversation that a path names.
func (a *api) find(ctx context.Context, id string) (models.Conversation, error) {
	uid, err := conversationID(id)
	if err != nil {
		return models.Conversation{}, err
	}
	return a.chat.InboxConversation(ctx, surface.Principal(ctx), uid)
}

// ListMessages implements GET /api/conversations/:id/messages.
func (a *api) ListMessages(ctx context.Context, r ListMessagesRequestObject) (ListMessagesResponseObject, error) {
	c, err := a.find(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	messages, err := a.chat.Transcript(ctx, surface.Principal(ctx), chat.TranscriptQuery{ConversationID: c.ID})
	if err != nil {
		return nil, err
	}
	return ListMessages200JSONResponse(each(messages, func(m models.Message) Message {
		return view.MessageForInbox(m, c.Channel)
	})), nil
}

// ListChannels implements GET /api/conversations/channels.
func (a *api) ListChannels(ctx context.Context, _ ListChannelsRequestObject) (ListChannelsResponseObject, error) {
	channels, err := a.chat.InboxChannels(ctx, surface.Principal(ctx))
	if err != nil {
		return nil, err
	}
	return ListChannels200JSONResponse{Data: each(channels, view.ChannelForInbox)}, nil
}

// maxUsers is more than a team has.
const maxUsers = 10_000

// ListUsers implements GET /api/conversations/users.
func (a *api) ListUsers(ctx context.Context, _ ListUsersRequestObject) (ListUsersResponseObject, error) {
	team, err := a.chat.Users(ctx, surface.Principal(ctx), models.Page{Limit: maxUsers})
	if err != nil {
		return nil, err
	}
	able := slices.DeleteFunc(team.Rows, func(u models.User) bool { return u.DisabledAt != nil })
	return ListUsers200JSONResponse{Data: each(able, view.UserForInbox)}, nil
}
