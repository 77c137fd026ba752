package models

import (
	"slices"
	"testing"
)

func some(s string) *string { return &s }

func TestAVersionTellsWhatHasChangedSince(t *testing.T) {
	t.Parallel()
	c := Conversation{Priority: PriorityNormal, Status: StatusOpen, Labels: []string{"b", "a"}}
	before := Expect(`"` + c.Version() + `"`)
	if err := before.MeetsConversation(c); err != nil {
		t.Errorf("nothing changed: %v", err)
	}
	same := c
	same.Labels, same.MessageCount, same.Rating = []string{"a", "b"}, 7, new(int)
	if err := before.MeetsConversation(same); err != nil {
		t.Errorf("messages and the order of labels: %v", err)
	}
	c.Subject, c.Priority, c.Assignee = some("Parcel"), PriorityHigh, &User{UID: NewUID()}
	err := before.MeetsConversation(c)
	if !HasCode(err, CodeConflict) {
		t.Fatalf("three things changed: %v", err)
	}
	e := AsError(err)
	if changed, _ := e.Details["changed"].([]string); !slices.Equal(changed, []string{"subject", "priority", "assigned_to"}) || e.Details["version"] != c.Version() {
		t.Errorf("the details are %v", e.Details)
	}
	c.Subject = some("")
	empty, none := c.Version(), Conversation{}.Version()
	if empty == none || len(none) != 34 {
		t.Errorf("the versions are %q and %q", empty, none)
	}
}

func TestAContactsVersionIsItsDetails(t *testing.T) {
	t.Parallel()
	c := Contact{Email: some("jane@example.com"), Status: ContactActive, Metadata: map[string]any{"plan": "gold"}}
	before := Expect(c.Version())
	again := c
	again.Metadata = map[string]any{"plan": "gold"}
	if err := before.MeetsContact(again); err != nil {
		t.Errorf("the same once more: %v", err)
	}
	again.Metadata["plan"], again.LastName = "silver", some("Doe")
	if changed, _ := AsError(before.MeetsContact(again)).Details["changed"].([]string); !slices.Equal(changed, []string{"last_name", "metadata"}) {
		t.Errorf("changed: %v", changed)
	}
	if (Contact{}).Version() != (Contact{Metadata: map[string]any{}}).Version() {
		t.Error("no metadata differ from empty ones")
	}
}

func TestWhatIsExpectedIsReadAsTheHeaderHasIt(t *testing.T) {
	t.Parallel()
	c := Conversation{Status: StatusOpen}
	v := c.Version()
	for header, meets := range map[string]bool{
		"": true, "  ": true, "*": true, v: true, `"` + v + `"`: true, `"x", "` + v + `"`: true, ` "` + v + `" `: true,
		`W/"` + v + `"`: false, `"x"`: false, `"` + v[1:] + `"`: false, `""`: false, ",": false, "'; --": false, `"` + v + `.x"`: false,
	} {
		err := Expect(header).MeetsConversation(c)
		if (err == nil) != meets || err != nil && !HasCode(err, CodeConflict) {
			t.Errorf("%q: %v", header, err)
		}
	}
}
