-- When conversations were closed, put away and opened again: what reports count.

-- +goose Up
CREATE TABLE status_changes (
    id integer PRIMARY KEY AUTOINCREMENT,
    account_id integer NOT NULL,
    conversation_id integer NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'closed', 'archived')),
    assigned_to integer,
    opened_at datetime NOT NULL,
    created_at datetime NOT NULL,
    FOREIGN KEY (account_id, conversation_id) REFERENCES conversations (account_id, id) ON DELETE CASCADE
);
CREATE INDEX status_changes_created ON status_changes (account_id, created_at);
CREATE INDEX status_changes_conversation ON status_changes (conversation_id);

-- +goose StatementBegin
CREATE TRIGGER conversations_status AFTER UPDATE OF status ON conversations WHEN old.status <> new.status BEGIN
    INSERT INTO status_changes (account_id, conversation_id, status, assigned_to, opened_at, created_at)
    VALUES (new.account_id, new.id, new.status, new.assigned_to, coalesce(old.reopened_at, old.created_at), new.updated_at);
END;
-- +goose StatementEnd
