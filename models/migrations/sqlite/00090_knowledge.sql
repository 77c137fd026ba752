-- The full-text index of the knowledge base: which chunks use which terms, and how much
-- they speak of them. Terms are made by the program, the same for both databases;
-- everything begins with the account, so that other accounts cost nothing and count for
-- nothing in the ranking. It takes the place of each database's own index.

-- +goose Up
DROP TRIGGER article_chunks_inserted;
DROP TRIGGER article_chunks_deleted;
DROP TRIGGER article_chunks_updated;
DROP TABLE article_chunks_words;
CREATE UNIQUE INDEX article_chunks_identity ON article_chunks (account_id, id);
ALTER TABLE articles ADD COLUMN source text;
CREATE UNIQUE INDEX articles_source ON articles (account_id, source);

CREATE TABLE article_terms (
    account_id integer NOT NULL,
    term text NOT NULL,
    chunk_id integer NOT NULL,
    weight integer NOT NULL,
    PRIMARY KEY (account_id, term, chunk_id),
    FOREIGN KEY (account_id, chunk_id) REFERENCES article_chunks (account_id, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX article_terms_chunk ON article_terms (account_id, chunk_id);
