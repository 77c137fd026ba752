-- What visitors may be told of: pictures of the team, transcripts by e-mail, and pushes
-- to browsers, with the keys that sign them; and who of the team was mentioned where.

-- +goose Up
ALTER TABLE users ADD COLUMN avatar text;
ALTER TABLE visitor_notices ADD COLUMN kind text NOT NULL DEFAULT 'answer';

-- The program's own pair of keys (RFC 8292), made once: browsers tie subscriptions to it.
CREATE TABLE push_keys (
    id integer PRIMARY KEY CHECK (id = 1),
    public text NOT NULL,
    private blob NOT NULL,
    created_at datetime NOT NULL
);

-- The endpoint and its keys are a capability to reach somebody's browser, so they are
-- sealed; the hash tells them apart.
CREATE TABLE push_subscriptions (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    conversation_id integer NOT NULL,
    endpoint_hash blob NOT NULL,
    sealed blob NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (conversation_id, endpoint_hash),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX push_subscriptions_conversation ON push_subscriptions (account_id, conversation_id);

CREATE TABLE mentions (
    account_id integer NOT NULL,
    user_id integer NOT NULL,
    conversation_id integer NOT NULL,
    created_at datetime NOT NULL,
    PRIMARY KEY (user_id, conversation_id),
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX mentions_conversation ON mentions (account_id, conversation_id);
