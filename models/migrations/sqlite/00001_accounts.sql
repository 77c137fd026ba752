-- Who there is: accounts with their sandboxes, the team, and what lets people in.
-- A user belongs to the live account; members joins the user to it and to its
-- sandbox, so that a row of either can name the user by a composite foreign key.

-- +goose Up
CREATE TABLE accounts (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    live_id integer UNIQUE REFERENCES accounts (id),
    name text NOT NULL,
    time_zone text NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL
);

CREATE TABLE users (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'agent')),
    password_hash text NOT NULL,
    availability text NOT NULL CHECK (availability IN ('online', 'away', 'offline')),
    totp_secret blob,
    disabled_at datetime,
    last_seen_at datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (account_id, email)
);

CREATE TABLE members (
    account_id integer NOT NULL REFERENCES accounts (id),
    user_id integer NOT NULL REFERENCES users (id),
    PRIMARY KEY (account_id, user_id)
);
CREATE INDEX members_user ON members (user_id);

CREATE TABLE login_sessions (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    user_id integer NOT NULL,
    token_hash blob NOT NULL UNIQUE,
    user_agent text NOT NULL,
    ip text NOT NULL,
    created_at datetime NOT NULL,
    last_seen_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id)
);
CREATE INDEX login_sessions_user ON login_sessions (account_id, user_id);
CREATE INDEX login_sessions_expiry ON login_sessions (expires_at);

CREATE TABLE login_tokens (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    user_id integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('invitation', 'password_reset')),
    token_hash blob NOT NULL UNIQUE,
    created_at datetime NOT NULL,
    expires_at datetime NOT NULL,
    used_at datetime,
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id)
);
CREATE INDEX login_tokens_user ON login_tokens (account_id, user_id);

CREATE TABLE api_keys (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    user_id integer NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('agent', 'inbox')),
    hint text NOT NULL,
    key_hash blob NOT NULL UNIQUE,
    scopes text,
    expires_at datetime,
    revoked_at datetime,
    last_used_at datetime,
    created_at datetime NOT NULL,
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id)
);
CREATE INDEX api_keys_user ON api_keys (account_id, user_id);
