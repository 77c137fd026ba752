-- Where conversations come in: websites with the widget, other channels, and the
-- assistants that may answer there.

-- +goose Up
CREATE TABLE assistants (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    name text NOT NULL,
    draft text,
    published text,
    published_at datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id)
);
CREATE INDEX assistants_created ON assistants (account_id, created_at DESC, id DESC);

CREATE TABLE sites (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    name text NOT NULL,
    site_key text NOT NULL UNIQUE,
    greeting text NOT NULL,
    auto_reply text,
    allowed_origins text,
    theme text NOT NULL,
    locale text NOT NULL,
    prechat text NOT NULL,
    office_hours text NOT NULL,
    survey boolean NOT NULL,
    identity_secret blob,
    identity_required boolean NOT NULL,
    assistant_id integer,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    FOREIGN KEY (account_id, assistant_id) REFERENCES assistants (account_id, id)
);
CREATE INDEX sites_assistant ON sites (account_id, assistant_id);

CREATE TABLE channels (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    kind text NOT NULL CHECK (kind IN ('chat', 'whatsapp', 'instagram', 'sms', 'email', 'voice', 'api')),
    name text NOT NULL,
    address text NOT NULL,
    secrets blob,
    settings text,
    disabled_at datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (account_id, kind, address)
);
