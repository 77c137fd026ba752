package view

import (
	"strings"
	"testing"

	"parley/models"
)

func TestAMessageToAContactReadsAsTheContractSpellsIt(t *testing.T) {
	t.Parallel()
	m := models.ContactMessage{
		Contact: models.Contact{UID: uid}, Channel: models.ChannelWhatsApp,
		Message: models.Message{
			UID: uid, ConversationUID: uid, AuthorKind: models.ByUser, Content: "Hello", MessageType: models.TypeText,
			Status: models.MessageSent, CreatedAt: noon,
		},
	}
	want := `{"id":"msg_` + suffix + `","conversation_id":"conv_` + suffix + `","contact_id":"cnt_` + suffix + `","channel":"whatsapp",` +
		`"content":"Hello","message_type":"text","status":"sent","sent_at":"2026-01-25T13:20:00.000000Z","attachments":[]}`
	if got := encode(t, ContactMessageForAgent(m)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestCannedRepliesAndLabelsShowWhatThePeopleWrote(t *testing.T) {
	t.Parallel()
	canned := encode(t, CannedForAgent(models.CannedReply{UID: uid, Shortcut: "thanks", Content: "Thank you!", UserID: ptr[int64](7), CreatedAt: noon, UpdatedAt: noon}))
	want := `{"id":"can_` + suffix + `","shortcut":"thanks","content":"Thank you!","created_at":"2026-01-25T13:20:00.000000Z","updated_at":"2026-01-25T13:20:00.000000Z"}`
	if canned != want {
		t.Errorf("got  %s\nwant %s", canned, want)
	}
	label := encode(t, LabelForAgent(models.Label{UID: uid, Name: "Urgent", NameKey: "urgent", CreatedAt: noon}))
	want = `{"id":"lbl_` + suffix + `","name":"Urgent","color":null,"created_at":"2026-01-25T13:20:00.000000Z"}`
	if label != want {
		t.Errorf("got  %s\nwant %s", label, want)
	}
}

func TestAnExportHoldsNotesAndRatingsButNoSecret(t *testing.T) {
	t.Parallel()
	contact := models.Contact{UID: uid, FirstName: ptr("Jane"), ExternalID: ptr("user-7"), Status: models.ContactActive}
	d := models.Dossier{
		Contact: contact, Addresses: []models.ContactAddress{{Address: "17841405822304914"}},
		Conversations: []models.Conversation{
			{ID: 1, UID: uid, Contact: &contact, Channel: models.ChannelChat, VisitorHash: []byte("token-hash")}, {ID: 2, UID: uid, Contact: &contact},
		},
		Messages: map[int64][]models.Message{1: {
			{UID: uid, ConversationUID: uid, Content: "Hi", AuthorKind: models.ByContact},
			{UID: uid, ConversationUID: uid, Content: "careful", AuthorKind: models.ByUser, Internal: true, Attachments: []models.Attachment{{UID: uid, StorageKey: "storage-key"}}},
		}},
		Ratings: map[int64][]models.Rating{1: {{Score: 4, Comment: ptr("fine"), CreatedAt: noon}}},
	}
	got := encode(t, ExportOf(d))
	for _, part := range []string{
		`"contact":{"id":"cnt_` + suffix, `"external_id":"user-7"`, `"addresses":["17841405822304914"]`, `"content":"Hi"`, `"content":"careful"`, `"internal":true`,
		`"ratings":[{"score":4,"comment":"fine","created_at":"2026-01-25T13:20:00.000000Z"}]`, `"messages":[],"ratings":[]`,
		`"url":"/v2/attachments/att_` + suffix,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is missing in %s", part, got)
		}
	}
	for _, secret := range []string{"token-hash", "dG9rZW4", "storage-key"} {
		if strings.Contains(got, secret) {
			t.Errorf("%s shows in %s", secret, got)
		}
	}
	if empty := encode(t, ExportOf(models.Dossier{})); !strings.Contains(empty, `"conversations":[]`) {
		t.Errorf("an empty one reads %s", empty)
	}
}

func TestADeletedContactIsNamedByWhatTheEventNoted(t *testing.T) {
	t.Parallel()
	e := models.Event{UID: uid, Type: models.EventContactDeleted, Detail: map[string]any{"contact_id": "cnt_gone"}}
	if got := encode(t, EnvelopeFor(e)); !strings.Contains(got, `"data":{"contact_id":"cnt_gone"`) {
		t.Errorf("the event reads %s", got)
	}
}
