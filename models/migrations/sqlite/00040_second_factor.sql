-- The second factor of a login: which code was used last, and the codes for whoever
-- has lost the device.

-- +goose Up
ALTER TABLE users ADD COLUMN totp_step integer NOT NULL DEFAULT 0;

CREATE TABLE recovery_codes (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL,
    user_id integer NOT NULL,
    code_hash blob NOT NULL,
    created_at datetime NOT NULL,
    used_at datetime,
    FOREIGN KEY (account_id, user_id) REFERENCES members (account_id, user_id)
);
CREATE UNIQUE INDEX recovery_codes_user ON recovery_codes (account_id, user_id, code_hash);
CREATE INDEX users_email ON users (email);
