package view

import (
	"fmt"
	"html"

	"parley/models"
)

// AgentAccount is the account as its team sees it.
type AgentAccount struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	TimeZone string `json:"time_zone"`
	// Sandbox says that the account holds test data only.
	Sandbox   bool `json:"sandbox"`
	CreatedAt Time `json:"created_at"`
	UpdatedAt Time `json:"updated_at"`
}

// AccountForAgent encodes an account for its team.
func AccountForAgent(a models.Account) AgentAccount {
	return AgentAccount{
		ID: models.FormatID(models.PrefixAccount, a.UID), Name: a.Name, TimeZone: a.TimeZone, Sandbox: a.IsSandbox(),
		CreatedAt: Time(a.CreatedAt), UpdatedAt: Time(a.UpdatedAt),
	}
}

// AgentKey is an API key as the team sees it: never the key, but for Key, which is set
// in the answer that makes one.
type AgentKey struct {
	ID         string         `json:"id"`
	Name       string         `json:"name"`
	Kind       string         `json:"kind"`
	Hint       string         `json:"hint"`
	Scopes     []models.Scope `json:"scopes"`
	CreatedBy  *Person        `json:"created_by"`
	ExpiresAt  *Time          `json:"expires_at"`
	LastUsedAt *Time          `json:"last_used_at"`
	CreatedAt  Time           `json:"created_at"`
	Key        string         `json:"key,omitempty"`
}

// KeyForAgent encodes an API key whose maker is loaded.
func KeyForAgent(k models.APIKey) AgentKey {
	v := AgentKey{
		ID: models.FormatID(models.PrefixKey, k.UID), Name: k.Name, Kind: string(k.Kind), Hint: k.Hint, Scopes: list(k.Scopes),
		ExpiresAt: timeOrNil(k.ExpiresAt), LastUsedAt: timeOrNil(k.LastUsedAt), CreatedAt: Time(k.CreatedAt),
	}
	if k.User != nil {
		v.CreatedBy = &Person{ID: models.FormatID(models.PrefixUser, k.User.UID), Name: k.User.Name}
	}
	return v
}

// AgentSite is a site as the team sees it: never its identity secret, but for
// IdentitySecret, which is set in the answers that make one.
type AgentSite struct {
	ID               string             `json:"id"`
	Name             string             `json:"name"`
	SiteKey          string             `json:"site_key"`
	Greeting         string             `json:"greeting"`
	AutoReply        *string            `json:"auto_reply"`
	AllowedOrigins   []string           `json:"allowed_origins"`
	Theme            models.Theme       `json:"theme"`
	Locale           string             `json:"locale"`
	Prechat          models.Prechat     `json:"prechat"`
	OfficeHours      models.OfficeHours `json:"office_hours"`
	Survey           bool               `json:"survey"`
	NoticeMinutes    int                `json:"notice_minutes"`
	IdentityRequired bool               `json:"identity_required"`
	Assistant        *string            `json:"assistant"`
	Snippet          string             `json:"snippet"`
	CreatedAt        Time               `json:"created_at"`
	UpdatedAt        Time               `json:"updated_at"`
	IdentitySecret   string             `json:"identity_secret,omitempty"`
}

// SiteForAgent encodes a site whose assistant is loaded; the snippet names the server
// by publicURL.
func SiteForAgent(s models.Site, publicURL string) AgentSite {
	v := AgentSite{
		ID: models.FormatID(models.PrefixSite, s.UID), Name: s.Name, SiteKey: s.SiteKey, Greeting: s.Greeting,
		AutoReply: s.AutoReply, AllowedOrigins: list(s.AllowedOrigins), Theme: s.Theme, Locale: s.Locale,
		Prechat: models.Prechat{Fields: list(s.Prechat.Fields)}, OfficeHours: s.OfficeHours,
		Survey: s.Survey, NoticeMinutes: s.NoticeMinutes, IdentityRequired: s.IdentityRequired, Snippet: Snippet(publicURL, s.SiteKey),
		CreatedAt: Time(s.CreatedAt), UpdatedAt: Time(s.UpdatedAt),
	}
	v.OfficeHours.Days, v.OfficeHours.Holidays = list(s.OfficeHours.Days), list(s.OfficeHours.Holidays)
	if s.Assistant != nil {
		v.Assistant = id(models.PrefixAssistant, &s.Assistant.UID)
	}
	return v
}

// Snippet is the one line that a customer's page needs.
func Snippet(publicURL, siteKey string) string {
	return fmt.Sprintf(`<script src="%s/widget.js" data-site-key="%s" async></script>`,
		html.EscapeString(publicURL), html.EscapeString(siteKey))
}

// list is never null.
func list[T any](rows []T) []T {
	if rows == nil {
		return []T{}
	}
	return rows
}
