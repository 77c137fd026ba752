package assistantapi_test

import (
	"net/http"
	"strings"
	"testing"

	"parley/models"
	"parley/models/chat"
)

// caller is somebody with a key of his own, and an assistant there.
type caller struct {
	*bench
	key, assistant string
	who            models.Principal
}

// callers are one whom a model answers, and one in a sandbox, whom the built-in engine does.
func (b *bench) callers() []caller {
	b.Helper()
	test, err := b.Access.Key(b.Context(), b.Creds.TestKey)
	if err != nil {
		b.Fatal(err)
	}
	made := b.post("/api/assistants", `{"name":"Support"}`, "x-api-key", b.Creds.TestKey).want(201)
	return []caller{{b, b.Creds.LiveKey, b.assistant, b.Owner}, {b, b.Creds.TestKey, made.text("id"), test}}
}

func (c caller) sends(path, body string) answer { return c.post(path, body, "x-api-key", c.key) }

func (c caller) session() string {
	c.Helper()
	return c.sends("/api/sessions", `{"name":"Ann","assistantId":"`+c.assistant+`"}`).want(201).text("session.id")
}

// newest is the conversation that was begun last.
func (c caller) newest() models.Conversation {
	c.Helper()
	list, err := c.Chat.Conversations(c.Context(), c.who, chat.ConversationQuery{Channel: models.ChannelAPI, Page: models.Page{Limit: 1}})
	if err != nil || len(list.Rows) != 1 {
		c.Fatalf("%d conversations, %v", len(list.Rows), err)
	}
	return list.Rows[0]
}

// wantLeft fails the test unless the session was left to people, and goes on when it is
// given back.
func (c caller) wantLeft(about, session string) {
	c.Helper()
	got := c.newest()
	if got.AssistantActive || got.HandoffReason == nil || *got.HandoffReason != models.HandoffAsked || got.LastMessageBy != models.ByContact {
		c.Errorf("%s: the conversation is %+v", about, got)
	}
	before := got.MessageCount
	if a := c.sends("/api/chats", in(session, "Hello?")).want(409); !strings.Contains(a.text("message"), "with a person now") {
		c.Errorf("%s: refused with %s", about, a.body)
	}
	if got = c.newest(); got.MessageCount != before {
		c.Errorf("%s: %d messages after a refusal, not %d", about, got.MessageCount, before)
	}
	if _, err := c.Chat.Release(c.Context(), c.who, got.UID); err != nil {
		c.Fatal(err)
	}
	c.sends("/api/chats", in(session, "Where were we?")).want(201)
	if got = c.newest(); !got.Assisted() || got.HandoffReason != nil {
		c.Errorf("%s: given back it is %+v", about, got)
	}
}

func TestWhoAsksForAPersonInASessionGetsOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		for _, c := range b.callers() {
			for input, want := range map[string]string{
				`"I want to talk to a human"`:              "Of course. I'm passing you on to our team",
				`"Ich möchte mit einem Menschen sprechen"`: "Gern. ",
				`[{"role":"user","content":"Get me a real person"},{"role":"user","content":"My order is 4711"}]`: "Of course. ",
			} {
				session := c.session()
				c.sends("/api/chats", in(session, "Who is the mayor of Oslo?")).want(201)
				asked := len(b.questions())
				said := c.sends("/api/chats", `{"sessionId":"`+session+`","input":`+input+`}`).want(201)
				if text := said.text("chat.output.0.content"); !strings.HasPrefix(text, want) || said.value("chat.cost") != 0.0 || len(b.questions()) != asked {
					b.Errorf("%s: answered %s, the model was asked %d times more", input, said.body, len(b.questions())-asked)
				}
				c.wantLeft(input, session)
			}
		}
	})
}

func TestWhoSaysYesToTheOfferOfAPersonGetsOne(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		for _, c := range b.callers() {
			session := c.session()
			b.script(says("I don't know. Would you like to talk to a person?"))
			offer := c.sends("/api/chats", in(session, "Who is the mayor of Oslo?")).want(201)
			if !strings.HasSuffix(offer.text("chat.output.0.content"), "Would you like to talk to a person?") || !c.newest().Assisted() {
				b.Errorf("the offer is %s", offer.body)
			}
			b.script(says("[[per", "son]]"))
			body := `{"sessionId":"` + session + `","input":"yes please","stream":true}`
			stream := c.sends("/api/chats", body).want(200).body
			if !strings.Contains(stream, `"delta":"Of "`) || strings.Contains(stream, "person]]") || !strings.HasSuffix(stream, "data: [DONE]\n\n") {
				b.Errorf("streamed was %s", stream)
			}
			b.script(says("Here I am."))
			c.wantLeft("yes please", session)
		}
		if first := b.questions()[0]; !strings.Contains(first, "[[person]]") {
			b.Errorf("the model does not know how to leave: %s", first)
		}
	})
}

func TestAnAnswerMayEndWithAPerson(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		c := b.callers()[0]
		for text, want := range map[string]string{"I pass you on.[[person]]": "I pass you on.", "[[unknown]]": "I'm sorry, I don't know"} {
			session := c.session()
			b.script(says(text))
			said := c.sends("/api/chats", in(session, "This is too hard for you")).want(201)
			if got := c.newest(); !strings.HasPrefix(said.text("chat.output.0.content"), want) || got.Assisted() || got.HandoffReason == nil {
				b.Errorf("%s: answered %s, and the conversation is %+v", text, said.body, got)
			}
		}
	})
}

func TestWhereNobodyCanComeNobodyIsPromised(t *testing.T) {
	t.Parallel()
	onBoth(t, func(b *bench) {
		b.script(func(w http.ResponseWriter, r *http.Request) { says("Nobody is here.")(w, r) })
		for _, c := range b.callers() {
			alone := c.sends("/api/assistants", `{"name":"Alone","handoff":false}`).want(201).text("id")
			session := c.sends("/api/sessions", `{"name":"Bob","assistantId":"`+alone+`"}`).want(201).text("session.id")
			once := c.sends("/api/chats", `{"assistantId":"`+c.assistant+`","input":"Do you sell pizza?"}`).want(201)
			for path, body := range map[string]string{
				"/api/chats":                  `{"assistantId":"` + c.assistant + `","input":"I want to talk to a human"}`,
				"/api/chats?in=session":       in(session, "I want to talk to a human"),
				"/api/chats?after=another":    `{"previousChatId":"` + once.text("chat.id") + `","input":"I want to talk to a human"}`,
				"/openai/v1/chat/completions": `{"model":"` + c.assistant + `","messages":[{"role":"user","content":"I want to talk to a human"}]}`,
				"/openai/v1/responses":        `{"model":"` + c.assistant + `","input":"I want to talk to a human"}`,
			} {
				said := c.sends(path, body)
				truth := strings.Contains(said.body, "Nobody is here.") || strings.Contains(said.body, "I can't pass you on to a person here.")
				if said.status/100 != 2 || !truth || !c.newest().Assisted() {
					b.Errorf("%s: %d %s", path, said.status, said.body)
				}
			}
			if strings.Contains(once.body, "talk to a person") {
				b.Errorf("nobody could come, but is offered: %s", once.body)
			}
		}
		for _, asked := range b.questions() {
			if strings.Contains(asked, "offer a person") {
				b.Errorf("the model is to offer somebody: %s", asked)
			}
		}
	})
}
