package chat

import (
	"context"

	"parley/models"
)

// CopilotReader reads what helps the team to judge a conversation.
type CopilotReader interface {
	// LabelExamples are what the newest conversations with each label began with, so
	// many of each; the one with the id except is none of them.
	LabelExamples(ctx context.Context, who models.Principal, except int64, each int) ([]LabelExample, error)
}

// LabelExample is what a contact began a conversation with that has a label.
type LabelExample struct {
	LabelID int64
	Content string
}
