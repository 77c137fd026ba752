-- A list of conversations is counted and paged from an index alone, whatever it is
-- filtered by: these have all that a filter looks at.

-- +goose Up
DROP INDEX conversations_recent;
DROP INDEX conversations_created;
DROP INDEX conversation_labels_label;
CREATE INDEX conversations_recent ON conversations
(account_id, last_message_at DESC, id DESC, status, channel, priority, assigned_to, contact_id);
CREATE INDEX conversations_created ON conversations
(account_id, created_at DESC, id DESC, status, channel, priority, assigned_to, contact_id);
CREATE INDEX conversation_labels_label ON conversation_labels (account_id, label_id, conversation_id);
