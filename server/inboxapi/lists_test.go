package inboxapi

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// uuids spells the ids of conversations.
func uuids(conversations ...models.Conversation) []string {
	var all []string
	for _, c := range conversations {
		all = append(all, c.UID.String())
	}
	return all
}

func TestAConversationIsShownAsClientsReadIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		c := b.begin("Mara Lind", "Good morning, I ordered two lamps on Monday and only one has come.")
		a := b.want(b.get(""), 200)
		if _, more := a.body["nextCursor"]; more || len(a.rows()) != 1 {
			t.Fatalf("the list is %s", a.raw)
		}
		want := map[string]any{
			"id": c.UID.String(), "workspaceId": b.Creds.AccountID.String(), "channelId": b.channel(models.ChannelChat), "channel": "chat",
			"contactId": c.Contact.UID.String(), "status": "open", "subject": nil,
			"lastMessagePreview": "Good morning, I ordered two lamps on Monday and on...",
			"contactName":        "Mara Lind", "contactEmail": "mara.lind@post.example", "assignedTo": nil, "humanManaged": false,
		}
		row := a.rows()[0]
		for name, value := range want {
			if row[name] != value {
				t.Errorf("%s is %v, want %v", name, row[name], value)
			}
		}
		if at, _ := row["lastMessageAt"].(string); len(row) != len(want)+1 || len(at) != len("2026-01-25T14:20:00.000000Z") {
			t.Errorf("the row is %v", row)
		}
		if one := b.want(b.get("/"+c.UID.String()), 200); fmt.Sprint(one.body) != fmt.Sprint(row) {
			t.Errorf("by itself it is %s", one.raw)
		}
		for _, id := range []string{models.NewUID().String(), "nonsense", models.FormatID(models.PrefixConversation, c.UID)} {
			b.refused(b.get("/"+id), 404, "Conversation not found")
			b.refused(b.get("/"+id+"/messages"), 404, "Conversation not found")
		}
	})
}

func TestMessagesComeOldestFirstAndWithoutNotes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		c := b.begin("Mara Lind", "Where is my lamp?")
		b.says(b.owner, c, chat.Draft{Content: "she is a regular", Internal: true})
		b.says(b.owner, c, chat.Draft{Content: "On its way."})
		b.says(visitor(c), c, chat.Draft{Files: []chat.Upload{{Filename: "lamp.txt", Body: strings.NewReader("a drawing")}}})
		a := b.want(b.get("/"+c.UID.String()+"/messages"), 200)
		if strings.Contains(a.raw, "regular") || len(a.list) != 3 || !strings.HasPrefix(a.raw, "[{") {
			t.Fatalf("the messages are %s", a.raw)
		}
		for i, want := range []struct {
			direction, body string
			fields          int
		}{{"inbound", "Where is my lamp?", 6}, {"outbound", "On its way.", 6}, {"inbound", "", 7}} {
			m := a.list[i]
			speaker, there := m["speaker"]
			if m["direction"] != want.direction || m["body"] != want.body || len(m) != want.fields || speaker != nil || !there || m["channel"] != "chat" {
				t.Errorf("message %d is %v", i, m)
			}
		}
		files, _ := a.list[2]["attachments"].([]any)
		if len(files) != 1 || !strings.Contains(fmt.Sprint(files[0]), "lamp.txt") {
			t.Errorf("the files are %v", files)
		}
	})
}

func TestAMessageFromOutsideTellsItsAddress(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		for _, c := range []struct {
			channel models.Channel
			from    chat.Sender
			want    string
		}{
			{models.ChannelEmail, chat.Sender{Email: "mara@post.example", Name: "Mara"}, "mara@post.example"},
			{models.ChannelVoice, chat.Sender{Phone: "+14155550123"}, "+14155550123"},
		} {
			taken, err := b.Chat.Inbound(t.Context(), b.owner, chat.Incoming{Channel: c.channel, From: c.from, Content: "Hello"})
			if err != nil {
				t.Fatal(err)
			}
			id := "/" + taken.Message.ConversationUID.String()
			b.succeeds(b.post(id+"/reply", `{"content":"Good day"}`))
			list := b.get(id + "/messages").list
			if list[0]["fromAddress"] != c.want || list[1]["fromAddress"] != nil {
				t.Errorf("%s: %v", c.channel, list)
			}
			voice := c.channel == models.ChannelVoice
			if spoken := list[0]["speaker"] == "caller" && list[1]["speaker"] == "ai" && list[1]["direction"] == "inbound"; spoken != voice {
				t.Errorf("%s: %v", c.channel, list)
			}
		}
	})
}

func TestEachFilterByItselfAndAllTogether(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		plain, answered := b.begin("Mara Lind", "100% wool?"), b.begin("Tom Berg", "A lamp")
		taken, closed, archived := b.begin("Ann Roe", "A chair"), b.begin("Ben Fox", "A desk"), b.begin("Eve Low", "A shelf")
		b.says(b.owner, answered, chat.Draft{Content: "Which one?"})
		b.says(b.owner, plain, chat.Draft{Content: "a secret word: heron", Internal: true})
		b.succeeds(b.post("/"+taken.UID.String()+"/take-over", ""))
		for _, c := range []models.Conversation{closed, archived} {
			b.succeeds(b.post("/"+c.UID.String()+"/resolve", ""))
		}
		if _, err := b.Chat.Archive(t.Context(), b.owner, archived.UID); err != nil {
			t.Fatal(err)
		}
		mara := plain.Contact.UID
		for query, want := range map[string][]string{
			"":                           uuids(answered, archived, closed, taken, plain),
			"q=":                         uuids(answered, archived, closed, taken, plain),
			"cursor=":                    uuids(answered, archived, closed, taken, plain),
			"status=open":                uuids(plain),
			"status=awaiting_contact":    uuids(answered),
			"status=in_progress":         uuids(taken),
			"status=resolved":            uuids(closed),
			"status=closed":              uuids(archived),
			"humanManaged=true":          uuids(taken),
			"humanManaged=false":         uuids(answered, archived, closed, plain),
			"contactId=" + mara.String(): uuids(plain),
			"contactId=" + models.FormatID(models.PrefixContact, mara): uuids(plain),
			"q=" + url.QueryEscape("0% W"):                             uuids(plain),
			"q=HERON":                                                  uuids(plain),
			"q=tom":                                                    uuids(answered),
			"q=a&status=open&humanManaged=false&contactId=" + mara.String(): uuids(plain),
			"q=lamp&status=open":                            nil,
			"contactId=" + mara.String() + "&status=closed": nil,
		} {
			a := b.want(b.get("?"+query), 200)
			if got := a.ids(); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", query, got, want)
			}
			if len(want) == 0 && a.raw != `{"data":[]}` {
				t.Errorf("%s: %s", query, a.raw)
			}
		}
	})
}

func TestALimitIsCutAndNonsenseIsRefusedByItsName(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		for range 3 {
			b.begin("Mara Lind", "Hello")
		}
		for limit, rows := range map[string]int{"1": 1, "2": 2, "100": 3, "1000": 3} {
			if a := b.want(b.get("?limit="+limit), 200); len(a.rows()) != rows || (a.next() != "") != (rows < 3) {
				t.Errorf("limit %s: %s", limit, a.raw)
			}
		}
		for query, sentence := range map[string]string{
			"limit=0": "limit must be a whole number of 1 or more", "limit=-1": "limit must be a whole number of 1 or more",
			"limit=x": "limit must be a whole number", "limit=1.5": "limit must be a whole number", "limit=99999999999999999999": "Invalid limit",
			"status=pending": "status must be one of open, awaiting_contact, in_progress, resolved, closed",
			"status=":        "status must be one of open, awaiting_contact, in_progress, resolved, closed",
			"contactId=x":    "contactId must be a UUID", "contactId=": "contactId must be a UUID",
			"contactId=" + models.NewUID().String(): "contactId must be the id of a contact in this account",
			"humanManaged=maybe":                    "Invalid humanManaged",
			"q=" + strings.Repeat("x", 201):         "q is too long (maximum 200 characters)",
			"q=a%00b":                               "q must be plain text", "q=%ff": "q must be plain text",
		} {
			b.refused(b.get("?"+query), 400, sentence)
		}
	})
}
