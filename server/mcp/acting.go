package mcp

import (
	"context"

	"github.com/google/jsonschema-go/jsonschema"

	"parley/models"
	"parley/models/chat"
	"parley/models/view"
)

var (
	reasons = []models.ResolutionReason{models.ReasonIssueResolved, models.ReasonNotIssue, models.ReasonDuplicate, models.ReasonSpam}
	actions = []chat.LabelAction{chat.LabelAdd, chat.LabelRemove, chat.LabelReplace}
)

type replyInput struct {
	ConversationID string `json:"conversation_id" jsonschema:"the conversation's id, such as conv_…"`
	Content        string `json:"content" jsonschema:"the text for the customer, in the customer's language; at most 10000 characters, with simple Markdown"`
	retry
}

type noteInput struct {
	ConversationID string `json:"conversation_id" jsonschema:"the conversation's id, such as conv_…"`
	Content        string `json:"content" jsonschema:"the text for the team; at most 10000 characters"`
	retry
}

type assignInput struct {
	ConversationID string  `json:"conversation_id" jsonschema:"the conversation's id, such as conv_…"`
	AssignedTo     *string `json:"assigned_to" jsonschema:"who is to have it: a user's id such as usr_…, or me; null takes it from whoever has it"`
	Note           string  `json:"note,omitempty" jsonschema:"a note for the team on why"`
	retry
}

type labelInput struct {
	ConversationID string   `json:"conversation_id" jsonschema:"the conversation's id, such as conv_…"`
	Labels         []string `json:"labels" jsonschema:"names of labels, each of 1 to 100 characters"`
	Action         string   `json:"action" jsonschema:"add these, remove these, or replace all that are there by these"`
	retry
}

type resolveInput struct {
	ConversationID string `json:"conversation_id" jsonschema:"the conversation's id, such as conv_…"`
	Reason         string `json:"reason" jsonschema:"why it is done"`
	Note           string `json:"note,omitempty" jsonschema:"a note for the team"`
	Survey         bool   `json:"send_satisfaction_survey,omitempty" jsonschema:"true asks the customer once how it was"`
	retry
}

type whichInput struct {
	ConversationID string `json:"conversation_id" jsonschema:"the conversation's id, such as conv_…"`
	retry
}

func written(s *jsonschema.Schema) { long(s, "content", 1, models.MaxMessageLength) }

// saying are the tools that write into a conversation.
func (d *desk) saying() []func() (tool, error) {
	return []func() (tool, error){
		func() (tool, error) {
			return writing(d, about{
				name: "reply_to_conversation", title: "Reply to the customer", ends: true, limits: written,
				description: "Sends a message to the customer, on the conversation's channel and in the name of the key's owner. It cannot be taken back. " +
					"It changes neither status nor assignee, except that an assistant which answers there falls silent.",
			}, func(ctx context.Context, who models.Principal, in replyInput) (any, error) {
				return d.post(ctx, who, in.ConversationID, chat.Draft{Content: in.Content})
			})
		},
		func() (tool, error) {
			return writing(d, about{
				name: "add_note", title: "Leave an internal note", limits: written,
				description: "Leaves a note in a conversation that only the team sees.",
			}, func(ctx context.Context, who models.Principal, in noteInput) (any, error) {
				return d.post(ctx, who, in.ConversationID, chat.Draft{Content: in.Content, Internal: true})
			})
		},
	}
}

// sorting are the tools that change where a conversation stands.
func (d *desk) sorting() []func() (tool, error) {
	return []func() (tool, error){
		func() (tool, error) {
			return writing(d, about{
				name: "assign_conversation", title: "Assign a conversation", again: true,
				description: "Gives a conversation to somebody of the team, or to nobody, and gives it as it is now. list_users tells who there is.",
			}, d.assign)
		},
		func() (tool, error) {
			return writing(d, about{
				name: "label_conversation", title: "Label a conversation", again: true,
				limits: func(s *jsonschema.Schema) {
					choices(s, "action", actions...)
					s.Properties["labels"].Types, s.Properties["labels"].Type = nil, "array" // a null is no list
				},
				description: "Adds, removes or replaces labels of a conversation, and gives it as it is now. A label that does not exist is made, " +
					"so look at list_labels first.",
			}, d.label)
		},
		func() (tool, error) {
			return writing(d, about{
				name: "resolve_conversation", title: "Close a conversation", again: true,
				limits:      func(s *jsonschema.Schema) { choices(s, "reason", reasons...) },
				description: "Closes a conversation and notes why. A new message of the customer opens it again.",
			}, d.resolve)
		},
		func() (tool, error) {
			return writing(d, about{
				name: "reopen_conversation", title: "Open a conversation again", again: true,
				description: "Opens a closed or archived conversation again; an open one stays as it is.",
			}, func(ctx context.Context, who models.Principal, in whichInput) (any, error) {
				return on(in.ConversationID, func(uid models.UID) (models.Conversation, error) { return d.chat.Reopen(ctx, who, uid) })
			})
		},
	}
}

// on does something to a conversation and gives it as it is afterwards.
func on(id string, do func(models.UID) (models.Conversation, error)) (any, error) {
	uid, err := conversationID(id)
	if err != nil {
		return nil, err
	}
	c, err := do(uid)
	return view.ConversationForAgent(c), err
}

func (d *desk) post(ctx context.Context, who models.Principal, id string, draft chat.Draft) (any, error) {
	uid, err := conversationID(id)
	if err != nil {
		return nil, err
	}
	m, err := d.chat.Post(ctx, who, uid, draft)
	return view.MessageForAgent(m), err
}

func (d *desk) assign(ctx context.Context, who models.Principal, in assignInput) (any, error) {
	return on(in.ConversationID, func(uid models.UID) (models.Conversation, error) {
		to := chat.Assignment{Note: in.Note}
		if in.AssignedTo != nil {
			user, err := d.user(ctx, who, *in.AssignedTo)
			if err != nil {
				return models.Conversation{}, err
			}
			to.To = &user
		}
		return d.chat.Assign(ctx, who, uid, to)
	})
}

func (d *desk) label(ctx context.Context, who models.Principal, in labelInput) (any, error) {
	return on(in.ConversationID, func(uid models.UID) (models.Conversation, error) {
		return d.chat.Label(ctx, who, uid, in.Labels, chat.LabelAction(in.Action))
	})
}

func (d *desk) resolve(ctx context.Context, who models.Principal, in resolveInput) (any, error) {
	return on(in.ConversationID, func(uid models.UID) (models.Conversation, error) {
		return d.chat.Resolve(ctx, who, uid, chat.Resolution{Reason: models.ResolutionReason(in.Reason), Note: in.Note, Survey: in.Survey})
	})
}
