package chat

import (
	"testing"

	"parley/models"
)

// permissions are who may do what, as the contract has it: a visitor, keys that may read or
// write conversations, and the assistant.
var permissions = []struct {
	act                                act
	visitor, reader, writer, assistant bool
}{
	{actPost, true, false, true, true},
	{actNote, false, false, true, true},
	{actStart, true, false, true, true},
	{actManage, false, false, true, true},
	{actMarkRead, true, false, true, false},
	{actRate, true, false, false, false},
	{actAskForPerson, true, false, false, false},
	{actType, true, false, true, true},
	{actVisit, true, false, false, false},
	{actRead, true, true, false, true},
	{actContacts, false, false, false, true},
	{actTeam, false, true, true, true},
	{actEditContacts, false, false, false, true},
	{actReach, false, false, false, true},
	{actDesk, false, true, false, true},
	{actEditDesk, false, false, true, true},
	{actUpload, false, false, true, true},
	{actInbound, false, false, true, true},
	{actCompose, false, false, true, true},
	{actEditTeam, false, false, false, false},
	{actEditSelf, false, false, true, false},
	{actAccount, false, true, true, true},
	{actEditAccount, false, false, false, false},
	{actSites, false, false, false, true},
	{actEditSites, false, false, false, false},
	{actKeys, false, false, false, false},
	{actEditKeys, false, false, false, false},
	{actWebhooks, false, false, false, false},
	{actAssistants, false, false, false, true},
	{actEditAssistants, false, false, false, false},
	{actChat, false, false, false, false},
	{actChannels, false, false, false, false},
	{actEditChannels, false, false, false, false},
	{actKnowledge, true, true, true, true},
	{actEditKnowledge, false, false, false, false},
}

func TestThePolicyTableSaysWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	visitor := models.Principal{Kind: models.KindVisitor, AccountID: 1, SiteID: 1, ConversationID: 1}
	reader := models.Principal{Kind: models.KindKey, AccountID: 1, Scopes: []models.Scope{models.ScopeConversationsRead}}
	writer := models.Principal{Kind: models.KindKey, AccountID: 1, Scopes: []models.Scope{models.ScopeConversationsWrite}}
	assistant := models.Principal{Kind: models.KindAssistant, AccountID: 1}
	if len(permissions) != len(policy) {
		t.Errorf("the table tests %d acts, the policy has %d", len(permissions), len(policy))
	}
	for _, r := range permissions {
		for _, c := range []struct {
			who  string
			p    models.Principal
			want bool
		}{{"visitor", visitor, r.visitor}, {"reader", reader, r.reader}, {"writer", writer, r.writer}, {"assistant", assistant, r.assistant}} {
			if got := allow(c.p, r.act) == nil; got != c.want {
				t.Errorf("%s may %s: %v, want %v", c.who, r.act, got, c.want)
			}
		}
	}
}

func TestNobodyMayDoAnythingWithoutAnAccountOrAKind(t *testing.T) {
	t.Parallel()
	for a := range policy {
		for name, who := range map[string]models.Principal{
			"the zero principal":        {},
			"a system without account":  {Kind: models.KindSystem},
			"an account without a kind": {AccountID: 1, Scopes: models.AllScopes()},
			"a visitor without a site":  {Kind: models.KindVisitor, AccountID: 1},
		} {
			if allow(who, a) == nil {
				t.Errorf("%s may %s", name, a)
			}
		}
	}
	if allow(models.System(1), "an act that is not in the table") == nil {
		t.Error("an unknown act is allowed")
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	err := allow(models.Principal{Kind: models.KindKey, AccountID: 1}, actPost)
	if e := models.AsError(err); e.Code != models.CodeForbidden || e.Details["required_permission"] != "conversations:write" {
		t.Errorf("allow = %+v", e)
	}
}
