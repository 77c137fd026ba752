-- The index behind the search for substrings is the texts themselves: those of an
-- account's rows, in lower case and end to end, some kilobytes in each pack. To look
-- through them all is quicker than to join the rows that a word's index would name, and
-- finds any piece of any script. What is yet to be packed are the tasks, as before.

-- +goose Up
DROP TABLE search_postings;
DROP TABLE search_suffixes;
DROP TABLE search_words;

CREATE TABLE search_packs (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('conversation', 'contact', 'article', 'message')),
    first_id integer NOT NULL,
    body blob NOT NULL,
    UNIQUE (account_id, kind, first_id)
);

DELETE FROM search_tasks;
INSERT INTO search_tasks (account_id, kind, row_id) SELECT account_id, 'conversation', id FROM conversations WHERE subject IS NOT NULL;
INSERT INTO search_tasks (account_id, kind, row_id) SELECT account_id, 'contact', id FROM contacts;
INSERT INTO search_tasks (account_id, kind, row_id) SELECT account_id, 'article', id FROM articles;
INSERT INTO search_tasks (account_id, kind, row_id) SELECT account_id, 'message', id FROM messages;

DROP TRIGGER search_messages_changed;
DROP TRIGGER search_messages_deleted;
-- +goose StatementBegin
CREATE TRIGGER search_messages_changed AFTER UPDATE OF content, deleted_at ON messages BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'message', old.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_messages_deleted AFTER DELETE ON messages BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'message', old.id);
END;
-- +goose StatementEnd
