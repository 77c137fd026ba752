package view

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/models"
)

func TestAWebhookCarriesWhatTheSocketDoesButNoPlace(t *testing.T) {
	t.Parallel()
	pos := int64(7)
	e := models.Event{
		UID: uid, AccountUID: uid, Type: models.EventMessageReceived, Pos: &pos, CreatedAt: noon,
		Conversation: &models.Conversation{UID: uid, Channel: models.ChannelChat, Contact: &models.Contact{UID: uid}},
		Message:      &models.Message{UID: uid, ConversationUID: uid, Content: "<b> & \u2028", AuthorKind: models.ByContact, CreatedAt: noon},
	}
	body, err := WebhookBody(e)
	if err != nil {
		t.Fatal(err)
	}
	if socket := strings.Replace(encode(t, EnvelopeFor(e)), `"pos":7,`, "", 1); body != socket {
		t.Errorf("got  %s\nwant %s", body, socket)
	}
	for retries := range int64(3) {
		again, err := WithRetryCount(body, retries)
		if err != nil {
			t.Fatal(err)
		}
		if retries == 0 && string(again) != body {
			t.Errorf("got  %s\nwant %s", again, body)
		}
		var was, is map[string]any
		if json.Unmarshal([]byte(body), &was) != nil || json.Unmarshal(again, &is) != nil || is["retry_count"] != float64(retries) {
			t.Fatalf("retry %d is %s", retries, again)
		}
		if is["retry_count"] = was["retry_count"]; encode(t, is) != encode(t, was) {
			t.Errorf("retry %d is %s", retries, again)
		}
	}
	if _, err := WithRetryCount("nothing", 1); err == nil {
		t.Error("a body that is none was taken")
	}
}

func TestAWebhookNeverShowsItsSecret(t *testing.T) {
	t.Parallel()
	w := models.Webhook{
		UID: uid, URL: "https://x.example/", Events: []models.EventType{models.EventAll}, Active: true, Secret: []byte("sealed"),
		PreviousSecret: []byte("sealed"), PreviousUntil: ptr(noon), FromPos: 7, CreatedAt: noon, UpdatedAt: noon,
	}
	want := `{"id":"wh_` + suffix + `","url":"https://x.example/","events":["*"],"active":true,"retry_policy":"exponential",` +
		`"disabled_reason":null,"failing_since":null,"previous_secret_until":"2026-01-25T13:20:00.000000Z",` +
		`"created_at":"2026-01-25T13:20:00.000000Z","updated_at":"2026-01-25T13:20:00.000000Z"}`
	if got := encode(t, WebhookForAgent(w)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestADeliveryShowsWhatWasSentAndEveryAttempt(t *testing.T) {
	t.Parallel()
	d := models.WebhookDelivery{
		UID: uid, EventUID: uid, EventType: models.EventMessageSent, Cause: models.CauseRedelivery, Status: models.DeliveryFailed,
		Body: `{"id":"evt_1","type":"message.sent","timestamp":"x","retry_count":0,"organization_id":"org_1","data":{}}`,
		URL:  "https://x.example/", Attempt: 2, PriorAttempts: 3, Webhook: &models.Webhook{UID: uid},
		ResponseCode: ptr[int64](500), ResponseBody: ptr("<script>"), DurationMS: ptr[int64](9), LastError: ptr("no"),
		History: []models.DeliveryAttempt{
			{Number: 1, At: noon, DurationMS: 5, Error: "There was no answer in time"},
			{Number: 2, At: noon.Add(2 * time.Second), DurationMS: 9, StatusCode: 500, Error: "no"},
		},
	}
	got := encode(t, DeliveryForAgent(d))
	for _, part := range []string{
		`"id":"del_` + suffix, `"webhook_id":"wh_` + suffix, `"event_id":"evt_` + suffix, `"cause":"redelivery"`, `"retry_count":4`, `"error":"no"`,
		`\"retry_count\":4,`, `"webhook-timestamp":"1769347202"`, `"response":{"status_code":500,"body":"\u003cscript\u003e","duration_ms":9}`,
		`{"number":1,"at":"2026-01-25T13:20:00.000000Z","duration_ms":5,"status_code":null,"error":"There was no answer in time"}`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is missing in %s", part, got)
		}
	}
	if strings.Contains(got, "signature") {
		t.Errorf("the signature shows in %s", got)
	}
	waiting := encode(t, DeliveryForAgent(models.WebhookDelivery{UID: uid, Body: "{}"}))
	if !strings.Contains(waiting, `"response":null,"attempts":[]`) || !strings.Contains(waiting, `"retry_count":0`) {
		t.Errorf("one that waits reads %s", waiting)
	}
}
