-- The index behind the search for substrings: the words that an account uses, their
-- suffixes, and which rows use them. Everything begins with the account, so that other
-- accounts cost nothing. Triggers note what is yet to be indexed.

-- +goose Up
CREATE TABLE search_words (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL,
    word text NOT NULL,
    UNIQUE (account_id, word)
);

CREATE TABLE search_suffixes (
    account_id integer NOT NULL,
    suffix text NOT NULL,
    word_id integer NOT NULL,
    PRIMARY KEY (account_id, suffix, word_id)
) WITHOUT ROWID;

CREATE TABLE search_postings (
    account_id integer NOT NULL,
    word_id integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('conversation', 'contact', 'article')),
    row_id integer NOT NULL,
    PRIMARY KEY (account_id, word_id, kind, row_id)
) WITHOUT ROWID;
CREATE INDEX search_postings_row ON search_postings (row_id, kind, account_id);

CREATE TABLE search_tasks (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL,
    kind text NOT NULL CHECK (kind IN ('conversation', 'contact', 'article', 'message')),
    row_id integer NOT NULL
);
CREATE INDEX search_tasks_account ON search_tasks (account_id, kind);

INSERT INTO search_tasks (account_id, kind, row_id) SELECT account_id, 'conversation', id FROM conversations;
INSERT INTO search_tasks (account_id, kind, row_id) SELECT account_id, 'contact', id FROM contacts;
INSERT INTO search_tasks (account_id, kind, row_id) SELECT account_id, 'article', id FROM articles;

-- +goose StatementBegin
CREATE TRIGGER search_messages_added AFTER INSERT ON messages BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (new.account_id, 'message', new.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_messages_changed AFTER UPDATE OF content, deleted_at ON messages BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'conversation', old.conversation_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_messages_deleted AFTER DELETE ON messages BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'conversation', old.conversation_id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_conversations_added AFTER INSERT ON conversations WHEN new.subject IS NOT NULL BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (new.account_id, 'conversation', new.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_conversations_changed AFTER UPDATE OF subject ON conversations BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'conversation', old.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_conversations_deleted AFTER DELETE ON conversations BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'conversation', old.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_contacts_added AFTER INSERT ON contacts BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (new.account_id, 'contact', new.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_contacts_changed AFTER UPDATE OF phone, email, first_name, last_name ON contacts BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'contact', old.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_contacts_deleted AFTER DELETE ON contacts BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'contact', old.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_articles_added AFTER INSERT ON articles BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (new.account_id, 'article', new.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_articles_changed AFTER UPDATE OF title, content ON articles BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'article', old.id);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_articles_deleted AFTER DELETE ON articles BEGIN
    INSERT INTO search_tasks (account_id, kind, row_id) VALUES (old.account_id, 'article', old.id);
END;
-- +goose StatementEnd
