package inboxapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

func TestAReplyIsStoredAsTheKeyHoldersMessage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		c := b.begin("Mara Lind", "Where is my lamp?")
		b.succeeds(b.post("/"+c.UID.String()+"/reply", `{"content":"On its way."}`))
		said, err := b.Chat.Messages(t.Context(), b.owner, chat.MessageQuery{Conversation: c.UID, Page: models.Page{Limit: 10}})
		if err != nil || len(said.Rows) != 2 || said.Rows[1].Content != "On its way." || *said.Rows[1].UserUID != b.owner.UserUID {
			t.Errorf("the messages are %+v, %v", said.Rows, err)
		}
		if now := b.standing(c); now["status"] != "awaiting_contact" || now["lastMessagePreview"] != "On its way." {
			t.Errorf("the conversation is %v", now)
		}
	})
}

func TestAReplyThatCannotBeSentIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		id := "/" + b.begin("Mara Lind", "Hello").UID.String() + "/reply"
		for body, sentence := range map[string]string{
			`{"content":""}`:        "Message is required",
			`{"content":" \n"}`:     "Message is required",
			`{}`:                    "content is required",
			`{"content":null}`:      "content must be a string",
			`{"content":["a"]}`:     "content must be a string",
			`{"content":"a\u0000"}`: "content must not contain NUL characters",
			`[]`:                    "The request body must be a JSON object",
			`{"content":"` + strings.Repeat("é", 10_001) + `"}`: "Message is too long (maximum 10000 characters)",
		} {
			b.refused(b.post(id, body), 400, sentence)
		}
		b.refused(b.post(id, ""), 400, "The request body must be a JSON object")
		for _, unknown := range []string{models.NewUID().String(), "nonsense", "00000000-0000-0000-0000-000000000000"} {
			b.refused(b.post("/"+unknown+"/reply", `{"content":"Hi"}`), 404, "Conversation not found")
		}
		if list := b.get(id[:len(id)-len("/reply")] + "/messages").list; len(list) != 1 {
			t.Errorf("something was stored: %v", list)
		}
		b.succeeds(b.post(id, `{"content":"`+strings.Repeat("é", 10_000)+`"}`))
	})
}

func TestEachActLeadsToItsStatus(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		c := b.begin("Mara Lind", "Hello")
		user := fmt.Sprintf(`{"userId":%q}`, b.owner.UserUID)
		for _, step := range []struct {
			act, body, status string
			managed           bool
			assigned          any
		}{
			{"take-over", "", "in_progress", true, nil},
			{"take-over", "{}", "in_progress", true, nil},
			{"assign", user, "in_progress", true, b.owner.UserUID.String()},
			{"release", "", "in_progress", true, b.owner.UserUID.String()},
			{"unassign", "", "open", false, nil},
			{"unassign", "", "open", false, nil},
			{"reply", `{"content":"Hi"}`, "awaiting_contact", false, nil},
			{"assign", fmt.Sprintf(`{"userId":%q}`, models.FormatID(models.PrefixUser, b.owner.UserUID)), "in_progress", true, b.owner.UserUID.String()},
			{"resolve", "", "resolved", true, b.owner.UserUID.String()},
			{"resolve", "", "resolved", true, b.owner.UserUID.String()},
		} {
			b.succeeds(b.post("/"+c.UID.String()+"/"+step.act, step.body))
			now := b.standing(c)
			if now["status"] != step.status || now["humanManaged"] != step.managed || now["assignedTo"] != step.assigned {
				t.Errorf("after %s %s: %v", step.act, step.body, now)
			}
		}
		if _, err := b.Chat.Archive(t.Context(), b.owner, c.UID); err != nil {
			t.Fatal(err)
		}
		if now := b.standing(c); now["status"] != "closed" {
			t.Errorf("archived: %v", now)
		}
		b.refused(b.post("/"+c.UID.String()+"/resolve", ""), 409, "The conversation is archived; reopen it first")
		b.says(visitor(c), c, chat.Draft{Content: "One more thing"})
		b.succeeds(b.post("/"+c.UID.String()+"/unassign", ""))
		if now := b.standing(c); now["status"] != "open" {
			t.Errorf("after the contact wrote: %v", now)
		}
	})
}

func TestAnActOnAnUnknownConversationOrUserChangesNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		stranger := b.holder(b.NewAccount().InboxKey)
		for _, act := range []string{"resolve", "unassign", "take-over", "release"} {
			for _, id := range []string{models.NewUID().String(), "nonsense"} {
				b.refused(b.post("/"+id+"/"+act, ""), 404, "Conversation not found")
			}
		}
		c := b.begin("Mara Lind", "Hello")
		for user, sentence := range map[string]string{
			models.NewUID().String():      "userId must be the id of a user in this account",
			stranger.UserUID.String():     "userId must be the id of a user in this account",
			"nobody":                      "userId must be a UUID",
			"":                            "userId must be a UUID",
			c.UID.URN():                   "userId must be a UUID",
			"{" + c.UID.String() + "}":    "userId must be a UUID",
			models.FormatID("cnt", c.UID): "userId must be a UUID",
		} {
			b.refused(b.post("/"+c.UID.String()+"/assign", fmt.Sprintf(`{"userId":%q}`, user)), 400, sentence)
		}
		b.refused(b.post("/"+c.UID.String()+"/assign", `{}`), 400, "userId is required")
		b.refused(b.post("/"+c.UID.String()+"/assign", `{"userId":null}`), 400, "userId must be a string")
		if now := b.standing(c); now["status"] != "open" || now["assignedTo"] != nil {
			t.Errorf("something changed: %v", now)
		}
	})
}

func TestAnIdempotencyKeyMakesARetryHarmless(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		c := b.begin("Mara Lind", "Hello")
		send := func(path, body string) answer {
			return b.send(http.MethodPost, path, body, map[string]string{
				"Authorization": "Bearer " + b.Creds.InboxKey, "Idempotency-Key": "retry-" + path,
			})
		}
		compose := fmt.Sprintf(`{"channelId":%q,"contactPhone":"+14155550123","content":"Hello"}`, b.channel(models.ChannelSMS))
		for path, body := range map[string]string{"/" + c.UID.String() + "/reply": `{"content":"Hi"}`, "/compose": compose} {
			for _, replayed := range []string{"", "true"} {
				a := send(path, body)
				b.succeeds(a)
				if got := a.header.Get("Idempotent-Replayed"); got != replayed {
					t.Errorf("%s: replayed %q, want %q", path, got, replayed)
				}
			}
			a := send(path, strings.Replace(body, "H", "J", 1))
			if a.status != 422 || len(a.body) != 1 {
				t.Errorf("another body: %d %s", a.status, a.raw)
			}
		}
		list := b.get("")
		if messages := b.get("/" + c.UID.String() + "/messages").list; len(messages) != 2 || len(list.rows()) != 2 {
			t.Errorf("the messages are %v, the list is %s", messages, list.raw)
		}
	})
}

func TestConversationsAreAssignedToTheUsersListedAndToNobodyDisabled(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		leaver, err := b.Chat.CreateUser(t.Context(), b.owner, chat.NewUser{Name: "Lee Aver", Email: "lee@lamps.example", Role: models.RoleAgent})
		if err != nil {
			t.Fatal(err)
		}
		c := b.begin("Mara Lind", "Hello")
		listed := b.want(b.get("/users"), 200).rows()
		if len(listed) != 2 || listed[1]["name"] != "Lee Aver" || listed[1]["email"] != "lee@lamps.example" {
			t.Fatalf("the users are %v", listed)
		}
		for _, row := range listed {
			b.succeeds(b.post("/"+c.UID.String()+"/assign", fmt.Sprintf(`{"userId":%q}`, row["id"])))
			if now := b.standing(c); now["assignedTo"] != row["id"] {
				t.Errorf("assigned to %v: %v", row, now)
			}
		}
		if err := b.Chat.DisableUser(t.Context(), b.owner, leaver.UID); err != nil {
			t.Fatal(err)
		}
		if ids := b.get("/users").ids(); len(ids) != 1 || ids[0] != b.owner.UserUID.String() {
			t.Errorf("the users are %v", ids)
		}
		body := fmt.Sprintf(`{"userId":%q}`, leaver.UID)
		b.refused(b.post("/"+c.UID.String()+"/assign", body), 400, "userId must be the id of a user in this account")
	})
}
