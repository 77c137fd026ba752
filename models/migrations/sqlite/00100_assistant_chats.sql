-- A deleted assistant keeps what it has said. A chat counts its tokens, and while it runs
-- no other one of its session does.

-- +goose Up
ALTER TABLE assistants ADD COLUMN deleted_at datetime;
ALTER TABLE chats ADD COLUMN input_tokens integer NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN output_tokens integer NOT NULL DEFAULT 0;
ALTER TABLE chats ADD COLUMN lease_until datetime;
CREATE UNIQUE INDEX chats_running ON chats (session_id) WHERE status = 'running';
