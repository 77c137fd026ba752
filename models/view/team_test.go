package view

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/models"
)

// text is a view as JSON, with the snippet's brackets as they are.
func text(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}

func TestAnEmptySiteHasListsAndNullsAndNoSecret(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 25, 14, 20, 0, 0, time.UTC)
	got := text(t, SiteForAgent(models.Site{
		SiteKey: "pk_live_x", IdentitySecret: []byte("sealed"), CreatedAt: at, UpdatedAt: at,
	}, "https://chat.example.com"))
	want := `{"id":"site_00000000000000000000000000","name":"","site_key":"pk_live_x","greeting":"","auto_reply":null,` +
		`"allowed_origins":[],"theme":{"color":"","position":""},"locale":"","prechat":{"fields":[]},` +
		`"office_hours":{"enabled":false,"time_zone":"","days":[],"holidays":[]},"survey":false,"notice_minutes":0,"identity_required":false,` +
		`"assistant":null,"snippet":"<script src=\"https://chat.example.com/widget.js\" data-site-key=\"pk_live_x\" async></script>",` +
		`"created_at":"2026-01-25T14:20:00.000000Z","updated_at":"2026-01-25T14:20:00.000000Z"}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAKeyIsShownByItsHintAlone(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 25, 14, 20, 0, 0, time.UTC)
	row := models.APIKey{
		Name: "Orders", Kind: models.KeyKindAgent, Hint: "sk_live_abcd", KeyHash: []byte("hash"), CreatedAt: at,
		User: &models.User{Name: "Sarah", PasswordHash: "secret", Email: "sarah@example.com"},
	}
	got := text(t, KeyForAgent(row))
	want := `{"id":"key_00000000000000000000000000","name":"Orders","kind":"agent","hint":"sk_live_abcd","scopes":[],` +
		`"created_by":{"id":"usr_00000000000000000000000000","name":"Sarah"},"expires_at":null,"last_used_at":null,` +
		`"created_at":"2026-01-25T14:20:00.000000Z"}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	row.User = nil
	if got := text(t, KeyForAgent(row)); !strings.Contains(got, `"created_by":null`) {
		t.Errorf("without its maker: %s", got)
	}
}

func TestASnippetCannotBeBrokenOutOf(t *testing.T) {
	t.Parallel()
	got := Snippet(`https://x"><script>`, `"'><b>`)
	if strings.Count(got, "<") != 2 || strings.Count(got, `"`) != 4 {
		t.Errorf("the snippet is %s", got)
	}
}

func TestASandboxSaysSo(t *testing.T) {
	t.Parallel()
	live := int64(1)
	for _, c := range []struct {
		account models.Account
		want    string
	}{{models.Account{}, `"sandbox":false`}, {models.Account{LiveID: &live}, `"sandbox":true`}} {
		if got := text(t, AccountForAgent(c.account)); !strings.Contains(got, c.want) {
			t.Errorf("%s lacks %s", got, c.want)
		}
	}
}
