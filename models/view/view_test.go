package view

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"parley/models"
)

var (
	noon = time.Date(2026, 1, 25, 14, 20, 0, 0, time.FixedZone("CET", 3600))
	uid  = uuid.MustParse("01890a5d-ac96-774b-bcce-b302099a8057")
)

const suffix = "01h455vb4pex5vsknk084sn02q"

func encode(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func ptr[T any](v T) *T { return &v }

func TestTimesAreUTCWithSixFractionDigits(t *testing.T) {
	t.Parallel()
	for in, want := range map[time.Time]string{
		noon:                             `"2026-01-25T13:20:00.000000Z"`,
		noon.Add(1500 * time.Nanosecond): `"2026-01-25T13:20:00.000001Z"`,
		noon.Add(120 * time.Millisecond): `"2026-01-25T13:20:00.120000Z"`,
	} {
		if got := encode(t, Time(in)); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		if `"`+Time(in).String()+`"` != want {
			t.Errorf("String = %s", Time(in))
		}
	}
}

func TestAVisitorSeesWhoSpeaksAndWhatAnAnswerRestsOn(t *testing.T) {
	t.Parallel()
	for kind, want := range map[models.AuthorKind]string{
		models.ByContact: "visitor", models.ByUser: "agent", models.ByAssistant: "assistant", models.BySystem: "system",
	} {
		m := models.Message{PublicSeq: ptr[int64](1), AuthorKind: kind, Citations: []models.Citation{{ArticleUID: uid, Title: "Hours"}}}
		v, a := ForVisitor(m), MessageForAgent(m)
		article := models.FormatID(models.PrefixArticle, uid)
		if v.Sender != want || len(v.Citations) != 1 || v.Citations[0] != (VisitorCitation{"Hours", article}) || len(a.Citations) != 1 {
			t.Errorf("%s: %+v, %+v", kind, v, a)
		}
	}
	if v := ForVisitor(models.Message{Internal: true, Citations: []models.Citation{{Title: "Hours"}}}); v.Sender != "" || v.Citations != nil {
		t.Errorf("a note: %+v", v)
	}
}

func TestAVisitorSeesExactlyTheFieldsOfTheContract(t *testing.T) {
	t.Parallel()
	m := models.Message{
		ID: 17, UID: uid, AccountID: 3, ConversationID: 4, Seq: 9, PublicSeq: ptr[int64](1), AuthorKind: models.ByContact,
		Author: "Jane Doe", MessageType: models.TypeText, Content: "Hi", Status: models.MessageReceived,
		ClientID: ptr("c1"), CreatedAt: noon, FromAddress: ptr("jane@example.com"),
		Attachments: []models.Attachment{{ID: 5, Filename: "a.png", ContentType: "image/png", Size: 123, Width: ptr(1), Height: ptr(1), StorageKey: "secret-key"}},
	}
	want := `{"direction":"inbound","body":"Hi","timestamp":"2026-01-25T13:20:00.000000Z","author":"Jane Doe","id":17,"seq":1,` +
		`"client_id":"c1","type":"text","status":"received","sender":"visitor","attachments":[{"id":5,"filename":"a.png","content_type":"image/png",` +
		`"size":123,"width":1,"height":1,"url":"files/17/5"}]}`
	if got := encode(t, ForVisitor(m)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAVisitorNeverSeesANoteOrTheTeamsIds(t *testing.T) {
	t.Parallel()
	note := models.Message{ID: 1, Content: "keep this to yourselves", Author: "Sarah", Internal: true}
	if got := encode(t, ForVisitor(note)); strings.Contains(got, "yourselves") || strings.Contains(got, "Sarah") {
		t.Errorf("the note shows: %s", got)
	}
	reply := models.Message{
		PublicSeq: ptr[int64](2), AuthorKind: models.ByUser, Author: "Sarah", ClientID: ptr("agent-client"),
		UserID: ptr[int64](8), UserUID: &uid, Status: models.MessageSent,
	}
	got := encode(t, ForVisitor(reply))
	if strings.Contains(got, suffix) || strings.Contains(got, "agent-client") || !strings.Contains(got, `"direction":"outbound"`) {
		t.Errorf("an agent's reply reads %s", got)
	}
	if !strings.Contains(got, `"attachments":[]`) {
		t.Errorf("no attachments must be an empty list: %s", got)
	}
}

func TestAConversationReadsAsTheContractSpellsIt(t *testing.T) {
	t.Parallel()
	contact := models.Contact{UID: uid, FirstName: ptr("John"), LastName: ptr("Doe"), Phone: ptr("+1234567890")}
	c := models.Conversation{
		UID: uid, Contact: &contact, Channel: models.ChannelWhatsApp, Subject: ptr("Order inquiry"), Status: models.StatusOpen,
		Priority: models.PriorityHigh, Assignee: &models.User{UID: uid, Name: "Sarah Johnson"}, Labels: []string{"billing", "urgent"},
		MessageCount: 5, UnreadCount: 2, CreatedAt: noon, LastMessageAt: noon, LastMessagePreview: "Can you check?",
	}
	want := `{"id":"conv_` + suffix + `","contact_id":"cnt_` + suffix + `","contact":{"id":"cnt_` + suffix + `","full_name":"John Doe",` +
		`"phone":"+1234567890","email":null},"channel":"whatsapp","subject":"Order inquiry","status":"open","priority":"high",` +
		`"assigned_to":{"id":"usr_` + suffix + `","name":"Sarah Johnson"},"labels":["billing","urgent"],"message_count":5,"unread_count":2,` +
		`"created_at":"2026-01-25T13:20:00.000000Z","last_message_at":"2026-01-25T13:20:00.000000Z","last_message_preview":"Can you check?",` +
		`"resolution_reason":null,"rating":null,"assistant_active":false,`
	if got := encode(t, ConversationForAgent(c)); !strings.HasPrefix(got, want) {
		t.Errorf("got  %s\nwant %s…", got, want)
	}
	bare := encode(t, ConversationForAgent(models.Conversation{Contact: &models.Contact{}, ResolutionReason: ptr(models.ReasonSpam), Rating: ptr(5)}))
	for _, part := range []string{`"assigned_to":null`, `"labels":[]`, `"subject":null`, `"resolution_reason":"spam"`, `"rating":5`, `"custom":{}`} {
		if !strings.Contains(bare, part) {
			t.Errorf("%s is missing in %s", part, bare)
		}
	}
}

func TestAPreviewIsCutAt120CodePoints(t *testing.T) {
	t.Parallel()
	long := models.Preview(strings.Repeat("漢", 200))
	if got := ConversationForAgent(models.Conversation{LastMessagePreview: long}).LastMessagePreview; got != strings.Repeat("漢", 120)+"…" {
		t.Errorf("got %s", got)
	}
	exact := models.Preview(strings.Repeat("漢", 120))
	if got := ConversationForAgent(models.Conversation{LastMessagePreview: exact}).LastMessagePreview; got != exact {
		t.Errorf("got %s", got)
	}
}

func TestOnlyTheTeamsMessagesHaveASender(t *testing.T) {
	t.Parallel()
	byContact := encode(t, MessageForAgent(models.Message{UID: uid, AuthorKind: models.ByContact, Author: "Jane"}))
	if strings.Contains(byContact, "sender") {
		t.Errorf("a contact's message has a sender: %s", byContact)
	}
	byUser := encode(t, MessageForAgent(models.Message{UID: uid, AuthorKind: models.ByUser, Author: "Sarah", UserUID: &uid, Internal: true}))
	if !strings.Contains(byUser, `"sender":{"id":"usr_`+suffix+`","name":"Sarah"}`) || !strings.Contains(byUser, `"internal":true`) {
		t.Errorf("a note reads %s", byUser)
	}
}

func TestAContactsUnknownValuesAreNull(t *testing.T) {
	t.Parallel()
	got := encode(t, ContactForAgent(models.Contact{UID: uid, Status: models.ContactActive, CreatedAt: noon, UpdatedAt: noon}))
	for _, field := range []string{"phone", "email", "first_name", "last_name", "full_name", "preferred_channel", "last_contacted"} {
		if !strings.Contains(got, `"`+field+`":null`) {
			t.Errorf("%s is not null in %s", field, got)
		}
	}
	if !strings.Contains(got, `"metadata":{}`) {
		t.Errorf("metadata is not an empty object: %s", got)
	}
	full := ContactForAgent(models.Contact{PreferredChannel: ptr(models.ChannelSMS)})
	if full.PreferredChannel == nil || *full.PreferredChannel != "sms" {
		t.Errorf("preferred_channel = %v", full.PreferredChannel)
	}
}

func TestAMessageEventCarriesWhatReceiversRead(t *testing.T) {
	t.Parallel()
	contact := models.Contact{UID: uid, FirstName: ptr("Jane")}
	e := models.Event{
		UID: uid, AccountUID: uid, Type: models.EventMessageReceived, Pos: ptr[int64](42), CreatedAt: noon,
		Conversation: &models.Conversation{UID: uid, Contact: &contact, Channel: models.ChannelChat, Status: models.StatusOpen},
		Message:      &models.Message{UID: uid, ConversationUID: uid, AuthorKind: models.ByContact, Content: "Hi", MessageType: models.TypeText},
	}
	got := encode(t, EnvelopeFor(e))
	for _, part := range []string{
		`{"id":"evt_` + suffix + `","type":"message.received"`, `"retry_count":0`, `"organization_id":"org_` + suffix + `"`, `"pos":42`,
		`"conversation_id":"conv_` + suffix + `"`, `"message_id":"msg_` + suffix + `"`, `"content":"Hi"`, `"message_type":"text"`, `"channel":"chat"`,
		`"contact":{"id":"cnt_` + suffix + `","name":"Jane","full_name":"Jane"`, `"conversation":{"id":"conv_` + suffix + `","status":"open","assigned_to":null,"labels":[]`,
		`"attachments":[]`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is missing in %s", part, got)
		}
	}
}

func TestMessagesTellWhetherAnAssistantAnswers(t *testing.T) {
	t.Parallel()
	for _, active := range []bool{true, false} {
		c := models.Conversation{UID: uid, AssistantActive: active, Contact: &models.Contact{UID: uid}}
		got := encode(t, EnvelopeFor(models.Event{UID: uid, Type: models.EventMessageReceived, Conversation: &c, Message: &models.Message{UID: uid, ConversationUID: uid}}))
		if strings.Contains(got, `"assistant_active":true`) != active {
			t.Errorf("active %v: %s", active, got)
		}
	}
}

func TestOtherEventsCarryTheRowAndTheChange(t *testing.T) {
	t.Parallel()
	c := models.Conversation{UID: uid, Contact: &models.Contact{UID: uid}}
	got := encode(t, EnvelopeFor(models.Event{UID: uid, Type: models.EventConversationAssigned, Conversation: &c, Detail: map[string]any{"assigned_to": nil}}))
	for _, part := range []string{`"conversation_id":"conv_`, `"contact_id":"cnt_`, `"changes":{"assigned_to":null}`, `"conversation":{`} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is missing in %s", part, got)
		}
	}
	erased := encode(t, EnvelopeFor(models.Event{UID: uid, Type: models.EventContactDeleted}))
	if !strings.HasSuffix(erased, `"data":{}}`) {
		t.Errorf("an event whose rows are gone reads %s", erased)
	}
}

func TestAUserIsShownWithoutAnySecret(t *testing.T) {
	t.Parallel()
	got := encode(t, UserForAgent(models.User{UID: uid, Name: "Sarah", Email: "s@example.com", Role: models.RoleAgent, PasswordHash: "argon", TOTPSecret: []byte("totp"), CreatedAt: noon}))
	if strings.Contains(got, "argon") || strings.Contains(got, "dG90c") || !strings.Contains(got, `"role":"agent"`) {
		t.Errorf("a user reads %s", got)
	}
}
