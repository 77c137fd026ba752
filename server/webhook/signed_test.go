package webhook

import (
	"context"
	"encoding/json"
	"os"
	"testing"
	"time"

	"parley/models"
)

// signed is a delivery as it goes out, with what it takes to check it. The JavaScript
// tests check the same file with the library published for JavaScript.
type signed struct {
	Secret         string            `json:"secret"`
	PreviousSecret string            `json:"previous_secret"`
	Headers        map[string]string `json:"headers"`
	Body           string            `json:"body"`
}

const (
	signedFile     = "testdata/signed.json"
	exampleSecret  = "whsec_cGFybGV5IHNpZ25zIHdpdGggdGhpcyBpbiB0ZXN0cyE="
	previousSecret = "whsec_YW5kIHdpdGggdGhpcyBvbmUgYmVmb3JlIGl0IHJvdGF0ZWQ="
)

// open is a sealer of secrets that are not sealed.
type open struct{}

func (open) Open(sealed []byte) ([]byte, error) { return sealed, nil }

// captured is a caller that keeps what it was to send.
type captured struct {
	header map[string]string
	body   []byte
}

func (c *captured) Post(_ context.Context, _ string, header map[string]string, body []byte) (int, string, error) {
	c.header, c.body = header, body
	return 200, "", nil
}

// TestTheSignedExampleIsWhatGoesOut keeps the file what the program makes; with UPDATE
// set it writes it.
func TestTheSignedExampleIsWhatGoesOut(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 25, 14, 20, 0, 0, time.UTC)
	until, event := at.Add(time.Hour), models.UID{1: 1, 15: 7}
	sent := &captured{}
	e := New(Options{Caller: sent, Sealer: open{}})
	status, _, err := e.call(t.Context(), models.WebhookDelivery{
		EventUID: event, Attempt: 3,
		Body: `{"id":"` + models.FormatID(models.PrefixEvent, event) + `","type":"message.received","timestamp":"2026-01-25T14:20:00.000000Z",` +
			`"retry_count":0,"organization_id":"org_01h455vb4pex5vsknk084sn02q","data":{"content":"Grüße, 你好 \u003cb\u003e & 👋","attachments":[]}}`,
		Webhook: &models.Webhook{Secret: []byte(exampleSecret), PreviousSecret: []byte(previousSecret), PreviousUntil: &until},
	}, at)
	if err != nil || status != 200 {
		t.Fatal(status, err)
	}
	made, err := json.MarshalIndent(signed{exampleSecret, previousSecret, sent.header, string(sent.body)}, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(signedFile, append(made, '\n'), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(signedFile)
	if err != nil || string(kept) != string(made)+"\n" {
		t.Errorf("%s is not what goes out (run with UPDATE=1 if it should be): %v\n%s", signedFile, err, made)
	}
}
