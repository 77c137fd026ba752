-- The subject matter: contacts, their conversations, and what is said in them.

-- +goose Up
CREATE TABLE contacts (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    phone text,
    email text,
    first_name text,
    last_name text,
    preferred_channel text CHECK (preferred_channel IN ('chat', 'whatsapp', 'instagram', 'sms', 'email', 'voice', 'api')),
    status text NOT NULL CHECK (status IN ('active', 'inactive', 'blocked')),
    metadata text,
    external_id text,
    last_contacted datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (account_id, email),
    UNIQUE (account_id, phone),
    UNIQUE (account_id, external_id)
);
CREATE INDEX contacts_created ON contacts (account_id, created_at DESC, id DESC);

CREATE TABLE conversations (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    contact_id integer NOT NULL,
    site_id integer,
    channel_id integer,
    channel text NOT NULL CHECK (channel IN ('chat', 'whatsapp', 'instagram', 'sms', 'email', 'voice', 'api')),
    subject text,
    status text NOT NULL CHECK (status IN ('open', 'closed', 'archived')),
    priority text NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
    assigned_to integer,
    assistant_active boolean NOT NULL,
    taken_over boolean NOT NULL,
    visitor_hash blob,
    start_client_id text,
    author_name text NOT NULL,
    verified boolean NOT NULL,
    page text,
    locale text NOT NULL,
    custom text,
    seq integer NOT NULL,
    public_seq integer NOT NULL,
    message_count integer NOT NULL,
    unread_count integer NOT NULL,
    agent_read_seq integer NOT NULL,
    visitor_read_seq integer NOT NULL,
    tick_at datetime NOT NULL,
    last_message_at datetime NOT NULL,
    last_message_preview text NOT NULL,
    last_message_by text NOT NULL CHECK (last_message_by IN ('contact', 'user', 'assistant', 'system')),
    first_response_at datetime,
    closed_at datetime,
    reopened_at datetime,
    resolution_reason text CHECK (resolution_reason IN ('issue_resolved', 'not_issue', 'duplicate', 'spam')),
    resolve_count integer NOT NULL,
    survey_asked boolean NOT NULL,
    rating integer CHECK (rating BETWEEN 1 AND 5),
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (site_id, visitor_hash),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id),
    FOREIGN KEY (account_id, site_id) REFERENCES sites (account_id, id),
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id),
    FOREIGN KEY (account_id, assigned_to) REFERENCES members (account_id, user_id)
);
-- A customer has one open thread at a time where the channel knows nothing but the
-- customer's address.
CREATE UNIQUE INDEX conversations_one_open ON conversations (account_id, contact_id, channel)
WHERE status = 'open' AND channel IN ('whatsapp', 'instagram', 'sms');
CREATE INDEX conversations_recent ON conversations (account_id, last_message_at DESC, id DESC);
CREATE INDEX conversations_status ON conversations (account_id, status, last_message_at DESC, id DESC);
CREATE INDEX conversations_created ON conversations (account_id, created_at DESC, id DESC);
CREATE INDEX conversations_contact ON conversations (account_id, contact_id);
CREATE INDEX conversations_assigned ON conversations (account_id, assigned_to) WHERE assigned_to IS NOT NULL;

CREATE TABLE messages (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    conversation_id integer NOT NULL,
    seq integer NOT NULL,
    public_seq integer,
    author_kind text NOT NULL CHECK (author_kind IN ('contact', 'user', 'assistant', 'system')),
    user_id integer,
    assistant_id integer,
    author text NOT NULL,
    message_type text NOT NULL CHECK (message_type IN ('text', 'image', 'file', 'audio', 'video', 'template')),
    content text NOT NULL,
    internal boolean NOT NULL,
    status text NOT NULL CHECK (status IN ('received', 'sent', 'delivered', 'read', 'failed')),
    failure_reason text,
    client_id text,
    speaker text CHECK (speaker IN ('caller', 'ai')),
    from_address text,
    external_id text,
    deleted_at datetime,
    created_at datetime NOT NULL,
    CHECK (internal = (public_seq IS NULL)),
    UNIQUE (account_id, id),
    UNIQUE (conversation_id, seq),
    UNIQUE (conversation_id, public_seq),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id),
    FOREIGN KEY (account_id, assistant_id) REFERENCES assistants (account_id, id)
);
CREATE UNIQUE INDEX messages_client ON messages (conversation_id, author_kind, client_id) WHERE client_id IS NOT NULL;
CREATE UNIQUE INDEX messages_external ON messages (conversation_id, external_id) WHERE external_id IS NOT NULL;

CREATE TABLE attachments (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    conversation_id integer,
    message_id integer,
    user_id integer,
    storage_key text NOT NULL UNIQUE,
    filename text NOT NULL,
    content_type text NOT NULL,
    size integer NOT NULL CHECK (size >= 0),
    width integer,
    height integer,
    created_at datetime NOT NULL,
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id),
    FOREIGN KEY (account_id, message_id) REFERENCES messages (account_id, id),
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id)
);
CREATE INDEX attachments_message ON attachments (account_id, message_id);
CREATE INDEX attachments_conversation ON attachments (account_id, conversation_id);
CREATE INDEX attachments_waiting ON attachments (created_at) WHERE message_id IS NULL;

-- Names are compared by name_key, the lower case that the program makes, so that
-- both databases agree on every script.
CREATE TABLE labels (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    name text NOT NULL,
    name_key text NOT NULL,
    color text,
    created_at datetime NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (account_id, name_key)
);

CREATE TABLE conversation_labels (
    account_id integer NOT NULL,
    conversation_id integer NOT NULL,
    label_id integer NOT NULL,
    PRIMARY KEY (conversation_id, label_id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id),
    FOREIGN KEY (account_id, label_id) REFERENCES labels (account_id, id)
);
CREATE INDEX conversation_labels_label ON conversation_labels (account_id, label_id);

CREATE TABLE ratings (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    conversation_id integer NOT NULL,
    resolve_count integer NOT NULL,
    score integer NOT NULL CHECK (score BETWEEN 1 AND 5),
    comment text,
    created_at datetime NOT NULL,
    UNIQUE (conversation_id, resolve_count),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id)
);
CREATE INDEX ratings_created ON ratings (account_id, created_at);

CREATE TABLE canned_replies (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    user_id integer,
    shortcut text NOT NULL,
    content text NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, shortcut),
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id)
);
