package models

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestNamesSplitAtTheirLastSpaceAndJoinAgain(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		"Jane Doe": {"Jane", "Doe"}, "  Ana  Maria   Lopez ": {"Ana Maria", "Lopez"}, "Madonna": {"Madonna", ""}, " ": {"", ""},
	} {
		first, last := SplitName(in)
		if got := [2]string{text(first), text(last)}; got != want {
			t.Errorf("SplitName(%q) = %q, want %q", in, got, want)
		}
		full := Contact{FirstName: first, LastName: last}.FullName()
		if text(full) != strings.Join(strings.Fields(in), " ") {
			t.Errorf("FullName of %q = %q", in, text(full))
		}
	}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func TestOfficeHoursAreInTheirOwnTimeZone(t *testing.T) {
	t.Parallel()
	hours := OfficeHours{
		Enabled: true, TimeZone: "America/New_York", Holidays: []string{"2026-12-25"},
		Days: []OfficeDay{{Weekday: 5, Opens: "09:00", Closes: "17:00"}},
	}
	for at, want := range map[string]bool{
		"2026-11-20T14:00:00Z": true,  // Friday 09:00
		"2026-11-20T13:59:59Z": false, // 08:59
		"2026-11-20T21:59:59Z": true,  // 16:59
		"2026-11-20T22:00:00Z": false, // 17:00
		"2026-11-21T15:00:00Z": false, // Saturday
		"2026-12-25T15:00:00Z": false, // a holiday
	} {
		when, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := hours.OpenAt(when); got != want {
			t.Errorf("OpenAt(%s) = %v", at, got)
		}
	}
	for name, h := range map[string]OfficeHours{
		"without hours": {}, "switched off": {TimeZone: "UTC", Days: everyDay()}, "of no place": {Enabled: true, TimeZone: "Nowhere/At_All", Days: everyDay()},
	} {
		if h.OpenAt(time.Now()) {
			t.Errorf("hours %s are open", name)
		}
	}
}

func everyDay() []OfficeDay {
	var days []OfficeDay
	for d := range 7 {
		days = append(days, OfficeDay{Weekday: d, Opens: "00:00", Closes: "24:00"})
	}
	return days
}

func TestAPreviewIsOneLineAndShowsThatItWasCut(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"hello":                   "hello",
		" two\n lines\t here ":    "two lines here",
		strings.Repeat("漢", 120):  strings.Repeat("漢", 120),
		strings.Repeat("é", 5000): strings.Repeat("é", 121),
	} {
		if got := Preview(in); got != want {
			t.Errorf("Preview(%.20q) = %q", in, got)
		}
	}
}

func TestErrorsKeepTheirCodeAndHideTheirCause(t *testing.T) {
	t.Parallel()
	cause := errors.New("disk on fire")
	err := fmt.Errorf("post: %w", ErrConversationNotFound.Because(cause).With("id", 7))
	if !errors.Is(err, ErrConversationNotFound) || !errors.Is(err, cause) {
		t.Errorf("%v lost where it came from", err)
	}
	if errors.Is(err, ErrNotFound) {
		t.Error("two sentences are taken for one")
	}
	e := AsError(err)
	if e.Code != CodeNotFound || strings.Contains(e.Message, "fire") || e.Details["id"] != 7 {
		t.Errorf("AsError = %+v", e)
	}
	if foreign := AsError(cause); foreign.Code != CodeInternal || strings.Contains(foreign.Message, "fire") {
		t.Errorf("a foreign error became %+v", foreign)
	}
	if ErrConversationNotFound.Details != nil || ErrConversationNotFound.Err != nil {
		t.Error("the original was changed")
	}
	if HasCode(nil, CodeInternal) || HasCode(cause, CodeInternal) || !HasCode(err, CodeNotFound) {
		t.Error("HasCode is wrong")
	}
}

func TestAPageKnowsWhetherMoreFollows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rows, offset int
		total        int64
		want         bool
	}{{20, 0, 21, true}, {20, 0, 20, false}, {1, 20, 21, false}, {0, 50, 21, false}, {0, 0, 0, false}} {
		l := List[int]{Rows: make([]int, c.rows), Total: c.total, Page: Page{Limit: 20, Offset: c.offset}}
		if l.HasMore() != c.want {
			t.Errorf("%+v: HasMore = %v", c, l.HasMore())
		}
	}
}

func TestAPrincipalHasTheScopesItWasGivenAndNoOthers(t *testing.T) {
	t.Parallel()
	p := Principal{Kind: KindKey, Scopes: []Scope{ScopeContactsRead}}
	if !p.May(ScopeContactsRead) || p.May(ScopeContactsWrite) || p.May("") || (Principal{}).May(ScopeAdminRead) {
		t.Error("May is wrong")
	}
	if !p.IsTeam() || (Principal{Kind: KindVisitor}).IsTeam() || System(1).IsTeam() {
		t.Error("IsTeam is wrong")
	}
}

func TestARoleHasItsScopes(t *testing.T) {
	t.Parallel()
	for _, powerful := range []Role{RoleOwner, RoleAdmin} {
		if len(powerful.Scopes()) != len(AllScopes()) {
			t.Errorf("%s has %v", powerful, powerful.Scopes())
		}
	}
	agent := Principal{Kind: KindUser, Scopes: RoleAgent.Scopes()}
	if !agent.May(ScopeConversationsWrite) || !agent.May(ScopeContactsWrite) || agent.May(ScopeAdminRead) || agent.May(ScopeWebhooksManage) {
		t.Errorf("an agent has %v", agent.Scopes)
	}
	if Role("janitor").Scopes() != nil {
		t.Error("an unknown role has scopes")
	}
}
