package realtime

import (
	"strings"
	"testing"

	"parley/models"
)

// team is two of the team's sockets, and a conversation.
func team(b *bed) (sarah, tom *client, conversation string) {
	c := b.world.addConversation(b.site, "secret")
	b.world.addKey("sarah", 1, models.AllScopes()...)
	b.world.addKey("tom", 2, models.AllScopes()...)
	sarah, _ = b.attend("sarah")
	tom, _ = b.attend("tom")
	return sarah, tom, conversationID(c)
}

func TestTheTeamIsToldWhoLooksAtAConversationAndWhoAnswers(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sarah, tom, conversation := team(b)
	for said, want := range map[string]string{
		`"active":true`:                  `"active":true,"writing":false`,
		`"active":true,"writing":true`:   `"active":true,"writing":true`,
		`"active":false,"writing":true`:  `"active":false,"writing":false`,
		`"active":false,"writing":false`: `"active":false,"writing":false`,
	} {
		sarah.say(`{"type":"viewing","conversation_id":%q,`+said+`}`, conversation)
		r := tom.skipping("presence")
		if r.Type != "viewing" || !strings.Contains(r.raw, want) || !strings.Contains(r.raw, conversation) || !strings.Contains(r.raw, `"user":{"id":"usr_`) {
			t.Errorf("after %s: %s", said, r.raw)
		}
	}
}

func TestWhoGoesLooksAtNothingAnyMore(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sarah, tom, conversation := team(b)
	sarah.say(`{"type":"viewing","conversation_id":%q,"active":true,"writing":true}`, conversation)
	tom.until("viewing")
	_ = sarah.conn.Close()
	if r := tom.until("viewing"); r.Active || !strings.Contains(r.raw, conversation) {
		t.Errorf("got %s", r.raw)
	}
}

func TestNobodyLooksAtWhatIsNotThere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	sarah, _, _ := team(b)
	for _, id := range []string{"", "conv_1", "usr_00000000000000000000000001", "conv_7zzzzzzzzzzzzzzzzzzzzzzzzz"} {
		sarah.say(`{"type":"viewing","conversation_id":%q,"active":true}`, id)
		if r := sarah.until("error"); !strings.Contains(r.raw, models.ErrConversationNotFound.Message) {
			t.Errorf("%q: %s", id, r.raw)
		}
	}
}
