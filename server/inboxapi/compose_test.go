package inboxapi

import (
	"fmt"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// channel is the id of a kind of channel that was not set up.
func (b *inbox) channel(kind models.Channel) string {
	return models.UnconfiguredChannel(b.Creds.AccountID, kind).String()
}

func TestTheChannelsListedAreThoseThatComposeTakes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		listed := b.want(b.get("/channels"), 200).rows()
		if len(listed) != 2 || listed[0]["channel"] != "chat" || listed[1]["channel"] != "api" || listed[0]["address"] != nil {
			t.Fatalf("the channels are %v", listed)
		}
		for _, row := range listed {
			body := fmt.Sprintf(`{"channelId":%q,"contactEmail":"tom@post.example","content":"Hello"}`, row["id"])
			b.succeeds(b.post("/compose", body))
			newest := b.get("").rows()[0]
			if newest["channelId"] != row["id"] || newest["channel"] != row["channel"] {
				t.Errorf("composed on %v: %v", row, newest)
			}
		}
	})
}

func TestComposingWritesToWhoeverIsNamed(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		known := b.begin("Mara Lind", "Hello").Contact.UID
		for _, c := range []struct{ to, name, email string }{
			{`"contactEmail":" Tom@Post.example ","contactName":"Tom Berg"`, "Tom Berg", "tom@post.example"},
			{`"contactEmail":"tom@post.example","contactName":"Somebody Else"`, "Tom Berg", "tom@post.example"},
			{`"contactPhone":"+14155550123","contactName":"Ann"`, "Ann", "<nil>"},
			{`"contactId":"` + known.String() + `"`, "Mara Lind", "mara.lind@post.example"},
			{`"contactId":"` + models.FormatID(models.PrefixContact, known) + `","contactEmail":"other@post.example"`, "Mara Lind", "mara.lind@post.example"},
		} {
			body := fmt.Sprintf(`{"channelId":%q,%s,"subject":"Your lamp","content":"It is back."}`, b.channel(models.ChannelEmail), c.to)
			b.succeeds(b.post("/compose", body))
			newest := b.get("").rows()[0]
			if newest["contactName"] != c.name || fmt.Sprint(newest["contactEmail"]) != c.email || newest["subject"] != "Your lamp" ||
				newest["lastMessagePreview"] != "It is back." || newest["status"] != "awaiting_contact" || newest["channel"] != "email" {
				t.Errorf("%s: %v", c.to, newest)
			}
		}
		contacts, err := b.Chat.Contacts(t.Context(), b.owner, chat.ContactQuery{Page: models.Page{Limit: 10}})
		if err != nil || contacts.Total != 3 {
			t.Errorf("%d contacts, %v", contacts.Total, err)
		}
	})
}

func TestACompositionThatMakesNoSenseIsRefusedByItsField(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		stranger := b.NewAccount().AccountID
		channel := fmt.Sprintf(`"channelId":%q`, b.channel(models.ChannelAPI))
		const to, content = `"contactEmail":"tom@post.example"`, `"content":"Hello"`
		const noChannel, noContact = "channelId must be the id of a channel in this account", "contactId must be the id of a contact in this account"
		for fields, sentence := range map[string]string{
			to + "," + content:                                                                       "channelId is required",
			channel + "," + to:                                                                       "content is required",
			channel + "," + content:                                                                  "One of contactId, contactEmail and contactPhone is required",
			channel + "," + to + `,"content":""`:                                                     "Message is required",
			channel + `,"contactEmail":"nobody",` + content:                                          "contactEmail must be an e-mail address",
			channel + `,"contactPhone":"555",` + content:                                             "contactPhone must be a number in E.164 form, such as +14155550123",
			channel + `,"contactId":"x",` + content:                                                  "contactId must be a UUID",
			channel + `,"contactId":"` + models.NewUID().String() + `",` + content:                   noContact,
			channel + "," + to + "," + content + `,"contactName":5`:                                  "contactName must be a string",
			channel + "," + to + "," + content + `,"contactName":"` + strings.Repeat("x", 256) + `"`: "contactName is too long (maximum 255 characters)",
			channel + "," + to + "," + content + `,"subject":"` + strings.Repeat("x", 501) + `"`:     "The value of subject is too long",
			`"channelId":"email",` + to + "," + content:                                              "channelId must be a UUID",
			`"channelId":"` + models.NewUID().String() + `",` + to + "," + content:                   noChannel,
			`"channelId":"` + models.UnconfiguredChannel(stranger, models.ChannelAPI).String() + `",` + to + "," + content: noChannel,
		} {
			b.refused(b.post("/compose", "{"+fields+"}"), 400, sentence)
		}
		if list := b.get(""); len(list.rows()) != 0 {
			t.Errorf("something was stored: %s", list.raw)
		}
	})
}

func TestABlockedContactIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *inbox) {
		c := b.begin("Mara Lind", "Hello")
		blocked := models.ContactBlocked
		if _, err := b.Chat.UpdateContact(t.Context(), b.owner, chat.ContactRef{UID: &c.Contact.UID}, chat.ContactInput{Status: &blocked}); err != nil {
			t.Fatal(err)
		}
		const sentence = "The contact is blocked; set its status to active first"
		b.refused(b.post("/compose", fmt.Sprintf(`{"channelId":%q,"contactId":%q,"content":"Hi"}`, b.channel(models.ChannelChat), c.Contact.UID)), 409, sentence)
		b.refused(b.post("/"+c.UID.String()+"/reply", `{"content":"Hi"}`), 409, sentence)
	})
}
