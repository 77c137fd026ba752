-- What assistants remember and know. A session is a conversation of the channel api;
-- a chat is one turn of it with its answer.

-- +goose Up
CREATE TABLE sessions (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    conversation_id integer NOT NULL UNIQUE,
    assistant_id integer NOT NULL,
    name text NOT NULL,
    status text NOT NULL CHECK (status IN ('active', 'expired', 'deleted')),
    one_shot boolean NOT NULL,
    overrides text,
    expires_at datetime NOT NULL,
    deleted_at datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id),
    FOREIGN KEY (account_id, assistant_id) REFERENCES assistants (account_id, id)
);
CREATE INDEX sessions_created ON sessions (account_id, created_at DESC, id DESC);
CREATE INDEX sessions_assistant ON sessions (account_id, assistant_id);

CREATE TABLE chats (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL,
    session_id integer NOT NULL,
    previous_id integer,
    input text,
    output text,
    status text NOT NULL CHECK (status IN ('running', 'active', 'failed', 'deleted')),
    cost real NOT NULL,
    first_seq integer,
    last_seq integer,
    deleted_at datetime,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    FOREIGN KEY (account_id, session_id) REFERENCES sessions (account_id, id),
    FOREIGN KEY (account_id, previous_id) REFERENCES chats (account_id, id)
);
CREATE INDEX chats_session ON chats (account_id, session_id, id);
CREATE INDEX chats_created ON chats (account_id, created_at DESC, id DESC);
CREATE INDEX chats_previous ON chats (account_id, previous_id);

CREATE TABLE articles (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    title text NOT NULL,
    content text NOT NULL,
    language text,
    tags text,
    published boolean NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id)
);
CREATE INDEX articles_created ON articles (account_id, created_at DESC, id DESC);

CREATE TABLE article_chunks (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL,
    article_id integer NOT NULL,
    ordinal integer NOT NULL,
    heading text NOT NULL,
    content text NOT NULL,
    UNIQUE (article_id, ordinal),
    FOREIGN KEY (account_id, article_id) REFERENCES articles (account_id, id) ON DELETE CASCADE
);
CREATE INDEX article_chunks_article ON article_chunks (account_id, article_id);
CREATE VIRTUAL TABLE article_chunks_words USING fts5 (
    heading, content, content = 'article_chunks', content_rowid = 'id', tokenize = 'porter unicode61'
);
-- +goose StatementBegin
CREATE TRIGGER article_chunks_inserted AFTER INSERT ON article_chunks BEGIN
    INSERT INTO article_chunks_words (rowid, heading, content) VALUES (new.id, new.heading, new.content);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER article_chunks_deleted AFTER DELETE ON article_chunks BEGIN
    INSERT INTO article_chunks_words (article_chunks_words, rowid, heading, content)
    VALUES ('delete', old.id, old.heading, old.content);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER article_chunks_updated AFTER UPDATE ON article_chunks BEGIN
    INSERT INTO article_chunks_words (article_chunks_words, rowid, heading, content)
    VALUES ('delete', old.id, old.heading, old.content);
    INSERT INTO article_chunks_words (rowid, heading, content) VALUES (new.id, new.heading, new.content);
END;
-- +goose StatementEnd
