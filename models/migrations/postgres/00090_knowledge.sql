-- The full-text index of the knowledge base: which chunks use which terms, and how much
-- they speak of them. Terms are made by the program, the same for both databases;
-- everything begins with the account, so that other accounts cost nothing and count for
-- nothing in the ranking. It takes the place of each database's own index.

-- +goose Up
DROP INDEX article_chunks_words;
CREATE UNIQUE INDEX article_chunks_identity ON article_chunks (account_id, id);
ALTER TABLE articles ADD COLUMN source text;
CREATE UNIQUE INDEX articles_source ON articles (account_id, source);

CREATE TABLE article_terms (
    account_id bigint NOT NULL,
    term text COLLATE "C" NOT NULL,
    chunk_id bigint NOT NULL,
    weight bigint NOT NULL,
    PRIMARY KEY (account_id, term, chunk_id),
    FOREIGN KEY (account_id, chunk_id) REFERENCES article_chunks (account_id, id) ON DELETE CASCADE
);
CREATE INDEX article_terms_chunk ON article_terms (account_id, chunk_id);
