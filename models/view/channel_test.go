package view

import (
	"strings"
	"testing"
	"time"

	"parley/models"
)

func TestAChannelIsShownWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 25, 14, 20, 0, 0, time.UTC)
	kind := models.ChannelKind{Kind: models.ChannelSMS, Hooks: []models.ChannelHook{{Name: "in", Label: "In", Help: "Paste it"}}}
	c := models.ChannelAccount{
		Kind: models.ChannelSMS, Name: "Support", Address: "+14155550100", Secrets: []byte("sealed"), SecretNames: []string{"auth_token"},
		Settings: map[string]any{"from": "+14155550100"}, CreatedAt: at, UpdatedAt: at,
	}
	want := `{"id":"chn_00000000000000000000000000","kind":"sms","name":"Support","address":"+14155550100","enabled":true,` +
		`"settings":{"from":"+14155550100"},"secrets":["auth_token"],` +
		`"hooks":[{"name":"in","label":"In","help":"Paste it","url":"https://chat.example.com/in"}],` +
		`"created_at":"2026-01-25T14:20:00.000000Z","updated_at":"2026-01-25T14:20:00.000000Z"}`
	if got := text(t, ChannelForAgent(c, kind, map[string]string{"in": "https://chat.example.com/in"})); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	want = `{"id":"chn_00000000000000000000000000","kind":"email","name":"","address":"","enabled":false,"settings":{},"secrets":[],"hooks":[],` +
		`"created_at":"2026-01-25T14:20:00.000000Z","updated_at":"2026-01-25T14:20:00.000000Z"}`
	if got := text(t, ChannelForAgent(models.ChannelAccount{Kind: models.ChannelEmail, DisabledAt: &at, CreatedAt: at, UpdatedAt: at}, models.ChannelKind{}, nil)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAKindOfChannelIsAForm(t *testing.T) {
	t.Parallel()
	got := text(t, ChannelKindForAgent(models.ChannelKind{
		Kind: models.ChannelSMS, Label: "SMS", Hooks: []models.ChannelHook{{Name: "in", Label: "In", Help: "Paste it"}},
		Fields: []models.ChannelField{
			{Name: "token", Label: "Token", Help: "Of the console", Example: "abc", Secret: true, Required: true, Pattern: "[a-z]+"},
			{Name: "mode", Options: []string{"fast", "slow"}, Generated: true, Multiline: true},
		},
	}))
	want := `{"kind":"sms","label":"SMS","fields":[` +
		`{"name":"token","label":"Token","help":"Of the console","example":"abc","secret":true,"required":true,"generated":false,"multiline":false,"options":[],"pattern":"[a-z]+"},` +
		`{"name":"mode","label":"","help":"","example":"","secret":false,"required":false,"generated":true,"multiline":true,"options":["fast","slow"],"pattern":""}],` +
		`"hooks":[{"name":"in","label":"In","help":"Paste it"}]}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTheSpeakerIsShownOnVoiceAlone(t *testing.T) {
	t.Parallel()
	speaker := "ai"
	for given, want := range map[*string]string{&speaker: `"speaker":"ai"`, nil: `"status":"received","internal"`} {
		got := text(t, MessageForAgent(models.Message{Speaker: given, Status: models.MessageReceived}))
		if !strings.Contains(got, want) {
			t.Errorf("%s is missing in %s", want, got)
		}
	}
}
