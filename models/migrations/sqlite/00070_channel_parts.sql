-- What travels through channels: the parts that a message is sent in, with what the
-- providers call them, and what channel accounts call contacts that have no number
-- there.

-- +goose Up
CREATE TABLE message_parts (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    message_id integer NOT NULL,
    channel_id integer,
    ordinal integer NOT NULL,
    external_id text,
    status text NOT NULL CHECK (status IN ('sent', 'delivered', 'read', 'failed')),
    created_at datetime NOT NULL,
    UNIQUE (message_id, ordinal),
    FOREIGN KEY (account_id, message_id) REFERENCES messages (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id)
);
CREATE UNIQUE INDEX message_parts_external ON message_parts (channel_id, external_id) WHERE external_id IS NOT NULL;
CREATE INDEX message_parts_message ON message_parts (account_id, message_id);

CREATE TABLE contact_addresses (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL,
    contact_id integer NOT NULL,
    channel_id integer NOT NULL,
    address text NOT NULL,
    created_at datetime NOT NULL,
    UNIQUE (channel_id, address),
    FOREIGN KEY (account_id, contact_id) REFERENCES contacts (account_id, id) ON DELETE CASCADE,
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id) ON DELETE CASCADE
);
CREATE INDEX contact_addresses_contact ON contact_addresses (account_id, contact_id);

CREATE INDEX conversations_channel ON conversations (account_id, channel_id) WHERE channel_id IS NOT NULL;
CREATE INDEX message_parts_channel ON message_parts (account_id, channel_id) WHERE channel_id IS NOT NULL;
