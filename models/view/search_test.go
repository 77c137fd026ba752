package view

import (
	"fmt"
	"strings"
	"testing"

	"parley/models"
)

func TestAFoundMessageTellsWhomItsConversationIsWith(t *testing.T) {
	t.Parallel()
	first, email := "Jane", "jane@example.com"
	jane := models.Contact{UID: models.NewUID(), FirstName: &first, Email: &email}
	said := models.Message{UID: models.NewUID(), ConversationUID: models.NewUID(), AuthorKind: models.ByContact, Content: "A lamp"}
	named := said
	named.Contact = &jane
	found := FoundFor("lamp", models.Found{Messages: models.Matches[models.Message]{Rows: []models.Message{named, said}, More: true}})
	with := found.Messages.Data[0].Contact
	if with.ID != models.FormatID(models.PrefixContact, jane.UID) || *with.FullName != "Jane" || *with.Email != email || with.Phone != nil {
		t.Errorf("it is with %+v", with)
	}
	if nobody := found.Messages.Data[1].Contact; nobody != (ContactSummary{}) {
		t.Errorf("a message whose contact is gone is with %+v", nobody)
	}
	if !found.Messages.HasMore || len(found.Contacts.Data) != 0 || found.Contacts.Data == nil {
		t.Errorf("found %+v", found)
	}
}

func TestHighlightsCountCodePoints(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 300)
	for _, test := range []struct{ content, text, want string }{
		{"🥣 my Bowl, a bowl", "bowl", "🥣 my Bowl, a bowl [{5 9} {13 17}]"},
		{"nothing", "bowl", ""},
		{long + "Ö" + long, "ö", strings.Repeat("ä", 40) + "Ö" + strings.Repeat("ä", 119) + " [{40 41}]"},
	} {
		got := ""
		for _, h := range highlight("content", test.text, &test.content) {
			got += h.Snippet + " " + fmt.Sprint(h.Matches)
		}
		if got != test.want {
			t.Errorf("%q in %.40q: %q, want %q", test.text, test.content, got, test.want)
		}
	}
}
