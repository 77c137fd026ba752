package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/chat"
	"parley/models/testservice"
)

// somePending is a post with a different text in every column.
func somePending() *pending {
	text := func(s string) *string { return &s }
	user, assistant := int64(7), int64(8)
	return &pending{
		who: models.Principal{Kind: models.KindVisitor, AccountID: 5, UserID: 9, ConversationID: 6},
		entry: chat.Entry{
			Conversation: models.NewUID(), Now: time.Date(2026, 1, 25, 14, 20, 0, 123456789, time.UTC),
			Message: models.Message{
				UID: models.NewUID(), AuthorKind: models.ByContact, UserID: &user, AssistantID: &assistant, Author: "author",
				MessageType: models.TypeText, Content: "<content>\n\"quoted\"", Status: models.MessageReceived,
				ClientID: text("client"), Speaker: text("ai"), FromAddress: text("from"), ExternalID: text("external"),
			},
		},
	}
}

func TestOneRowAndManyCarryTheSameValues(t *testing.T) {
	t.Parallel()
	batch := []*pending{somePending(), somePending()}
	text, err := record(batch)
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]any
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	random := map[string]bool{"event_uid": true, "reopen_uid": true}
	for ord, p := range batch {
		values := p.values(ord)
		if len(values) != len(columns) || len(rows[ord]) != len(columns) {
			t.Fatalf("%d values, %d in JSON, for %d columns", len(values), len(rows[ord]), len(columns))
		}
		for i, c := range columns {
			want, err := json.Marshal(values[i])
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(rows[ord][c.name])
			if err != nil {
				t.Fatal(err)
			}
			if !random[c.name] && string(got) != string(want) {
				t.Errorf("%s is %s, want %s", c.name, got, want)
			}
		}
	}
	if rows[1]["content"] != "<content>\n\"quoted\"" || rows[1]["now"] != "2026-01-25T14:20:00.123456Z" || rows[1]["ord"] != 1.0 {
		t.Errorf("the second row is %v", rows[1])
	}
}

func TestABatchIsFoundByIndexAndInTheOrderOfItsLocks(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), Options{URL: testservice.Postgres(t)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	engine, ok := s.engine.(*postgres)
	if !ok {
		t.Fatalf("the engine is a %T", s.engine)
	}
	conn, err := engine.postPool.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), "PREPARE many (text) AS "+postManySQL); err != nil {
		t.Fatal(err)
	}
	result, err := conn.QueryContext(t.Context(), "EXPLAIN EXECUTE many ('[]')")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = result.Close() }()
	var plan strings.Builder
	for result.Next() {
		var line string
		if err := result.Scan(&line); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&plan, line)
	}
	if err := result.Err(); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"Seq Scan", "Hash Join", "Merge Join", "hashed SubPlan"} {
		if strings.Contains(plan.String(), bad) {
			t.Errorf("the plan has a %s:\n%s", bad, &plan)
		}
	}
	// A nested loop over the input keeps its order, which is that of the locks.
	rows, index := strings.Index(plan.String(), "Function Scan on jsonb_to_recordset"), strings.Index(plan.String(), "Index Scan using conversations_uid_key")
	if rows < 0 || index < rows {
		t.Errorf("the plan does not go through the rows:\n%s", &plan)
	}
}
