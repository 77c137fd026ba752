-- Letters to those who are away: what users want to be told of, how soon visitors are,
-- whom a letter told of what, and who wants none.

-- +goose Up
ALTER TABLE users ADD COLUMN notices text NOT NULL DEFAULT '{}';
ALTER TABLE sites ADD COLUMN notice_minutes integer NOT NULL DEFAULT 2;

CREATE TABLE visitor_notices (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    conversation_id integer NOT NULL,
    email text NOT NULL,
    read_seq integer NOT NULL,
    created_at datetime NOT NULL,
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX visitor_notices_conversation ON visitor_notices (account_id, conversation_id);
CREATE INDEX visitor_notices_email ON visitor_notices (account_id, email, created_at);

CREATE TABLE mail_stops (
    account_id integer NOT NULL REFERENCES accounts (id),
    email text NOT NULL,
    created_at datetime NOT NULL,
    PRIMARY KEY (account_id, email)
);
