-- Assistants answer visitors. A conversation knows why its assistant fell silent, a message
-- on what it rests, and every question that an assistant took up is a row: there is one
-- for each message of a visitor, whatever crashes, and budgets and usage are counted there.

-- +goose Up
ALTER TABLE conversations ADD COLUMN handoff_reason text CHECK (handoff_reason IN ('asked', 'no_answer', 'turns', 'budget', 'agent'));
ALTER TABLE conversations ADD COLUMN handed_off_at datetime;
ALTER TABLE conversations ADD COLUMN assistant_since datetime;
ALTER TABLE messages ADD COLUMN citations text;
CREATE INDEX conversations_handed_off ON conversations (account_id, handed_off_at) WHERE handed_off_at IS NOT NULL;

CREATE TABLE assistant_answers (
    id integer PRIMARY KEY AUTOINCREMENT,
    uid text NOT NULL UNIQUE,
    account_id integer NOT NULL REFERENCES accounts (id),
    assistant_id integer NOT NULL,
    conversation_id integer,
    question_seq integer NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('asked', 'answered', 'handed_off', 'moot', 'failed')),
    input_tokens integer NOT NULL,
    output_tokens integer NOT NULL,
    cost real NOT NULL,
    model text NOT NULL,
    created_at datetime NOT NULL,
    updated_at datetime NOT NULL,
    UNIQUE (account_id, id),
    UNIQUE (conversation_id, question_seq),
    FOREIGN KEY (account_id, assistant_id) REFERENCES assistants (account_id, id),
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id)
);
CREATE INDEX assistant_answers_created ON assistant_answers (account_id, created_at);
CREATE INDEX assistant_answers_conversation ON assistant_answers (account_id, conversation_id, created_at);
CREATE INDEX assistant_answers_assistant ON assistant_answers (account_id, assistant_id);
