-- The inbox lists by where a conversation stands, which follows from several columns.
-- models.Conversation.InboxStatus says the same, and the store repeats the expression.

-- +goose Up
CREATE INDEX conversations_inbox ON conversations (account_id, (
    CASE WHEN status = 'archived' THEN 'closed' WHEN status = 'closed' THEN 'resolved'
    WHEN taken_over OR assigned_to IS NOT NULL THEN 'in_progress'
    WHEN last_message_by <> 'contact' THEN 'awaiting_contact' ELSE 'open' END
), last_message_at DESC, id DESC);
CREATE INDEX conversations_managed ON conversations (account_id, last_message_at DESC, id DESC)
WHERE taken_over OR assigned_to IS NOT NULL;
