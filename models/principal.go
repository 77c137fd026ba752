package models

import (
	"crypto/sha256"
	"slices"
)

// PrincipalKind says what sort of caller acts.
type PrincipalKind string

// The kinds of principal. The zero kind may do nothing.
const (
	KindVisitor   PrincipalKind = "visitor"
	KindUser      PrincipalKind = "user"
	KindKey       PrincipalKind = "key"
	KindAssistant PrincipalKind = "assistant"
	KindChannel   PrincipalKind = "channel"
	KindSystem    PrincipalKind = "system"
)

// Scope is a permission of an API key.
type Scope string

// The scopes.
const (
	ScopeContactsRead       Scope = "contacts:read"
	ScopeContactsWrite      Scope = "contacts:write"
	ScopeConversationsRead  Scope = "conversations:read"
	ScopeConversationsWrite Scope = "conversations:write"
	ScopeWebhooksManage     Scope = "webhooks:manage"
	ScopeAssistantsRead     Scope = "assistants:read"
	ScopeAssistantsWrite    Scope = "assistants:write"
	ScopeAdminRead          Scope = "admin:read"
	ScopeAdminWrite         Scope = "admin:write"
)

// AllScopes lists every scope.
func AllScopes() []Scope {
	return []Scope{
		ScopeContactsRead, ScopeContactsWrite, ScopeConversationsRead, ScopeConversationsWrite,
		ScopeWebhooksManage, ScopeAssistantsRead, ScopeAssistantsWrite, ScopeAdminRead, ScopeAdminWrite,
	}
}

// Scopes is what a user of this role may do: owners and admins everything, agents what
// a conversation needs. What only an owner may do is asked of the role itself.
func (r Role) Scopes() []Scope {
	switch r {
	case RoleOwner, RoleAdmin:
		return AllScopes()
	case RoleAgent:
		return []Scope{
			ScopeContactsRead, ScopeContactsWrite, ScopeConversationsRead, ScopeConversationsWrite, ScopeAssistantsRead,
		}
	default:
		return nil
	}
}

// Principal is who is acting. Every read and write is confined to AccountID.
type Principal struct {
	Kind      PrincipalKind
	AccountID int64
	// UserID is the user who acts, or who made the key that acts.
	UserID int64
	// UserUID is UserID's outward identity.
	UserUID UID
	// Name is how the conversation shows the actor.
	Name string
	// Avatar is the address of the user's picture.
	Avatar *string
	Role   Role
	// KeyID, KeyKind and Scopes are those of an API key; a user's scopes follow from
	// Role, and a key never has more than its maker's role.
	KeyID   int64
	KeyKind KeyKind
	Scopes  []Scope
	// SessionID is the login session of a user who came with the dashboard's cookie.
	SessionID int64
	// SiteID and ConversationID confine a visitor to one conversation of one site.
	SiteID          int64
	ConversationID  int64
	ConversationUID UID
	// AssistantID is the assistant that acts.
	AssistantID int64
}

// May says whether the principal holds a scope.
func (p Principal) May(s Scope) bool { return slices.Contains(p.Scopes, s) }

// IsTeam says whether the principal speaks for the team: a user or a key.
func (p Principal) IsTeam() bool { return p.Kind == KindUser || p.Kind == KindKey }

// System is the program itself, acting within one account.
func System(accountID int64) Principal {
	return Principal{Kind: KindSystem, AccountID: accountID, Name: "System", Scopes: AllScopes()}
}

// TokenHash is what the database keeps of a visitor token or an API key: its SHA-256.
func TokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
