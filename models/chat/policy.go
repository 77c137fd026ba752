package chat

import "parley/models"

// act is something that a principal may or may not do.
type act string

// The acts.
const (
	actPost     act = "post"
	actNote     act = "note"
	actStart    act = "start"
	actManage   act = "manage" // assign, label, take over, resolve, reopen, archive
	actMarkRead act = "mark read"

	actAskForPerson act = "ask for a person"

	actRate     act = "rate"
	actType     act = "type"
	actVisit    act = "be told of the own conversation"
	actRead     act = "read conversations"
	actContacts act = "read contacts"
	actTeam     act = "read the team"

	actEditContacts act = "change contacts"
	actReach        act = "message contacts"
	actDesk         act = "read canned replies and labels"
	actEditDesk     act = "change canned replies and labels"
	actUpload       act = "upload files"
	actInbound      act = "take in messages"
	actCompose      act = "write to somebody"
	actEditTeam     act = "change the team"
	actEditSelf     act = "change oneself"
	actAccount      act = "read the account"
	actEditAccount  act = "change the account"
	actSites        act = "read sites"
	actEditSites    act = "change sites"
	actKeys         act = "read keys"
	actEditKeys     act = "change keys"
	actWebhooks     act = "manage webhooks"
	actChannels     act = "read channels"
	actEditChannels act = "change channels"

	actAssistants     act = "read assistants, sessions and chats"
	actEditAssistants act = "change assistants"
	actChat           act = "chat with assistants"

	actKnowledge     act = "read articles"
	actEditKnowledge act = "change articles"
)

// rule says who may do an act: a visitor in the own conversation, the team with a
// scope, and the program's own hands (assistant, channel, system).
type rule struct {
	visitor bool
	scope   models.Scope
	own     bool
}

// policy is the whole of who may do what. An act that is not here is nobody's.
var policy = map[act]rule{
	actPost:     {visitor: true, scope: models.ScopeConversationsWrite, own: true},
	actNote:     {scope: models.ScopeConversationsWrite, own: true},
	actStart:    {visitor: true, scope: models.ScopeConversationsWrite, own: true},
	actManage:   {scope: models.ScopeConversationsWrite, own: true},
	actMarkRead: {visitor: true, scope: models.ScopeConversationsWrite},
	actRate:     {visitor: true},

	actAskForPerson: {visitor: true},

	actType:     {visitor: true, scope: models.ScopeConversationsWrite, own: true},
	actVisit:    {visitor: true},
	actRead:     {visitor: true, scope: models.ScopeConversationsRead, own: true},
	actContacts: {scope: models.ScopeContactsRead, own: true},
	actTeam:     {scope: anyScope, own: true},

	actEditContacts: {scope: models.ScopeContactsWrite, own: true},
	actReach:        {scope: models.ScopeContactsWrite, own: true},
	actDesk:         {scope: models.ScopeConversationsRead, own: true},
	actEditDesk:     {scope: models.ScopeConversationsWrite, own: true},
	actUpload:       {scope: models.ScopeConversationsWrite, own: true},
	actInbound:      {scope: models.ScopeConversationsWrite, own: true},
	actCompose:      {scope: models.ScopeConversationsWrite, own: true},
	// Who may change whom in the team follows from roles besides: see team.go.
	actEditTeam:     {scope: models.ScopeAdminWrite},
	actEditSelf:     {scope: models.ScopeConversationsWrite},
	actAccount:      {scope: anyScope, own: true},
	actEditAccount:  {scope: models.ScopeAdminWrite},
	actSites:        {scope: models.ScopeAdminRead, own: true},
	actEditSites:    {scope: models.ScopeAdminWrite},
	actKeys:         {scope: models.ScopeAdminRead},
	actEditKeys:     {scope: models.ScopeAdminWrite},
	actWebhooks:     {scope: models.ScopeWebhooksManage},
	actChannels:     {scope: models.ScopeAdminRead},
	actEditChannels: {scope: models.ScopeAdminWrite},
	// A visitor reads what is published: the store shows nothing else.
	actKnowledge:     {visitor: true, scope: anyScope, own: true},
	actEditKnowledge: {scope: models.ScopeAdminWrite},

	actAssistants:     {scope: models.ScopeAssistantsRead, own: true},
	actEditAssistants: {scope: models.ScopeAssistantsWrite},
	actChat:           {scope: models.ScopeAssistantsWrite},
}

// anyScope marks what every member of the team may do.
const anyScope models.Scope = "*"

// allow answers nil, or why who may not do a.
func allow(who models.Principal, a act) error {
	r, known := policy[a]
	if !known || who.AccountID == 0 {
		return models.ErrForbidden
	}
	switch who.Kind {
	case models.KindVisitor:
		return permit(r.visitor && who.SiteID != 0)
	case models.KindUser, models.KindKey:
		if r.scope == anyScope || (r.scope != "" && who.May(r.scope)) {
			return nil
		}
		return models.ErrForbidden.With("required_permission", string(r.scope))
	case models.KindAssistant, models.KindChannel, models.KindSystem:
		return permit(r.own)
	default:
		return models.ErrForbidden
	}
}

func permit(ok bool) error {
	if !ok {
		return models.ErrForbidden
	}
	return nil
}
