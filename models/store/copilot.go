package store

import (
	"context"

	"parley/models"
	"parley/models/chat"
)

// LabelExamples reads; see chat.CopilotReader.
func (q queries) LabelExamples(ctx context.Context, who models.Principal, except int64, each int) ([]chat.LabelExample, error) {
	if err := confineTeam(who); err != nil {
		return nil, err
	}
	var examples []chat.LabelExample
	err := scan(q.on(ctx).Raw(`SELECT newest.label_id, m.content FROM (
	SELECT label_id, conversation_id, row_number() OVER (PARTITION BY label_id ORDER BY conversation_id DESC) AS nth
	FROM conversation_labels WHERE account_id = ? AND conversation_id <> ?
) newest
JOIN messages m ON m.conversation_id = newest.conversation_id AND m.public_seq = 1
WHERE newest.nth <= ? AND m.author_kind = 'contact' AND m.deleted_at IS NULL
ORDER BY newest.label_id, newest.nth`, who.AccountID, except, each), &examples)
	return examples, err
}
