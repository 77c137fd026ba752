package demo

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"parley/models"
)

// logged is what the log tells of, before messages have ids.
type logged struct {
	kind    models.EventType
	actor   models.PrincipalKind
	message *int64
	at      time.Time
}

// turn is somebody's message.
type turn struct {
	by       models.AuthorKind
	text     string
	internal bool
	picture  bool
}

// run plays the conversation: the customer opens it, an assistant or the team answers,
// and it ends, unless it is still under way.
func (t *talk) run() {
	t.record(models.EventConversationCreated, t.visitor(), nil)
	if t.fresh {
		t.record(models.EventContactCreated, t.visitor(), nil)
	}
	if t.chance(2) || t.recent && t.chance(50) {
		t.stop = t.clock.Add(time.Duration(t.IntN(90)) * time.Minute) // it lies there still
	}
	t.say(turn{by: models.ByContact, text: t.opening()}, 0)
	if t.depicts() && t.chance(35) {
		t.say(turn{by: models.ByContact, text: t.oneOf(t.language.lists["photo"]), picture: true}, 40*time.Second)
	}
	switch {
	case t.channel == models.ChannelVoice:
		t.speak()
	case t.channel == models.ChannelAPI || t.channel == models.ChannelChat && t.chance(28):
		t.say(turn{by: models.ByAssistant, text: t.sentence("b", 0)}, 3*time.Second)
		if t.channel == models.ChannelAPI || t.chance(55) {
			t.say(turn{by: models.ByContact, text: t.oneOf(t.language.lists["thanks"])}, 2*time.Minute)
			break
		}
		t.help()
	default:
		t.help()
	}
	t.finish()
}

// depicts is whether there is something to see, and a picture left to show it.
func (t *talk) depicts() bool {
	visible := t.family.name == "return" || t.family.name == "bug"
	return visible && t.channel != models.ChannelVoice && t.pictured && t.drawn < t.o.Pictures
}

// speak is a telephone call, which an assistant answers.
func (t *talk) speak() {
	t.say(turn{by: models.ByContact, text: t.sentence("b", 0)}, 8*time.Second)
	t.say(turn{by: models.ByContact, text: t.oneOf(t.language.lists["thanks"])}, 12*time.Second)
}

// help is what a person of the team does.
func (t *talk) help() {
	wait := 6 * time.Minute
	if t.channel == models.ChannelEmail {
		wait = 80 * time.Minute
	}
	due := attended(t.Rand, t.clock).Add(soon(t.Rand, wait))
	if t.passes(due.Sub(t.clock) / 2) {
		agent := t.agent.ID
		t.f.Conversation.AssignedTo = &agent
		t.record(models.EventConversationAssigned, models.KindUser, nil)
	}
	if t.chance(18) {
		t.say(turn{by: models.ByUser, text: t.oneOf(t.language.lists["note"]), internal: true}, 30*time.Second)
	}
	t.say(turn{by: models.ByUser, text: t.joined(t.oneOf(t.language.lists["greet"]), t.sentence("a", t.answer))}, max(due.Sub(t.clock), time.Second))
	if t.chance(75) {
		t.say(turn{by: models.ByContact, text: t.sentence("f", t.matter)}, soon(t.Rand, 7*time.Minute))
		t.say(turn{by: models.ByUser, text: t.sentence("c", t.matter)}, attended(t.Rand, t.clock).Add(soon(t.Rand, 5*time.Minute)).Sub(t.clock))
	}
	if t.chance(70) {
		t.say(turn{by: models.ByContact, text: t.oneOf(t.language.lists["thanks"])}, soon(t.Rand, 6*time.Minute))
	}
}

func (t *talk) opening() string {
	said := t.sentence("o", t.opener)
	if t.channel == models.ChannelVoice || t.channel == models.ChannelSMS || t.chance(25) {
		return capital(said)
	}
	return t.joined(t.oneOf(t.language.lists["hi"]), said)
}

// joined puts a greeting before a text, which begins anew where the greeting is a
// sentence of its own.
func (t *talk) joined(greeting, text string) string {
	if last, _ := utf8.DecodeLastRuneInString(greeting); !strings.ContainsRune(",،:", last) {
		text = capital(text)
	}
	return greeting + "\n" + text
}

// capital begins with a capital letter, behind the signs that open a sentence; a name that
// is yet to be put in is left as it is.
func capital(text string) string {
	for i, r := range text {
		switch {
		case r == '{':
			return text
		case unicode.IsLetter(r):
			return text[:i] + string(unicode.ToUpper(r)) + text[i+utf8.RuneLen(r):]
		}
	}
	return text
}

// passes lets time go by, unless the conversation breaks off before.
func (t *talk) passes(wait time.Duration) bool {
	next := t.clock.Add(max(wait, time.Millisecond)).Truncate(time.Microsecond)
	if t.over || next.After(t.stop) || next.After(t.o.Now) {
		t.over = true
		return false
	}
	t.clock = next
	return true
}

// say adds a message after a while; the first one comes in any case.
func (t *talk) say(s turn, wait time.Duration) {
	if len(t.f.Messages) > 0 && !t.passes(wait) {
		return
	}
	m := models.Message{
		UID: models.NewUID(), AuthorKind: s.by, MessageType: models.TypeText, Content: t.words.Replace(s.text), Internal: s.internal, CreatedAt: t.clock,
	}
	kind, actor := models.EventMessageSent, models.KindUser
	switch s.by {
	case models.ByContact:
		m.Author, m.Status = *t.contact.FullName(), models.MessageReceived
		kind, actor = models.EventMessageReceived, t.visitor()
		t.address(&m)
	case models.ByAssistant:
		id := t.o.Assistant.ID
		m.Author, m.AssistantID, m.Status, actor = t.o.Assistant.Name, &id, models.MessageRead, models.KindAssistant
	default:
		id := t.agent.ID
		m.Author, m.UserID, m.Status = t.agent.Name, &id, models.MessageRead
		if m.Internal {
			m.Status, kind = models.MessageSent, models.EventNoteCreated
		} else if t.chance(20) {
			m.Status = models.MessageDelivered
		}
	}
	if s.picture {
		t.depict(&m)
	}
	place := int64(len(t.f.Messages))
	t.f.Messages = append(t.f.Messages, m)
	t.record(kind, actor, &place)
}

// address notes where a customer's message came from.
func (t *talk) address(m *models.Message) {
	switch t.channel {
	case models.ChannelEmail:
		m.FromAddress = t.contact.Email
	case models.ChannelWhatsApp, models.ChannelSMS:
		m.FromAddress = t.contact.Phone
	case models.ChannelVoice:
		speaker := "caller"
		if len(t.f.Messages) == 1 {
			speaker = "ai"
		}
		m.Speaker = &speaker
	default:
	}
}

// visitor is the kind of principal that the customer is.
func (t *talk) visitor() models.PrincipalKind {
	if t.channel == models.ChannelChat || t.channel == models.ChannelAPI {
		return models.KindVisitor
	}
	return models.KindChannel
}

// record notes for the log what it still knows.
func (t *talk) record(kind models.EventType, actor models.PrincipalKind, message *int64) {
	if t.o.Now.Sub(t.clock) <= t.o.Logged {
		t.events = append(t.events, logged{kind, actor, message, t.clock})
	}
}
