-- What was said when, by whom and where: what reports count of messages, in one place.

-- +goose Up
CREATE INDEX messages_told ON messages
(account_id, author_kind, created_at, conversation_id, user_id, public_seq, deleted_at);
