-- How far mailboxes were read, so that each letter is taken in whatever happens between.

-- +goose Up
CREATE TABLE channel_places (
    account_id integer NOT NULL,
    channel_id integer NOT NULL,
    place text NOT NULL,
    updated_at datetime NOT NULL,
    PRIMARY KEY (account_id, channel_id),
    FOREIGN KEY (account_id, channel_id) REFERENCES channels (account_id, id) ON DELETE CASCADE
);
