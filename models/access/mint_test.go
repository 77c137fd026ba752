package access

import (
	"slices"
	"strings"
	"testing"

	"parley/models"
)

func TestAKeyGivesNoMoreThanItselfAndTheRoleOfItsMaker(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		role        models.Role
		given, want []models.Scope
	}{
		{models.RoleOwner, models.AllScopes(), models.AllScopes()},
		{models.RoleAdmin, models.AllScopes(), models.AllScopes()},
		{models.RoleAgent, models.AllScopes(), models.RoleAgent.Scopes()},
		{models.RoleOwner, []models.Scope{models.ScopeContactsRead}, []models.Scope{models.ScopeContactsRead}},
		{models.RoleAgent, []models.Scope{models.ScopeAdminWrite, models.ScopeContactsRead}, []models.Scope{models.ScopeContactsRead}},
		{models.RoleAgent, []models.Scope{models.ScopeAdminWrite}, nil},
		{"nobody", models.AllScopes(), nil},
		{models.RoleOwner, []models.Scope{"everything:write"}, nil},
	} {
		who := principalOf(holder{
			models.APIKey{ID: 7, AccountID: 1, Kind: models.KeyKindInbox, Scopes: c.given}, models.User{ID: 2, Role: c.role},
		})
		if !slices.Equal(who.Scopes, c.want) || who.KeyKind != models.KeyKindInbox || who.KeyID != 7 {
			t.Errorf("%s with %v may %v, want %v", c.role, c.given, who.Scopes, c.want)
		}
	}
}

func TestWhatIsMintedFitsItsModeAndIsNeverTheSame(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Secret: []byte(strings.Repeat("k", 32))})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, sandbox := range []bool{false, true} {
		want := map[bool]string{false: "live", true: "test"}[sandbox]
		for _, kind := range []models.KeyKind{models.KeyKindAgent, models.KeyKindInbox} {
			key, row := s.MintKey(kind, sandbox)
			if !looksLikeKey(key) || !strings.Contains(key, "_"+want+"_") || !strings.HasPrefix(key, row.Hint) ||
				!slices.Equal(row.KeyHash, models.TokenHash(key)) || row.Kind != kind || len(row.Hint) >= len(key)/2 {
				t.Errorf("%s, %s: %+v", want, kind, row)
			}
			seen[key] = true
		}
		site, secret, err := s.MintSite("Shop", sandbox)
		if err != nil || !strings.HasPrefix(site.SiteKey, "pk_"+want+"_") {
			t.Errorf("%s: %+v, %v", want, site, err)
		}
		opened, err := s.Open(site.IdentitySecret)
		if err != nil || string(opened) != secret || strings.Contains(string(site.IdentitySecret), secret) {
			t.Errorf("%s: the sealed secret is %q, %v", want, opened, err)
		}
		seen[site.SiteKey], seen[secret] = true, true
	}
	if len(seen) != 8 {
		t.Errorf("%d different secrets of 8", len(seen))
	}
}
