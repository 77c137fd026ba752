package view_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"parley/models"
	"parley/models/view"
)

// spelled is a value as JSON.
func spelled(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// at is a whole second, so that the fraction has to be written out.
var at = time.Date(2026, 1, 25, 14, 20, 0, 0, time.UTC)

func TestAConversationOfTheInbox(t *testing.T) {
	t.Parallel()
	id := func(last string) models.UID {
		uid := models.UID{}
		if err := uid.UnmarshalText([]byte("00000000-0000-7000-8000-00000000000" + last)); err != nil {
			t.Fatal(err)
		}
		return uid
	}
	first, email, user := "Jane", "jane@shop.example", int64(4)
	c := models.Conversation{
		UID: id("1"), AccountUID: id("2"), ChannelUID: id("3"), Channel: models.ChannelEmail, Status: models.StatusOpen,
		LastMessagePreview: "Where is it?", LastMessageAt: at, LastMessageBy: models.ByContact,
		Contact: &models.Contact{UID: id("5"), FirstName: &first, Email: &email},
	}
	want := `{"id":"00000000-0000-7000-8000-000000000001","workspaceId":"00000000-0000-7000-8000-000000000002",` +
		`"channelId":"00000000-0000-7000-8000-000000000003","channel":"email","contactId":"00000000-0000-7000-8000-000000000005",` +
		`"status":"open","subject":null,"lastMessagePreview":"Where is it?","lastMessageAt":"2026-01-25T14:20:00.000000Z",` +
		`"contactName":"Jane","contactEmail":"jane@shop.example","assignedTo":null,"humanManaged":false}`
	if got := spelled(t, view.ConversationForInbox(c)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	c.AssignedTo, c.Assignee = &user, &models.User{UID: id("6")}
	if v := view.ConversationForInbox(c); !v.HumanManaged || *v.AssignedTo != "00000000-0000-7000-8000-000000000006" || v.Status != "in_progress" {
		t.Errorf("assigned: %+v", v)
	}
}

func TestThePreviewOfTheInboxHasFiftyCodePoints(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                        "",
		strings.Repeat("é", 50):   strings.Repeat("é", 50),
		strings.Repeat("😀", 51):   strings.Repeat("😀", 50) + "...",
		strings.Repeat("a b", 40): strings.Repeat("a b", 40)[:50] + "...",
	} {
		if got := view.ConversationForInbox(models.Conversation{LastMessagePreview: models.Preview(text)}).LastMessagePreview; got != want {
			t.Errorf("the preview of %q is %q", text, got)
		}
	}
}

func TestAMessageOfTheInbox(t *testing.T) {
	t.Parallel()
	seq, address, ai := int64(1), "jane@shop.example", "ai"
	message := func(by models.AuthorKind) models.Message {
		return models.Message{AuthorKind: by, PublicSeq: &seq, Content: "Hi", CreatedAt: at, FromAddress: &address, Speaker: &ai}
	}
	for _, c := range []struct {
		by      models.AuthorKind
		channel models.Channel
		want    string
	}{
		{models.ByContact, models.ChannelEmail, `"direction":"inbound","speaker":null,"body":"Hi","sentAt":"2026-01-25T14:20:00.000000Z",` +
			`"channel":"email","fromAddress":"jane@shop.example"}`},
		{models.ByUser, models.ChannelEmail, `"direction":"outbound","speaker":null,"body":"Hi","sentAt":"2026-01-25T14:20:00.000000Z","channel":"email"}`},
		{models.ByAssistant, models.ChannelChat, `"direction":"outbound","speaker":null,"body":"Hi","sentAt":"2026-01-25T14:20:00.000000Z","channel":"chat"}`},
		{models.ByAssistant, models.ChannelVoice, `"direction":"inbound","speaker":"ai","body":"Hi","sentAt":"2026-01-25T14:20:00.000000Z","channel":"voice"}`},
	} {
		if got := spelled(t, view.MessageForInbox(message(c.by), c.channel)); !strings.HasSuffix(got, c.want) {
			t.Errorf("got %s, want …%s", got, c.want)
		}
	}
	caller := message(models.ByContact)
	caller.Speaker = nil
	if v := view.MessageForInbox(caller, models.ChannelVoice); *v.Speaker != "caller" {
		t.Errorf("a caller is %q", *v.Speaker)
	}
	helper := message(models.ByUser)
	helper.Speaker = nil
	if v := view.MessageForInbox(helper, models.ChannelVoice); *v.Speaker != "ai" || v.Direction != "inbound" {
		t.Errorf("the house is %q, %s", *v.Speaker, v.Direction)
	}
}

func TestTheInboxShowsFilesAndNoNotes(t *testing.T) {
	t.Parallel()
	seq := int64(1)
	m := models.Message{PublicSeq: &seq, Attachments: []models.Attachment{{UID: models.NewUID(), Filename: "a.png", ContentType: "image/png", Size: 3}}}
	files := view.MessageForInbox(m, models.ChannelChat).Attachments
	if len(files) != 1 || files[0].Filename != "a.png" || !strings.HasPrefix(files[0].URL, "/v2/attachments/att_") {
		t.Errorf("the files are %+v", files)
	}
	if got := view.MessageForInbox(models.Message{Internal: true, Content: "secret"}, models.ChannelChat); got.Body != "" || got.ID != "" {
		t.Errorf("a note is shown: %+v", got)
	}
}

func TestAChannelWithoutAnAddressHasNone(t *testing.T) {
	t.Parallel()
	if v := view.ChannelForInbox(models.ChannelAccount{Kind: models.ChannelChat, Name: "chat"}); v.Address != nil || v.Channel != "chat" {
		t.Errorf("chat is %+v", v)
	}
	if v := view.ChannelForInbox(models.ChannelAccount{Kind: models.ChannelSMS, Address: "+14155550100"}); *v.Address != "+14155550100" {
		t.Errorf("sms is %+v", v)
	}
}
