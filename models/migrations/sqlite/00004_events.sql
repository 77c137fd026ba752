-- What happened, who is told of it, and what remains to be done.

-- +goose Up
-- No foreign key to accounts here: it would have every post lock the one row of its
-- account. The rows that an event speaks of belong to the account already.
CREATE TABLE events (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    type text NOT NULL,
    pos integer,
    actor_kind text NOT NULL CHECK (actor_kind IN ('visitor', 'user', 'key', 'assistant', 'channel', 'system')),
    actor_user_id integer,
    conversation_id integer,
    contact_id integer,
    message_id integer,
    detail text,
    created_at datetime NOT NULL,
    UNIQUE (account_id, pos),
    FOREIGN KEY (account_id, actor_user_id) REFERENCES members (account_id, user_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id),
    FOREIGN KEY (account_id, message_id) REFERENCES messages (account_id, id)
);
CREATE INDEX events_unplaced ON events (id) WHERE pos IS NULL;
CREATE INDEX events_conversation ON events (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX events_contact ON events (contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX events_message ON events (message_id) WHERE message_id IS NOT NULL;

CREATE TABLE event_heads (
    account_id integer PRIMARY KEY REFERENCES accounts (id),
    pos integer NOT NULL
);

CREATE TABLE event_cursors (
    account_id integer NOT NULL REFERENCES accounts (id),
    reader text NOT NULL,
    pos integer NOT NULL,
    updated_at datetime NOT NULL,
    PRIMARY KEY (account_id, reader)
);

CREATE TABLE jobs (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    kind text NOT NULL,
    unique_key text,
    payload text,
    run_at datetime NOT NULL,
    attempt integer NOT NULL,
    lease_until datetime,
    last_error text,
    done_at datetime,
    created_at datetime NOT NULL,
    UNIQUE (kind, unique_key)
);
CREATE INDEX jobs_due ON jobs (run_at) WHERE done_at IS NULL;
CREATE INDEX jobs_account ON jobs (account_id);

CREATE TABLE webhooks (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    url text NOT NULL,
    events text,
    active boolean NOT NULL,
    secret blob NOT NULL,
    previous_secret blob,
    previous_until datetime,
    failing_since datetime,
    disabled_reason text,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id)
);

CREATE TABLE webhook_deliveries (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    webhook_id integer NOT NULL,
    event_id integer,
    event_uid text NOT NULL,
    event_type text NOT NULL,
    cause text NOT NULL CHECK (cause IN ('event', 'test', 'redelivery')),
    body text NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    attempt integer NOT NULL,
    next_at datetime,
    response_code integer,
    response_body text,
    last_error text,
    duration_ms integer,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    FOREIGN KEY (account_id, webhook_id) REFERENCES webhooks (account_id, id),
    FOREIGN KEY (event_id) REFERENCES events (id)
);
CREATE UNIQUE INDEX webhook_deliveries_once ON webhook_deliveries (webhook_id, event_id) WHERE cause = 'event';
CREATE INDEX webhook_deliveries_recent ON webhook_deliveries (account_id, webhook_id, id DESC);
CREATE INDEX webhook_deliveries_event ON webhook_deliveries (event_id);

CREATE TABLE idempotency_keys (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL REFERENCES accounts (id),
    holder text NOT NULL,
    key text NOT NULL,
    request_hash blob NOT NULL,
    status_code integer,
    content_type text,
    body blob,
    lease_until datetime,
    created_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    UNIQUE (account_id, holder, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
