package mcp

import (
	"context"

	"github.com/google/jsonschema-go/jsonschema"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
)

// The closed sets of the tools' inputs.
var (
	statuses   = []models.ConversationStatus{models.StatusOpen, models.StatusClosed, models.StatusArchived}
	channels   = []models.Channel{models.ChannelChat, models.ChannelWhatsApp, models.ChannelInstagram, models.ChannelSMS, models.ChannelEmail, models.ChannelVoice, models.ChannelAPI}
	priorities = []models.Priority{models.PriorityLow, models.PriorityNormal, models.PriorityHigh, models.PriorityUrgent}
	sorts      = []chat.ConversationSort{chat.SortLastMessageDesc, chat.SortLastMessageAsc, chat.SortCreatedDesc, chat.SortCreatedAsc}
	orders     = []string{"asc", "desc"}
)

// filters select conversations.
type filters struct {
	Status     string `json:"status,omitempty" jsonschema:"only conversations in this state; all when left out"`
	Channel    string `json:"channel,omitempty" jsonschema:"only conversations of this channel"`
	Priority   string `json:"priority,omitempty" jsonschema:"only conversations of this priority"`
	AssignedTo string `json:"assigned_to,omitempty" jsonschema:"only what this user has: an id such as usr_…, me, or none for what nobody has"`
	Label      string `json:"label,omitempty" jsonschema:"only conversations with this label, by its name"`
	ContactID  string `json:"contact_id,omitempty" jsonschema:"only conversations with this contact: an id such as cnt_…"`
	Sort       string `json:"sort,omitempty" jsonschema:"the order; last_message_at:desc when left out"`
}

type listInput struct {
	filters
	window
}

type searchInput struct {
	Query string `json:"query" jsonschema:"text to look for in subjects, contacts and messages, notes included: a piece of it in any case, so one telling word finds more than a sentence"`
	filters
	window
}

type readInput struct {
	ConversationID string `json:"conversation_id" jsonschema:"the conversation's id, such as conv_…"`
	Order          string `json:"order,omitempty" jsonschema:"order of the messages: asc, the oldest first, when left out"`
	window
}

func filtered(s *jsonschema.Schema) {
	choices(s, "status", statuses...)
	choices(s, "channel", channels...)
	choices(s, "priority", priorities...)
	choices(s, "sort", sorts...)
	long(s, "label", 1, 100)
	paged(s)
}

// reading are the tools that read conversations.
func (d *desk) reading() []func() (tool, error) {
	return []func() (tool, error){
		func() (tool, error) {
			return define(about{
				name: "list_conversations", title: "List conversations", scope: models.ScopeConversationsRead, limits: filtered,
				description: "Lists conversations with contact, status, priority, assignee, labels, unread count and a preview of the last message; " +
					"those with the newest message first. Filters combine with AND. Use get_conversation to read one.",
			}, func(ctx context.Context, who models.Principal, in listInput) (any, error) {
				return d.list(ctx, who, in.filters, in.window, "")
			})
		},
		func() (tool, error) {
			return define(about{
				name: "search_conversations", title: "Search conversations", scope: models.ScopeConversationsRead,
				limits: func(s *jsonschema.Schema) { filtered(s); long(s, "query", 1, chat.MaxSearchLength) },
				description: "Finds conversations in which a text occurs: in the subject, the contact's name, e-mail or phone, or any message. " +
					"The same filters as list_conversations narrow it down.",
			}, func(ctx context.Context, who models.Principal, in searchInput) (any, error) {
				return d.list(ctx, who, in.filters, in.window, in.Query)
			})
		},
		func() (tool, error) {
			return define(about{
				name: "get_conversation", title: "Read a conversation", scope: models.ScopeConversationsRead,
				limits: func(s *jsonschema.Schema) { choices(s, "order", orders...); paged(s) },
				description: "Gives a conversation and a page of its messages. sent_by tells who wrote each: contact (the customer), user (a colleague), " +
					"assistant or system; internal true is a note that the customer does not see.",
			}, d.read)
		},
		func() (tool, error) {
			return define(about{
				name: "list_labels", title: "List labels", scope: models.ScopeConversationsRead, limits: paged,
				description: "Lists the labels that the team sorts conversations by.",
			}, func(ctx context.Context, who models.Principal, in window) (any, error) {
				labels, err := d.chat.Labels(ctx, who, in.page())
				return listed(labels, view.LabelForAgent), err
			})
		},
	}
}

func (d *desk) list(ctx context.Context, who models.Principal, f filters, w window, text string) (any, error) {
	q, err := d.query(ctx, who, f)
	if err != nil {
		return nil, err
	}
	q.Search, q.Page = text, w.page()
	found, err := d.chat.Conversations(ctx, who, q)
	return listed(found, view.ConversationForAgent), err
}

// query reads the filters.
func (d *desk) query(ctx context.Context, who models.Principal, f filters) (chat.ConversationQuery, error) {
	q := chat.ConversationQuery{
		Status: models.ConversationStatus(f.Status), Channel: models.Channel(f.Channel), Priority: models.Priority(f.Priority),
		Label: f.Label, Sort: chat.ConversationSort(f.Sort),
	}
	if q.Sort == "" {
		q.Sort = chat.SortLastMessageDesc
	}
	if f.ContactID != "" {
		uid, err := models.ParseID(models.PrefixContact, f.ContactID)
		if err != nil {
			return q, chat.ErrContactNotFound
		}
		q.Contact = &uid
	}
	switch f.AssignedTo {
	case "":
	case "none":
		q.Unassigned = true
	default:
		user, err := d.user(ctx, who, f.AssignedTo)
		if err != nil {
			return q, err
		}
		q.AssignedTo = &user
	}
	return q, nil
}

// user reads the id of somebody of the team, or me.
func (d *desk) user(ctx context.Context, who models.Principal, given string) (models.UID, error) {
	if given == "me" {
		return who.UserUID, nil
	}
	uid, err := models.ParseID(models.PrefixUser, given)
	if err != nil {
		return uid, errAssignee
	}
	if _, err = d.chat.User(ctx, who, uid); models.HasCode(err, models.CodeNotFound) {
		err = errAssignee
	}
	return uid, err
}

// thread is a conversation with messages.
type thread struct {
	Conversation view.AgentConversation  `json:"conversation"`
	Messages     list[view.AgentMessage] `json:"messages"`
}

func (d *desk) read(ctx context.Context, who models.Principal, in readInput) (any, error) {
	uid, err := conversationID(in.ConversationID)
	if err != nil {
		return nil, err
	}
	c, err := d.chat.Conversation(ctx, who, uid)
	if err != nil {
		return nil, err
	}
	messages, err := d.chat.Messages(ctx, who, chat.MessageQuery{Conversation: uid, Descending: in.Order == "desc", Page: in.page()})
	return thread{view.ConversationForAgent(c), listed(messages, view.MessageForAgent)}, err
}
