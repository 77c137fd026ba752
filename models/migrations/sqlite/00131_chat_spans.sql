-- Which chat of a session a message belongs to: the nearest that begins there or before.

-- +goose Up
CREATE INDEX chats_span ON chats (account_id, session_id, first_seq);
